"""What stands between shoppers and applications: application gateways and Front Door.

Properties: Azure REST API reference, Microsoft.Network 2024-05-01, Microsoft.Cdn 2024-02-01. Within
an application gateway ARM points at its own parts by id, azurerm by name.
"""

from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    LAST,
    PARENT,
    Argument,
    Arguments,
    Blocks,
    Kind,
    by_property,
)

_NETWORK: Final = "Microsoft.Network"
_PROFILES: Final = "Microsoft.Cdn/profiles"


def _names(*pairs: tuple[str, str]) -> Arguments:
    return tuple(
        Argument(f"{name}_name", f"properties.{source}.id", LAST) for name, source in pairs
    )


_TLS: Final = (
    Argument("policy_type", "policyType"),
    Argument("policy_name", "policyName"),
    Argument("min_protocol_version", "minProtocolVersion"),
    Argument("cipher_suites", "cipherSuites"),
    Argument("disabled_protocols", "disabledSslProtocols"),
)
_GATEWAYS: Final = (
    Kind(
        f"{_NETWORK}/applicationGateways",
        "azurerm_application_gateway",
        (
            Argument("sku.name", "properties.sku.name"),
            Argument("sku.tier", "properties.sku.tier"),
            Argument("firewall_policy_id", "properties.firewallPolicy.id"),
            Argument(
                "force_firewall_policy_association", "properties.forceFirewallPolicyAssociation"
            ),
            Blocks(
                "http_listener",
                "properties.httpListeners",
                (
                    Argument("name", "name"),
                    Argument("protocol", "properties.protocol"),
                    Argument("host_name", "properties.hostName"),
                    Argument("host_names", "properties.hostNames"),
                    Argument("firewall_policy_id", "properties.firewallPolicy.id"),
                    *_names(
                        ("frontend_ip_configuration", "frontendIPConfiguration"),
                        ("frontend_port", "frontendPort"),
                        ("ssl_certificate", "sslCertificate"),
                        ("ssl_profile", "sslProfile"),
                    ),
                ),
            ),
            Blocks(
                "request_routing_rule",
                "properties.requestRoutingRules",
                (
                    Argument("name", "name"),
                    Argument("rule_type", "properties.ruleType"),
                    Argument("priority", "properties.priority"),
                    *_names(
                        ("http_listener", "httpListener"),
                        ("backend_address_pool", "backendAddressPool"),
                        ("backend_http_settings", "backendHttpSettings"),
                        ("redirect_configuration", "redirectConfiguration"),
                        ("url_path_map", "urlPathMap"),
                    ),
                ),
            ),
            Blocks(
                "redirect_configuration",
                "properties.redirectConfigurations",
                (
                    Argument("name", "name"),
                    Argument("redirect_type", "properties.redirectType"),
                    Argument("target_url", "properties.targetUrl"),
                    *_names(("target_listener", "targetListener")),
                ),
            ),
            Blocks(
                "backend_http_settings",
                "properties.backendHttpSettingsCollection",
                (
                    Argument("name", "name"),
                    Argument("protocol", "properties.protocol"),
                    Argument("port", "properties.port"),
                    Argument("host_name", "properties.hostName"),
                ),
            ),
            Blocks(
                "backend_address_pool",
                "properties.backendAddressPools",
                (
                    Argument("name", "name"),
                    Argument("fqdns", "properties.backendAddresses", each="fqdn"),
                    Argument("ip_addresses", "properties.backendAddresses", each="ipAddress"),
                ),
            ),
            Blocks("ssl_policy", "properties.sslPolicy", _TLS),
            Blocks(
                "ssl_profile",
                "properties.sslProfiles",
                (Argument("name", "name"), Blocks("ssl_policy", "properties.sslPolicy", _TLS)),
            ),
            Argument(
                "waf_configuration.enabled",
                "properties.webApplicationFirewallConfiguration.enabled",
            ),
            Argument(
                "waf_configuration.firewall_mode",
                "properties.webApplicationFirewallConfiguration.firewallMode",
            ),
            Argument(
                "waf_configuration.rule_set_version",
                "properties.webApplicationFirewallConfiguration.ruleSetVersion",
            ),
        ),
    ),
    Kind(
        f"{_NETWORK}/ApplicationGatewayWebApplicationFirewallPolicies",
        "azurerm_web_application_firewall_policy",
        (
            Argument("policy_settings.enabled", "properties.policySettings.state", ENABLED),
            Argument("policy_settings.mode", "properties.policySettings.mode"),
            Argument(
                "policy_settings.request_body_check",
                "properties.policySettings.requestBodyCheck",
            ),
            Argument(
                "policy_settings.log_scrubbing.enabled",
                "properties.policySettings.logScrubbing.state",
                ENABLED,
            ),
            Blocks(
                "policy_settings.log_scrubbing.rule",
                "properties.policySettings.logScrubbing.scrubbingRules",
                (
                    Argument("enabled", "state", ENABLED),
                    Argument("match_variable", "matchVariable"),
                    Argument("selector", "selector"),
                    Argument("selector_match_operator", "selectorMatchOperator"),
                ),
            ),
            Blocks(
                "managed_rules.managed_rule_set",
                "properties.managedRules.managedRuleSets",
                (Argument("type", "ruleSetType"), Argument("version", "ruleSetVersion")),
            ),
            Blocks(
                "custom_rules",
                "properties.customRules",
                (
                    Argument("name", "name"),
                    Argument("priority", "priority"),
                    Argument("rule_type", "ruleType"),
                    Argument("action", "action"),
                    Argument("enabled", "state", ENABLED, default=True),
                ),
            ),
        ),
    ),
)

_SCRUBBED: Final = (
    Argument("enabled", "state", ENABLED, default=True),
    Argument("match_variable", "matchVariable"),
    Argument("operator", "selectorMatchOperator"),
    Argument("selector", "selector"),
)
_FRONT_DOOR_PROFILE: Final = by_property(
    "sku.name",
    dict.fromkeys(
        ("Standard_AzureFrontDoor", "Premium_AzureFrontDoor"), "azurerm_cdn_frontdoor_profile"
    )
    | dict.fromkeys(
        ("Standard_Microsoft", "Standard_Verizon", "Premium_Verizon"), "azurerm_cdn_profile"
    ),
)
_FRONT_DOORS: Final = (
    Kind(
        _PROFILES,
        _FRONT_DOOR_PROFILE,
        (
            Argument("sku_name", "sku.name"),
            Blocks(
                "log_scrubbing_rule",
                "properties.logScrubbing.scrubbingRules",
                (Argument("match_variable", "matchVariable"),),
            ),
        ),
    ),
    Kind(
        f"{_PROFILES}/afdEndpoints",
        "azurerm_cdn_frontdoor_endpoint",
        (
            Argument("cdn_frontdoor_profile_id", PARENT),
            Argument("enabled", "properties.enabledState", ENABLED),
            Argument("host_name", "properties.hostName"),
        ),
    ),
    Kind(
        f"{_PROFILES}/afdEndpoints/routes",
        "azurerm_cdn_frontdoor_route",
        (
            Argument("cdn_frontdoor_endpoint_id", PARENT),
            Argument("cdn_frontdoor_origin_group_id", "properties.originGroup.id"),
            Argument("cdn_frontdoor_custom_domain_ids", "properties.customDomains", each="id"),
            Argument("supported_protocols", "properties.supportedProtocols"),
            Argument("patterns_to_match", "properties.patternsToMatch"),
            Argument("forwarding_protocol", "properties.forwardingProtocol"),
            Argument("https_redirect_enabled", "properties.httpsRedirect", ENABLED, default=False),
            Argument("link_to_default_domain", "properties.linkToDefaultDomain", ENABLED),
            Argument("enabled", "properties.enabledState", ENABLED),
        ),
    ),
    Kind(
        f"{_PROFILES}/originGroups/origins",
        "azurerm_cdn_frontdoor_origin",
        (
            Argument("cdn_frontdoor_origin_group_id", PARENT),
            Argument("host_name", "properties.hostName"),
            Argument("enabled", "properties.enabledState", ENABLED),
            Argument("certificate_name_check_enabled", "properties.enforceCertificateNameCheck"),
            Argument(
                "private_link.private_link_target_id",
                "properties.sharedPrivateLinkResource.privateLink.id",
            ),
            Argument("private_link.target_type", "properties.sharedPrivateLinkResource.groupId"),
        ),
    ),
    Kind(f"{_PROFILES}/originGroups", "azurerm_cdn_frontdoor_origin_group", ()),
    Kind(
        f"{_PROFILES}/securityPolicies",
        "azurerm_cdn_frontdoor_security_policy",
        (
            Argument("cdn_frontdoor_profile_id", PARENT),
            Argument(
                "security_policies.firewall.cdn_frontdoor_firewall_policy_id",
                "properties.parameters.wafPolicy.id",
            ),
        ),
    ),
    Kind(
        f"{_NETWORK}/frontDoorWebApplicationFirewallPolicies",
        "azurerm_cdn_frontdoor_firewall_policy",
        (
            Argument("sku_name", "sku.name"),
            Argument("enabled", "properties.policySettings.enabledState", ENABLED),
            Argument("mode", "properties.policySettings.mode"),
            Argument(
                "request_body_check_enabled",
                "properties.policySettings.requestBodyCheck",
                ENABLED,
            ),
            Argument(
                "log_scrubbing.enabled",
                "properties.policySettings.logScrubbing.state",
                ENABLED,
            ),
            Blocks(
                "log_scrubbing.scrubbing_rule",
                "properties.policySettings.logScrubbing.scrubbingRules",
                _SCRUBBED,
            ),
            Blocks(
                "managed_rule",
                "properties.managedRules.managedRuleSets",
                (
                    Argument("type", "ruleSetType"),
                    Argument("version", "ruleSetVersion"),
                    Argument("action", "ruleSetAction"),
                ),
            ),
        ),
    ),
)


EDGE: Final = (*_GATEWAYS, *_FRONT_DOORS)

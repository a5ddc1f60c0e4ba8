"""What protects the ways to the data: applications, networks, policies and rights."""

from collections.abc import Mapping
from typing import Final

from simulator.controls.change.protection import (
    BLIND,
    CIPHER,
    CLOSED,
    DENY,
    GUARD,
    KEEPS,
    MEDIUM,
    NO_MORE,
    OPEN,
    PUBLIC,
    RECORDED,
    RIGHTS,
    SIGN_IN,
    TLS_NUMBER,
    UNDO,
    Protection,
    switched,
)
from simulator.controls.change.weaker import LESS, MORE, OFF, ON, SET, SOONER, ranked

ROWS: Final[Mapping[str, tuple[Protection, ...]]] = {
    "azurerm_{linux,windows}_{web,function}_app{,_slot}": (
        CLOSED,
        Protection("https_only", ON, CIPHER),
        Protection("site_config.minimum_tls_version", TLS_NUMBER, CIPHER),
        Protection("site_config.scm_minimum_tls_version", TLS_NUMBER, CIPHER),
        Protection("site_config.ftps_state", ranked("AllAllowed", "FtpsOnly", "Disabled"), CIPHER),
        Protection("site_config.ip_restriction_default_action", DENY, OPEN),
        *(
            Protection(
                f"site_config.ip_restriction.{source}",
                NO_MORE,
                OPEN,
                only=("site_config.ip_restriction_default_action", "Deny"),
            )
            for source in ("ip_address", "service_tag")
        ),
        Protection("auth_settings_v2.auth_enabled", ON, PUBLIC),
        Protection("auth_settings_v2.require_authentication", ON, PUBLIC),
        *switched(
            SIGN_IN,
            "ftp_publish_basic_authentication_enabled",
            "webdeploy_publish_basic_authentication_enabled",
            off=True,
        ),
        Protection("site_config.vnet_route_all_enabled", ON, OPEN, MEDIUM),
        Protection("virtual_network_subnet_id", SET, OPEN, MEDIUM),
    ),
    "azurerm_management_lock": (
        Protection("lock_level", ranked("", "CanNotDelete", "ReadOnly"), UNDO),
    ),
    "azurerm_{resource,resource_group,subscription,management_group}_policy_assignment": (
        Protection("enforce", ON, GUARD),
        Protection("not_scopes", NO_MORE, GUARD),
    ),
    "azurerm_{resource,resource_group,subscription,management_group}_policy_exemption": (
        Protection("policy_definition_reference_ids", KEEPS, GUARD),
        Protection("expires_on", SET, GUARD),
    ),
    "azurerm_role_definition": (
        Protection("permissions.actions", NO_MORE, RIGHTS),
        Protection("permissions.data_actions", NO_MORE, RIGHTS),
        Protection("permissions.not_actions", KEEPS, RIGHTS),
        Protection("permissions.not_data_actions", KEEPS, RIGHTS),
        Protection("assignable_scopes", NO_MORE, RIGHTS, MEDIUM),
    ),
    "azuread_conditional_access_policy": (
        Protection(
            "state",
            ranked("disabled", "enabledForReportingButNotEnforced", "enabled"),
            SIGN_IN,
        ),
        *(
            Protection(f"conditions.{included}", KEEPS, SIGN_IN)
            for included in (
                "users.included_users",
                "users.included_groups",
                "users.included_roles",
                "applications.included_applications",
                "client_app_types",
            )
        ),
        Protection("conditions.users.excluded_users", NO_MORE, SIGN_IN),
        Protection("conditions.users.excluded_groups", NO_MORE, SIGN_IN),
        Protection("conditions.applications.excluded_applications", NO_MORE, SIGN_IN),
        Protection("grant_controls.built_in_controls", KEEPS, SIGN_IN),
        Protection("session_controls.sign_in_frequency", LESS, SIGN_IN, MEDIUM),
    ),
    "azurerm_{,pim_active_,pim_eligible_}role_assignment": (Protection("condition", SET, RIGHTS),),
    "azurerm_role_management_policy": (
        *switched(
            RIGHTS,
            *(
                f"{rules}.{switch}"
                for rules in ("activation_rules", "active_assignment_rules")
                for switch in ("require_multifactor_authentication", "require_justification")
            ),
            "activation_rules.require_approval",
            "activation_rules.require_ticket_info",
            "active_assignment_rules.expiration_required",
            "eligible_assignment_rules.expiration_required",
        ),
        Protection("activation_rules.maximum_duration", SOONER, RIGHTS),
        Protection("active_assignment_rules.expire_after", SOONER, RIGHTS),
        Protection("eligible_assignment_rules.expire_after", SOONER, RIGHTS, MEDIUM),
    ),
    "azurerm_pim_{eligible,active}_role_assignment": (
        Protection("schedule.expiration.duration_days", LESS, RIGHTS, MEDIUM),
    ),
    "azurerm_cdn_frontdoor_firewall_policy": (
        Protection("enabled", ON, OPEN),
        Protection("mode", ranked("Detection", "Prevention"), OPEN),
    ),
    "azurerm_web_application_firewall_policy": (
        Protection("policy_settings.enabled", ON, OPEN),
        Protection("policy_settings.mode", ranked("Detection", "Prevention"), OPEN),
    ),
    "azurerm_api_management": (
        CLOSED,
        *switched(
            CIPHER,
            *(
                f"security.{side}_{version}_enabled"
                for side in ("frontend", "backend")
                for version in ("ssl30", "tls10", "tls11")
            ),
            off=True,
        ),
        Protection("tenant_access.enabled", OFF, SIGN_IN),
        Protection("virtual_network_type", ranked("None", "External", "Internal"), OPEN),
    ),
    "azurerm_api_management_{api,product}": (Protection("subscription_required", ON, PUBLIC),),
    "azurerm_api_management_product": (Protection("approval_required", ON, RIGHTS, MEDIUM),),
    "azurerm_api_management_subscription": (Protection("allow_tracing", OFF, RECORDED),),
    "azurerm_api_management_named_value": (Protection("secret", ON, SIGN_IN),),
    "azurerm_api_management_backend": (
        *switched(CIPHER, "tls.validate_certificate_chain", "tls.validate_certificate_name"),
    ),
    "azurerm_api_management_{,api_}diagnostic": (
        Protection("always_log_errors", ON, BLIND, MEDIUM),
        Protection("sampling_percentage", MORE, BLIND, MEDIUM),
        *(
            protection
            for message in (
                "frontend_request",
                "frontend_response",
                "backend_request",
                "backend_response",
            )
            for protection in (
                Protection(f"{message}.body_bytes", LESS, RECORDED),
                Protection(f"{message}.headers_to_log", NO_MORE, RECORDED),
            )
        ),
    ),
    "azurerm_subnet": (
        Protection(
            "private_endpoint_network_policies",
            ranked("Disabled", "RouteTableEnabled", "NetworkSecurityGroupEnabled", "Enabled"),
            OPEN,
            MEDIUM,
        ),
        Protection("default_outbound_access_enabled", OFF, OPEN, MEDIUM),
    ),
}

"""Web and function apps, API Management, messaging, Purview."""

from typing import Any

from declared import Declared
from wire import Json, answer, onoff, tracked

from simulator.estate.model import Resource

SITES = "Microsoft.Web/sites"
APIM = "Microsoft.ApiManagement/service"


def site(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    id_ = d.id(r)
    function = "function" in r.type
    config = (v.get("site_config") or [{}])[0]
    app = tracked(
        d,
        r,
        SITES,
        {
            "state": "Running",
            "enabled": True,
            "httpsOnly": v["https_only"],
            "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
            "serverFarmId": v["service_plan_id"],
            "virtualNetworkSubnetId": v.get("virtual_network_subnet_id"),
            "reserved": True,
            "clientCertEnabled": v.get("client_certificate_enabled") or False,
            "defaultHostName": f"{v['name']}.azurewebsites.net",
            "hostNames": [f"{v['name']}.azurewebsites.net"],
        },
        kind="functionapp,linux" if function else "app,linux",
    )
    stack = (config.get("application_stack") or [{}])[0]
    runtime = {"python_version": "Python", "node_version": "NODE"}
    linux = next((f"{runtime[name]}|{stack[name]}" for name in runtime if stack.get(name)), "")
    web = answer(
        f"{id_}/config/web",
        f"{SITES}/config",
        {
            "linuxFxVersion": linux,
            "minTlsVersion": config.get("minimum_tls_version"),
            "scmMinTlsVersion": config.get("scm_minimum_tls_version"),
            "ftpsState": config.get("ftps_state"),
            "http20Enabled": config.get("http2_enabled") or False,
            "alwaysOn": config.get("always_on"),
            "remoteDebuggingEnabled": config.get("remote_debugging_enabled") or False,
            "vnetRouteAllEnabled": config.get("vnet_route_all_enabled") or False,
            "healthCheckPath": config.get("health_check_path"),
            "ipSecurityRestrictions": [_restriction(one) for one in _rules(config)],
            "ipSecurityRestrictionsDefaultAction": config.get("ip_restriction_default_action")
            or "Allow",
            "scmIpSecurityRestrictionsDefaultAction": config.get(
                "scm_ip_restriction_default_action"
            )
            or "Allow",
        },
        location="West US 2",
    )
    settings = dict(v.get("app_settings") or {})
    if function:
        settings |= {
            "FUNCTIONS_EXTENSION_VERSION": "~4",
            "FUNCTIONS_WORKER_RUNTIME": "python",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": config.get(
                "application_insights_connection_string"
            ),
        }
        if v.get("storage_uses_managed_identity"):
            settings["AzureWebJobsStorage__accountName"] = v["storage_account_name"]
        else:
            account, key = v["storage_account_name"], v["storage_account_access_key"]
            settings["AzureWebJobsStorage"] = (
                f"DefaultEndpointsProtocol=https;AccountName={account};AccountKey={key};"
                "EndpointSuffix=core.windows.net"
            )
    texts = {name: str(value) for name, value in settings.items() if value is not None}
    strings = {
        one["name"]: {"value": one["value"], "type": one["type"]}
        for one in v.get("connection_string") or []
    }
    return [
        app,
        web,
        answer(f"{id_}/config/appsettings", f"{SITES}/config", texts, location="West US 2"),
        answer(f"{id_}/config/connectionstrings", f"{SITES}/config", strings),
        *(
            answer(
                f"{id_}/basicPublishingCredentialsPolicies/{name}",
                f"{SITES}/basicPublishingCredentialsPolicies",
                {"allow": v[argument] is not False},
            )
            for name, argument in (
                ("ftp", "ftp_publish_basic_authentication_enabled"),
                ("scm", "webdeploy_publish_basic_authentication_enabled"),
            )
            if argument in v
        ),
    ]


def _rules(config: Json) -> list[Json]:
    return config.get("ip_restriction") or []


def _restriction(rule: Json) -> Json:
    headers = (rule.get("headers") or [{}])[0]
    made: Json = {
        "action": rule["action"],
        "name": rule["name"],
        "priority": rule["priority"],
        "ipAddress": rule.get("service_tag") or rule.get("ip_address"),
        "tag": "ServiceTag" if rule.get("service_tag") else "Default",
        "vnetSubnetResourceId": rule.get("virtual_network_subnet_id"),
    }
    if headers.get("x_azure_fdid"):
        made["headers"] = {"x-azure-fdid": headers["x_azure_fdid"]}
    return made


def plan(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "reserved": v["os_type"] == "Linux",
        "zoneRedundant": v.get("zone_balancing_enabled") or False,
        "numberOfWorkers": v.get("worker_count") or 1,
    }
    made = tracked(d, r, "Microsoft.Web/serverfarms", properties, kind="linux")
    return [{**made, "sku": {"name": v["sku_name"], "capacity": v.get("worker_count") or 1}}]


def api_management(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    security = (v.get("security") or [{}])[0]
    prefix = "Microsoft.WindowsAzure.ApiManagement.Gateway"
    protocols = {
        "Security.Protocols.Tls10": security.get("frontend_tls10_enabled"),
        "Security.Protocols.Tls11": security.get("frontend_tls11_enabled"),
        "Security.Protocols.Ssl30": security.get("frontend_ssl30_enabled"),
        "Security.Backend.Protocols.Tls10": security.get("backend_tls10_enabled"),
        "Security.Backend.Protocols.Tls11": security.get("backend_tls11_enabled"),
        "Security.Backend.Protocols.Ssl30": security.get("backend_ssl30_enabled"),
    }
    name, _, capacity = v["sku_name"].partition("_")
    network = (v.get("virtual_network_configuration") or [None])[0]
    access = (v.get("tenant_access") or [{}])[0]
    service = tracked(
        d,
        r,
        APIM,
        {
            "publisherEmail": v["publisher_email"],
            "publisherName": v["publisher_name"],
            "virtualNetworkType": v["virtual_network_type"],
            "virtualNetworkConfiguration": network and {"subnetResourceId": network["subnet_id"]},
            "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
            "enableClientCertificate": v.get("client_certificate_enabled") or None,
            "apiVersionConstraint": {"minApiVersion": v.get("min_api_version")},
            "customProperties": {
                f"{prefix}.{part}": str(bool(on)) for part, on in protocols.items()
            },
        },
        sku={"name": name, "capacity": int(capacity)},
    )
    tenant = answer(
        f"{d.id(r)}/tenant/access", f"{APIM}/tenant", {"enabled": access.get("enabled") or False}
    )
    return [service, tenant]


def api(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    return [
        answer(
            d.id(r),
            f"{APIM}/apis",
            {
                "displayName": v["display_name"],
                "path": v["path"],
                "protocols": v["protocols"],
                "apiRevision": v["revision"],
                "subscriptionRequired": v["subscription_required"],
                "isCurrent": True,
            },
        )
    ]


def _policy(type_: str) -> Any:
    def write(d: Declared, r: Resource) -> list[Json]:
        content = {"format": "xml", "value": d.values(r)["xml_content"]}
        return [answer(d.id(r), f"{APIM}/{type_}/policies", content)]

    return write


def backend(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    credentials = (v.get("credentials") or [None])[0]
    tls = (v.get("tls") or [{}])[0]
    headers = credentials and {
        name: [text] for name, text in (credentials.get("header") or {}).items()
    }
    return [
        answer(
            d.id(r),
            f"{APIM}/backends",
            {
                "url": v["url"],
                "protocol": v["protocol"],
                "credentials": headers and {"header": headers},
                "tls": {
                    "validateCertificateChain": tls.get("validate_certificate_chain"),
                    "validateCertificateName": tls.get("validate_certificate_name"),
                },
                "circuitBreaker": {
                    "rules": [
                        {
                            "name": rule["name"],
                            "tripDuration": rule["trip_duration"],
                            "failureCondition": {
                                "count": rule["failure_condition"][0]["count"],
                                "interval": rule["failure_condition"][0]["interval_duration"],
                            },
                        }
                        for rule in v.get("circuit_breaker_rule") or []
                    ]
                },
            },
        )
    ]


def diagnostic(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)

    def side(name: str) -> Json:
        return {
            part: {
                "headers": (v.get(f"{name}_{part}") or [{}])[0].get("headers_to_log") or [],
                "body": {"bytes": (v.get(f"{name}_{part}") or [{}])[0].get("body_bytes") or 0},
            }
            for part in ("request", "response")
        }

    return [
        answer(
            d.id(r),
            f"{APIM}/diagnostics",
            {
                "loggerId": v["api_management_logger_id"],
                "alwaysLog": "allErrors" if v.get("always_log_errors") else None,
                "logClientIp": v.get("log_client_ip"),
                "verbosity": v.get("verbosity"),
                "sampling": {"samplingType": "fixed", "percentage": v.get("sampling_percentage")},
                "frontend": side("frontend"),
                "backend": side("backend"),
            },
        )
    ]


def named_value(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    vault = (v.get("value_from_key_vault") or [None])[0]
    return [
        answer(
            d.id(r),
            f"{APIM}/namedValues",
            {
                "displayName": v["display_name"],
                "secret": v["secret"],
                "keyVault": vault and {"secretIdentifier": vault["secret_id"]},
            },
        )
    ]


def product(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    return [
        answer(
            d.id(r),
            f"{APIM}/products",
            {
                "displayName": v["display_name"],
                "state": "published" if v["published"] else "notPublished",
                "subscriptionRequired": v["subscription_required"],
                "approvalRequired": v.get("approval_required"),
                "subscriptionsLimit": v.get("subscriptions_limit"),
            },
        )
    ]


def product_api(d: Declared, r: Resource) -> list[Json]:
    return [answer(d.id(r), f"{APIM}/products/apis", {"isCurrent": True})]


def partner_subscription(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v["display_name"],
        "scope": v.get("product_id") or v.get("api_id"),
        "state": v["state"],
        "allowTracing": v["allow_tracing"],
    }
    return [answer(d.id(r), f"{APIM}/subscriptions", properties)]


def service_bus(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    type_ = "Microsoft.ServiceBus/namespaces"
    access = onoff(v["public_network_access_enabled"])
    namespace = tracked(
        d,
        r,
        type_,
        {
            "minimumTlsVersion": v["minimum_tls_version"],
            "publicNetworkAccess": access,
            "disableLocalAuth": not v["local_auth_enabled"],
        },
        sku={"name": v["sku"], "tier": v["sku"], "capacity": v.get("capacity")},
    )
    rules = answer(
        f"{d.id(r)}/networkRuleSets/default",
        f"{type_}/networkRuleSets",
        {"publicNetworkAccess": access, "defaultAction": "Allow", "ipRules": []},
    )
    return [namespace, rules]


def queue(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "deadLetteringOnMessageExpiration": v["dead_lettering_on_message_expiration"],
        "defaultMessageTimeToLive": v.get("default_message_ttl"),
        "maxDeliveryCount": v["max_delivery_count"],
        "lockDuration": v["lock_duration"],
        "requiresDuplicateDetection": v.get("requires_duplicate_detection"),
        "status": "Active",
    }
    return [answer(d.id(r), "Microsoft.ServiceBus/namespaces/queues", properties)]


def purview(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    return [
        tracked(
            d,
            r,
            "Microsoft.Purview/accounts",
            {
                "publicNetworkAccess": onoff(v["public_network_enabled"]),
                "managedResourceGroupName": v.get("managed_resource_group_name"),
                "managedEventHubState": onoff(v.get("managed_event_hub_enabled")),
                "managedResourcesPublicNetworkAccess": "Disabled",
            },
            sku={"name": "Standard", "capacity": 1},
        )
    ]


def connection(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    given = (v.get("body") or {}).get("properties", {}) if r.type == "azapi_resource" else {}
    properties = {
        "displayName": v.get("display_name") or given.get("displayName"),
        "api": given.get("api") or {"id": v.get("managed_api_id")},
        "parameterValueType": given.get("parameterValueType"),
        "overallStatus": "Connected",
    }
    return [tracked(d, r, "Microsoft.Web/connections", properties)]


WRITERS = {
    "azurerm_linux_web_app": site,
    "azurerm_linux_function_app": site,
    "azurerm_service_plan": plan,
    "azurerm_api_management": api_management,
    "azurerm_api_management_api": api,
    "azurerm_api_management_api_policy": _policy("apis"),
    "azurerm_api_management_product_policy": _policy("products"),
    "azurerm_api_management_backend": backend,
    "azurerm_api_management_diagnostic": diagnostic,
    "azurerm_api_management_named_value": named_value,
    "azurerm_api_management_product": product,
    "azurerm_api_management_product_api": product_api,
    "azurerm_api_management_subscription": partner_subscription,
    "azurerm_servicebus_namespace": service_bus,
    "azurerm_servicebus_queue": queue,
    "azurerm_purview_account": purview,
    "azurerm_api_connection": connection,
    "azapi_resource": connection,
}
INSIDE = ()

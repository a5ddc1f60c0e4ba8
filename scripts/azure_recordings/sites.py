"""Web and function apps and their plans."""

from declared import Declared
from wire import Json, answer, onoff, tracked

from simulator.estate.model import Resource

SITES = "Microsoft.Web/sites"


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
    "azurerm_api_connection": connection,
    "azapi_resource": connection,
}
INSIDE = ()

"""Sites of every kind, and what Azure keeps beside them."""

import pytest

from simulator.estate.model import Known, Resource
from tests.estate.arm.live import an_id, estate, one

SITE = an_id("Microsoft.Web/sites/app-shop")
PLAN = an_id("Microsoft.Web/serverfarms/plan-shop")
SUBNET = an_id("Microsoft.Network/virtualNetworks/vnet/subnets/apps")


def site(kind: str = "app,linux", **properties: object) -> dict[str, object]:
    return {
        "id": SITE,
        "name": "app-shop",
        "kind": kind,
        "location": "West US",
        "identity": {"type": "SystemAssigned", "principalId": "p", "tenantId": "t"},
        "properties": {
            "state": "Running",
            "hostNames": ["app-shop.azurewebsites.net"],
            "enabled": True,
            "serverFarmId": PLAN,
            "reserved": "linux" in kind,
            "httpsOnly": True,
            "clientCertEnabled": False,
            "clientCertMode": "Required",
            "publicNetworkAccess": "Disabled",
            "virtualNetworkSubnetId": SUBNET,
            "keyVaultReferenceIdentity": "SystemAssigned",
            "siteConfig": {"numberOfWorkers": 1, "minTlsVersion": None, "appSettings": None},
            **properties,
        },
    }


def beside(path: str, *, of: str = SITE, **properties: object) -> dict[str, object]:
    return {"id": f"{of}/{path}", "name": path.rpartition("/")[2], "properties": properties}


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("app", "azurerm_windows_web_app"),
        ("app,linux", "azurerm_linux_web_app"),
        ("app,linux,container", "azurerm_linux_web_app"),
        ("functionapp", "azurerm_windows_function_app"),
        ("functionapp,linux", "azurerm_linux_function_app"),
        ("functionapp,linux,container", "azurerm_linux_function_app"),
        ("functionapp,workflowapp", "azurerm_logic_app_standard"),
        ("functionapp,linux,workflowapp", "azurerm_logic_app_standard"),
    ],
)
def test_a_site_s_kind_says_what_it_is_in_azurerm(kind: str, type_: str) -> None:
    (found,) = estate(site(kind)).resources
    assert found.type == type_


def test_a_function_app_with_its_own_configuration_is_a_flexible_one() -> None:
    storage = {
        "deployment": {
            "storage": {
                "type": "blobContainer",
                "value": "https://stfn.blob.core.windows.net/code",
                "authentication": {"type": "SystemAssignedIdentity"},
            }
        },
        "runtime": {"name": "python", "version": "3.12"},
    }
    app = one(
        "azurerm_function_app_flex_consumption",
        site("functionapp,linux", functionAppConfig=storage),
    )
    assert app.get("storage_authentication_type") == Known("SystemAssignedIdentity")
    assert app.get("https_only") == Known(True)


def web_app(*beside_it: dict[str, object]) -> Resource:
    return one("azurerm_linux_web_app", site(), *beside_it)


def test_a_web_app_is_told_in_azurerm_s_words() -> None:
    app = web_app()
    assert app.get("https_only") == Known(True)
    assert app.get("public_network_access_enabled") == Known(False)
    assert app.get("service_plan_id") == Known(PLAN)
    assert app.get("virtual_network_subnet_id") == Known(SUBNET)
    assert app.get("identity.type") == Known("SystemAssigned")
    # Azure answers with nulls for what is in config/web.
    assert app.blocks("site_config") == ()


def test_its_configuration_is_a_block_of_it() -> None:
    app = web_app(
        beside(
            "config/web",
            minTlsVersion="1.2",
            scmMinTlsVersion="1.0",
            ftpsState="AllAllowed",
            http20Enabled=True,
            ipSecurityRestrictionsDefaultAction="Deny",
            ipSecurityRestrictions=[
                {
                    "ipAddress": "203.0.113.0/24",
                    "action": "Allow",
                    "priority": 100,
                    "name": "office",
                },
                {
                    "ipAddress": "AzureFrontDoor.Backend",
                    "action": "Allow",
                    "tag": "ServiceTag",
                    "priority": 110,
                    "name": "front",
                },
                {"ipAddress": "Any", "action": "Deny", "priority": 2147483647, "name": "Deny all"},
            ],
        )
    )
    assert app.declared_name == "app-shop"
    assert app.get("site_config.minimum_tls_version") == Known("1.2")
    assert app.get("site_config.scm_minimum_tls_version") == Known("1.0")
    assert app.get("site_config.ftps_state") == Known("AllAllowed")
    (config,) = app.blocks("site_config")
    office, front = config.blocks("ip_restriction")
    assert office.get("ip_address") == Known("203.0.113.0/24")
    assert front.get("service_tag") == Known("AzureFrontDoor.Backend")
    assert "ip_address" not in front.values


def test_its_settings_and_connection_strings_are_its_own() -> None:
    app = web_app(
        beside("config/appsettings", DB_PASSWORD="hunter2", WEBSITE_RUN_FROM_PACKAGE="1"),
        beside("config/connectionstrings", Shop={"value": "Server=x", "type": "SQLAzure"}),
    )
    assert app.entries("app_settings") == {
        "DB_PASSWORD": Known("hunter2"),
        "WEBSITE_RUN_FROM_PACKAGE": Known("1"),
    }
    (string,) = app.blocks("connection_string")
    assert string.get("name") == Known("Shop")
    assert string.get("value") == Known("Server=x", sensitive=True)


def test_settings_within_a_site_are_a_map_too() -> None:
    config = {"appSettings": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}
    app = one("azurerm_linux_web_app", site(siteConfig=config))
    assert app.entries("app_settings") == {"A": Known("1"), "B": Known("2")}


def test_whether_ftp_and_web_deploy_take_passwords_is_beside_it() -> None:
    policies = "basicPublishingCredentialsPolicies"
    app = web_app(beside(f"{policies}/ftp", allow=False), beside(f"{policies}/scm", allow=True))
    assert app.get("ftp_publish_basic_authentication_enabled") == Known(False)
    assert app.get("webdeploy_publish_basic_authentication_enabled") == Known(True)


def test_a_logic_app_has_the_older_names() -> None:
    app = one(
        "azurerm_logic_app_standard",
        site("functionapp,workflowapp", siteConfig={"minTlsVersion": "1.1"}),
    )
    assert app.get("site_config.min_tls_version") == Known("1.1")
    assert app.get("app_service_plan_id") == Known(PLAN)
    assert app.get("public_network_access") == Known("Disabled")


def test_a_slot_is_a_resource_of_its_own_with_its_own_settings() -> None:
    slot = f"{SITE}/slots/staging"
    found = estate(
        site(),
        site() | {"id": slot, "name": "staging"},
        beside("config/appsettings", of=slot, STAGE="1"),
    )
    (staging,) = found.of_type("azurerm_linux_web_app_slot")
    assert staging.get("app_service_id") == Known(SITE)
    assert staging.entries("app_settings") == {"STAGE": Known("1")}
    (app,) = found.of_type("azurerm_linux_web_app")
    assert app.entries("app_settings") == {}


def test_plans_and_static_sites_are_told_in_azurerm_s_words() -> None:
    static = an_id("Microsoft.Web/staticSites/swa-shop")
    found = estate(
        {
            "id": PLAN,
            "name": "plan-shop",
            "kind": "linux",
            "sku": {"name": "P1v3", "tier": "PremiumV3", "capacity": 3},
            "properties": {"reserved": True, "zoneRedundant": True},
        },
        {
            "id": static,
            "name": "swa-shop",
            "sku": {"name": "Standard", "tier": "Standard"},
            "properties": {"branch": "main", "publicNetworkAccess": "Enabled"},
        },
        beside("config/appsettings", of=static, API_KEY="k"),
    )
    (plan,) = found.of_type("azurerm_service_plan")
    assert (plan.get("sku_name"), plan.get("os_type")) == (Known("P1v3"), Known("Linux"))
    (swa,) = found.of_type("azurerm_static_web_app")
    assert swa.entries("app_settings") == {"API_KEY": Known("k")}

"""Resources written with azapi are read as the azurerm resources that they are."""

from pathlib import Path

from simulator.estate.azapi import body_of, with_azapi
from simulator.estate.hcl import read_hcl
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
)

_AZAPI = Provider("azapi")

_SHOP = """
resource "azurerm_resource_group" "shop" {
  name     = "rg-shop"
  location = "westus"
}

resource "azapi_resource" "account" {
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  name      = "stshop"
  parent_id = azurerm_resource_group.shop.id
  tags      = { data_classification = "restricted" }
  identity {
    type = "SystemAssigned"
  }
  body = {
    kind = "StorageV2"
    properties = {
      publicNetworkAccess = "Disabled"
      networkAcls         = { defaultAction = "Deny", ipRules = [{ value = "203.0.113.7" }] }
    }
  }
}

resource "azapi_resource" "orders" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01"
  name      = "orders"
  parent_id = "${azapi_resource.account.id}/blobServices/default"
  body      = jsonencode({ properties = { publicAccess = "Blob" } })
}

resource "azapi_update_resource" "keyless" {
  type        = "Microsoft.Storage/storageAccounts@2023-05-01"
  resource_id = azapi_resource.account.id
  body        = { properties = { allowSharedKeyAccess = false } }
}

resource "azapi_resource" "other" {
  type      = "Microsoft.Unheard/of@2023-05-01"
  name      = "x"
  parent_id = azurerm_resource_group.shop.id
  body      = { properties = {} }
}
"""


def _estate(directory: Path) -> Estate:
    (directory / "main.tf").write_text(_SHOP, encoding="utf-8")
    return with_azapi(read_hcl(directory))


def test_an_account_written_with_azapi_has_azurerm_s_arguments(tmp_path: Path) -> None:
    (account,) = _estate(tmp_path).of_type("azurerm_storage_account")
    assert account.address == "azapi_resource.account"
    assert account.get("public_network_access_enabled") == Known(value=False)
    assert account.get("network_rules.default_action") == Known("Deny")
    assert account.get("network_rules.ip_rules") == Known(("203.0.113.7",))
    assert account.get("identity.type") == Known("SystemAssigned")
    assert account.entries("tags")["data_classification"] == Known("restricted")
    group = account.get("resource_group_name")
    assert isinstance(group, Reference)
    assert group.to == "azurerm_resource_group.shop"


def test_what_the_body_leaves_out_is_azure_s_default_not_azurerm_s(tmp_path: Path) -> None:
    (account,) = _estate(tmp_path).of_type("azurerm_storage_account")
    https = account.get("https_traffic_only_enabled")
    assert https == Omitted(default=True, decided_by="Azure default")


def test_a_container_belongs_to_the_account_above_its_blob_service(tmp_path: Path) -> None:
    estate = _estate(tmp_path)
    (container,) = estate.of_type("azurerm_storage_container")
    assert container.get("container_access_type") == Known("blob")
    target = estate.target(container.get("storage_account_id"))
    assert target is not None
    assert target.resource.address == "azapi_resource.account"


def test_an_update_changes_the_resource_that_it_names(tmp_path: Path) -> None:
    (account,) = _estate(tmp_path).of_type("azurerm_storage_account")
    assert account.get("shared_access_key_enabled") == Known(value=False)


def test_a_type_without_a_table_stays_an_azapi_resource(tmp_path: Path) -> None:
    kept = _estate(tmp_path).of_type("azapi_resource")
    assert [resource.address for resource in kept] == ["azapi_resource.other"]


_SITE = """
variable "token" {}

resource "azapi_resource" "site" {
  type      = "Microsoft.Web/sites@2023-12-01"
  name      = "app-shop"
  parent_id = "/subscriptions/0/resourceGroups/rg-shop"
  tags      = { team = "shop" }
  body      = { kind = "app,linux", properties = { httpsOnly = true } }
  lifecycle {
    ignore_changes = [body]
  }
}

resource "azapi_update_resource" "settings" {
  type      = "Microsoft.Web/sites/config@2023-12-01"
  parent_id = azapi_resource.site.id
  name      = "appsettings"
  body      = { properties = { TOKEN = var.token, KEPT = azapi_resource.site.id } }
}

resource "azapi_resource" "server" {
  type           = "Microsoft.Sql/servers@2023-08-01"
  name           = "sql-shop"
  parent_id      = azapi_resource.group.id
  body           = { properties = { administratorLogin = "shop" } }
  sensitive_body = { properties = { administratorLoginPassword = "hunter2" } }
}

resource "azapi_resource" "group" {
  type      = "Microsoft.Resources/resourceGroups@2024-03-01"
  name      = "rg-data"
  parent_id = "/subscriptions/0"
}

resource "azapi_resource" "open" {
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  name      = "stopen"
  parent_id = azapi_resource.group.id
  body      = { properties = var.token }
}
"""


def _site(directory: Path) -> Estate:
    (directory / "main.tf").write_text(_SITE, encoding="utf-8")
    return read_hcl(directory)


def test_readers_tell_azapi_s_resources_in_azurerm_s_words_themselves(tmp_path: Path) -> None:
    estate = _site(tmp_path)
    assert with_azapi(estate) == estate
    assert {r.type for r in estate.of_type("azurerm_linux_web_app", "azurerm_mssql_server")} == {
        "azurerm_linux_web_app",
        "azurerm_mssql_server",
    }


def test_settings_that_stand_beside_a_site_are_its_own(tmp_path: Path) -> None:
    (site,) = _site(tmp_path).of_type("azurerm_linux_web_app")
    settings = site.entries("app_settings")
    assert isinstance(settings["TOKEN"], Unresolvable)
    assert isinstance(settings["KEPT"], Reference)
    assert site.declared_name == "app-shop"
    assert site.entries("tags") == {"team": Known("shop")}


def test_a_body_that_terraform_leaves_alone_is_ignored_as_a_whole(tmp_path: Path) -> None:
    (site,) = _site(tmp_path).of_type("azurerm_linux_web_app")
    assert site.get("lifecycle.ignore_changes") == Known("all")


def test_a_sensitive_body_is_part_of_the_body_and_stays_hidden(tmp_path: Path) -> None:
    (server,) = _site(tmp_path).of_type("azurerm_mssql_server")
    assert server.get("administrator_login") == Known("shop")
    assert server.get("administrator_login_password") == Known("hunter2", sensitive=True)


def test_a_group_made_with_azapi_is_the_group_of_what_is_in_it(tmp_path: Path) -> None:
    (server,) = _site(tmp_path).of_type("azurerm_mssql_server")
    group = server.get("resource_group_name")
    assert isinstance(group, Reference)
    assert (group.to, group.attribute) == ("azapi_resource.group", "name")


def test_a_body_that_is_not_known_leaves_every_argument_unknown(tmp_path: Path) -> None:
    (account,) = _site(tmp_path).of_type("azurerm_storage_account")
    for argument in (
        "https_traffic_only_enabled",
        "allow_nested_items_to_be_public",
        "network_rules.default_action",
        "sas_policy.expiration_action",
        "customer_managed_key.key_vault_key_id",
    ):
        assert isinstance(account.get(argument), Unresolvable), argument


_TEXT_BODY = """
resource "azurerm_storage_account" "logs" {
  name = "stlogs"
}

resource "azapi_resource" "setting" {
  type      = "Microsoft.Insights/diagnosticSettings@2021-05-01-preview"
  name      = "audit"
  parent_id = azurerm_storage_account.logs.id
  body = jsonencode({
    properties = {
      note             = "kept in ${azurerm_storage_account.logs.id}/blobServices/default"
      storageAccountId = azurerm_storage_account.logs.id
      ids              = ["a", azurerm_storage_account.logs.id]
    }
  })
}
"""


def test_texts_of_a_json_body_keep_their_words_around_a_reference(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(_TEXT_BODY, encoding="utf-8")
    (setting,) = (r for r in read_hcl(tmp_path).resources if r.provider.name == "azapi")
    assert setting.get("storage_account_id") == Reference(
        "azurerm_storage_account.logs", text="${azurerm_storage_account.logs.id}"
    )


def test_json_text_that_a_plan_has_lost_is_not_known() -> None:
    body = {"type": Known("Microsoft.Storage/storageAccounts@2023-05-01"), "body": Reference("a.b")}
    origin = Origin("plan.json")
    account = Resource("azapi_resource.a", "azapi_resource", "a", Block(body), origin, _AZAPI)
    (read,) = with_azapi(Estate((account,), "plan.json", "plan")).resources
    known = read.get("public_network_access_enabled")
    assert isinstance(known, Unresolvable)
    assert "a.b" in known.why


def test_a_list_with_a_reference_in_a_json_body_is_one() -> None:
    text = '{"properties": {"ids": ["a", "${x_y.z.id}"], "note": "in ${x_y.z.id}/b"}}'
    body = {"type": Known("Microsoft.Unheard/of@1"), "body": Known(text)}
    origin = Origin("main.tf", 1)
    made = body_of(Resource("azapi_resource.a", "azapi_resource", "a", Block(body), origin, _AZAPI))
    assert made.get("properties.ids") == Reference("x_y.z", text="${x_y.z.id}")
    assert made.get("properties.note") == Reference("x_y.z", text="in ${x_y.z.id}/b")


def test_a_list_of_references_names_them_all() -> None:
    text = '{"properties": {"ids": ["${x_y.a.id}", "${x_y.b.id}", "${x_y.c.id}"]}}'
    body = {"type": Known("Microsoft.Unheard/of@1"), "body": Known(text)}
    origin = Origin("main.tf", 1)
    made = body_of(Resource("azapi_resource.a", "azapi_resource", "a", Block(body), origin, _AZAPI))
    ids = made.get("properties.ids")
    assert isinstance(ids, Reference)
    assert (ids.to, ids.also) == ("x_y.a", ("x_y.b", "x_y.c"))

"""A resource id that is written out names a resource of the estate before any id is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate import resource_ids
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Known
from simulator.offline_plan import schema

MAIN = """
variable "group" {}
resource "azurerm_resource_group" "data" {
  name = "rg-data"
}
resource "azurerm_storage_account" "media" {
  name                = "STmedia"
  resource_group_name = azurerm_resource_group.data.name
}
resource "azurerm_storage_account" "elsewhere" {
  name                = "stelsewhere"
  resource_group_name = "rg-elsewhere"
}
resource "azurerm_storage_account" "somewhere" {
  name                = "stsomewhere"
  resource_group_name = var.group
}
resource "azurerm_key_vault" "twins" {
  count               = 2
  name                = "kv-twin"
  resource_group_name = var.group
}
resource "azurerm_virtual_network" "shop" {
  name                = "vnet-shop"
  resource_group_name = azurerm_resource_group.data.name
}
resource "azurerm_virtual_network" "other" {
  name                = "vnet-other"
  resource_group_name = azurerm_resource_group.data.name
}
resource "azurerm_subnet" "shop" {
  name                 = "default"
  virtual_network_name = azurerm_virtual_network.shop.name
}
resource "azurerm_subnet" "other" {
  name                 = "default"
  virtual_network_name = azurerm_virtual_network.other.name
}
resource "azurerm_mssql_server" "orders" {
  name                = "sql-orders"
  resource_group_name = "rg-data"
}
resource "azurerm_mssql_server" "elsewhere" {
  name                = "sql-elsewhere"
  resource_group_name = "rg-elsewhere"
}
resource "azurerm_mssql_database" "orders" {
  name      = "orders"
  server_id = azurerm_mssql_server.orders.id
}
resource "azurerm_mssql_database" "elsewhere" {
  name      = "orders"
  server_id = azurerm_mssql_server.elsewhere.id
}
resource "azurerm_linux_web_app" "shop" {
  name                = "app-shop"
  resource_group_name = "rg-data"
}
resource "azurerm_monitor_action_group" "applied" {
  id                  = "/subscriptions/t/resourceGroups/rg-data/providers/x/y/ag"
  name                = "ag"
  resource_group_name = "rg-data"
}
"""
GROUP = "/subscriptions/s/resourceGroups/rg-data"
STORAGE = "/providers/Microsoft.Storage/storageAccounts"
VNETS = f"{GROUP}/providers/Microsoft.Network/virtualNetworks"


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    directory = tmp_path_factory.mktemp("estate")
    (directory / "main.tf").write_text(MAIN, encoding="utf-8")
    return read_hcl(directory)


@pytest.mark.parametrize(
    ("text", "address", "suffix"),
    [
        (f"{GROUP}{STORAGE}/stmedia", "azurerm_storage_account.media", ""),
        (f"{GROUP}{STORAGE}/stmedia/", "azurerm_storage_account.media", ""),
        (f"{GROUP}{STORAGE}/stmedia".upper(), "azurerm_storage_account.media", ""),
        (f"{GROUP}{STORAGE}/stmedia/blobServices/default", "azurerm_storage_account.media",
         "/blobServices/default"),
        (f"{GROUP}{STORAGE}/stmedia/providers/Microsoft.Insights/diagnosticSettings/d",
         "azurerm_storage_account.media", "/providers/Microsoft.Insights/diagnosticSettings/d"),
        (f"{GROUP}{STORAGE}/stsomewhere", "azurerm_storage_account.somewhere", ""),
        (f"{VNETS}/vnet-shop", "azurerm_virtual_network.shop", ""),
        (f"{VNETS}/vnet-shop/subnets/default", "azurerm_subnet.shop", ""),
        (f"{VNETS}/vnet-other/subnets/default", "azurerm_subnet.other", ""),
        (f"{VNETS}/vnet-shop/subnets/none", "azurerm_virtual_network.shop", "/subnets/none"),
        (f"{GROUP}/providers/Microsoft.Sql/servers/sql-orders/databases/orders",
         "azurerm_mssql_database.orders", ""),
        (f"{GROUP}/providers/microsoft.web/sites/app-shop", "azurerm_linux_web_app.shop", ""),
        (GROUP, "azurerm_resource_group.data", ""),
    ],
)  # fmt: skip
def test_a_literal_id_finds_the_resource_of_its_type_and_name(estate, text, address, suffix):
    target = estate.target(Known(text))
    assert target is not None
    assert (target.resource.address, target.suffix) == (address, suffix)


@pytest.mark.parametrize(
    "text",
    [
        f"{GROUP}{STORAGE}/stother",
        f"{GROUP}{STORAGE}/stelsewhere",  # known to be in another group
        f"{GROUP}/providers/Microsoft.KeyVault/vaults/stmedia",  # another type
        f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-twin",  # two could be meant
        f"{GROUP}/providers/Microsoft.Sql/servers/sql-elsewhere/databases/orders",
        f"{GROUP}/providers/Microsoft.Insights/actionGroups/ag",  # its own id is another one
        f"{GROUP}/providers/Microsoft.Unheard/ofs/stmedia",
        "/subscriptions/s/resourceGroups/rg-other",
        f"{STORAGE}/stmedia",
        "stmedia",
        "",
        "/",
    ],
)
def test_a_literal_id_of_something_else_finds_nothing(estate, text):
    assert estate.target(Known(text)) is None


@given(st.text() | st.lists(st.sampled_from(["a", "", "subscriptions", "resourceGroups"])).map(
    "/".join) | st.text(max_size=20).map(f"{GROUP}{STORAGE}/a".__add__))  # fmt: skip
def test_the_suffix_is_the_end_of_any_id(text):
    for one in resource_ids.named(text):
        assert text.rstrip("/").endswith(one.suffix)


def test_the_provider_has_every_type_of_the_table():
    known = set(schema.providers()["hashicorp/azurerm"].resource_types())
    assert {type_ for types in resource_ids._TYPES.values() for type_ in types} <= known
    assert resource_ids._OWNERS.keys() <= known

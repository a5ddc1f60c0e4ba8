"""Resources written with azapi are read as the azurerm resources that they are."""

from pathlib import Path

from simulator.estate.azapi import with_azapi
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Estate, Known, Omitted, Reference

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

"""A small estate, for the tests of what is done to it."""

from pathlib import Path

PROVIDER = """\
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}
"""

SHOP = (
    PROVIDER
    + """
locals {
  open = false
}

resource "azurerm_storage_account" "shop" {
  name                            = "stshop"
  resource_group_name             = "rg"
  location                        = "westus2"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  allow_nested_items_to_be_public = local.open # never
  public_network_access_enabled   = false
  tags                            = { team = "shop" }

  dynamic "sas_policy" {
    for_each = toset(["1.00:00:00"])

    content {
      expiration_period = sas_policy.value
    }
  }
}

resource "azurerm_storage_container" "each" {
  for_each = toset(["orders", "invoices"])

  name                  = each.key
  storage_account_id    = azurerm_storage_account.shop.id
  container_access_type = "private"
}
"""
)


def written(directory: Path, text: str = SHOP, name: str = "main.tf") -> Path:
    """The directory with this file in it."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return directory

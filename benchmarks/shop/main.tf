# One shop of the benchmark's estate, beside what all shops share. Its plan, in plan.json, is
# multiplied by benchmarks/estate.py.

terraform {
  required_version = ">= 1.9"

  required_providers {
    azuread = {
      source  = "hashicorp/azuread"
      version = "~> 3.0"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.40"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "11111111-1111-1111-1111-111111111111"
}

variable "location" {
  type    = string
  default = "westus2"
}

# What a shop may get wrong.
variable "shops" {
  type = map(object({
    min_tls_version  = string
    container_access = string
    https_only       = bool
    public_vault     = bool
  }))
  default = {
    "5a0001" = {
      min_tls_version  = "TLS1_2"
      container_access = "private"
      https_only       = true
      public_vault     = false
    }
  }
}

variable "payment_key" {
  type      = string
  sensitive = true
  default   = "drill-payment-key"
}

resource "azurerm_resource_group" "security" {
  name     = "rg-security"
  location = var.location
}

resource "azurerm_log_analytics_workspace" "security" {
  name                = "log-security"
  resource_group_name = azurerm_resource_group.security.name
  location            = azurerm_resource_group.security.location
  retention_in_days   = 365
}

resource "azurerm_sentinel_log_analytics_workspace_onboarding" "security" {
  workspace_id = azurerm_log_analytics_workspace.security.id
}

resource "azurerm_private_dns_zone" "link" {
  for_each = toset(["blob.core.windows.net", "database.windows.net", "vaultcore.azure.net"])

  name                = "privatelink.${each.key}"
  resource_group_name = azurerm_resource_group.security.name
}

resource "azurerm_monitor_action_group" "people" {
  name                = "ag-people"
  resource_group_name = azurerm_resource_group.security.name
  short_name          = "people"

  email_receiver {
    name          = "privacy"
    email_address = "privacy@shop.example"
  }
}

data "azuread_service_principal" "sentinel" {
  client_id = "98785600-1bb7-4fb9-b9fa-19afe2c8a360"
}

module "shop" {
  source   = "./modules/shop"
  for_each = var.shops

  shop                = each.key
  location            = var.location
  min_tls_version     = each.value.min_tls_version
  container_access    = each.value.container_access
  https_only          = each.value.https_only
  public_vault        = each.value.public_vault
  payment_key         = var.payment_key
  workspace_id        = azurerm_log_analytics_workspace.security.id
  onboarded_workspace = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  sentinel            = data.azuread_service_principal.sentinel.object_id
  dns_zone_id         = azurerm_private_dns_zone.link["blob.core.windows.net"].id
}

output "storefronts" {
  value = [for shop in module.shop : shop.storefront_name]
}

locals {
  keys    = toset(["customer-storage", "commerce-data", "evidence"])
  secrets = toset(["payment-processor-key", "payment-webhook-secret", "session-signing-secret", "courier-api-key"])
}

resource "azurerm_key_vault" "shop" {
  name                          = "kv-${var.prefix}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  tenant_id                     = var.tenant_id
  sku_name                      = "premium"
  rbac_authorization_enabled    = true
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  public_network_access_enabled = false
  tags                          = var.tags

  network_acls {
    bypass         = "AzureServices" # storage and SQL unwrap their keys through this door
    default_action = "Deny"
  }
}

resource "azurerm_key_vault_key" "data" {
  for_each = local.keys

  name         = each.key
  key_vault_id = azurerm_key_vault.shop.id
  key_type     = "RSA-HSM"
  key_size     = 3072
  key_opts     = ["unwrapKey", "wrapKey"]
  tags         = var.tags

  rotation_policy {
    expire_after         = "P1Y"
    notify_before_expiry = "P30D"

    automatic {
      time_before_expiry = "P60D"
    }
  }
}

resource "azurerm_key_vault_secret" "shop" {
  for_each = local.secrets

  name             = each.key
  key_vault_id     = azurerm_key_vault.shop.id
  content_type     = "text/plain"
  expiration_date  = var.secrets_expire_on
  value_wo         = var.secret_values[each.key]
  value_wo_version = var.secrets_version
  tags             = var.tags
}

resource "azurerm_private_endpoint" "vault" {
  name                = "pe-${azurerm_key_vault.shop.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  tags                = var.tags

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = azurerm_key_vault.shop.id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "vault"
    private_dns_zone_ids = [var.dns_zone_id]
  }
}

resource "azurerm_monitor_diagnostic_setting" "vault" {
  name                           = "audit"
  target_resource_id             = azurerm_key_vault.shop.id
  log_analytics_workspace_id     = var.workspace_id
  log_analytics_destination_type = "Dedicated" # AZKVAuditLogs, the table that the rules read

  enabled_log {
    category = "AuditEvent"
  }

  enabled_log {
    category = "AzurePolicyEvaluationDetails"
  }
}

resource "azurerm_management_lock" "vault" {
  name       = "keep"
  scope      = azurerm_key_vault.shop.id
  lock_level = "CanNotDelete"
  notes      = "Without these keys the personal information cannot be read, by anyone, ever."
}

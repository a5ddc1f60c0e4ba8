# Where the shop keeps what it knows about its customers.

resource "azurerm_resource_group" "shop" {
  name     = "rg-shop-${var.shop}"
  location = var.location
  tags     = local.tags
}

resource "azurerm_storage_account" "shop" {
  for_each = toset(["orders", "media"])

  name                            = "stshop${each.key}${var.shop}"
  resource_group_name             = azurerm_resource_group.shop.name
  location                        = azurerm_resource_group.shop.location
  account_kind                    = "StorageV2"
  account_tier                    = "Standard"
  account_replication_type        = "GZRS"
  allow_nested_items_to_be_public = false
  public_network_access_enabled   = true
  shared_access_key_enabled       = false
  min_tls_version                 = var.min_tls_version
  tags                            = local.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.shop.id]
  }

  network_rules {
    default_action             = "Deny"
    bypass                     = ["AzureServices", "Logging"]
    ip_rules                   = ["203.0.113.0/24"]
    virtual_network_subnet_ids = [for subnet in azurerm_subnet.shop : subnet.id]
  }

  blob_properties {
    versioning_enabled  = true
    change_feed_enabled = true

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }
}

resource "azurerm_storage_container" "shop" {
  for_each = local.containers

  name                  = each.key
  storage_account_id    = azurerm_storage_account.shop[each.value].id
  container_access_type = var.container_access
}

resource "azurerm_monitor_diagnostic_setting" "blob" {
  for_each = azurerm_storage_account.shop

  name                       = "audit"
  target_resource_id         = "${each.value.id}/blobServices/default"
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "StorageRead"
  }

  enabled_log {
    category = "StorageWrite"
  }

  enabled_log {
    category = "StorageDelete"
  }
}

resource "azurerm_private_endpoint" "blob" {
  for_each = azurerm_storage_account.shop

  name                = "pe-${each.key}-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location
  subnet_id           = azurerm_subnet.shop["data"].id

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = each.value.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [var.dns_zone_id]
  }
}

resource "azurerm_key_vault" "shop" {
  name                          = "kv-shop-${var.shop}"
  resource_group_name           = azurerm_resource_group.shop.name
  location                      = azurerm_resource_group.shop.location
  tenant_id                     = "22222222-2222-2222-2222-222222222222"
  sku_name                      = "premium"
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  rbac_authorization_enabled    = true
  public_network_access_enabled = var.public_vault
  tags                          = local.tags
}

resource "azurerm_key_vault_secret" "shop" {
  for_each = local.secrets

  name            = each.key
  key_vault_id    = azurerm_key_vault.shop.id
  value           = var.payment_key
  expiration_date = "2027-01-01T00:00:00Z"
}

resource "azurerm_monitor_diagnostic_setting" "vault" {
  name                       = "audit"
  target_resource_id         = azurerm_key_vault.shop.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "AuditEvent"
  }
}

resource "azurerm_mssql_server" "shop" {
  name                          = "sql-shop-${var.shop}"
  resource_group_name           = azurerm_resource_group.shop.name
  location                      = azurerm_resource_group.shop.location
  version                       = "12.0"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false
  tags                          = local.tags

  azuread_administrator {
    login_username              = "sql-administrators"
    object_id                   = "33333333-3333-3333-3333-333333333333"
    azuread_authentication_only = true
  }
}

resource "azurerm_mssql_database" "shop" {
  for_each = toset(["orders", "profiles"])

  name      = each.key
  server_id = azurerm_mssql_server.shop.id
  sku_name  = "GP_Gen5_4"
  tags      = local.tags

  short_term_retention_policy {
    retention_days = 35
  }
}

resource "azurerm_mssql_server_extended_auditing_policy" "shop" {
  server_id              = azurerm_mssql_server.shop.id
  enabled                = true
  log_monitoring_enabled = true
}

resource "azurerm_monitor_diagnostic_setting" "database" {
  for_each = azurerm_mssql_database.shop

  name                       = "audit"
  target_resource_id         = each.value.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "SQLSecurityAuditEvents"
  }
}

resource "azurerm_private_endpoint" "sql" {
  name                = "pe-sql-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location
  subnet_id           = azurerm_subnet.shop["data"].id

  private_service_connection {
    name                           = "sql"
    private_connection_resource_id = azurerm_mssql_server.shop.id
    subresource_names              = ["sqlServer"]
    is_manual_connection           = false
  }
}

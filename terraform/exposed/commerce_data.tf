resource "azurerm_mssql_server" "commerce" {
  # GAP DATA-06 azuread_administrator: SQL logins with passwords, no Entra administrator
  # GAP DATA-06 extended_auditing_policy: auditing is not switched on
  # GAP DATA-06 security_alert_policy: an injection or a bulk export raises no alarm
  # GAP DATA-09 private_endpoint: reached over the internet
  # GAP DATA-04 tags: nothing says that personal information is in it
  name                         = "sql-${var.prefix}-shop"
  location                     = var.location
  resource_group_name          = azurerm_resource_group.shop.name
  version                      = "12.0"
  administrator_login          = "shopadmin"
  administrator_login_password = var.sql_password
  # GAP DATA-03 minimum_tls_version: clients may speak TLS 1.0
  minimum_tls_version = "1.0"
  # GAP DATA-06 public_network_access_enabled: the server answers the whole internet
  public_network_access_enabled = true
}

resource "azurerm_mssql_database" "commerce" {
  # GAP RESP-01 diagnostic_setting: who reads which rows is written down nowhere
  # GAP DATA-04 tags: nothing says that personal information is in it
  name      = "commerce"
  server_id = azurerm_mssql_server.commerce.id
  sku_name  = "S1"
}

# A copy of all customers and orders for the marketing reports.
resource "azurerm_mssql_database" "reports" {
  # GAP RESP-01 diagnostic_setting: who reads which rows is written down nowhere
  # GAP DATA-04 tags: nothing says that personal information is in it
  name      = "reports"
  server_id = azurerm_mssql_server.commerce.id
  sku_name  = "DW100c"
  # GAP DATA-06 transparent_data_encryption_enabled: files and backups are in clear text
  transparent_data_encryption_enabled = false
}

resource "azurerm_mssql_firewall_rule" "azure" {
  name      = "azure"
  server_id = azurerm_mssql_server.commerce.id
  # GAP DATA-06 start_ip_address: every tenant of Azure may connect
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mssql_firewall_rule" "bookkeeper" {
  name      = "bookkeeper"
  server_id = azurerm_mssql_server.commerce.id
  # GAP RESP-12 start_ip_address: a third party reads the database itself, past any gateway
  start_ip_address = "198.51.100.0"
  end_ip_address   = "198.51.100.255"
}

resource "azurerm_key_vault" "shop" {
  # GAP RESP-01 diagnostic_setting: who reads the secrets is written down nowhere
  # GAP DATA-07 purge_protection_enabled: whoever gets in can destroy the secrets for good
  # GAP DATA-07 rbac_authorization_enabled: access policies instead of roles
  # GAP DATA-07 network_acls.default_action: reachable from the whole internet
  # GAP DATA-04 tags: nothing says what the secrets open
  name                = "kv-${var.prefix}-shop"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop.name
  tenant_id           = var.tenant_id
  sku_name            = "standard"
  # GAP DATA-07 soft_delete_retention_days: a week to notice a deletion
  soft_delete_retention_days = 7
}

# The vault holds the one secret that no app reads from it.
resource "azurerm_key_vault_secret" "sql_password" {
  # GAP DATA-07 expiration_date: never changed since the shop opened
  name         = "sql-password"
  key_vault_id = azurerm_key_vault.shop.id
  value        = var.sql_password
}

# Every session of the storefront: who is signed in, what is in the basket, where it goes.
resource "azurerm_redis_cache" "sessions" {
  # GAP DATA-11 access_keys_authentication_enabled: one key, known to every app, opens every session
  # GAP RESP-01 diagnostic_setting: who connects is written down nowhere
  # GAP DATA-04 tags: nothing says that personal information is in it
  # GAP DATA-09 private_endpoint: reached over the internet
  name                = "redis-${var.prefix}-sessions"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop.name
  sku_name            = "Standard"
  family              = "C"
  capacity            = 1
  # GAP DATA-03 non_ssl_port_enabled: sessions travel in clear text
  non_ssl_port_enabled = true
  # GAP DATA-11 public_network_access_enabled: the cache answers the whole internet
  public_network_access_enabled = true
}

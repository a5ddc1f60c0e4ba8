# Customers, orders and consumer requests. Entra logins only, reached only from the subnets that
# the security groups name, and encrypted with a key that the shop can withdraw.

resource "azurerm_mssql_server" "commerce" {
  name                                 = "sql-${var.prefix}"
  location                             = var.location
  resource_group_name                  = var.resource_group_name
  version                              = "12.0"
  minimum_tls_version                  = "1.2"
  public_network_access_enabled        = false
  outbound_network_restriction_enabled = true    # no export to a stranger's storage account
  connection_policy                    = "Proxy" # one port, so that the security groups can name it
  tags                                 = var.tags

  azuread_administrator {
    login_username              = "sql-administrators"
    object_id                   = var.administrators
    tenant_id                   = var.tenant_id
    azuread_authentication_only = true
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "encryption" {
  scope                = var.key_vault_id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_mssql_server.commerce.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_mssql_server_transparent_data_encryption" "commerce" {
  server_id             = azurerm_mssql_server.commerce.id
  key_vault_key_id      = var.key_id
  auto_rotation_enabled = true

  depends_on = [azurerm_role_assignment.encryption]
}

resource "azurerm_mssql_database" "commerce" {
  name                                = "commerce"
  server_id                           = azurerm_mssql_server.commerce.id
  sku_name                            = "GP_Gen5_4"
  enclave_type                        = "VBS" # Always Encrypted columns hold the licence numbers
  transparent_data_encryption_enabled = true
  storage_account_type                = "GeoZone"
  zone_redundant                      = true
  tags                                = var.tags

  short_term_retention_policy {
    retention_days = 35
  }

  long_term_retention_policy {
    monthly_retention = "P24M"
  }
}

# Auditing is silent until a diagnostic setting carries its rows away: both are needed.
resource "azurerm_mssql_server_extended_auditing_policy" "commerce" {
  server_id              = azurerm_mssql_server.commerce.id
  enabled                = true
  log_monitoring_enabled = true
}

resource "azurerm_monitor_diagnostic_setting" "server" {
  name                       = "audit"
  target_resource_id         = "${azurerm_mssql_server.commerce.id}/databases/master"
  log_analytics_workspace_id = var.workspace_id
  storage_account_id         = var.evidence_account_id # these rows cannot be exported later

  enabled_log {
    category = "SQLSecurityAuditEvents"
  }

  enabled_log {
    category = "DevOpsOperationsAudit"
  }
}

resource "azurerm_monitor_diagnostic_setting" "database" {
  name                       = "audit"
  target_resource_id         = azurerm_mssql_database.commerce.id
  log_analytics_workspace_id = var.workspace_id
  storage_account_id         = var.evidence_account_id

  enabled_log {
    category = "SQLSecurityAuditEvents"
  }

  enabled_log {
    category = "DevOpsOperationsAudit"
  }
}

resource "azurerm_mssql_server_security_alert_policy" "commerce" {
  server_name          = azurerm_mssql_server.commerce.name
  resource_group_name  = var.resource_group_name
  state                = "Enabled"
  email_account_admins = true
  email_addresses      = [var.security_email]
}

resource "azurerm_private_endpoint" "sql" {
  name                = "pe-${azurerm_mssql_server.commerce.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  tags                = var.tags

  private_service_connection {
    name                           = "sql"
    private_connection_resource_id = azurerm_mssql_server.commerce.id
    subresource_names              = ["sqlServer"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "sql"
    private_dns_zone_ids = [var.dns_zone_id]
  }
}

resource "azurerm_management_lock" "commerce" {
  name       = "keep"
  scope      = azurerm_mssql_server.commerce.id
  lock_level = "CanNotDelete"
  notes      = "Deleting the server deletes its backups with it."
}

# A workspace can be purged and its rows deleted, even under a lock. What has to stand up later
# is therefore also copied here, into containers that nobody can change or empty for a year.

locals {
  exported_tables = toset(["StorageBlobLogs", "AZKVAuditLogs", "AzureActivity", "SigninLogs", "AuditLogs", "SecurityAlert", "SecurityIncident", "LAQueryLogs"])

  # The export makes one container a table, named am-<table>. SQL audit rows cannot be exported
  # and the activity log has a form of its own, so diagnostic settings write these directly.
  exported = { for table in local.exported_tables : table => "am-${lower(table)}" }
  written = {
    sql            = "insights-logs-sqlsecurityauditevents"
    sql-operations = "insights-logs-devopsoperationsaudit"
    activity       = "insights-activity-logs"
  }
  containers = merge(local.exported, local.written)
}

resource "azurerm_user_assigned_identity" "encryption" {
  name                = "id-${var.prefix}-evidence-encryption"
  location            = var.location
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_role_assignment" "encryption" {
  scope                = var.key_vault_id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_user_assigned_identity.encryption.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_storage_account" "evidence" {
  name                              = "st${var.prefix}evidence"
  location                          = var.location
  resource_group_name               = var.resource_group_name
  account_kind                      = "StorageV2"
  account_tier                      = "Standard"
  account_replication_type          = "GZRS"
  allow_nested_items_to_be_public   = false
  public_network_access_enabled     = false
  shared_access_key_enabled         = false
  default_to_oauth_authentication   = true
  local_user_enabled                = false
  cross_tenant_replication_enabled  = false
  allowed_copy_scope                = "AAD"
  https_traffic_only_enabled        = true
  min_tls_version                   = "TLS1_2"
  infrastructure_encryption_enabled = true
  queue_encryption_key_type         = "Account"
  table_encryption_key_type         = "Account"
  tags                              = merge(var.tags, { purpose = "evidence" })

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.encryption.id]
  }

  customer_managed_key {
    key_vault_key_id          = var.key_id
    user_assigned_identity_id = azurerm_user_assigned_identity.encryption.id
  }

  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"] # Azure Monitor writes the copies
  }

  blob_properties {
    versioning_enabled  = true
    change_feed_enabled = true

    delete_retention_policy {
      days = 365
    }

    container_delete_retention_policy {
      days = 365
    }
  }

  depends_on = [azurerm_role_assignment.encryption]
}

resource "azurerm_storage_container" "log" {
  for_each = local.containers

  name                  = each.value
  storage_account_id    = azurerm_storage_account.evidence.id
  container_access_type = "private"
}

# Locked for good. Append writes stay allowed, or the export could not add its next rows.
resource "azurerm_storage_container_immutability_policy" "log" {
  for_each = local.containers

  storage_container_resource_manager_id = azurerm_storage_container.log[each.key].id
  immutability_period_in_days           = 365
  locked                                = true
  protected_append_writes_all_enabled   = true
}

resource "azurerm_private_endpoint" "blob" {
  name                = "pe-${azurerm_storage_account.evidence.name}-blob"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  tags                = var.tags

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.evidence.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [var.dns_zone_id]
  }
}

resource "azurerm_log_analytics_data_export_rule" "evidence" {
  name                    = "evidence"
  resource_group_name     = var.resource_group_name
  workspace_resource_id   = var.workspace_id
  destination_resource_id = azurerm_storage_account.evidence.id
  table_names             = local.exported_tables
  enabled                 = true

  depends_on = [azurerm_storage_container_immutability_policy.log]
}

# The export appends a few times an hour, so watching its own account adds a trickle, not a loop.
resource "azurerm_monitor_diagnostic_setting" "blob" {
  name                       = "audit"
  target_resource_id         = "${azurerm_storage_account.evidence.id}/blobServices/default"
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

resource "azurerm_monitor_diagnostic_setting" "activity" {
  name                       = "activity"
  target_resource_id         = var.subscription_scope
  log_analytics_workspace_id = var.workspace_id
  storage_account_id         = azurerm_storage_account.evidence.id

  dynamic "enabled_log" {
    for_each = toset(["Administrative", "Alert", "Autoscale", "Policy", "Recommendation", "ResourceHealth", "Security", "ServiceHealth"])

    content {
      category = enabled_log.value
    }
  }
}

resource "azurerm_monitor_aad_diagnostic_setting" "entra" {
  name                       = "entra"
  log_analytics_workspace_id = var.workspace_id

  dynamic "enabled_log" {
    for_each = toset([
      "AuditLogs",
      "ManagedIdentitySignInLogs",
      "MicrosoftGraphActivityLogs",
      "NonInteractiveUserSignInLogs",
      "RiskyUsers",
      "ServicePrincipalSignInLogs",
      "SignInLogs",
      "UserRiskEvents",
    ])

    content {
      category = enabled_log.value
    }
  }
}

# Covers the workspace, Sentinel and this account, and their diagnostic settings with them.
resource "azurerm_management_lock" "evidence" {
  name       = "keep"
  scope      = var.resource_group_id
  lock_level = "CanNotDelete"
  notes      = "Logs, alarms and evidence. Not read-only: the export has to write."
}

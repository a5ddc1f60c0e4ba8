# The only account that holds personal information: profiles, orders, invoices, and the licence
# pictures of the age check. There is no anonymous, shared-key or public-network way in.

resource "azurerm_user_assigned_identity" "encryption" {
  name                = "id-${var.name}-encryption"
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

resource "azurerm_storage_account" "customer" {
  name                              = var.name
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
  allowed_copy_scope                = "PrivateLink"
  https_traffic_only_enabled        = true
  min_tls_version                   = "TLS1_2"
  infrastructure_encryption_enabled = true
  queue_encryption_key_type         = "Account" # or the customer-managed key leaves queues out
  table_encryption_key_type         = "Account"
  tags                              = var.tags

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
    bypass         = ["AzureServices"] # Purview scans and Defender reads with their own identities
  }

  # A delegation SAS is bounded by Entra; this bounds any other, should keys ever be switched on.
  sas_policy {
    expiration_period = "00.01:00:00"
    expiration_action = "Block"
  }

  # Soft delete and not immutability: consumers have the right to deletion (Civ. Code 1798.105).
  blob_properties {
    versioning_enabled            = true
    change_feed_enabled           = true
    change_feed_retention_in_days = 365

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }

  depends_on = [azurerm_role_assignment.encryption]
}

resource "azurerm_storage_container" "personal" {
  for_each = toset(["customers", "orders", "invoices", "identity-checks"])

  name                  = each.key
  storage_account_id    = azurerm_storage_account.customer.id
  container_access_type = "private"
}

resource "azurerm_private_endpoint" "blob" {
  name                = "pe-${var.name}-blob"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  tags                = var.tags

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.customer.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [var.dns_zone_id]
  }
}

# The whole of detection rests on these rows (StorageBlobLogs).
resource "azurerm_monitor_diagnostic_setting" "blob" {
  name                       = "audit"
  target_resource_id         = "${azurerm_storage_account.customer.id}/blobServices/default"
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

resource "azurerm_security_center_storage_defender" "customer" {
  storage_account_id                          = azurerm_storage_account.customer.id
  override_subscription_settings_enabled      = true
  malware_scanning_on_upload_enabled          = true # consumers upload pictures of licences
  malware_scanning_on_upload_cap_gb_per_month = 5000
  sensitive_data_discovery_enabled            = true
}

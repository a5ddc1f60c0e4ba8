# Requests to know, delete and correct: confirmed within 10 business days, answered within 45
# calendar days of receipt (Civ. Code 1798.130(a)(2)(A), 11 CCR 7021). The storefront's form puts
# them on a queue, the worker finds the person's data, and lateness raises an alarm beforehand.

locals {
  response_days       = 45
  confirm_days        = 10
  warning_days        = 35
  record_keeping_days = 730
}

resource "azurerm_servicebus_namespace" "privacy" {
  name                          = "sb-${var.prefix}-privacy"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  sku                           = "Premium" # the only one with private endpoints
  capacity                      = 1
  premium_messaging_partitions  = 1
  local_auth_enabled            = false
  public_network_access_enabled = false
  minimum_tls_version           = "1.2"
  tags                          = var.request_tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_servicebus_queue" "requests" {
  name                                 = "consumer-requests"
  namespace_id                         = azurerm_servicebus_namespace.privacy.id
  default_message_ttl                  = "P${local.response_days}D"
  dead_lettering_on_message_expiration = true # a request that runs out of time must not vanish
  requires_duplicate_detection         = true
  max_delivery_count                   = 20
}

resource "azurerm_private_endpoint" "servicebus" {
  name                = "pe-${azurerm_servicebus_namespace.privacy.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_ids["platform"]
  tags                = var.tags

  private_service_connection {
    name                           = "servicebus"
    private_connection_resource_id = azurerm_servicebus_namespace.privacy.id
    subresource_names              = ["namespace"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "servicebus"
    private_dns_zone_ids = [var.dns_zone_ids["servicebus"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "servicebus" {
  name                       = "audit"
  target_resource_id         = azurerm_servicebus_namespace.privacy.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "RuntimeAuditLogs"
  }

  enabled_log {
    category = "OperationalLogs"
  }

  enabled_log {
    category = "VNetAndIPFilteringLogs"
  }
}

# Leases and timers of the worker; no personal information, and no account key either.
resource "azurerm_storage_account" "worker" {
  name                             = "st${var.prefix}worker"
  location                         = var.location
  resource_group_name              = var.resource_group_name
  account_kind                     = "StorageV2"
  account_tier                     = "Standard"
  account_replication_type         = "ZRS"
  allow_nested_items_to_be_public  = false
  public_network_access_enabled    = false
  shared_access_key_enabled        = false
  default_to_oauth_authentication  = true
  local_user_enabled               = false
  cross_tenant_replication_enabled = false
  allowed_copy_scope               = "AAD"
  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"
  tags                             = var.tags

  network_rules {
    default_action = "Deny"
    bypass         = ["None"]
  }

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 7
    }

    container_delete_retention_policy {
      days = 7
    }
  }
}

resource "azurerm_private_endpoint" "worker" {
  name                = "pe-${azurerm_storage_account.worker.name}-blob"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_ids["platform"]
  tags                = var.tags

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.worker.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [var.dns_zone_ids["blob"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "worker_blob" {
  name                       = "audit"
  target_resource_id         = "${azurerm_storage_account.worker.id}/blobServices/default"
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

resource "azurerm_service_plan" "requests" {
  name                = "asp-${var.prefix}-requests"
  location            = var.location
  resource_group_name = var.resource_group_name
  os_type             = "Linux"
  sku_name            = "P1v3"
  tags                = var.tags
}

resource "azurerm_linux_function_app" "requests" {
  name                                           = "func-${var.prefix}-requests"
  location                                       = var.location
  resource_group_name                            = var.resource_group_name
  service_plan_id                                = azurerm_service_plan.requests.id
  virtual_network_subnet_id                      = var.subnet_ids["requests"]
  storage_account_name                           = azurerm_storage_account.worker.name
  storage_uses_managed_identity                  = true
  https_only                                     = true
  public_network_access_enabled                  = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  tags                                           = var.tags

  identity {
    type = "SystemAssigned"
  }

  app_settings = {
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "Authorization=AAD"
    COMMERCE_SQL_HOST                         = "${var.sql_server_name}.database.windows.net"
    COMMERCE_SQL_DATABASE_NAME                = var.sql_database_name
    CUSTOMER_BLOB_ENDPOINT                    = "https://${var.customer_account_name}.blob.core.windows.net"
    REQUESTS__fullyQualifiedNamespace         = "${azurerm_servicebus_namespace.privacy.name}.servicebus.windows.net"
    REQUESTS_QUEUE_NAME                       = azurerm_servicebus_queue.requests.name
    DSR_CONFIRM_BUSINESS_DAYS                 = local.confirm_days
    DSR_RESPONSE_DAYS                         = local.response_days
    DSR_WARNING_DAYS                          = local.warning_days
    DSR_RECORD_DAYS                           = local.record_keeping_days
    DSR_SCAN_SCHEDULE                         = "0 0 6 * * *" # every day
  }

  site_config {
    always_on                              = true
    minimum_tls_version                    = "1.2"
    scm_minimum_tls_version                = "1.2"
    ftps_state                             = "Disabled"
    http2_enabled                          = true
    vnet_route_all_enabled                 = true
    application_insights_connection_string = var.insights_connection_string

    application_stack {
      python_version = "3.12"
    }
  }
}

resource "azurerm_private_endpoint" "requests" {
  name                = "pe-${azurerm_linux_function_app.requests.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_ids["platform"]
  tags                = var.tags

  private_service_connection {
    name                           = "sites"
    private_connection_resource_id = azurerm_linux_function_app.requests.id
    subresource_names              = ["sites"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "sites"
    private_dns_zone_ids = [var.dns_zone_ids["sites"]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "requests" {
  name                       = "audit"
  target_resource_id         = azurerm_linux_function_app.requests.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "FunctionAppLogs"
  }
}

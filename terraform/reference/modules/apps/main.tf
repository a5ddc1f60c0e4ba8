# A plan can join two subnets at most, which is why the request worker has a plan of its own.
resource "azurerm_service_plan" "shop" {
  name                   = "asp-${var.prefix}"
  location               = var.location
  resource_group_name    = var.resource_group_name
  os_type                = "Linux"
  sku_name               = "P1v3"
  worker_count           = 3
  zone_balancing_enabled = true
  tags                   = var.tags
}

resource "azurerm_linux_web_app" "storefront" {
  name                                           = "app-${var.prefix}-storefront"
  location                                       = var.location
  resource_group_name                            = var.resource_group_name
  service_plan_id                                = azurerm_service_plan.shop.id
  virtual_network_subnet_id                      = var.subnet_ids["storefront"]
  https_only                                     = true
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  tags                                           = var.tags

  identity {
    type = "SystemAssigned"
  }

  # Names and references, never values: the app reads storage, SQL and the queue as itself.
  app_settings = {
    APPLICATIONINSIGHTS_CONNECTION_STRING     = var.insights_connection_string
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "Authorization=AAD"
    CUSTOMER_BLOB_ENDPOINT                    = "https://${var.customer_account_name}.blob.core.windows.net"
    PRIVACY_REQUESTS__fullyQualifiedNamespace = "${var.request_namespace}.servicebus.windows.net"
    PRIVACY_REQUESTS_QUEUE_NAME               = var.request_queue_name
    SESSION_SIGNING_SECRET                    = "@Microsoft.KeyVault(VaultName=${var.vault_name};SecretName=${var.secret_names["session-signing-secret"]})"
  }

  site_config {
    minimum_tls_version               = "1.2"
    scm_minimum_tls_version           = "1.2"
    ftps_state                        = "Disabled"
    http2_enabled                     = true
    vnet_route_all_enabled            = true
    health_check_path                 = "/healthz"
    health_check_eviction_time_in_min = 5
    ip_restriction_default_action     = "Deny"
    scm_ip_restriction_default_action = "Deny"

    application_stack {
      node_version = "22-lts"
    }

    # Shoppers come through the web firewall of the shop's own Front Door, and no other way.
    ip_restriction {
      name        = "front-door"
      priority    = 100
      action      = "Allow"
      service_tag = "AzureFrontDoor.Backend"

      headers {
        x_azure_fdid = [var.front_door_id]
      }
    }
  }
}

resource "azurerm_linux_web_app" "checkout" {
  name                                           = "app-${var.prefix}-checkout"
  location                                       = var.location
  resource_group_name                            = var.resource_group_name
  service_plan_id                                = azurerm_service_plan.shop.id
  virtual_network_subnet_id                      = var.subnet_ids["checkout"]
  https_only                                     = true
  public_network_access_enabled                  = false # called by the storefront and the gateway
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  tags                                           = var.tags

  identity {
    type = "SystemAssigned"
  }

  app_settings = {
    APPLICATIONINSIGHTS_CONNECTION_STRING     = var.insights_connection_string
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "Authorization=AAD"
    CUSTOMER_BLOB_ENDPOINT                    = "https://${var.customer_account_name}.blob.core.windows.net"
    COMMERCE_SQL_HOST                         = "${var.sql_server_name}.database.windows.net"
    COMMERCE_SQL_DATABASE_NAME                = var.sql_database_name
    PAYMENT_PROCESSOR_KEY                     = "@Microsoft.KeyVault(VaultName=${var.vault_name};SecretName=${var.secret_names["payment-processor-key"]})"
    PAYMENT_WEBHOOK_SECRET                    = "@Microsoft.KeyVault(VaultName=${var.vault_name};SecretName=${var.secret_names["payment-webhook-secret"]})"
  }

  site_config {
    minimum_tls_version               = "1.2"
    scm_minimum_tls_version           = "1.2"
    ftps_state                        = "Disabled"
    http2_enabled                     = true
    vnet_route_all_enabled            = true
    health_check_path                 = "/healthz"
    health_check_eviction_time_in_min = 5

    application_stack {
      node_version = "22-lts"
    }
  }
}

resource "azurerm_private_endpoint" "checkout" {
  name                = "pe-${azurerm_linux_web_app.checkout.name}"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_ids["platform"]
  tags                = var.tags

  private_service_connection {
    name                           = "sites"
    private_connection_resource_id = azurerm_linux_web_app.checkout.id
    subresource_names              = ["sites"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "sites"
    private_dns_zone_ids = [var.sites_dns_zone_id]
  }
}

resource "azurerm_monitor_diagnostic_setting" "storefront" {
  name                       = "audit"
  target_resource_id         = azurerm_linux_web_app.storefront.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "AppServiceAuditLogs"
  }

  enabled_log {
    category = "AppServiceIPSecAuditLogs"
  }
}

resource "azurerm_monitor_diagnostic_setting" "checkout" {
  name                       = "audit"
  target_resource_id         = azurerm_linux_web_app.checkout.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "AppServiceAuditLogs"
  }

  enabled_log {
    category = "AppServiceIPSecAuditLogs"
  }
}

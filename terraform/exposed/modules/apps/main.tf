resource "azurerm_service_plan" "shop" {
  name                = "asp-${var.prefix}-shop"
  location            = var.location
  resource_group_name = var.resource_group_name
  os_type             = "Linux"
  sku_name            = "P1v3"
}

resource "azurerm_service_plan" "exports" {
  name                = "asp-${var.prefix}-exports"
  location            = var.location
  resource_group_name = var.resource_group_name
  os_type             = "Linux"
  sku_name            = "B1"
}

resource "azurerm_linux_web_app" "storefront" {
  # GAP DATA-03 https_only: shoppers can sign in over plain HTTP
  # GAP RESP-10 consumer_requests: the privacy page says to write to a mailbox; nothing counts 45 days
  name                      = "app-${var.prefix}-shop-storefront"
  location                  = var.location
  resource_group_name       = var.resource_group_name
  service_plan_id           = azurerm_service_plan.shop.id
  virtual_network_subnet_id = var.subnet_ids["storefront"]

  identity {
    type = "SystemAssigned"
  }

  app_settings = {
    APPLICATIONINSIGHTS_CONNECTION_STRING = azurerm_application_insights.shop.connection_string
    PRIVACY_MAILBOX                       = "privacy@goldenpoppy.example"
    # GAP DATA-07 app_settings.STORAGE_CONNECTION_STRING: the account key itself (a made-up one)
    STORAGE_CONNECTION_STRING = "DefaultEndpointsProtocol=https;AccountName=${var.customer_account_name};AccountKey=FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFA==;EndpointSuffix=core.windows.net"
  }

  site_config {
    # GAP DATA-03 site_config.minimum_tls_version: browsers may speak TLS 1.0
    minimum_tls_version = "1.0"
    # GAP DATA-03 site_config.ftps_state: releases are uploaded over plain FTP
    ftps_state = "AllAllowed"

    application_stack {
      node_version = "22-lts"
    }
  }
}

resource "azurerm_linux_web_app" "checkout" {
  name                      = "app-${var.prefix}-shop-checkout"
  location                  = var.location
  resource_group_name       = var.resource_group_name
  service_plan_id           = azurerm_service_plan.shop.id
  virtual_network_subnet_id = var.subnet_ids["checkout"]
  # GAP DATA-03 https_only: card and licence numbers can travel in clear text
  https_only = false

  app_settings = {
    APPLICATIONINSIGHTS_CONNECTION_STRING = azurerm_application_insights.shop.connection_string
    # GAP DATA-07 app_settings.PAYMENT_API_KEY: the processor's key (a made-up one)
    PAYMENT_API_KEY = "fake-payment-key"
    # GAP DATA-07 app_settings.SESSION_SECRET: signs every session, known to all who read this file
    SESSION_SECRET = "fake-session-secret"
  }

  connection_string {
    name = "commerce"
    type = "SQLAzure"
    # GAP DATA-07 connection_string.commerce.value: the administrator's password (a made-up one)
    value = "Server=tcp:${var.sql_server_name}.database.windows.net,1433;Database=commerce;User ID=shopadmin;Password=fake-Password-1;Encrypt=True;"
  }

  site_config {
    application_stack {
      node_version = "22-lts"
    }
  }
}

# Sends every night's orders to the bookkeeper.
resource "azurerm_linux_function_app" "exports" {
  # GAP DATA-03 https_only: the export can be fetched over plain HTTP
  name                      = "func-${var.prefix}-shop-exports"
  location                  = var.location
  resource_group_name       = var.resource_group_name
  service_plan_id           = azurerm_service_plan.exports.id
  virtual_network_subnet_id = var.subnet_ids["exports"]
  storage_account_name      = var.customer_account_name
  # GAP DATA-07 storage_account_access_key: the account key itself (a made-up one)
  storage_account_access_key = "FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFA=="

  site_config {
    application_stack {
      python_version = "3.12"
    }
  }
}

# The points, birthdays and addresses of the members of the wine club.
resource "azurerm_container_group" "loyalty" {
  name                = "ci-${var.prefix}-loyalty"
  location            = var.location
  resource_group_name = var.resource_group_name
  os_type             = "Linux"
  ip_address_type     = "Private"
  subnet_ids          = [var.subnet_ids["loyalty"]]

  container {
    name   = "loyalty"
    image  = "goldenpoppy.example/loyalty:1.4.0"
    cpu    = 0.5
    memory = 1

    ports {
      port     = 8080
      protocol = "TCP"
    }
  }
}

resource "azurerm_application_insights" "shop" {
  # GAP DATA-10 workspace_id: payment tokens in the messages are stored as they come, unredacted
  # GAP DATA-10 local_authentication_enabled: anyone with the key can write to it
  # GAP DATA-04 tags: nothing says that tokens and addresses are in it
  name                = "appi-${var.prefix}-shop"
  location            = var.location
  resource_group_name = var.resource_group_name
  application_type    = "web"
}

resource "azurerm_role_assignment" "storefront" {
  scope = var.customer_account_id
  # GAP RESP-07 role_definition_name: a page that shows invoices owns every blob
  role_definition_name = "Storage Blob Data Owner"
  principal_id         = azurerm_linux_web_app.storefront.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

# The shop's network, its applications, and who may do what.

resource "azurerm_virtual_network" "shop" {
  name                = "vnet-shop-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location
  address_space       = ["10.0.0.0/16"]
}

resource "azurerm_subnet" "shop" {
  for_each = { storefront = 0, checkout = 1, data = 2 }

  name                 = each.key
  resource_group_name  = azurerm_resource_group.shop.name
  virtual_network_name = azurerm_virtual_network.shop.name
  address_prefixes     = ["10.0.${each.value}.0/24"]
  service_endpoints    = ["Microsoft.Storage"]
}

resource "azurerm_network_security_group" "shop" {
  for_each = azurerm_subnet.shop

  name                = "nsg-${each.key}-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location

  dynamic "security_rule" {
    for_each = { https = 443, sql = 1433 }

    content {
      name                       = security_rule.key
      priority                   = 100 + security_rule.value
      direction                  = "Inbound"
      access                     = "Allow"
      protocol                   = "Tcp"
      source_port_range          = "*"
      source_address_prefix      = "VirtualNetwork"
      destination_port_range     = tostring(security_rule.value)
      destination_address_prefix = "*"
    }
  }
}

resource "azurerm_network_security_rule" "deny" {
  count = 2

  name                        = "deny-${count.index}"
  resource_group_name         = azurerm_resource_group.shop.name
  network_security_group_name = azurerm_network_security_group.shop["data"].name
  priority                    = 4000 + count.index
  direction                   = count.index == 0 ? "Inbound" : "Outbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "*"
  destination_port_range      = "*"
  destination_address_prefix  = "Internet"
}

resource "azurerm_subnet_network_security_group_association" "shop" {
  for_each = azurerm_subnet.shop

  subnet_id                 = each.value.id
  network_security_group_id = azurerm_network_security_group.shop[each.key].id
}

resource "azurerm_user_assigned_identity" "shop" {
  name                = "id-shop-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location
}

resource "azurerm_role_assignment" "shop" {
  for_each = {
    orders = "Storage Blob Data Contributor"
    media  = "Storage Blob Data Reader"
  }

  scope                = azurerm_storage_account.shop[each.key].id
  role_definition_name = each.value
  principal_id         = azurerm_user_assigned_identity.shop.principal_id
}

resource "azurerm_role_assignment" "vault" {
  scope                = azurerm_key_vault.shop.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_user_assigned_identity.shop.principal_id
}

resource "azurerm_application_insights" "shop" {
  name                = "appi-shop-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location
  application_type    = "web"
  workspace_id        = var.workspace_id
}

resource "azurerm_service_plan" "shop" {
  name                = "asp-shop-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location
  os_type             = "Linux"
  sku_name            = "P1v3"
}

resource "azurerm_linux_web_app" "shop" {
  for_each = toset(["storefront", "checkout"])

  name                                           = "app-${each.key}-${var.shop}"
  resource_group_name                            = azurerm_resource_group.shop.name
  location                                       = azurerm_resource_group.shop.location
  service_plan_id                                = azurerm_service_plan.shop.id
  virtual_network_subnet_id                      = azurerm_subnet.shop[each.key].id
  https_only                                     = var.https_only
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  tags                                           = local.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.shop.id]
  }

  app_settings = {
    APPLICATIONINSIGHTS_CONNECTION_STRING = azurerm_application_insights.shop.connection_string
    CUSTOMER_BLOB_ENDPOINT                = azurerm_storage_account.shop["orders"].primary_blob_endpoint
    COMMERCE_SQL_HOST                     = azurerm_mssql_server.shop.fully_qualified_domain_name
    PAYMENT_PROCESSOR_KEY                 = "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.shop["payment-processor"].versionless_id})"
    PAYMENT_WEBHOOK_SECRET                = "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.shop["payment-webhook"].versionless_id})"
    SESSION_SIGNING_SECRET                = "@Microsoft.KeyVault(VaultName=kv-shop-${var.shop};SecretName=session-signing)"
    FEATURE_REVIEWS                       = "on"
  }

  site_config {
    minimum_tls_version     = "1.2"
    scm_minimum_tls_version = "1.2"
    ftps_state              = "Disabled"
    http2_enabled           = true

    application_stack {
      node_version = "22-lts"
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "app" {
  for_each = azurerm_linux_web_app.shop

  name                       = "audit"
  target_resource_id         = each.value.id
  log_analytics_workspace_id = var.workspace_id

  dynamic "enabled_log" {
    for_each = toset(["AppServiceAuditLogs", "AppServiceHTTPLogs", "AppServiceIPSecAuditLogs"])

    content {
      category = enabled_log.value
    }
  }
}

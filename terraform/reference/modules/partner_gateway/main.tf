# The one door for third parties. Each has a subscription of its own, which can be suspended
# without touching the others; none reaches storage or SQL, and none gets more than it needs.
# Inside the network: callers come through the web firewall of the platform team's edge.

resource "azurerm_api_management" "partners" {
  name                 = "apim-${var.prefix}-partners"
  location             = var.location
  resource_group_name  = var.resource_group_name
  publisher_name       = "Golden Poppy"
  publisher_email      = var.publisher_email
  sku_name             = "Premium_1"
  min_api_version      = "2021-08-01"
  virtual_network_type = "Internal"
  tags                 = var.tags

  virtual_network_configuration {
    subnet_id = var.subnet_id
  }

  identity {
    type = "SystemAssigned"
  }

  security {
    backend_ssl30_enabled  = false
    backend_tls10_enabled  = false
    backend_tls11_enabled  = false
    frontend_ssl30_enabled = false
    frontend_tls10_enabled = false
    frontend_tls11_enabled = false
  }

  tenant_access {
    enabled = false
  }
}

resource "azurerm_role_assignment" "secrets" {
  scope                = var.vault_id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_api_management.partners.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_api_management_named_value" "courier_key" {
  name                = "courier-api-key"
  display_name        = "courier-api-key"
  resource_group_name = var.resource_group_name
  api_management_name = azurerm_api_management.partners.name
  secret              = true

  value_from_key_vault {
    secret_id = "https://${var.vault_name}.vault.azure.net/secrets/${var.courier_secret_name}"
  }

  depends_on = [azurerm_role_assignment.secrets]
}

resource "azurerm_api_management_backend" "orders" {
  name                = "orders"
  resource_group_name = var.resource_group_name
  api_management_name = azurerm_api_management.partners.name
  protocol            = "http" # the kind of API; the address below is what makes it TLS
  url                 = "https://${var.orders_hostname}/partner"

  tls {
    validate_certificate_chain = true
    validate_certificate_name  = true
  }
}

resource "azurerm_api_management_backend" "courier" {
  name                = "courier"
  resource_group_name = var.resource_group_name
  api_management_name = azurerm_api_management.partners.name
  protocol            = "http"
  url                 = "https://api.redwood-courier.example/v2"

  credentials {
    header = {
      x-courier-key = "{{${azurerm_api_management_named_value.courier_key.name}}}"
    }
  }

  tls {
    validate_certificate_chain = true
    validate_certificate_name  = true
  }

  circuit_breaker_rule {
    name          = "courier-down"
    trip_duration = "PT5M"

    failure_condition {
      count             = 5
      interval_duration = "PT1M"

      status_code_range {
        min = 500
        max = 599
      }
    }
  }
}

resource "azurerm_api_management_api" "orders" {
  name                  = "partner-orders"
  resource_group_name   = var.resource_group_name
  api_management_name   = azurerm_api_management.partners.name
  revision              = "1"
  display_name          = "Orders for partners"
  path                  = "orders"
  protocols             = ["https"]
  subscription_required = true
}

# Checks who calls, then lets through the five fields that a delivery or a booking needs. What the
# shop adds to an order later stays inside until somebody lists it here.
resource "azurerm_api_management_api_policy" "orders" {
  api_name            = azurerm_api_management_api.orders.name
  api_management_name = azurerm_api_management.partners.name
  resource_group_name = var.resource_group_name

  xml_content = <<-XML
    <policies>
      <inbound>
        <base />
        <validate-azure-ad-token tenant-id="${var.tenant_id}" failed-validation-httpcode="401">
          <client-application-ids>
            %{~for name in sort(keys(var.partners))~}
            <application-id>${var.partners[name].application_id}</application-id>
            %{~endfor~}
          </client-application-ids>
          <audiences>
            <audience>api://golden-poppy-partners</audience>
          </audiences>
        </validate-azure-ad-token>
        <set-header name="Cookie" exists-action="delete" />
        <authentication-managed-identity resource="api://golden-poppy-orders" />
        <set-backend-service backend-id="${azurerm_api_management_backend.orders.name}" />
      </inbound>
      <backend>
        <base />
      </backend>
      <outbound>
        <base />
        <set-body>@{
          var order = context.Response.Body.As&lt;JObject&gt;();
          return new JObject(
            new JProperty("id", order["id"]),
            new JProperty("status", order["status"]),
            new JProperty("parcels", order["parcels"]),
            new JProperty("postcode", order["postcode"]),
            new JProperty("total", order["total"])).ToString();
        }</set-body>
      </outbound>
      <on-error>
        <base />
      </on-error>
    </policies>
  XML
}

# One product a partner, so that its quota and its suspension are its own.
resource "azurerm_api_management_product" "partner" {
  for_each = var.partners

  product_id            = each.key
  display_name          = each.value.display_name
  resource_group_name   = var.resource_group_name
  api_management_name   = azurerm_api_management.partners.name
  published             = true
  subscription_required = true
  approval_required     = true
  subscriptions_limit   = 1
}

resource "azurerm_api_management_product_api" "orders" {
  for_each = var.partners

  product_id          = azurerm_api_management_product.partner[each.key].product_id
  api_name            = azurerm_api_management_api.orders.name
  resource_group_name = var.resource_group_name
  api_management_name = azurerm_api_management.partners.name
}

resource "azurerm_api_management_product_policy" "partner" {
  for_each = var.partners

  product_id          = azurerm_api_management_product.partner[each.key].product_id
  resource_group_name = var.resource_group_name
  api_management_name = azurerm_api_management.partners.name

  xml_content = <<-XML
    <policies>
      <inbound>
        <base />
        <rate-limit calls="60" renewal-period="60" />
        <quota calls="${each.value.daily_calls}" renewal-period="86400" />
      </inbound>
      <backend>
        <base />
      </backend>
      <outbound>
        <base />
      </outbound>
      <on-error>
        <base />
      </on-error>
    </policies>
  XML
}

# The kill switch: state = "suspended" shuts one partner out.
resource "azurerm_api_management_subscription" "partner" {
  for_each = var.partners

  display_name        = "partner-${each.key}"
  product_id          = azurerm_api_management_product.partner[each.key].id
  resource_group_name = var.resource_group_name
  api_management_name = azurerm_api_management.partners.name
  state               = "active"
  allow_tracing       = false
}

# No bodies and no credentials in the log: it would become a second store of personal information.
resource "azurerm_api_management_diagnostic" "monitor" {
  identifier               = "azuremonitor"
  resource_group_name      = var.resource_group_name
  api_management_name      = azurerm_api_management.partners.name
  api_management_logger_id = "${azurerm_api_management.partners.id}/loggers/azuremonitor"
  always_log_errors        = true
  log_client_ip            = true
  sampling_percentage      = 100
  verbosity                = "information"

  frontend_request {
    body_bytes     = 0
    headers_to_log = ["content-type", "content-length"]
  }

  frontend_response {
    body_bytes     = 0
    headers_to_log = ["content-type", "content-length"]
  }

  backend_request {
    body_bytes     = 0
    headers_to_log = ["content-type", "content-length"]
  }

  backend_response {
    body_bytes     = 0
    headers_to_log = ["content-type", "content-length"]
  }
}

resource "azurerm_monitor_diagnostic_setting" "gateway" {
  name                           = "audit"
  target_resource_id             = azurerm_api_management.partners.id
  log_analytics_workspace_id     = var.workspace_id
  log_analytics_destination_type = "Dedicated"

  enabled_log {
    category = "GatewayLogs"
  }
}

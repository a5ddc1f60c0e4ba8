# How a leak of the shop's data is seen and stopped.

locals {
  account = "https://management.azure.com@{triggerBody()?['object']?['properties']?['relatedEntities'][0]?['properties']?['resourceId']}"
  azure   = { type = "ManagedServiceIdentity", audience = "https://management.azure.com/" }
}

resource "azurerm_sentinel_alert_rule_scheduled" "mass_read" {
  name                       = "mass-read-${var.shop}"
  display_name               = "Mass blob read by one caller"
  log_analytics_workspace_id = var.onboarded_workspace
  severity                   = "High"
  query_frequency            = "PT5M"
  query_period               = "PT30M"

  query = <<-KQL
    StorageBlobLogs
    | where AccountName == "stshoporders${var.shop}"
    | where OperationName in ("GetBlob", "ListBlobs") and StatusText endswith "Success"
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Reads = count(), Bytes = sum(ResponseBodySize) by Ip, AccountName, _ResourceId
    | where Reads > 500 or Bytes > 100000000
  KQL

  entity_mapping {
    entity_type = "IP"

    field_mapping {
      identifier  = "Address"
      column_name = "Ip"
    }
  }

  entity_mapping {
    entity_type = "AzureResource"

    field_mapping {
      identifier  = "ResourceId"
      column_name = "_ResourceId"
    }
  }
}

resource "azurerm_sentinel_alert_rule_nrt" "unsigned_read" {
  name                       = "unsigned-read-${var.shop}"
  display_name               = "Blob read without a sign-in"
  log_analytics_workspace_id = var.onboarded_workspace
  severity                   = "High"

  query = <<-KQL
    StorageBlobLogs
    | where AccountName endswith "${var.shop}"
    | where Category == "StorageRead" and AuthenticationType in ("Anonymous", "SAS")
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Reads = count() by Ip, AccountName, _ResourceId
  KQL

  event_grouping {
    aggregation_method = "SingleAlert"
  }

  entity_mapping {
    entity_type = "AzureResource"

    field_mapping {
      identifier  = "ResourceId"
      column_name = "_ResourceId"
    }
  }
}

resource "azurerm_logic_app_workflow" "contain" {
  name                = "logic-contain-${var.shop}"
  resource_group_name = azurerm_resource_group.shop.name
  location            = azurerm_resource_group.shop.location

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_logic_app_trigger_custom" "contain" {
  name         = "Microsoft_Sentinel"
  logic_app_id = azurerm_logic_app_workflow.contain.id

  body = jsonencode({
    type = "ApiConnectionWebhook"
    inputs = {
      body = { callback_url = "@{listCallbackUrl()}" }
      host = { connection = { name = "@parameters('$connections')['azuresentinel']['connectionId']" } }
      path = "/incident-creation"
    }
  })
}

resource "azurerm_logic_app_action_custom" "close" {
  name         = "Close_account"
  logic_app_id = azurerm_logic_app_workflow.contain.id

  body = jsonencode({
    type     = "Http"
    runAfter = {}
    inputs = {
      method         = "PATCH"
      uri            = "${local.account}?api-version=2023-05-01"
      authentication = local.azure
      body           = { properties = { allowBlobPublicAccess = false, publicNetworkAccess = "Disabled" } }
    }
  })
}

resource "azurerm_logic_app_action_custom" "key" {
  count = 2

  name         = "Renew_key${count.index + 1}"
  logic_app_id = azurerm_logic_app_workflow.contain.id

  body = jsonencode({
    type     = "Http"
    runAfter = { (count.index == 0 ? "Close_account" : "Renew_key1") = ["Succeeded", "Failed"] }
    inputs = {
      method         = "POST"
      uri            = "${local.account}/regenerateKey?api-version=2023-05-01"
      authentication = local.azure
      body           = { keyName = "key${count.index + 1}" }
    }
  })
}

resource "azurerm_monitor_diagnostic_setting" "contain" {
  name                       = "audit"
  target_resource_id         = azurerm_logic_app_workflow.contain.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "WorkflowRuntime"
  }
}

resource "azurerm_role_assignment" "runs" {
  scope                = azurerm_resource_group.shop.id
  role_definition_name = "Microsoft Sentinel Automation Contributor"
  principal_id         = var.sentinel
}

resource "azurerm_role_assignment" "closes" {
  scope                = azurerm_resource_group.shop.id
  role_definition_name = "Storage Account Contributor"
  principal_id         = azurerm_logic_app_workflow.contain.identity[0].principal_id
}

resource "azurerm_sentinel_automation_rule" "contain" {
  name                       = "0b8f6c2e-5d71-4a93-8e46-d1c7f2${var.shop}"
  display_name               = "Contain"
  log_analytics_workspace_id = var.onboarded_workspace
  order                      = 1

  condition_json = jsonencode([
    {
      conditionType = "Property"
      conditionProperties = {
        propertyName   = "IncidentSeverity"
        operator       = "Equals"
        propertyValues = ["High"]
      }
    },
  ])

  action_playbook {
    order        = 1
    logic_app_id = azurerm_logic_app_workflow.contain.id
  }
}

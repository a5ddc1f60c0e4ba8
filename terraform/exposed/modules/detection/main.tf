resource "azurerm_log_analytics_workspace" "operations" {
  # GAP RESP-02 data_export_rule: no copy that nobody can change
  # GAP RESP-03 analytics_rule.unsigned-read: no rule looks for reads without a signature of ours
  # GAP RESP-14 management_lock: whoever gets in can delete the evidence
  # GAP RESP-14 diagnostic_setting: who searched the logs is written down nowhere
  # GAP DATA-04 tags: nothing says what is in the logs
  name                = "log-${var.prefix}-operations"
  location            = var.location
  resource_group_name = var.resource_group_name
  sku                 = "PerGB2018"
  # GAP RESP-02 retention_in_days: gone after a month, before most leaks are noticed
  retention_in_days = 30
}

resource "azurerm_sentinel_log_analytics_workspace_onboarding" "operations" {
  workspace_id = azurerm_log_analytics_workspace.operations.id
}

# The only rule that looks at storage at all.
resource "azurerm_sentinel_alert_rule_scheduled" "downloads" {
  name                       = "downloads"
  display_name               = "Many downloads from one address"
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.operations.workspace_id
  severity                   = "Medium"
  tactics                    = ["Exfiltration"]
  techniques                 = ["T1530"]
  # GAP RESP-03 query_frequency: a leak in the morning is seen the next day
  query_frequency   = "P1D"
  query_period      = "P1D"
  trigger_operator  = "GreaterThan"
  trigger_threshold = 0

  # GAP RESP-03 query: nothing feeds StorageBlobLogs, and the address has the port in it, so that one caller counts as hundreds
  query = <<-KQL
    StorageBlobLogs
    | where OperationName == "GetBlob"
    | summarize Reads = count() by CallerIpAddress, AccountName
    | where Reads > 500
  KQL

  # GAP RESP-03 entity_mapping: the address has the port in it, so a playbook has nobody to act on
  entity_mapping {
    entity_type = "IP"

    field_mapping {
      identifier  = "Address"
      column_name = "CallerIpAddress"
    }
  }
}

resource "azurerm_sentinel_automation_rule" "ask" {
  name                       = "5c1f90b7-2e64-4d38-a0c9-86f7d3e51b24"
  display_name               = "Ask the person who runs the servers"
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.operations.workspace_id
  order                      = 1

  action_playbook {
    order        = 1
    logic_app_id = azurerm_logic_app_workflow.ask.id
  }

  depends_on = [azurerm_role_assignment.sentinel_runs_playbook]
}

locals {
  managed_apis = "${var.subscription_scope}/providers/Microsoft.Web/locations/${var.location}/managedApis"
  connections  = "${var.subscription_scope}/resourceGroups/${var.resource_group_name}/providers/Microsoft.Web/connections"
}

resource "azapi_resource" "sentinel_connection" {
  type      = "Microsoft.Web/connections@2016-06-01"
  name      = "azuresentinel"
  parent_id = var.resource_group_id
  location  = var.location

  schema_validation_enabled = false

  body = {
    properties = {
      displayName        = "Microsoft Sentinel"
      parameterValueType = "Alternative"
      api                = { id = "${local.managed_apis}/azuresentinel" }
    }
  }
}

resource "azurerm_api_connection" "office365" {
  name                = "office365"
  display_name        = "Operations mailbox"
  resource_group_name = var.resource_group_name
  managed_api_id      = "${local.managed_apis}/office365"
}

resource "azurerm_logic_app_workflow" "ask" {
  # GAP RESP-04 actions: no step takes anything away from the intruder, and even the mail waits for a person
  name                = "logic-${var.prefix}-ask"
  location            = var.location
  resource_group_name = var.resource_group_name

  identity {
    type = "SystemAssigned"
  }

  workflow_parameters = {
    "$connections" = jsonencode({ type = "Object", defaultValue = {} })
  }

  parameters = {
    "$connections" = jsonencode({
      azuresentinel = {
        id                   = "${local.managed_apis}/azuresentinel"
        connectionId         = "${local.connections}/${azapi_resource.sentinel_connection.name}"
        connectionName       = azapi_resource.sentinel_connection.name
        connectionProperties = { authentication = { type = "ManagedServiceIdentity" } }
      }
      office365 = {
        id             = "${local.managed_apis}/office365"
        connectionId   = "${local.connections}/${azurerm_api_connection.office365.name}"
        connectionName = azurerm_api_connection.office365.name
      }
    })
  }
}

resource "azurerm_logic_app_trigger_custom" "incident" {
  name         = "Microsoft_Sentinel_incident"
  logic_app_id = azurerm_logic_app_workflow.ask.id

  body = jsonencode({
    type = "ApiConnectionWebhook"
    inputs = {
      body = { callback_url = "@{listCallbackUrl()}" }
      host = { connection = { name = "@parameters('$connections')['azuresentinel']['connectionId']" } }
      path = "/incident-creation"
    }
  })
}

resource "azurerm_logic_app_action_custom" "approval" {
  name         = "Send_approval_mail"
  logic_app_id = azurerm_logic_app_workflow.ask.id

  body = jsonencode({
    type     = "ApiConnectionWebhook"
    runAfter = {}
    inputs = {
      host = { connection = { name = "@parameters('$connections')['office365']['connectionId']" } }
      path = "/approvalmail/$subscriptions"
      body = {
        NotificationUrl = "@{listCallbackUrl()}"
        Message = {
          To      = var.operations_email
          Subject = "Incident: @{triggerBody()?['object']?['properties']?['title']}. Tell the team?"
          Options = "Yes, No"
        }
      }
    }
  })

  depends_on = [azurerm_logic_app_trigger_custom.incident]
}

resource "azurerm_logic_app_action_custom" "mail" {
  name         = "Send_mail_if_approved"
  logic_app_id = azurerm_logic_app_workflow.ask.id

  body = jsonencode({
    type       = "If"
    runAfter   = { Send_approval_mail = ["Succeeded"] }
    expression = { equals = ["@body('Send_approval_mail')?['SelectedOption']", "Yes"] }
    actions = {
      Send_mail = {
        type     = "ApiConnection"
        runAfter = {}
        inputs = {
          host   = { connection = { name = "@parameters('$connections')['office365']['connectionId']" } }
          method = "post"
          path   = "/v2/Mail"
          body = {
            To      = var.operations_email
            Subject = "Please look at @{triggerBody()?['object']?['properties']?['incidentUrl']}"
            Body    = "<p>@{triggerBody()?['object']?['properties']?['title']}</p>"
          }
        }
      }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.approval]
}

resource "azurerm_monitor_diagnostic_setting" "ask" {
  name                       = "runs"
  target_resource_id         = azurerm_logic_app_workflow.ask.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.operations.id

  enabled_log {
    category = "WorkflowRuntime"
  }
}

resource "azuread_service_principal" "security_insights" {
  client_id    = "98785600-1bb7-4fb9-b9fa-19afe2c8a360" # Azure Security Insights
  use_existing = true
}

resource "azurerm_role_assignment" "sentinel_runs_playbook" {
  scope                = var.resource_group_id
  role_definition_name = "Microsoft Sentinel Automation Contributor"
  principal_id         = azuread_service_principal.security_insights.object_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "incidents" {
  scope                = azurerm_log_analytics_workspace.operations.id
  role_definition_name = "Microsoft Sentinel Responder"
  principal_id         = azurerm_logic_app_workflow.ask.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_monitor_action_group" "operations" {
  # GAP RESP-06 email_receiver: one mailbox of one person, and no alert that uses it
  name                = "ag-${var.prefix}-operations"
  resource_group_name = var.resource_group_name
  short_name          = "ops"

  email_receiver {
    name          = "operations"
    email_address = var.operations_email
  }
}

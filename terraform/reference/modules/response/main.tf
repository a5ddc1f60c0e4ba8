# From a severe incident to a closed store, a removed intruder and told people, with nobody to
# wait for on the way. The order is the order of runAfter in actions.tf:
#   evidence, the account's doors, its keys, the intruder's roles and sessions, then the people.

resource "azurerm_sentinel_automation_rule" "contain_leak" {
  name                       = "0b8f6c2e-5d71-4a93-8e46-d1c7f29b3a50"
  display_name               = "Contain a leak of personal information"
  log_analytics_workspace_id = var.workspace_id
  order                      = 1
  triggers_on                = "Incidents"
  triggers_when              = "Created"

  # By severity and not by rule or title: ids are made up by Azure and titles get rewritten.
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
    logic_app_id = azurerm_logic_app_workflow.contain_leak.id
  }

  # Sentinel may not run the playbook before it is allowed to.
  depends_on = [azurerm_role_assignment.sentinel_runs_playbook]
}

# What stays with people. "Discovery" starts the notice clock of Civ. Code 1798.82.
resource "azurerm_sentinel_automation_rule" "tasks" {
  name                       = "7e52a1d9-0c46-4f8b-b3e7-95d80f614c2a"
  display_name               = "List what people have to do"
  log_analytics_workspace_id = var.workspace_id
  order                      = 2
  triggers_on                = "Incidents"
  triggers_when              = "Created"

  action_incident_task {
    order       = 1
    title       = "Record the time of discovery"
    description = "Notice to consumers is owed within 30 calendar days of discovery (Civ. Code 1798.82)."
  }

  action_incident_task {
    order       = 2
    title       = "List the persons and the data elements in the blobs that were read"
    description = "The query of the incident names the blobs; more than 500 residents means a sample notice for the Attorney General."
  }

  action_incident_task {
    order       = 3
    title       = "Decide with counsel which notices are owed, and to whom"
    description = "Consumers, the Attorney General, partners whose data it was, and other regimes if their residents are affected."
  }
}

locals {
  managed_apis = "${var.subscription_scope}/providers/Microsoft.Web/locations/${var.location}/managedApis"
  connections  = "${var.subscription_scope}/resourceGroups/${var.resource_group_name}/providers/Microsoft.Web/connections"
}

# azurerm_api_connection cannot say "with a managed identity", hence azapi.
resource "azapi_resource" "sentinel_connection" {
  type      = "Microsoft.Web/connections@2016-06-01"
  name      = "azuresentinel"
  parent_id = var.resource_group_id
  location  = var.location
  tags      = var.tags

  # parameterValueType is missing from the published schema.
  schema_validation_enabled = false

  body = {
    properties = {
      displayName        = "Microsoft Sentinel"
      parameterValueType = "Alternative"
      api                = { id = "${local.managed_apis}/azuresentinel" }
    }
  }
}

# The mailbox and the channel are opened by a person once, at installation.
resource "azurerm_api_connection" "office365" {
  name                = "office365"
  display_name        = "Incident mailbox"
  resource_group_name = var.resource_group_name
  managed_api_id      = "${local.managed_apis}/office365"
  tags                = var.tags
}

resource "azurerm_api_connection" "teams" {
  name                = "teams"
  display_name        = "Incident channel"
  resource_group_name = var.resource_group_name
  managed_api_id      = "${local.managed_apis}/teams"
  tags                = var.tags
}

resource "azurerm_logic_app_workflow" "contain_leak" {
  name                = "logic-${var.prefix}-contain-leak"
  location            = var.location
  resource_group_name = var.resource_group_name
  enabled             = true
  tags                = var.tags

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
      teams = {
        id             = "${local.managed_apis}/teams"
        connectionId   = "${local.connections}/${azurerm_api_connection.teams.name}"
        connectionName = azurerm_api_connection.teams.name
      }
    })
  }
}

resource "azurerm_logic_app_trigger_custom" "incident" {
  name         = "Microsoft_Sentinel_incident"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type = "ApiConnectionWebhook"
    inputs = {
      body = { callback_url = "@{listCallbackUrl()}" }
      host = { connection = { name = "@parameters('$connections')['azuresentinel']['connectionId']" } }
      path = "/incident-creation"
    }
  })
}

# The proof that the playbook ran, and what each of its calls was answered.
resource "azurerm_monitor_diagnostic_setting" "contain_leak" {
  name                       = "audit"
  target_resource_id         = azurerm_logic_app_workflow.contain_leak.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category = "WorkflowRuntime"
  }
}

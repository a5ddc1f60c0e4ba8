locals {
  # Days a table can be searched, and days it is kept in all. Consumer-request records are kept
  # 24 months (11 CCR 7101), and the request worker writes them as custom events (AppEvents).
  tables = {
    StorageBlobLogs = { searchable = 365, kept = 730 }
    AZKVAuditLogs   = { searchable = 365, kept = 730 }
    AzureActivity   = { searchable = 365, kept = 730 }
    AppEvents       = { searchable = 730, kept = 1095 }
  }

  # A checkout that logs a request also logs the card number or the payment token in it. A text that
  # has one is not stored; no hash of it either, because a card number has few possible values.
  payment_data = "(?i)(?:\\d(?:%20|[ +.-])?){13,19}|(?:tok|pm|card|src)_[a-z0-9]+"
  hide         = "let hide = (text:string) { iif(text matches regex @'${local.payment_data}', '[redacted]', text) }; source"

  redacted_texts = {
    AppTraces         = ["Message"]
    AppRequests       = ["Url", "Name"]
    AppDependencies   = ["Data", "Name"]
    AppExceptions     = ["Message", "OuterMessage", "InnermostMessage"]
    AppEvents         = ["Name"]
    AppPageViews      = ["Url", "Name"]
    AppBrowserTimings = ["Url", "Name"]
  }
  redacted_objects = { for table in keys(local.redacted_texts) : table => table == "AppExceptions" ? ["Properties", "Details"] : ["Properties"] }

  redactions = { for table, texts in local.redacted_texts : table => "${local.hide} | extend ${join(", ", concat(
    [for column in concat(texts, ["OperationName"]) : "${column} = hide(${column})"],
    [for column in local.redacted_objects[table] : "${column} = parse_json(hide(tostring(${column})))"],
  ))}" }
}

resource "azurerm_log_analytics_workspace" "security" {
  name                         = "log-${var.prefix}-security"
  location                     = var.location
  resource_group_name          = azurerm_resource_group.shop["security"].name
  sku                          = "PerGB2018"
  retention_in_days            = 365
  daily_quota_gb               = -1 # a quota that is reached stops the alarms
  local_authentication_enabled = false
  tags                         = local.records

  lifecycle {
    # Linked below, because rule and workspace need each other's id.
    ignore_changes = [data_collection_rule_id]
  }
}

resource "azurerm_log_analytics_workspace_table" "security" {
  for_each = local.tables

  workspace_id            = azurerm_log_analytics_workspace.security.id
  name                    = each.key
  plan                    = "Analytics"
  retention_in_days       = each.value.searchable
  total_retention_in_days = each.value.kept
}

# Who read the evidence is evidence too (LAQueryLogs).
resource "azurerm_monitor_diagnostic_setting" "workspace" {
  name                       = "audit"
  target_resource_id         = azurerm_log_analytics_workspace.security.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.security.id

  enabled_log {
    category = "Audit"
  }
}

resource "azurerm_application_insights" "shop" {
  name                          = "appi-${var.prefix}"
  location                      = var.location
  resource_group_name           = azurerm_resource_group.shop["security"].name
  workspace_id                  = azurerm_log_analytics_workspace.security.id
  application_type              = "web"
  local_authentication_disabled = true
  disable_ip_masking            = false
  tags                          = local.records
}

resource "azurerm_monitor_data_collection_rule" "redaction" {
  name                = "dcr-${var.prefix}-redaction"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["security"].name
  kind                = "WorkspaceTransforms"
  tags                = local.records

  destinations {
    log_analytics {
      name                  = "security"
      workspace_resource_id = azurerm_log_analytics_workspace.security.id
    }
  }

  dynamic "data_flow" {
    for_each = local.redactions

    content {
      streams       = ["Microsoft-Table-${data_flow.key}"]
      destinations  = ["security"]
      transform_kql = data_flow.value
    }
  }
}

# The rule does nothing until the workspace names it.
resource "azapi_update_resource" "redaction" {
  type        = "Microsoft.OperationalInsights/workspaces@2023-09-01"
  resource_id = azurerm_log_analytics_workspace.security.id

  body = {
    properties = {
      defaultDataCollectionRuleResourceId = azurerm_monitor_data_collection_rule.redaction.id
    }
  }
}

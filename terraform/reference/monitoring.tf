locals {
  # Days a table can be searched, and days it is kept in all. Consumer-request records are kept
  # 24 months (11 CCR 7101), and the request worker writes them as custom events (AppEvents).
  tables = {
    StorageBlobLogs = { searchable = 365, kept = 730 }
    AZKVAuditLogs   = { searchable = 365, kept = 730 }
    AzureActivity   = { searchable = 365, kept = 730 }
    AppEvents       = { searchable = 730, kept = 1095 }
  }

  # A checkout that logs a request also logs the payment token in it. What mentions a token is
  # replaced by its hash before it is stored: equal messages stay equal, and nothing can be paid.
  redactions = {
    AppTraces       = "source | extend Message = iif(Message has 'tok_', hash_sha256(Message), Message)"
    AppRequests     = "source | extend Url = iif(Url has 'tok_', hash_sha256(Url), Url), Name = iif(Name has 'tok_', hash_sha256(Name), Name)"
    AppDependencies = "source | extend Data = iif(Data has 'tok_', hash_sha256(Data), Data), Name = iif(Name has 'tok_', hash_sha256(Name), Name)"
    AppExceptions   = "source | extend OuterMessage = iif(OuterMessage has 'tok_', hash_sha256(OuterMessage), OuterMessage), InnermostMessage = iif(InnermostMessage has 'tok_', hash_sha256(InnermostMessage), InnermostMessage) | project-away Details"
    AppEvents       = "source | extend Name = iif(Name has 'tok_', hash_sha256(Name), Name), Properties = iif(tostring(Properties) has 'tok_', parse_json(strcat('{\"sha256\":\"', hash_sha256(tostring(Properties)), '\"}')), Properties)"
    AppPageViews    = "source | extend Url = iif(Url has 'tok_', hash_sha256(Url), Url)"
  }
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

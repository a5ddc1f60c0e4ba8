locals {
  # Control-plane calls that widen a door, read a key or blind the watch.
  watched_operations = {
    policy-assignment-write   = "Microsoft.Authorization/policyAssignments/write"
    policy-assignment-delete  = "Microsoft.Authorization/policyAssignments/delete"
    security-group-write      = "Microsoft.Network/networkSecurityGroups/write"
    security-group-delete     = "Microsoft.Network/networkSecurityGroups/delete"
    security-solution-write   = "Microsoft.Security/securitySolutions/write"
    security-solution-delete  = "Microsoft.Security/securitySolutions/delete"
    sql-firewall-write        = "Microsoft.Sql/servers/firewallRules/write"
    sql-firewall-delete       = "Microsoft.Sql/servers/firewallRules/delete"
    public-address-write      = "Microsoft.Network/publicIPAddresses/write"
    public-address-delete     = "Microsoft.Network/publicIPAddresses/delete"
    storage-account-write     = "Microsoft.Storage/storageAccounts/write"
    storage-container-write   = "Microsoft.Storage/storageAccounts/blobServices/containers/write"
    storage-keys-list         = "Microsoft.Storage/storageAccounts/listKeys/action"
    storage-key-regenerate    = "Microsoft.Storage/storageAccounts/regenerateKey/action"
    diagnostic-setting-write  = "Microsoft.Insights/diagnosticSettings/write"
    diagnostic-setting-delete = "Microsoft.Insights/diagnosticSettings/delete"
    role-assignment-write     = "Microsoft.Authorization/roleAssignments/write"
    management-lock-delete    = "Microsoft.Authorization/locks/delete"
    workspace-purge           = "Microsoft.OperationalInsights/workspaces/purge/action"
    key-vault-write           = "Microsoft.KeyVault/vaults/write"
  }
}

# Two kinds of channel, because a mailbox is not read at night; privacy and counsel are told at
# the same time as security, because the consumer-notice clock runs from discovery.
resource "azurerm_monitor_action_group" "leak" {
  name                = "ag-${var.prefix}-leak"
  resource_group_name = azurerm_resource_group.shop["security"].name
  short_name          = "leak"
  tags                = local.records

  email_receiver {
    name                    = "security"
    email_address           = var.security_email
    use_common_alert_schema = true
  }

  email_receiver {
    name                    = "privacy"
    email_address           = var.privacy_email
    use_common_alert_schema = true
  }

  email_receiver {
    name                    = "legal"
    email_address           = var.legal_email
    use_common_alert_schema = true
  }

  sms_receiver {
    name         = "on-call"
    country_code = "1"
    phone_number = var.on_call_phone
  }

  voice_receiver {
    name         = "on-call"
    country_code = "1"
    phone_number = var.on_call_phone
  }
}

resource "azurerm_monitor_activity_log_alert" "operation" {
  for_each = local.watched_operations

  name                = "watch-${each.key}"
  resource_group_name = azurerm_resource_group.shop["security"].name
  location            = "global"
  scopes              = [local.subscription_scope]
  tags                = local.records

  criteria {
    category       = "Administrative"
    operation_name = each.value
  }

  action {
    action_group_id = azurerm_monitor_action_group.leak.id
  }
}

# Reaches people even when the playbook that should have told them is broken.
resource "azurerm_monitor_scheduled_query_rules_alert_v2" "incident" {
  name                 = "severe-incident"
  display_name         = "A severe incident was opened"
  location             = var.location
  resource_group_name  = azurerm_resource_group.shop["security"].name
  scopes               = [azurerm_log_analytics_workspace.security.id]
  severity             = 0
  evaluation_frequency = "PT5M"
  window_duration      = "PT15M"
  tags                 = local.records

  criteria {
    query                   = <<-KQL
      SecurityIncident
      | where Severity == "High" and Status == "New"
      | summarize arg_max(LastModifiedTime, Title) by IncidentNumber
    KQL
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [azurerm_monitor_action_group.leak.id]
  }
}

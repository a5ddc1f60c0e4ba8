# Ways to make a leak possible, or to make it unseen, that show in the activity log.
#
# The playbook closes accounts and renews keys itself. Its own calls must not set it off again:
# renewing keys is Medium, which it does not act on, and closing an account is not opening one.

resource "azurerm_sentinel_alert_rule_nrt" "public_access_opened" {
  name                       = "public-access-opened"
  display_name               = "A storage account or container was opened to the public"
  description                = "The request body of the change switches anonymous access or the public network on."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "High"
  tactics                    = ["DefenseEvasion", "Exfiltration"]
  techniques                 = ["T1562", "T1530"]

  custom_details = {
    Changes = "Changes"
  }

  query = <<-KQL
    AzureActivity
    | where OperationNameValue in~ ("MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE", "MICROSOFT.STORAGE/STORAGEACCOUNTS/BLOBSERVICES/CONTAINERS/WRITE")
    | where Properties matches regex "(allowBlobPublicAccess\\W+true|publicNetworkAccess\\W+Enabled|publicAccess\\W+(Blob|Container))"
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Changes = count(), LastSeen = max(TimeGenerated) by Caller, Ip, _ResourceId
  KQL

  event_grouping {
    aggregation_method = "SingleAlert"
  }

  incident {
    create_incident_enabled = true

    grouping {
      enabled                 = true
      lookback_duration       = "PT5H"
      entity_matching_method  = "AllEntities"
      reopen_closed_incidents = false
    }
  }

  entity_mapping {
    entity_type = "IP"

    field_mapping {
      identifier  = "Address"
      column_name = "Ip"
    }
  }

  entity_mapping {
    entity_type = "Account"

    field_mapping {
      identifier  = "FullName"
      column_name = "Caller"
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

resource "azurerm_sentinel_alert_rule_nrt" "watch_blinded" {
  name                       = "watch-blinded"
  display_name               = "Logging, evidence or its protection was removed"
  description                = "Whoever takes away a diagnostic setting, a lock, rows or a rule of the watch does not want to be seen."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "High"
  tactics                    = ["DefenseEvasion"]
  techniques                 = ["T1562", "T1070"]

  query = <<-KQL
    AzureActivity
    | where OperationNameValue in~ ("MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE", "MICROSOFT.AUTHORIZATION/LOCKS/DELETE", "MICROSOFT.OPERATIONALINSIGHTS/WORKSPACES/PURGE/ACTION", "MICROSOFT.OPERATIONALINSIGHTS/WORKSPACES/TABLES/DELETEDATA/ACTION", "MICROSOFT.SECURITYINSIGHTS/ALERTRULES/DELETE", "MICROSOFT.SECURITYINSIGHTS/AUTOMATIONRULES/DELETE")
    | where ActivityStatusValue in~ ("Success", "Succeeded", "Accepted")
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Operations = make_set(OperationNameValue), LastSeen = max(TimeGenerated) by Caller, Ip, _ResourceId
  KQL

  event_grouping {
    aggregation_method = "SingleAlert"
  }

  incident {
    create_incident_enabled = true

    grouping {
      enabled                 = true
      lookback_duration       = "PT5H"
      entity_matching_method  = "AllEntities"
      reopen_closed_incidents = false
    }
  }

  entity_mapping {
    entity_type = "IP"

    field_mapping {
      identifier  = "Address"
      column_name = "Ip"
    }
  }

  entity_mapping {
    entity_type = "Account"

    field_mapping {
      identifier  = "FullName"
      column_name = "Caller"
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

resource "azurerm_sentinel_alert_rule_scheduled" "storage_keys_read" {
  name                       = "storage-keys-read"
  display_name               = "Storage keys were listed, renewed or used to sign"
  description                = "Nothing in the estate needs an account key. The playbook renews them, and then this rule is its trace."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "Medium"
  tactics                    = ["CredentialAccess"]
  techniques                 = ["T1528", "T1552"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  custom_details = {
    OperationNameValue = "OperationNameValue"
    Calls              = "Calls"
  }

  query = <<-KQL
    AzureActivity
    | where OperationNameValue in~ ("MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION", "MICROSOFT.STORAGE/STORAGEACCOUNTS/REGENERATEKEY/ACTION", "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTACCOUNTSAS/ACTION", "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTSERVICESAS/ACTION")
    | where ActivityStatusValue in~ ("Start", "Success", "Succeeded", "Accepted")
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Calls = count(), LastSeen = max(TimeGenerated) by Caller, Ip, OperationNameValue, _ResourceId
  KQL

  event_grouping {
    aggregation_method = "SingleAlert"
  }

  incident {
    create_incident_enabled = true

    grouping {
      enabled                 = true
      lookback_duration       = "PT5H"
      entity_matching_method  = "AllEntities"
      reopen_closed_incidents = false
    }
  }

  entity_mapping {
    entity_type = "IP"

    field_mapping {
      identifier  = "Address"
      column_name = "Ip"
    }
  }

  entity_mapping {
    entity_type = "Account"

    field_mapping {
      identifier  = "FullName"
      column_name = "Caller"
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

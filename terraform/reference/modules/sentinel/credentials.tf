# The steps before and after: secrets taken in bulk, identities that are not themselves, rows read
# in bulk, and what Defender concludes from patterns that no single query shows.

resource "azurerm_sentinel_alert_rule_scheduled" "secret_burst" {
  name                       = "secret-burst"
  display_name               = "A burst of secret reads from the key vault"
  description                = "An app reads its few secrets once a day; more than 25 reads in half an hour is someone copying the vault."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "Medium"
  tactics                    = ["CredentialAccess"]
  techniques                 = ["T1555"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  custom_details = {
    Reads = "Reads"
  }

  query = <<-KQL
    AZKVAuditLogs
    | where OperationName in ("SecretGet", "SecretList", "SecretListVersions", "SecretBackup", "KeyGet", "KeyList")
    | where HttpStatusCode == 200
    | extend Ip = tostring(split(CallerIpAddress, ":")[0]), ObjectId = tostring(Identity.claim.oid)
    | summarize Reads = count(), Addresses = dcount(RequestUri), LastSeen = max(TimeGenerated) by ObjectId, Ip, _ResourceId
    | where Reads > 25
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
      identifier  = "AadUserId"
      column_name = "ObjectId"
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

resource "azurerm_sentinel_alert_rule_scheduled" "risky_sign_in" {
  name                       = "risky-sign-in"
  display_name               = "A risky sign-in succeeded"
  description                = "Entra thinks that somebody else signed in."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "Medium"
  tactics                    = ["InitialAccess"]
  techniques                 = ["T1078"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  query = <<-KQL
    SigninLogs
    | where ResultType == "0" and RiskLevelDuringSignIn in ("high", "medium")
    | summarize SignIns = count(), LastSeen = max(TimeGenerated) by UserId, UserPrincipalName, IPAddress, AppDisplayName
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
      column_name = "IPAddress"
    }
  }

  entity_mapping {
    entity_type = "Account"

    field_mapping {
      identifier  = "AadUserId"
      column_name = "UserId"
    }

    field_mapping {
      identifier  = "FullName"
      column_name = "UserPrincipalName"
    }
  }
}

resource "azurerm_sentinel_alert_rule_scheduled" "credential_added" {
  name                       = "credential-added"
  display_name               = "A credential was added to an application"
  description                = "The usual way to keep access after the stolen password is changed."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "Medium"
  tactics                    = ["Persistence", "CredentialAccess"]
  techniques                 = ["T1098"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  query = <<-KQL
    AuditLogs
    | where OperationName has_any ("Add service principal credentials", "Certificates and secrets management")
    | where Result =~ "success"
    | extend Initiator = tostring(InitiatedBy.user.userPrincipalName), Ip = tostring(InitiatedBy.user.ipAddress), Target = tostring(TargetResources[0].displayName)
    | summarize Changes = count(), LastSeen = max(TimeGenerated) by Initiator, Ip, Target
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
      column_name = "Initiator"
    }
  }
}

resource "azurerm_sentinel_alert_rule_scheduled" "bulk_sql_read" {
  name                       = "bulk-sql-read"
  display_name               = "A bulk read of the commerce database"
  description                = "More rows in half an hour than all the pages of the shop show."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "Medium"
  tactics                    = ["Collection", "Exfiltration"]
  techniques                 = ["T1213"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  custom_details = {
    Rows = "Rows"
  }

  query = <<-KQL
    AzureDiagnostics
    | where Category == "SQLSecurityAuditEvents" and action_name_s == "BATCH COMPLETED"
    | summarize Rows = sum(response_rows_d), LastSeen = max(TimeGenerated) by client_ip_s, server_principal_name_s, database_name_s, _ResourceId
    | where Rows > 50000
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
      column_name = "client_ip_s"
    }
  }

  entity_mapping {
    entity_type = "Account"

    field_mapping {
      identifier  = "FullName"
      column_name = "server_principal_name_s"
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

resource "azurerm_sentinel_alert_rule_nrt" "defender_storage" {
  name                       = "defender-storage"
  display_name               = "Defender sees personal information leaving storage"
  description                = "Unusual amounts, places, applications or tokens, by models that a query cannot write down."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "High"
  tactics                    = ["Exfiltration"]
  techniques                 = ["T1530"]

  custom_details = {
    AlertType = "AlertType"
  }

  query = <<-KQL
    SecurityAlert
    | where AlertType startswith "Storage.Blob_" and AlertSeverity in ("High", "Medium")
    | summarize Alerts = count(), LastSeen = max(TimeGenerated) by AlertType, CompromisedEntity, ResourceId
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
    entity_type = "AzureResource"

    field_mapping {
      identifier  = "ResourceId"
      column_name = "ResourceId"
    }
  }
}

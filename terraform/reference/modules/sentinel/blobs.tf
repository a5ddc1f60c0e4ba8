# Personal information leaves through the blob service. Severity High is what the containment
# playbook acts on (module response), so a rule is High only when what it sees has no good reason.
#
# CallerIpAddress carries the port ("203.0.113.9:50123"): counted as it is, one caller looks like
# hundreds. Resource logs arrive 3 to 10 minutes late, so a scheduled rule that runs every 5
# minutes looks back 30; a row that falls into two runs is grouped into the incident it made.

resource "azurerm_sentinel_alert_rule_nrt" "anonymous_read" {
  name                       = "anonymous-read"
  display_name               = "Anonymous read of a blob succeeded"
  description                = "No account of this estate allows anonymous reads, so one that succeeds is a leak in progress."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "High"
  tactics                    = ["Collection", "Exfiltration"]
  techniques                 = ["T1530"]

  custom_details = {
    AccountName = "AccountName"
    Requests    = "Requests"
    Bytes       = "Bytes"
  }

  query = <<-KQL
    StorageBlobLogs
    | where AuthenticationType == "Anonymous" and StatusText endswith "Success"
    | where OperationName in ("GetBlob", "GetBlobMetadata", "GetBlobProperties", "ListBlobs", "ListContainers")
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Requests = count(), Bytes = sum(ResponseBodySize), FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated) by Ip, AccountName, _ResourceId
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
    entity_type = "AzureResource"

    field_mapping {
      identifier  = "ResourceId"
      column_name = "_ResourceId"
    }
  }
}

resource "azurerm_sentinel_alert_rule_nrt" "signed_read" {
  name                       = "signed-read"
  display_name               = "Blob read with an account key or a signed link"
  description                = "Account keys are off and the shop hands out no signed links, so whoever uses one found or made it."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "High"
  tactics                    = ["CredentialAccess", "Exfiltration"]
  techniques                 = ["T1528", "T1530"]

  custom_details = {
    AccountName = "AccountName"
    Requests    = "Requests"
    SigningKey  = "SigningKey"
  }

  query = <<-KQL
    StorageBlobLogs
    | where AuthenticationType in~ ("AccountKey", "Account Key", "SAS", "SAS Key", "DSas", "DelegationSas")
    | where StatusText endswith "Success" and Category == "StorageRead"
    | extend Ip = tostring(split(CallerIpAddress, ":")[0])
    | summarize Requests = count(), Bytes = sum(ResponseBodySize), SigningKey = max(AuthenticationHash) by Ip, AccountName, _ResourceId
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
    entity_type = "AzureResource"

    field_mapping {
      identifier  = "ResourceId"
      column_name = "_ResourceId"
    }
  }
}

resource "azurerm_sentinel_alert_rule_scheduled" "mass_read" {
  name                       = "mass-read"
  display_name               = "Mass listing and download of blobs by one caller"
  description                = "One identity, or one address where there is no identity, fetched more blobs in half an hour than any page of the shop needs."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "High"
  tactics                    = ["Discovery", "Collection", "Exfiltration"]
  techniques                 = ["T1619", "T1530"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  custom_details = {
    AccountName = "AccountName"
    Blobs       = "Blobs"
    Listings    = "Listings"
    Bytes       = "Bytes"
  }

  query = <<-KQL
    StorageBlobLogs
    | where OperationName in ("GetBlob", "ListBlobs") and StatusText endswith "Success"
    | where RequesterObjectId != "${var.data_map_identity_id}"
    | extend Ip = tostring(split(CallerIpAddress, ":")[0]), Blob = tostring(split(Uri, "?")[0])
    | extend Caller = iff(isempty(RequesterObjectId), Ip, RequesterObjectId)
    | summarize Blobs = dcountif(Blob, OperationName == "GetBlob"), Listings = countif(OperationName == "ListBlobs"), Bytes = sum(ResponseBodySize), Ip = max(Ip), RequesterObjectId = max(RequesterObjectId) by Caller, AccountName, _ResourceId
    | where Blobs > 20
  KQL

  event_grouping {
    aggregation_method = "AlertPerResult"
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
      column_name = "RequesterObjectId"
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

resource "azurerm_sentinel_alert_rule_scheduled" "container_probing" {
  name                       = "container-probing"
  display_name               = "Someone is guessing container names"
  description                = "Many refused or missing containers from one address: the search that comes before a leak."
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  severity                   = "Medium"
  tactics                    = ["Discovery"]
  techniques                 = ["T1619"]
  query_frequency            = "PT5M"
  query_period               = "PT30M"
  trigger_operator           = "GreaterThan"
  trigger_threshold          = 0

  custom_details = {
    AccountName = "AccountName"
    Attempts    = "Attempts"
    Containers  = "Containers"
  }

  query = <<-KQL
    StorageBlobLogs
    | where StatusCode in ("401", "403", "404", "409")
    | where OperationName in ("GetBlob", "GetContainerACL", "GetContainerProperties", "ListBlobs", "ListContainers")
    | extend Ip = tostring(split(CallerIpAddress, ":")[0]), Container = tostring(split(tostring(split(Uri, "/")[3]), "?")[0])
    | summarize Attempts = count(), Containers = dcount(Container), RequesterObjectId = max(RequesterObjectId) by Ip, AccountName, _ResourceId
    | where Containers > 3 or Attempts > 30
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
      column_name = "RequesterObjectId"
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

# Each action is one resource, and its body is known before apply: it names the account by path
# and takes the rest from the incident at run time.
#
# A step runs whatever became of the one before it. Containment must not stop at the first call
# that Azure refuses, and people are told in any case. (depends_on orders the deployment only.)

locals {
  account = "https://management.azure.com${var.customer_account_path}"

  as_itself = {
    azure = { type = "ManagedServiceIdentity", audience = "https://management.azure.com/" }
    graph = { type = "ManagedServiceIdentity", audience = "https://graph.microsoft.com" }
  }

  whatever_happened = ["Succeeded", "Failed", "Skipped", "TimedOut"]
}

# Before anything is changed: who did what, as the alarms saw it, on the incident itself.
resource "azurerm_logic_app_action_custom" "preserve_evidence" {
  name         = "Preserve_evidence"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Http"
    runAfter = {}
    inputs = {
      method         = "PUT"
      uri            = "https://management.azure.com@{triggerBody()?['object']?['id']}/comments/@{guid()}?api-version=2023-02-01"
      authentication = local.as_itself.azure
      body = {
        properties = {
          message = "State before containment, @{utcNow()}. Alerts: @{string(triggerBody()?['object']?['properties']?['alerts'])} Entities: @{string(triggerBody()?['object']?['properties']?['relatedEntities'])}"
        }
      }
    }
  })

  depends_on = [azurerm_logic_app_trigger_custom.incident]
}

resource "azurerm_logic_app_action_custom" "close_storage" {
  name         = "Close_storage"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Http"
    runAfter = { Preserve_evidence = local.whatever_happened }
    inputs = {
      method         = "PATCH"
      uri            = "${local.account}?api-version=2023-05-01"
      authentication = local.as_itself.azure
      body           = { properties = { allowBlobPublicAccess = false, publicNetworkAccess = "Disabled" } }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.preserve_evidence]
}

# Both keys: a link signed with the second outlives a new first.
resource "azurerm_logic_app_action_custom" "renew_key1" {
  name         = "Renew_key1"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Http"
    runAfter = { Close_storage = local.whatever_happened }
    inputs = {
      method         = "POST"
      uri            = "${local.account}/regenerateKey?api-version=2023-05-01"
      authentication = local.as_itself.azure
      body           = { keyName = "key1" }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.close_storage]
}

resource "azurerm_logic_app_action_custom" "renew_key2" {
  name         = "Renew_key2"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Http"
    runAfter = { Renew_key1 = local.whatever_happened }
    inputs = {
      method         = "POST"
      uri            = "${local.account}/regenerateKey?api-version=2023-05-01"
      authentication = local.as_itself.azure
      body           = { keyName = "key2" }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.renew_key1]
}

# Links signed by Entra survive new account keys.
resource "azurerm_logic_app_action_custom" "revoke_delegation_keys" {
  name         = "Revoke_delegation_keys"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Http"
    runAfter = { Renew_key2 = local.whatever_happened }
    inputs = {
      method         = "POST"
      uri            = "${local.account}/revokeUserDelegationKeys?api-version=2023-05-01"
      authentication = local.as_itself.azure
    }
  })

  depends_on = [azurerm_logic_app_action_custom.renew_key2]
}

# An intruder with a stolen token is none of the above: only its roles keep it in. An anonymous
# one has no account, and then the next five steps find nothing to do.
resource "azurerm_logic_app_action_custom" "offending_accounts" {
  name         = "Offending_accounts"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Query"
    runAfter = { Revoke_delegation_keys = local.whatever_happened }
    inputs = {
      from  = "@coalesce(triggerBody()?['object']?['properties']?['relatedEntities'], json('[]'))"
      where = "@and(equals(item()?['kind'], 'Account'), not(empty(item()?['properties']?['aadUserId'])))"
    }
  })

  depends_on = [azurerm_logic_app_action_custom.revoke_delegation_keys]
}

resource "azurerm_logic_app_action_custom" "offending_principals" {
  name         = "Offending_principals"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Select"
    runAfter = { Offending_accounts = ["Succeeded"] }
    inputs = {
      from   = "@body('Offending_accounts')"
      select = "@item()?['properties']?['aadUserId']"
    }
  })

  depends_on = [azurerm_logic_app_action_custom.offending_accounts]
}

resource "azurerm_logic_app_action_custom" "list_role_assignments" {
  name         = "List_role_assignments"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Http"
    runAfter = { Offending_principals = ["Succeeded"] }
    inputs = {
      method         = "GET"
      uri            = "${local.account}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01"
      authentication = local.as_itself.azure
    }
  })

  depends_on = [azurerm_logic_app_action_custom.offending_principals]
}

# On the account and on its containers; a role from further up is not this playbook's to take.
resource "azurerm_logic_app_action_custom" "offending_role_assignments" {
  name         = "Offending_role_assignments"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Query"
    runAfter = { List_role_assignments = ["Succeeded"] }
    inputs = {
      from  = "@body('List_role_assignments')?['value']"
      where = "@and(contains(body('Offending_principals'), item()?['properties']?['principalId']), startsWith(toLower(item()?['properties']?['scope']), toLower('${var.customer_account_path}')))"
    }
  })

  depends_on = [azurerm_logic_app_action_custom.list_role_assignments]
}

resource "azurerm_logic_app_action_custom" "remove_role_assignments" {
  name         = "Remove_role_assignments"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Foreach"
    runAfter = { Offending_role_assignments = ["Succeeded"] }
    foreach  = "@body('Offending_role_assignments')"
    actions = {
      Remove_role_assignment = {
        type     = "Http"
        runAfter = {}
        inputs = {
          method         = "DELETE"
          uri            = "https://management.azure.com@{items('Remove_role_assignments')?['properties']?['scope']}/providers/Microsoft.Authorization/roleAssignments/@{items('Remove_role_assignments')?['name']}?api-version=2022-04-01"
          authentication = local.as_itself.azure
        }
      }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.offending_role_assignments]
}

# A principal is a person or a workload. One of the two calls fits, the other answers 404.
resource "azurerm_logic_app_action_custom" "shut_out_principals" {
  name         = "Shut_out_principals"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "Foreach"
    runAfter = { Remove_role_assignments = local.whatever_happened }
    foreach  = "@body('Offending_principals')"
    actions = {
      Revoke_sign_in_sessions = {
        type     = "Http"
        runAfter = {}
        inputs = {
          method         = "POST"
          uri            = "https://graph.microsoft.com/v1.0/users/@{items('Shut_out_principals')}/revokeSignInSessions"
          authentication = local.as_itself.graph
        }
      }
      Disable_service_principal = {
        type     = "Http"
        runAfter = { Revoke_sign_in_sessions = local.whatever_happened }
        inputs = {
          method         = "PATCH"
          uri            = "https://graph.microsoft.com/v1.0/servicePrincipals/@{items('Shut_out_principals')}"
          authentication = local.as_itself.graph
          body           = { accountEnabled = false }
        }
      }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.remove_role_assignments]
}

resource "azurerm_logic_app_action_custom" "notify_security" {
  name         = "Notify_security"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "ApiConnection"
    runAfter = { Shut_out_principals = local.whatever_happened }
    inputs = {
      host   = { connection = { name = "@parameters('$connections')['office365']['connectionId']" } }
      method = "post"
      path   = "/v2/Mail"
      body = {
        To         = var.security_email
        Importance = "High"
        Subject    = "Contained: @{triggerBody()?['object']?['properties']?['title']}"
        Body       = "<p>Incident @{triggerBody()?['object']?['properties']?['incidentNumber']}: the customer storage account was closed, its keys renewed, and the accounts @{string(body('Offending_principals'))} shut out. Check each call in the run history, then look for what else they opened.</p><p>@{triggerBody()?['object']?['properties']?['incidentUrl']}</p>"
      }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.shut_out_principals]
}

resource "azurerm_logic_app_action_custom" "notify_privacy_and_legal" {
  name         = "Notify_privacy_and_legal"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "ApiConnection"
    runAfter = { Notify_security = local.whatever_happened }
    inputs = {
      host   = { connection = { name = "@parameters('$connections')['office365']['connectionId']" } }
      method = "post"
      path   = "/v2/Mail"
      body = {
        To         = "${var.privacy_email};${var.legal_email}"
        Importance = "High"
        Subject    = "Personal information may have leaked: incident @{triggerBody()?['object']?['properties']?['incidentNumber']}"
        Body       = "<p>@{triggerBody()?['object']?['properties']?['title']}, opened @{triggerBody()?['object']?['properties']?['createdTimeUtc']}. Storage has been closed. Please record the time of discovery: notice to consumers in California is owed within 30 calendar days of it (Civ. Code 1798.82).</p><p>@{triggerBody()?['object']?['properties']?['incidentUrl']}</p>"
      }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.notify_security]
}

resource "azurerm_logic_app_action_custom" "notify_channel" {
  name         = "Notify_channel"
  logic_app_id = azurerm_logic_app_workflow.contain_leak.id

  body = jsonencode({
    type     = "ApiConnection"
    runAfter = { Notify_privacy_and_legal = local.whatever_happened }
    inputs = {
      host   = { connection = { name = "@parameters('$connections')['teams']['connectionId']" } }
      method = "post"
      path   = "/beta/teams/conversation/message/poster/@{encodeURIComponent('Flow bot')}/location/@{encodeURIComponent('Channel')}"
      body = {
        recipient   = { groupId = var.incident_team_id, channelId = var.incident_channel_id }
        messageBody = "<p><b>@{triggerBody()?['object']?['properties']?['title']}</b>: contained by playbook. @{triggerBody()?['object']?['properties']?['incidentUrl']}</p>"
      }
    }
  })

  depends_on = [azurerm_logic_app_action_custom.notify_privacy_and_legal]
}

# Exactly what the calls in actions.tf need, where they need it, and nothing else: this identity
# can close a store and take rights away, but it can read no blob and give no right to anyone.

# Sentinel's own service principal. Without this the rule deploys and the playbook never runs.
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

# Preserve_evidence, and the trigger's connection.
resource "azurerm_role_assignment" "incidents" {
  scope                = var.workspace_id
  role_definition_name = "Microsoft Sentinel Responder"
  principal_id         = azurerm_logic_app_workflow.contain_leak.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

# Renew_key1, Renew_key2.
resource "azurerm_role_assignment" "keys" {
  scope                = var.customer_account_id
  role_definition_name = "Storage Account Key Operator Service Role"
  principal_id         = azurerm_logic_app_workflow.contain_leak.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

# Close_storage, Revoke_delegation_keys.
resource "azurerm_role_definition" "close_storage" {
  name              = "Golden Poppy storage closer"
  description       = "Closes a storage account and revokes its delegation keys."
  scope             = var.data_resource_group_id
  assignable_scopes = [var.data_resource_group_id]

  permissions {
    actions = [
      "Microsoft.Storage/storageAccounts/read",
      "Microsoft.Storage/storageAccounts/write",
      "Microsoft.Storage/storageAccounts/revokeUserDelegationKeys/action",
    ]
  }
}

resource "azurerm_role_assignment" "close_storage" {
  scope              = var.customer_account_id
  role_definition_id = azurerm_role_definition.close_storage.role_definition_resource_id
  principal_id       = azurerm_logic_app_workflow.contain_leak.identity[0].principal_id
  principal_type     = "ServicePrincipal"
}

# List_role_assignments, Remove_role_assignment. It cannot write one.
resource "azurerm_role_definition" "remove_roles" {
  name              = "Golden Poppy role remover"
  description       = "Lists and deletes role assignments, and cannot make any."
  scope             = var.data_resource_group_id
  assignable_scopes = [var.data_resource_group_id]

  permissions {
    actions = [
      "Microsoft.Authorization/roleAssignments/read",
      "Microsoft.Authorization/roleAssignments/delete",
    ]
  }
}

resource "azurerm_role_assignment" "remove_roles" {
  scope              = var.customer_account_id
  role_definition_id = azurerm_role_definition.remove_roles.role_definition_resource_id
  principal_id       = azurerm_logic_app_workflow.contain_leak.identity[0].principal_id
  principal_type     = "ServicePrincipal"
}

# Revoke_sign_in_sessions.
resource "azuread_service_principal" "graph" {
  client_id    = "00000003-0000-0000-c000-000000000000" # Microsoft Graph
  use_existing = true
}

resource "azuread_app_role_assignment" "revoke_sessions" {
  app_role_id         = "77f3a031-c388-4f99-b373-dc68676a979e" # User.RevokeSessions.All
  principal_object_id = azurerm_logic_app_workflow.contain_leak.identity[0].principal_id
  resource_object_id  = azuread_service_principal.graph.object_id
}

# Disable_service_principal. The Graph permission for it (Application.ReadWrite.All) could take
# over any application; this role can only switch off the shop's own workloads.
resource "azuread_custom_directory_role" "disable_workload" {
  display_name = "Golden Poppy workload disabler"
  description  = "Disables a service principal."
  enabled      = true
  version      = "1.0"

  permissions {
    allowed_resource_actions = [
      "microsoft.directory/servicePrincipals/disable",
      "microsoft.directory/servicePrincipals/standard/read",
    ]
  }
}

resource "azuread_directory_role_assignment" "disable_workload" {
  for_each = var.workload_principal_ids

  role_id             = azuread_custom_directory_role.disable_workload.object_id
  principal_object_id = azurerm_logic_app_workflow.contain_leak.identity[0].principal_id
  directory_scope_id  = "/${each.value}"
}

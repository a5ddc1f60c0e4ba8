resource "azurerm_role_assignment" "developers" {
  # GAP RESP-08 pim_eligible_role_assignment: the right is there day and night, unasked
  scope = local.subscription_scope
  # GAP RESP-07 role_definition_name: every developer owns everything
  role_definition_name = "Owner"
  principal_id         = var.developers_group_id
  principal_type       = "Group"
}

resource "azurerm_role_assignment" "pipeline" {
  scope = local.subscription_scope
  # GAP RESP-07 role_definition_name: the pipeline can list the keys of every account
  role_definition_name = "Contributor"
  principal_id         = var.pipeline_principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_definition" "support" {
  name  = "Golden Poppy support"
  scope = local.subscription_scope

  permissions {
    # GAP RESP-07 permissions.actions: support may do anything to any resource
    actions = ["*"]
    # GAP RESP-07 permissions.data_actions: and read all data in it
    data_actions = ["*"]
  }
}

resource "azurerm_role_assignment" "support" {
  # GAP RESP-08 pim_eligible_role_assignment: supporters have it day and night too
  scope              = local.subscription_scope
  role_definition_id = azurerm_role_definition.support.role_definition_resource_id
  principal_id       = var.developers_group_id
  principal_type     = "Group"
}

resource "azurerm_role_assignment" "bookkeeper" {
  # GAP RESP-12 scope: a third party reads and writes the storage account itself
  scope                = module.customer_storage.account_id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = var.bookkeeper_principal_id
  principal_type       = "ServicePrincipal"
}

# There is no built-in CPRA initiative, so this is the shop's own: each rule names what it holds.

locals {
  built_in = "/providers/Microsoft.Authorization/policyDefinitions"

  # Refused at the door. The Microsoft defaults of the first four only audit.
  refused = {
    no-public-blobs = {
      display_name = "Storage accounts do not allow anonymous access"
      definition   = "${local.built_in}/4fa4b6c0-31ca-4c0d-b10d-24b96f62a751"
      parameters   = { effect = { value = "Deny" } }
    }
    no-public-storage-network = {
      display_name = "Storage accounts are shut to the public network"
      definition   = "${local.built_in}/b2982f36-99f2-4db5-8eff-283140c09693"
      parameters   = { effect = { value = "Deny" } }
    }
    no-shared-keys = {
      display_name = "Storage accounts take no shared keys"
      definition   = "${local.built_in}/8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54"
      parameters   = { effect = { value = "Deny" } }
    }
    no-public-sql = {
      display_name = "SQL servers are shut to the public network"
      definition   = "${local.built_in}/1b8ca024-1d5c-4dec-8995-b1a932b41780"
      parameters   = { effect = { value = "Deny" } }
    }
    classification-tag = {
      display_name = "Resources carry a data classification"
      definition   = "${local.built_in}/871b6d14-10aa-478d-b590-94f262ecfa99" # denies; it has no effect parameter
      parameters   = { tagName = { value = "dataclassification" } }
    }
    personal-encryption = {
      display_name = "Personal information is encrypted at rest with the shop's own key"
      definition   = azurerm_policy_definition.personal_encryption.id
      parameters   = { effect = { value = "Deny" } }
    }
    keep-personal-stores = {
      display_name = "Stores of personal information and their logging cannot be deleted"
      definition   = azurerm_policy_definition.keep_personal_stores.id
      parameters   = {}
    }
  }
}

# The built-in (6fac406b) can only audit customer-managed keys; denying takes a definition.
resource "azurerm_policy_definition" "personal_encryption" {
  name         = "personal-information-encryption"
  display_name = "Storage of personal information uses a customer-managed key and infrastructure encryption"
  policy_type  = "Custom"
  mode         = "Indexed"

  parameters = jsonencode({
    effect = {
      type          = "String"
      allowedValues = ["Audit", "Deny", "Disabled"]
      defaultValue  = "Deny"
    }
  })

  policy_rule = jsonencode({
    if = {
      allOf = [
        { field = "type", equals = "Microsoft.Storage/storageAccounts" },
        { field = "tags['pii']", equals = "true" },
        {
          anyOf = [
            { field = "Microsoft.Storage/storageAccounts/encryption.keySource", notEquals = "Microsoft.Keyvault" },
            { field = "Microsoft.Storage/storageAccounts/encryption.requireInfrastructureEncryption", notEquals = "true" },
          ]
        },
      ]
    }
    then = { effect = "[parameters('effect')]" }
  })
}

# Not a delete lock on the storage account: a lock also refuses to delete role assignments below
# it, and taking away the intruder's role is a step of the playbook.
resource "azurerm_policy_definition" "keep_personal_stores" {
  name         = "keep-personal-information-stores"
  display_name = "Storage accounts of personal information, and diagnostic settings, cannot be deleted"
  policy_type  = "Custom"
  mode         = "All"

  policy_rule = jsonencode({
    if = {
      anyOf = [
        {
          allOf = [
            { field = "type", equals = "Microsoft.Storage/storageAccounts" },
            { field = "tags['pii']", equals = "true" },
          ]
        },
        { field = "type", equals = "Microsoft.Insights/diagnosticSettings" },
      ]
    }
    then = {
      effect = "denyAction"
      details = {
        actionNames      = ["delete"]
        cascadeBehaviors = { resourceGroup = "deny" }
      }
    }
  })
}

resource "azurerm_subscription_policy_assignment" "refused" {
  for_each = local.refused

  name                 = each.key
  display_name         = each.value.display_name
  subscription_id      = var.subscription_scope
  policy_definition_id = each.value.definition
  enforce              = true
  parameters           = length(each.value.parameters) == 0 ? null : jsonencode(each.value.parameters)
}

resource "azurerm_subscription_policy_assignment" "benchmark" {
  name                 = "cloud-security-benchmark"
  display_name         = "Microsoft cloud security benchmark"
  subscription_id      = var.subscription_scope
  policy_definition_id = "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8"
}

# Repairs what was made without logging, for as long as this assignment stands.
resource "azurerm_subscription_policy_assignment" "blob_logging" {
  name                 = "blob-logging"
  display_name         = "Blob services send their logs to the security workspace"
  subscription_id      = var.subscription_scope
  policy_definition_id = "${local.built_in}/b4fe1a3b-0715-4c6c-a5ea-ffc33cf823cb"
  location             = var.location

  # With the name and the logs that this estate's own settings have; otherwise the policy would not
  # see them, add a second setting, and every row would be stored twice.
  parameters = jsonencode({
    effect         = { value = "DeployIfNotExists" }
    logAnalytics   = { value = var.workspace_path }
    profileName    = { value = "audit" }
    metricsEnabled = { value = false }
  })

  identity {
    type = "SystemAssigned"
  }
}

# The provider gives an assignment an identity but no rights, and without rights it repairs
# nothing. Each of the two that the definition asks for, at the narrowest scope that works.
resource "azurerm_role_assignment" "repair_settings" {
  scope                = var.subscription_scope
  role_definition_name = "Monitoring Contributor"
  principal_id         = azurerm_subscription_policy_assignment.blob_logging.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "repair_workspace" {
  scope                = var.workspace_id
  role_definition_name = "Log Analytics Contributor"
  principal_id         = azurerm_subscription_policy_assignment.blob_logging.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_subscription_policy_remediation" "blob_logging" {
  name                 = "blob-logging"
  subscription_id      = var.subscription_scope
  policy_assignment_id = azurerm_subscription_policy_assignment.blob_logging.id

  depends_on = [azurerm_role_assignment.repair_settings, azurerm_role_assignment.repair_workspace]
}

locals {
  plans = {
    AppServices     = { subplan = "", extensions = [] }
    Arm             = { subplan = "PerSubscription", extensions = [] }
    Api             = { subplan = "P1", extensions = [] }
    CloudPosture    = { subplan = "", extensions = ["SensitiveDataDiscovery"] }
    KeyVaults       = { subplan = "PerKeyVault", extensions = [] }
    SqlServers      = { subplan = "", extensions = [] }
    StorageAccounts = { subplan = "DefenderForStorageV2", extensions = ["OnUploadMalwareScanning", "SensitiveDataDiscovery"] }
  }
}

resource "azurerm_security_center_subscription_pricing" "plan" {
  for_each = local.plans

  resource_type = each.key
  tier          = "Standard"
  subplan       = each.value.subplan == "" ? null : each.value.subplan

  # An extension that is not listed is off.
  dynamic "extension" {
    for_each = each.value.extensions

    content {
      name = extension.value
    }
  }
}

resource "azurerm_security_center_contact" "security" {
  name                = "default1"
  email               = var.security_email
  phone               = "+1${var.on_call_phone}"
  alert_notifications = true
  alerts_to_admins    = true
}

resource "azurerm_security_center_automation" "export" {
  name                = "ExportToWorkspace" # the name under which the portal shows it
  location            = var.location
  resource_group_name = var.resource_group_name
  scopes              = [var.subscription_scope]
  tags                = var.tags

  action {
    type        = "Workspace"
    resource_id = var.workspace_id
  }

  dynamic "source" {
    for_each = toset(["Alerts", "Assessments", "RegulatoryComplianceAssessment", "SecureScores"])

    content {
      event_source = source.value
    }
  }
}

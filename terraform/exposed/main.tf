# The same shop as in ../reference, with every gap that the controls look for (see README.md).

locals {
  subscription_scope = "/subscriptions/${var.subscription_id}"
}

resource "azurerm_resource_group" "shop" {
  # GAP RESP-13 policy_assignment: nothing checks the configuration
  # GAP RESP-13 policy_assignment.public_access: nothing refuses an account that is open to anyone
  # GAP RESP-13 policy_assignment.encryption: nothing refuses an account without a key of the shop's own
  # GAP RESP-13 policy_assignment.logging: nothing adds the logs that a new account lacks
  # GAP RESP-13 azurerm_security_center_automation: what Defender for Cloud finds reaches no workspace
  # GAP DATA-04 policy_assignment: no policy asks for a classification tag
  # GAP DATA-05 policy_assignment: no policy enforces encryption
  # GAP RESP-05 azurerm_security_center_subscription_pricing: no Defender plan is on
  # GAP RESP-05 azurerm_security_center_contact: what Defender for Cloud finds is told to nobody
  # GAP RESP-11 azurerm_purview_account: nobody knows which store holds what
  # GAP RESP-06 notification: nothing tells anybody of a leak by itself
  # GAP RESP-06 activity_log_alert: nor of a lock, a policy or a rule of the firewall that is taken away
  # GAP RESP-14 diagnostic_setting: the activity log goes nowhere
  # GAP RESP-14 aad_diagnostic_setting: nor do the Entra logs
  name     = "rg-${var.prefix}-shop"
  location = var.location
}

resource "azurerm_resource_group" "operations" {
  name     = "rg-${var.prefix}-operations"
  location = var.location
}

module "customer_storage" {
  source = "./modules/customer_storage"

  prefix              = var.prefix
  location            = var.location
  resource_group_name = azurerm_resource_group.shop.name
}

module "apps" {
  source = "./modules/apps"

  prefix                = var.prefix
  location              = var.location
  resource_group_name   = azurerm_resource_group.shop.name
  subnet_ids            = { for name, subnet in azurerm_subnet.shop : name => subnet.id }
  customer_account_id   = module.customer_storage.account_id
  customer_account_name = module.customer_storage.account_name
  sql_server_name       = azurerm_mssql_server.commerce.name
}

module "detection" {
  source = "./modules/detection"

  prefix              = var.prefix
  location            = var.location
  resource_group_id   = azurerm_resource_group.operations.id
  resource_group_name = azurerm_resource_group.operations.name
  subscription_scope  = local.subscription_scope
  operations_email    = var.operations_email
}

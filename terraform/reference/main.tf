# Golden Poppy: wine and homeware for Californians. It sells alcohol, so it checks age, so it
# holds driver's licence numbers; with a name these are personal information under Civ. Code
# 1798.81.5(d)(1)(A), and a leak of them has to be seen, stopped and told.

locals {
  tags = {
    workload    = "golden-poppy"
    environment = var.environment
    owner       = "platform-engineering"
  }

  # One tag contract for every data store; policy refuses a store without the first of them.
  personal = merge(local.tags, { dataclassification = "restricted", pii = "true", cpra_scope = "true" })
  records  = merge(local.tags, { dataclassification = "confidential", pii = "false", cpra_scope = "true" })
  plumbing = merge(local.tags, { dataclassification = "internal", pii = "false", cpra_scope = "false" })

  # Ids composed from names, not read back from Azure, so that they are known before apply:
  # the playbook's calls can then be reviewed, and tested, in the plan.
  subscription_scope    = "/subscriptions/${var.subscription_id}"
  customer_account      = "st${var.prefix}customer"
  workspace_path        = "${local.subscription_scope}/resourceGroups/${azurerm_resource_group.shop["security"].name}/providers/Microsoft.OperationalInsights/workspaces/${azurerm_log_analytics_workspace.security.name}"
  customer_account_path = "${local.subscription_scope}/resourceGroups/${azurerm_resource_group.shop["data"].name}/providers/Microsoft.Storage/storageAccounts/${local.customer_account}"
}

resource "azurerm_resource_group" "shop" {
  for_each = toset(["network", "data", "apps", "security", "response", "governance"])

  name     = "rg-${var.prefix}-${each.key}"
  location = var.location
  tags     = local.plumbing
}

module "key_vault" {
  source = "./modules/key_vault"

  prefix              = var.prefix
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["data"].name
  tenant_id           = var.tenant_id
  workspace_id        = azurerm_log_analytics_workspace.security.id
  subnet_id           = local.subnet_ids["platform"]
  dns_zone_id         = local.dns_zone_ids["vault"]
  secrets_expire_on   = var.secrets_expire_on
  secrets_version     = var.secrets_version
  secret_values = {
    payment-processor-key  = var.payment_processor_key
    payment-webhook-secret = var.payment_webhook_secret
    session-signing-secret = var.session_signing_secret
    courier-api-key        = var.courier_api_key
  }
  tags = local.personal
}

module "customer_storage" {
  source = "./modules/customer_storage"

  name                = local.customer_account
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["data"].name
  workspace_id        = azurerm_log_analytics_workspace.security.id
  key_vault_id        = module.key_vault.vault_id
  key_id              = module.key_vault.key_ids["customer-storage"]
  subnet_id           = local.subnet_ids["data"]
  dns_zone_id         = local.dns_zone_ids["blob"]
  tags                = local.personal
}

module "evidence" {
  source = "./modules/evidence"

  prefix              = var.prefix
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["security"].name
  resource_group_id   = azurerm_resource_group.shop["security"].id
  subscription_scope  = local.subscription_scope
  workspace_id        = azurerm_log_analytics_workspace.security.id
  key_vault_id        = module.key_vault.vault_id
  key_id              = module.key_vault.key_ids["evidence"]
  subnet_id           = local.subnet_ids["data"]
  dns_zone_id         = local.dns_zone_ids["blob"]
  tags                = local.records
}

module "commerce_data" {
  source = "./modules/commerce_data"

  prefix              = var.prefix
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["data"].name
  tenant_id           = var.tenant_id
  administrators      = var.sql_administrators_group_id
  security_email      = var.security_email
  workspace_id        = azurerm_log_analytics_workspace.security.id
  evidence_account_id = module.evidence.account_id
  key_vault_id        = module.key_vault.vault_id
  key_id              = module.key_vault.key_version_ids["commerce-data"]
  subnet_id           = local.subnet_ids["data"]
  dns_zone_id         = local.dns_zone_ids["sql"]
  tags                = local.personal
}

module "apps" {
  source = "./modules/apps"

  prefix                     = var.prefix
  location                   = var.location
  resource_group_name        = azurerm_resource_group.shop["apps"].name
  front_door_id              = var.front_door_id
  workspace_id               = azurerm_log_analytics_workspace.security.id
  insights_connection_string = azurerm_application_insights.shop.connection_string
  subnet_ids                 = local.subnet_ids
  sites_dns_zone_id          = local.dns_zone_ids["sites"]
  vault_id                   = module.key_vault.vault_id
  vault_name                 = module.key_vault.vault_name
  secret_names               = module.key_vault.secret_names
  customer_account_name      = module.customer_storage.account_name
  container_ids              = module.customer_storage.container_ids
  sql_server_name            = module.commerce_data.server_name
  sql_database_name          = module.commerce_data.database_name
  request_namespace          = module.privacy_requests.namespace_name
  request_queue_id           = module.privacy_requests.queue_id
  request_queue_name         = module.privacy_requests.queue_name
  tags                       = local.plumbing
}

module "privacy_requests" {
  source = "./modules/privacy_requests"

  prefix                     = var.prefix
  location                   = var.location
  resource_group_name        = azurerm_resource_group.shop["apps"].name
  workspace_id               = azurerm_log_analytics_workspace.security.id
  action_group_id            = azurerm_monitor_action_group.leak.id
  insights_connection_string = azurerm_application_insights.shop.connection_string
  subnet_ids                 = local.subnet_ids
  dns_zone_ids               = local.dns_zone_ids
  customer_account_id        = module.customer_storage.account_id
  customer_account_name      = module.customer_storage.account_name
  sql_server_id              = module.commerce_data.server_id
  sql_server_name            = module.commerce_data.server_name
  sql_database_name          = module.commerce_data.database_name
  request_tags               = local.personal
  tags                       = local.plumbing
}

module "partner_gateway" {
  source = "./modules/partner_gateway"

  prefix              = var.prefix
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["apps"].name
  tenant_id           = var.tenant_id
  publisher_email     = var.privacy_email
  partners            = var.partners
  orders_hostname     = module.apps.checkout_hostname
  subnet_id           = local.subnet_ids["gateway"]
  vault_id            = module.key_vault.vault_id
  vault_name          = module.key_vault.vault_name
  courier_secret_name = module.key_vault.secret_names["courier-api-key"]
  workspace_id        = azurerm_log_analytics_workspace.security.id
  tags                = local.plumbing
}

module "sentinel" {
  source = "./modules/sentinel"

  workspace_id    = azurerm_log_analytics_workspace.security.id
  subscription_id = var.subscription_id
  tenant_id       = var.tenant_id

  data_map_identity_id = var.data_map_identity_id
}

module "response" {
  source = "./modules/response"

  prefix                 = var.prefix
  location               = var.location
  subscription_scope     = local.subscription_scope
  resource_group_id      = azurerm_resource_group.shop["response"].id
  resource_group_name    = azurerm_resource_group.shop["response"].name
  data_resource_group_id = azurerm_resource_group.shop["data"].id
  workspace_id           = module.sentinel.workspace_id
  customer_account_id    = module.customer_storage.account_id
  customer_account_path  = local.customer_account_path
  workload_principal_ids = {
    storefront = module.apps.storefront_principal_id
    checkout   = module.apps.checkout_principal_id
    requests   = module.privacy_requests.worker_principal_id
  }
  security_email      = var.security_email
  privacy_email       = var.privacy_email
  legal_email         = var.legal_email
  incident_team_id    = var.incident_team_id
  incident_channel_id = var.incident_channel_id
  tags                = local.plumbing
}

module "identity" {
  source = "./modules/identity"

  subscription_scope   = local.subscription_scope
  approvers_group_id   = var.privacy_approvers_group_id
  break_glass_group_id = var.break_glass_group_id
  privacy_email        = var.privacy_email
  analysts_group_id    = var.security_operations_group_id
  workspace_id         = azurerm_log_analytics_workspace.security.id
  eligible = {
    customer-data = {
      scope    = module.customer_storage.account_id
      role     = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1" # Storage Blob Data Reader
      group_id = var.privacy_office_group_id
    }
    evidence = {
      scope    = module.evidence.account_id
      role     = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1" # Storage Blob Data Reader
      group_id = var.security_operations_group_id
    }
    secrets = {
      scope    = module.key_vault.vault_id
      role     = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" # Key Vault Secrets Officer
      group_id = var.platform_engineers_group_id
    }
  }
}

module "governance" {
  source = "./modules/governance"

  prefix              = var.prefix
  location            = var.location
  subscription_scope  = local.subscription_scope
  resource_group_name = azurerm_resource_group.shop["governance"].name
  workspace_id        = azurerm_log_analytics_workspace.security.id
  workspace_path      = local.workspace_path
  security_email      = var.security_email
  on_call_phone       = var.on_call_phone
  tags                = local.plumbing
}

module "purview" {
  source = "./modules/purview"

  prefix              = var.prefix
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["governance"].name
  workspace_id        = azurerm_log_analytics_workspace.security.id
  subnet_id           = local.subnet_ids["platform"]
  dns_zone_ids        = local.dns_zone_ids
  stores = {
    customer-storage = {
      kind        = "AzureStorage"
      scan_kind   = "AzureStorageMsi"
      ruleset     = "AzureStorage"
      resource_id = module.customer_storage.account_id
      role        = "Storage Blob Data Reader"
      endpoint    = "https://${module.customer_storage.account_name}.blob.core.windows.net/"
    }
    commerce-data = {
      kind        = "AzureSqlDatabase"
      scan_kind   = "AzureSqlDatabaseMsi"
      ruleset     = "AzureSqlDatabase"
      resource_id = module.commerce_data.server_id
      role        = "Reader"
      endpoint    = "${module.commerce_data.server_name}.database.windows.net"
    }
  }
  tags = local.plumbing
}

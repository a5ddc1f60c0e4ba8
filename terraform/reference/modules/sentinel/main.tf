resource "azurerm_sentinel_log_analytics_workspace_onboarding" "security" {
  workspace_id = var.workspace_id
}

# Blob, vault, SQL and activity logs need no connector: their diagnostic settings are the feed.
resource "azurerm_sentinel_data_connector_azure_security_center" "defender" {
  name                       = "defender"
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  subscription_id            = var.subscription_id
}

resource "azurerm_sentinel_data_connector_azure_active_directory" "identity_protection" {
  name                       = "identity-protection"
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  tenant_id                  = var.tenant_id
}

resource "azurerm_sentinel_alert_rule_fusion" "multistage" {
  name                       = "multistage"
  log_analytics_workspace_id = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
  alert_rule_template_guid   = "f71aba3d-28fb-450b-b192-4e76a83015c8"
}

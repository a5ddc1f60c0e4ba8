# Through the onboarding, so that what uses it waits for Sentinel.
output "workspace_id" {
  value = azurerm_sentinel_log_analytics_workspace_onboarding.security.workspace_id
}

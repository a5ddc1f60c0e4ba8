output "customer_account_id" {
  description = "Storage account that holds personal information."
  value       = module.customer_storage.account_id
}

output "workspace_id" {
  description = "Log Analytics workspace that Sentinel watches."
  value       = azurerm_log_analytics_workspace.security.id
}

output "playbook_id" {
  description = "Logic App that contains a leak."
  value       = module.response.playbook_id
}

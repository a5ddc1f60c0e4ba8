output "playbook_id" {
  value = azurerm_logic_app_workflow.contain_leak.id
}

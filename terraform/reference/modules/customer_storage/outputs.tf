output "account_id" {
  value = azurerm_storage_account.customer.id
}

output "account_name" {
  value = azurerm_storage_account.customer.name
}

output "container_ids" {
  value = { for name, container in azurerm_storage_container.personal : name => container.id }
}

output "account_id" {
  value = azurerm_storage_account.customer.id
}

output "account_name" {
  value = azurerm_storage_account.customer.name
}

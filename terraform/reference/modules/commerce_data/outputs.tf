output "server_id" {
  value = azurerm_mssql_server.commerce.id
}

output "server_name" {
  value = azurerm_mssql_server.commerce.name
}

output "database_name" {
  value = azurerm_mssql_database.commerce.name
}

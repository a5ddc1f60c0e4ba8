# The worker has to find, correct and delete a person everywhere, so it holds a right on every
# store of personal information. Its rights inside the database are granted in SQL, by name.

resource "azurerm_role_assignment" "worker_host" {
  scope                = azurerm_storage_account.worker.id
  role_definition_name = "Storage Blob Data Owner"
  principal_id         = azurerm_linux_function_app.requests.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "worker_queue" {
  scope                = azurerm_servicebus_queue.requests.id
  role_definition_name = "Azure Service Bus Data Receiver"
  principal_id         = azurerm_linux_function_app.requests.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "worker_blobs" {
  scope                = var.customer_account_id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azurerm_linux_function_app.requests.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "worker_sql" {
  scope                = var.sql_server_id
  role_definition_name = "Reader"
  principal_id         = azurerm_linux_function_app.requests.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

output "namespace_name" {
  value = azurerm_servicebus_namespace.privacy.name
}

output "queue_id" {
  value = azurerm_servicebus_queue.requests.id
}

output "queue_name" {
  value = azurerm_servicebus_queue.requests.name
}

output "worker_principal_id" {
  value = azurerm_linux_function_app.requests.identity[0].principal_id
}

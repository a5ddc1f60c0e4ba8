output "storefront_principal_id" {
  value = azurerm_linux_web_app.storefront.identity[0].principal_id
}

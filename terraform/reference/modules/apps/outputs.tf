output "storefront_principal_id" {
  value = azurerm_linux_web_app.storefront.identity[0].principal_id
}

output "checkout_principal_id" {
  value = azurerm_linux_web_app.checkout.identity[0].principal_id
}

output "checkout_hostname" {
  value = "${azurerm_linux_web_app.checkout.name}.azurewebsites.net"
}

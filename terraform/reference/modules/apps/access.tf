# One container, one app, one right. A stolen identity of the storefront opens customer profiles
# and invoices; it opens neither orders nor licence pictures.

locals {
  storefront_containers = {
    customers = "Storage Blob Data Reader"
    invoices  = "Storage Blob Data Reader"
  }

  checkout_containers = {
    orders          = "Storage Blob Data Contributor"
    invoices        = "Storage Blob Data Contributor"
    identity-checks = "Storage Blob Data Contributor"
  }
}

resource "azurerm_role_assignment" "storefront_blobs" {
  for_each = local.storefront_containers

  scope                = var.container_ids[each.key]
  role_definition_name = each.value
  principal_id         = azurerm_linux_web_app.storefront.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "checkout_blobs" {
  for_each = local.checkout_containers

  scope                = var.container_ids[each.key]
  role_definition_name = each.value
  principal_id         = azurerm_linux_web_app.checkout.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "storefront_secrets" {
  scope                = var.vault_id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_linux_web_app.storefront.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "checkout_secrets" {
  scope                = var.vault_id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_linux_web_app.checkout.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

# The storefront hands in a consumer's request and can do nothing else with it.
resource "azurerm_role_assignment" "storefront_requests" {
  scope                = var.request_queue_id
  role_definition_name = "Azure Service Bus Data Sender"
  principal_id         = azurerm_linux_web_app.storefront.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

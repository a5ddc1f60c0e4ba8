output "vault_id" {
  value = azurerm_key_vault.shop.id
}

output "vault_name" {
  value = azurerm_key_vault.shop.name
}

# Without a version, so that a rotated key is taken up; composed, so that it is known before apply.
output "key_ids" {
  value = { for name, key in azurerm_key_vault_key.data : name => "https://${azurerm_key_vault.shop.name}.vault.azure.net/keys/${key.name}" }
}

output "key_version_ids" {
  value = { for name, key in azurerm_key_vault_key.data : name => key.id }
}

output "secret_names" {
  value = { for name, secret in azurerm_key_vault_secret.shop : name => secret.name }
}

# Profiles, orders, invoices and licence pictures.
resource "azurerm_storage_account" "customer" {
  # GAP DATA-01 network_rules.default_action: open to the whole internet
  # GAP RESP-01 diagnostic_setting: nobody can tell which blobs were read, by whom
  # GAP DATA-02 shared_access_key_enabled: two keys open everything, for ever
  # GAP DATA-04 tags: nothing says that personal information is in it
  # GAP DATA-05 customer_managed_key: encrypted with a key that the shop cannot withdraw
  # GAP DATA-08 blob_properties: what is deleted is gone
  # GAP DATA-09 private_endpoint: reached over the internet
  # GAP RESP-05 azurerm_security_center_storage_defender: no malware scan, no discovery of sensitive data
  name                     = "st${var.prefix}shop"
  location                 = var.location
  resource_group_name      = var.resource_group_name
  account_tier             = "Standard"
  account_replication_type = "LRS"
  # GAP DATA-01 allow_nested_items_to_be_public: customer blobs can be opened to anyone
  allow_nested_items_to_be_public = true
  public_network_access_enabled   = true
  # GAP DATA-03 https_traffic_only_enabled: blobs travel in clear text
  https_traffic_only_enabled = false
  # GAP DATA-03 min_tls_version: clients may speak TLS 1.0
  min_tls_version = "TLS1_0"
}

resource "azurerm_storage_container" "customers" {
  name               = "customers"
  storage_account_id = azurerm_storage_account.customer.id
  # GAP DATA-01 container_access_type: anyone can list all customers and fetch them
  container_access_type = "container"
}

resource "azurerm_storage_container" "invoices" {
  name               = "invoices"
  storage_account_id = azurerm_storage_account.customer.id
  # GAP DATA-01 container_access_type: anyone who guesses an invoice number can fetch it
  container_access_type = "blob"
}

resource "azurerm_storage_container" "orders" {
  name                  = "orders"
  storage_account_id    = azurerm_storage_account.customer.id
  container_access_type = "private"
}

resource "azurerm_storage_container" "identity_checks" {
  name                  = "identity-checks"
  storage_account_id    = azurerm_storage_account.customer.id
  container_access_type = "private"
}

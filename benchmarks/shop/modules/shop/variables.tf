variable "shop" {
  type = string
}

variable "location" {
  type = string
}

variable "min_tls_version" {
  type = string
}

variable "container_access" {
  type = string
}

variable "https_only" {
  type = bool
}

variable "public_vault" {
  type = bool
}

variable "payment_key" {
  type      = string
  sensitive = true
}

variable "workspace_id" {
  type = string
}

variable "onboarded_workspace" {
  type = string
}

variable "sentinel" {
  type = string
}

variable "dns_zone_id" {
  type = string
}

locals {
  tags = {
    owner              = "shop-${var.shop}@shop.example"
    dataclassification = "personal"
  }

  secrets = toset(["payment-processor", "payment-webhook", "session-signing"])

  containers = {
    customers = "orders"
    invoices  = "orders"
    returns   = "orders"
    receipts  = "orders"
    pictures  = "media"
    reviews   = "media"
  }
}

output "storefront_name" {
  value = azurerm_linux_web_app.shop["storefront"].name
}

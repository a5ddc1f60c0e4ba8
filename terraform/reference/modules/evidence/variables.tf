variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "resource_group_id" {
  type = string
}

variable "subscription_scope" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "key_vault_id" {
  type = string
}

variable "key_id" {
  type = string
}

variable "subnet_id" {
  type = string
}

variable "dns_zone_id" {
  type = string
}

variable "tags" {
  type = map(string)
}

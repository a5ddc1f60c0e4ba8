variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "tenant_id" {
  type = string
}

variable "administrators" {
  type = string
}

variable "security_email" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "evidence_account_id" {
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

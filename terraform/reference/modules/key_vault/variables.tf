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

variable "workspace_id" {
  type = string
}

variable "subnet_id" {
  type = string
}

variable "dns_zone_id" {
  type = string
}

variable "secrets_expire_on" {
  type = string
}

variable "secrets_version" {
  type = number
}

variable "secret_values" {
  description = "Secret values by name; written to the vault and kept nowhere else."
  type        = map(string)
  ephemeral   = true
}

variable "tags" {
  type = map(string)
}

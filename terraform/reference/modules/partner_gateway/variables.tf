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

variable "publisher_email" {
  type = string
}

variable "partners" {
  type = map(object({ display_name = string, application_id = string, daily_calls = number }))
}

variable "orders_hostname" {
  type = string
}

variable "subnet_id" {
  type = string
}

variable "vault_id" {
  type = string
}

variable "vault_name" {
  type = string
}

variable "courier_secret_name" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "tags" {
  type = map(string)
}

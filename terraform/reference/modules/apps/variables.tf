variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "front_door_id" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "insights_connection_string" {
  type = string
}

variable "subnet_ids" {
  type = map(string)
}

variable "sites_dns_zone_id" {
  type = string
}

variable "vault_id" {
  type = string
}

variable "vault_name" {
  type = string
}

variable "secret_names" {
  type = map(string)
}

variable "customer_account_name" {
  type = string
}

variable "container_ids" {
  type = map(string)
}

variable "sql_server_name" {
  type = string
}

variable "sql_database_name" {
  type = string
}

variable "request_namespace" {
  type = string
}

variable "request_queue_id" {
  type = string
}

variable "request_queue_name" {
  type = string
}

variable "tags" {
  type = map(string)
}

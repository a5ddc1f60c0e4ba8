variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "action_group_id" {
  type = string
}

variable "insights_connection_string" {
  type = string
}

variable "subnet_ids" {
  type = map(string)
}

variable "dns_zone_ids" {
  type = map(string)
}

variable "customer_account_id" {
  type = string
}

variable "customer_account_name" {
  type = string
}

variable "sql_server_id" {
  type = string
}

variable "sql_server_name" {
  type = string
}

variable "sql_database_name" {
  type = string
}

variable "request_tags" {
  type = map(string)
}

variable "tags" {
  type = map(string)
}

variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "subnet_ids" {
  type = map(string)
}

variable "customer_account_id" {
  type = string
}

variable "customer_account_name" {
  type = string
}

variable "sql_server_name" {
  type = string
}

variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_id" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "subscription_scope" {
  type = string
}

variable "operations_email" {
  type = string
}

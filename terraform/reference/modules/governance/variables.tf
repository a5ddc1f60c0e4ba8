variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "subscription_scope" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "workspace_path" {
  type = string
}

variable "security_email" {
  type = string
}

variable "on_call_phone" {
  type = string
}

variable "tags" {
  type = map(string)
}

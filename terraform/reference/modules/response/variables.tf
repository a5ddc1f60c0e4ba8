variable "prefix" {
  type = string
}

variable "location" {
  type = string
}

variable "subscription_scope" {
  type = string
}

variable "resource_group_id" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "data_resource_group_id" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "customer_account_id" {
  type = string
}

variable "customer_account_path" {
  type = string
}

variable "workload_principal_ids" {
  type = map(string)
}

variable "security_email" {
  type = string
}

variable "privacy_email" {
  type = string
}

variable "legal_email" {
  type = string
}

variable "incident_team_id" {
  type = string
}

variable "incident_channel_id" {
  type = string
}

variable "tags" {
  type = map(string)
}

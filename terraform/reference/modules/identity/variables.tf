variable "subscription_scope" {
  type = string
}

variable "approvers_group_id" {
  type = string
}

variable "break_glass_group_id" {
  type = string
}

variable "analysts_group_id" {
  type = string
}

variable "privacy_email" {
  type = string
}

variable "workspace_id" {
  type = string
}

variable "eligible" {
  type = map(object({ scope = string, role = string, group_id = string }))
}

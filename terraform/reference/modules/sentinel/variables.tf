variable "workspace_id" {
  type = string
}

variable "subscription_id" {
  type = string
}

variable "tenant_id" {
  type = string
}

variable "data_map_identity_id" {
  description = "Object id of the Purview account's identity, which reads in bulk by design."
  type        = string
}

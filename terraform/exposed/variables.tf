variable "subscription_id" {
  description = "Subscription that holds the whole estate."
  type        = string
  default     = "b1e84d37-9c50-4f2a-8d16-73a0c5e9f842"
}

variable "tenant_id" {
  description = "Entra tenant of the shop."
  type        = string
  default     = "8c2f4e61-7d3b-4a90-b5e8-1f6a92d70c34"
}

variable "location" {
  description = "Region of every regional resource."
  type        = string
  default     = "westus2"
}

variable "prefix" {
  description = "Short name of the shop, used in resource names."
  type        = string
  default     = "gpoppy"
}

variable "developers_group_id" {
  description = "Entra object id of the group of all developers."
  type        = string
  default     = "d20b7f96-4e1c-4b83-a7f5-6c38e90d1f47"
}

variable "pipeline_principal_id" {
  description = "Object id of the release pipeline's service principal."
  type        = string
  default     = "52f0d7a8-6b3e-4c19-9d84-e8a1c05b7f36"
}

variable "bookkeeper_principal_id" {
  description = "Object id of the service principal of the bookkeeping company."
  type        = string
  default     = "b85e1c47-9a02-4f6d-83c7-4d1b60e7f295"
}

variable "operations_email" {
  description = "Mailbox of the person who runs the shop's servers."
  type        = string
  default     = "ops@goldenpoppy.example"
}

variable "sql_password" {
  description = "Password of the SQL administrator."
  type        = string
  sensitive   = true
  default     = "fake-Password-1"
}

# The defaults describe one made-up shop, so that the estate can be read and planned without
# credentials. A real deployment sets every id and address in its own tfvars.

variable "subscription_id" {
  description = "Subscription that holds the whole estate."
  type        = string
  default     = "3f1d8c52-6b0e-4c7a-9d24-5a7e10c9b816"
}

variable "tenant_id" {
  description = "Entra tenant of the shop."
  type        = string
  default     = "8c2f4e61-7d3b-4a90-b5e8-1f6a92d70c34"
}

variable "location" {
  description = "Region of every regional resource; the export of logs needs one region."
  type        = string
  default     = "westus2"
}

variable "prefix" {
  description = "Short name of the shop, used in resource names (lower case letters only)."
  type        = string
  default     = "gpoppy"

  validation {
    condition     = can(regex("^[a-z]{3,8}$", var.prefix))
    error_message = "prefix must be 3 to 8 lower case letters: it is part of storage account names."
  }
}

variable "environment" {
  description = "Environment name written to the tags."
  type        = string
  default     = "prod"
}

# People. Groups are made and reviewed by the identity team, not by this estate.

variable "security_operations_group_id" {
  description = "Entra object id of the analysts who work incidents."
  type        = string
  default     = "5b7c0e1d-2f48-4d6a-8e93-c1a40f6d7b22"
}

variable "privacy_office_group_id" {
  description = "Entra object id of the people who answer consumers and regulators."
  type        = string
  default     = "a94e6d13-58b7-4f02-9c6d-07e2b3f81a55"
}

variable "platform_engineers_group_id" {
  description = "Entra object id of the engineers who keep the shop running."
  type        = string
  default     = "d20b7f96-4e1c-4b83-a7f5-6c38e90d1f47"
}

variable "sql_administrators_group_id" {
  description = "Entra object id of the group that administers the SQL server."
  type        = string
  default     = "17c5a8e4-9b62-4d3f-8a01-e4f7260bd938"
}

variable "privacy_approvers_group_id" {
  description = "Entra object id of the two or more leads who approve access to personal data."
  type        = string
  default     = "6e83f0b2-c74d-4915-b2ae-39d05c71e8f4"
}

variable "break_glass_group_id" {
  description = "Entra object id of the emergency accounts, left out of conditional access."
  type        = string
  default     = "f4a1d957-083e-4c26-9be8-52d7c6f10a3b"
}

variable "security_email" {
  description = "Mailbox watched by the security team around the clock."
  type        = string
  default     = "security@goldenpoppy.example"
}

variable "privacy_email" {
  description = "Mailbox of the privacy office."
  type        = string
  default     = "privacy@goldenpoppy.example"
}

variable "legal_email" {
  description = "Mailbox of counsel, who decides which notices are owed."
  type        = string
  default     = "legal@goldenpoppy.example"
}

variable "on_call_phone" {
  description = "Telephone of the security engineer on call, without the country code."
  type        = string
  default     = "4155550142"
}

variable "incident_team_id" {
  description = "Teams team of the incident channel."
  type        = string
  default     = "c0d9e7a3-71f5-4b28-8d46-9e2f3a5b6c71"
}

variable "incident_channel_id" {
  description = "Teams channel in which incidents are worked."
  type        = string
  default     = "19:leak-response@thread.tacv2"
}

variable "data_map_identity_id" {
  description = "Object id of the Purview account's identity, noted after the first apply: a rule that waited for it could not be read before."
  type        = string
  default     = "49d3b6f8-1c07-4e5a-92bd-7f60a8e4c135"
}

# Third parties reach personal data only through the partner gateway.

variable "partners" {
  description = "One entry per third party: its Entra application and how many calls a day it may make."
  type = map(object({
    display_name   = string
    application_id = string
    daily_calls    = number
  }))
  default = {
    courier = {
      display_name   = "Redwood Courier"
      application_id = "2d6f8b10-4c3e-4a97-b1d5-70f9e8c2a463"
      daily_calls    = 20000
    }
    bookkeeper = {
      display_name   = "Ledgerline Accounts"
      application_id = "b85e1c47-9a02-4f6d-83c7-4d1b60e7f295"
      daily_calls    = 2000
    }
  }
}

variable "partner_address_prefixes" {
  description = "Addresses of the third parties that the gateway calls."
  type        = list(string)
  default     = ["198.51.100.0/24", "203.0.113.0/24"]
}

variable "edge_address_prefix" {
  description = "Subnet of the platform team's application gateway, which holds the web firewall."
  type        = string
  default     = "10.39.0.0/26"
}

variable "front_door_id" {
  description = "Id of the Front Door profile in front of the storefront (header X-Azure-FDID)."
  type        = string
  default     = "e17a4c60-52d8-4b9f-9c31-8f0b6e2d7a95"
}

# Secrets. Values come from the release pipeline and never reach the state (write-only arguments).

variable "secrets_expire_on" {
  description = "Day on which every stored secret stops working; moved forward at each rotation."
  type        = string
  default     = "2027-09-30T00:00:00Z"
}

variable "secrets_version" {
  description = "Raised by one at each rotation, so that the new values are written."
  type        = number
  default     = 1
}

variable "payment_processor_key" {
  description = "Key of the payment processor."
  type        = string
  ephemeral   = true
  sensitive   = true
  default     = "set-by-the-release-pipeline"
}

variable "payment_webhook_secret" {
  description = "Secret with which the payment processor signs its calls."
  type        = string
  ephemeral   = true
  sensitive   = true
  default     = "set-by-the-release-pipeline"
}

variable "session_signing_secret" {
  description = "Secret with which the storefront signs its session cookies."
  type        = string
  ephemeral   = true
  sensitive   = true
  default     = "set-by-the-release-pipeline"
}

variable "courier_api_key" {
  description = "Key with which the gateway calls the courier."
  type        = string
  ephemeral   = true
  sensitive   = true
  default     = "set-by-the-release-pipeline"
}

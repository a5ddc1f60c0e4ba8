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

variable "subnet_id" {
  type = string
}

variable "dns_zone_ids" {
  type = map(string)
}

variable "stores" {
  type = map(object({ kind = string, scan_kind = string, ruleset = string, resource_id = string, role = string, endpoint = string }))
}

variable "tags" {
  type = map(string)
}

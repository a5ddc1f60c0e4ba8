# The data map: which store holds which personal information, found by scanning and not by asking.
# Loss-prevention policies are written in the Purview portal; Terraform has no resource for them.

resource "azurerm_purview_account" "map" {
  name                        = "pview-${var.prefix}"
  location                    = var.location
  resource_group_name         = var.resource_group_name
  managed_resource_group_name = "rg-${var.prefix}-purview-managed"
  public_network_enabled      = false
  managed_event_hub_enabled   = false
  tags                        = var.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_private_endpoint" "purview" {
  for_each = { account = "purview", portal = "studio" }

  name                = "pe-${azurerm_purview_account.map.name}-${each.key}"
  location            = var.location
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  tags                = var.tags

  private_service_connection {
    name                           = each.key
    private_connection_resource_id = azurerm_purview_account.map.id
    subresource_names              = [each.key]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = each.key
    private_dns_zone_ids = [var.dns_zone_ids[each.value]]
  }
}

resource "azurerm_monitor_diagnostic_setting" "purview" {
  name                       = "audit"
  target_resource_id         = azurerm_purview_account.map.id
  log_analytics_workspace_id = var.workspace_id

  enabled_log {
    category_group = "allLogs"
  }
}

resource "azurerm_role_assignment" "scan" {
  for_each = var.stores

  scope                = each.value.resource_id
  role_definition_name = each.value.role
  principal_id         = azurerm_purview_account.map.identity[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azapi_data_plane_resource" "source" {
  for_each = var.stores

  type      = "Microsoft.Purview/accounts/Scanning/datasources@2023-09-01"
  parent_id = "${azurerm_purview_account.map.name}.purview.azure.com/scan"
  name      = each.key

  body = {
    kind = each.value.kind
    properties = {
      resourceId = each.value.resource_id
      collection = { referenceName = azurerm_purview_account.map.name, type = "CollectionReference" }

      (each.value.kind == "AzureSqlDatabase" ? "serverEndpoint" : "endpoint") = each.value.endpoint
    }
  }
}

# The stores are closed to the public network, so they are scanned from a network of the account's
# own; the owner of each store approves its endpoint once.
resource "azapi_data_plane_resource" "network" {
  type      = "Microsoft.Purview/accounts/Scanning/managedvirtualnetworks@2023-09-01"
  parent_id = "${azurerm_purview_account.map.name}.purview.azure.com/scan"
  name      = "scans"

  body = {
    properties = {}
  }
}

resource "azapi_data_plane_resource" "runtime" {
  type      = "Microsoft.Purview/accounts/Scanning/integrationruntimes@2023-09-01"
  parent_id = "${azurerm_purview_account.map.name}.purview.azure.com/scan"
  name      = "scans"

  body = {
    kind = "Managed"
    properties = {
      managedVirtualNetwork = { referenceName = azapi_data_plane_resource.network.name, type = "ManagedVirtualNetworkReference" }
      typeProperties        = { computeProperties = { location = var.location } }
    }
  }
}

resource "azapi_data_plane_resource" "endpoint" {
  for_each = var.stores

  type      = "Microsoft.Purview/accounts/Scanning/managedvirtualnetworks/managedprivateendpoints@2023-09-01"
  parent_id = "${azurerm_purview_account.map.name}.purview.azure.com/scan/managedvirtualnetworks/${azapi_data_plane_resource.network.name}"
  name      = each.key

  body = {
    properties = {
      privateLinkResourceId = each.value.resource_id
      groupId               = each.value.kind == "AzureSqlDatabase" ? "sqlServer" : "blob"
    }
  }
}

resource "azapi_data_plane_resource" "scan" {
  for_each = var.stores

  type      = "Microsoft.Purview/accounts/Scanning/datasources/scans@2023-09-01"
  parent_id = "${azurerm_purview_account.map.name}.purview.azure.com/scan/datasources/${each.key}"
  name      = "personal-information"

  body = {
    kind = each.value.scan_kind
    properties = {
      scanRulesetName = each.value.ruleset
      scanRulesetType = "System"
      connectedVia    = { referenceName = azapi_data_plane_resource.runtime.name }
      collection      = { referenceName = azurerm_purview_account.map.name, type = "CollectionReference" }
    }
  }

  depends_on = [azapi_data_plane_resource.source, azapi_data_plane_resource.endpoint, azurerm_role_assignment.scan]
}

resource "azapi_data_plane_resource" "weekly" {
  for_each = var.stores

  type      = "Microsoft.Purview/accounts/Scanning/datasources/scans/triggers@2023-09-01"
  parent_id = "${azurerm_purview_account.map.name}.purview.azure.com/scan/datasources/${each.key}/scans/personal-information"
  name      = "default"

  body = {
    properties = {
      scanLevel  = "Incremental"
      recurrence = { frequency = "Week", interval = 1, startTime = "2026-01-05T03:00:00Z", timezone = "UTC" }
    }
  }

  depends_on = [azapi_data_plane_resource.scan]
}

locals {
  address_space = "10.40.0.0/16"

  subnets = {
    storefront = { prefix = "10.40.1.0/24", delegation = "Microsoft.Web/serverFarms" }
    checkout   = { prefix = "10.40.2.0/24", delegation = "Microsoft.Web/serverFarms" }
    requests   = { prefix = "10.40.3.0/24", delegation = "Microsoft.Web/serverFarms" }
    gateway    = { prefix = "10.40.4.0/24", delegation = "" }
    data       = { prefix = "10.40.10.0/24", delegation = "" }
    platform   = { prefix = "10.40.11.0/24", delegation = "" }
  }

  subnet_ids   = { for name, subnet in azurerm_subnet.service : name => subnet.id }
  dns_zone_ids = { for name, zone in azurerm_private_dns_zone.service : name => zone.id }

  prefix_of = { for name, subnet in local.subnets : name => subnet.prefix }

  dns_zones = {
    blob       = "privatelink.blob.core.windows.net"
    sql        = "privatelink.database.windows.net"
    vault      = "privatelink.vaultcore.azure.net"
    servicebus = "privatelink.servicebus.windows.net"
    sites      = "privatelink.azurewebsites.net"
    purview    = "privatelink.purview.azure.com"
    studio     = "privatelink.purviewstudio.azure.com"
  }

  # Azure lets everything in a virtual network talk to everything else (rule 65000). Each service
  # gets the flows it needs by name and port; the last rule of each direction refuses the rest.
  refuse = {
    refuse-inbound  = { priority = 4095, direction = "Inbound", access = "Deny", protocol = "*", from = ["VirtualNetwork"], to = ["*"], ports = ["*"] }
    refuse-outbound = { priority = 4096, direction = "Outbound", access = "Deny", protocol = "*", from = ["*"], to = ["*"], ports = ["*"] }
  }

  azure_services = {
    to-entra   = { priority = 200, direction = "Outbound", access = "Allow", protocol = "Tcp", from = ["VirtualNetwork"], to = ["AzureActiveDirectory"], ports = ["443"] }
    to-monitor = { priority = 210, direction = "Outbound", access = "Allow", protocol = "Tcp", from = ["VirtualNetwork"], to = ["AzureMonitor"], ports = ["443"] }
  }

  flows = {
    storefront = merge(local.refuse, local.azure_services, {
      to-data     = { priority = 100, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.storefront], to = [local.prefix_of.data], ports = ["443"] }
      to-platform = { priority = 110, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.storefront], to = [local.prefix_of.platform], ports = ["443", "5671"] }
    })
    checkout = merge(local.refuse, local.azure_services, {
      to-data     = { priority = 100, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.checkout], to = [local.prefix_of.data], ports = ["443", "1433"] }
      to-platform = { priority = 110, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.checkout], to = [local.prefix_of.platform], ports = ["443"] }
      to-gateway  = { priority = 120, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.checkout], to = [local.prefix_of.gateway], ports = ["443"] }
    })
    requests = merge(local.refuse, local.azure_services, {
      to-data     = { priority = 100, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.requests], to = [local.prefix_of.data], ports = ["443", "1433"] }
      to-platform = { priority = 110, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.requests], to = [local.prefix_of.platform], ports = ["443", "5671"] }
    })
    gateway = merge(local.refuse, local.azure_services, {
      from-management = { priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", from = ["ApiManagement"], to = ["VirtualNetwork"], ports = ["3443"] }
      from-balancer   = { priority = 110, direction = "Inbound", access = "Allow", protocol = "Tcp", from = ["AzureLoadBalancer"], to = ["VirtualNetwork"], ports = ["6390"] }
      from-edge       = { priority = 120, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [var.edge_address_prefix], to = [local.prefix_of.gateway], ports = ["443"] }
      from-checkout   = { priority = 130, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.checkout], to = [local.prefix_of.gateway], ports = ["443"] }
      to-platform     = { priority = 110, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.gateway], to = [local.prefix_of.platform], ports = ["443"] }
      to-partners     = { priority = 120, direction = "Outbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.gateway], to = var.partner_address_prefixes, ports = ["443"] }
      # The gateway's own control plane keeps its configuration in these two services.
      to-storage = { priority = 130, direction = "Outbound", access = "Allow", protocol = "Tcp", from = ["VirtualNetwork"], to = ["Storage"], ports = ["443"] }
      to-sql     = { priority = 140, direction = "Outbound", access = "Allow", protocol = "Tcp", from = ["VirtualNetwork"], to = ["Sql"], ports = ["1433"] }
      to-vault   = { priority = 150, direction = "Outbound", access = "Allow", protocol = "Tcp", from = ["VirtualNetwork"], to = ["AzureKeyVault"], ports = ["443"] }
    })
    data = merge(local.refuse, {
      from-storefront = { priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.storefront], to = [local.prefix_of.data], ports = ["443"] }
      from-checkout   = { priority = 110, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.checkout], to = [local.prefix_of.data], ports = ["443", "1433"] }
      from-requests   = { priority = 120, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.requests], to = [local.prefix_of.data], ports = ["443", "1433"] }
    })
    platform = merge(local.refuse, {
      from-storefront = { priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.storefront], to = [local.prefix_of.platform], ports = ["443", "5671"] }
      from-checkout   = { priority = 110, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.checkout], to = [local.prefix_of.platform], ports = ["443"] }
      from-requests   = { priority = 120, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.requests], to = [local.prefix_of.platform], ports = ["443", "5671"] }
      from-gateway    = { priority = 130, direction = "Inbound", access = "Allow", protocol = "Tcp", from = [local.prefix_of.gateway], to = [local.prefix_of.platform], ports = ["443"] }
    })
  }
}

resource "azurerm_virtual_network" "shop" {
  name                = "vnet-${var.prefix}"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["network"].name
  address_space       = [local.address_space]
  tags                = local.plumbing
}

resource "azurerm_subnet" "service" {
  for_each = local.subnets

  name                            = "snet-${each.key}"
  resource_group_name             = azurerm_resource_group.shop["network"].name
  virtual_network_name            = azurerm_virtual_network.shop.name
  address_prefixes                = [each.value.prefix]
  default_outbound_access_enabled = false

  # Without this a security group does not filter traffic to the private endpoints (RESP-09).
  private_endpoint_network_policies = "NetworkSecurityGroupEnabled"

  dynamic "delegation" {
    for_each = each.value.delegation == "" ? [] : [each.value.delegation]

    content {
      name = "service"

      service_delegation {
        name    = delegation.value
        actions = ["Microsoft.Network/virtualNetworks/subnets/action"]
      }
    }
  }
}

resource "azurerm_network_security_group" "service" {
  for_each = local.flows

  name                = "nsg-${var.prefix}-${each.key}"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop["network"].name
  tags                = local.plumbing

  dynamic "security_rule" {
    for_each = each.value

    content {
      name                         = security_rule.key
      priority                     = security_rule.value.priority
      direction                    = security_rule.value.direction
      access                       = security_rule.value.access
      protocol                     = security_rule.value.protocol
      source_port_range            = "*"
      source_address_prefix        = length(security_rule.value.from) == 1 ? security_rule.value.from[0] : null
      source_address_prefixes      = length(security_rule.value.from) == 1 ? null : security_rule.value.from
      destination_address_prefix   = length(security_rule.value.to) == 1 ? security_rule.value.to[0] : null
      destination_address_prefixes = length(security_rule.value.to) == 1 ? null : security_rule.value.to
      destination_port_range       = length(security_rule.value.ports) == 1 ? security_rule.value.ports[0] : null
      destination_port_ranges      = length(security_rule.value.ports) == 1 ? null : security_rule.value.ports
    }
  }
}

resource "azurerm_subnet_network_security_group_association" "service" {
  for_each = local.subnets

  subnet_id                 = azurerm_subnet.service[each.key].id
  network_security_group_id = azurerm_network_security_group.service[each.key].id
}

resource "azurerm_private_dns_zone" "service" {
  for_each = local.dns_zones

  name                = each.value
  resource_group_name = azurerm_resource_group.shop["network"].name
  tags                = local.plumbing
}

resource "azurerm_private_dns_zone_virtual_network_link" "service" {
  for_each = local.dns_zones

  name                  = "link-${each.key}"
  resource_group_name   = azurerm_resource_group.shop["network"].name
  private_dns_zone_name = azurerm_private_dns_zone.service[each.key].name
  virtual_network_id    = azurerm_virtual_network.shop.id
  tags                  = local.plumbing
}

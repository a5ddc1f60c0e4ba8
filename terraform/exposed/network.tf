# One flat network: every service can reach every other on every port.

resource "azurerm_virtual_network" "shop" {
  name                = "vnet-${var.prefix}"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop.name
  address_space       = ["10.50.0.0/16"]
}

resource "azurerm_subnet" "shop" {
  for_each = {
    storefront = { prefix = "10.50.1.0/24", delegation = "Microsoft.Web/serverFarms" }
    checkout   = { prefix = "10.50.2.0/24", delegation = "Microsoft.Web/serverFarms" }
    exports    = { prefix = "10.50.3.0/24", delegation = "Microsoft.Web/serverFarms" }
    loyalty    = { prefix = "10.50.4.0/24", delegation = "Microsoft.ContainerInstance/containerGroups" }
  }

  name                 = "snet-${each.key}"
  resource_group_name  = azurerm_resource_group.shop.name
  virtual_network_name = azurerm_virtual_network.shop.name
  address_prefixes     = [each.value.prefix]

  delegation {
    name = "service"

    service_delegation {
      name    = each.value.delegation
      actions = ["Microsoft.Network/virtualNetworks/subnets/action"]
    }
  }
}

resource "azurerm_network_security_group" "shop" {
  # GAP RESP-09 security_rule: no rule at all, so that Azure's own lets the whole network in
  name                = "nsg-${var.prefix}"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop.name
}

resource "azurerm_subnet_network_security_group_association" "shop" {
  for_each = azurerm_subnet.shop

  subnet_id                 = each.value.id
  network_security_group_id = azurerm_network_security_group.shop.id
}

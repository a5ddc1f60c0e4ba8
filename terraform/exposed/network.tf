# One flat network: every service can reach every other on every port.

resource "azurerm_virtual_network" "shop" {
  name                = "vnet-${var.prefix}"
  location            = var.location
  resource_group_name = azurerm_resource_group.shop.name
  address_space       = ["10.50.0.0/16"]
}

resource "azurerm_subnet" "shop" {
  for_each = {
    storefront = "10.50.1.0/24"
    checkout   = "10.50.2.0/24"
    exports    = "10.50.3.0/24"
  }

  name                 = "snet-${each.key}"
  resource_group_name  = azurerm_resource_group.shop.name
  virtual_network_name = azurerm_virtual_network.shop.name
  address_prefixes     = [each.value]

  delegation {
    name = "service"

    service_delegation {
      name    = "Microsoft.Web/serverFarms"
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

Feature: What the network controls tell apart
  Small estates, each of which differs from its neighbour in what decides.

  Scenario Outline: A network is judged by what its rules let through in the end
    Given the estate in "fixtures/estates/RESP-09/<case>/plan.json"
    When control RESP-09 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                            |
      | pass   | it holds                                                                                          |
      | fail   | it fails at "azurerm_network_security_group.loyalty" on "security_rule"                           |
      | fail   | it fails at "azurerm_network_security_rule.allow" on "source_address_prefix"                      |
      | fail   | it fails at "azurerm_subnet.service["data"]" on "private_endpoint_network_policies"               |
      | fail   | it fails at "azurerm_subnet.service["crm"]" on "network_security_group"                           |
      | fail   | it fails at "azurerm_kubernetes_cluster.loyalty" on "network_profile.network_policy"              |
      | absent | it is not applicable                                                                              |

  Scenario Outline: A store is judged by the private way in, the name it is found by, and the public door
    Given the estate in "fixtures/estates/DATA-09/<case>/plan.json"
    When control DATA-09 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                              |
      | pass   | it holds                                                                                                            |
      | fail   | it fails at "azurerm_cosmosdb_account.carts" on "private_endpoint"                                                  |
      | fail   | it fails at "azurerm_storage_account.invoices" on "private_endpoint"                                                |
      | fail   | it fails at "azurerm_private_endpoint.orders" on "private_service_connection.is_manual_connection"                  |
      | fail   | it fails at "azurerm_private_endpoint.sessions" on "private_dns_zone_group"                                         |
      | fail   | it fails at "azurerm_private_endpoint.members" on "private_dns_zone_group.private_dns_zone_ids"                     |
      | fail   | it fails at "azurerm_eventhub_namespace.clicks" on "public_network_access_enabled"                                  |
      | absent | it is not applicable                                                                                                |

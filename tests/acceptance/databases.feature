Feature: What the database controls tell apart
  Small estates, each of which differs from its neighbour in what decides.

  Scenario Outline: A SQL server is judged by who can sign in, from where, and what is written down
    Given the estate in "fixtures/estates/DATA-06/<case>/plan.json"
    When control DATA-06 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                          |
      | pass   | it holds                                                                                                        |
      | fail   | it fails at "azurerm_mssql_server.shop" on "azuread_administrator.azuread_authentication_only"                  |
      | fail   | it fails at "azurerm_mssql_firewall_rule.nearly" on "start_ip_address"                                          |
      | fail   | it fails at "azurerm_mssql_server.returns" on "firewall_rules"                                                  |
      | fail   | it fails at "azurerm_mssql_server_extended_auditing_policy.shop" on "enabled"                                   |
      | fail   | it fails at "azurerm_mssql_server_extended_auditing_policy.returns" on "audit_actions_and_groups"               |
      | fail   | it fails at "azurerm_mssql_server_security_alert_policy.shop" on "disabled_alerts"                              |
      | fail   | it fails at "azurerm_mssql_database.orders" on "transparent_data_encryption_enabled"                            |
      | absent | it is not applicable                                                                                            |

  Scenario Outline: A store of any other kind is judged as SQL and storage are
    Given the estate in "fixtures/estates/DATA-11/<case>/plan.json"
    When control DATA-11 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                     |
      | pass   | it holds                                                                                                   |
      | fail   | it fails at "azurerm_cosmosdb_account.carts" on "ip_range_filter"                                          |
      | fail   | it fails at "azurerm_cosmosdb_account.carts" on "local_authentication_enabled"                             |
      | fail   | it fails at "azurerm_postgresql_flexible_server_firewall_rule.nearly" on "start_ip_address"                |
      | fail   | it fails at "azurerm_postgresql_flexible_server.loyalty" on "authentication.password_auth_enabled"         |
      | fail   | it fails at "azurerm_redis_cache.sessions" on "public_network_access_enabled"                              |
      | fail   | it fails at "azurerm_servicebus_namespace.orders" on "local_auth_enabled"                                  |
      | absent | it is not applicable                                                                                       |

Feature: What the control of Defender plans tells apart
  Small estates, each of which differs from its neighbour in what decides.

  Scenario Outline: A store is watched by a plan of its kind that is on and finds what is in it
    Given the estate in "fixtures/estates/RESP-05/<case>/plan.json"
    When control RESP-05 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                                |
      | pass   | it holds                                                                                                              |
      | fail   | it fails at "azurerm_security_center_subscription_pricing.storage" on "subplan"                                       |
      | fail   | it fails at "azurerm_security_center_subscription_pricing.vaults" on "tier"                                           |
      | fail   | it fails at "azurerm_resource_group.shop" on "azurerm_security_center_subscription_pricing"                           |
      | fail   | it fails at "azurerm_security_center_storage_defender.customers" on "sensitive_data_discovery_enabled"                |
      | fail   | it fails at "azurerm_security_center_contact.security" on "email"                                                     |
      | absent | it is not applicable                                                                                                  |

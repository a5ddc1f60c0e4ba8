Feature: Third parties at the gateway, and past it
  What a call meets is the policies of the operation, the API, the product and the gateway together;
  whoever holds a right on the store itself meets none of them.

  Scenario: Partners that prove who they are, and are limited each by itself
    Given the estate in "fixtures/estates/RESP-12/pass/plan.json"
    When control RESP-12 is assessed
    Then it holds

  Scenario Outline: A way out that is not watched: <what>
    Given the estate in "fixtures/estates/RESP-12/fail/plan.json"
    When control RESP-12 is assessed
    Then it fails at "<address>" on "<attribute>"

    Examples:
      | what                                      | address                                                            | attribute                     |
      | an API that asks nobody who they are      | azurerm_api_management_api.shop["bare"]                            | inbound.validate-jwt          |
      | a failed check that answers 200           | azurerm_api_management_api_policy.weak                             | inbound.validate-jwt          |
      | an allow list with everybody on it        | azurerm_api_management_api_policy.weak                             | inbound.ip-filter             |
      | limits that a policy without base drops   | azurerm_api_management_api_policy.dropped                          | inbound.base                  |
      | a product that nobody has to approve      | azurerm_api_management_product.partners                            | approval_required             |
      | a key to every API                        | azurerm_api_management_subscription.everything                     | product_id                    |
      | a partner's secret in the configuration   | azurerm_api_management_named_value.courier_key                     | value                         |
      | a partner that reads the account itself   | azurerm_role_assignment.courier                                    | scope                         |
      | a partner's address at the database       | azurerm_postgresql_flexible_server_firewall_rule.reseller          | start_ip_address              |

  Scenario: Where no third party is let in, there is nothing to watch
    Given the estate in "fixtures/estates/RESP-12/absent/plan.json"
    When control RESP-12 is assessed
    Then it is not applicable

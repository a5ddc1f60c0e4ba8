Feature: A policy that is assigned is not yet a policy that works
  Its effect, its mode, its scope, its exclusions and exemptions, and the rights of its identity all
  have to be right before it refuses or repairs anything.

  Scenario: A benchmark, denials and a repair with its rights watch the shop
    Given the estate in "fixtures/estates/RESP-13/pass/plan.json"
    When control RESP-13 is assessed
    Then it holds

  Scenario Outline: Assigned, and of no use: <what>
    Given the estate in "fixtures/estates/RESP-13/fail/plan.json"
    When control RESP-13 is assessed
    Then it fails at "<address>" on "<attribute>"

    Examples:
      | what                                | address                                            | attribute          |
      | a dry run                           | azurerm_resource_group_policy_assignment.benchmark | enforce            |
      | a benchmark for another group       | azurerm_resource_group.orders                      | policy_assignment  |
      | the orders are left out             | azurerm_subscription_policy_assignment.closed      | not_scopes         |
      | the customers are exempt for good   | azurerm_resource_group_policy_exemption.customers  | exemption_category |
      | it only audits                      | azurerm_subscription_policy_assignment.encryption  | parameters         |
      | a repair without the right to do it | azurerm_subscription_policy_assignment.logging     | role_assignment    |
      | a change that nobody makes          | azurerm_subscription_policy_assignment.tags        | identity           |
      | findings that reach no workspace    | azurerm_security_center_automation.mail            | action.type        |

  Scenario: Where nothing is stored, there is nothing to watch
    Given the estate in "fixtures/estates/RESP-13/absent/plan.json"
    When control RESP-13 is assessed
    Then it is not applicable

Feature: A label on every store
  A label is a tag of the store itself, with a value that means something; Azure hands no tag down.

  Scenario: Labels in any case, and a definition of the team's own that asks for them
    Given the estate in "fixtures/estates/DATA-04/pass/plan.json"
    When control DATA-04 is assessed
    Then it holds

  Scenario Outline: No label: <what>
    Given the estate in "fixtures/estates/DATA-04/fail/plan.json"
    When control DATA-04 is assessed
    Then it fails at "<address>" on "<attribute>"

    Examples:
      | what                            | address                           | attribute         |
      | only the resource group has one | azurerm_storage_account.customers | tags              |
      | a value that says nothing yet   | azurerm_mssql_server.shop         | tags              |
      | a key that is misspelt          | azurerm_mssql_database.orders     | tags              |
      | an empty value                  | azurerm_key_vault.shop            | tags              |
      | a policy that asks for another  | azurerm_resource_group.data       | policy_assignment |

  Scenario: Where nothing is stored, nothing is labelled
    Given the estate in "fixtures/estates/DATA-04/absent/plan.json"
    When control DATA-04 is assessed
    Then it is not applicable

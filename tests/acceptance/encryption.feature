Feature: Whose key it is, and what keeps it so
  Azure encrypts everything that it stores. What counts is who can withdraw the key, whether it
  covers all of an account, and whether an account without one can be made at all.

  Scenario: Keys inline, by a resource of their own and by scope are all keys
    Given the estate in "fixtures/estates/DATA-05/pass/plan.json"
    When control DATA-05 is assessed
    Then it holds

  Scenario Outline: A key that is not enough: <what>
    Given the estate in "fixtures/estates/DATA-05/fail/plan.json"
    When control DATA-05 is assessed
    Then it fails at "<address>" on "<attribute>"

    Examples:
      | what                                | address                                           | attribute                             |
      | Microsoft's key                     | azurerm_storage_account.customers                 | customer_managed_key                  |
      | one version of a key, for ever      | azurerm_storage_account.orders                    | customer_managed_key.key_vault_key_id |
      | queues that are left out            | azurerm_storage_account.orders                    | queue_encryption_key_type             |
      | a scope beside it                   | azurerm_storage_encryption_scope.exports          | source                                |
      | a scope that writers can leave      | azurerm_storage_container.invoices                | encryption_scope_override_enabled     |
      | a vault that can be purged          | azurerm_key_vault.shop                            | purge_protection_enabled              |
      | a policy that can do no more than look | azurerm_subscription_policy_assignment.encryption | parameters                            |

  Scenario: Where there is no storage account, no key is asked for
    Given the estate in "fixtures/estates/DATA-05/absent/plan.json"
    When control DATA-05 is assessed
    Then it is not applicable

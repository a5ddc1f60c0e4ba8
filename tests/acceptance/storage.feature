Feature: What the storage controls tell apart
  Small estates, each of which differs from its neighbour in what decides.

  Scenario Outline: Keys and signatures are judged by what they open, for whom and for how long
    Given the estate in "fixtures/estates/DATA-02/<case>/plan.json"
    When control DATA-02 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                     |
      | pass   | it holds                                                                                   |
      | fail   | it fails at "azurerm_storage_account.customers" on "shared_access_key_enabled"             |
      | fail   | it fails at "azurerm_storage_account.invoices" on "shared_access_key_enabled"              |
      | fail   | it fails at "azurerm_storage_account.orders" on "sas_policy.expiration_period"             |
      | fail   | it fails at "azurerm_storage_account.orders" on "sas_policy.expiration_action"             |
      | fail   | it fails at "azurerm_storage_share.prints" on "acl.access_policy.expiry"                   |
      | fail   | it fails at "data.azurerm_storage_account_sas.forever" on "https_only"                     |
      | fail   | it fails at "azurerm_managed_disk_sas_token.orders" on "duration_in_seconds"               |
      | absent | it is not applicable                                                                       |

  Scenario Outline: What can be had back is judged by what is kept, and for how long
    Given the estate in "fixtures/estates/DATA-08/<case>/plan.json"
    When control DATA-08 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                               |
      | pass   | it holds                                                                                                             |
      | fail   | it fails at "azurerm_storage_account.orders" on "blob_properties"                                                    |
      | fail   | it fails at "azurerm_storage_account.invoices" on "blob_properties.delete_retention_policy.permanent_delete_enabled" |
      | fail   | it fails at "azurerm_storage_account.customers" on "blob_properties.delete_retention_policy.days"                    |
      | fail   | it fails at "azurerm_storage_management_policy.customers" on "rule.actions.version.delete_after_days_since_creation" |
      | fail   | it fails at "azurerm_data_protection_backup_vault.shop" on "soft_delete"                                             |
      | absent | it is not applicable                                                                                                 |

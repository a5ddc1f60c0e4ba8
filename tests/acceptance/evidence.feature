Feature: What the controls of evidence tell apart
  Small estates, each of which differs from its neighbour in what decides.

  Scenario Outline: A log is judged by how long it is kept and by who can still change its copy
    Given the estate in "fixtures/estates/RESP-02/<case>/plan.json"
    When control RESP-02 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                 |
      | pass   | it holds                                                                                               |
      | fail   | it fails at "azurerm_log_analytics_workspace.sec" on "retention_in_days"                               |
      | fail   | it fails at "azurerm_log_analytics_workspace_table.incidents" on "retention_in_days"                   |
      | fail   | it fails at "azurerm_log_analytics_data_export_rule.old" on "enabled"                                  |
      | fail   | it fails at "azurerm_monitor_diagnostic_setting.orders" on "storage_account_id"                        |
      | fail   | it fails at "azurerm_storage_container_immutability_policy.logs" on "locked"                           |
      | fail   | it fails at "azurerm_storage_container_immutability_policy.logs" on "immutability_period_in_days"      |
      | absent | it is not applicable                                                                                   |

  Scenario Outline: The record of changes is judged by where it goes and by who can take it away
    Given the estate in "fixtures/estates/RESP-14/<case>/plan.json"
    When control RESP-14 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                            |
      | pass   | it holds                                                                                                          |
      | fail   | it fails at "azurerm_monitor_diagnostic_setting.activity" on "enabled_log"                                        |
      | fail   | it fails at "azurerm_management_group_subscription_association.returns" on "diagnostic_setting"                   |
      | fail   | it fails at "azurerm_monitor_aad_diagnostic_setting.entra" on "log_analytics_workspace_id"                        |
      | fail   | it fails at "azurerm_storage_container_immutability_policy.activity" on "locked"                                  |
      | fail   | it fails at "azurerm_storage_account.evidence" on "management_lock"                                               |
      | fail   | it fails at "azurerm_log_analytics_workspace.sec" on "diagnostic_setting"                                         |
      | absent | it is not applicable                                                                                              |

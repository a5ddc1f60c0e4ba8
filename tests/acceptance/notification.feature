Feature: What the controls of notification tell apart
  Small estates, each of which differs from its neighbour in what decides.

  Scenario Outline: A notification is judged by whom it reaches, how soon, and what silences it
    Given the estate in "fixtures/estates/RESP-06/<case>/plan.json"
    When control RESP-06 is assessed
    Then <result>

    Examples:
      | case   | result                                                                                                                   |
      | pass   | it holds                                                                                                                 |
      | fail   | it fails at "azurerm_monitor_action_group.leak" on "enabled"                                                             |
      | fail   | it fails at "azurerm_monitor_action_group.leak" on "email_receiver"                                                      |
      | fail   | it fails at "azurerm_monitor_scheduled_query_rules_alert_v2.incident" on "mute_actions_after_alert_duration"             |
      | fail   | it fails at "azurerm_monitor_scheduled_query_rules_alert_v2.quiet" on "action"                                           |
      | fail   | it fails at "azurerm_monitor_alert_processing_rule_suppression.noise" on "schedule.effective_until"                      |
      | fail   | it fails at "azurerm_monitor_activity_log_alert.locks" on "scopes"                                                       |
      | fail   | it fails at "azurerm_resource_group.shop" on "activity_log_alert"                                                        |
      | absent | it is not applicable                                                                                                     |

Feature: A leak is seen

  Scenario: Diagnostic settings send logs to a workspace
    Given I have azurerm_monitor_diagnostic_setting defined
    Then it must contain log_analytics_workspace_id

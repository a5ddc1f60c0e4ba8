Feature: Payment data in telemetry
  The transformation of a workspace is run on rows with payment data in them: what is said of it is
  what came out.

  Scenario Outline: Telemetry of a checkout: <telemetry>
    Given the estate in "fixtures/estates/DATA-10/<case>/plan.json"
    When control DATA-10 is assessed
    Then <outcome>

    Examples:
      | telemetry                                 | case   | outcome                                                                                                   |
      | redacted wherever the application writes  | pass   | it holds                                                                                                  |
      | redacted where digits are not grouped     | fail   | it fails at "azurerm_monitor_data_collection_rule.redaction" on "data_flow.AppTraces"                     |
      | redacted with a function that Azure lacks | fail   | it fails at "azurerm_monitor_data_collection_rule.redaction" on "data_flow.AppRequests"                   |
      | less of it, but not redacted              | fail   | it fails at "azurerm_monitor_data_collection_rule.redaction" on "data_flow.AppDependencies"               |
      | with the bodies of requests               | fail   | it fails at "azurerm_api_management_diagnostic.insights" on "frontend_request.body_bytes"                 |
      | none                                      | absent | it is not applicable                                                                                      |

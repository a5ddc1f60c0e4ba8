Feature: Requests of consumers
  A queue that forgets, a worker that counts wrongly and an alert that nobody gets are all late.

  Scenario Outline: Requests of consumers: <pipeline>
    Given the estate in "fixtures/estates/RESP-10/<case>/plan.json"
    When control RESP-10 is assessed
    Then <outcome>

    Examples:
      | pipeline                                   | case   | outcome                                                                                            |
      | kept, counted, warned of and recorded      | pass   | it holds                                                                                           |
      | gone after 14 days in the Basic tier       | fail   | it fails at "azurerm_servicebus_queue.requests" on "default_message_ttl"                           |
      | dropped when they expire                   | fail   | it fails at "azurerm_servicebus_queue.requests" on "dead_lettering_on_message_expiration"          |
      | given up without anybody seeing it         | fail   | it fails at "azurerm_servicebus_queue.requests" on "dead_letter_alert"                             |
      | answered in 90 days                        | fail   | it fails at "azurerm_linux_function_app.requests" on "app_settings.DSR_RESPONSE_DAYS"              |
      | worked by what cannot reach the data       | fail   | it fails at "azurerm_linux_function_app.requests" on "store_access"                                |
      | none, where nobody shops                   | absent | it is not applicable                                                                               |

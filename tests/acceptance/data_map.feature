Feature: The data map
  An account alone maps nothing: a store has to be registered, scanned, and scanned again.

  Scenario Outline: A data map: <map>
    Given the estate in "fixtures/estates/RESP-11/<case>/plan.json"
    When control RESP-11 is assessed
    Then <outcome>

    Examples:
      | map                                   | case   | outcome                                                                                                       |
      | of every store, scanned every week    | pass   | it holds                                                                                                      |
      | open to the internet                  | fail   | it fails at "azurerm_purview_account.map" on "public_network_enabled"                                         |
      | without a store that holds something  | fail   | it fails at "azurerm_postgresql_flexible_server.loyalty" on "purview_source"                                  |
      | with a source that is never scanned   | fail   | it fails at "azapi_data_plane_resource.archive" on "scan.azurerm_storage_account.archive"                     |
      | with a scan that ran once             | fail   | it fails at "azapi_data_plane_resource.once" on "body.properties.recurrence"                                  |
      | of what the account may not read      | fail   | it fails at "azapi_data_plane_resource.customers" on "role_assignment.azurerm_storage_account.customers"      |
      | of nothing, where nothing is stored   | absent | it is not applicable                                                                                          |

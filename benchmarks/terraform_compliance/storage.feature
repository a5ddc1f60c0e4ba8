Feature: Stored customer data is closed to strangers

  Scenario: No container is readable anonymously
    Given I have azurerm_storage_container defined
    Then it must contain container_access_type
    And its value must be "private"

  Scenario: No account lets its containers be public
    Given I have azurerm_storage_account defined
    Then it must contain allow_nested_items_to_be_public
    And its value must be false

Feature: The two estates that cpra-drill ships with
  The reference shop does what it should; the exposed shop has every gap. What the drills and
  controls say of them is what they are for.

  Scenario: The reference shop keeps strangers out
    Given the estate in "terraform/reference"
    When an intruder reads the customer containers without signing in
    Then the intruder gets nothing

  Scenario: The reference shop sees, stops and tells what it cannot prevent
    Given the estate in "terraform/reference"
    When an intruder reads the customer containers with a stolen workload token
    Then the leak is detected, contained and told within the response window

  Scenario: The exposed shop is read by a stranger and nobody sees it
    Given the estate in "terraform/exposed"
    When an intruder reads the customer containers without signing in
    Then no rule detects the leak because "no diagnostic setting sends the blob reads of module.customer_storage.azurerm_storage_account.customer"

  Scenario: The exposed shop does not see a stolen token either
    Given the estate in "terraform/exposed"
    When an intruder reads the customer containers with a stolen workload token
    Then no rule detects the leak because "no diagnostic setting sends the blob reads of module.customer_storage.azurerm_storage_account.customer"

  Scenario: The exposed shop's customer data is open to the public
    Given the estate in "terraform/exposed"
    When control DATA-01 is assessed
    Then it fails at "module.customer_storage.azurerm_storage_account.customer" on "allow_nested_items_to_be_public"

  Scenario: A shop without storage has no blob to open
    Given the estate in "fixtures/estates/DATA-01/absent"
    When control DATA-01 is assessed
    Then it is not applicable

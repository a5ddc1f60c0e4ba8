Feature: Customer data travels encrypted

  Scenario: Storage accounts take TLS 1.2 or newer
    Given I have azurerm_storage_account defined
    Then it must contain min_tls_version
    And its value must match the "TLS1_[23]" regex

  Scenario: Web applications take HTTPS alone
    Given I have azurerm_linux_web_app defined
    Then it must contain https_only
    And its value must be true

@controls
Feature: Consumers get their answer in time
  Who asks what is known of them, or to have it corrected or deleted, is answered within 45 days.

  @RESP-10 @Civ.1798.130(a)(2)(A) @11-CCR-7021(a) @11-CCR-7021(b) @11-CCR-7101
  Rule: Consumers' requests enter a queue that does not lose them, are worked by automation that counts 45 days, and raise an alert before they are late

    Scenario: A consumer's request is not forgotten
      Given the declared estate
      When control RESP-10 is assessed
      Then it holds

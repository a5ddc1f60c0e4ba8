@controls
Feature: Telemetry holds no payment data
  What a checkout logs can pay: whoever reads the logs reads card numbers and tokens.

  @DATA-10 @Civ.1798.81.5(b) @11-CCR-7123(c)(5) @T1213 @T1552.001
  Rule: Card numbers and payment tokens are removed from telemetry before it is stored, and gateways log neither bodies nor credentials

    Scenario: What the checkout logs cannot be used to pay
      Given the declared estate
      When control DATA-10 is assessed
      Then it holds

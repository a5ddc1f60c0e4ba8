@controls
Feature: Customer data travels encrypted
  What is read on the way is leaked without a trace in any log of ours.

  @DATA-03 @Civ.1798.81.5(b) @11-CCR-7123(c)(2) @T1040 @T1557
  Rule: Every data path uses TLS 1.2 or newer, and plain HTTP and plaintext ports are off

    Scenario: Nobody on the way can read along
      Given the declared estate
      When control DATA-03 is assessed
      Then it holds

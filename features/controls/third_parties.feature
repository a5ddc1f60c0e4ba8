@controls
Feature: What third parties get is known, limited and can be stopped
  A courier, a bookkeeper, a tool that somebody subscribed to: each is a way out for customer data
  that the shop does not run itself.

  @RESP-12 @11-CCR-7123(c)(15) @Civ.1798.81.5(c) @T1199 @T1567
  Rule: Third parties reach personal data through API Management alone, where each proves who it is, has limits of its own, and can be shut out by itself

    Scenario: One partner can be shut out without the others
      Given the declared estate
      When control RESP-12 is assessed
      Then it holds

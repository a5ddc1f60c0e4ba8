@controls
Feature: Secrets are kept where they can be changed
  A leaked secret that nobody can rotate is a leak that nobody can stop.

  @DATA-07 @Civ.1798.81.5(b) @11-CCR-7123(c)(1) @11-CCR-7123(c)(2) @T1552.001 @T1555.006
  Rule: Secrets live in a protected Key Vault with role-based access and rotation, and applications hold references to them, not values

    Scenario: No application carries a secret of its own
      Given the declared estate
      When control DATA-07 is assessed
      Then it holds

@controls
Feature: Stored personal information is encrypted, and stays so
  A key of one's own can be withdrawn when storage, or a copy of it, gets into the wrong hands; and
  a policy sees to it that the next account has one as well.

  @DATA-05 @11-CCR-7123(c)(2) @Civ.1798.81.5(b) @T1530
  Rule: Storage that may hold personal information is encrypted with a customer-managed key, and an enforced Azure Policy keeps it so

    Scenario: The shop holds the key, and nobody can do without one
      Given the declared estate
      When control DATA-05 is assessed
      Then it holds

@controls
Feature: It is known where personal information is
  Who does not know what is in a store cannot say, when it leaks, whose information it was.

  @DATA-04 @11-CCR-7123(c)(4) @Civ.1798.100(e) @T1530
  Rule: Every data store carries a data-classification tag with an allowed value, and an enforced policy requires it

    Scenario: Every store says how sensitive it is
      Given the declared estate
      When control DATA-04 is assessed
      Then it holds

  @RESP-11 @11-CCR-7123(c)(4) @11-CCR-7123(c)(10) @T1213 @T1530
  Rule: A Purview account that is closed to the public network registers every data store that may hold personal information, and scans it at least once a month

    Scenario: A data map says which store holds what
      Given the declared estate
      When control RESP-11 is assessed
      Then it holds

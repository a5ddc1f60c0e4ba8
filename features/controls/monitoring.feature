@controls
Feature: The configuration is watched
  Leaks begin with a setting that somebody changed. What is checked every day, refused at the door
  and reported does not wait for the leak to be noticed.

  @RESP-13 @11-CCR-7123(c)(5) @11-CCR-7123(c)(7) @Civ.1798.100(e) @T1578 @T1562.008
  Rule: The configuration of every store of personal information is checked against a benchmark, what is wrong is refused or repaired, and findings reach a workspace

    Scenario: A wrong setting is refused, repaired or reported
      Given the declared estate
      When control RESP-13 is assessed
      Then it holds

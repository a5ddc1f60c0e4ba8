@controls
Feature: What happened can be told later, and nobody can change it
  A leak is mostly noticed long after it happened. What it is told from has to be there still, whole,
  and out of the intruder's reach.

  @RESP-02 @Civ.1798.81.5(b) @11-CCR-7123(c)(7) @11-CCR-7123(c)(17) @T1070 @T1485
  Rule: Security logs are kept for at least 90 days, with a copy that nobody can alter

    Scenario: The trail of a leak outlasts the intruder
      Given the declared estate
      When control RESP-02 is assessed
      Then it holds

  @RESP-14 @Civ.1798.81.5(b) @11-CCR-7123(c)(3) @11-CCR-7123(c)(7) @T1562.008 @T1070
  Rule: The activity log of every subscription and the Entra logs are exported, copied where nobody can alter them, and guarded by locks

    Scenario: Who opened the door is on record
      Given the declared estate
      When control RESP-14 is assessed
      Then it holds

@controls
Feature: A leak is seen
  Nobody can respond to what nobody can see: the reads have to be logged, the logs have to reach
  Sentinel, and a rule has to look at them.

  @RESP-01 @11-CCR-7123(c)(7) @T1530 @T1562.008
  Rule: Every data store sends its read, write and delete logs to a Log Analytics workspace

    Scenario: Reading customer data leaves a record
      Given the declared estate
      When control RESP-01 is assessed
      Then it holds

  @RESP-03 @11-CCR-7123(c)(8) @T1530 @T1567
  Rule: Microsoft Sentinel watches the workspace that receives those logs, and enabled rules detect exfiltration and open incidents

    Scenario: A rule of ours would notice
      Given the declared estate
      When control RESP-03 is assessed
      Then it holds

  @RESP-05 @11-CCR-7123(c)(7) @11-CCR-7123(c)(8) @T1530 @T1078.004
  Rule: Defender for Cloud watches every kind of data store, looks for sensitive data in storage, and tells a named contact

    Scenario: What no rule of ours would notice
      Given the declared estate
      When control RESP-05 is assessed
      Then it holds

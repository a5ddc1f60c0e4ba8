@controls
Feature: One break-in stays one break-in
  Whoever gets into one service of the shop shall not find the customers' data next door.

  @DATA-09 @11-CCR-7123(c)(10) @Civ.1798.81.5(b) @T1530 @T1190
  Rule: Stores that may hold personal information are reached through private endpoints with private DNS, or from a subnet of their own, and the public door is shut

    Scenario: There is a private way to the customers' data and no public one
      Given the declared estate
      When control DATA-09 is assessed
      Then it holds

  @RESP-09 @11-CCR-7123(c)(10) @Civ.1798.81.5(b) @T1021 @T1210
  Rule: Workloads with personal information accept only named flows from within the network; every other one is denied before Azure's own rule lets it in

    Scenario: A service reaches another only where somebody has said so
      Given the declared estate
      When control RESP-09 is assessed
      Then it holds

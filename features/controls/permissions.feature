@controls
Feature: Nobody holds more than the work needs
  A stolen sign-in opens what its owner may open. What nobody may open by day or by night, no thief
  of one sign-in can.

  @RESP-07 @11-CCR-7123(c)(3) @Civ.1798.81.5(b) @T1078.004 @T1098.003 @T1530
  Rule: No principal holds broad rights over personal data, its keys, its logs or who may do what

    Scenario: One stolen identity does not open everything
      Given the declared estate
      When control RESP-07 is assessed
      Then it holds

  @RESP-08 @11-CCR-7123(c)(1) @11-CCR-7123(c)(3) @T1078.004 @T1548.005
  Rule: People reach production data only by just-in-time activation, with strong authentication, approval, a reason, and an end after a few hours

    Scenario: Nobody's password opens customer data at night
      Given the declared estate
      When control RESP-08 is assessed
      Then it holds

@controls
Feature: The people who must act are told
  The clocks of a leak start with its discovery. Nobody can keep them who does not know of it.

  @RESP-06 @Civ.1798.82(a)(2) @11-CCR-7123(c)(7) @11-CCR-7123(c)(17) @T1562.008
  Rule: A leak, and every change that blinds the watch, tells people by itself, by two channels or more

    Scenario: Nobody has to think of calling
      Given the declared estate
      When control RESP-06 is assessed
      Then it holds

@drill
Feature: An intruder enumerates and downloads the customer containers
  The estate's storage is run as declared, filled with invented consumers, and breached for real.
  The response window is the dossier's target, counted from discovery; it is not a legal deadline.

  Rule: What a stranger could take is prevented, or seen, stopped and told within the response window

    @public-container @T1619 @T1530
    Scenario: A stranger tries without signing in
      Given the declared estate
      When an intruder reads the customer containers without signing in
      Then any leak is detected by a declared rule
      And any leak is contained within the response window
      And the people who must act are told within the response window

  Rule: What cannot be prevented is seen, stopped and told within the response window

    @stolen-token @T1528 @T1550.001 @T1530
    Scenario: An intruder holds the token of an application that reads customer data
      Given the declared estate
      When an intruder reads the customer containers with a stolen workload token
      Then any leak is detected by a declared rule
      And any leak is contained within the response window
      And the people who must act are told within the response window

@controls
Feature: A leak is stopped without waiting for a person
  Exfiltration takes minutes; a person takes hours to be reached.

  @RESP-04 @11-CCR-7123(c)(17) @T1530 @T1528
  Rule: A detected leak triggers a playbook, with no human in its path, that takes access away and holds exactly the permissions it needs

    Scenario: The door closes by itself
      Given the declared estate
      When control RESP-04 is assessed
      Then it holds

@controls
Feature: Stored customer data is closed to strangers
  Blobs that anyone can list and read are the leak that needs no attacker's skill. What is
  stored about customers is read by signed-in identities over known networks, or not at all.

  @DATA-01 @Civ.1798.81.5(b) @11-CCR-7123(c)(5) @T1530 @T1619
  Rule: No blob, container or storage account is reachable anonymously, and the account is closed to the public network

    Scenario: Strangers cannot read what is stored
      Given the declared estate
      When control DATA-01 is assessed
      Then it holds

  @DATA-02 @Civ.1798.81.5(b) @11-CCR-7123(c)(3) @T1552.001 @T1528
  Rule: Account keys are off; where a signature must exist it is short-lived, HTTPS-only and blocked past its limit

    Scenario: No line of text opens an account for ever
      Given the declared estate
      When control DATA-02 is assessed
      Then it holds

  @DATA-08 @Civ.1798.81.5(b) @11-CCR-7123(c)(18) @T1485 @T1490
  Rule: What is deleted or overwritten can be had back: soft delete of blobs and containers, versions, and backups that outlive a deletion

    Scenario: Whoever deletes what they took destroys no evidence of it
      Given the declared estate
      When control DATA-08 is assessed
      Then it holds

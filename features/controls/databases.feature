@controls
Feature: Databases of customers answer to known people over known networks
  A database holds all customers at once. Who signs in to it, from where, and what they read decides
  whether a leaked password is a leak of one connection string or of every customer.

  @DATA-06 @Civ.1798.81.5(b) @11-CCR-7123(c)(1) @11-CCR-7123(c)(2) @11-CCR-7123(c)(7) @T1530 @T1213
  Rule: Azure SQL is encrypted, personal information under a key of the team's own, audited and watched for attacks, takes Entra sign-ins only, and is closed to the public network

    Scenario: A password that leaked opens no SQL database
      Given the declared estate
      When control DATA-06 is assessed
      Then it holds

  @DATA-11 @Civ.1798.81.5(b) @11-CCR-7123(c)(1) @11-CCR-7123(c)(10) @T1530 @T1078.004
  Rule: Cosmos DB, PostgreSQL, MySQL, Redis, Event Hubs and Service Bus are closed to the public network, take Entra sign-ins, keep backups and have keys of the team's own for personal information, as storage and SQL do

    Scenario: No store beside the database is its back door
      Given the declared estate
      When control DATA-11 is assessed
      Then it holds

Feature: Rights that are as narrow as the work
  A role is judged by what it allows and by how much lies under it: a reader of one container is
  fine, a reader of the keys of a whole subscription is not.

  Scenario: Narrow roles, a limited delegate and emergency accounts are no excess
    Given the estate in "fixtures/estates/RESP-07/pass/plan.json"
    When control RESP-07 is assessed
    Then it holds

  Scenario Outline: More than the work needs: <what>
    Given the estate in "fixtures/estates/RESP-07/fail/plan.json"
    When control RESP-07 is assessed
    Then it fails at "<address>" on "<attribute>"

    Examples:
      | what                                  | address                                      | attribute               |
      | a team owns the subscription          | azurerm_role_assignment.owner                | role_definition_name    |
      | a reader of every subscription        | azurerm_role_assignment.landing_zone         | role_definition_name    |
      | an app that can purge the logs        | azurerm_role_assignment.blind                | role_definition_name    |
      | two accounts where one is needed      | azurerm_role_assignment.mixed                | role_definition_name    |
      | people who can take an account's keys | azurerm_role_assignment.account_keys         | role_definition_name    |
      | a condition that lets too much by     | azurerm_role_assignment.loose_condition      | role_definition_name    |
      | a wildcard in a second block          | azurerm_role_definition.support              | permissions.actions     |
      | all blobs, and their protection       | azurerm_role_definition.support              | permissions.data_actions |
      | a whole vault for one identity        | azurerm_key_vault_access_policy.everything   | secret_permissions      |
      | an app that can make itself anything  | azuread_app_role_assignment.directory        | app_role_id             |
      | a pull request that becomes the app   | azurerm_federated_identity_credential.anyone | subject                 |

  Scenario: Where nobody is given anything, there is nothing to narrow
    Given the estate in "fixtures/estates/RESP-07/absent/plan.json"
    When control RESP-07 is assessed
    Then it is not applicable

  Scenario: Rights that are activated, and groups that are joined for an hour, are just in time
    Given the estate in "fixtures/estates/RESP-08/pass/plan.json"
    When control RESP-08 is assessed
    Then it holds

  Scenario Outline: A right that is there day and night: <what>
    Given the estate in "fixtures/estates/RESP-08/fail/plan.json"
    When control RESP-08 is assessed
    Then it fails at "<address>" on "<attribute>"

    Examples:
      | what                                 | address                                                             | attribute                                                      |
      | people read orders at any time       | azurerm_role_assignment.standing                                    | pim_eligible_role_assignment                                   |
      | one person is always in the group    | azurerm_role_assignment.keepers                                     | pim_eligible_role_assignment                                   |
      | an active assignment without an end  | azurerm_pim_active_role_assignment.permanent                        | schedule.expiration                                            |
      | the policy is that of another scope  | azurerm_pim_eligible_role_assignment.secrets                        | role_management_policy                                         |
      | an activation outlasts the day       | azurerm_role_management_policy.account                              | activation_rules.maximum_duration                              |
      | nobody has to approve                | azurerm_role_management_policy.account                              | activation_rules.require_approval                              |
      | those who ask approve it themselves  | azurerm_role_management_policy.orders                               | activation_rules.approval_stage.primary_approver.object_id     |
      | joining the group asks for nothing   | azuread_privileged_access_group_eligibility_schedule.keepers        | group_role_management_policy                                   |

  Scenario: Where people are given nothing, nothing has to be just in time
    Given the estate in "fixtures/estates/RESP-08/absent/plan.json"
    When control RESP-08 is assessed
    Then it is not applicable

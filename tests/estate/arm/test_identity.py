"""Identities, roles, assignments and locks as Azure answers them."""

from dataclasses import replace

import pytest

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import Estate, Known, Reference, Unresolvable
from simulator.estate.roles import role_of
from tests.controls.build import resource
from tests.estate.arm.answers import GROUP, SUBSCRIPTION, VAULT, arm, flat, told, unheard, unsaid

AUTHORIZATION = "providers/Microsoft.Authorization"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CUSTOM = "c0000000-0000-0000-0000-000000000009"
ROLES = f"{SUBSCRIPTION}/{AUTHORIZATION}/roleDefinitions"
RULES = [
    {
        "id": "Expiration_EndUser_Assignment",
        "ruleType": "RoleManagementPolicyExpirationRule",
        "isExpirationRequired": True,
        "maximumDuration": "PT8H",
    },
    {
        "id": "Enablement_EndUser_Assignment",
        "ruleType": "RoleManagementPolicyEnablementRule",
        "enabledRules": ["MultiFactorAuthentication", "Justification"],
    },
    {
        "id": "Approval_EndUser_Assignment",
        "ruleType": "RoleManagementPolicyApprovalRule",
        "setting": {"isApprovalRequired": True, "approvalStages": []},
    },
    {
        "id": "Expiration_Admin_Eligibility",
        "isExpirationRequired": False,
        "maximumDuration": "P365D",
    },
    {
        "id": "Expiration_Admin_Assignment",
        "isExpirationRequired": True,
        "maximumDuration": "P15D",
    },
    {"id": "Enablement_Admin_Assignment", "enabledRules": []},
]
POLICY = {
    "activation_rules.0.maximum_duration": "PT8H",
    "activation_rules.0.require_approval": True,
    "activation_rules.0.require_multifactor_authentication": True,
    "activation_rules.0.require_justification": True,
    "activation_rules.0.require_ticket_info": False,
    "eligible_assignment_rules.0.expiration_required": False,
    "eligible_assignment_rules.0.expire_after": "P365D",
    "active_assignment_rules.0.expiration_required": True,
    "active_assignment_rules.0.expire_after": "P15D",
    "active_assignment_rules.0.require_multifactor_authentication": False,
    "active_assignment_rules.0.require_justification": False,
    "active_assignment_rules.0.require_ticket_info": False,
}


def request(kind: str, **properties: object) -> dict[str, object]:
    return {
        "id": f"{SUBSCRIPTION}/{AUTHORIZATION}/{kind}/r1",
        "properties": {
            "scope": SUBSCRIPTION,
            "roleDefinitionId": f"{ROLES}/{READER}",
            "principalId": "p1",
            "principalType": "User",
            **properties,
        },
    }


GRANTED = {
    "scope": SUBSCRIPTION,
    "role_definition_id": f"{ROLES}/{READER}",
    "principal_id": "p1",
    "principal_type": "User",
}


@pytest.mark.parametrize(
    ("answer", "type_", "expected"),
    [
        (
            {"id": GROUP, "location": "westus", "properties": {"provisioningState": "Succeeded"}},
            "azurerm_resource_group",
            {},
        ),
        (
            {
                "id": f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-soc",
                "location": "westus",
                "properties": {"tenantId": "t1", "principalId": "p1", "clientId": "c1"},
            },
            "azurerm_user_assigned_identity",
            {"tenant_id": "t1", "principal_id": "p1", "client_id": "c1"},
        ),
        (
            {
                "id": f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-soc"
                "/federatedIdentityCredentials/gh",
                "properties": {
                    "issuer": "https://token.example.com",
                    "subject": "repo:shop:ref:main",
                    "audiences": ["api://AzureADTokenExchange"],
                },
            },
            "azurerm_federated_identity_credential",
            {
                "parent_id": f"{GROUP}/providers/Microsoft.ManagedIdentity"
                "/userAssignedIdentities/id-soc",
                "issuer": "https://token.example.com",
                "subject": "repo:shop:ref:main",
                "audience": ("api://AzureADTokenExchange",),
            },
        ),
        (
            {
                "id": f"{VAULT}/{AUTHORIZATION}/roleAssignments/a1",
                "properties": {
                    "roleDefinitionId": f"{ROLES}/{READER}",
                    "principalId": "p1",
                    "principalType": "ServicePrincipal",
                    "scope": VAULT,
                    "condition": None,
                    "conditionVersion": None,
                    "delegatedManagedIdentityResourceId": None,
                    "description": None,
                    "createdOn": "2026-01-01T00:00:00Z",
                },
            },
            "azurerm_role_assignment",
            {
                "scope": VAULT,
                "role_definition_id": f"{ROLES}/{READER}",
                "role_definition_name": "Reader",
                "principal_id": "p1",
                "principal_type": "ServicePrincipal",
            },
        ),
        (
            {
                "id": f"{ROLES}/{CUSTOM}",
                "name": CUSTOM,
                "properties": {
                    "roleName": "Contain",
                    "type": "CustomRole",
                    "description": "d",
                    "assignableScopes": [SUBSCRIPTION],
                    "permissions": [
                        {
                            "actions": ["Microsoft.Storage/storageAccounts/write"],
                            "notActions": [],
                            "dataActions": [],
                            "notDataActions": [],
                        }
                    ],
                },
            },
            "azurerm_role_definition",
            {
                "role_definition_id": CUSTOM,
                "scope": SUBSCRIPTION,
                "description": "d",
                "assignable_scopes": (SUBSCRIPTION,),
                "permissions.0.actions": ("Microsoft.Storage/storageAccounts/write",),
                "permissions.0.not_actions": (),
                "permissions.0.data_actions": (),
                "permissions.0.not_data_actions": (),
            },
        ),
        (
            {
                "id": f"{VAULT}/{AUTHORIZATION}/locks/keep",
                "properties": {"level": "CanNotDelete", "notes": "evidence"},
            },
            "azurerm_management_lock",
            {"scope": VAULT, "lock_level": "CanNotDelete", "notes": "evidence"},
        ),
        (
            request(
                "roleEligibilityScheduleRequests",
                requestType="AdminAssign",
                justification="on call",
                ticketInfo={"ticketNumber": "7", "ticketSystem": "jira"},
                scheduleInfo={
                    "startDateTime": "2026-09-09T21:35:27Z",
                    "expiration": {
                        "type": "AfterDuration",
                        "endDateTime": None,
                        "duration": "P365D",
                    },
                },
            ),
            "azurerm_pim_eligible_role_assignment",
            {
                **GRANTED,
                "justification": "on call",
                "ticket.0.number": "7",
                "ticket.0.system": "jira",
                "schedule.0.start_date_time": "2026-09-09T21:35:27Z",
                "schedule.0.expiration.0.duration_days": 365,
            },
        ),
        (
            request(
                "roleEligibilitySchedules",
                startDateTime="2026-09-09T21:35:27Z",
                endDateTime=None,
                memberType="Direct",
                status="Provisioned",
            ),
            "azurerm_pim_eligible_role_assignment",
            {**GRANTED, "schedule.0.start_date_time": "2026-09-09T21:35:27Z"},
        ),
        (
            request(
                "roleAssignmentSchedules",
                assignmentType="Assigned",
                endDateTime="2027-09-09T21:35:27Z",
            ),
            "azurerm_pim_active_role_assignment",
            {**GRANTED, "schedule.0.expiration.0.end_date_time": "2027-09-09T21:35:27Z"},
        ),
        (
            {
                "id": f"{SUBSCRIPTION}/{AUTHORIZATION}/roleManagementPolicyAssignments/m_r",
                "properties": {
                    "scope": SUBSCRIPTION,
                    "roleDefinitionId": f"{ROLES}/{READER}",
                    "policyId": f"{SUBSCRIPTION}/{AUTHORIZATION}/roleManagementPolicies/m",
                    "effectiveRules": RULES,
                },
            },
            "azurerm_role_management_policy",
            {"scope": SUBSCRIPTION, "role_definition_id": f"{ROLES}/{READER}", **POLICY},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_of_azure_is_that_azurerm_resource(answer, type_, expected):
    made = told(answer)
    assert made.type == type_
    assert {k: v for k, v in flat(made).items() if v is not None} == expected
    assert unheard(made) == set()


@pytest.mark.parametrize(
    "answer",
    [
        request("roleEligibilityScheduleRequests", requestType="AdminRemove"),
        request("roleAssignmentScheduleRequests", requestType="SelfActivate"),
        request("roleAssignmentSchedules"),
    ],
)
def test_what_grants_nothing_for_good_is_no_assignment(answer):
    assert told(answer).type == "azapi_resource"


@pytest.mark.parametrize(
    "answer",
    [
        request("roleAssignmentSchedules", assignmentType="Activated"),
        {"id": f"{SUBSCRIPTION}/{AUTHORIZATION}/roleManagementPolicies/m", "properties": {}},
    ],
)
def test_what_another_answer_says_already_is_not_said_twice(answer):
    assert unsaid(answer)


def test_a_custom_role_is_found_by_its_id():
    definition = {
        "id": f"{ROLES}/{CUSTOM}",
        "properties": {"roleName": "Contain", "permissions": [{"actions": ["A/b/write"]}]},
    }
    assignment = {
        "id": f"{VAULT}/{AUTHORIZATION}/roleAssignments/a1",
        "properties": {"roleDefinitionId": f"{ROLES}/{CUSTOM.upper()}", "principalId": "p1"},
    }
    made, _ = as_azurerm((arm(definition), arm(assignment)))
    role = role_of(Estate(made, "s", "azure"), made[1])
    assert role is not None
    assert (role.name, role.actions) == ("Contain", ("A/b/write",))


def test_a_built_in_role_has_its_name_whatever_subscription_is_named_before_it():
    text = "${data.azurerm_subscription.s.id}/providers/x/roleDefinitions/" + READER
    written = arm(
        {"id": f"{VAULT}/{AUTHORIZATION}/roleAssignments/a1", "properties": {"principalId": "p"}}
    )
    body = resource(
        "azapi_resource.r",
        properties={"roleDefinitionId": Reference("data.azurerm_subscription.s", "id", text)},
    ).body
    (made,), _ = as_azurerm((replace(written, body=body),))
    assert made.get("role_definition_name") == Known("Reader")


def test_rules_that_are_not_known_hide_the_policy():
    written = arm(
        {
            "id": f"{SUBSCRIPTION}/{AUTHORIZATION}/roleManagementPolicyAssignments/m",
            "properties": {},
        }
    )
    body = resource("x.y", properties={"effectiveRules": Unresolvable("var.rules")}).body
    (made,), _ = as_azurerm((replace(written, body=body),))
    assert made.unresolved("activation_rules") is not None
    assert isinstance(made.get("activation_rules.require_approval"), Unresolvable)

"""Azure Policy as Azure answers it."""

import json

import pytest

from simulator.estate.arm.policy import level_of
from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from tests.estate.arm.answers import GROUP, SUBSCRIPTION, VAULT, flat, told, unheard

AUTHORIZATION = "providers/Microsoft.Authorization"
MANAGED = "/providers/Microsoft.Management/managementGroups/shop"
BENCHMARK = f"/{AUTHORIZATION}/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8"
ASSIGNMENT = f"{SUBSCRIPTION}/{AUTHORIZATION}/policyAssignments/mcsb"
RULE = {"if": {"field": "type", "equals": "x"}, "then": {"effect": "[parameters('effect')]"}}


def assignment(scope: str) -> dict[str, object]:
    return {
        "id": f"{scope}/{AUTHORIZATION}/policyAssignments/mcsb",
        "location": "westus",
        "identity": {"type": "SystemAssigned", "principalId": "p1", "tenantId": "t1"},
        "properties": {
            "displayName": "Benchmark",
            "description": None,
            "policyDefinitionId": BENCHMARK,
            "scope": scope,
            "notScopes": [f"{GROUP}-old"],
            "parameters": {"effect": {"value": "Deny"}},
            "enforcementMode": "DoNotEnforce",
            "metadata": {"assignedBy": "soc"},
            "nonComplianceMessages": [{"message": "no"}],
            "overrides": [
                {
                    "kind": "policyEffect",
                    "value": "disabled",
                    "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["a"]}],
                }
            ],
            "resourceSelectors": [
                {"name": "west", "selectors": [{"kind": "resourceLocation", "in": ["westus"]}]}
            ],
        },
    }


ASSIGNED = {
    "display_name": "Benchmark",
    "policy_definition_id": BENCHMARK,
    "not_scopes": (f"{GROUP}-old",),
    "parameters": json.dumps({"effect": {"value": "Deny"}}),
    "metadata": json.dumps({"assignedBy": "soc"}),
    "enforce": False,
    "non_compliance_message.0.content": "no",
    "overrides.0.value": "disabled",
    "overrides.0.selectors.0.kind": "policyDefinitionReferenceId",
    "overrides.0.selectors.0.in": ("a",),
    "resource_selectors.0.name": "west",
    "resource_selectors.0.selectors.0.kind": "resourceLocation",
    "resource_selectors.0.selectors.0.in": ("westus",),
}
SCOPES = {
    "subscription": SUBSCRIPTION,
    "resource_group": GROUP,
    "management_group": MANAGED,
    "resource": VAULT,
}
DEFINITION = {
    "properties": {
        "displayName": "Deny public blobs",
        "policyType": "Custom",
        "mode": "Indexed",
        "metadata": {"category": "Storage"},
        "parameters": {"effect": {"type": "String", "defaultValue": "Deny"}},
        "policyRule": RULE,
    }
}
DEFINED = {
    "display_name": "Deny public blobs",
    "policy_type": "Custom",
    "mode": "Indexed",
    "metadata": json.dumps({"category": "Storage"}),
    "parameters": json.dumps({"effect": {"type": "String", "defaultValue": "Deny"}}),
    "policy_rule": json.dumps(RULE),
}
SET = {
    "properties": {
        "displayName": "CPRA",
        "policyType": "Custom",
        "policyDefinitionGroups": [{"name": "leak", "displayName": "Leaks"}],
        "policyDefinitions": [
            {
                "policyDefinitionId": f"/{AUTHORIZATION}/policyDefinitions/d1",
                "policyDefinitionReferenceId": "public",
                "groupNames": ["leak"],
                "parameters": {"effect": {"value": "Deny"}},
            }
        ],
    }
}
IN_SET = {
    "display_name": "CPRA",
    "policy_type": "Custom",
    "policy_definition_group.0.name": "leak",
    "policy_definition_group.0.display_name": "Leaks",
    "policy_definition_reference.0.policy_definition_id": f"/{AUTHORIZATION}/policyDefinitions/d1",
    "policy_definition_reference.0.reference_id": "public",
    "policy_definition_reference.0.policy_group_names": ("leak",),
    "policy_definition_reference.0.parameter_values": json.dumps({"effect": {"value": "Deny"}}),
}


@pytest.mark.parametrize("level", SCOPES)
def test_an_assignment_is_called_by_what_it_stands_on(level):
    made = told(assignment(SCOPES[level]))
    assert made.type == f"azurerm_{level}_policy_assignment"
    assert flat(made) == {f"{level}_id": SCOPES[level], **ASSIGNED}
    assert made.get("identity.type") == Known("SystemAssigned")
    assert unheard(made) == set()


@pytest.mark.parametrize("level", SCOPES)
def test_so_are_exemptions_and_remediations(level):
    exemption = told(
        {
            "id": f"{SCOPES[level]}/{AUTHORIZATION}/policyExemptions/later",
            "properties": {
                "policyAssignmentId": ASSIGNMENT,
                "policyDefinitionReferenceIds": ["public"],
                "exemptionCategory": "Waiver",
                "expiresOn": "2027-01-01T00:00:00Z",
                "displayName": "later",
            },
        }
    )
    assert exemption.type == f"azurerm_{level}_policy_exemption"
    assert flat(exemption) == {
        f"{level}_id": SCOPES[level],
        "policy_assignment_id": ASSIGNMENT,
        "policy_definition_reference_ids": ("public",),
        "exemption_category": "Waiver",
        "expires_on": "2027-01-01T00:00:00Z",
        "display_name": "later",
    }
    remediation = told(
        {
            "id": f"{SCOPES[level]}/providers/Microsoft.PolicyInsights/remediations/fix",
            "properties": {
                "policyAssignmentId": ASSIGNMENT,
                "filters": {"locations": ["westus"]},
                "resourceCount": 500,
                "parallelDeployments": 10,
                "failureThreshold": {"percentage": 0.1},
            },
        }
    )
    assert remediation.type == f"azurerm_{level}_policy_remediation"
    assert flat(remediation) == {
        f"{level}_id": SCOPES[level],
        "policy_assignment_id": ASSIGNMENT,
        "location_filters": ("westus",),
        "resource_count": 500,
        "parallel_deployments": 10,
        "failure_percentage": 0.1,
    }
    assert unheard(exemption) | unheard(remediation) == set()


@pytest.mark.parametrize(
    ("scope", "answer", "kind", "type_", "expected"),
    [
        (SUBSCRIPTION, DEFINITION, "policyDefinitions", "azurerm_policy_definition", DEFINED),
        (
            MANAGED,
            DEFINITION,
            "policyDefinitions",
            "azurerm_policy_definition",
            {**DEFINED, "management_group_id": MANAGED},
        ),
        (SUBSCRIPTION, SET, "policySetDefinitions", "azurerm_policy_set_definition", IN_SET),
        (
            MANAGED,
            SET,
            "policySetDefinitions",
            "azurerm_management_group_policy_set_definition",
            {**IN_SET, "management_group_id": MANAGED},
        ),
    ],
)
def test_a_definition_has_its_objects_as_text(scope, answer, kind, type_, expected):
    made = told({"id": f"{scope}/{AUTHORIZATION}/{kind}/own", **answer})
    assert made.type == type_
    assert flat(made) == expected
    assert unheard(made) == set()


def test_an_assignment_that_says_nothing_enforces():
    made = told({"id": ASSIGNMENT, "properties": {"policyDefinitionId": BENCHMARK}})
    assert made.get("enforce") == Omitted(default=True, decided_by="Azure default")


@pytest.mark.parametrize(
    ("scope", "level"),
    [
        (Reference("azurerm_resource_group.g"), "resource_group"),
        (Reference("data.azurerm_subscription.s", "id", "${data.azurerm_subscription.s.id}"),
         "subscription"),
        (Reference("azurerm_management_group.m"), "management_group"),
        (Reference("module.shop[0].azurerm_key_vault.v"), "resource"),
        (Reference("data.azurerm_subscription.s", "id",
                   "${data.azurerm_subscription.s.id}/resourceGroups/rg"), "resource_group"),
        (Reference("data.azurerm_client_config.c", "subscription_id",
                   "/subscriptions/${data.azurerm_client_config.c.subscription_id}"),
         "subscription"),
        (Reference("azapi_resource.x"), None),
        (Unresolvable("var.scope"), None),
        (Known("/nonsense"), None),
        (Omitted(), None),
    ],
)  # fmt: skip
def test_the_level_of_a_scope(scope, level):
    assert level_of(scope) == level

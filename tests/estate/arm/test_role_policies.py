"""The rules of PIM by their ids, as azurerm's nested blocks."""

from dataclasses import replace

import pytest

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import Unresolvable
from tests.controls.build import resource
from tests.estate.arm.answers import SUBSCRIPTION, arm, flat, told, unheard

ASSIGNED = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/m_r"
STAGE = "activation_rules.0.approval_stage"
CONTEXT = "activation_rules.0.required_conditional_access_authentication_context"
ADMINS = "notification_rules.0.eligible_activations.0.admin_notifications.0"


def policy(*rules):
    made = told({"id": ASSIGNED, "properties": {"scope": SUBSCRIPTION, "effectiveRules": rules}})
    assert unheard(made) == set()
    return {k: v for k, v in flat(made).items() if v is not None and k != "scope"}


def approval(*stages):
    setting = {"isApprovalRequired": True, "approvalStages": list(stages)}
    return {"id": "Approval_EndUser_Assignment", "setting": setting}


def test_those_who_approve_an_activation():
    people = {"primaryApprovers": [{"id": "g1", "userType": "Group", "isBackup": False}]}
    found = policy(approval(people))
    assert found == {
        "activation_rules.0.require_approval": True,
        f"{STAGE}.0.primary_approver.0.object_id": "g1",
        f"{STAGE}.0.primary_approver.0.type": "Group",
    }
    assert policy(approval()) == {"activation_rules.0.require_approval": True}
    assert policy(approval({"primaryApprovers": []})) == policy(approval())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"isEnabled": True, "claimValue": "c1"}, {CONTEXT: "c1"}),
        ({"isEnabled": False, "claimValue": "c1"}, {}),
        ({"isEnabled": True, "claimValue": None}, {}),
        ({"claimValue": "c1"}, {}),
    ],
)
def test_the_context_that_an_activation_needs(rule, expected):
    assert policy({"id": "AuthenticationContext_EndUser_Assignment", **rule}) == expected


def test_who_hears_of_an_activation():
    rule = {
        "id": "Notification_Admin_EndUser_Assignment",
        "isDefaultRecipientsEnabled": False,
        "notificationRecipients": ["privacy@shop.example"],
        "notificationLevel": "All",
    }
    assert policy(rule) == {
        f"{ADMINS}.default_recipients": False,
        f"{ADMINS}.additional_recipients": ("privacy@shop.example",),
        f"{ADMINS}.notification_level": "All",
    }


def test_stages_that_are_not_known_are_no_missing_ones():
    written = arm({"id": ASSIGNED, "properties": {}})
    rule = {
        "id": "Approval_EndUser_Assignment",
        "setting": {"approvalStages": Unresolvable("var.stages has no value")},
    }
    body = resource("x.y", properties={"effectiveRules": [rule]}).body
    (made,), _ = as_azurerm((replace(written, body=body),))
    assert isinstance(made.get("activation_rules.approval_stage"), Unresolvable)

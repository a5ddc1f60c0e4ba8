"""Policies that are still assigned and do less."""

import json

import pytest

from simulator.controls.change.judge import taken_away
from simulator.controls.verdict import Outcome
from simulator.estate.model import Resource
from tests.controls.build import SOMETHING, estate, id_of, resource, wrong

DEFINITION = "azurerm_policy_definition.p"
AT = "azurerm_subscription_policy_assignment.a"


def policy(effect: str) -> Resource:
    rule = {"if": {"field": "type", "equals": "x"}, "then": {"effect": effect}}
    return resource(DEFINITION, name="no-public-blobs", policy_rule=json.dumps(rule))


def assigned(**values: object) -> Resource:
    usual = {"subscription_id": "/subscriptions/s", "policy_definition_id": id_of(DEFINITION)}
    return resource(AT, name="a", **usual | values)


def change(before: str, after: str):
    two = (estate(policy(effect), assigned()) for effect in (before, after))
    return taken_away(*two)


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("deny", "audit", True),
        ("Deny", "modify", True),
        ("modify", "auditIfNotExists", True),
        ("audit", "disabled", True),
        ("audit", "deny", False),
        ("deny", "DENY", False),
        ("disabled", "audit", False),
    ],
)
def test_an_effect_that_does_less(before, after, weaker):
    result = change(before, after)
    expected = {(AT, f"effect of {DEFINITION}")} if weaker else set()
    assert wrong(result) == expected
    if weaker:
        assert result.findings[0].actual == f"{after.lower()}; before the change: {before.lower()}"


def test_an_effect_that_nobody_can_tell_any_more():
    rule = {"if": {}, "then": {"effect": "[parameters('effect')]"}}
    loose = resource(
        DEFINITION,
        name="no-public-blobs",
        policy_rule=json.dumps(rule),
        parameters=json.dumps({"effect": {"type": "String"}}),
    )
    before = estate(policy("deny"), assigned())
    result = taken_away(before, estate(loose, assigned(parameters=SOMETHING)))
    assert result.outcome is Outcome.UNKNOWN
    assert wrong(result, unknown=True) == {(AT, f"effect of {DEFINITION}")}


def test_a_definition_that_was_moved_is_the_same():
    moved = resource(
        "module.m.azurerm_policy_definition.p",
        name="no-public-blobs",
        policy_rule=json.dumps({"if": {}, "then": {"effect": "deny"}}),
    )
    after = estate(moved, assigned(policy_definition_id=id_of(moved.address)))
    assert taken_away(estate(policy("deny"), assigned()), after).findings == ()


def test_another_policy_under_the_same_assignment():
    other = resource(
        "azurerm_policy_definition.q",
        name="other",
        policy_rule=json.dumps({"if": {}, "then": {"effect": "deny"}}),
    )
    elsewhere = assigned(policy_definition_id=id_of(other.address))
    result = taken_away(
        estate(policy("deny"), assigned()), estate(policy("deny"), other, elsewhere)
    )
    assert wrong(result) == {(AT, f"effect of {DEFINITION}"), (AT, "policy_definition_id")}
    assert result.findings[-1].actual == "it is not assigned; before the change: deny"

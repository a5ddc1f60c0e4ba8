"""The two shipped estates as Azure would answer them: the same detection and response.

``fixtures/azure`` is made from the declared estates by rules that share nothing with the tables.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.azapi import with_parts
from simulator.estate.diagnostics import feeds
from simulator.estate.model import Estate
from simulator.estate.playbook import playbooks
from simulator.estate.reader import read_estate
from simulator.estate.sentinel import analytics_rules, automation_rules
from tests.estate.arm.answers import arm, unheard

ROOT = Path(__file__).parents[3]
RULE = (
    "kind", "display_name", "enabled", "severity", "query", "unreadable", "frequency", "period",
    "operator", "threshold", "creates_incident", "suppression", "alert_per_result", "tactics",
    "techniques", "entities",
)  # fmt: skip
AUTOMATION = (
    "display_name", "enabled", "order", "triggers_on", "triggers_when", "conditions", "expires",
    "closes_incident",
)  # fmt: skip


@pytest.fixture(scope="module", params=["reference", "exposed"])
def both(request) -> tuple[Estate, Estate]:
    """What Terraform declares, and what Azure answers after it was applied."""
    answers = json.loads((ROOT / f"fixtures/azure/{request.param}.json").read_text("utf-8"))
    declared = read_estate(str(ROOT / "terraform" / request.param), reader="hcl")
    whole, parts = as_azurerm(tuple(map(arm, answers)))
    live = with_parts(Estate(whole, "azure:s", "live"), parts)
    for resource in live.resources:
        assert resource.type == "azapi_resource" or not unheard(resource), resource.address
    return declared, live


def values(one: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(one, name) for name in names}


def test_every_analytics_rule_is_the_declared_one(both):
    declared, live = ({rule.display_name: rule for rule in analytics_rules(one)} for one in both)
    assert live.keys() == declared.keys()
    for name, rule in live.items():
        found, expected = values(rule, RULE), values(declared[name], RULE)
        for order in ("tactics", "techniques"):  # sets
            found[order], expected[order] = set(found[order]), set(expected[order])
        if "${" in str(expected["query"]):  # what is read from Terraform still has references
            del found["query"], expected["query"]
        assert found == expected, name


def test_every_automation_rule_is_the_declared_one(both):
    declared, live = (
        {rule.display_name: values(rule, AUTOMATION) for rule in automation_rules(one)}
        for one in both
    )
    assert live == declared


def test_every_log_goes_where_it_was_declared_to(both):
    def sent(one: Estate) -> Counter:
        return Counter(
            (f.store.type, f.service, f.categories, f.groups, bool(f.workspace), bool(f.unread))
            for f in feeds(one)
        )

    declared, live = map(sent, both)
    assert live == declared


def test_every_step_of_every_playbook_does_what_it_was_declared_to(both):
    def steps(one: Estate) -> set:
        return {
            (book.trigger, book.unreadable, step.name, step.effects, step.key, step.manual)
            for book in playbooks(one)
            for step in book.steps
        }

    declared, live = map(steps, both)
    assert declared
    assert live == declared

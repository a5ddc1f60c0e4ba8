"""From an alert to who answers it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.detection.sentinel import Alert
from simulator.estate.reader import read_estate
from simulator.estate.sentinel import analytics_rules
from simulator.response import automation
from simulator.response.automation import Response
from simulator.timeline import Kind
from tests.response.scenes import START, WATCHED, scene


@pytest.fixture(scope="module")
def watched():
    return read_estate(str(WATCHED))


def answered(estate, alert=None, hours=24 * 40):
    """The kinds of event after an alert (or word from outside)."""
    one = scene(estate)
    response = Response(one)
    if alert is None:
        response.discovered_outside("told", "profile")
    else:
        response.on_alert(alert)
    one.clock.run_until(START + timedelta(hours=hours))
    return [event.kind for event in one.events]


def alert(estate, **changes):
    return Alert(replace(analytics_rules(estate)[0], **changes), START, 3, {}, 0.01)


def test_without_automation_people_are_told_and_close_the_door(watched):
    kinds = answered(watched, alert(watched))
    assert kinds[:4] == [Kind.ALERT, Kind.INCIDENT, Kind.DISCOVERED, Kind.NOTIFIED]
    assert kinds[-1] is Kind.CONTAINED


def test_an_alert_that_makes_no_incident_is_followed_by_nothing(watched):
    assert answered(watched, alert(watched, creates_incident=False)) == [Kind.ALERT, Kind.NOTE]


def test_word_from_outside_is_answered_by_people(watched):
    kinds = answered(watched)
    assert kinds[0] is Kind.DISCOVERED
    assert {Kind.NOTIFIED, Kind.CONTAINED} <= set(kinds)


def test_later_alerts_of_a_rule_join_its_incident(watched):
    one = scene(watched)
    response = Response(one)
    for _ in range(3):
        response.on_alert(alert(watched))
    one.clock.run_until(START + timedelta(hours=1))
    assert [e.kind for e in one.events].count(Kind.INCIDENT) == 1


def test_two_rules_of_the_same_name_are_two(watched):
    one = scene(watched)
    response = Response(one)
    first = alert(watched)
    twin = replace(first.rule.resource, address="azurerm_sentinel_alert_rule_nrt.twin")
    for rule in (first.rule, replace(first.rule, resource=twin)):
        response.on_alert(replace(first, rule=rule))
    assert [e.kind for e in one.events] == [Kind.ALERT, Kind.ALERT]


def test_people_leave_alone_what_automation_has_contained():
    estate = read_estate(str(WATCHED.parents[2] / "estates/RESP-04/pass"))
    one = scene(estate)
    rule = analytics_rules(estate)[0]
    Response(one).on_alert(Alert(rule, START, 3, {}, 0.01))
    one.clock.run_until(START + timedelta(days=40))
    assert one.contained.triggered
    assert not any(event.what.startswith("by hand") for event in one.events)


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"triggers_on": "Alerts"}, False),
        ({"triggers_when": "Updated"}, False),
        ({"workspace": "azurerm_log_analytics_workspace.other"}, False),
        ({"expires": "2026-05-31T00:00:00Z"}, False),
        ({"expires": "2026-07-01T00:00:00Z"}, True),
        ({"conditions": None}, False),
    ],
)
def test_an_automation_rule_answers_only_what_it_is_declared_for(changes, answers, monkeypatch):
    estate = read_estate(str(WATCHED.parents[2] / "estates/RESP-04/pass"))
    rule = analytics_rules(estate)[0]
    declared = replace(automation.automation_rules(estate)[0], **changes)
    monkeypatch.setattr(automation, "automation_rules", lambda _: (declared,))
    one = scene(estate)
    Response(one).on_alert(Alert(rule, START, 3, {}, 0.01))
    one.clock.run_until(START + timedelta(minutes=30))
    assert any("answers" in e.what and e.kind is Kind.NOTE for e in one.events) is answers

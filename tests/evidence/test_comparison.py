"""What a change does to verdicts and drills, as the ledger tells it."""

from dataclasses import replace

import pytest

from simulator.controls.verdict import not_applicable, verdict
from simulator.estate.changes import Change, Kind
from simulator.evidence.comparison import compared
from simulator.evidence.ledger import Drilled
from tests.evidence.build import (
    ACCOUNT,
    FINDINGS,
    NEVER_STOPPED,
    PREVENTED,
    SEEN_AND_STOPPED,
    SEEN_BY_OUTSIDERS,
    M,
    drill,
    drilled,
    run,
)

WRONG, UNKNOWN = FINDINGS
OTHER = replace(WRONG, attribute="min_tls_version")
MOVED = replace(WRONG, address="module.x.azurerm_storage_account.customers")


def control(before, after, renamed=None):
    """The entry of DATA-01 with these findings before and after; ``None`` is not applicable."""
    ledgers = [
        run(
            [
                not_applicable("DATA-01", "azurerm_storage_account")
                if findings is None
                else verdict("DATA-01", [ACCOUNT], findings)
            ],
            [],
        )
        for findings in (after, before)
    ]
    (entry,) = compared(*ledgers, [], renamed or {})["base"]["controls"]
    return entry


@pytest.mark.parametrize(
    ("before", "after", "delta", "new", "gone"),
    [
        ([], [], "unchanged", 0, 0),
        ([WRONG], [WRONG], "unchanged", 0, 0),
        ([UNKNOWN], [UNKNOWN], "unchanged", 0, 0),
        ([], None, "unchanged", 0, 0),
        (None, [], "unchanged", 0, 0),
        ([WRONG], [], "improved", 0, 1),
        ([WRONG], None, "improved", 0, 1),
        ([UNKNOWN], [], "improved", 0, 1),
        ([WRONG], [UNKNOWN], "improved", 1, 1),
        ([WRONG, OTHER], [WRONG], "improved", 0, 1),
        ([WRONG, UNKNOWN], [WRONG], "improved", 0, 1),
        ([WRONG, WRONG], [WRONG], "improved", 0, 1),
        ([], [WRONG], "worsened", 1, 0),
        (None, [UNKNOWN], "worsened", 1, 0),
        ([UNKNOWN], [WRONG], "worsened", 1, 1),
        ([WRONG], [WRONG, OTHER], "worsened", 1, 0),
        ([WRONG], [OTHER], "worsened", 1, 1),
        ([WRONG], [WRONG, UNKNOWN], "worsened", 1, 0),
        ([WRONG, OTHER], [WRONG, UNKNOWN], "improved", 1, 1),
    ],
)
def test_a_verdict_is_better_or_worse_by_its_outcome_and_then_by_its_findings(
    before, after, delta, new, gone
):
    entry = control(before, after)
    assert (entry["delta"], len(entry["new"]), len(entry["gone"])) == (delta, new, gone)


def test_a_finding_is_told_by_where_it_is_and_what_it_is_about():
    entry = control([WRONG], [OTHER])
    assert entry["new"] == [
        {
            "address": ACCOUNT.address,
            "origin": {"file": "storage.tf", "line": 12},
            "attribute": "min_tls_version",
            "actual": WRONG.actual,
            "severity": "critical",
            "unknown": False,
        }
    ]
    assert [finding["attribute"] for finding in entry["gone"]] == [WRONG.attribute]


def test_a_finding_on_a_resource_of_another_name_is_the_same_finding():
    assert control([WRONG], [MOVED])["delta"] == "worsened"
    entry = control([WRONG], [MOVED], {WRONG.address: MOVED.address})
    assert (entry["delta"], entry["new"], entry["gone"]) == ("unchanged", [], [])


CANNOT = Drilled("stolen-token", None, None, "no storage account is declared")


def drills(before, after):
    def held(events):
        return events if isinstance(events, Drilled) else drilled(drill("stolen-token", events))

    ledgers = [run([], [held(events)]) for events in (after, before)]
    (entry,) = compared(*ledgers, [], {})["base"]["drills"]
    return entry


@pytest.mark.parametrize(
    ("before", "after", "delta"),
    [
        (PREVENTED, PREVENTED, "unchanged"),
        (SEEN_AND_STOPPED, SEEN_AND_STOPPED, "unchanged"),
        (SEEN_AND_STOPPED, PREVENTED, "improved"),
        (NEVER_STOPPED, SEEN_BY_OUTSIDERS, "improved"),
        (SEEN_BY_OUTSIDERS, SEEN_AND_STOPPED, "improved"),
        (SEEN_AND_STOPPED, SEEN_BY_OUTSIDERS, "worsened"),
        (PREVENTED, NEVER_STOPPED, "worsened"),
        (CANNOT, SEEN_AND_STOPPED, "not-comparable"),
        (PREVENTED, CANNOT, "not-comparable"),
    ],
)
def test_a_drill_is_better_or_worse_by_its_outcome(before, after, delta):
    assert drills(before, after)["delta"] == delta


def test_within_one_outcome_a_step_that_is_not_reached_any_more_is_worse():
    seen = (SEEN_BY_OUTSIDERS[0], SEEN_AND_STOPPED[5], *SEEN_BY_OUTSIDERS[1:])
    assert drill("stolen-token", seen).outcome is drill("stolen-token", SEEN_BY_OUTSIDERS).outcome
    assert drills(SEEN_BY_OUTSIDERS, seen)["delta"] == "improved"
    assert drills(seen, SEEN_BY_OUTSIDERS)["delta"] == "worsened"


def test_how_much_later_a_step_comes_is_told_and_not_judged():
    later = tuple(
        replace(event, at=event.at + 5 * M) if event.kind.value == "notified" else event
        for event in SEEN_AND_STOPPED
    )
    entry = drills(SEEN_AND_STOPPED, later)
    assert entry["delta"] == "unchanged"
    assert entry["after"]["notified"] == entry["before"]["notified"] + 300


def test_the_times_before_and_after_are_told():
    entry = drills(SEEN_BY_OUTSIDERS, SEEN_AND_STOPPED)
    assert entry["before"] == {
        "outcome": "late",
        "detected": None,
        "contained": 6 * 86_400 + 21 * 3600 + 120,
        "notified": 7200,
        "reasons": [],
    }
    assert entry["after"]["detected"] == 13 * 60 - 3
    assert drills(CANNOT, PREVENTED)["before"] == {
        "outcome": "not-drillable",
        "detected": None,
        "contained": None,
        "notified": None,
        "reasons": ["no storage account is declared"],
    }


def test_what_was_looked_at_on_one_estate_alone_is_not_compared():
    one, other = verdict("DATA-01", [ACCOUNT], ()), verdict("DATA-03", [ACCOUNT], ())
    after = run([one, other], [drilled(drill("stolen-token", PREVENTED))])
    base = compared(after, run([one], []), [], {})["base"]
    assert [entry["id"] for entry in base["controls"]] == ["DATA-01"]
    assert base["drills"] == []


def test_the_base_says_where_it_comes_from_and_what_changed():
    change = Change(Kind.CHANGED, "azurerm_x.y", "a.b", "1", "2")
    after, before = run([], []), run([], [])
    made = compared(after, before, [change], {})
    base = made.pop("base")
    assert made == after
    assert {name: base[name] for name in before["run"]["estate"]} == before["run"]["estate"]
    assert base["changes"] == [
        {
            "kind": "changed",
            "address": "azurerm_x.y",
            "attribute": "a.b",
            "before": "1",
            "after": "2",
        }
    ]

import copy
import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from simulator.controls.verdict import Finding, Outcome, Severity, verdict
from simulator.controls.waivers import WAIVED, State, Waiver
from simulator.drill import Outcome as DrillOutcome
from simulator.drill import RuleReport
from simulator.estate.changes import Kind as ChangeKind
from simulator.estate.model import Fate
from simulator.evidence.html import page
from simulator.evidence.ledger import Drilled, comparable, digest, ledger_text, plain, schema
from simulator.evidence.summary import OUTCOMES, WAIVER_STATES
from simulator.exposure import ElementCount, Exposure
from simulator.law import Damages, Deadline, Provision
from simulator.timeline import Basis, Event, Kind
from tests.evidence.build import (
    ACCOUNT,
    FINDINGS,
    HEADER,
    PREVENTED,
    SECRET,
    SEEN_AND_STOPPED,
    SENSITIVE,
    WAIVERS,
    M,
    bad,
    changed,
    drill,
    drilled,
    good,
    run,
    undrilled,
    waived,
)

VALIDATOR = Draft202012Validator(schema())
DEFS = schema()["$defs"]
ADDED = {Exposure: {"attack"}, Finding: {"waivers"}, Waiver: {"state", "why", "covers"}}
"""What an entry says beside the fields of what it describes."""
RUNS = pytest.mark.parametrize("made", [good, bad, undrilled, changed, waived])


def objects(value, path=()):
    """Every JSON object below a value whose keys the schema names, by its path."""
    if isinstance(value, dict):
        if path[-1:] != ("frameworks",):
            yield path
        for key, item in value.items():
            yield from objects(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, (*path, index))


def one_of_each_shape(ledger):
    return {
        tuple("*" if isinstance(step, int) else step for step in path): path
        for path in objects(ledger)
    }.values()


def at(ledger, path):
    for step in path:
        ledger = ledger[step]
    return ledger


def test_the_schema_itself_is_valid():
    Draft202012Validator.check_schema(schema())


@RUNS
def test_what_runs_leave_fits_the_schema(made):
    assert list(VALIDATOR.iter_errors(made())) == []


@RUNS
def test_no_part_may_be_missing_and_none_may_be_unknown(made):
    original = made()
    for path in one_of_each_shape(original):
        for key in set(at(original, path)) - ({"base"} if path == () else set()):
            less = copy.deepcopy(original)
            del at(less, path)[key]
            assert not VALIDATOR.is_valid(less), (path, key)
        more = copy.deepcopy(original)
        at(more, path)["surplus"] = 1
        assert not VALIDATOR.is_valid(more), path


@pytest.mark.parametrize(
    ("definition", "dataclass"),
    [
        ("finding", Finding),
        ("waiver", Waiver),
        ("exposure", Exposure),
        ("elementCount", ElementCount),
        ("deadline", Deadline),
        ("provision", Provision),
        ("damages", Damages),
    ],
)
def test_the_schema_names_every_field_of_what_it_describes(definition, dataclass):
    own = {field.name for field in fields(dataclass)} | ADDED.get(dataclass, set())
    assert set(DEFS[definition]["required"]) == set(DEFS[definition]["properties"]) == own


def test_the_schema_names_every_field_of_events_and_rules():
    parts = DEFS["drill"]["properties"]
    for name, dataclass in (("timeline", Event), ("rules", RuleReport)):
        own = {field.name for field in fields(dataclass)}
        assert set(parts[name]["items"]["required"]) == own


def test_the_schema_knows_the_same_words_as_the_code():
    def words(kind: type[Enum]) -> list[object]:
        return [member.value for member in kind]

    parts = DEFS["drill"]["properties"]
    event = parts["timeline"]["items"]["properties"]
    assert DEFS["outcome"]["enum"] == words(Outcome)
    assert DEFS["waiver"]["properties"]["state"]["enum"] == words(State)
    assert set(WAIVER_STATES) == set(words(State))
    counts_as = DEFS["control"]["properties"]["counts_as"]["enum"]
    assert set(counts_as) == {*words(Outcome), WAIVED} == set(OUTCOMES)
    assert DEFS["change"]["properties"]["kind"]["enum"] == words(ChangeKind)
    fate = DEFS["estate"]["properties"]["removals"]["items"]["properties"]["fate"]
    assert fate["enum"] == words(Fate)
    states = DEFS["drillState"]["properties"]["outcome"]["enum"]
    assert states == [*words(DrillOutcome), *DEFS["notDrillable"]["properties"]["outcome"]["enum"]]
    assert DEFS["severity"]["enum"] == words(Severity)
    assert parts["outcome"]["enum"] == words(DrillOutcome)
    assert event["kind"]["enum"] == words(Kind)
    assert event["basis"]["enum"] == words(Basis)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("drills", 0, "timeline", 0, "at"), "2026-06-01T09:00:00"),
        (("drills", 0, "timeline", 0, "kind"), "surprise"),
        (("drills", 0, "attack", "id"), 'x" onload="'),
        (("run", "started"), "yesterday"),
        (("run", "window"), 0),
        (("controls", 0, "outcome"), "green"),
        (("controls", 0, "counts_as"), "accepted"),
        (("controls", 0, "findings", 0, "waivers"), [-1]),
        (("exposure", 0, "affected"), -1),
        (("exposure", 0, "deadlines"), []),
        (("exposure", 0, "damages", "per_consumer"), [1]),
        (("exposure", 0, "damages", "incident"), "June"),
    ],
)
def test_values_that_make_no_sense_are_refused(path, value):
    ledger = bad()
    at(ledger, path[:-1])[path[-1]] = value
    assert not VALIDATOR.is_valid(ledger)


def test_only_a_run_with_a_base_estate_is_compared():
    assert "base" not in bad()
    assert VALIDATOR.is_valid(bad())
    assert {name: part for name, part in changed().items() if name != "base"}.keys() == bad().keys()


def test_a_waived_finding_stays_and_names_its_waivers():
    accepted, unsettled = waived()["controls"]
    assert (accepted["outcome"], accepted["counts_as"]) == ("failed", "waived")
    assert [finding["waivers"] for finding in accepted["findings"]] == [[0], [1]]
    assert (unsettled["outcome"], unsettled["counts_as"]) == ("unknown", "unknown")
    assert [finding["waivers"] for finding in unsettled["findings"]] == [[]]
    assert waived()["waivers"][0] == {
        "control": "DATA-01",
        "address": FINDINGS[0].address,
        "attribute": "",
        "actual": FINDINGS[0].actual,
        "owner": "jo@shop.example",
        "reason": "the old shop is read until it moves",
        "expires": "2026-07-01",
        "compensating": "",
        "origin": {"file": "waivers.yaml", "line": 3},
        "state": "in-force",
        "why": "until 2026-07-01",
        "covers": [{"address": FINDINGS[0].address, "attribute": FINDINGS[0].attribute}],
    }
    states = [entry["state"] for entry in waived()["waivers"]]
    assert states[1:] == [
        "in-force",
        "expired",
        "changed",
        "uncompensated",
        "unused",
        "not-assessed",
    ]


def test_where_all_failures_are_waived_what_is_unknown_is_left():
    (control,) = run([verdict("DATA-01", [ACCOUNT], FINDINGS)], [], waivers=WAIVERS[:1])["controls"]
    assert (control["outcome"], control["counts_as"]) == ("failed", "unknown")


def test_a_drill_that_could_not_be_held_says_why_and_nothing_else():
    assert undrilled()["drills"] == [
        {
            "attack": {"id": "stolen-token"},
            "outcome": "not-drillable",
            "reasons": ["no storage account is declared"],
        }
    ]
    assert undrilled()["exposure"] == []


def test_a_drill_that_broke_off_is_told_from_one_that_could_not_begin():
    broken = Drilled("stolen-token", None, None, "Azurite stopped (exit code -9)", broke_off=True)
    ledger = run([], [broken])
    assert VALIDATOR.is_valid(ledger)
    assert ledger["drills"][0]["outcome"] == "not-completed"
    assert "could not be completed" in page(ledger)
    assert "not completed: Azurite stopped (exit code -9)." in page(ledger)


def test_durations_are_in_seconds_and_null_for_what_did_not_happen():
    prevented, handled = good()["drills"]
    assert set(prevented["durations"].values()) == {None}
    assert handled["durations"] == {
        "access_to_alert": 13 * 60 - 3,
        "access_to_discovery": 14 * 60 - 3,
        "discovery_to_containment": 19 * 60,
        "discovery_to_notification": 15 * 60,
    }


def test_blobs_are_named_in_order():
    received = bad()["drills"][0]["received"]
    names = [(blob["container"], blob["blob"]) for blob in received]
    assert names == sorted(names)
    assert ("images", "stray.bin") in names
    assert bad()["exposure"][0]["unattributed"] == [{"container": "images", "blob": "stray.bin"}]


def test_a_sensitive_value_is_told_as_set_and_never_shown():
    text = ledger_text(changed())
    assert SENSITIVE.actual in text
    assert SECRET not in text


def test_the_same_estate_and_seed_give_the_same_ledger_but_for_header_and_measured_time():
    def once(started: datetime, seconds: float):
        events = [
            replace(e, measured_seconds=seconds) if e.measured_seconds is not None else e
            for e in SEEN_AND_STOPPED
        ]
        header = replace(HEADER, started=started)
        return run([], [drilled(drill("stolen-token", events))], header=header)

    first = once(datetime(2026, 6, 2, tzinfo=UTC), 0.5)
    second = once(datetime(2026, 6, 3, tzinfo=UTC), 0.7)
    assert first != second
    assert ledger_text(comparable(first)) == ledger_text(comparable(second))


def test_what_is_compared_still_holds_every_simulated_time_and_every_count():
    ledger = good()
    before = copy.deepcopy(ledger)
    later = copy.deepcopy(ledger)
    later["drills"][0]["timeline"][0]["at"] = "2026-06-01T09:00:01+00:00"
    fewer = copy.deepcopy(ledger)
    fewer["drills"][0]["refused"] -= 1
    texts = {ledger_text(comparable(made)) for made in (ledger, later, fewer)}
    assert len(texts) == 3
    assert ledger == before
    assert "measured_seconds" not in ledger_text(comparable(ledger))
    assert comparable(undrilled())["drills"][0]["outcome"] == "not-drillable"


def test_plain_data_is_what_json_gives_back():
    event = replace(PREVENTED[0], at=datetime(2026, 6, 1, 9, tzinfo=UTC))
    value = {"a": (timedelta(minutes=2), date(2026, 6, 1)), "b": {Kind.ALERT, Kind.NOTE}, "c": None}
    assert plain(value) == {"a": [120.0, "2026-06-01"], "b": ["alert", "note"], "c": None}
    assert plain(event)["at"] == "2026-06-01T09:00:00+00:00"
    assert json.loads(json.dumps(plain(event))) == plain(event)
    assert plain(M) == 60.0
    assert plain(True) is True


@pytest.mark.parametrize("value", [b"x", object(), float("nan"), Path("x"), int, {("a", "b"): 1}])
def test_what_json_cannot_hold_is_refused_at_once(value):
    with pytest.raises(TypeError, match="JSON data"):
        plain({"part": value})


def undecodable():
    """What bytes that are no UTF-8 become in a name read from the disk."""
    return st.integers(0xDC80, 0xDCFF).map(chr)


@given(st.text(st.characters(exclude_categories=["Cs"]) | undecodable()))
def test_any_text_survives_the_file(text):
    written = ledger_text({"text": text, "raw": f"{text}\udcff"}).encode("utf-8")
    assert json.loads(written) == {"text": text, "raw": f"{text}\udcff"}


def test_the_digest_tells_ledgers_apart():
    assert digest(good()) == digest(good())
    assert digest(good()) != digest(bad())


def test_what_a_change_takes_away_is_a_control_of_the_ledger_and_of_the_page():
    ledger = run([verdict("CHANGE", [ACCOUNT], FINDINGS)], [], waivers=[])
    assert VALIDATOR.is_valid(ledger)
    assert (ledger["controls"][0]["id"], ledger["controls"][0]["counts_as"]) == ("CHANGE", "failed")
    assert 'id="CHANGE"' in page(ledger)

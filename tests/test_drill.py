"""Drills on small estates, for real."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.attacks.catalogue import ATTACKS
from simulator.attacks.public_container import WORDLIST
from simulator.drill import NotDrillable, Outcome, judge, run_drill
from simulator.estate.reader import read_estate
from simulator.evidence.ledger import plain
from simulator.profile import load_profile
from simulator.timeline import Basis, Event, Kind, Timeline
from simulator.twin.errors import TwinError

ROOT = Path(__file__).parents[1]
WATCHED = ROOT / "fixtures/estates/drills/watched"
WINDOW = timedelta(hours=72)
START = datetime(2026, 6, 1, 9, tzinfo=UTC)


def drill(directory=WATCHED, attack=ATTACKS["public-container"], profile=None, seed=1):
    estate = read_estate(str(directory))
    return run_drill(estate, attack, profile or load_profile(), seed=seed, window=WINDOW)


@pytest.fixture(scope="module")
def watched():
    return drill()


def test_a_declared_rule_sees_the_leak_in_the_log_of_real_requests(watched):
    alert = watched.timeline.first(Kind.ALERT)
    assert "Anonymous read" in alert.what
    assert "azurerm_sentinel_alert_rule_nrt.anonymous_read" in alert.declared
    assert alert.basis is Basis.MEASURED


def test_the_alert_waits_for_ingestion_and_for_the_rules_delay(watched):
    seen = watched.timeline.between(Kind.FIRST_ACCESS, Kind.ALERT)
    assert timedelta(minutes=3 + 2) <= seen <= timedelta(minutes=10 + 2 + 1)


def test_without_automation_people_stop_it_after_the_profiles_time(watched):
    figure = load_profile()["manual_containment"]
    took = watched.timeline.between(Kind.DISCOVERED, Kind.CONTAINED)
    assert figure.low <= took <= figure.high + timedelta(minutes=5)
    by_hand = [e for e in watched.timeline.events if e.what.startswith("by hand")]
    assert by_hand
    assert watched.outcome is (Outcome.IN_TIME if took <= WINDOW else Outcome.LATE)


def test_the_intruder_got_exactly_what_the_container_held(watched):
    truth = watched.truth.blobs
    assert {key: len(blob.content) for key, blob in truth.items()} == watched.received


def test_containment_is_proven_by_a_refused_replay_of_the_last_download(watched):
    contained = watched.timeline.first(Kind.CONTAINED)
    assert contained.what.startswith("GetBlob /stshopcustomer/customers/")
    assert contained.basis is Basis.MEASURED
    assert contained.measured_seconds > 0


def test_replays_are_no_part_of_the_leak_nor_of_the_intruders_requests(watched):
    tried = {*WORDLIST, "customers"}
    assert watched.requests == len(tried) + len(watched.received)
    assert watched.refused == len(tried) - 1


def test_quicker_people_are_in_time(tmp_path):
    own = tmp_path / "quick.toml"
    own.write_text('[manual_containment]\ntypical = "4h"\nsource = "our exercise of May"\n')
    assert drill(profile=load_profile(own)).outcome is Outcome.IN_TIME


def test_who_knows_already_is_not_told_again_from_outside(tmp_path):
    own = tmp_path / "gossip.toml"
    own.write_text(
        '[outside_discovery]\ntypical = "1h"\nsource = "test"\n'
        '[manual_containment]\ntypical = "3h"\nsource = "test"\n'
    )
    told = [
        e for e in drill(profile=load_profile(own)).timeline.events if e.kind is Kind.DISCOVERED
    ]
    assert [event.what for event in told] == ["the incident is open in Sentinel"]


def test_the_same_seed_gives_the_same_drill_but_for_measured_durations(watched):
    def story(one):
        events = [replace(event, measured_seconds=None) for event in one.timeline.events]
        return plain((one.outcome, events, one.rules, sorted(one.received.items()), one.reasons))

    assert story(drill()) == story(watched)


def test_another_seed_gives_other_times(watched):
    assert drill(seed=2).timeline.events[-1].at != watched.timeline.events[-1].at


def test_an_azurite_that_dies_in_mid_drill_is_an_error_and_not_a_refusal():
    public = ATTACKS["public-container"]

    def act(intruder):
        for number, pause in enumerate(public.act(intruder)):
            if number == 3:
                server = intruder._twin._azurite._process
                server.kill()
                server.wait()
            yield pause

    with pytest.raises(TwinError, match="Azurite stopped"):
        drill(attack=replace(public, act=act))


def test_an_estate_without_customer_storage_cannot_be_drilled():
    with pytest.raises(NotDrillable, match="no storage account"):
        drill(ROOT / "fixtures/estates/DATA-01/absent")


def timeline(**minutes):
    kinds = {kind.name.lower(): kind for kind in Kind}
    return Timeline(
        tuple(
            Event(START + timedelta(minutes=at), kinds[name], "", Basis.MEASURED, "test")
            for name, at in sorted(minutes.items(), key=lambda item: item[1])
        )
    )


@pytest.mark.parametrize(
    ("leaked", "minutes", "outcome"),
    [
        (False, {"refused": 0}, Outcome.PREVENTED),
        (True, {"alert": 1, "discovered": 2, "contained": 10, "notified": 20}, Outcome.IN_TIME),
        (True, {"discovered": 2, "contained": 10, "notified": 20}, Outcome.LATE),
        (True, {"alert": 1, "discovered": 2, "contained": 5000, "notified": 20}, Outcome.LATE),
        (True, {"alert": 1, "discovered": 2, "contained": 10, "notified": 5000}, Outcome.LATE),
        (True, {"alert": 1, "discovered": 2, "contained": 10}, Outcome.LATE),
        (True, {"alert": 1, "discovered": 2, "notified": 10}, Outcome.NOT_CONTAINED),
        (True, {}, Outcome.NOT_CONTAINED),
        (
            True,
            {"alert": 1, "discovered": 2, "contained": 5, "last_access": 9, "notified": 3},
            Outcome.NOT_CONTAINED,
        ),
    ],
)
def test_the_outcome_follows_from_the_timeline(leaked, minutes, outcome):
    assert judge(timeline(**minutes), WINDOW, leaked=leaked) is outcome


def test_a_containment_that_did_not_hold_has_no_time():
    slipped = timeline(discovered=2, contained=5, last_access=9)
    held = timeline(discovered=2, last_access=4, contained=5)
    times = [one.since_discovery(Kind.CONTAINED) for one in (slipped, held)]
    assert times == [None, timedelta(minutes=3)]


def test_the_last_minute_of_the_window_is_in_time_and_the_next_is_not():
    def at(minutes):
        one = timeline(alert=0, discovered=0, contained=minutes, notified=1)
        return judge(one, WINDOW, leaked=True)

    assert (at(72 * 60), at(72 * 60 + 1)) == (Outcome.IN_TIME, Outcome.LATE)

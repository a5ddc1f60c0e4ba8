"""Containment is proven by a refused replay, or not at all."""

from datetime import timedelta

from simulator.response.proof import EVERY, GIVE_UP_AFTER, prove
from simulator.timeline import Basis, Kind
from tests.response.scenes import START, outcome, scene


def test_a_refused_replay_is_proof():
    one = scene()
    assert outcome(one, prove(one)) is True
    assert one.contained.triggered
    assert [(e.kind, e.basis) for e in one.events] == [(Kind.CONTAINED, Basis.MEASURED)]


def test_a_replay_that_still_succeeds_is_repeated_until_it_is_refused():
    one = scene(open_for=7)
    assert outcome(one, prove(one)) is True
    assert one.events[0].at - START == 7 * EVERY
    assert "replay 8" in one.events[0].what


def test_a_door_that_stays_open_is_never_called_closed():
    one = scene(open_for=10_000)
    assert outcome(one, prove(one)) is False
    assert not one.contained.triggered
    assert one.clock.now - START == GIVE_UP_AFTER
    assert one.events == []


def test_replays_are_told_from_what_the_intruder_did():
    one = scene(open_for=2)
    one.twin.exchanges.append("the intruder's own")
    outcome(one, prove(one))
    assert one.probes == {1, 2, 3}


def test_proof_is_given_once():
    one = scene()
    outcome(one, prove(one))
    later = one.clock.now + timedelta(hours=1)
    one.clock.run_until(later)
    outcome(one, prove(one))
    assert len(one.events) == 1

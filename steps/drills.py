"""Breaching the twin, and what the response must achieve."""

from typing import TYPE_CHECKING

import pytest
from pytest_bdd import parsers, then, when

from simulator.estate.model import Estate
from simulator.timeline import Kind, Outcome
from steps.run import Run

if TYPE_CHECKING:  # loaded by the run that holds a drill, and by no other
    from simulator.drill import Drill

DISCOVERED = "counted from discovery"


@when("an intruder reads the customer containers without signing in", target_fixture="drill")
def an_intruder_without_signing_in(estate: Estate, run: Run) -> "Drill":
    """Drill T1619 and T1530 with no credential at all."""
    return _drill(run, "public-container", estate)


@when(
    "an intruder reads the customer containers with a stolen workload token", target_fixture="drill"
)
def an_intruder_with_a_stolen_token(estate: Estate, run: Run) -> "Drill":
    """Drill T1528 and T1530 with the token of the application that reads the containers."""
    return _drill(run, "stolen-token", estate)


@then("the intruder gets nothing")
def the_intruder_gets_nothing(drill: "Drill") -> None:
    """The attack was really tried, and refused."""
    if drill.outcome is not Outcome.PREVENTED:
        pytest.fail(f"the intruder got {len(drill.received)} blobs.\n{story(drill)}", pytrace=False)


@then("any leak is detected by a declared rule")
def any_leak_is_detected(drill: "Drill") -> None:
    """Nothing leaked, or one of the estate's own Sentinel rules fired."""
    if drill.outcome is not Outcome.PREVENTED and not drill.detected:
        pytest.fail(f"no declared rule detects the leak.\n{story(drill)}", pytrace=False)


@then("any leak is contained within the response window")
def any_leak_is_contained(drill: "Drill") -> None:
    """Nothing leaked, or the intruder's last successful request is refused in time."""
    _in_time(drill, Kind.CONTAINED, "contained")


@then("the people who must act are told within the response window")
def the_people_are_told(drill: "Drill") -> None:
    """Nothing leaked, or privacy, legal and security people know in time."""
    _in_time(drill, Kind.NOTIFIED, "told to the people who must act")


@then("the leak is detected, contained and told within the response window")
def the_leak_is_handled(drill: "Drill") -> None:
    """Something did leak, and the response was in time in every respect."""
    if drill.outcome is not Outcome.IN_TIME:
        pytest.fail(f"the drill ended {drill.outcome.value}.\n{story(drill)}", pytrace=False)


@then(parsers.parse('no rule detects the leak because "{reason}"'))
def no_rule_detects_because(reason: str, drill: "Drill") -> None:
    """Something leaked unseen, and the drill says why in these words.

    For example: no rule detects the leak because "no diagnostic setting sends the blob reads"
    """
    if drill.detected or drill.outcome is Outcome.PREVENTED:
        pytest.fail(f"the drill ended {drill.outcome.value}.\n{story(drill)}", pytrace=False)
    if not any(reason in given for given in drill.reasons):
        pytest.fail(f"not for that reason.\n{story(drill)}", pytrace=False)


def _drill(run: Run, attack: str, estate: Estate) -> "Drill":
    held = run.drill(attack, estate)
    if held.drill is not None:
        return held.drill
    if held.broke_off:
        pytest.fail(f"drill could not be completed: {held.why_not}", pytrace=False)
    pytest.skip(f"not drillable: {held.why_not}")


def _in_time(drill: "Drill", kind: Kind, what: str) -> None:
    if drill.outcome is Outcome.PREVENTED or drill.within_window(kind):
        return
    took = drill.timeline.since_discovery(kind)
    spent = "never" if took is None else f"after {took}"
    pytest.fail(
        f"{what} {spent}, {DISCOVERED} (window {drill.window}).\n{story(drill)}", pytrace=False
    )


def story(drill: "Drill") -> str:
    """The drill in words: why it went as it did, and its timeline."""
    lines = [f"{drill.attack.title} on {drill.account}: {drill.outcome.value}"]
    lines += [f"  because {reason}" for reason in drill.reasons]
    lines += [
        f"  {event.at:%Y-%m-%d %H:%M:%S}  {event.kind.value:<13} {event.what} [{event.basis.value}]"
        for event in drill.timeline.events
    ]
    return "\n".join(lines)

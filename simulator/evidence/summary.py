"""What a run came to, in sentences that a manager can read."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from simulator.evidence.ledger import Json
from simulator.evidence.wording import counted, duration, limit, number

OUTCOMES = {
    "failed": "Failed",
    "unknown": "Unknown",
    "waived": "Waived",
    "passed": "Passed",
    "not-applicable": "Not applicable",
}
"""What the outcomes of a control are called, and what it may count as; those to act on first."""

WAIVER_STATES = {
    "expired": "Expired",
    "changed": "Void: the value changed",
    "uncompensated": "Void: not made up for",
    "in-force": "In force",
    "unused": "Unused",
    "not-assessed": "Not assessed",
}
"""What the states of a waiver are called, the ones to act on first."""

DRILL_OUTCOMES = {
    "prevented": "Prevented",
    "in-time": "In time",
    "late": "Late",
    "not-contained": "Not contained",
    "not-drillable": "Not drilled",
    "not-completed": "Not completed",
}
"""What the outcomes of a drill are called."""

DELTAS = {
    "improved": "Improved",
    "unchanged": "Unchanged",
    "worsened": "Worsened",
    "not-comparable": "Not comparable",
}
"""What the difference to the base estate is called."""

NOT_HELD = ("not-drillable", "not-completed")
"""The outcomes of a drill that says nothing about the estate."""

_BADLY = ("late", "not-contained")


def headline(ledger: Mapping[str, Json]) -> str:
    """The run in one sentence; nothing unknown or undone reads as good."""
    return f"{_controls(tally(ledger))}; {_drills(ledger['drills'])}."


def tally(ledger: Mapping[str, Json]) -> dict[str, int]:
    """How many controls count as what, with every word that there is."""
    counts = Counter(control["counts_as"] for control in ledger["controls"])
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def _controls(counts: Mapping[str, int]) -> str:
    total, waived = sum(counts.values()), counts["waived"]
    if not total:
        return "No control was assessed"
    if counts["failed"] or counts["unknown"]:
        more = f", {waived} more waived" if waived else ""
        return f"{_unproven(counts, total)}{more}"
    if waived:
        do = "does not pass and is" if waived == 1 else "do not pass and are"
        return f"{waived} of {counted(total, 'control')} {do} waived"
    if counts["passed"] == total:
        return f"All {total} controls passed" if total > 1 else "The one control assessed passed"
    if counts["passed"]:
        return "Every control that applies passed"
    return f"None of {counted(total, 'control')} applies"


def _unproven(counts: Mapping[str, int], total: int) -> str:
    if counts["failed"]:
        return f"{counts['failed']} of {counted(total, 'control')} failed"
    return f"No control failed, but {counts['unknown']} of {total} cannot be judged"


def _drills(drills: list[Json]) -> str:
    held = [drill for drill in drills if drill["outcome"] not in NOT_HELD]
    if not held:
        return "no drill could be held" if drills else "no drill was held"
    badly = sum(drill["outcome"] in _BADLY for drill in held)
    undone = len(drills) - len(held)
    rest = f", {undone} could not be held" if undone else ""
    if badly:
        of = f"{badly} of {counted(len(held), 'drill')}"
        return f"in {of} the leak was not seen, stopped and told in time{rest}"
    handled = {
        frozenset({"prevented"}): "prevented",
        frozenset({"in-time"}): "seen, stopped and told in time",
    }
    outcomes = frozenset(drill["outcome"] for drill in held)
    well = handled.get(outcomes, "prevented, or seen, stopped and told in time")
    return f"{_all(len(held))} {well}{rest}"


def _all(attacks: int) -> str:
    few = {1: "the attack drilled was", 2: "both attacks drilled were"}
    return few.get(attacks, f"all {attacks} attacks drilled were")


def drill_sentence(drill: Json, window: Json) -> str:
    """A drill in one sentence, without its title.

    ``window`` is the response window's row among the deadlines of the drill's exposure; ``None``
    if there is none.
    """
    if drill["outcome"] in NOT_HELD:
        what = DRILL_OUTCOMES[drill["outcome"]].lower()
        return f"{what}: {'; '.join(drill['reasons'])}."
    if drill["outcome"] == "prevented":
        return (
            f"prevented. It was really tried: {drill['refused']} of "
            f"{counted(drill['requests'], 'request')} refused, no customer data received."
        )
    found = (
        f"seen by a declared rule {seen(drill)}"
        if drill["durations"]["access_to_alert"] is not None
        else f"seen by no declared rule, {_step('discovered', discovered(drill))}"
    )
    people = "nobody told" if (when := told(drill)) == "nobody" else f"people told {when}"
    return (
        f"{found}, {_step('shut out', shut_out(drill))}, {people}. {window_sentence(drill, window)}"
    )


def _step(done: str, when: str) -> str:
    return f"never {done}" if when == "never" else f"{done} {when}"


def window_sentence(drill: Json, window: Json) -> str:
    """Whether the response window was met."""
    met = None if window is None else window["met"]
    words = {True: "met", False: "not met", None: "not judged"}[met]
    return f"Response window {limit(drill['window'])}: {words}."


def seen(drill: Json) -> str:
    """When one of the estate's own rules first fired."""
    return _first(drill, "alert", drill["durations"]["access_to_alert"]) or "by none"


def discovered(drill: Json) -> str:
    """When somebody who could act came to know."""
    took = drill["durations"]["access_to_discovery"]
    nothing = "nothing to discover" if drill["outcome"] == "prevented" else "never"
    return _first(drill, "discovered", took) or nothing


def shut_out(drill: Json) -> str:
    """When the intruder's last successful request was first refused."""
    took = drill["durations"]["discovery_to_containment"]
    if drill["outcome"] == "prevented":
        return "kept out from the start"
    if drill["outcome"] == "not-contained":
        return "never"
    return _first(drill, "contained", None) if took is None else relative(took, "discovery")


def told(drill: Json) -> str:
    """When the people who must act were told."""
    took = drill["durations"]["discovery_to_notification"]
    if took is None:
        nobody = "nothing to tell" if drill["outcome"] == "prevented" else "nobody"
        return _first(drill, "notified", None) or nobody
    return relative(took, "discovery")


def _first(drill: Json, kind: str, since_access: float | None) -> str:
    """When the first event of a kind came: after first access, else after the start; or ``""``."""
    if since_access is not None:
        return relative(since_access, "first access")
    times = [datetime.fromisoformat(e["at"]) for e in drill["timeline"] if e["kind"] == kind]
    if not times:
        return ""
    begun = datetime.fromisoformat(drill["timeline"][0]["at"])
    return relative((times[0] - begun).total_seconds(), "the attack began")


def relative(seconds: float, to: str) -> str:
    """A time as it stands to another.

    >>> relative(1140, "discovery"), relative(-60, "discovery"), relative(0, "discovery")
    ('19 min after discovery', '1 min before discovery', 'at once')
    """
    if seconds == 0:
        return "at once"
    return f"{duration(abs(seconds))} {'after' if seconds > 0 else 'before'} {to}"


def received(drill: Json) -> str:
    """How much the intruder got."""
    size = sum(blob["bytes"] for blob in drill["received"])
    return f"{number(size)} bytes of {counted(len(drill['received']), 'blob')}"

"""What a change does: the ledger of the estate after it against that of the estate before it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from simulator.estate.changes import Change
from simulator.evidence.ledger import Json, plain

IMPROVED: Final = "improved"
UNCHANGED: Final = "unchanged"
WORSENED: Final = "worsened"
NOT_COMPARABLE: Final = "not-comparable"

# Nothing to look at is no worse than a pass, and no better.
_CONTROLS: Final = {"failed": 0, "unknown": 1, "passed": 2, "not-applicable": 2}
_DRILLS: Final = {"not-contained": 0, "late": 1, "in-time": 2, "prevented": 3}
_TIMES: Final = {
    "detected": "access_to_alert",
    "contained": "discovery_to_containment",
    "notified": "discovery_to_notification",
}
"""The times that are compared, in seconds, and what they are called among a drill's durations."""


def compared(
    ledger: Mapping[str, Json],
    base: Mapping[str, Json],
    changes: Iterable[Change],
    renamed: Mapping[str, str],
) -> dict[str, Json]:
    """``ledger`` with the part ``base``: how it differs from the ledger of the estate before.

    ``changes`` are those between the two estates, and ``renamed`` gives for an address before the
    address after, where both are known to be one resource.
    """
    before = {drill["attack"]["id"]: drill for drill in base["drills"]}
    verdicts = {control["id"]: control for control in base["controls"]}
    return {
        **ledger,
        "base": {
            **base["run"]["estate"],
            "controls": [
                _control(verdicts[control["id"]], control, renamed)
                for control in ledger["controls"]
                if control["id"] in verdicts
            ],
            "drills": [
                _drill(before[drill["attack"]["id"]], drill)
                for drill in ledger["drills"]
                if drill["attack"]["id"] in before
            ],
            "changes": [plain(change) for change in changes],
        },
    }


def _control(before: Json, after: Json, renamed: Mapping[str, str]) -> dict[str, Json]:
    new = _without(after["findings"], before["findings"], renamed, {})
    gone = _without(before["findings"], after["findings"], {}, renamed)
    return {
        "id": after["id"],
        "before": before["outcome"],
        "after": after["outcome"],
        "delta": _delta(before["outcome"], after["outcome"], new, gone),
        "new": [_reference(finding) for finding in new],
        "gone": [_reference(finding) for finding in gone],
    }


def _without(
    findings: Sequence[Json],
    others: Sequence[Json],
    their_names: Mapping[str, str],
    our_names: Mapping[str, str],
) -> list[Json]:
    """The findings that are not among the others, whose addresses may be those of before."""
    there = Counter(_key(finding, their_names) for finding in others)
    left = []
    for finding in findings:
        key = _key(finding, our_names)
        if there[key]:
            there[key] -= 1
        else:
            left.append(finding)
    return left


def _key(finding: Json, renamed: Mapping[str, str]) -> tuple[str, str, bool]:
    address = finding["address"]
    return renamed.get(address, address), finding["attribute"], finding["unknown"]


def _delta(before: str, after: str, new: Sequence[Json], gone: Sequence[Json]) -> str:
    if _CONTROLS[before] != _CONTROLS[after]:
        return IMPROVED if _CONTROLS[after] > _CONTROLS[before] else WORSENED
    for unknown in (False, True):  # what fails weighs more than what is not known
        if any(finding["unknown"] is unknown for finding in new):
            return WORSENED
        if any(finding["unknown"] is unknown for finding in gone):
            return IMPROVED
    return UNCHANGED


def _reference(finding: Json) -> dict[str, Json]:
    return {
        name: finding[name]
        for name in ("address", "origin", "attribute", "actual", "severity", "unknown")
    }


def _drill(before: Json, after: Json) -> dict[str, Json]:
    states = [_state(before), _state(after)]
    return {
        "attack": after["attack"]["id"],
        "before": states[0],
        "after": states[1],
        "delta": _drill_delta(*states),
    }


def _state(drill: Json) -> dict[str, Json]:
    durations = drill.get("durations", {})
    times = {name: durations.get(source) for name, source in _TIMES.items()}
    return {"outcome": drill["outcome"], **times, "reasons": list(drill["reasons"])}


def _drill_delta(before: Json, after: Json) -> str:
    """Worse if the outcome is, or else if a step is not reached any more.

    How much later a step comes is told and not judged: most of it is drawn, and another estate
    makes other draws of the same seed.
    """
    ranks = [_DRILLS.get(state["outcome"]) for state in (before, after)]
    if ranks[0] is None or ranks[1] is None:
        return NOT_COMPARABLE
    if ranks[0] != ranks[1]:
        return IMPROVED if ranks[1] > ranks[0] else WORSENED
    reached = [{name for name in _TIMES if state[name] is not None} for state in (before, after)]
    if reached[0] - reached[1]:
        return WORSENED
    return IMPROVED if reached[1] - reached[0] else UNCHANGED

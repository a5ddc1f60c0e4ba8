"""What a change takes away: whatever protected data in the estate before it and no longer does."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.change.both import Both, both
from simulator.controls.change.control import CHANGE
from simulator.controls.change.granted import granted
from simulator.controls.change.guards import GUARDS
from simulator.controls.change.opened import opened
from simulator.controls.change.policies import slackened
from simulator.controls.change.removed import KEPT_IN, removed, replaced, turned_away, unprotected
from simulator.controls.change.table import PROTECTIONS
from simulator.controls.change.weakened import weakened
from simulator.controls.findings import once
from simulator.controls.redaction import redacted
from simulator.controls.verdict import Finding, Verdict, not_applicable, verdict
from simulator.estate.address import parse_address
from simulator.estate.model import Estate, Gap, Origin

_ABOUT: Final = frozenset({*PROTECTIONS, *GUARDS, *KEPT_IN})


def taken_away(before: Estate, after: Estate) -> Verdict:
    """The verdict on the change from one estate to the other.

    It fails for each protection that is gone, weaker or opened up, even where what is left still
    meets every control. What is renamed, moved, or replaced by what protects the same thing as well
    is no removal. Where a part of either estate cannot be read, it does not pass.
    """
    made = both(before, after)
    looked_at = [one for one in before.resources if one.stays and one.type in _ABOUT]
    findings = once(_findings(made))
    if not looked_at and not findings:
        return not_applicable(CHANGE.id, "protection in the estate before the change")
    return redacted(before, redacted(after, verdict(CHANGE.id, looked_at, findings)))


def _findings(made: Both) -> Iterator[Finding]:
    yield from removed(made)
    for one, other in made.pairs:
        yield from replaced(made, one, other)
        yield from weakened(made, one, other)
        yield from turned_away(made, one, other)
        yield from unprotected(made, one, other)
    yield from slackened(made)
    yield from opened(made)
    yield from granted(made)
    gaps = {gap.where: (gap, made.before) for gap in made.before.gaps if _matters(gap)}
    gaps |= {gap.where: (gap, made.after) for gap in made.after.gaps if _matters(gap)}
    yield from (_unread(gap, estate) for gap, estate in gaps.values())


def _matters(gap: Gap) -> bool:
    """Whether a protection may be in the part that could not be read."""
    try:
        return parse_address(gap.where).type in _ABOUT
    except ValueError:
        return True  # a module, a file or a part of a subscription: anything may be in it


def _unread(gap: Gap, estate: Estate) -> Finding:
    return Finding(
        address=gap.where,
        origin=gap.origin or Origin(estate.source),
        attribute="configuration",
        actual=f"could not be read: {gap.why}",
        expected="every part of both estates readable",
        why="a protection in it may have been taken away",
        remedy="make it readable (run terraform init, name its variables), or read a plan instead",
        severity=CHANGE.severity,
        unknown=True,
    )

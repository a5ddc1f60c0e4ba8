"""Findings that somebody answers for until a day: what a waiver says, and which findings it covers.

A waiver covers a finding only as it was when it was waived. It never removes one: the verdict
stays what it is, and what is waived is said beside it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from simulator.controls.verdict import Finding, Outcome, Verdict
from simulator.estate.model import Origin

WAIVED: Final = "waived"
"""What a control counts as whose every finding is waived; it is no outcome, and no pass."""

LONGEST: Final = 180
"""For how many days from today a finding can be waived."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry of ``waivers.yaml``, written at ``origin``.

    ``address`` may have ``*`` for any characters; ``attribute`` is ``""`` for whichever it is.
    ``actual`` is the finding's, word for word. ``expires`` is the last day on which it counts.
    ``compensating`` is the control that has to pass on the same estate, ``""`` for none.
    """

    control: str
    address: str
    actual: str
    owner: str
    reason: str
    expires: date
    origin: Origin
    attribute: str = ""
    compensating: str = ""

    def is_about(self, finding: Finding) -> bool:
        """Whether it is for this place, whatever is there now.

        Brackets are part of an address, as in ``azurerm_subnet.s["a"]``.
        """
        pattern = ".*".join(map(re.escape, self.address.split("*")))
        here = re.fullmatch(pattern, finding.address, re.DOTALL) is not None
        return here and self.attribute in {"", finding.attribute}


class State(StrEnum):
    """What a waiver comes to in a run; only ``IN_FORCE`` covers anything."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"
    CHANGED = "changed"
    UNCOMPENSATED = "uncompensated"
    UNUSED = "unused"
    NOT_ASSESSED = "not-assessed"


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiver, what became of it and why, and the findings of its control that it covers."""

    waiver: Waiver
    state: State
    why: str
    covers: tuple[Finding, ...] = ()


def standings(
    waivers: Iterable[Waiver],
    verdicts: Mapping[str, Verdict],
    today: date,
    holds: Callable[[str], bool],
) -> tuple[Standing, ...]:
    """What each waiver comes to, given the verdicts by control id.

    ``holds`` says whether a compensating control passes by itself.

    >>> from simulator.controls.verdict import verdict
    >>> here = Origin("main.tf", 3)
    >>> found = Finding("x.a", here, "open", "true", "false", "anyone may read", "open = false")
    >>> old = Waiver("DATA-01", "x.*", "true", "jo", "moving out", date(2026, 3, 1), here)
    >>> judged = {"DATA-01": verdict("DATA-01", ["x.a"], [found])}
    >>> [s.state.value for day in (1, 2) for s in
    ...     standings([old], judged, date(2026, 3, day), lambda _: True)]
    ['in-force', 'expired']
    """
    return tuple(_standing(waiver, verdicts, today, holds) for waiver in waivers)


def _standing(
    waiver: Waiver, verdicts: Mapping[str, Verdict], today: date, holds: Callable[[str], bool]
) -> Standing:
    verdict = verdicts.get(waiver.control)
    if verdict is None:
        why = f"{waiver.control} was not assessed in this run"
        return Standing(waiver, State.NOT_ASSESSED, why)
    there = [finding for finding in verdict.findings if waiver.is_about(finding)]
    as_waived = tuple(finding for finding in there if finding.actual == waiver.actual)
    if not there:
        return Standing(waiver, State.UNUSED, "it matches no finding: take it out")
    if today > waiver.expires:
        return Standing(waiver, State.EXPIRED, f"it expired on {waiver.expires}")
    if not as_waived:
        found = ", ".join(dict.fromkeys(finding.actual for finding in there))
        why = f"the value was {waiver.actual} when it was waived, and is {found}"
        return Standing(waiver, State.CHANGED, why)
    if waiver.compensating and not holds(waiver.compensating):
        why = f"the compensating control {waiver.compensating} does not pass"
        return Standing(waiver, State.UNCOMPENSATED, why)
    return Standing(waiver, State.IN_FORCE, f"until {waiver.expires}", as_waived)


def covering(
    control: str, finding: Finding, standing: Iterable[Standing]
) -> Iterator[tuple[int, Standing]]:
    """The waivers in force that cover a finding of a control, each with its place among all."""
    for place, one in enumerate(standing):
        if one.waiver.control == control and finding in one.covers:
            yield place, one


def left(verdict: Verdict, standing: Iterable[Standing]) -> tuple[Finding, ...]:
    """The findings of a verdict that no waiver in force covers."""
    made = tuple(standing)
    return tuple(f for f in verdict.findings if not any(covering(verdict.control, f, made)))


def counts_as(verdict: Verdict, standing: Iterable[Standing]) -> str:
    """What a verdict counts as beside its waivers: its outcome, a milder one, or ``WAIVED``.

    Where every failure is waived and something unknown is not, that is what is left.
    """
    if not verdict.findings:
        return verdict.outcome.value
    rest = left(verdict, standing)
    if not rest:
        return WAIVED
    return (Outcome.UNKNOWN if all(f.unknown for f in rest) else Outcome.FAILED).value


def as_yaml(control: str, finding: Finding) -> str:
    r"""The entry of ``waivers.yaml`` that would waive a finding; three parts are for its owner.

    >>> from simulator.estate.model import Origin
    >>> print(as_yaml("DATA-01", Finding("x.a", Origin("a.tf"), "tls", '"1.0"', "", "", "")))
    - control: DATA-01
      address: "x.a"
      attribute: "tls"
      actual: "\"1.0\""
      owner:    # who answers for it
      reason:   # why it is accepted
      expires:  # YYYY-MM-DD, at most 180 days from today
    """
    return "\n".join(
        (
            f"- control: {control}",
            f"  address: {_quoted(finding.address)}",
            f"  attribute: {_quoted(finding.attribute)}",
            f"  actual: {_quoted(finding.actual)}",
            "  owner:    # who answers for it",
            "  reason:   # why it is accepted",
            f"  expires:  # YYYY-MM-DD, at most {LONGEST} days from today",
        )
    )


def _quoted(text: str) -> str:
    """``text`` as YAML reads it back, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = (c if c.isprintable() else rf"\U{ord(c):08x}" for c in escaped)
    return f'"{"".join(shown)}"'

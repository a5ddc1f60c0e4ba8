"""What happened in a drill, when, how each time is known, and how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Basis(StrEnum):
    """How an event's time is known."""

    MEASURED = "measured"
    """It really ran: a request was sent, a query was executed, a replay was refused."""
    MODELLED = "modelled"
    """It was put there by a named, cited profile figure."""


class Kind(StrEnum):
    """The kinds of event, in the order in which a well-run response has them."""

    ATTACK_STARTED = "attack-started"
    REFUSED = "refused"
    FIRST_ACCESS = "first-access"
    LAST_ACCESS = "last-access"
    LOG_INGESTED = "log-ingested"
    ALERT = "alert"
    INCIDENT = "incident"
    DISCOVERED = "discovered"
    ACTION = "action"
    ACTION_FAILED = "action-failed"
    CONTAINED = "contained"
    NOTIFIED = "notified"
    NOT_EVALUABLE = "not-evaluable"
    NOTE = "note"


class Outcome(StrEnum):
    """How a drill ended."""

    PREVENTED = "prevented"
    """The attack was really tried and got nothing."""
    IN_TIME = "in-time"
    """Detected by the estate's own rules, contained and notified within the window."""
    LATE = "late"
    """Contained and notified in the end, but not within the window, or seen only by outsiders."""
    NOT_CONTAINED = "not-contained"
    """The intruder's last successful request still succeeds at the end."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    ``at`` is simulated time. ``source`` says what gives the time: what ran, or the profile figure
    with its citation. ``measured_seconds`` is the real duration of what ran, kept apart because it
    differs from run to run. ``declared`` names the Terraform resource that made it happen (address
    and place), ``""`` if none did.
    """

    at: datetime
    kind: Kind
    what: str
    basis: Basis
    source: str
    declared: str = ""
    measured_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of a drill, in order of time (ties in order of occurrence)."""

    events: tuple[Event, ...]

    def first(self, kind: Kind) -> Event | None:
        """The first event of a kind, or ``None`` if there is none."""
        return next((e for e in self.events if e.kind is kind), None)

    def last(self, kind: Kind) -> Event | None:
        """The last event of a kind, or ``None`` if there is none."""
        return next((e for e in reversed(self.events) if e.kind is kind), None)

    def contained(self) -> Event | None:
        """The containment after which the intruder got nothing more, or ``None``."""
        last = self.last(Kind.LAST_ACCESS)
        proofs = (event for event in self.events if event.kind is Kind.CONTAINED)
        return next((event for event in proofs if last is None or event.at >= last.at), None)

    def since_discovery(self, kind: Kind) -> timedelta | None:
        """From discovery to a step of the response; containment is that which held."""
        discovered = self.first(Kind.DISCOVERED)
        step = self.contained() if kind is Kind.CONTAINED else self.first(kind)
        return None if discovered is None or step is None else step.at - discovered.at

    def between(self, start: Kind, end: Kind) -> timedelta | None:
        """From the first ``start`` to the first ``end``; ``None`` if either did not happen."""
        first, last = self.first(start), self.first(end)
        return None if first is None or last is None else last.at - first.at

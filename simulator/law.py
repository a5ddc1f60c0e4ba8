"""The law that a leak of Californians' data meets: dated figures, clocks and how days are counted.

The figures are in ``law.toml``, each with its citation and how sure it is. Not legal advice.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CALIFORNIA = ZoneInfo("America/Los_Angeles")
DOSSIER_WINDOW = timedelta(hours=72)
_SHIPPED = Path(__file__).with_name("law.toml")


class Certainty(StrEnum):
    """How a statement of law is known."""

    TEXT = "wording read in a third-party copy of the text, not in the official publication"
    SECONDARY = "secondary sources (law firms, regulators quoted); the text itself was not read"
    NOT_LAW = "not law"


@dataclass(frozen=True, slots=True)
class Provision:
    """A statement of law, or of what is not law, in plain words."""

    words: str
    citation: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole US dollars per consumer per incident, in force from ``since`` through ``until``."""

    since: date
    until: date
    low: int
    high: int
    citation: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit as it stands for one leak.

    ``starts`` and ``due`` are ``None`` if it does not run. ``due`` is its last moment: of a limit
    in calendar days, the last second of the last day in California. ``met`` is ``None`` where
    nothing here can tell. ``law`` is ``False`` for a target that no law sets.
    """

    id: str
    title: str
    applies: bool
    why: str
    starts: datetime | None
    due: datetime | None
    met: bool | None
    law: bool
    provision: Provision


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit: ``length`` in whole days of the calendar if ``calendar_days``, else elapsed.

    ``since`` is the first start for which the limit is known here. With ``more_than``, the limit
    applies above that number of people only. ``other_regime`` marks limits that are not
    California's and run only for a company that says it is subject to them.
    """

    id: str
    title: str
    length: timedelta
    calendar_days: bool
    since: date | None
    starts: str
    ends: str
    applies: str
    more_than: int
    other_regime: bool
    provision: Provision

    def deadline(self, start: datetime | None, *, applies: bool, of: str = "") -> Deadline:
        """The limit if it starts then; ``None`` if what starts it has not happened.

        ``of`` says what ``applies`` was judged on, for the reader.
        """
        known = start is None or self.since is None or local_date(start) >= self.since
        due: datetime | None = None
        if not applies:
            why = f"does not apply; it would if {self.applies}"
        elif start is None:
            why = f"applies, but does not run yet; it starts with {self.starts}"
        elif not known:
            why = f"no figure is known here for a start before {self.since}"
        else:
            why = f"applies: {self.applies}"
            due = last_day(start, self.length.days) if self.calendar_days else start + self.length
        return Deadline(
            id=self.id,
            title=self.title,
            applies=applies,
            why=f"{why} ({of})" if of else why,
            starts=None if due is None else start,
            due=due,
            met=None,
            law=True,
            provision=self.provision,
        )


@dataclass(frozen=True, slots=True)
class Damages:
    """The possible range of statutory damages, in whole US dollars.

    ``consumers`` are the Californians who lost an element of Civ. Code 1798.150 in the clear.
    ``minimum`` and ``maximum`` are ``None`` where the dated table has no figure.
    """

    consumers: int
    incident: date | None
    per_consumer: tuple[int, int] | None
    minimum: int | None
    maximum: int | None
    words: str
    citation: str
    certainty: Certainty
    conditions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """What ``law.toml`` holds."""

    damages: tuple[Amount, ...]
    conditions: tuple[Provision, ...]
    clocks: Mapping[str, Clock]

    def damages_on(self, incident: date) -> Amount | None:
        """The statutory damages for an incident on that date in California; ``None`` if not tabled.

        >>> law().damages_on(date(2026, 12, 31)).high, law().damages_on(date(2024, 12, 31)).high
        (799, 750)
        >>> law().damages_on(date(2027, 1, 1)) is None
        True
        """
        return next((a for a in self.damages if a.since <= incident <= a.until), None)


@cache
def law() -> Law:
    """The shipped tables."""
    data = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
    clocks = [_clock(entry) for entry in data["clock"]]
    return Law(
        damages=tuple(
            Amount(**{**entry, "certainty": Certainty[entry["certainty"].upper()]})
            for entry in data["damages"]
        ),
        conditions=tuple(_provision(entry) for entry in data["condition"]),
        clocks={clock.id: clock for clock in clocks},
    )


def _provision(entry: Mapping[str, Any]) -> Provision:
    certainty = Certainty[entry["certainty"].upper()]
    return Provision(entry["words"], entry["citation"], certainty)


def _clock(entry: Mapping[str, Any]) -> Clock:
    in_days = "days" in entry
    return Clock(
        id=entry["id"],
        title=entry["title"],
        length=timedelta(days=entry["days"]) if in_days else timedelta(hours=entry["hours"]),
        calendar_days=in_days,
        since=entry.get("since"),
        starts=entry["starts"],
        ends=entry["ends"],
        applies=entry["applies"],
        more_than=entry.get("more_than", 0),
        other_regime=entry.get("other_regime", False),
        provision=_provision(entry),
    )


def damages(consumers: int, incident: date | None) -> Damages:
    """The range for so many Californians with a listed element, by the date of the incident.

    >>> range_ = damages(250_000, date(2026, 6, 1))
    >>> range_.minimum, range_.maximum
    (26750000, 199750000)
    >>> damages(1, date(2027, 1, 1)).words
    'No figure: the table has none for 2027-01-01; it covers 2020-01-01 to 2026-12-31.'
    """
    table = law().damages
    amount = None if incident is None else law().damages_on(incident)
    low, high = (
        (None, None) if amount is None else (consumers * amount.low, consumers * amount.high)
    )
    words = "A possible range if every condition is met for each of them; not a prediction."
    if consumers == 0:
        low, high = 0, 0
        words = "No Californian lost a listed element in the clear: no statutory damages."
    elif amount is None:
        words = (
            f"No figure: the table has none for {incident or 'an incident without a date'};"
            f" it covers {table[0].since} to {table[-1].until}."
        )
    source = amount or table[-1]
    return Damages(
        consumers=consumers,
        incident=incident,
        per_consumer=None if amount is None else (amount.low, amount.high),
        minimum=low,
        maximum=high,
        words=words,
        citation=source.citation,
        certainty=source.certainty,
        conditions=law().conditions,
    )


def local_date(moment: datetime) -> date:
    """The date in California at a moment (an aware datetime, else ``ValueError``).

    >>> from datetime import UTC
    >>> local_date(datetime(2026, 6, 1, 6, 59, tzinfo=UTC))
    datetime.date(2026, 5, 31)
    """
    if moment.tzinfo is None:
        raise ValueError("a legal clock needs a time with its zone")
    return moment.astimezone(CALIFORNIA).date()


def last_day(start: datetime, days: int) -> datetime:
    """The last second of a limit of ``days`` calendar days that starts at ``start``.

    The first day is excluded and the last included (Gov. Code 6800, wording read in a third-party
    copy). That section lets a limit that would end on a holiday run on. This never does, nor past a
    weekend, so that the answer is never later than the law's.

    >>> from datetime import UTC
    >>> last_day(datetime(2026, 6, 1, 9, tzinfo=UTC), 30).isoformat()
    '2026-07-01T23:59:59-07:00'
    """
    return end_of_day(local_date(start) + timedelta(days=days))


def end_of_day(day: date) -> datetime:
    """The last second of a date in California."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=CALIFORNIA)


def window_title(window: timedelta) -> str:
    """What the response window is called, and what it is not.

    >>> window_title(timedelta(hours=72))
    "72-hour response window: the dossier's target, not a CPRA or California deadline"
    """
    hours = window.total_seconds() / 3600
    whose = "the dossier's target" if window == DOSSIER_WINDOW else "this run's own target"
    return f"{hours:g}-hour response window: {whose}, not a CPRA or California deadline"

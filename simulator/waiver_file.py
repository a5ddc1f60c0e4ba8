"""``waivers.yaml``: the entries that a team writes, refused whole if one of them is no good.

A waiver that is half understood would let a finding through, so nothing is guessed or left out.
"""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from simulator.controls.waivers import LONGEST, Waiver
from simulator.estate.model import Origin
from simulator.yaml_entries import Entry, read_entries

_OPTIONAL: Final = ("attribute", "compensating")
_NEEDED: Final = tuple(f.name for f in fields(Waiver) if f.name not in {*_OPTIONAL, "origin"})


def read_waivers(
    file: Path, today: date, controls: Collection[str], compensating: Collection[str]
) -> tuple[Waiver, ...]:
    """The waivers in a file, in the order written.

    ``controls`` are those that can be waived, and ``compensating`` those that can make up for it.
    Raises ``EntriesError`` for a file that cannot be read or an entry that is no good.
    """
    entries = read_entries(file, _NEEDED, _OPTIONAL)
    return tuple(_without_duplicates(entries, today, controls, compensating))


def _without_duplicates(
    entries: Collection[Entry], today: date, controls: Collection[str], others: Collection[str]
) -> Iterator[Waiver]:
    first: dict[tuple[str, ...], int] = {}
    for entry in entries:
        waiver = _waiver(entry, today, controls, others)
        same = (waiver.control, waiver.address, waiver.attribute, waiver.actual)
        if same in first:
            raise entry.error(f"it waives the same as the entry at line {first[same]}")
        first[same] = entry.line
        yield waiver


def _waiver(
    entry: Entry, today: date, controls: Collection[str], others: Collection[str]
) -> Waiver:
    said = {key: entry.text(key) for key in ("control", "address", "owner", "reason", *_OPTIONAL)}
    for key in ("address", "owner", "reason"):
        if not said[key]:
            raise entry.error(f"{key} is empty")
    for key, known in (("control", controls), ("compensating", ("", *others))):
        if said[key] not in known:
            listed = ", ".join(filter(None, known))
            raise entry.error(f"{key}: there is no control {said[key]!r}; there are {listed}")
    if said["control"] == said["compensating"]:
        raise entry.error("a control cannot make up for itself: name another as compensating")
    origin = Origin(str(entry.file), entry.line)
    return Waiver(**said, actual=_actual(entry), expires=_expiry(entry, today), origin=origin)


def _actual(entry: Entry) -> str:
    """The waived value in words, as a finding has it; people write ``true`` without quotes."""
    actual = entry.values["actual"]
    return str(actual).lower() if isinstance(actual, bool) else str(actual)


def _expiry(entry: Entry, today: date) -> date:
    written = entry.values["expires"]
    try:
        expires = date.fromisoformat(str(written))
    except ValueError:
        raise entry.error(f"expires must be a date such as {today}, not {written!r}") from None
    latest = today + timedelta(days=LONGEST)
    if expires > latest:
        raise entry.error(
            f"expires {expires} is more than {LONGEST} days ahead: {latest} is the latest"
        )
    return expires

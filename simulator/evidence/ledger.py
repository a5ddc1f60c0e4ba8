"""The Ledger: the one record of a run. Every report is rendered from it and from nothing else.

It is plain JSON data. Apart from the run header and measured durations, the same estate and seed
give the same ledger, byte for byte, as long as the same waivers are in force.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from simulator.controls.verdict import Control, Verdict
from simulator.controls.waivers import Standing, counts_as, covering
from simulator.estate.model import Estate
from simulator.evidence.personal_information import told
from simulator.mutation.shipped import shipped
from simulator.timeline import Kind

if TYPE_CHECKING:  # a ledger of controls alone loads nothing that a drill needs
    from simulator.drill import Drill
    from simulator.exposure import Exposure

Json: TypeAlias = Any
"""Data that JSON can hold."""

SCHEMA_FILE = Path(__file__).with_name("ledger.schema.json")


@dataclass(frozen=True, slots=True)
class Header:
    """What a run was: the tool, when it began (real time), and what it was asked to do.

    ``unknown`` is what a control that cannot be judged did to its scenario: ``fail`` or ``report``.
    """

    tool: str
    started: datetime
    seed: int
    window: timedelta
    profile: str
    unknown: str = "fail"


@dataclass(frozen=True, slots=True)
class Drilled:
    """A drill and what its leak means; or, in place of both, why it could not be held.

    ``broke_off`` says that it began and could not be completed.
    """

    attack: str
    drill: "Drill | None"
    exposure: "Exposure | None"
    why_not: str = ""
    broke_off: bool = False


def ledger(
    header: Header,
    estate: Estate,
    assessed: Iterable[tuple[Control, Verdict]],
    drilled: Iterable[Drilled],
    standing: Sequence[Standing] = (),
) -> dict[str, Json]:
    """The ledger of a run, as data that ``ledger.schema.json`` describes.

    ``standing`` is what became of each waiver; a finding names its waivers by their place in it.
    """
    held = tuple(drilled)
    return {
        "schema": 1,
        "run": {
            **plain(header),
            "estate": _estate(estate),
        },
        "controls": [_control(control, verdict, standing) for control, verdict in assessed],
        "drills": [_drill(one) for one in held],
        "montecarlo": [],
        "mutation": _mutation(),
        "personal_information": told(estate),
        "exposure": [_exposure(one.attack, one.exposure) for one in held if one.exposure],
        "waivers": [_waiver(one) for one in standing],
    }


@cache
def schema() -> Mapping[str, Json]:
    """The JSON Schema of the ledger (draft 2020-12)."""
    loaded: dict[str, Json] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def ledger_text(ledger: Mapping[str, Json]) -> str:
    """The ledger as ``ledger.json`` holds it; what UTF-8 cannot hold is escaped as JSON does."""
    text = json.dumps(ledger, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # A name that was no UTF-8 on disk arrives as lone surrogates, which JSON can escape.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def digest(ledger: Mapping[str, Json]) -> str:
    """The SHA-256 of ``ledger.json``, by which a report says which ledger it was rendered from."""
    return hashlib.sha256(ledger_text(ledger).encode()).hexdigest()


def comparable(ledger: Mapping[str, Json]) -> dict[str, Json]:
    """The ledger without the run header and the measured durations.

    What is left is the same for the same estate and seed.
    """
    kept = {part: entries for part, entries in ledger.items() if part != "run"}
    return kept | {"drills": [_without_measurements(drill) for drill in ledger["drills"]]}


def _without_measurements(drill: Mapping[str, Json]) -> dict[str, Json]:
    events = drill.get("timeline", [])
    kept = [{k: v for k, v in event.items() if k != "measured_seconds"} for event in events]
    return {**drill, "timeline": kept}


def plain(value: object) -> Json:  # noqa: PLR0911 - one answer for each kind of value
    """Frozen values as JSON data: durations in seconds, dates in ISO 8601, sets in order.

    Raises ``TypeError`` for what JSON cannot hold: silence would surface far from its cause.

    >>> plain((timedelta(minutes=2), Kind.ALERT, frozenset({"b", "a"})))
    [120.0, 'alert', ['a', 'b']]
    >>> plain({"password": b"bytes"})
    Traceback (most recent call last):
    TypeError: bytes is not JSON data
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {_key(key): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case tuple() | list():
            return [plain(item) for item in value]
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
    raise TypeError(f"{type(value).__name__} is not JSON data")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{type(key).__name__} is not a key of JSON data")
    return str(key)


def _mutation() -> Json:
    """How well these controls see harm on the reference estate; ``None`` if nobody has measured."""
    made = shipped()
    keys = ("score", "mutants", "killed", "killed_as_unknown", "survived", "noisy", "not_killed")
    return None if made is None else {"estate": made["estate"], **{key: made[key] for key in keys}}


def _estate(estate: Estate) -> dict[str, Json]:
    return {
        "source": estate.source,
        "reader": estate.reader,
        "why": estate.why,
        "resources": len(estate.resources),
        "gaps": [_gap(gap.where, gap.why, str(gap.origin or "")) for gap in estate.gaps],
        "removals": [
            {"address": removal.resource.address, "fate": removal.fate.value}
            for removal in estate.removals
        ],
        "drift": plain(estate.drift),
    }


def _gap(where: str, why: str, origin: str) -> dict[str, str]:
    return {"where": where, "why": why, "origin": origin}


def _control(control: Control, verdict: Verdict, standing: Sequence[Standing]) -> dict[str, Json]:
    return {
        "id": control.id,
        "title": control.title,
        "gap": control.gap,
        "severity": control.severity.value,
        "outcome": verdict.outcome.value,
        "counts_as": counts_as(verdict, standing),
        "citations": list(control.citations),
        "frameworks": {name: list(ids) for name, ids in control.frameworks},
        "techniques": list(control.techniques),
        "cannot_show": list(control.cannot_show),
        "looked_at": list(verdict.looked_at),
        "findings": [
            {
                **plain(finding),
                "waivers": [place for place, _ in covering(control.id, finding, standing)],
            }
            for finding in verdict.findings
        ],
        "notes": list(verdict.notes),
    }


def _waiver(standing: Standing) -> dict[str, Json]:
    return {
        **plain(standing.waiver),
        "state": standing.state.value,
        "why": standing.why,
        "covers": [
            {"address": finding.address, "attribute": finding.attribute}
            for finding in standing.covers
        ],
    }


def _drill(drilled: Drilled) -> dict[str, Json]:
    drill = drilled.drill
    if drill is None:
        return {
            "attack": {"id": drilled.attack},
            "outcome": "not-completed" if drilled.broke_off else "not-drillable",
            "reasons": [drilled.why_not],
        }
    between = drill.timeline.between
    return {
        "attack": {
            "id": drill.attack.id,
            "title": drill.attack.title,
            "techniques": list(drill.attack.techniques),
            "story": drill.attack.story,
        },
        "outcome": drill.outcome.value,
        "account": drill.account,
        "seed": drill.seed,
        "window": plain(drill.window),
        "reasons": list(drill.reasons),
        "durations": {
            "access_to_alert": plain(between(Kind.FIRST_ACCESS, Kind.ALERT)),
            "access_to_discovery": plain(between(Kind.FIRST_ACCESS, Kind.DISCOVERED)),
            "discovery_to_containment": plain(drill.timeline.since_discovery(Kind.CONTAINED)),
            "discovery_to_notification": plain(drill.timeline.since_discovery(Kind.NOTIFIED)),
        },
        "timeline": plain(drill.timeline.events),
        "rules": plain(drill.rules),
        "requests": drill.requests,
        "refused": drill.refused,
        "received": [
            {"container": container, "blob": blob, "bytes": size}
            for (container, blob), size in sorted(drill.received.items())
        ],
        "assumptions": list(drill.assumptions),
    }


def _exposure(attack: str, exposure: "Exposure") -> dict[str, Json]:
    unattributed = [{"container": c, "blob": b} for c, b in exposure.unattributed]
    return {"attack": attack, **plain(exposure), "unattributed": unattributed}

"""The report that people read: one HTML file that needs nothing else, rendered from the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from simulator.evidence import drawing, map_drawing, summary, wording
from simulator.evidence.drawing import Drawing, draw
from simulator.evidence.ledger import Json, digest
from simulator.evidence.map_drawing import draw_map
from simulator.law import window_title

MOST = 200
"""How many findings of a control, or changes, the page shows; a browser is slow with thousands."""

_SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class _Told:
    """A drill as it is told: its entry, what its leak means, its drawing and its sentence."""

    entry: Json
    exposure: Json
    window: Json
    drawing: Drawing | None
    sentence: str


def page(ledger: Mapping[str, Json]) -> str:
    """The report of a valid ledger: HTML without a script and without anything to load.

    Text from the ledger is escaped, and its control characters are made to show.
    """
    return _template().render(
        ledger=ledger,
        digest=digest(ledger),
        headline=summary.headline(ledger),
        tally=summary.tally(ledger),
        drills=[_told(drill, ledger["exposure"]) for drill in ledger["drills"]],
        judged=_by_urgency(ledger["controls"]),
        mapped=draw_map(ledger["personal_information"]),
        waivers=_waivers(ledger["waivers"]),
        window_title=window_title(timedelta(seconds=ledger["run"]["window"])),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=wording.visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        dollars=wording.dollars,
        duration=wording.duration,
        limit=wording.limit,
        moment=wording.moment,
        number=wording.number,
        received=summary.received,
        seen=summary.seen,
        discovered=summary.discovered,
        shut_out=summary.shut_out,
        told=summary.told,
        urgent_first=_urgent_first,
    )
    environment.globals.update(
        counted=wording.counted,
        drawn=drawing,
        map_drawn=map_drawing,
        most=MOST,
        holds=wording.HOLDS,
        kinds={kind.value: words for kind, words in drawing.KINDS.items()},
        outcomes=summary.OUTCOMES,
        waiver_states=summary.WAIVER_STATES,
        read_as=wording.read_as,
        change_words=wording.change_words,
        deltas=summary.DELTAS,
        drill_outcomes=summary.DRILL_OUTCOMES,
        not_held=summary.NOT_HELD,
        since=_since,
    )
    return environment.get_template("report.html.j2")


def _told(drill: Json, exposures: Sequence[Json]) -> _Told:
    exposure = next((e for e in exposures if e["attack"] == drill["attack"]["id"]), None)
    window = next((d for d in exposure["deadlines"] if not d["law"]), None) if exposure else None
    return _Told(
        entry=drill,
        exposure=exposure,
        window=window,
        drawing=draw(drill["timeline"], drill["window"]) if "timeline" in drill else None,
        sentence=summary.drill_sentence(drill, window),
    )


def _since(timeline: Sequence[Json], event: Json) -> str:
    """The exact time of an event since the first one of its timeline."""
    first, at = (datetime.fromisoformat(e["at"]) for e in (timeline[0], event))
    return wording.stopwatch((at - first).total_seconds())


def _by_urgency(controls: Sequence[Json]) -> list[Json]:
    """The controls, those to act on first; among equals in the order of the ledger."""
    order = list(summary.OUTCOMES)
    return sorted(
        controls, key=lambda c: (order.index(c["counts_as"]), _SEVERITIES.index(c["severity"]))
    )


def _urgent_first(findings: Sequence[Json]) -> list[Json]:
    """Findings: failures before what is unknown and before what is waived, the worst first."""
    return sorted(
        findings,
        key=lambda f: (
            bool(f.get("waivers")),  # a reference to a finding of the base estate has none
            f["unknown"],
            _SEVERITIES.index(f["severity"]),
        ),
    )


def _waivers(waivers: Sequence[Json]) -> list[Json]:
    """The waivers, those to act on first; among equals in the order written."""
    order = list(summary.WAIVER_STATES)
    return sorted(waivers, key=lambda waiver: order.index(waiver["state"]))

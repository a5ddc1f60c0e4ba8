"""The timeline of a drill as a drawing: where each mark stands.

A leak is seen in minutes or in weeks, and the response window is counted from discovery. So the
axis has two stretches, each logarithmic from its own zero: from the start of the attack to
discovery, and from discovery on. Lengths compare within a stretch only; the labels give the times.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p

from simulator.evidence.ledger import Json
from simulator.evidence.wording import duration, limit, shortened
from simulator.timeline import Kind

WIDTH, LEFT, RIGHT = 960.0, 322.0, 876.0
"""The width of a drawing, and where its axis begins and ends, with room for a last time."""
TOP, ROW = 62.0, 27.0
_BEFORE_DISCOVERY = 0.42
"""The share of the axis that the time before discovery has."""
_BEGAN = "since the attack began"
_APART = 44.0
_LABEL = 42
"""How many characters a label has room for."""
_LINEAR_BELOW = 60.0
_MINUTES, _HOURS, _DAYS = (1, 5, 15), (1, 6), (1, 3, 7, 30, 90, 365)
_TICKS = (*(60 * m for m in _MINUTES), *(3600 * h for h in _HOURS), *(86_400 * d for d in _DAYS))

KINDS = {
    Kind.ATTACK_STARTED: ("Attack begins", "intruder"),
    Kind.REFUSED: ("Intruder refused", "response"),
    Kind.FIRST_ACCESS: ("First access", "intruder"),
    Kind.LAST_ACCESS: ("Last access", "intruder"),
    Kind.LOG_INGESTED: ("Log ingested", "detection"),
    Kind.ALERT: ("Alert", "detection"),
    Kind.INCIDENT: ("Incident", "detection"),
    Kind.DISCOVERED: ("Discovered", "detection"),
    Kind.ACTION: ("Action", "response"),
    Kind.ACTION_FAILED: ("Action failed", "trouble"),
    Kind.CONTAINED: ("Contained", "response"),
    Kind.NOTIFIED: ("People told", "response"),
    Kind.NOT_EVALUABLE: ("Not evaluable", "trouble"),
    Kind.NOTE: ("Note", "note"),
}
"""What each kind of event is called, and whose step it is."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the axis with its own zero at ``start``, ``seconds`` long."""

    title: str
    start: datetime
    seconds: float
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Where a moment stands; one outside the stretch stands at its end."""
        since = min(max((at - self.start).total_seconds(), 0.0), self.seconds)
        share = log1p(since / _LINEAR_BELOW) / log1p(self.seconds / _LINEAR_BELOW)
        return round(self.left + share * (self.right - self.left), 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An event. Its line comes from ``before``, the x of the mark above it.

    ``what`` is what there is room for; ``whole`` is all of it.
    """

    x: float
    y: float
    before: float
    title: str
    what: str
    whole: str
    time: str
    tone: str
    basis: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of ``WIDTH`` by ``height``; ``window`` is where the response window is open."""

    height: float
    stretches: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    window: tuple[float, float] | None


def draw(timeline: Sequence[Json], window: float) -> Drawing | None:
    """A ledger's timeline and the window of so many seconds; ``None`` if there are no events."""
    events = [(datetime.fromisoformat(event["at"]), event) for event in timeline]
    if not events:
        return None
    begun, over = events[0][0], events[-1][0]
    found = next((at for at, event in events if event["kind"] == Kind.DISCOVERED), None)
    stretches: tuple[Stretch, ...] = (_stretch(_BEGAN, begun, over, LEFT, RIGHT),)
    closes = None
    if found is not None:
        closes = found + timedelta(seconds=window)
        # On the grid of what is drawn, or a mark at the window's opening could stand beside it.
        middle = LEFT if found == begun else round(LEFT + _BEFORE_DISCOVERY * (RIGHT - LEFT), 1)
        stretches = (
            _stretch(_BEGAN, begun, found, LEFT, middle),
            _stretch("since discovery", found, max(over, closes), middle, RIGHT),
        )
    return Drawing(
        height=TOP + ROW * len(events) + 6,
        stretches=stretches,
        ticks=tuple(_ticks(stretches, closes)),
        marks=tuple(_marks(events, stretches)),
        window=None if closes is None else (stretches[1].left, stretches[1].x(closes)),
    )


def _stretch(title: str, start: datetime, end: datetime, left: float, right: float) -> Stretch:
    # A stretch in which no time passes still needs a scale; all that is on it stands at its zero.
    return Stretch(title, start, (end - start).total_seconds() or _LINEAR_BELOW, left, right)


def _marks(events: Sequence[tuple[datetime, Json]], stretches: Sequence[Stretch]) -> Iterator[Mark]:
    before: float | None = None
    for row, (at, event) in enumerate(events):
        stretch = stretches[-1] if at > stretches[-1].start else stretches[0]
        since = duration((at - stretch.start).total_seconds())
        title, tone = KINDS[Kind(event["kind"])]
        x = stretch.x(at)
        yield Mark(
            x=x,
            y=TOP + ROW * (row + 0.5),
            before=x if before is None else before,
            title=title,
            what=shortened(event["what"], _LABEL - len(title)),
            whole=event["what"],
            time=since if stretch is stretches[0] else f"+{since}",
            tone=tone,
            basis=event["basis"],
        )
        before = x


def _ticks(stretches: Sequence[Stretch], closes: datetime | None) -> Iterator[Tick]:
    """A tick at each zero and at the window's end, and round times between where there is room."""
    for stretch in stretches:
        if stretch.left == stretch.right:
            continue
        fixed = [Tick(stretch.left, "0")]
        if closes is not None and stretch is stretches[-1]:
            window = (closes - stretch.start).total_seconds()
            fixed.append(Tick(stretch.x(closes), limit(window)))
        yield from fixed
        taken = [tick.x for tick in fixed]
        if stretch is not stretches[-1]:
            taken.append(stretch.right)
        for seconds in _TICKS:
            x = stretch.x(stretch.start + timedelta(seconds=seconds))
            if seconds <= stretch.seconds and all(abs(x - other) >= _APART for other in taken):
                taken.append(x)
                yield Tick(x, duration(seconds))

"""The personal-information map as a drawing: stores on the left, third parties on the right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.estate.data_flow import Means
from simulator.evidence.ledger import Json
from simulator.evidence.wording import shortened

WIDTH: Final = 960.0
BOX: Final = (156.0, 38.0)
"""The width and height of a place."""
TOP: Final = 34.0
MOST: Final = 24
"""How many places a column of the drawing has; the table tells the rest."""

COLUMNS: Final[Mapping[str, str]] = {
    "store": "Stores",
    Means.REACHED.value: "Reached through",
    Means.USED.value: "Used by",
    Means.LOGGED.value: "Logged and copied to",
    Means.SHARED.value: "Shared with",
}
_LOGGED: Final = {Means.EXPORTED.value, Means.COPIED.value}
_ROW: Final = 52.0
_TITLE, _UNDER = 18, 24
"""How many characters the two lines of a box have room for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A box in the drawing: where it is, its two lines of text, and the whole name."""

    x: float
    y: float
    title: str
    under: str
    whole: str
    tone: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A flow: the path of its line, and what it says."""

    path: str
    says: str
    means: str


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """A drawing of ``WIDTH`` by ``height``; ``left_out`` places had no room."""

    height: float
    heads: tuple[tuple[float, str], ...]
    places: tuple[Place, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def draw_map(told: Json) -> MapDrawing | None:
    """The ledger's ``personal_information``; ``None`` if no store may hold any."""
    stores = {s["address"]: s for s in told["stores"] if s["holds"] != "declared-not"}
    if not stores:
        return None
    columns = _columns(stores, told["flows"])
    left_out = sum(max(0, len(column) - MOST) for column in columns)
    shown = [column[:MOST] for column in columns]
    step = (WIDTH - BOX[0]) / (len(shown) - 1)
    at = {
        address: (round(number * step, 1), TOP + row * _ROW)
        for number, column in enumerate(shown)
        for row, address in enumerate(column)
    }
    arrows = (
        _arrow(at[flow["source"]], at[flow["to"]], flow)
        for flow in told["flows"]
        if flow["source"] in at and flow["to"] in at
    )
    return MapDrawing(
        height=TOP + max(map(len, shown)) * _ROW,
        heads=tuple((round(n * step, 1), head) for n, head in enumerate(COLUMNS.values())),
        places=tuple(_place(a, xy, stores, told["regions"]) for a, xy in at.items()),
        arrows=tuple(arrows),
        left_out=left_out,
    )


def _columns(stores: Iterable[str], flows: Sequence[Json]) -> list[list[str]]:
    """The places of each column: a place stands where it is first met, from the stores on."""
    found: dict[str, str] = dict.fromkeys(stores, "store")
    for flow in flows:
        means = Means.LOGGED.value if flow["means"] in _LOGGED else flow["means"]
        found.setdefault(flow["to"], means)
    return [[place for place, head in found.items() if head == column] for column in COLUMNS]


def _place(
    address: str,
    xy: tuple[float, float],
    stores: Mapping[str, Json],
    regions: Mapping[str, str],
) -> Place:
    title, kind = _named(address)
    under = ", ".join(text for text in (kind, regions.get(address, "")) if text)
    tone = stores[address]["holds"] if address in stores else "place"
    return Place(*xy, shortened(title, _TITLE), shortened(under, _UNDER), address, tone)


def _named(address: str) -> tuple[str, str]:
    """A declared place by its own name and its kind; any other as it is called.

    >>> _named('module.shop["a.b"].azurerm_linux_web_app.front["x"]')
    ('front["x"]', 'linux web app')
    >>> _named("api.processor.example")
    ('api.processor.example', '')
    """
    before, found, rest = address.rpartition("azurerm_")
    if not found or (before and not before.endswith(".")):
        return address, ""
    kind, _, name = rest.partition(".")
    return name, kind.replace("_", " ")


def _arrow(start: tuple[float, float], end: tuple[float, float], flow: Json) -> Arrow:
    width, height = BOX
    x1, y1, x2, y2 = start[0] + width, start[1] + height / 2, end[0], end[1] + height / 2
    if end[0] <= start[0]:  # back, or down within the column: round the right side of both
        x2 = end[0] + width
        bend = max(x1, x2) + 22
        path = f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"
    else:
        middle = round((x1 + x2) / 2, 1)
        path = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    return Arrow(path, f"{flow['source']} {flow['means']} {flow['to']}", flow["means"])

"""The modelled durations of a drill: named figures, each with its source.

A figure that nobody has measured for a team's own estate is a model; the shipped ``profile.toml``
says where each comes from and how sure it is, and ``--profile FILE`` overrides any of them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

SHIPPED = Path(__file__).with_name("profile.toml")

MOST_CONSUMERS = 1_000_000

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smhd])")


class ProfileError(Exception):
    """A profile or a duration that cannot be used; the message names the file and the figure."""


def parse_duration(text: str) -> timedelta:
    """A duration such as ``72h``, ``3d``, ``1h30m`` or ``90s``.

    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    total, position = timedelta(0), 0
    for match in _DURATION.finditer(text):
        if match.start() != position:
            break
        total += timedelta(**{_UNITS[match[2]]: float(match[1])})
        position = match.end()
    if position == 0 or text[position:].strip():
        raise ProfileError(f"{text!r} is not a duration; write e.g. 72h, 3d, 1h30m or 90s")
    return total


@dataclass(frozen=True, slots=True)
class Figure:
    """A modelled duration: ``typical``, and the range ``low``..``high`` it is drawn from."""

    name: str
    typical: timedelta
    low: timedelta
    high: timedelta
    source: str

    def draw(self, random: Random) -> timedelta:
        """A duration from the range, evenly spread, to the whole second."""
        low, high = self.low.total_seconds(), self.high.total_seconds()
        return timedelta(seconds=round(random.uniform(low, high)))

    @property
    def cited(self) -> str:
        """How an event names this figure."""
        return f"profile {self.name}: {self.source}"


@dataclass(frozen=True, slots=True)
class Profile:
    """Every figure by name, when a drill starts on its own clock, and for how many consumers.

    ``californian`` is the part of the invented consumers that lives in California, 0 to 1.
    """

    starts: datetime
    consumers: int
    californian: float
    figures: Mapping[str, Figure]
    file: str

    def __getitem__(self, name: str) -> Figure:
        """The figure called ``name``; raises ``ProfileError`` if the profile has none."""
        try:
            return self.figures[name]
        except KeyError:
            raise ProfileError(f"{self.file}: no figure called {name!r}") from None


def load_profile(path: Path | None = None) -> Profile:
    """The shipped profile, with the figures of ``path`` in place of those that it names.

    Raises ``ProfileError`` if a file cannot be read, names an unknown figure, or has a figure
    without a source.
    """
    shipped = _read(SHIPPED)
    if path is None:
        return shipped
    own = _read(path, shipped)
    unknown = sorted(set(own.figures) - set(shipped.figures))
    if unknown:
        known = ", ".join(sorted(shipped.figures))
        raise ProfileError(f"{path}: unknown figure {unknown[0]!r}; the figures are {known}")
    return replace(own, figures={**shipped.figures, **own.figures})


def _read(path: Path, base: Profile | None = None) -> Profile:
    """A profile file; what is no figure and not in it is taken from ``base``."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: not TOML ({error})") from error
    starts = data.pop("starts", base and base.starts)
    if not isinstance(starts, datetime) or starts.tzinfo is None:
        raise ProfileError(f"{path}: starts must be a date and time with an offset")
    people = data.pop("consumers", base and base.consumers)
    if not isinstance(people, int) or not 1 <= people <= MOST_CONSUMERS:
        raise ProfileError(f"{path}: consumers must be a whole number from 1 to {MOST_CONSUMERS:,}")
    californian = data.pop("californian", base and base.californian)
    if not isinstance(californian, int | float) or not 0 <= californian <= 1:
        raise ProfileError(f"{path}: californian must be a number from 0 to 1")
    figures = {name: _figure(path, name, entry) for name, entry in data.items()}
    return Profile(starts, people, float(californian), figures, str(path))


def _figure(path: Path, name: str, entry: object) -> Figure:
    if not isinstance(entry, dict):
        raise ProfileError(f"{path}: {name} must be a table with typical and source")
    texts = {key: str(entry.get(key, "")) for key in ("typical", "low", "high", "source")}
    if not texts["typical"] or not texts["source"]:
        raise ProfileError(f"{path}: {name} needs both typical and source")
    try:
        typical = parse_duration(texts["typical"])
        low = parse_duration(texts["low"]) if texts["low"] else typical
        high = parse_duration(texts["high"]) if texts["high"] else typical
    except ProfileError as error:
        raise ProfileError(f"{path}: {name}: {error}") from error
    if not low <= typical <= high:
        raise ProfileError(f"{path}: {name}: typical must lie between low and high")
    return Figure(name, typical, low, high, texts["source"])

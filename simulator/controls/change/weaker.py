"""Which way a protection is weaker, and whether a value has gone that way.

Each direction answers for the values in force before and after; ``None`` is a value that is not
set. What is not known is never asked of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Final

from simulator.estate.duration import iso_duration


@dataclass(frozen=True, slots=True)
class Direction:
    """``protects`` says whether a value protects, ``is_weaker`` whether the second does so less.

    ``wanted`` is how a finding says what is no weaker than the value before. ``scale`` has the
    words of a direction that ranks them, the weakest first.
    """

    protects: Callable[[object], bool]
    is_weaker: Callable[[object, object], bool]
    wanted: str = "{}, as before the change"
    scale: tuple[str, ...] = ()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else -inf


def _days(value: object) -> float:
    """A retention in which 0 stands for ever."""
    return inf if value == 0 and _is_number(value) else _number(value)


def _capped(value: object) -> float:
    """A quota in which a negative number stands for none."""
    return inf if _is_number(value) and _number(value) < 0 else _number(value)


_CALENDAR: Final = re.compile(r"P(\d+)([YM])")
_DAYS: Final = {"Y": 365, "M": 30}


def _span(value: object) -> timedelta | None:
    """A duration; whole years and months, which have no length of their own, are near enough."""
    if not isinstance(value, str):
        return None
    if (found := _CALENDAR.fullmatch(value)) is not None:
        return timedelta(days=min(int(found[1]), 9999) * _DAYS[found[2]])
    try:
        return iso_duration(value)
    except ValueError:
        return None


def _later(was: object, now: object) -> bool:
    before, after = _span(was), _span(now)
    return before is not None and (after is None or after > before)


def ranked(*words: str) -> Direction:
    """Words from the weakest to the strongest, in any case; one that is not among them is none.

    >>> ranked("Allow", "Deny").is_weaker("deny", "Allow")
    True
    >>> ranked("Unlocked", "Locked").is_weaker("Locked", None)
    True
    """
    places = {word.casefold(): place for place, word in enumerate(words)}

    def place(value: object) -> int:
        return places.get(str(value).casefold(), -1)

    return Direction(
        lambda was: place(was) > 0,
        lambda was, now: place(now) < place(was),
        "{} or stronger, as before the change",
        words,
    )


ON = Direction(lambda was: was is True, lambda _, now: now is not True)
"""It protects while it is true."""
OFF = Direction(lambda was: was is False, lambda _, now: now is not False)
"""It protects while it is false."""
MORE = Direction(
    _is_number,
    lambda was, now: _number(now) < _number(was),
    "{} or more, as before the change",
)
"""The higher a number, the more it protects."""
DAYS = Direction(
    _is_number, lambda was, now: _days(now) < _days(was), "{} or more, as before the change"
)
"""The same, and 0 is for ever."""
QUOTA = Direction(
    _is_number,
    lambda was, now: _capped(now) < _capped(was),
    "{} or more, as before the change",
)
"""The same for a quota, and a negative one is none."""
LESS = Direction(
    _is_number,
    lambda was, now: not _is_number(now) or _number(now) > _number(was),
    "{} or less, as before the change",
)
"""The lower a number, the more it protects."""
SOONER = Direction(lambda was: _span(was) is not None, _later, "{} or sooner, as before the change")
"""The shorter an ISO 8601 duration, the more it protects."""
SET = Direction(
    lambda was: was not in (None, "", (), False),
    lambda _, now: now in (None, "", ()),
)
"""It protects while it is set, to whatever it is."""

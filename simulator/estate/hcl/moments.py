"""Moments and how long after another they are, as Terraform's ``timeadd`` has them."""

import re
from datetime import datetime, timedelta
from typing import Final

from simulator.estate.hcl.value import EvaluationError

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_PART: Final = r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)"
_LENGTH: Final = re.compile(rf"[+-]?(0|({_PART})+)")
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_LONGEST: Final = 2**63 / 1e9  # seconds: Go counts nanoseconds in 64 bits


def length(text: str) -> timedelta:
    """A duration as Go writes it: hours are the longest unit.

    >>> length("1h30m") == timedelta(minutes=90), length("-.5h") == timedelta(minutes=-30)
    (True, True)
    """
    if not _LENGTH.fullmatch(text):
        raise EvaluationError(f'{text!r} is no duration such as "24h" or "1h30m"')
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text))
    if seconds > _LONGEST:
        raise EvaluationError(f"{text!r} is longer than Go can count")
    return timedelta(seconds=-seconds if text.startswith("-") else seconds)


def later(moment: str, text: str) -> str:
    """``moment`` and the duration ``text`` after it, to the second, at the same offset from UTC.

    >>> later("2024-02-28T23:00:00Z", "26h")
    '2024-03-01T01:00:00Z'
    """
    if not _MOMENT.fullmatch(moment):
        raise EvaluationError(f"{moment!r} is no moment such as 2026-01-31T00:00:00Z")
    there = datetime.fromisoformat(moment) + length(text)
    written = there.replace(microsecond=0).isoformat()
    return written.replace("+00:00", "Z") if there.utcoffset() == timedelta(0) else written

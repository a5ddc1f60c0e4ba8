"""ISO 8601 durations, as Sentinel writes frequencies, periods and suppressions."""

import re
from datetime import timedelta
from typing import Final

_DURATION: Final = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


def iso_duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks to seconds; ``ValueError`` for anything else.

    Years and months have no fixed length; Sentinel takes neither.

    >>> iso_duration("PT5H"), iso_duration("P1DT30M")
    (datetime.timedelta(seconds=18000), datetime.timedelta(days=1, seconds=1800))
    """
    found = _DURATION.fullmatch(text)
    parts = {n: int(v) for n, v in found.groupdict().items() if v} if found else {}
    try:
        if parts and not text.endswith("T"):
            return timedelta(**parts)
    except OverflowError:
        pass  # longer than any calendar: no duration that anybody meant
    raise ValueError(f"{text!r} is not an ISO 8601 duration such as PT5M or P1D")

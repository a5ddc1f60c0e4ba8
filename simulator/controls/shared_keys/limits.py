"""How long a signature on storage is good for: periods and moments, read as numbers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

LIMIT: Final = timedelta(days=7)
"""The longest that anything signed may last: that of the built-in policy 7aa1c9d5, and of Azure for
what is signed with Entra ID."""

_PERIOD: Final = re.compile(r"(\d{1,9})\.(\d{1,2}):(\d{1,2}):(\d{1,2})")


def period(text: object) -> timedelta | None:
    """A SAS policy's ``DD.HH:MM:SS``; ``None`` for anything else.

    >>> period("01.00:00:00") == timedelta(days=1), period("7.00:00:01") > LIMIT
    (True, True)
    >>> period("P1D"), period("24:00:00"), period(7)
    (None, None, None)
    """
    found = _PERIOD.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    days, hours, minutes, seconds = map(int, found.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return timedelta.max


def moment(text: object) -> datetime | None:
    """A moment as Terraform's and Azure's ISO 8601; ``None`` for anything else.

    >>> moment("2026-03-01"), moment("2026-03-01T12:00:00Z") == moment("2026-03-01T12:00Z")
    (datetime.datetime(2026, 3, 1, 0, 0, tzinfo=datetime.timezone.utc), True)
    >>> moment("soon"), moment(None)
    (None, None)
    """
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def lasts(start: object, expiry: object) -> timedelta | None:
    """From ``start`` to ``expiry``; ``None`` where either cannot be read.

    >>> lasts("2026-01-01", "2026-01-08") == LIMIT, lasts("", "2099-12-31")
    (True, None)
    """
    first, last = moment(start), moment(expiry)
    return None if first is None or last is None else last - first

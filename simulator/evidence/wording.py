"""How the ledger's values read in a report: durations, moments, money, and text from outside."""

from datetime import datetime
from typing import Final

from markupsafe import Markup

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def visible(value: object) -> object:
    r"""Text with every character that would not show, or would move other text, made to show.

    Names and values come from configuration that anyone may have written: escape sequences,
    zero-width and right-to-left marks must neither act on the reader's screen nor hide. Values
    that are no text, and markup of the template's own, stay as they are.

    >>> visible("\x1b[31mred \u202etxt.exe")
    '⟨U+001B⟩[31mred ⟨U+202E⟩txt.exe'
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(c if c.isprintable() or c in "\n\t" else f"⟨U+{ord(c):04X}⟩" for c in value)


def shortened(text: str, width: int) -> str:
    """Text made to show, cut to so many characters.

    >>> shortened("customer invoices", 10)
    'customer…'
    """
    text = str(visible(text))
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def duration(seconds: float) -> str:
    """A length of time in words, as exact as a reader needs it.

    >>> duration(47), duration(200), duration(3599), duration(1140)
    ('47 s', '3 min 20 s', '1 h', '19 min')
    >>> duration(19_800), duration(2_200_000), duration(-120)
    ('5 h 30 min', '25 d 11 h', '-2 min')
    """
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 10 * _MINUTE:
        step = 1
    elif seconds < _DAY:
        step = _MINUTE
    else:
        step = _HOUR
    # Rounded before it is split, so that 59 min 59 s reads as 1 h and not as 60 min.
    whole = round(seconds / step) * step
    parts = (
        (whole // _DAY, "d"),
        (whole % _DAY // _HOUR, "h"),
        (whole % _HOUR // _MINUTE, "min"),
        (whole % _MINUTE, "s"),
    )
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def limit(seconds: float) -> str:
    """A time limit: in hours where it is whole hours, as limits are spoken of.

    >>> limit(259_200), limit(5400)
    ('72 h', '1 h 30 min')
    """
    return f"{seconds / _HOUR:g} h" if seconds % _HOUR == 0 else duration(seconds)


def stopwatch(seconds: float) -> str:
    """An exact time since the start, for a column of them.

    >>> stopwatch(800), stopwatch(2_162_530)
    ('0:13:20', '25 d 0:42:10')
    """
    days, rest = divmod(int(seconds), _DAY)
    clock = f"{rest // _HOUR}:{rest % _HOUR // _MINUTE:02}:{rest % _MINUTE:02}"
    return f"{days} d {clock}" if days else clock


def moment(text: str) -> str:
    """An ISO 8601 moment, to the second, with its zone.

    >>> moment("2026-06-01T09:13:20+00:00"), moment("2026-07-01T23:59:59-07:00")
    ('2026-06-01 09:13:20 UTC', '2026-07-01 23:59:59 UTC-07:00')
    """
    at = datetime.fromisoformat(text)
    return f"{at:%Y-%m-%d %H:%M:%S} {at.tzname()}"


def dollars(amount: int) -> str:
    """Whole US dollars.

    >>> dollars(26_750_000)
    '$26,750,000'
    """
    return f"${amount:,}"


def number(count: int) -> str:
    """A count with its thousands apart.

    >>> number(1999)
    '1,999'
    """
    return f"{count:,}"


HOLDS: Final = {
    "declared": "declared",
    "suggested": "suggested",
    "unmarked": "not known",
    "declared-not": "declared to hold none",
}
"""What is known about personal information in a store."""


def read_as(reader: str, why: str) -> str:
    """How an estate was read, and why not better.

    >>> read_as("plan", ""), read_as("hcl", "no terraform or tofu on the PATH")
    ('plan', 'hcl (no terraform or tofu on the PATH)')
    """
    return f"{reader} ({why})" if why else reader


def change_words(base: str, estate: str) -> dict[str, str]:
    """What the kinds of change are called between estates of these readers.

    What exists and what is declared are no earlier and later: neither was added to the other.

    >>> change_words("hcl", "plan")["added"], change_words("live", "plan")["added"]
    ('added', 'declared and not in the subscription')
    """
    if (base == "live") == (estate == "live"):
        return {"added": "added", "removed": "removed", "changed": "changed"}
    only = ["in the subscription and not declared", "declared and not in the subscription"]
    removed, added = only if base == "live" else reversed(only)
    return {"added": added, "removed": removed, "changed": "different in the subscription"}


def counted(count: int, thing: str, things: str = "") -> str:
    """A count of things.

    >>> counted(1, "control"), counted(2, "control"), counted(0, "entry", "entries")
    ('1 control', '2 controls', '0 entries')
    """
    return f"{number(count)} {thing if count == 1 else things or thing + 's'}"

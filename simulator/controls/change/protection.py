"""One argument that protects data, and the words in which the tables of them are written.

A list is compared by its members: one that ``KEEPS`` may lose none, and one that takes ``NO_MORE``
may gain none. ``block.argument`` is the argument of every block of that name.
"""

from dataclasses import dataclass
from enum import Enum

from simulator.controls.change.weaker import OFF, ON, Direction, ranked
from simulator.controls.verdict import Severity


class Members(Enum):
    """How the members of a list protect."""

    KEEPS = "keeps"
    NO_MORE = "no more"
    FILTER = "no more, and not none"
    """Where the list is empty everybody is let in."""


@dataclass(frozen=True, slots=True)
class Protection:
    """One argument that protects; ``why`` is what its loss means for a leak.

    ``only`` is an argument and the value that it must have for this one to protect.
    """

    path: str
    weaker: Direction | Members
    why: str
    severity: Severity = Severity.HIGH
    only: tuple[str, str] | None = None


KEEPS, NO_MORE = Members.KEEPS, Members.NO_MORE
CRITICAL, MEDIUM = Severity.CRITICAL, Severity.MEDIUM

OPEN = "more places reach the data, and a leaked key or token works from there (11 CCR 7123(c)(10))"
PUBLIC = "data can be read without signing in (Civ. Code 1798.81.5(b))"
SIGN_IN = "a key or password that leaks opens it, and nobody sees who used it (11 CCR 7123(c)(1))"
CIPHER = "what is read on the way or off the disk can be used (11 CCR 7123(c)(2))"
OWN_KEY = "data is no longer under a key that the shop itself can take away (11 CCR 7123(c)(2))"
UNDO = "what an intruder deletes or overwrites cannot be had back (11 CCR 7123(c)(18))"
PAST = "the record is shorter than it was: what leaked before cannot be told (11 CCR 7123(c)(7))"
BLIND = "what an intruder does is no longer seen, or later (11 CCR 7123(c)(7), (8))"
NOBODY = "fewer people learn of a leak (11 CCR 7123(c)(17))"
ACT = "a leak that is seen is no longer stopped as it was (11 CCR 7123(c)(17))"
GUARD = "a rule that kept the configuration safe no longer binds (11 CCR 7123(c)(5))"
RIGHTS = "whoever holds the role can do more (11 CCR 7123(c)(3))"
RECORDED = "more about people is recorded than was, and can leak (Civ. Code 1798.100(c))"

TLS = ranked("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3")
TLS_NUMBER = ranked("Disabled", "1.0", "1.1", "1.2", "1.3")
DENY = ranked("Allow", "Deny")
CLOSED = Protection("public_network_access_enabled", OFF, OPEN)


def switched(why: str, *paths: str, off: bool = False) -> tuple[Protection, ...]:
    """Switches that protect while they are on, or ``off``."""
    return tuple(Protection(path, OFF if off else ON, why) for path in paths)

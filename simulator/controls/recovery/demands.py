"""What a store has to keep of what is deleted, and for how long."""

from dataclasses import replace
from typing import Final

from simulator.controls.judge import Demand, true
from simulator.controls.verdict import Severity
from simulator.estate.model import Estate, Resource
from simulator.estate.personal_information import Holds, holding

DAYS: Final = 7
"""The least that anything deleted is kept."""

_DAYS_RESTRICTED: Final = 30  # of a store that is tagged as holding personal information

WHY: Final = (
    "an intruder who deletes or overwrites what was taken leaves nothing to tell whose data it "
    "was, and nothing to go on with; backups and recovery are an audit component of 11 CCR "
    "7123(c)(18)"
)
"""What it means for a leak, and the citation."""

_KEPT: Final = Demand("days", true, "", WHY, "days = 30", Severity.MEDIUM)


def days_for(estate: Estate, store: Resource) -> int:
    """For how many days ``store`` has to keep what is deleted from it."""
    restricted = holding(estate, store).holds is Holds.DECLARED
    return _DAYS_RESTRICTED if restricted else DAYS


def kept(attribute: str, least: int) -> Demand:
    """That a number of days at ``attribute`` is ``least`` or more.

    >>> [kept("delete_retention_policy.days", 7).good(days) for days in (6, 7, "7", True)]
    [False, True, False, False]
    """

    def enough(days: object) -> bool:
        return isinstance(days, int) and not isinstance(days, bool) and days >= least

    leaf = attribute.rpartition(".")[2]
    return replace(
        _KEPT,
        attribute=attribute,
        good=enough,
        expected=f"{least} or more",
        remedy=f"{leaf} = {max(least, 30)}",
    )

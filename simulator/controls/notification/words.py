"""The words of RESP-06: what is wrong with how people are told."""

from functools import partial
from typing import Final

from simulator.controls.verdict import finding

WHY: Final = (
    "the notices of Civ. Code 1798.82 are owed within 30 calendar days of discovery, and nobody "
    "can prepare them who has not been told; a documented and tested incident response is an audit "
    "component of 11 CCR 7123(c)(17)"
)


notification_finding: Final = partial(finding, why=WHY)
"""A finding about people who are not told, with its citation."""

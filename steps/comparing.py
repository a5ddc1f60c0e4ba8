"""Comparing with the base estate, for a run that has one: it knows every kind of resource."""

from collections.abc import Mapping

from simulator.controls.change.judge import taken_away
from simulator.controls.verdict import Verdict
from simulator.estate.changes import changes
from simulator.estate.counterparts import translation
from simulator.estate.model import Estate
from simulator.evidence.comparison import compared
from simulator.evidence.confidential import confidential
from simulator.evidence.ledger import Json


def compare(
    ledger: Mapping[str, Json], base: Mapping[str, Json], before: Estate, after: Estate
) -> dict[str, Json]:
    """``ledger`` with how it differs from the one of the estate ``before``."""
    told = changes(before, after, confidential)
    return compared(ledger, base, told, translation(before, after))


def judge(before: Estate, after: Estate) -> Verdict:
    """What protected data in the estate ``before`` and no longer does."""
    return taken_away(before, after)

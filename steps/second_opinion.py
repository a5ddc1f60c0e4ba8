"""Asking checkov at the end of a run, and saying so if it cannot be asked."""

from collections.abc import Callable, Mapping

from simulator.controls.verdict import Verdict
from simulator.evidence import second_opinion as evidence
from simulator.second_opinion.checkov import ask_checkov
from simulator.second_opinion.comparison import compare
from simulator.second_opinion.environment import SecondOpinionError


def second_opinion(
    source: str, verdicts: Mapping[str, Verdict], progress: Callable[[str], None]
) -> dict[str, object]:
    """What the ledger has of it: the comparison, or why there is none."""
    try:
        opinion = ask_checkov(source, progress)
    except SecondOpinionError as error:
        progress(f"no second opinion: {error}")
        return evidence.missing(str(error))
    return evidence.told(opinion.version, compare(verdicts, opinion))

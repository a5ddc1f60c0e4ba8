"""checkov's second opinion as the ledger has it."""

from collections.abc import Iterable

from simulator.second_opinion.checkov import Answer
from simulator.second_opinion.comparison import Compared


def told(version: str, compared: Iterable[Compared]) -> dict[str, object]:
    """Each control beside checkov's answers, and where the two differ."""
    return {
        "tool": f"checkov {version}",
        "why_not": "",
        "controls": [
            {
                "control": one.control,
                "asked": one.asked,
                "agree": one.agree,
                "passed": one.passed,
                "failed": one.failed,
                "only_ours": list(one.only_ours),
                "only_theirs": [_answer(answer) for answer in one.only_theirs],
            }
            for one in compared
        ],
    }


def missing(why_not: str) -> dict[str, object]:
    """That there is no second opinion, and why; no verdict changes by that."""
    return {"tool": "checkov", "why_not": why_not, "controls": []}


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "check": answer.check,
        "title": answer.title,
        "address": answer.address,
        "origin": {"file": answer.file, "line": answer.line},
    }

"""Our verdicts and checkov's answers, side by side by control and resource."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.controls.verdict import Verdict
from simulator.estate.model import base_address
from simulator.second_opinion.checkov import Answer, Opinion
from simulator.second_opinion.checks import CHECKS


@dataclass(frozen=True, slots=True)
class Compared:
    """One control: the answers that are about it, and where the two differ.

    ``only_theirs`` are failed checks on resources of which we have no finding, ``only_ours`` the
    addresses of findings on which no check failed. ``asked`` says whether checkov has any check.
    """

    control: str
    outcome: str
    asked: bool
    passed: int
    failed: int
    only_theirs: tuple[Answer, ...]
    only_ours: tuple[str, ...]

    @property
    def agree(self) -> bool:
        """Whether each finding of one is on a resource where the other has one too."""
        return self.asked and not self.only_theirs and not self.only_ours


def compare(verdicts: Mapping[str, Verdict], opinion: Opinion) -> tuple[Compared, ...]:
    """Each control beside the answers to its checks, in the order of ``verdicts``."""
    by_check: dict[str, list[Answer]] = {}
    for answer in opinion.answers:
        by_check.setdefault(answer.check, []).append(answer)
    return tuple(
        _compared(verdict, [a for check in CHECKS.get(id_, ()) for a in by_check.get(check, ())])
        for id_, verdict in verdicts.items()
    )


def _compared(verdict: Verdict, answers: Iterable[Answer]) -> Compared:
    told = tuple(answers)
    failed = [answer for answer in told if not answer.passed]
    ours = {base_address(finding.address) for finding in verdict.findings}
    theirs = {base_address(answer.address) for answer in failed}
    lone = {
        (answer.check, base_address(answer.address)): answer
        for answer in failed
        if base_address(answer.address) not in ours
    }
    return Compared(
        control=verdict.control,
        outcome=verdict.outcome.value,
        asked=verdict.control in CHECKS,
        passed=len(told) - len(failed),
        failed=len(failed),
        only_theirs=tuple(lone[key] for key in sorted(lone)),
        only_ours=tuple(sorted(ours - theirs)),
    )

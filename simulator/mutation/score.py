"""What the trials of an estate's mutants come to: counts, a score, and a record to keep."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from simulator.controls.verdict import Outcome, Weakening
from simulator.mutation.trial import COUNTED, Mark, Trial

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mutants of one control came to what.

    ``before`` is the control's outcome on the estate as it is; only one that passes is scored.
    ``unsure`` is after how many of the killed ones the control can no longer tell, and so is
    unknown; after the others it fails.
    """

    control: str
    before: Outcome
    marks: Mapping[Mark, int]
    unsure: int = 0

    @property
    def counted(self) -> int:
        """The mutants that count: killed, survived and noisy."""
        return sum(self.marks.get(mark, 0) for mark in COUNTED)

    @property
    def score(self) -> float | None:
        """The killed share of what counts, or ``None`` if nothing does."""
        return self.marks.get(Mark.KILLED, 0) / self.counted if self.counted else None


@dataclass(frozen=True)
class Report:
    """The trials of one estate, in the order of controls, files and lines.

    ``outcomes`` are those of every control asked about, before any change. ``idle`` are the
    weakenings that fit no resource. ``of`` is how many mutants there are, tried or not. ``in_json``
    are resources that were left alone, as they are written in JSON.
    """

    source: str
    outcomes: Mapping[str, Outcome]
    trials: tuple[Trial, ...]
    idle: Mapping[str, tuple[Weakening, ...]]
    of: int
    in_json: tuple[str, ...] = ()

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """One for each control asked about."""
        return tuple(
            _tally(id_, outcome, [t for t in self.trials if t.mutant.control == id_])
            for id_, outcome in self.outcomes.items()
        )

    @cached_property
    def total(self) -> Tally:
        """All of them together."""
        return _tally("all", Outcome.PASSED, self.trials)

    @property
    def alive(self) -> tuple[Trial, ...]:
        """What counts against the score: mutants that survived, and noisy ones."""
        return tuple(t for t in self.trials if t.mark in {Mark.SURVIVED, Mark.NOISY})


def _tally(control: str, before: Outcome, trials: Sequence[Trial]) -> Tally:
    killed = [trial for trial in trials if trial.mark is Mark.KILLED]
    unsure = sum(trial.outcome is Outcome.UNKNOWN for trial in killed)
    return Tally(control, before, Counter(trial.mark for trial in trials), unsure)


def in_order(trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """Trials in the order of controls, files, lines and changes, however they were done."""

    def place(trial: Trial) -> tuple[str, str, int, str, str, str]:
        one = trial.mutant
        what = one.weakening
        return (one.control, one.file, one.line, what.path, what.harm, what.value)

    return tuple(sorted(trials, key=place))


def sampled(mutants: Sequence[object], limit: int | None) -> list[int]:
    """The places of ``limit`` of the mutants, spread evenly over them.

    >>> sampled("abcdefghij", 4), sampled("abc", None)
    ([0, 2, 5, 7], [0, 1, 2])
    """
    count = len(mutants)
    if limit is None or limit >= count:
        return list(range(count))
    return [place * count // limit for place in range(limit)]


def record(report: Report, digests: Mapping[str, str]) -> dict[str, object]:
    """The report as JSON values: the ledger's ``mutation``.

    Every mutant that was not killed is listed; the others are counted. ``digests`` say what it was
    made of, as :func:`digests_of` gives them.
    """
    return {
        "schema": SCHEMA,
        "estate": report.source,
        **digests,
        "mutants": report.of,
        "tried": len(report.trials),
        "score": _rounded(report.total.score),
        **_counts(report.total),
        "controls": [
            {
                "id": tally.control,
                "outcome": str(tally.before),
                "score": _rounded(tally.score),
                **_counts(tally),
            }
            for tally in report.tallies
        ],
        "not_killed": [_entry(t) for t in report.trials if t.mark is not Mark.KILLED],
        "idle": [
            {
                "control": control,
                "harm": str(one.harm),
                "type": one.type,
                "path": one.path,
                "where": one.where,
            }
            for control, weakenings in report.idle.items()
            for one in weakenings
        ],
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _counts(tally: Tally) -> dict[str, int]:
    counts = {str(mark): tally.marks.get(mark, 0) for mark in Mark}
    return {**counts, "killed_as_unknown": tally.unsure}


def _entry(trial: Trial) -> dict[str, object]:
    mutant = trial.mutant
    return {
        "control": mutant.control,
        "mark": str(trial.mark),
        "harm": str(mutant.weakening.harm),
        "address": mutant.address,
        "path": mutant.weakening.path,
        "file": mutant.file,
        "line": mutant.line,
        "before": mutant.before,
        "after": mutant.after,
        "outcome": None if trial.outcome is None else str(trial.outcome),
        "others": {control: str(outcome) for control, outcome in trial.others},
        "why": trial.why,
    }

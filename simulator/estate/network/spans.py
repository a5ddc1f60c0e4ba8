"""Sets of whole numbers as runs: addresses, ports and protocols are all counted this way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spans:
    """A set of whole numbers: ``runs`` are its first and last numbers, in order and apart.

    >>> Spans.of([(1, 5), (4, 9), (10, 12), (20, 20)])
    Spans(runs=((1, 12), (20, 20)))
    >>> Spans.of([(1, 12)]) - Spans.of([(4, 5)])
    Spans(runs=((1, 3), (6, 12)))
    """

    runs: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, runs: Iterable[tuple[int, int]]) -> "Spans":
        """The set of all numbers in these runs, in any order and overlapping as they may."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(run for run in runs if run[0] <= run[1]):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = joined[-1][0], max(joined[-1][1], last)
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    def __bool__(self) -> bool:
        return bool(self.runs)

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.runs)

    def __or__(self, other: "Spans") -> "Spans":
        return Spans.of((*self.runs, *other.runs))

    def __and__(self, other: "Spans") -> "Spans":
        if self.runs == other.runs:
            return self
        # Both are in order, and so is what they have in common.
        return Spans(
            tuple(
                (max(first, start), min(last, end))
                for first, last in self.runs
                for start, end in other.runs
                if first <= end and start <= last
            )
        )

    def __sub__(self, other: "Spans") -> "Spans":
        if self.runs == other.runs:
            return NOTHING
        return Spans(tuple(run for mine in self.runs for run in _left(mine, other)))

    def within(self, other: "Spans") -> bool:
        """Whether every number of this set is in the other."""
        return not self - other

    @property
    def count(self) -> int:
        """How many numbers are in the set."""
        return sum(last - first + 1 for first, last in self.runs)


def _left(run: tuple[int, int], taken: Spans) -> Iterator[tuple[int, int]]:
    first, last = run
    for start, end in taken.runs:
        if end < first or start > last:
            continue
        if first < start:
            yield first, start - 1
        first = end + 1
    if first <= last:
        yield first, last


NOTHING = Spans()
"""The empty set."""


def one(number: int) -> Spans:
    """The set of one number."""
    return Spans(((number, number),))

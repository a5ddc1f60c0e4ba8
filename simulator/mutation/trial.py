"""One mutant tried: read as any estate is, asked of every control, and marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome, Verdict
from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Block, Estate, Known, Node, Omitted, effective
from simulator.memory import Memory, remembering
from simulator.mutation.copy import Copy
from simulator.mutation.mutants import Mutant


class Mark(StrEnum):
    """What became of a mutant.

    Killed: its control fails, or can no longer tell, and no other control's outcome has changed but
    those that rightly do. Noisy: its control fails, and another changes that should not. Survived:
    its control passes, or finds nothing to judge. Equal: the change changes no value of the
    estate. Invalid: the changed configuration cannot be read. Unscored: its control did not pass
    before. The last three do not count.
    """

    KILLED = "killed"
    SURVIVED = "survived"
    NOISY = "noisy"
    EQUAL = "equal"
    INVALID = "invalid"
    UNSCORED = "unscored"


COUNTED: Final = (Mark.KILLED, Mark.SURVIVED, Mark.NOISY)


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and what became of it.

    ``outcome`` is the control's own after the change. ``others`` are the controls outside of
    ``also`` whose outcome has changed, with the new one. ``found`` is what the control found that
    it did not find before, as ``address attribute``. ``why`` says why the mutant is invalid.
    """

    mutant: Mutant
    mark: Mark
    outcome: Outcome | None = None
    others: tuple[tuple[str, Outcome], ...] = ()
    found: tuple[str, ...] = ()
    why: str = ""


class Laboratory:
    """A copy of a configuration, and what the controls say of it before anything is changed."""

    def __init__(self, copy: Copy, var_files: Sequence[Path]) -> None:
        """Read the copy as it is. Raises :class:`EstateError` if it cannot be read."""
        self._copy = copy
        self._var_files = tuple(var_files)
        # What does not change is parsed once; beside it there is room for what does.
        self._memory = Memory[object](2 * copy.size)
        self._estate = self._read()

    @cached_property
    def before(self) -> Mapping[str, Verdict]:
        """What each control says before anything is changed."""
        return _assessed(self._estate)

    def check(self, expected: Estate) -> None:
        """Raises :class:`EstateError` if the copy does not declare what ``expected`` does."""
        if not same_values(self._estate, expected):
            raise EstateError(
                f"{expected.source}: reads otherwise in a copy, as something in it depends on "
                "where it lies. Take paths that lead out of it (../) out of its file functions."
            )

    def attempt(self, mutant: Mutant) -> Trial:
        """Read the configuration with the mutant's file in it, and mark what the controls say."""
        if self.before[mutant.control].outcome is not Outcome.PASSED:
            return Trial(mutant, Mark.UNSCORED)
        try:
            with self._copy.having(mutant.file, mutant.text):
                estate = self._read()
        except EstateError as error:
            return Trial(mutant, Mark.INVALID, why=str(error))
        if same_values(estate, self._estate):
            return Trial(mutant, Mark.EQUAL)
        return marked(mutant, self.before, _assessed(estate))

    def _read(self) -> Estate:
        with remembering(self._memory):
            return read_hcl(self._copy.root, self._var_files)


def _assessed(estate: Estate) -> Mapping[str, Verdict]:
    return {id_: assess(control, estate) for id_, control in CONTROLS.items()}


def marked(mutant: Mutant, before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> Trial:
    """The mark of a mutant whose control passed before, by what all controls say after."""
    mine = after[mutant.control]
    expected = {mutant.control, *mutant.weakening.also}
    others = tuple(
        (id_, verdict.outcome)
        for id_, verdict in after.items()
        if id_ not in expected and verdict.outcome is not before[id_].outcome
    )
    found = tuple(dict.fromkeys(f"{f.address} {f.attribute}" for f in mine.findings))
    if mine.outcome not in {Outcome.FAILED, Outcome.UNKNOWN}:
        mark = Mark.SURVIVED
    else:
        mark = Mark.NOISY if others else Mark.KILLED
    return Trial(mutant, mark, mine.outcome, others, found)


def same_values(one: Estate, other: Estate) -> bool:
    """Whether two estates declare the same values, wherever in its files each of them stands."""
    mine, theirs = ([(g.where.removeprefix(e.source), g.why) for g in e.gaps] for e in (one, other))
    values, others = ([(v.name, v.value) for v in e.variables] for e in (one, other))
    return (
        mine == theirs
        and values == others
        and len(one.resources) == len(other.resources)
        and all(
            a.address == b.address and a.provider == b.provider and _same(a.body, b.body)
            for a, b in zip(one.resources, other.resources, strict=True)
        )
    )


def _same(one: Node, other: Node) -> bool:
    if isinstance(one, Block) and isinstance(other, Block):
        mine, theirs = one.values, other.values
        return mine.keys() == theirs.keys() and all(_same(mine[k], theirs[k]) for k in mine)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Known | Omitted) and isinstance(other, Known | Omitted):
        return effective(one) == effective(other)  # a default that is written out is the same
    return one == other

"""What a run has read, assessed and drilled so far; each thing is done once."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from simulator import VERSION
from simulator.cache import cache_directory
from simulator.clock import wall_clock
from simulator.controls.change.control import CHANGE
from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome, Verdict
from simulator.controls.waivers import Standing, standings
from simulator.estate import statements
from simulator.estate.errors import EstateError
from simulator.estate.model import Estate
from simulator.estate.reader import read_estate
from simulator.evidence.ledger import Drilled, Header, Json, ledger
from simulator.memory import remembering
from simulator.shelf import Shelf
from steps.options import Options, beside

THE_DECLARED_ESTATE = "the declared estate"
"""The Given that chooses the estate of ``--estate``."""


@contextmanager
def _quickly() -> Iterator[None]:
    """Recall what earlier runs made, and look for no garbage: what is read is kept to the end."""
    collects = gc.isenabled()
    gc.disable()
    try:
        with remembering(Shelf(cache_directory() / "shelf")):
            yield
    finally:
        if collects:
            gc.enable()


def _assess(control: str, estate: Estate) -> Verdict:
    with _quickly():
        return assess(CONTROLS[control], estate)


@dataclass(slots=True)
class Found:
    """What was found on one estate, by control and attack id."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    drills: dict[str, Drilled] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.verdicts or self.drills)


@dataclass(slots=True)
class Run:
    """The state of one pytest session.

    ``found`` on the declared estate becomes the ledger, with how it differs from what was found on
    the base estate, if there is one. What a scenario does with another estate stays out of it.
    """

    options: Options
    progress: Callable[[str], None]
    started: datetime = field(default_factory=wall_clock)
    found: Found = field(default_factory=Found)
    _before: Found = field(default_factory=Found)
    _read: dict[str, Estate] = field(default_factory=dict)
    _others: dict[str, Estate] = field(default_factory=dict)
    _compensating: dict[str, bool] = field(default_factory=dict)

    def declared_estate(self) -> Estate:
        """The estate under test, read on first use. Raises ``EstateError``."""
        return self._estate(self.options.estate, self.options.base_estate)

    def base_estate(self) -> Estate | None:
        """The estate before the change, read on first use; ``None`` if there is nothing to compare.

        Raises ``EstateError``.
        """
        if not self.options.base_estate:
            return None
        try:
            return self._estate(self.options.base_estate, self.options.estate)
        except EstateError as error:
            raise EstateError(f"--base-estate: {error}") from None

    def estate_in(self, directory: Path) -> Estate:
        """Another estate, for scenarios that name one. Raises ``EstateError``."""
        name = str(directory)
        if name not in self._others:
            reader = self.options.reader if directory.is_dir() else "auto"
            self._others[name] = read_estate(name, reader=reader, progress=self.progress)
        return self._others[name]

    def assess(self, control: str, estate: Estate) -> Verdict:
        """The verdict of a control on an estate; with the declared one, the base is assessed."""
        if not self._is_declared(estate):
            return _assess(control, estate)
        if control not in self.found.verdicts:
            self.found.verdicts[control] = _assess(control, estate)
            if (base := self.base_estate()) is not None:
                self._before.verdicts[control] = _assess(control, base)
        return self.found.verdicts[control]

    def change(self, estate: Estate) -> Verdict | None:
        """What the change from the base estate takes away; ``None`` if there is no base estate."""
        base = self.base_estate()
        if base is None or not self._is_declared(estate):
            return None
        if CHANGE.id not in self.found.verdicts:
            # It loads the tables of every kind of resource, and only a comparison needs them.
            from steps.comparing import judge  # noqa: PLC0415

            self.found.verdicts[CHANGE.id] = judge(base, estate)
        return self.found.verdicts[CHANGE.id]

    def standings(self, verdict: Verdict, estate: Estate) -> tuple[Standing, ...]:
        """What the waivers come to for one verdict; they are for the declared estate alone."""
        return self._standings({verdict.control: verdict}) if self._is_declared(estate) else ()

    def _standings(self, verdicts: Mapping[str, Verdict]) -> tuple[Standing, ...]:
        return standings(self.options.waivers, verdicts, self.started.date(), self._holds)

    def _holds(self, control: str) -> bool:
        """Whether a compensating control passes, though it may be none of those of this run."""
        if control not in self._compensating:
            verdict = self.found.verdicts.get(control)
            verdict = verdict or _assess(control, self.declared_estate())
            self._compensating[control] = verdict.outcome is Outcome.PASSED
        return self._compensating[control]

    def drill(self, attack: str, estate: Estate) -> Drilled:
        """The drill of an attack on an estate; after one on the declared estate, one on the base.

        A drill that cannot be held is told in the result.
        """
        # What a drill needs takes longer to load than a big plan to read, and controls need none.
        from steps.holding import hold  # noqa: PLC0415

        if not self._is_declared(estate):
            return hold(attack, estate, self.options, self.progress)
        if attack not in self.found.drills:
            held = hold(attack, estate, self.options, self.progress)
            self.found.drills[attack] = held
            base = self.base_estate()
            if base is not None and held.drill is not None:
                self.progress(f"drill {attack}: the same on the base estate, to compare")
                self._before.drills[attack] = hold(attack, base, self.options, self.progress)
        return self.found.drills[attack]

    def ledger(self) -> dict[str, Json]:
        """The ledger of what was found on the declared estate so far."""
        after, before = self.declared_estate(), self.base_estate()
        made = self._ledger(after, self.found)
        if self.options.second_opinion:
            made["second_opinion"] = self._second_opinion()
        if before is None:
            return made
        # It loads the tables of every kind of resource, and only a comparison needs them.
        from steps.comparing import compare  # noqa: PLC0415

        return compare(made, self._ledger(before, self._before), before, after)

    def _ledger(self, estate: Estate, found: Found) -> dict[str, Json]:
        header = Header(
            tool=f"cpra-drill {VERSION}",
            started=self.started,
            seed=self.options.seed,
            window=self.options.window,
            profile=self.options.profile.file,
            unknown=self.options.unknown,
        )
        known = {**CONTROLS, CHANGE.id: CHANGE}
        assessed = [(known[id_], verdict) for id_, verdict in sorted(found.verdicts.items())]
        drilled = [drill for _, drill in sorted(found.drills.items())]
        standing = self._standings(found.verdicts) if found is self.found else ()
        return ledger(header, estate, assessed, drilled, standing)

    def _estate(self, source: str, other: str) -> Estate:
        """The estate of one of the two options; what is said of directories is for both.

        Where neither is a directory there is nothing to say it of, and reading refuses it.
        """
        if source not in self._read:
            spared = other != "" and Path(other).is_dir() and not Path(source).is_dir()
            with _quickly():
                estate = read_estate(
                    source,
                    () if spared else self.options.var_files,
                    reader="auto" if spared else self.options.reader,
                    progress=self.progress,
                )
            file = self.options.personal_information or beside(source, statements.FILE)
            said = statements.read_statements(file) if file is not None else ()
            self._read[source] = replace(estate, statements=said) if said else estate
        return self._read[source]

    def _second_opinion(self) -> Json:
        """checkov's, beside the verdicts; or why there is none, which changes no verdict."""
        # Few runs ask for it.
        from steps.second_opinion import second_opinion  # noqa: PLC0415

        verdicts = {id_: self.found.verdicts[id_] for id_ in CONTROLS if id_ in self.found.verdicts}
        return second_opinion(self.options.estate, verdicts, self.progress)

    def _is_declared(self, estate: Estate) -> bool:
        return estate is self._read.get(self.options.estate)

"""What a run has read, assessed and drilled so far; each thing is done once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from simulator import VERSION
from simulator.attacks.catalogue import ATTACKS
from simulator.clock import wall_clock
from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Verdict
from simulator.drill import Drill, NotDrillable, run_drill
from simulator.estate.model import Estate
from simulator.estate.reader import read_estate
from simulator.evidence.ledger import Drilled, Header, Json, ledger
from simulator.evidence.wording import read_as
from simulator.exposure import Circumstances, exposure
from simulator.twin.errors import TwinError
from steps.options import Options

NotHeld: TypeAlias = NotDrillable | TwinError

THE_DECLARED_ESTATE = "the declared estate"
"""The Given that chooses the estate of ``--estate``."""


@dataclass(slots=True)
class Run:
    """The state of one pytest session.

    ``verdicts`` and ``drills`` hold what was found on the declared estate, by control and attack
    id: they become the ledger. What a scenario does with another estate stays out of it.
    """

    options: Options
    progress: Callable[[str], None]
    started: datetime = field(default_factory=wall_clock)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    drills: dict[str, Drill | NotHeld] = field(default_factory=dict)
    _declared: Estate | None = None
    _others: dict[str, Estate] = field(default_factory=dict)

    def declared_estate(self) -> Estate:
        """The estate under test, read on first use. Raises ``EstateError``."""
        if self._declared is None:
            self._declared = read_estate(
                self.options.estate,
                self.options.var_files,
                reader=self.options.reader,
                progress=self.progress,
            )
        return self._declared

    def estate_in(self, directory: Path) -> Estate:
        """Another estate, for scenarios that name one. Raises ``EstateError``."""
        name = str(directory)
        if name not in self._others:
            reader = self.options.reader if directory.is_dir() else "auto"
            self._others[name] = read_estate(name, reader=reader, progress=self.progress)
        return self._others[name]

    def assess(self, control: str, estate: Estate) -> Verdict:
        """The verdict of a control on an estate."""
        if estate is not self._declared:
            return assess(CONTROLS[control], estate)
        if control not in self.verdicts:
            self.verdicts[control] = assess(CONTROLS[control], estate)
        return self.verdicts[control]

    def drill(self, attack: str, estate: Estate) -> Drill:
        """The drill of an attack on an estate. Raises ``NotDrillable`` or ``TwinError``."""
        if estate is not self._declared:
            return self._run(attack, estate)
        if attack not in self.drills:
            try:
                self.drills[attack] = self._run(attack, estate)
            except (NotDrillable, TwinError) as reason:
                self.drills[attack] = reason
        drill = self.drills[attack]
        if not isinstance(drill, Drill):
            raise drill
        return drill

    def ledger(self) -> dict[str, Json]:
        """The ledger of what was found on the declared estate so far."""
        header = Header(
            tool=f"cpra-drill {VERSION}",
            started=self.started,
            seed=self.options.seed,
            window=self.options.window,
            profile=self.options.profile.file,
        )
        assessed = [(CONTROLS[id_], verdict) for id_, verdict in sorted(self.verdicts.items())]
        drilled = [_drilled(id_, drill, self.options) for id_, drill in sorted(self.drills.items())]
        return ledger(header, self.declared_estate(), assessed, drilled)

    def summary(self) -> list[str]:
        """What the terminal says at the end: a line for the estate, each control and each drill."""
        controls = [
            f"{id_}  {verdict.outcome.value}"
            + (f" ({len(verdict.findings)} findings)" if verdict.findings else "")
            for id_, verdict in sorted(self.verdicts.items())
        ]
        drills = [
            f"{id_}  " + (drill.outcome.value if isinstance(drill, Drill) else "could not be held")
            for id_, drill in sorted(self.drills.items())
        ]
        estate = self.declared_estate()
        read = f"estate  {estate.source}, read as {read_as(estate.reader, estate.why)}"
        return [read, *controls, *drills]

    def _run(self, attack: str, estate: Estate) -> Drill:
        return run_drill(
            estate,
            ATTACKS[attack],
            self.options.profile,
            seed=self.options.seed,
            window=self.options.window,
            progress=self.progress,
        )


def _drilled(attack: str, drill: Drill | NotHeld, options: Options) -> Drilled:
    if not isinstance(drill, Drill):
        return Drilled(attack, None, None, str(drill), isinstance(drill, TwinError))
    found = exposure(
        drill.timeline, drill.truth, drill.received, Circumstances(window=options.window)
    )
    return Drilled(attack, drill, found)

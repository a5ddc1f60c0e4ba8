"""Holding a drill, for a run that has one: everything that a drill needs is loaded with it."""

from collections.abc import Callable

from simulator.attacks.catalogue import ATTACKS
from simulator.drill import NotDrillable, run_drill
from simulator.estate.model import Estate
from simulator.evidence.ledger import Drilled
from simulator.exposure import Circumstances, exposure
from simulator.twin.errors import TwinError
from steps.options import Options


def hold(attack: str, estate: Estate, options: Options, progress: Callable[[str], None]) -> Drilled:
    """The drill of an attack on an estate and what its leak means, or why there is none."""
    try:
        drill = run_drill(
            estate,
            ATTACKS[attack],
            options.profile,
            seed=options.seed,
            window=options.window,
            progress=progress,
        )
    except (NotDrillable, TwinError) as reason:
        return Drilled(attack, None, None, str(reason), isinstance(reason, TwinError))
    around = Circumstances(window=options.window)
    return Drilled(attack, drill, exposure(drill.timeline, drill.truth, drill.received, around))

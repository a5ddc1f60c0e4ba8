"""A Terraform directory as the estate of its plan, made offline by the user's own program."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.estate.errors import EstateError
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan
from simulator.estate.private_file import private_json
from simulator.estate.values import printable
from simulator.plan_extra import needing_plan_extra

if TYPE_CHECKING:
    from simulator.offline_plan import OfflinePlan, Problem

_TOLD: Final = 300  # characters of what Terraform says; a diagnostic can go on for a page


class UnplannedError(Exception):
    """The directory cannot be planned here; the message says why, with the next step if any."""


def read_planned(
    directory: Path, var_files: Sequence[Path], progress: Callable[[str], None]
) -> tuple[Estate, bool]:
    """The estate of the directory's plan, and whether the plan leaves a part of it open.

    Such a partial plan cannot tell how many resources there are, or what is true: that hangs on
    data sources. Raises :class:`UnplannedError` if there is no plan, or none that can be read.
    """
    made = _plan(directory, var_files, progress)
    # What has no place in the HCL is said to be in a file of this name.
    with private_json("offline plan", made.json) as file:
        try:
            estate = read_plan(file)
        except EstateError as error:
            raise UnplannedError(str(error).replace(str(file), "its plan")) from None
    return replace(estate, source=str(directory)), made.partial


def _plan(
    directory: Path, var_files: Sequence[Path], progress: Callable[[str], None]
) -> "OfflinePlan":
    with needing_plan_extra(UnplannedError):
        from simulator.offline_plan import (  # noqa: PLC0415 - it needs an extra
            NoPlanError,
            RefusedError,
            find,
            plan,
        )
        from simulator.offline_plan.terraform import PROGRAMS  # noqa: PLC0415
    if not any(map(shutil.which, PROGRAMS)):
        raise UnplannedError(f"no {' or '.join(PROGRAMS)} on the PATH")
    try:
        program = find()
    except NoPlanError as error:
        raise UnplannedError(str(error)) from None
    try:
        return plan(directory, var_files, program, progress)
    except NoPlanError as error:
        raise UnplannedError(str(error)) from None
    except RefusedError as error:
        raise UnplannedError(f"{program.name} refuses it: {_first(error.problems)}") from None


def _first(problems: "Sequence[Problem]") -> str:
    """The first problem on one line, and how many there are besides."""
    said = printable(str(problems[0]))
    short = said if len(said) <= _TOLD else f"{said[:_TOLD]}..."
    return f"{short} (and {more} more)" if (more := len(problems) - 1) else short

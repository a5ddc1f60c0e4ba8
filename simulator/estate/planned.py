"""A Terraform directory as the estate of its plan, made offline by the user's own program."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.estate.errors import EstateError
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan
from simulator.estate.values import printable

if TYPE_CHECKING:
    from simulator.offline_plan import OfflinePlan, Problem

_EXTRA: Final = ("grpc", "google", "msgpack")
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
    with tempfile.TemporaryDirectory(prefix="cpra-drill-read-") as place:
        file = Path(place) / "offline plan"  # what has no place in the HCL is said to be there
        # A plan holds secrets in plain text: nobody else may read it in the meantime.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(made.json, out)
        try:
            estate = read_plan(file)
        except EstateError as error:
            raise UnplannedError(str(error).replace(str(file), "its plan")) from None
    return replace(estate, source=str(directory)), made.partial


def _plan(
    directory: Path, var_files: Sequence[Path], progress: Callable[[str], None]
) -> "OfflinePlan":
    try:
        from simulator.offline_plan import (  # noqa: PLC0415 - it needs an extra
            NoPlanError,
            RefusedError,
            find,
            plan,
        )
        from simulator.offline_plan.terraform import PROGRAMS  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise UnplannedError(
            f"a plan needs {error.name}, which is not installed: pip install 'cpra-drill[plan]'"
        ) from None
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

"""A Terraform directory as an Estate: by the plan of it, as it is written, or by both."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.estate.joined import join
from simulator.estate.model import Estate
from simulator.estate.planned import UnplannedError, read_planned


def read_directory(
    path: Path, var_files: Sequence[Path], reader: str, progress: Callable[[str], None]
) -> Estate:
    """What a directory declares, read as ``reader`` says; raises :class:`EstateError`.

    The plan of it knows values, and its files know how they were written: both are joined.
    """
    if reader == "hcl":
        return read_hcl(path, var_files, progress=progress)
    written = _written(path, var_files, progress)
    try:
        planned, partial = read_planned(path, var_files, progress)
    except UnplannedError as error:
        if reader == "plan":
            raise EstateError(
                f"{path}: it cannot be read as a plan: {error}. --reader hcl reads it as it is "
                "written."
            ) from None
        return _unplanned(written, str(error), progress)
    if isinstance(written, EstateError):
        return planned
    if partial and reader == "auto":
        # As written, only what hangs on a data source is unknown; a partial plan is so as a whole.
        why = "how much of it there is hangs on data sources, which an offline plan cannot ask"
        return _unplanned(written, why, progress)
    return join(planned, written)


def _written(
    path: Path, var_files: Sequence[Path], progress: Callable[[str], None]
) -> Estate | EstateError:
    """The directory as it is written, or why it cannot be read so: Terraform may know better."""
    try:
        return read_hcl(path, var_files, progress=progress)
    except EstateError as error:
        return error


def _unplanned(written: Estate | EstateError, why: str, progress: Callable[[str], None]) -> Estate:
    if isinstance(written, EstateError):
        raise written
    progress(f"{written.source} is read as HCL: {why}")
    return replace(written, why=why)

"""The one way in to an Estate: a Terraform directory, a plan's JSON, or a subscription."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.estate.joined import join
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan
from simulator.estate.planned import UnplannedError, read_planned

LIVE: Final = "azure:"
READERS: Final = ("auto", "plan", "hcl")
"""How a directory is read: as the plan of it, as it is written, or the first that can be."""


def read_estate(
    source: str,
    var_files: Sequence[Path] = (),
    *,
    reader: str = "auto",
    progress: Callable[[str], None] = lambda _: None,
) -> Estate:
    """What ``source`` declares: a directory of ``.tf`` files or a ``terraform show -json`` file.

    ``var_files`` set variables of a directory, and ``reader``, one of ``READERS``, says how to read
    it; a plan has its values already. Where ``auto`` finds no plan to read, the estate's ``why``
    says why. ``progress`` is told what takes time. Raises :class:`EstateError`, with the next step,
    for anything that cannot be read.
    """
    if reader not in READERS:
        raise EstateError(f"--reader {reader}: there are {', '.join(READERS)}")
    if source.startswith(LIVE):
        raise EstateError(
            f"{source}: a live subscription cannot be read yet. "
            "Give a Terraform directory, or a plan's JSON made with `terraform show -json`."
        )
    path = Path(source)
    if not source or not path.exists():
        raise EstateError(f"{source or '(empty)'}: there is no such file or directory.")
    if path.is_dir():
        return _directory(path, var_files, reader, progress)
    if var_files:
        raise EstateError(
            f"{source}: a plan has the values of its variables already. Leave --var-file out, "
            "or give the directory."
        )
    if reader != "auto":
        raise EstateError(
            f"{source}: a plan's JSON is read as it is. Leave --reader out, or give the directory."
        )
    return read_plan(path)


def _directory(
    path: Path, var_files: Sequence[Path], reader: str, progress: Callable[[str], None]
) -> Estate:
    if reader == "hcl":
        return read_hcl(path, var_files)
    written = _written(path, var_files)
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


def _written(path: Path, var_files: Sequence[Path]) -> Estate | EstateError:
    """The directory as it is written, or why it cannot be read so: Terraform may know better."""
    try:
        return read_hcl(path, var_files)
    except EstateError as error:
        return error


def _unplanned(written: Estate | EstateError, why: str, progress: Callable[[str], None]) -> Estate:
    if isinstance(written, EstateError):
        raise written
    progress(f"{written.source} is read as HCL: {why}")
    return replace(written, why=why)

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
    """What ``source`` has: a directory of ``.tf`` files, a ``terraform show -json`` file, or Azure.

    ``azure:`` and the id of a subscription is what exists there. ``var_files`` set variables of a
    directory, and ``reader``, one of ``READERS``, says how to read it; nothing else takes them.
    Where ``auto`` finds no plan to read, the estate's ``why`` says why. ``progress`` is told what
    takes time. Raises :class:`EstateError`, with the next step, for what cannot be read.
    """
    if reader not in READERS:
        raise EstateError(f"--reader {reader}: there are {', '.join(READERS)}")
    if source.startswith(LIVE):
        _as_it_is(source, "a subscription is read as it is", var_files, reader)
        from simulator.estate.azure import read_subscription  # noqa: PLC0415 - it takes a second

        return read_subscription(source.removeprefix(LIVE), progress=progress)
    path = Path(source)
    if not source or not path.exists():
        raise EstateError(f"{source or '(empty)'}: there is no such file or directory.")
    if path.is_dir():
        return _directory(path, var_files, reader, progress)
    _as_it_is(source, "a plan has the values of its variables already", var_files, reader)
    return read_plan(path)


def _as_it_is(source: str, why: str, var_files: Sequence[Path], reader: str) -> None:
    """Refuse what only a directory takes: it would do nothing."""
    asked = [("--var-file", bool(var_files)), ("--reader", reader != "auto")]
    if named := " and ".join(option for option, given in asked if given):
        raise EstateError(f"{source}: {why}. Leave {named} out, or give the directory.")


def _directory(
    path: Path, var_files: Sequence[Path], reader: str, progress: Callable[[str], None]
) -> Estate:
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

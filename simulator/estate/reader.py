"""The one way in to an Estate: a Terraform directory, a plan's JSON, or a subscription."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from simulator.estate.beside import with_hcl_beside
from simulator.estate.errors import EstateError
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan

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
    Where ``auto`` finds no plan to read, the estate's ``why`` says why. A plan that lies beside the
    HCL that it was made from has from there what its JSON lost. ``progress`` is told what takes
    time. Raises :class:`EstateError`, with the next step, for what cannot be read.
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
        from simulator.estate.directory import read_directory  # noqa: PLC0415 - it loads HCL's parsers

        return read_directory(path, var_files, reader, progress)
    _as_it_is(source, "a plan has the values of its variables already", var_files, reader)
    return with_hcl_beside(read_plan(path), path, progress)


def _as_it_is(source: str, why: str, var_files: Sequence[Path], reader: str) -> None:
    """Refuse what only a directory takes: it would do nothing."""
    asked = [("--var-file", bool(var_files)), ("--reader", reader != "auto")]
    if named := " and ".join(option for option, given in asked if given):
        raise EstateError(f"{source}: {why}. Leave {named} out, or give the directory.")

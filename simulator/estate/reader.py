"""The one way in to an Estate: a Terraform directory, a plan's JSON, or a subscription."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan

LIVE: Final = "azure:"


def read_estate(source: str, var_files: Sequence[Path] = ()) -> Estate:
    """What ``source`` declares: a directory of ``.tf`` files or a ``terraform show -json`` file.

    ``var_files`` set variables of a directory; a plan has its values already. Raises
    :class:`EstateError`, with the next step, for anything that cannot be read.
    """
    if source.startswith(LIVE):
        raise EstateError(
            f"{source}: a live subscription cannot be read yet. "
            "Give a Terraform directory, or a plan's JSON made with `terraform show -json`."
        )
    path = Path(source)
    if not source or not path.exists():
        raise EstateError(f"{source or '(empty)'}: no such file or directory. Check --estate.")
    if path.is_dir():
        return read_hcl(path, var_files)
    if var_files:
        raise EstateError(
            f"{source}: a plan has the values of its variables already. Leave --var-file out, "
            "or give the directory."
        )
    return read_plan(path)

"""What the tests of this package share: a real Terraform, small configurations, their plans."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from simulator.offline_plan import NoPlanError, OfflinePlan, Program, find, plan

PROVIDER = 'provider "azurerm" {\n  features {}\n}\n'
GROUP = 'resource "azurerm_resource_group" "g" {\n  name = "g"\n  location = "westus2"\n}\n'
ROOT = Path(__file__).parents[2]


def _found() -> tuple[Program | None, str]:
    try:
        return find(), ""
    except NoPlanError as error:
        return None, str(error)


PROGRAM, WHY_NOT = _found()
needs_terraform = pytest.mark.skipif(PROGRAM is None, reason=WHY_NOT or "there is one")


def written(directory: Path, text: str, name: str = "main.tf") -> Path:
    """A configuration of one file in a directory of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(text, encoding="utf-8")
    return directory


def planned(directory: Path, text: str, var_files: Sequence[Path] = ()) -> OfflinePlan:
    """The plan of a configuration given as text, with azurerm configured."""
    return plan(written(directory, PROVIDER + text), var_files, PROGRAM)


def change(made: Mapping[str, Any], address: str) -> dict[str, Any]:
    """The ``change`` of one resource instance."""
    found = [c["change"] for c in made["resource_changes"] if c["address"] == address]
    assert len(found) == 1, f"{address}: {len(found)} changes"
    return found[0]


def contents(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, with what is in it."""
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}

"""Runs of pytest as a person starts them, from a shell at the project's root."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.evidence.ledger import schema

ROOT = Path(__file__).parents[2]
ESTATES = ROOT / "fixtures/estates"
VERSION = """if [ "$1" = version ]; then echo '{"terraform_version": "1.11.4"}'; exit 0; fi"""
needs_shell = pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "mv", "sleep"))), reason="needs the commands sh, mv and sleep"
)


def command(*arguments: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]


def shell(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A run to its end; ``path`` is all that is searched for programs."""
    environment = os.environ if path is None else {**os.environ, "PATH": str(path)}
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def ledger(evidence: Path) -> dict[str, Any]:
    """The ledger that a run has left, which fits its schema."""
    found: dict[str, Any] = json.loads((evidence / "ledger.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema()).validate(found)
    return found


def program(directory: Path, script: str) -> Path:
    """A directory with a program that passes for Terraform until it is run."""
    directory.mkdir()
    path = directory / "terraform"
    path.write_text(f"#!/bin/sh\n{VERSION}\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return directory

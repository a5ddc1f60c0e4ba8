"""Writing the evidence: all of it or none of it, so that nobody reads half a ledger."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import jsonschema

from simulator.evidence.html import page
from simulator.evidence.ledger import Json, schema


class EvidenceError(Exception):
    """The evidence cannot be written; the message names the place and the reason."""


def write_evidence(ledger: Mapping[str, Json], directory: Path) -> tuple[Path, ...]:
    """Write ``ledger.json`` and ``index.html`` into ``directory``; returns their paths.

    Every report is rendered before the first is written, and each replaces its predecessor in one
    step. Raises ``EvidenceError`` if the directory cannot be written to.
    """
    jsonschema.validate(ledger, schema())
    texts = {
        "ledger.json": json.dumps(ledger, indent=2, ensure_ascii=False) + "\n",
        "index.html": page(ledger),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return tuple(_replace(directory / name, text) for name, text in texts.items())
    except OSError as error:
        raise EvidenceError(f"{directory}: evidence cannot be written ({error})") from error


def _replace(path: Path, text: str) -> Path:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path

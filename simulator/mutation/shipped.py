"""The mutation score that comes with these controls, and what it was measured on."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import simulator.controls

SHIPPED: Final = Path(__file__).with_name("reference.json")
"""The record of the reference estate, which ``scripts/mutation_score.py`` writes."""


def shipped(path: Path = SHIPPED) -> dict[str, Any] | None:
    """The record that comes with these controls; ``None`` if it is not of them as they are.

    Only what the installed controls themselves were measured with is told.
    """
    made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return made if made["controls_digest"] == controls_digest() else None


def controls_digest() -> str:
    """SHA-256 of the controls' sources."""
    (controls,) = map(Path, simulator.controls.__path__)
    return _digest(controls, "*.py")


def digests_of(directory: Path) -> dict[str, str]:
    """SHA-256 of the controls' sources, and of the configuration files in ``directory``.

    Equal digests mean that a record is of these controls and of this estate.
    """
    return {
        "controls_digest": controls_digest(),
        "estate_digest": _digest(directory, "*.tf*"),  # also variables and templates
    }


def _digest(directory: Path, pattern: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.rglob(pattern)):
        if path.is_file():
            content = path.read_bytes().replace(b"\r\n", b"\n")
            name = path.relative_to(directory).as_posix().encode()
            digest.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return digest.hexdigest()

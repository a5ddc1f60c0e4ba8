"""Writing the evidence: all of it or none of it, so that nobody reads half a ledger."""

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from simulator.evidence.html import page
from simulator.evidence.ledger import Json, ledger_text


class EvidenceError(Exception):
    """The evidence cannot be written; the message names the place and the reason."""


def write_evidence(ledger: Mapping[str, Json], directory: Path) -> tuple[Path, ...]:
    """Write ``ledger.json`` and ``index.html`` into ``directory``; returns their paths.

    Both are rendered, and lie on the disk beside their predecessors, before the first of these is
    replaced. The page names the SHA-256 of its ledger, so that a pair can be told from two files of
    different runs. Raises ``EvidenceError`` if the directory cannot be written to; the earlier
    evidence is then as it was.

    That a ledger fits its schema is tested and not asked again: what makes one is typed, and to ask
    takes longer than to write it.
    """
    texts = {
        directory / "ledger.json": ledger_text(ledger),
        directory / "index.html": page(ledger),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _replace(texts)
    except OSError as error:
        place, reason = error.filename or directory, error.strerror or type(error).__name__
        raise EvidenceError(
            f"{directory}: the evidence cannot be written ({place}: {reason});"
            " name a directory that can be written to with --evidence DIR"
        ) from error
    return tuple(texts)


def _replace(texts: Mapping[Path, str]) -> None:
    """Put every text in its place; a failure before the last moment leaves all places alone."""
    for path in texts:
        if path.is_dir():  # the one thing that a rename within a directory stumbles over
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with ExitStack() as cleanup:
        staged: dict[Path, Path] = {}
        for path, text in texts.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            staged[path] = Path(name)
            cleanup.callback(staged[path].unlink, missing_ok=True)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            staged[path].chmod(0o644)
        for path, temporary in staged.items():
            temporary.replace(path)

"""Syntax trees kept between runs, because parsing is most of what reading a directory takes.

What is kept is what the ``.tf`` files say, in the user's own cache directory, where Azurite's
program is too: a file there is believed. Files of variables are never kept.
"""

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

from simulator import VERSION

_MOST: Final = 64_000_000
"""The bytes that are kept before the files longest unused go."""
_SMALLEST: Final = 2_000
"""Characters of text below which parsing is about as quick as looking."""


class Shelf:
    """What texts were parsed into, in files of a directory that only its owner may read."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def _made_by(self) -> bytes:
        """What a tree depends on besides the text."""
        made_by = (VERSION, version("python-hcl2"), version("lark"), sys.version)
        return "\0".join(made_by).encode()

    def recall(self, name: str, text: str, parse: Callable[[], object]) -> object:
        """What ``parse`` made of this text of the file ``name`` in this or an earlier run."""
        if len(text) < _SMALLEST or not name.endswith(".tf"):
            return parse()
        file = self._directory / self._key(name, text)
        with suppress(Exception):  # unreadable, cut short or of another make: parse it anew
            parsed: object = pickle.loads(file.read_bytes())  # noqa: S301 - written by this class
            os.utime(file)
            return parsed
        parsed = parse()
        with suppress(OSError, RecursionError, pickle.PicklingError):
            self._keep(file, pickle.dumps(parsed, protocol=pickle.HIGHEST_PROTOCOL))
        return parsed

    def _key(self, name: str, text: str) -> str:
        parts = (self._made_by, name.encode(errors="replace"), text.encode(errors="replace"))
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def _keep(self, file: Path, data: bytes) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.scandir(self._directory) as entries:
            held = sorted((e.stat().st_mtime, e.stat().st_size, e.path) for e in entries)
        spare = _MOST - len(data) - sum(size for _, size, _ in held)
        for _, size, path in held:
            if spare >= 0:
                break
            Path(path).unlink(missing_ok=True)
            spare += size
        # Another run may read it meanwhile, so it comes to be at once.
        handle, staged = tempfile.mkstemp(dir=self._directory)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(staged).replace(file)

"""What is kept between runs: syntax trees and other things that take long to make of a text.

It is in the user's own cache directory, where Azurite's program is too: a file there is believed.
"""

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

_MOST: Final = 64_000_000
"""The bytes that are kept before the files longest unused go."""


@cache
def made_by(code: Path, *distributions: str) -> str:
    """A digest of what makes something: our code in a file or directory, and what it stands on.

    As a part of a name it keeps what another version made from being recalled.
    """
    files = sorted(code.rglob("*.py")) if code.is_dir() else [code]
    parts = [file.read_bytes() for file in files]
    parts += [version(distribution).encode() for distribution in distributions]
    return hashlib.sha256(b"\0".join([sys.version.encode(), *parts])).hexdigest()


class Shelf:
    """What texts were made into, in files of a directory that only its owner may read."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def recall(
        self, name: str, text: str, make: Callable[[], object], *, private: bool = False
    ) -> object:
        """What ``make`` made of this text under this name in this or an earlier run."""
        if private:
            return make()
        file = self._directory / _key(name, text)
        with suppress(Exception):  # unreadable, cut short or of another make: make it anew
            made: object = pickle.loads(file.read_bytes())  # noqa: S301 - written by this class
            os.utime(file)
            return made
        made = make()
        with suppress(OSError, RecursionError, pickle.PicklingError, TypeError, AttributeError):
            self._keep(file, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
        return made

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


def _key(name: str, text: str) -> str:
    parts = (name.encode(errors="replace"), text.encode(errors="replace"))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()

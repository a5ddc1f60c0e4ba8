"""A file for another reader that only its owner may read, and that is gone afterwards."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_json(name: str, value: object) -> Iterator[Path]:
    """The path of a file of this name that holds ``value`` as JSON, for as long as the block lasts.

    Plans and variables hold secrets in plain text: nobody else may read them in the meantime.

    >>> with private_json("a.json", {"b": (1, 2)}) as file:
    ...     file.name, file.read_text(), oct(file.stat().st_mode)[-3:]
    ('a.json', '{"b": [1, 2]}', '600')
    >>> file.exists()
    False
    """
    with tempfile.TemporaryDirectory(prefix="cpra-drill-read-") as place:
        file = Path(place) / name
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(value, out, default=_plain)
        yield file


def _plain(value: object) -> object:
    if isinstance(value, Mapping):  # a frozen one
        return dict(value)
    raise TypeError(type(value).__name__)

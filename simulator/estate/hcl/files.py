"""Functions that read files beside the configuration."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from simulator.estate.hcl.conversion import to_set
from simulator.estate.hcl.effort import spend
from simulator.estate.hcl.value import (
    LONGEST,
    Evaluated,
    EvaluationError,
    Secret,
    TooLargeError,
    Unknown,
    reveal,
    secret,
    unknown,
)

Render = Callable[[str, Mapping[str, Evaluated]], Evaluated]
"""Makes the string that a template's text and its variables give."""


def _text(content: bytes) -> str:
    return content.decode("utf-8")


def _digest(name: str) -> Callable[[bytes], str]:
    return lambda content: hashlib.new(name, content, usedforsecurity=False).hexdigest()


_READING: Final[Mapping[str, Callable[[bytes], str]]] = {
    "file": _text,
    "filebase64": lambda content: base64.b64encode(content).decode(),
    "filemd5": _digest("md5"),
    "filesha1": _digest("sha1"),
    "filesha256": _digest("sha256"),
    "filesha512": _digest("sha512"),
}

FILE_FUNCTIONS: Final = frozenset({*_READING, "fileexists", "fileset", "templatefile"})


def call(
    name: str, arguments: list[Evaluated], text: str, directory: Path, render: Render
) -> Evaluated:
    """The result of a file function; relative names start from ``directory``.

    A file that is not there, as one that another step makes, gives an unknown value. Raises
    :class:`EvaluationError` where Terraform would refuse the arguments.
    """
    plain, marked = reveal(arguments[0])
    if plain is None:
        raise EvaluationError(f"{text}: the name of the file is null")
    if not isinstance(plain, str):
        return unknown(text, plain)
    path = directory / plain
    if name == "fileexists":
        return path.is_file()
    if name == "fileset":
        return _matching(path, reveal(arguments[1])[0], text)
    if not path.is_file():
        return Unknown(f"{text}: there is no file {plain}", text)
    if path.stat().st_size > LONGEST:
        raise TooLargeError(f"{plain} has more than {LONGEST:,} bytes")
    try:
        if name == "templatefile":
            given = arguments[1].value if isinstance(arguments[1], Secret) else arguments[1]
            if not isinstance(given, dict):
                return unknown(text, given)
            content = render(_text(path.read_bytes()), given)
        else:
            content = _READING[name](path.read_bytes())
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{text}: {plain} is not UTF-8 text") from error
    return secret(content) if marked else content


def try_to_call(
    name: str, arguments: list[Evaluated], text: str, directory: Path, render: Render
) -> Evaluated:
    """The same inside of ``try`` or ``can``, where a file that is not there is what they ask about.

    >>> from pathlib import Path
    >>> call("file", ["gone"], 'file("gone")', Path("/nowhere"), lambda text, _: text).why
    'file("gone"): there is no file gone'
    >>> try_to_call("file", ["gone"], 'file("gone")', Path("/nowhere"), lambda text, _: text)
    Traceback (most recent call last):
    simulator.estate.hcl.value.EvaluationError: file("gone"): there is no file gone
    """
    plain, _ = reveal(arguments[0])
    reads = name in _READING or name == "templatefile"
    if reads and isinstance(plain, str) and not (directory / plain).is_file():
        raise EvaluationError(f"{text}: there is no file {plain}")
    return call(name, arguments, text, directory, render)


def _matching(directory: Path, pattern: Evaluated, text: str) -> Evaluated:
    if not isinstance(pattern, str) or set(pattern) & set("{}[]\\"):
        return Unknown(f"{text} is not evaluated here", text)
    found: list[Evaluated] = []
    for path in directory.glob(pattern):
        spend()
        if path.is_file():
            found.append(path.relative_to(directory).as_posix())
    return to_set(found)

"""The same directory read a second time, by ``tfparse``: HCL's own parser, in another language.

It refuses what is no HCL, and finds resources independently. It runs beside the first reading, in
a process that can be ended, as nothing else stops it: it can take minutes where modules call
modules.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.hcl.aside import Aside, NoAnswerError, aside
from simulator.estate.model import base_address

_DIAGNOSTIC: Final = re.compile(r"([^\s:]+):(\d+),\d+(?:-[\d,]+)?: (.*)", re.DOTALL)


class SecondReading:
    """A second reading under way, or none, which comes to no end."""

    def __init__(self, directory: Path, at_work: Aside | None) -> None:
        self._directory = directory
        self._at_work = at_work

    def addresses(self, seconds: float) -> frozenset[str] | None:
        """The addresses, without keys, of all resources found; ``None`` if it came to no end.

        Waits so many ``seconds`` for it. Raises :class:`EstateError` where HCL's own parser
        refuses a file.
        """
        at_work, self._at_work = self._at_work, None
        try:
            answer = at_work.answer(seconds) if at_work is not None else None
        except NoAnswerError:
            return None
        if not isinstance(answer, dict) or "cannot generate JSON" in answer.get("refused", ""):
            return None  # what it found it cannot tell, such as an infinite number
        if "refused" in answer:
            raise EstateError(_message(self._directory, answer["refused"]))
        return frozenset(map(base_address, answer["paths"]))

    def end(self) -> None:
        """End it, if nobody has waited for it."""
        if self._at_work is not None:
            self._at_work.end()


@contextmanager
def second_reading(
    directory: Path, var_files: Sequence[Path], workspace: str, seconds: float
) -> Iterator[SecondReading]:
    """A second reading, begun, that ends itself after so many ``seconds``."""
    at_work = aside()
    given = {
        "directory": str(directory),
        "var_files": [Path(os.path.relpath(path, directory)).as_posix() for path in var_files],
        "workspace": workspace,
        "types": ["resource", "data"],
    }
    second = SecondReading(directory, at_work)
    try:
        at_work.begin("resources", given, seconds)
        yield second
    finally:
        second.end()


def _message(directory: Path, error: str) -> str:
    """An error of ``tfparse`` with its place as ``file:line``."""
    diagnostic = _DIAGNOSTIC.search(error)
    if diagnostic is None:
        return f"{directory}: {' '.join(error.split())}. Run `terraform validate`."
    file, line, what = diagnostic.groups()
    words = " ".join(what.split()).rstrip(".")
    return f"{directory / file}:{line}: {words}. `terraform validate` shows the place."

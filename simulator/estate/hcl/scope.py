"""What the names in an expression mean, where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from simulator.estate.hcl.value import Evaluated, EvaluationError


class Names(Protocol):
    """What the first name of an expression can mean."""

    @property
    def working_directory(self) -> Path:
        """The directory that relative file names start from."""

    def find(self, name: str) -> Evaluated:
        """The value of ``name``. Raises :class:`EvaluationError` if there is none."""


@dataclass(frozen=True, slots=True)
class NoNames:
    """Where no name means anything, as in a variable file."""

    working_directory: Path

    def find(self, name: str) -> Evaluated:
        """Never a value."""
        raise EvaluationError(f"{name} means nothing here")


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that a module gives, and those that a loop or block adds.

    ``trying`` is whether it is inside of ``try`` or ``can``, where what fails decides.
    """

    names: Names
    local: Mapping[str, Evaluated]
    trying: bool = False

    def find(self, name: str) -> Evaluated:
        """The value of ``name``, the innermost first."""
        return self.local[name] if name in self.local else self.names.find(name)

    def having(self, added: Mapping[str, Evaluated]) -> "Scope":
        """This scope with more names."""
        return replace(self, local={**self.local, **added})

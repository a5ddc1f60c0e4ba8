"""A YAML file that is a list of entries with known keys, read with the line of each.

People write these files by hand, so that whatever is wrong is told with the line and the key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import yaml

Scalar: TypeAlias = str | int | float | bool | date | None
"""What a key of an entry can hold."""


class EntriesError(Exception):
    """A file that cannot be read, or an entry that is no good: ``FILE:LINE: what``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its values by key, and where it stands."""

    values: Mapping[str, Scalar]
    file: Path
    line: int

    def text(self, key: str) -> str:
        """The text under ``key``, ``""`` if it is not there. Raises ``EntriesError``."""
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.error(f"{key} must be a text, not {value!r}")
        return value.strip()

    def flag(self, key: str) -> bool:
        """The ``true`` or ``false`` under ``key``. Raises ``EntriesError``."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            raise self.error(f"{key} must be true or false, not {value!r}")
        return value

    def error(self, what: str) -> EntriesError:
        """An error about this entry."""
        return EntriesError(f"{self.file}:{self.line}: {what}")


def read_entries(file: Path, required: Iterable[str], optional: Iterable[str] = ()) -> list[Entry]:
    """The entries of ``file``, each with all of the ``required`` keys and no unknown one.

    Raises :class:`EntriesError` for what is not such a list.
    """
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise EntriesError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise EntriesError(f"{file}: is not UTF-8 text") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise EntriesError(_not_yaml(file, error)) from error
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise EntriesError(f"{file}:{_line(root)}: must be a list of entries, each begun by a dash")
    needed = tuple(required)
    return [_entry(file, node, needed, {*needed, *optional}) for node in root.value]


def _entry(file: Path, node: yaml.Node, needed: tuple[str, ...], known: set[str]) -> Entry:
    line = _line(node)
    if not isinstance(node, yaml.MappingNode):
        raise EntriesError(f"{file}:{line}: an entry must have keys: {', '.join(needed)}")
    values: dict[str, Scalar] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "a key"
        where = f"{file}:{_line(key_node)}"
        if key not in known:
            raise EntriesError(f"{where}: there is no key {key!r}; there are {_listed(known)}")
        if key in values:
            raise EntriesError(f"{where}: {key} is given twice")
        if not isinstance(value_node, yaml.ScalarNode):
            raise EntriesError(f"{where}: {key} must be one value, not a list or a map")
        values[key] = _scalar(where, key, value_node)
    missing = [key for key in needed if values.get(key) in (None, "")]
    if missing:
        raise EntriesError(f"{file}:{line}: the entry has no {' and no '.join(missing)}")
    return Entry(values, file, line)


def _scalar(where: str, key: str, node: yaml.ScalarNode) -> Scalar:
    try:
        value: Scalar = yaml.SafeLoader("").construct_object(node)
    except (ValueError, yaml.YAMLError) as error:
        raise EntriesError(f"{where}: {key} cannot be understood: {node.value!r}") from error
    return value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(sorted(keys))


def _not_yaml(file: Path, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"{file}:{mark.line + 1}" if mark is not None else str(file)
    return f"{where}: is not YAML: {getattr(error, 'problem', None) or type(error).__name__}"

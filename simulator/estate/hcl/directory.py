"""The directory of a module: which of its files count, in which order, and what they declare."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.hcl.effort import current
from simulator.estate.hcl.overrides import overridden
from simulator.estate.hcl.source import SourceBlock, read_file

# OpenTofu reads x.tofu in place of x.tf, so that one directory can serve both programs.
_TOFU: Final = {".tofu": ".tf", ".tofu.json": ".tf.json"}
_ENDINGS: Final = (".tf", ".tf.json", *_TOFU)


@dataclass(frozen=True, slots=True)
class Directory:
    """The blocks of one module's directory, file by file in the order of their names.

    ``name`` is its path from ``root``, the directory of the whole configuration. What the files
    ``overrides`` say has been merged into the blocks. ``tofu`` says whether a file is OpenTofu's
    own.
    """

    root: Path
    name: str
    blocks: tuple[SourceBlock, ...]
    overrides: frozenset[str] = frozenset()
    tofu: bool = False

    @property
    def path(self) -> Path:
        """The directory itself."""
        return self.root / self.name


def configuration_files(directory: Path) -> tuple[Path, ...]:
    """The configuration files directly in ``directory``, in the order of their names.

    A subdirectory is no file, whatever its name; a symbolic link is one, whatever it points at.
    Raises :class:`EstateError` if the directory cannot be listed.
    """
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        raise EstateError(f"{directory}: cannot be read: {error.strerror}.") from error
    files = {
        path.name: path
        for path in entries
        if path.name.endswith(_ENDINGS)
        and not path.name.startswith(".")
        and (path.is_symlink() or not path.is_dir())
    }
    for name in tuple(files):
        ending = _ending(name)
        if ending in _TOFU:
            files.pop(name.removesuffix(ending) + _TOFU[ending], None)
    return tuple(files.values())


def read_directory(root: Path, name: str = ".") -> Directory:
    """Everything declared in the directory ``name`` below ``root``, overrides merged.

    Raises :class:`EstateError` if a file does not parse.
    """
    primary: list[SourceBlock] = []
    overriding: list[SourceBlock] = []
    overrides = set()
    files = configuration_files(root / name)
    effort = current()
    for number, file in enumerate(files, 1):
        shown = file.name if name == "." else f"{name}/{file.name}"
        with effort.at(f"{shown} ({number} of {len(files)} files)"):
            blocks = read_file(file, shown).blocks
        effort.files += 1
        if _overrides(file.name):
            overrides.add(shown)
            overriding.extend(blocks)
        else:
            primary.extend(blocks)
    merged = overridden(root, primary, overriding) if overriding else tuple(primary)
    tofu = any(_ending(file.name) in _TOFU for file in files)
    return Directory(root, name, merged, frozenset(overrides), tofu)


def _ending(name: str) -> str:
    return max((ending for ending in _ENDINGS if name.endswith(ending)), key=len)


def _overrides(name: str) -> bool:
    """Whether this is the name of an override file.

    >>> _overrides("override.tf.json"), _overrides("net_override.tf"), _overrides("overrides.tf")
    (True, True, False)
    """
    stem = name.removesuffix(_ending(name))
    return stem == "override" or stem.endswith("_override")

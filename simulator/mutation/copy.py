"""A copy of a configuration in which one file at a time is another; the user's are only read."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from simulator.estate.hcl.directory import configuration_files

_LEFT_OUT: Final = frozenset({".git", ".terraform/providers"})
"""What nothing of a configuration is read from, and which can be large."""


class Copy:
    """A directory tree of links to the files of a configuration and of the modules that it calls.

    ``root`` is where the configuration's own directory is in it.
    """

    def __init__(self, of: Path, modules: Iterable[str], within: Path) -> None:
        """Make it in the empty directory ``within``; ``modules`` are paths from the root."""
        self._of = of.resolve()
        places = [Path(os.path.normpath(self._of / name)) for name in modules]
        self._base = Path(os.path.commonpath([self._of, *places]))
        self.root = within / self._of.relative_to(self._base)
        self._whole = frozenset({self._of, *places})
        self._above = frozenset(above for place in self._whole for above in place.parents)
        self._folders = [within / place.relative_to(self._base) for place in self._whole]
        self._link(self._base, within, whole=self._base in self._whole)

    @property
    def size(self) -> int:
        """The bytes of its configuration files."""
        files = (f for folder in self._folders for f in configuration_files(folder))
        return sum(file.stat().st_size for file in files)

    def _link(self, source: Path, target: Path, *, whole: bool) -> None:
        """Link all that is in ``source``: its directories as links too, unless they are needed."""
        target.mkdir(parents=True, exist_ok=True)
        with os.scandir(source) as entries:
            for entry in entries:
                path = Path(entry.path)
                if entry.name in _LEFT_OUT or f"{source.name}/{entry.name}" in _LEFT_OUT:
                    continue
                inside = whole or path in self._whole
                if entry.is_dir(follow_symlinks=False) and (inside or path in self._above):
                    self._link(path, target / entry.name, whole=inside)
                else:
                    (target / entry.name).symlink_to(path)

    @contextmanager
    def having(self, name: str, text: str) -> Iterator[None]:
        """In this block, the file at ``name`` from the root has this text; then its own again."""
        place = self.root / name
        original = place.readlink()
        place.unlink()
        try:
            place.write_text(text, encoding="utf-8")
            yield
        finally:
            place.unlink(missing_ok=True)
            place.symlink_to(original)

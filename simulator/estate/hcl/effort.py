"""What reading may cost, in time and in what is held, and what is told of it while it lasts.

A configuration can be short and take for ever: a local that doubles the one before it, a module
that calls two that call two. So whatever evaluates, spends; and whoever reads, sets the limit.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from simulator.clock import monotonic
from simulator.estate.errors import EstateError
from simulator.estate.values import printable

SECONDS: Final = 120.0
"""What a reading may take unless the caller says otherwise; 2,000 files take a tenth of it."""

PATIENCE: Final = 10.0
"""Seconds that are waited for what runs beside a reading, with four times what that took."""

INSTANCES: Final = 250_000
"""How many resource and module instances an estate may have; each is about 2 kB."""

SOURCE: Final = 20_000_000
"""How many bytes the files of a configuration may have; as syntax trees they take 2 GB."""

_PACE: Final = 1000  # steps between two looks at the clock: about a millisecond
_SILENT: Final = 2.0  # seconds before anything is told
_EVERY: Final = 1.0  # seconds between two tellings

Progress = Callable[[str], None]
Clock = Callable[[], float]


class TooLongError(EstateError):
    """A reading that was ended because it took longer than it may."""


class Effort:
    """One reading: what it has spent, and where it is."""

    def __init__(
        self, source: str, limit: float, progress: Progress, clock: Clock = monotonic
    ) -> None:
        self.source = source
        self.limit = limit
        self.files = 0
        self.instances = 0
        self.source_size = 0
        self._progress = progress
        self._clock = clock
        self._begun = clock()
        self._told = self._begun + _SILENT - _EVERY
        self._due = _PACE
        self._where: list[str] = []

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.limit - (self._clock() - self._begun)

    @property
    def patience(self) -> float:
        """The seconds that something done beside it is worth waiting for."""
        return min(self.left, PATIENCE + 4 * (self.limit - self.left))

    def spend(self, steps: int) -> None:
        """Count some work. Raises :class:`TooLongError` if there is no time left for it."""
        self._due -= steps
        if self._due <= 0:
            self._due = _PACE
            self._look()

    def make(self, instances: int) -> None:
        """Count what was declared. Raises :class:`EstateError` if that is more than is read."""
        self.instances += instances
        if self.instances > INSTANCES:
            raise EstateError(
                f"{self.source}: more than {INSTANCES:,} resource and module instances at "
                f"{self.where}. Give a narrower directory."
            )

    def take(self, size: int) -> None:
        """Count the bytes of a file. Raises :class:`EstateError` if they are more than are read."""
        self.source_size += size
        if self.source_size > SOURCE:
            raise EstateError(
                f"{self.source}: its files have more than {SOURCE:,} bytes, at {self.where}. Give "
                "a narrower directory, or a plan's JSON (`terraform show -json`)."
            )

    @property
    def where(self) -> str:
        """What is being read, and what for."""
        if not self._where:
            return "the start"
        inner, outer = printable(self._where[-1]), printable(self._where[0])
        return inner if inner == outer else f"{inner}, for {outer}"

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Say what the work of this block is about."""
        self._where.append(where)
        try:
            yield
        finally:
            self._where.pop()

    def tell(self) -> None:
        """Tell where the reading is, before something that nobody can look into."""
        now = self._clock()
        if now - self._told >= _EVERY:
            self._told = now
            self._progress(f"reading {self.source}: {self.where}")

    def _look(self) -> None:
        if self.left < 0:
            raise TooLongError(
                f"{self.source}: reading was ended after {self.limit:g} s, at {self.where}, with "
                f"{self.files:,} files and {self.instances:,} instances read. Give a plan's JSON "
                "(`terraform show -json`), or a narrower directory."
            )
        self.tell()


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for cycles of garbage: syntax trees have none, and are many.

    Searching them took half of the time that reading takes.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


_CURRENT: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def reading(effort: Effort) -> Iterator[None]:
    """What is spent in this block is spent from ``effort``."""
    token = _CURRENT.set(effort)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def spend(steps: int = 1) -> None:
    """See :meth:`Effort.spend`; outside a reading it costs nothing."""
    effort = _CURRENT.get()
    if effort is not None:
        effort.spend(steps)


def current() -> Effort:
    """The effort of this reading; one without an end outside of any."""
    return _CURRENT.get() or Effort("", float("inf"), lambda _: None)

"""The only source of time.

Simulated time is SimPy's, counted in seconds from a start date; real time (for certificates, token
lifetimes that a real server checks, and stopwatches) is read here and nowhere else.
"""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import simpy


class Clock:
    """Simulated time, started at ``start`` (an aware datetime).

    ``pace`` gives real seconds per simulated second; without it simulated time costs nothing.

    >>> clock = Clock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    >>> clock.run_until(clock.start + timedelta(hours=1))
    >>> clock.now.isoformat()
    '2026-06-01T10:00:00+00:00'
    """

    def __init__(self, start: datetime, pace: float | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("the clock's start needs a time zone")
        self.start = start.astimezone(UTC)
        # Controls ask for the real time alone, and start sooner without SimPy.
        from simpy import Environment, RealtimeEnvironment  # noqa: PLC0415

        self.env: simpy.Environment = (
            Environment() if pace is None else RealtimeEnvironment(factor=pace, strict=False)
        )

    @property
    def now(self) -> datetime:
        """The simulated time."""
        return self.start + timedelta(seconds=self.env.now)

    def wait(self, duration: timedelta) -> "simpy.Timeout":
        """An event that happens ``duration`` from now (not negative)."""
        return self.env.timeout(duration.total_seconds())

    def wait_until(self, moment: datetime) -> "simpy.Timeout":
        """An event that happens at ``moment``, or now if that has passed."""
        return self.wait(max(moment - self.now, timedelta(0)))

    def begin(self, process: "Generator[simpy.Event, Any, Any]") -> "simpy.Process":
        """Run a generator of events as a process of this clock."""
        return self.env.process(process)

    def run_until(self, until: "datetime | simpy.Event") -> None:
        """Let simulated time pass until a moment or an event."""
        if isinstance(until, datetime):
            until = self.wait_until(until)
        self.env.run(until=until)


@dataclass(slots=True)
class Stopwatch:
    """Real seconds that something took; read after the block of :func:`stopwatch`."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure the real duration of a block."""
    watch = Stopwatch()
    begun = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - begun


def wall_clock() -> datetime:
    """The real time, for what real servers and files check; never for a drill's timeline."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Real monotonic seconds, for deadlines on real processes."""
    return time.monotonic()

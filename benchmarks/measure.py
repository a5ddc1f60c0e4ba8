"""One command as a process of its own: how long it took, and how much memory."""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_BUDGET: Final = 60.0


class FailedError(Exception):
    """A command that did not do what was to be measured: the message says what it said."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs of one command: wall seconds and processor seconds of each, and the most memory in MB.

    Processor seconds tell more than wall seconds where the machine has other things to do.
    """

    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    memory: float
    output: str = ""

    @property
    def best(self) -> float:
        """The least wall time."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The median wall time."""
        return statistics.median(self.seconds)


def measure(
    command: Sequence[str],
    work: Path,
    *,
    runs: int = 3,
    allowed: Sequence[int] = (0,),
    timeout: float = 120.0,
) -> Measured:
    """Run a command ``runs`` times, fewer once a minute is spent on it.

    What it prints goes to a file in ``work``. ``allowed`` are the exit codes of a run that did its
    work. Raises :class:`FailedError` for another, and for one that takes longer than ``timeout``.
    """
    seconds: list[float] = []
    processor: list[float] = []
    memory, output = 0.0, ""
    while not seconds or (len(seconds) < runs and sum(seconds) < _BUDGET):
        took, usage, output = _once(command, work, allowed, timeout)
        seconds.append(took)
        processor.append(usage.ru_utime + usage.ru_stime)
        unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
        memory = max(memory, usage.ru_maxrss * unit / 1e6)
    return Measured(tuple(seconds), tuple(processor), memory, output)


def _once(
    command: Sequence[str], work: Path, allowed: Sequence[int], timeout: float
) -> tuple[float, struct_rusage, str]:
    out, err = work / "stdout", work / "stderr"
    # Compiled once and kept, as it is wherever this variable is not set.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with out.open("wb") as stdout, err.open("wb") as stderr:
        began = time.perf_counter()
        child = subprocess.Popen(  # noqa: S603 - what is measured, named in this directory
            [*command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,  # so that it ends with whatever it started
        )
        try:
            code, usage = _wait(child, began + timeout)
        except BaseException:
            _end(child)
            raise
        took = time.perf_counter() - began
    printed = out.read_text(encoding="utf-8", errors="replace")
    if code not in allowed:
        said = (err.read_text(encoding="utf-8", errors="replace") or printed).strip()
        raise FailedError(f"exit code {code}: {said[-400:]}")
    return took, usage, printed


def _wait(child: subprocess.Popen[bytes], deadline: float) -> tuple[int, struct_rusage]:
    """Exit code and use of the machine, which the kernel tells who waits for the process."""
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, usage
        if time.perf_counter() > deadline:
            raise FailedError("it took too long and was ended")
        time.sleep(0.005)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

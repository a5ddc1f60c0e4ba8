"""Work that cannot be interrupted, in a process of its own that ends itself when its time is up.

Two kinds of work give no way in: the native parser, and the matching of a regular expression. The
process is kept for the next piece of work, as starting one takes a tenth of a second.
"""

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

_PROGRAM: Final = Path(__file__).with_name("aside_process.py")


class NoAnswerError(Exception):
    """The process ended before it had answered: its time was up, or it crashed."""


class Aside:
    """One process, and the work that it was last given."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter and our own file
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def begin(self, task: str, arguments: object, seconds: float) -> None:
        """Give it work, to be done within ``seconds``."""
        text = json.dumps([task, arguments, max(seconds, 0.01)])
        try:
            print(text, file=self._process.stdin, flush=True)
        except OSError:
            return  # it has ended: so says whoever waits for its answer

    def answer(self, seconds: float) -> object:
        """What it made of its work, waiting so many ``seconds`` at most.

        Raises :class:`NoAnswerError` if it has ended, or is still at it and so is ended now.
        """
        timer = threading.Timer(max(seconds, 0), self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else ""
        except BaseException:
            self.end()
            raise
        finally:
            timer.cancel()
            timer.join()
        if not line.endswith("\n"):
            self.end()
            raise NoAnswerError
        answer: object = json.loads(line)
        _idle.append(self)
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


_idle: Final[list[Aside]] = []
_lock: Final = threading.Lock()


def aside() -> Aside:
    """A process that has nothing to do."""
    with _lock:
        return _idle.pop() if _idle else Aside()


def _end_all() -> None:
    while _idle:
        _idle.pop().end()


atexit.register(_end_all)

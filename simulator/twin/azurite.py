"""Azurite as a child process: a real blob server on loopback that lives no longer than the twin."""

import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.clock import monotonic
from simulator.twin.errors import TwinError
from simulator.twin.install import SHIPPED

STARTS_WITHIN: Final = 60.0
"""Seconds; a start takes 1-3 s on an idle machine."""
STOPS_WITHIN: Final = 10.0
"""Seconds to write everything to disk and leave, before it is killed."""
_LISTENS: Final = re.compile(r"Azurite Blob service successfully listens on (https://\S+)")


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of an account, base64 text."""

    key1: str
    key2: str


@dataclass(frozen=True, slots=True)
class Files:
    """What the server needs on disk: node and its script, a certificate, a place for its data."""

    node: str
    main: Path
    certificate: Path
    private_key: Path
    data: Path


class Azurite:
    """The storage server. Start it, ask for its ``url``, and stop it; it can be started again.

    It ends with this process even if that is killed: it holds the other end of a pipe, and leaves
    when the pipe breaks (``azurite/exit-with-parent.cjs``).
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._process: subprocess.Popen[str] | None = None
        self._url = ""
        self._listens = threading.Event()
        self._said: deque[str] = deque(maxlen=20)
        self._reader: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, without an account. Raises ``TwinError`` if it does not run."""
        self.check()
        return self._url

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def start(self, accounts: Mapping[str, Keys]) -> None:
        """Start the server for these accounts; returns once it listens.

        Raises ``TwinError`` if it does not come up in time.
        """
        self.stop()
        self._listens.clear()
        self._said.clear()
        given = ";".join(f"{name}:{keys.key1}:{keys.key2}" for name, keys in accounts.items())
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own installed server
                self._command(),
                env=self._environment(given),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,  # Ctrl-C is for the twin, which then stops it in order
            )
        except OSError as error:
            raise TwinError(f"Azurite cannot be started: {error}") from error
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        self._wait_until_it_listens(self._process)

    def restart(self, accounts: Mapping[str, Keys]) -> None:
        """Start again with other keys and the same data; the ``url`` may change."""
        self.stop()
        self.start(accounts)

    def stop(self) -> None:
        """Let the server write its data and leave; kill it if it does not. Idempotent."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.terminate()
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _kill(process)
        if self._reader is not None:
            self._reader.join(STOPS_WITHIN)

    def check(self) -> None:
        """Raise ``TwinError`` if the server is not there (any more)."""
        if self._process is None:
            raise TwinError("Azurite is not running: the twin has been taken down")
        code = self._process.poll()
        if code is not None:
            if self._reader is not None:
                self._reader.join(1)  # its last words
            raise TwinError(f"Azurite stopped (exit code {code}): {self._last_words()}")

    def _command(self) -> list[str]:
        files = self._files
        return [
            files.node,
            "--require",
            str(SHIPPED / "exit-with-parent.cjs"),
            str(files.main),
            "--silent",
            "--disableTelemetry",
            "--skipApiVersionCheck",  # the client's newest version is ahead of Azurite's
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            "0",
            "--location",
            str(files.data),
            "--oauth",
            "basic",
            "--cert",
            str(files.certificate),
            "--key",
            str(files.private_key),
        ]

    def _environment(self, accounts: str) -> Mapping[str, str]:
        """The environment without what would make it another server (a database, a debugger)."""
        kept = {k: v for k, v in os.environ.items() if k not in {"AZURITE_DB", "NODE_OPTIONS"}}
        # Node 22 and newer start twice as fast from compiled code that an earlier run has kept.
        compiled = str(self._files.main.parent / ".compiled")
        return {**kept, "AZURITE_ACCOUNTS": accounts, "NODE_COMPILE_CACHE": compiled}

    def _read(self, process: "subprocess.Popen[str]") -> None:
        """Read what it says for as long as it lives, so that it never blocks on a full pipe."""
        with suppress(ValueError):  # closed while reading: it is being stopped
            for line in process.stdout or ():
                self._said.append(line.rstrip())
                found = _LISTENS.search(line)
                if found:
                    self._url = found[1]
                    self._listens.set()

    def _wait_until_it_listens(self, process: "subprocess.Popen[str]") -> None:
        deadline = monotonic() + STARTS_WITHIN
        try:
            while not self._listens.wait(0.05):
                self.check()
                self._keep_to(deadline)
        except BaseException:
            self._process = None
            _kill(process)
            raise

    def _keep_to(self, deadline: float) -> None:
        if monotonic() > deadline:
            raise TwinError(
                f"Azurite did not listen within {STARTS_WITHIN:.0f} s: {self._last_words()}"
            )

    def _last_words(self) -> str:
        return " | ".join(list(self._said)[-5:]) or "it said nothing"


def _kill(process: "subprocess.Popen[str]") -> None:
    """End the process and everything that it has started, and let go of its pipes."""
    if process.poll() is None:
        if os.name == "posix":
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()

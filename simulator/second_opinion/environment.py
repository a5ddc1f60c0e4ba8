"""checkov's own environment, made once in a cache that many runs share.

checkov and python-hcl2 both own the module ``hcl2``, so that the two cannot share one. It is pinned
by hash in ``requirements.txt`` beside this file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from simulator.cache import CACHE_VARIABLE, cache_directory

REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")
_LIMIT: Final = 900
"""Seconds that an installation may take."""


class SecondOpinionError(Exception):
    """checkov cannot be installed or run, and what to do about it."""


def checkov_python(progress: Callable[[str], None] = lambda _: None) -> Path:
    """The Python of an environment that has checkov, made first if it is not there yet.

    Two processes may do this at once: the first to finish is kept. Raises
    :class:`SecondOpinionError` with what the installer said.
    """
    cache = cache_directory()
    place = cache / f"checkov-{_digest()}"
    if _python(place).exists():
        return _python(place)
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        staging = Path(tempfile.mkdtemp(prefix=".installing-", dir=cache))
    except OSError as error:
        raise SecondOpinionError(
            f"{cache}: cannot install checkov there ({error.strerror}). Set {CACHE_VARIABLE} to a "
            "directory that can be written."
        ) from error
    try:
        progress(f"installing checkov into {cache}, once (a minute or two)")
        _install(staging)
        try:
            staging.rename(place)
        except OSError:  # another process was quicker
            if not _python(place).exists():
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return _python(place)


def _digest() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}".encode()
    return hashlib.sha256(REQUIREMENTS.read_bytes() + version).hexdigest()[:16]


def _python(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install(place: Path) -> None:
    """By uv where there is one, else by Python's own venv and pip."""
    pinned = ["--quiet", "--require-hashes", "--requirement", str(REQUIREMENTS)]
    uv = shutil.which("uv")
    if uv is not None:
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)])
        _run([uv, "pip", "install", "--python", str(_python(place)), *pinned])
        return
    _run([sys.executable, "-m", "venv", "--clear", str(place)])
    _run([str(_python(place)), "-I", "-m", "pip", "install", *pinned])


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter or uv, with fixed arguments
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SecondOpinionError(f"{command[0]} cannot install checkov: {error}") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SecondOpinionError(
            f"checkov cannot be installed: {said[-1] if said else 'no reason given'} It needs a "
            "Python package registry; `uv` on the PATH, or Python's venv module with pip."
        )

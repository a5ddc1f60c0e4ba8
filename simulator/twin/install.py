"""Installing Azurite once, pinned by the shipped lock, into a cache that many runs share.

``azurite/package-lock.json`` holds an integrity hash for every package and no download address, so
that npm's own configuration says where packages come from. To renew it, run in a copy of that
directory ``npm install --package-lock-only --omit-lockfile-registry-resolved=true`` and take the
``funding`` entries out.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from simulator.cache import CACHE_VARIABLE, cache_directory
from simulator.twin.errors import TwinError
from simulator.twin.node import Node

SHIPPED: Final = Path(__file__).with_name("azurite")
_FILES: Final = ("package.json", "package-lock.json")
_MAIN: Final = Path("node_modules") / "azurite" / "dist" / "src" / "blob" / "main.js"
_ARGUMENTS: Final = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
_EVERY: Final = 10
"""Seconds between two lines of progress."""


def installed_azurite(node: Node, progress: Callable[[str], None] = lambda _: None) -> Path:
    """The main file of Azurite's blob server, installed first if it is not there yet.

    Two processes may do this at once: each installs beside, and the first to finish is kept. Raises
    ``TwinError`` with what npm said if it fails.
    """
    cache = cache_directory()
    target = cache / f"azurite-{_lock_hash()}"
    if (target / _MAIN).is_file():
        return target / _MAIN
    try:
        cache.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".installing-", dir=cache))
    except OSError as error:
        raise TwinError(
            f"{cache}: cannot install Azurite there ({error.strerror}). Set {CACHE_VARIABLE} to a "
            "directory that can be written."
        ) from error
    try:
        for name in _FILES:
            shutil.copyfile(SHIPPED / name, staging / name)
        progress(f"installing Azurite into {cache}, once (365 MB, about half a minute)")
        _npm_ci(node, staging, cache, progress)
        if not (staging / _MAIN).is_file():
            raise TwinError(f"npm reported success but installed no {_MAIN}; remove {cache}")
        _keep(staging, target)
        progress("Azurite is installed")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return target / _MAIN


def _lock_hash() -> str:
    parts = b"\0".join((SHIPPED / name).read_bytes() for name in _FILES)
    return hashlib.sha256(parts).hexdigest()[:16]


def _keep(staging: Path, target: Path) -> None:
    """Make the installed directory the cached one; another process may have been quicker."""
    try:
        staging.rename(target)
    except OSError:
        if not (target / _MAIN).is_file():
            raise


def _npm_ci(node: Node, staging: Path, cache: Path, progress: Callable[[str], None]) -> None:
    environment = dict(os.environ)
    if node.reads_system_certificates:
        # Where a company's proxy signs for the registry, pip trusts it through the system's store.
        options = environment.get("NODE_OPTIONS", "")
        environment["NODE_OPTIONS"] = f"{options} --use-system-ca".strip()
    if not environment.get("HOME"):
        environment["npm_config_cache"] = str(cache / "npm")  # npm has nowhere else to keep it
    npm = subprocess.Popen(  # noqa: S603 - npm was looked up, the arguments are fixed
        [*node.npm, *_ARGUMENTS],
        cwd=staging,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    waited = 0
    try:
        while True:
            try:
                said, _ = npm.communicate(timeout=_EVERY)
                break
            except subprocess.TimeoutExpired:
                waited += _EVERY
                progress(f"npm is still installing ({waited} s)")
    except BaseException:
        _kill_group(npm)
        raise
    if npm.returncode != 0:
        last = "\n".join(said.strip().splitlines()[-12:])
        raise TwinError(
            f"npm could not install Azurite (exit code {npm.returncode}). Check that npm reaches "
            f"its registry, or point {CACHE_VARIABLE} at a cache that holds it already. npm said:\n"
            f"{last}"
        )


def _kill_group(process: "subprocess.Popen[str]") -> None:
    """End npm and all that it has started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()

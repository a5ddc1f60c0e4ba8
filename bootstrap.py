#!/usr/bin/env python3
"""Set up cpra-drill and run it, on a machine that has only Python 3.11 or newer with pip.

  python3 bootstrap.py run  [pytest options]   controls and drills (on terraform/reference)
  python3 bootstrap.py test [pytest options]   the project's own checks: style, types, layers, tests

Everything goes into .venv beside this file, at the versions and hashes of requirements/. Node.js 18
or newer is taken from the machine; where there is none, it is installed into .venv too.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = ENVIRONMENT / "requirements.sha256"

CHECKS = (
    ("style", ["-m", "ruff", "check"]),
    ("format", ["-m", "ruff", "format", "--check"]),
    ("types", ["-m", "mypy"]),
    ("layers", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
)


def main() -> int:
    """Set up, then run what was asked for; the exit code is that of the last thing that failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", choices=("run", "test"))
    parser.add_argument("pytest", nargs=argparse.REMAINDER, help="passed on to pytest")
    wanted = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - it is here to be told
        say(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
        return 4
    names = ["run.txt"] if wanted.job == "run" else ["test.txt"]
    if not machine_has_node():
        names.append("node.txt")
    if not set_up(names):
        return 3
    if wanted.job == "run":
        return python(["-m", "pytest", *wanted.pytest])
    failed = 0
    for name, command in CHECKS:
        say(name)
        failed = python(command) or failed
    say("tests")
    return python(["-m", "pytest", "tests", *wanted.pytest]) or failed


def set_up(names: list[str]) -> bool:
    """Make .venv and install the pinned requirements, unless both are as they should be."""
    files = [ROOT / "requirements" / name for name in names]
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    installed = set(STAMP.read_text(encoding="utf-8").split()) if STAMP.exists() else set()
    if PYTHON.exists() and digests <= installed:
        return True
    say(f"installing {' and '.join(names)} into {ENVIRONMENT.name} (once; a minute or two)")
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install"]
    pip += ["--quiet", "--disable-pip-version-check"]
    pinned = ["--require-hashes", *(f"--requirement={file}" for file in files)]
    checkout = ["--no-deps", "--no-build-isolation", "--editable", "."]
    for what in (pinned, checkout):
        if subprocess.call([*pip, *what], cwd=ROOT) != 0:
            say("the installation failed, see above: it needs pip 22.3 or newer and a registry")
            return False
    STAMP.write_text("\n".join(sorted(installed | digests)) + "\n", encoding="utf-8")
    return True


def machine_has_node() -> bool:
    """Whether Node.js 18 or newer and npm are on the PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = re.match(r"v(\d+)\.", version.stdout)
    return major is not None and int(major[1]) >= 18


def python(arguments: list[str]) -> int:
    """Run the environment's Python in the project's directory; Ctrl-C is left to it."""
    environment = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"}
    process = subprocess.Popen([str(PYTHON), *arguments], cwd=ROOT, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child got it too and is cleaning up
            continue


def say(text: str) -> None:
    """One line about what is going on."""
    print(f"cpra-drill: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

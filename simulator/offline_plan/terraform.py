"""The user's own ``terraform`` or ``tofu``: find it, run it, read what it objects to."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROGRAMS: Final = ("terraform", "tofu")
_NEEDED: Final = {"terraform": (1, 9), "tofu": (1, 7)}  # `init -json` came with these
_PATIENCE = 10.0  # seconds that Terraform gets to stop by itself


class NoPlanError(Exception):
    """A plan cannot even be tried; the message names what is wrong, with the next step."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning of Terraform, with its place in the configuration."""

    severity: str
    summary: str
    detail: str = ""
    file: str | None = None
    line: int | None = None
    address: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        about = f" ({self.address})" if self.address else ""
        detail = " ".join(self.detail.split())
        summary = " ".join(self.summary.split())
        return f"{place}{self.severity}: {summary}{about}{': ' + detail if detail else ''}"


class RefusedError(Exception):
    """Terraform refused; ``problems`` are its errors, one at least."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that plans: ``name`` is ``terraform`` or ``tofu``."""

    path: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def run(self, here: Path, environment: Mapping[str, str], *arguments: str) -> str:
        """What the program prints when run in ``here``; :class:`RefusedError` if it fails."""
        code, printed, complained = _run([self.path, *arguments], here, environment)
        if code == 0:
            return printed
        errors = [problem for problem in problems(printed) if problem.severity == "error"]
        if not errors:
            said = (complained or printed).strip() or f"exit code {code}"
            errors = [Problem("error", f"{self.name} {arguments[0]} failed", said)]
        raise RefusedError(errors)


def find(named: str = "") -> Program:
    """The program called ``named``, or else the first of ``terraform`` and ``tofu`` on the PATH.

    Raises :class:`NoPlanError` if there is none, or it is too old.
    """
    wanted = (named,) if named else PROGRAMS
    path = next(filter(None, map(shutil.which, wanted)), None)
    if path is None:
        raise NoPlanError(
            f"{named}: there is no such program"
            if named
            else "neither terraform nor tofu is on "
            "the PATH: a plan is made by your own; install one, or read the directory as HCL"
        )
    code, printed, complained = _run([path, "version", "-json"], Path.cwd(), os.environ)
    try:
        version = str(json.loads(printed)["terraform_version"])
        major, minor = map(int, version.split(".")[:2])
    except (ValueError, KeyError, TypeError):
        said = " ".join((complained or printed).split())[:200]
        raise NoPlanError(
            f"{path}: no version of Terraform or OpenTofu (exit code {code}): {said}"
        ) from None
    name = "tofu" if "tofu" in Path(path).name else "terraform"
    needed = _NEEDED[name]
    if (major, minor) < needed:
        least = ".".join(map(str, needed))
        raise NoPlanError(f"{path}: {name} {version} is too old: {least} or newer is needed")
    return Program(path, name, version)


def problems(lines: str) -> Iterator[Problem]:
    """The diagnostics among Terraform's lines of JSON."""
    seen = set()
    for line in lines.splitlines():
        try:
            diagnostic = json.loads(line).get("diagnostic")
        except (ValueError, AttributeError):
            continue
        if not isinstance(diagnostic, dict):
            continue
        problem = _problem(diagnostic)
        if problem not in seen:  # `init` says the same for each time that it looks
            seen.add(problem)
            yield problem


def _problem(diagnostic: Mapping[str, Any]) -> Problem:
    place = diagnostic.get("range") or {}
    return Problem(
        severity=str(diagnostic.get("severity", "error")),
        summary=str(diagnostic.get("summary", "")),
        detail=str(diagnostic.get("detail", "")),
        file=place.get("filename"),
        line=(place.get("start") or {}).get("line"),
        address=diagnostic.get("address"),
    )


_DROPPED: Final = re.compile(r"TF_(CLI_ARGS|DATA_DIR|WORKSPACE|LOG|REATTACH|INPUT|PLUGIN|VAR_)")


def environment(
    cli_config: Path, data: Path, workspace: str = "", attach: str = ""
) -> dict[str, str]:
    """This process's environment, less what would steer Terraform elsewhere.

    Without the values of variables in it, too: one directory gives one plan, on every machine.
    """
    kept = {name: value for name, value in os.environ.items() if not _DROPPED.match(name)}
    own = {
        "TF_CLI_CONFIG_FILE": str(cli_config),
        "TF_DATA_DIR": str(data),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "GIT_TERMINAL_PROMPT": "0",  # a module's source must not wait for a password
    }
    if workspace:
        own["TF_WORKSPACE"] = workspace
    if attach:
        own["TF_REATTACH_PROVIDERS"] = attach
    return kept | own


def _run(
    command: Sequence[str], here: Path, environment: Mapping[str, str]
) -> tuple[int, str, str]:
    """Exit code, standard output, standard error. Whatever ends this ends the program first."""
    process: subprocess.Popen[str] | None = None
    try:
        with _signals_held():  # or one could come when the program runs and nobody holds it yet
            process = subprocess.Popen(  # noqa: S603 - the program is the caller's own
                command,
                cwd=here,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # a group of its own, so that what it starts ends with it
            )
        printed, complained = process.communicate()
    except BaseException:
        if process is not None:
            _end(process)
        raise
    return process.returncode, printed, complained


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep what asks this process to end until afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread is interrupted by a signal
        return
    arrived: list[int] = []
    held = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda number, _: arrived.append(number)) for one in held}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)
    for number in arrived:
        signal.raise_signal(number)


def _end(process: "subprocess.Popen[str]") -> None:
    """Ask the program and what it started to stop, and make sure that they do."""
    for sent in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
        except ProcessLookupError:
            break
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_PATIENCE)
    process.wait()

"""Running checkov on an estate's source, and what it answers."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.second_opinion.environment import SecondOpinionError, checkov_python

_LIMIT: Final = 900
"""Seconds that checkov may take; 3,000 resources take it half a minute."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check says of one resource; ``address`` is Terraform's."""

    check: str
    title: str
    address: str
    passed: bool
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """Every answer of a run, and the version that gave them."""

    version: str
    answers: tuple[Answer, ...]


def ask_checkov(source: str, progress: Callable[[str], None] = lambda _: None) -> Opinion:
    """What checkov says of a Terraform directory or of a plan's JSON.

    It runs in its own environment, with nothing of ours in its process, and fetches nothing. Raises
    :class:`SecondOpinionError` where there is nothing that it can read, or it does not answer.
    """
    path = Path(source).absolute()
    if not path.exists():
        raise SecondOpinionError(f"checkov reads directories and plans alone, not {source}")
    python = checkov_python(progress)
    what = ["-d", str(path), "--framework", "terraform"]
    if path.is_file():
        what = ["-f", str(path), "--framework", "terraform_plan"]
    progress("asking checkov for a second opinion")
    return read_answers(_run(python, what))


def _run(python: Path, what: list[str]) -> str:
    options = ["--skip-download", "--compact", "--soft-fail", "--output", "json"]
    # No account, no telemetry and no cached state: what it says depends on the source alone.
    keep = {"PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP"}
    environment = {name: value for name, value in os.environ.items() if name in keep}
    with (
        tempfile.TemporaryDirectory(prefix="cpra-drill-checkov-") as empty,
        subprocess.Popen(  # noqa: S603 - the environment's own Python, fixed arguments
            [str(python), "-I", "-m", "checkov.main", *what, *options],
            cwd=empty,
            env=environment | {"LOG_LEVEL": "ERROR"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process,
    ):
        try:
            out, err = process.communicate(timeout=_LIMIT)
        except subprocess.TimeoutExpired as error:
            raise SecondOpinionError(f"checkov gave no answer within {_LIMIT} s") from error
        finally:
            _end(process)
    if process.returncode != 0 or not out.strip():
        said = err.strip().splitlines()
        raise SecondOpinionError(f"checkov failed: {said[-1] if said else process.returncode}")
    return out


def _end(process: "subprocess.Popen[str]") -> None:
    """End it and its workers, if Ctrl-C or the limit found it still running."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def read_answers(text: str) -> Opinion:
    """The answers in checkov's JSON: one report, or a list of one for each framework.

    Raises :class:`SecondOpinionError` for anything else.

    >>> read_answers('{"passed": 0, "failed": 0, "checkov_version": "3.3.30"}')
    Opinion(version='3.3.30', answers=())
    """
    try:
        loaded = json.loads(text)
        reports = loaded if isinstance(loaded, list) else [loaded]
        version = str(next(_version(report) for report in reports))
        answers = tuple(answer for report in reports for answer in _answers(report))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise SecondOpinionError("checkov answered in a form that is not known here") from error
    return Opinion(version, answers)


def _version(report: Mapping[str, object]) -> object:
    summary = report.get("summary", report)
    return summary["checkov_version"] if isinstance(summary, dict) else ""


def _answers(report: Mapping[str, object]) -> Iterator[Answer]:
    results = report.get("results", {})
    for key, passed in (("passed_checks", True), ("failed_checks", False)):
        for one in results.get(key, ()) if isinstance(results, dict) else ():
            lines = one.get("file_line_range") or [None]
            yield Answer(
                check=str(one["check_id"]),
                title=str(one.get("check_name") or ""),
                address=str(one["resource"]),
                passed=passed,
                file=str(one["file_path"]).lstrip("/"),
                line=lines[0] if isinstance(lines[0], int) and lines[0] > 0 else None,
            )

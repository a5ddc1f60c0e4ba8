"""``cpra-drill mutate``: how well the controls see harm to a directory, from the command line."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from simulator.controls.registry import CONTROLS, assess
from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.mutation.mutants import Mutant, idle, in_json, mutants
from simulator.mutation.score import Report, in_order, record, sampled
from simulator.mutation.shipped import digests_of
from simulator.mutation.trial import Mark, Trial
from simulator.mutation.wording import lines, plain
from simulator.mutation.workers import trials

ENOUGH, TOO_FEW, USAGE = 0, 1, 4

Say = Callable[[str], None]

_COLOURS: Final = {"good": "32", "bad": "31", "doubtful": "33"}


def run(wanted: argparse.Namespace, say: Say) -> int:
    """Try the mutants and tell what became of them; gives the exit code.

    0: the score is at least as high as asked. 1: it is lower, or nothing could be scored. 4: it
    cannot be run as asked.
    """
    unknown = set(wanted.control or ()) - set(CONTROLS)
    if unknown:
        say(f"--control: there is no {', '.join(sorted(unknown))}; there are {', '.join(CONTROLS)}")
        return USAGE
    out: Path | None = wanted.json
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        say(f"{out}: no file can be written there; check --json")
        return USAGE
    try:
        report = measure(
            wanted.directory,
            wanted.control or CONTROLS,
            wanted.var_file,
            limit=wanted.limit,
            jobs=wanted.jobs or processors(),
            say=say,
        )
    except EstateError as error:
        say(str(error))
        return USAGE
    if out is not None:
        made = record(report, digests_of(wanted.directory))
        try:
            out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            say(f"{out}: cannot be written: {error.strerror}")
            return USAGE
    paint = _painted if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else plain
    for line in lines(report, paint):
        sys.stdout.write(f"{line}\n")
    score = report.total.score
    return ENOUGH if score is not None and score >= wanted.at_least else TOO_FEW


def measure(  # noqa: PLR0913 - all named but the first three
    directory: Path,
    controls: Collection[str],
    var_files: Sequence[Path] = (),
    *,
    limit: int | None = None,
    jobs: int = 1,
    say: Say = lambda _: None,
) -> Report:
    """The report on a directory. Raises :class:`EstateError` if it cannot be read or copied."""
    estate = read_hcl(directory, var_files, progress=say)
    asked = [CONTROLS[control] for control in CONTROLS if control in controls]
    outcomes = {control.id: assess(control, estate).outcome for control in asked}
    every = list(mutants(directory, estate, asked))
    chosen = [every[place] for place in sampled(every, limit)]
    done: list[Trial] = []
    if chosen:
        with closing(trials(directory, estate, chosen, var_files, jobs)) as coming:
            for trial in coming:
                done.append(trial)
                _tell(done, chosen, say)
    return Report(
        str(directory),
        outcomes,
        in_order(done),
        idle(asked, every),
        len(every),
        in_json(estate, asked),
    )


def _tell(done: list[Trial], chosen: list[Mutant], say: Say) -> None:
    """Where it is: at each tenth of the way."""
    tenth = max(1, len(chosen) // 10)
    if len(done) % tenth == 0 or len(done) == len(chosen):
        alive = sum(trial.mark in {Mark.SURVIVED, Mark.NOISY} for trial in done)
        say(f"{len(done)} of {len(chosen)} mutants tried, {alive} of them not killed")


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def processors() -> int:
    """How many processes can work at once here."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        return os.cpu_count() or 1

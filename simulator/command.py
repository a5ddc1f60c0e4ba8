"""The command ``cpra-drill``, for what is no run of pytest."""

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from simulator.plan_extra import needing_plan_extra

if TYPE_CHECKING:
    from simulator.offline_plan import OfflinePlan

PLANNED, REFUSED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
NOT_MUTABLE = 4


class _UnusableError(Exception):
    """What was asked for cannot be tried: the message names it, with the next step."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; gives the exit code.

    0: done. 1: Terraform refused the configuration, or too few mutants were killed. 2 (for
    ``mutate``: 4): the command cannot be run as asked (a wrong argument, a file that is not there,
    no Terraform). 130: interrupted.
    """
    wanted = _parser().parse_args(arguments)
    # Being told to end must undo what was begun, as Ctrl-C does.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(wanted.run(wanted))
    except _UnusableError as error:
        _say(str(error))
        return UNUSABLE
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)


class _Parser(argparse.ArgumentParser):
    """A parser whose exit code for wrong arguments can be told."""

    wrong = UNUSABLE

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(self.wrong, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cpra-drill", description="What cpra-drill does besides its run of pytest."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    plan = commands.add_parser(
        "plan",
        help="make a Terraform plan without credentials or providers",
        description=(
            "Make a real Terraform plan, in the form of `terraform show -json`, with stand-ins for "
            "the providers: no credentials, no provider downloads, no state. The directory is only "
            "read. What depends on data sources is unknown in the plan."
        ),
        epilog="Exit codes: 0 planned, 1 Terraform refused, 2 cannot be run as asked.",
    )
    plan.add_argument("directory", type=Path, metavar="DIR", help="a root module")
    plan.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="the plan's JSON; default: standard output"
    )
    plan.add_argument(
        "--var-file",
        type=Path,
        action="append",
        default=[],
        metavar="F",
        help="values of variables, as Terraform takes them (repeatable)",
    )
    plan.add_argument(
        "--program",
        default="",
        metavar="PROGRAM",
        help="what to plan with; default: the terraform, else the tofu on the PATH",
    )
    plan.set_defaults(run=_plan)
    _add_mutate(
        commands.add_parser(
            "mutate",
            help="break a configuration in one place at a time: do the controls see it?",
            description=(
                "Measure the controls on a configuration that passes: break one argument, block or "
                "resource at a time, in a copy, and ask every control again. The directory is only "
                "read."
            ),
            epilog="Exit codes: 0 the score is high enough, 1 it is not, 4 cannot be run as asked.",
        )
    )
    return parser


def _add_mutate(mutate: argparse.ArgumentParser) -> None:
    if isinstance(mutate, _Parser):
        mutate.wrong = NOT_MUTABLE
    mutate.set_defaults(run=_mutate)
    mutate.add_argument("directory", type=Path, metavar="DIR", help="a root module")
    mutate.add_argument(
        "--control",
        action="append",
        metavar="ID",
        help="try the mutants of this control alone (repeatable)",
    )
    mutate.add_argument(
        "--limit", type=_count, metavar="N", help="try so many mutants, spread over all of them"
    )
    mutate.add_argument(
        "--var-file",
        type=Path,
        action="append",
        default=[],
        metavar="F",
        help="values of variables, as Terraform takes them (repeatable)",
    )
    mutate.add_argument("--json", type=Path, metavar="FILE", help="write the record there too")
    mutate.add_argument(
        "--jobs", type=_count, metavar="N", help="processes; default: one for each processor"
    )
    mutate.add_argument(
        "--at-least",
        type=_share,
        default=0.95,
        metavar="SCORE",
        help="the share of mutants that has to be killed; default: %(default)s",
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return share


def _mutate(wanted: argparse.Namespace) -> int:
    from simulator.mutation.command import run  # noqa: PLC0415 - the other command starts without

    return run(wanted, _say)


def _plan(wanted: argparse.Namespace) -> int:
    out: Path | None = wanted.out
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise _UnusableError(f"{out}: no file can be written there; check -o")
    with needing_plan_extra(_UnusableError):
        from simulator.offline_plan import (  # noqa: PLC0415 - it needs an extra
            NoPlanError,
            RefusedError,
            find,
            plan,
        )
    try:
        made = plan(wanted.directory, wanted.var_file, find(wanted.program), _say)
    except NoPlanError as error:
        raise _UnusableError(str(error)) from None
    except RefusedError as refused:
        _say(f"no plan of {wanted.directory}")
        for problem in refused.problems:
            _line(str(problem))
        return REFUSED
    _write(made, out)
    return PLANNED


def _write(made: "OfflinePlan", out: Path | None) -> None:
    for warning in made.warnings:
        _line(str(warning))
    if made.stand_ins:
        _say(f"unknown, with what depends on them: {', '.join(made.stand_ins)}")
    if made.partial:
        _say("how many there are, and what is true, may depend on them too: the plan is partial")
    text = json.dumps(made.json)
    try:
        if out is None:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
        else:
            _replace(out, text)
    except OSError as error:
        raise _UnusableError(
            f"{out or 'standard output'}: cannot be written: {error.strerror}"
        ) from None
    _say(f"{out or 'plan'}: {len(made.json.get('resource_changes', ()))} resources")


def _replace(out: Path, text: str) -> None:
    """Write a file whole or not at all, for its owner alone: a plan holds secrets in plain text."""
    if out.exists() and not out.is_file():  # a device or a pipe
        out.write_text(text, encoding="utf-8")
        return
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    _line(f"cpra-drill: {text}")


def _line(text: str) -> None:
    """One line on standard error, without what could steer a terminal."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    sys.stderr.write(f"{plain}\n")


if __name__ == "__main__":
    sys.exit(main())

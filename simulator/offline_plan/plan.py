"""A directory -> its plan: Terraform in a temporary view of it, with stand-ins for providers."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from simulator.offline_plan import view
from simulator.offline_plan.dependence import Json, common, stand_ins
from simulator.offline_plan.schema import providers
from simulator.offline_plan.server import serve
from simulator.offline_plan.service import Service
from simulator.offline_plan.standins import ALIKE, FIRST, OPPOSITE, Kind
from simulator.offline_plan.terraform import (
    NoPlanError,
    Problem,
    Program,
    RefusedError,
    environment,
    find,
    problems,
)

# Terraform looks for providers in an empty directory and nowhere else.
_NO_PROVIDERS: Final = """disable_checkpoint = true
provider_installation {{
  filesystem_mirror {{
    path = {mirror}
  }}
}}
"""
_MISSING: Final = re.compile(r"provider (\S+)/(\S+/\S+) was not found in any of the search")
_FETCH: Final = "Run `terraform get` in the directory first: modules in .terraform are used."
_HINTS: Final = {
    "Error accessing remote module registry": _FETCH,
    "Failed to download module": _FETCH,
    "Unknown provider function": "A stand-in has no functions: make this plan with credentials.",
}
_CHECK_FAILED: Final = "Check block assertion failed"
_OWN: Final = "cpra_drill"
"""The key of a plan's JSON under which it says how it was made."""


@dataclass(frozen=True, slots=True)
class OfflinePlan:
    """A plan in the form of ``terraform show -json``, and the warnings on the way.

    ``stand_ins`` are the addresses of the data sources that nobody asked. Their values, and what
    depends on those, are unknown in the plan. ``partial`` is true where that could not be told for
    truth values and lengths; the plan then says of itself that it is not complete.
    """

    json: Mapping[str, Any]
    program: Program
    warnings: tuple[Problem, ...] = ()
    stand_ins: tuple[str, ...] = ()
    partial: bool = False


def plan(
    directory: Path,
    var_files: Sequence[Path] = (),
    program: Program | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> OfflinePlan:
    """Plan the configuration in ``directory``, which is only read.

    ``program`` defaults to the ``terraform`` or ``tofu`` on the PATH; ``say`` is told what is going
    on. Raises :class:`NoPlanError` if there is nothing to plan or to plan with, and
    :class:`RefusedError` with Terraform's errors.
    """
    _check(directory, var_files)
    program = program or find()
    with _workplace() as work:
        here = view.build(directory, work / "view")
        view.lend_modules(directory, work / "data")
        say(f"{program} reads {directory}")
        own = tuple(path.resolve() for path in var_files)
        run = _Run(program, here, work, own, view.workspace(directory))
        needed = run.providers()
        named = ", ".join(sorted(source.rpartition("/")[2] for source in needed)) or "no provider"
        say(f"planning, with stand-ins for {named}")
        first, warnings = run.plan(needed, FIRST)
        answered = stand_ins(first)
        made, partial = first, False
        if answered:
            say(f"planning again, to tell what depends on {len(answered)} data sources")
            made, partial = _twice(run, needed, first)
            # What a check says of made-up answers is worth nothing.
            warnings = tuple(one for one in warnings if one.summary != _CHECK_FAILED)
    made[_OWN] = {
        "stand_ins": sorted(answered),
        "schemas": {providers()[kind].name: providers()[kind].version for kind in needed.values()},
    }
    if partial:
        made["complete"] = False
    return OfflinePlan(made, program, warnings, answered, partial)


def _check(directory: Path, var_files: Sequence[Path]) -> None:
    if os.name != "posix":
        raise NoPlanError("a plan without credentials needs Linux or macOS: it uses Unix sockets")
    if not directory.is_dir():
        what = "is a file, not a directory" if directory.exists() else "there is no such directory"
        raise NoPlanError(f"{directory}: {what}; give the directory of a Terraform configuration")
    if not any(next(directory.glob(f"*.{kind}"), None) for kind in ("tf", "tf.json", "tofu")):
        raise NoPlanError(f"{directory}: no .tf file in it; give the directory of a root module")
    for path in var_files:
        if not path.is_file():
            raise NoPlanError(f"{path}: there is no such file; check --var-file")


@contextmanager
def _workplace() -> Iterator[Path]:
    """A temporary directory that is gone afterwards, whatever happens."""
    # A socket's path must be short, which macOS's own temporary directory is not.
    place = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108 - mkdtemp makes it private
    with tempfile.TemporaryDirectory(prefix="cpra-drill-plan-", dir=place) as name:
        work = Path(name).resolve()
        for part in ("view", "mirror", "data"):
            (work / part).mkdir()
        mirror = json.dumps(str(work / "mirror"))
        (work / "cli.tfrc").write_text(_NO_PROVIDERS.format(mirror=mirror), encoding="utf-8")
        yield work


@dataclass(frozen=True, slots=True)
class _Run:
    """Terraform at one workplace."""

    program: Program
    here: Path
    work: Path
    var_files: tuple[Path, ...]
    workspace: str

    def providers(self) -> Mapping[str, str]:
        """Full name -> ``namespace/type`` of every provider that the configuration needs.

        ``init`` fails for want of them, and tells their names with their hosts: which host is the
        default is for the program to say. Modules and the backend are in place by then.
        """
        try:
            self._terraform("", "init", "-input=false", "-json")
        except RefusedError as refused:
            missing = {problem: _MISSING.search(problem.detail) for problem in refused.problems}
            if not all(missing.values()):
                others = [problem for problem, found in missing.items() if not found]
                raise RefusedError(others) from None
            needed = {f"{m[1]}/{m[2]}": m[2] for m in missing.values() if m is not None}
            if unknown := [full for full, kind in needed.items() if kind not in providers()]:
                raise RefusedError([_not_known(full) for full in unknown]) from None
            return needed
        return {}

    def plan(self, needed: Mapping[str, str], kind: Kind) -> tuple[Json, tuple[Problem, ...]]:
        """The plan with data sources answered in this way, and the warnings."""
        services = {full: Service(providers()[own], kind) for full, own in needed.items()}
        sockets = self.work / f"s{kind.number}{int(kind.opposite)}"
        sockets.mkdir()
        arguments = ["-input=false", "-lock=false", "-json", "-out=plan.tfplan"]
        arguments += [f"-var-file={path}" for path in self.var_files]
        with serve(services, sockets) as attach:
            try:
                printed = self._terraform(attach, "plan", *arguments)
            except RefusedError as refused:
                made_up = {name for service in services.values() for name in service.answered}
                raise RefusedError([*refused.problems, *_doubts(made_up)]) from None
            shown = self._terraform(attach, "show", "-json", "plan.tfplan")
        plan: Json = json.loads(self._real(shown))
        return plan, tuple(p for p in problems(printed) if p.severity == "warning")

    def _terraform(self, attach: str, *arguments: str) -> str:
        config, data = self.work / "cli.tfrc", self.work / "data"
        variables = environment(config, data, self.workspace, attach)
        try:
            return self.program.run(self.here, variables, *arguments)
        except RefusedError as refused:
            told = [
                _hinted(replace(problem, detail=self._real(problem.detail)))
                for problem in refused.problems
            ]
            raise RefusedError(told) from None

    def _real(self, text: str) -> str:
        """The text with paths in the view as those of the files that they stand for."""
        return text.replace(str(self.work / "view"), "")


def _twice(run: _Run, needed: Mapping[str, str], first: Json) -> tuple[Json, bool]:
    """What holds whatever data sources say, and whether that is only a part of the truth."""
    for kind in (OPPOSITE, ALIKE):
        try:
            other, _ = run.plan(needed, kind)
        except RefusedError as refused:
            why = refused
            continue
        return common(first, other), kind is ALIKE
    raise RefusedError(
        [
            Problem(
                "error",
                "the configuration hangs on what its data sources say",
                "with one set of made-up answers it can be planned, with another it cannot; "
                "make this plan with credentials",
            ),
            *why.problems,
        ]
    )


def _hinted(problem: Problem) -> Problem:
    """The problem with a next step, where the cause lies in how a plan is made here."""
    hint = _HINTS.get(problem.summary)
    return replace(problem, detail=f"{problem.detail} {hint}") if hint else problem


def _not_known(full: str) -> Problem:
    known = ", ".join(sorted(provider.name for provider in providers().values()))
    return Problem("error", f"no stand-in for provider {full}", f"there are those for {known}")


def _doubts(made_up: Iterable[str]) -> Iterator[Problem]:
    if types := ", ".join(sorted(made_up)):
        yield Problem("note", "data sources were answered with made-up values", types)

"""Measures cpra-drill on a big plan, beside its peers: ``python benchmarks/run.py``.

Everything runs as a process of its own, on plans made by ``estate.py`` in a temporary directory.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

import estate
from measure import ROOT, FailedError, Measured, measure
from peers import PEERS

SIZES = (3_000, 10_000, 30_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``inside`` is the time that a process measured itself, in seconds."""

    what: str
    resources: int
    measured: Measured | None
    inside: float | None = None
    note: str = ""

    @property
    def json(self) -> dict[str, object]:
        """The row as it stands in the file of ``--json``."""
        found = self.measured
        return {
            "what": self.what,
            "resources": self.resources,
            "seconds": list(found.seconds) if found else None,
            "processor_seconds": list(found.processor) if found else None,
            "memory_mb": round(found.memory, 1) if found else None,
            "inside_seconds": self.inside,
            "note": self.note,
        }


def main() -> int:
    """Measure what was asked for and print it; 1 if something could not be measured."""
    wanted = _arguments()
    signal.signal(signal.SIGTERM, _interrupt)
    rows: list[Row] = []
    try:
        with tempfile.TemporaryDirectory(prefix="cpra-drill-benchmark-") as made:
            work = Path(made)
            for row in _rows(work, wanted):
                rows.append(row)  # noqa: PERF402 - one by one: what is there counts if interrupted
    except KeyboardInterrupt:
        _say("interrupted: what follows is not everything")
        _table(rows, _facts())
        return 130
    facts = _facts()
    _table(rows, facts)
    if wanted.json:
        result = {"machine": facts, "rows": [row.json for row in rows]}
        wanted.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.measured for row in rows) else 1


def _rows(work: Path, wanted: argparse.Namespace) -> Iterator[Row]:
    yield from _ours(work, wanted.resources, wanted.runs)
    yield from _peers(work, wanted.resources, wanted.peers, wanted.runs)
    if wanted.growth:
        yield from _growth(work, wanted.runs)


def _arguments() -> argparse.Namespace:
    names = sorted({peer.package for peer in PEERS})
    parser = argparse.ArgumentParser(description="Measure cpra-drill on a big plan.")
    parser.add_argument("--resources", type=int, default=SIZES[0], metavar="N")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of each; default 3")
    parser.add_argument("--peers", nargs="+", choices=[*names, "none"], default=names)
    parser.add_argument("--no-growth", dest="growth", action="store_false")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, for machines")
    return parser.parse_args()


def _ours(work: Path, resources: int, runs: int) -> Iterator[Row]:
    yield from _reference(work, runs)
    small = work / "small.json"
    count = _written(small, 1)
    yield _controls(work, small, count, runs, "controls, one shop")
    for layout in estate.LAYOUTS:
        plan = work / f"{layout}.json"
        count = _written(plan, resources, layout)
        yield _read(work, plan, count, runs, f"read, {layout}")
        yield _controls(work, plan, count, runs, f"controls, {layout}")


def _reference(work: Path, runs: int) -> Iterator[Row]:
    """The shipped directory, read with nothing kept from before, and then again."""
    directory = ROOT / "terraform/reference"
    options = ["--reader=hcl"]
    cached = ["env", f"CPRA_DRILL_CACHE={work / 'cache'}"]
    yield _controls(work, directory, 0, 1, "controls, reference, first", options, cached)
    yield _controls(work, directory, 0, runs, "controls, reference, again", options, cached)


def _written(path: Path, resources: int, layout: str = estate.LAYOUTS[0]) -> int:
    """Write a plan, in a process of its own: what this one takes counts in those that it starts."""
    made = subprocess.run(  # noqa: S603 - a script of this directory
        [
            *(sys.executable, estate.__file__, str(path)),
            *("--resources", str(resources), "--layout", layout),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(made.stdout.split()[-2])


def _read(work: Path, plan: Path, count: int, runs: int, what: str) -> Row:
    _say(f"{what}: {count} resources, {plan.stat().st_size / 1e6:.0f} MB")
    inside = []
    for _ in range(runs):
        reading = Path(__file__).with_name("reading.py")
        try:
            found = measure([sys.executable, str(reading), str(plan)], work, runs=1)
        except FailedError as error:
            return Row(what, count, None, note=str(error))
        inside.append((json.loads(found.output)["seconds"], found))
    every = [found for _, found in inside]
    joined = Measured(
        tuple(found.seconds[0] for found in every),
        tuple(found.processor[0] for found in every),
        max(found.memory for found in every),
    )
    return Row(what, count, joined, min(took for took, _ in inside))


def _controls(  # noqa: PLR0913, PLR0917 - what is measured, how often, and how it is called
    work: Path,
    source: Path,
    count: int,
    runs: int,
    what: str,
    options: Sequence[str] = (),
    before: Sequence[str] = (),
) -> Row:
    _say(f"{what}: {count} resources" if count else what)
    evidence = work / "evidence"
    command = [*before, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    # Only who develops cpra-drill has Hypothesis: it takes 0.7 s to say nothing after a failure.
    command += ["-p", "no:hypothesispytest", "-m", "controls", *options]
    command += [f"--estate={source}", f"--evidence={evidence}"]
    try:  # 1: controls failed, as they must on the estate that is made here
        found = measure(command, work, runs=runs, allowed=(0, 1))
        ledger = json.loads((evidence / "ledger.json").read_text(encoding="utf-8"))
    except (FailedError, OSError) as error:
        return Row(what, count, None, note=str(error))
    findings = sum(len(control["findings"]) for control in ledger["controls"])
    note = f"{len(ledger['controls'])} controls, {findings} findings"
    return Row(what, ledger["run"]["estate"]["resources"], found, note=note)


def _peers(work: Path, resources: int, wanted: list[str], runs: int) -> Iterator[Row]:
    plan = work / "modules.json"
    count = _written(plan, resources, "modules")
    for peer in PEERS:
        if peer.package not in wanted:
            continue
        what = f"{peer.name} {peer.version}"
        _say(f"{what}: {count} resources")
        try:  # 1: it found something to say against the estate
            found = measure(peer.command(plan), work, runs=runs, allowed=(0, 1), timeout=180)
        except FailedError as error:
            yield Row(what, count, None, note=str(error))
        else:
            yield Row(what, count, found, note=peer.note)


def _growth(work: Path, runs: int) -> Iterator[Row]:
    for layout in estate.LAYOUTS:
        for size in SIZES[1:]:
            plan = work / "growth.json"
            count = _written(plan, size, layout)
            yield _read(work, plan, count, min(runs, 2), f"read, {layout}")


def _facts() -> dict[str, str]:
    load = f"{os.getloadavg()[0]:.1f}"
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "system": platform.system(),
        "cores": str(
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        ),
        "python": platform.python_version(),
        "load": load,
    }


_HEAD = (
    *("what", "resources", "best s", "median s", "CPU s", "inside s", "ms per resource"),
    *("peak MB", "times ours (by CPU)", "note"),
)


def _table(rows: list[Row], facts: dict[str, str]) -> None:
    print(", ".join(f"{name}: {value}" for name, value in facts.items()))
    _line(*_HEAD)
    _line("---", *(["---:"] * (len(_HEAD) - 2)), "---")
    ours = next((row.measured for row in rows if row.what == "controls, modules"), None)
    for row in rows:
        if row.measured is None:
            _line(row.what, row.resources, *([""] * (len(_HEAD) - 3)), f"not measured: {row.note}")
        else:
            _line(row.what, row.resources, *_figures(row, row.measured, ours))


def _figures(row: Row, found: Measured, ours: Measured | None) -> tuple[str, ...]:
    inside = "" if row.inside is None else f"{row.inside:.2f}"
    each = 1000 * (found.best if row.inside is None else row.inside) / row.resources
    ratio = ""
    if ours and not row.what.startswith(("read", "controls")):
        by_cpu = min(found.processor) / min(ours.processor)
        ratio = f"{found.median / ours.median:.1f} ({by_cpu:.1f})"
    return (
        f"{found.best:.2f}",
        f"{found.median:.2f}",
        f"{min(found.processor):.2f}",
        inside,
        f"{each:.2f}",
        f"{found.memory:.0f}",
        ratio,
        row.note if len(found.seconds) > 1 else f"{row.note} (one run)".strip(),
    )


def _line(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

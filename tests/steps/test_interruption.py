"""Ctrl-C, and worse: no orphans, no half-written evidence, the right exit code."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from simulator.clock import monotonic
from tests.steps.shell import ESTATES, ROOT, command, ledger, needs_shell, program

WATCHED = ESTATES / "drills/watched"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="reads /proc to find child processes"
)


def children(pid: int) -> list[int]:
    """The processes below this one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children(child)]
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def gone(pids: list[int], within: float = 10) -> bool:
    deadline = monotonic() + within
    while any(map(alive, pids)):
        if monotonic() > deadline:
            return False
    return True


def start_drill(evidence: Path, *options: str) -> subprocess.Popen[str]:
    """A drill from a shell, read up to the moment in which the attack runs."""
    arguments = (*options, "--reader", "hcl", "--estate", str(WATCHED))
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    drill = subprocess.Popen(
        command(*arguments, "--evidence", str(evidence)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    for line in drill.stdout:
        if "attacking" in line:
            return drill
    raise AssertionError(f"the drill ended early: {drill.wait()}")


def test_ctrl_c_stops_everything_and_leaves_earlier_evidence_alone(tmp_path):
    earlier = tmp_path / "ledger.json"
    earlier.write_text(json.dumps({"earlier": True}))
    drill = start_drill(tmp_path)  # controls too, so that there is something to write
    below = children(drill.pid)
    assert below, "no Azurite below the drill"
    drill.send_signal(signal.SIGINT)
    said, _ = drill.communicate(timeout=60)
    assert drill.returncode == pytest.ExitCode.INTERRUPTED, said
    assert gone(below)
    assert json.loads(earlier.read_text()) == {"earlier": True}
    assert sorted(tmp_path.iterdir()) == [earlier]


def test_a_drill_that_is_killed_takes_azurite_with_it(tmp_path):
    drill = start_drill(tmp_path, "-m", "drill")
    below = children(drill.pid)
    drill.kill()
    drill.communicate(timeout=60)
    assert gone(below)
    assert list(tmp_path.iterdir()) == []


def test_an_azurite_that_dies_in_mid_drill_fails_the_scenario_and_is_in_the_evidence(tmp_path):
    drill = start_drill(tmp_path, "-m", "drill")
    for child in children(drill.pid):
        os.kill(child, signal.SIGKILL)
    said, _ = drill.communicate(timeout=120)
    assert drill.returncode == pytest.ExitCode.TESTS_FAILED, said
    assert "drill could not be completed: " in said
    assert "Traceback" not in said
    drills = ledger(tmp_path)["drills"]
    assert "not-completed" in {entry["outcome"] for entry in drills}


@needs_shell
@pytest.mark.parametrize(
    ("sent", "option"), [(signal.SIGINT, "--estate"), (signal.SIGTERM, "--base-estate")]
)
def test_ending_an_offline_plan_leaves_no_terraform_and_no_files(tmp_path, sent, option):
    note, place = tmp_path / "note", tmp_path / "tmp"
    place.mkdir()
    slow = program(
        tmp_path / "bin",
        f'echo "$$ $TF_DATA_DIR" > {note}.new; mv {note}.new {note}\nexec sleep 60',
    )
    plan, directory = str(ESTATES / "DATA-01/pass/plan.json"), str(ESTATES / "DATA-01/pass")
    estates = {"--estate": plan} | {option: directory}
    run = subprocess.Popen(
        command(
            *("-m", "DATA-01", "--evidence", str(tmp_path / "out")),
            *(part for pair in estates.items() for part in pair),
        ),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PATH": f"{slow}:{os.environ['PATH']}", "TMPDIR": str(place)},
    )
    while not note.exists():
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    run.send_signal(sent)
    said, _ = run.communicate(timeout=60)
    terraform, data = note.read_text().split()
    assert run.returncode == pytest.ExitCode.INTERRUPTED, said
    assert gone([int(terraform)])
    assert not Path(data).parent.exists()
    assert list(place.iterdir()) == []
    assert not (tmp_path / "out").exists()
    assert "Traceback" not in said

"""Ctrl-C, and worse, in mid-drill: no orphans, no half-written evidence, the right exit code."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.clock import monotonic

ROOT = Path(__file__).parents[2]
WATCHED = ROOT / "fixtures/estates/drills/watched"

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
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    command += ["--reader", "hcl", "--estate", str(WATCHED), "--evidence", str(evidence)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    drill = subprocess.Popen(
        command,
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
    drills = json.loads((tmp_path / "ledger.json").read_text())["drills"]
    assert "not-completed" in {entry["outcome"] for entry in drills}

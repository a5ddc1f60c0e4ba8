"""What a run loads: controls on a plan need nothing that a drill or another reader does."""

import json
import os
import shutil
import subprocess
import sys

from tests.steps.shell import ESTATES, ROOT, command

FOR_DRILLS = {"azure", "faker", "duckdb", "duckdb_kql", "simpy", "aiohttp", "trustme"}
FOR_OTHER_ESTATES = {"grpc", "tfparse", "hcl2", "lark", "simulator.estate.arm.kinds"}
FOR_TESTS = {"jsonschema"}
HEAVY = FOR_DRILLS | FOR_OTHER_ESTATES | FOR_TESTS
AT_EXIT = """
import atexit, json, os, sys
atexit.register(lambda: open(os.environ["LOADED"], "w").write(json.dumps(list(sys.modules))))
"""


def test_the_plugin_alone_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", "import json, sys, steps.plugin; print(json.dumps([*sys.modules]))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(json.loads(done.stdout))
    assert "steps.plugin" in loaded
    assert loaded & (HEAVY | {"jinja2"}) == set()


def test_controls_on_a_plan_load_nothing_heavy(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(AT_EXIT, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    alone = shutil.copy(ESTATES / "DATA-01/pass/plan.json", tmp_path)
    done = subprocess.run(
        command(
            "-m",
            "controls",
            f"--estate={alone}",
            f"--evidence={tmp_path / 'evidence'}",
        ),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, "LOADED": str(tmp_path / "loaded.json")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (tmp_path / "evidence/ledger.json").is_file(), done.stdout + done.stderr
    loaded = set(json.loads((tmp_path / "loaded.json").read_text(encoding="utf-8")))
    assert "jinja2" in loaded  # what is listed is what was loaded
    assert loaded & HEAVY == set()

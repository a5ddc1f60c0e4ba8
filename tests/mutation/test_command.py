import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.command import main
from simulator.controls.public_access import DATA_01
from simulator.controls.verdict import Harm, Weakening
from tests.mutation.small import SHOP, written

ROOT = Path(__file__).parents[2]
PASS = ROOT / "fixtures/estates/DATA-01/pass"


def run(*arguments: object) -> int:
    return main(["mutate", *map(str, arguments)])


def test_an_estate_is_measured_told_and_recorded(tmp_path, capsys):
    out = tmp_path / "m.json"
    before = {p: p.read_bytes() for p in PASS.iterdir()}
    code = run(PASS, "--control", "DATA-01", "--jobs", 1, "--json", out, "--at-least", 0)
    assert code == 0
    told, progress = capsys.readouterr()
    made = json.loads(out.read_text("utf-8"))
    assert made["tried"] == made["mutants"] > 4
    assert f"score {made['score']:.3f}" in told
    assert made["score"] > 0.5
    assert "\x1b" not in told + progress
    assert f"{made['tried']} of {made['tried']} mutants tried" in progress
    assert {p: p.read_bytes() for p in PASS.iterdir()} == before


@pytest.mark.parametrize(("at_least", "code"), [("0.5", 0), ("0.51", 1)])
def test_the_exit_code_says_whether_the_score_is_high_enough(
    at_least, code, tmp_path, capsys, monkeypatch
):
    weakenings = (  # one that is killed, one that survives
        Weakening(Harm.FLIP, "azurerm_storage_account", "allow_nested_items_to_be_public"),
        Weakening(Harm.WEAKEN, "azurerm_storage_account", "account_tier", '"Free"'),
    )
    controls = {"DATA-01": replace(DATA_01, weakenings=weakenings)}
    monkeypatch.setattr("simulator.mutation.command.CONTROLS", controls)
    assert run(written(tmp_path / "shop"), "--jobs", 1, "--at-least", at_least) == code
    told = capsys.readouterr().out
    assert "survived: DATA-01 main.tf:18 azurerm_storage_account.shop" in told
    assert "score 0.500" in told


def test_nothing_to_score_is_not_enough(tmp_path, capsys):
    shop = written(tmp_path / "shop", SHOP.replace('"private"', '"blob"'))
    assert run(shop, "--control", "DATA-01", "--jobs", 1, "--at-least", 0) == 1
    told = capsys.readouterr().out
    assert "DATA-01  not scored: it is failed on this estate as it is" in told
    assert told.endswith("nothing could be scored\n")


def test_a_limit_takes_a_sample(tmp_path, capsys):
    shop = written(tmp_path / "shop")
    assert run(shop, "--control", "DATA-01", "--jobs", 1, "--limit", 2) in {0, 1}
    assert ": 2 of " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "the following arguments are required: DIR"),
        (["{tmp}/nowhere"], "no such directory"),
        (["{tmp}"], "holds no .tf file"),
        (["{shop}", "--control", "DATA-99"], "there is no DATA-99; there are DATA-01"),
        (["{shop}", "--limit", "0"], "'0' is no number of 1 or more"),
        (["{shop}", "--jobs", "-1"], "'-1' is no number of 1 or more"),
        (["{shop}", "--at-least", "95"], "'95' is no number from 0 to 1"),
        (["{shop}", "--at-least", "nan"], "'nan' is no number from 0 to 1"),
        (["{shop}", "--json", "{tmp}"], "no file can be written there; check --json"),
        (["{shop}", "--json", "{tmp}/no/m.json"], "no file can be written there; check --json"),
        (["{shop}", "--var-file", "{tmp}/no.tfvars"], "no such variable file"),
        (["{shop}/broken"], "main.tf:1"),
    ],
)
def test_what_cannot_be_run_as_asked_is_said(arguments, why, tmp_path, capsys):
    shop = written(tmp_path / "shop")
    written(shop / "broken", "resource {\n")
    given = [argument.format(tmp=tmp_path, shop=shop) for argument in arguments]
    try:
        code = run(*given)
    except SystemExit as ended:
        code = ended.code
    assert code == 4
    told = capsys.readouterr().err
    assert why in told
    assert "Traceback" not in told


RUN = ("mutate", "terraform/reference", "--control", "DATA-01", "--jobs", "2")


def children(pid: int) -> list[int]:
    try:
        return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has ended
        return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_nothing_outlives_a_run_that_is_stopped(how, code, tmp_path):
    (tmp_path / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator.command", *RUN],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    family: list[int] = []
    deadline = time.monotonic() + 90
    while len(family) < 6 and time.monotonic() < deadline:  # two, with a reader each, and the own
        time.sleep(0.05)
        mine = children(process.pid)
        family = [*mine, *(inner for child in mine for inner in children(child))]
    assert len(family) >= 6
    os.killpg(process.pid, how) if how is signal.SIGINT else process.kill()
    _, told = process.communicate(timeout=90)
    assert process.returncode == code
    deadline = time.monotonic() + 30
    while any(map(alive, family)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, family))
    if how is signal.SIGINT:
        assert told.endswith("cpra-drill: interrupted\n")
        assert "Traceback" not in told
        assert list((tmp_path / "temporary").iterdir()) == []

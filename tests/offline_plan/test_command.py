import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.command import main
from tests.offline_plan.planning import GROUP, PROVIDER, ROOT, contents, needs_terraform, written

VERSION = """if [ "$1" = version ]; then echo '{"terraform_version": "1.11.4"}'; exit 0; fi"""


def program(directory: Path, script: str) -> Path:
    """A program that passes for Terraform until it is run."""
    path = directory / "terraform"
    path.write_text(f"#!/bin/sh\n{VERSION}\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@needs_terraform
def test_a_plan_is_written_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = written(tmp_path / "prod", PROVIDER + GROUP)
    before = contents(directory)
    assert main(["plan", str(directory), "-o", str(tmp_path / "plan.json")]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.endswith("plan.json: 1 resources\n")
    made = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert made["resource_changes"][0]["address"] == "azurerm_resource_group.g"
    assert contents(directory) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "prod"]


@needs_terraform
def test_a_plan_is_printed_if_nothing_else_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "v.tfvars").write_text('v = "given"\n', encoding="utf-8")
    text = 'variable "v" {\n  type = string\n}\noutput "o" {\n  value = var.v\n}\n'
    directory = written(tmp_path / "prod", text)
    assert main(["plan", str(directory), "--var-file", str(tmp_path / "v.tfvars")]) == 0
    assert json.loads(capsys.readouterr().out)["output_changes"]["o"]["after"] == "given"


@needs_terraform
def test_a_refusal_is_told_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = written(tmp_path / "prod", "resource {\n")
    assert main(["plan", str(directory), "-o", str(tmp_path / "plan.json")]) == 1
    assert "\nmain.tf:1: error: " in capsys.readouterr().err
    assert not (tmp_path / "plan.json").exists()


def test_what_terraform_says_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = written(tmp_path / "prod", GROUP)
    hostile = program(tmp_path, r"""printf 'x\033[2J\007y' >&2; exit 1""")
    assert main(["plan", str(directory), "--program", str(hostile)]) == 1
    assert "x [2J y" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["{tmp}/nowhere"], "there is no such directory"),
        (["{tmp}", "--program", "{tmp}/tf"], "tf: there is no such program"),
        (["{tmp}", "-o", "{tmp}"], "no file can be written there; check -o"),
        (["{tmp}", "-o", "{tmp}/no/plan.json"], "no file can be written there; check -o"),
        (["{tmp}", "--var-file", "{tmp}/no.tfvars"], "no.tfvars: there is no such file"),
    ],
)
def test_what_cannot_be_tried_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    written(tmp_path, GROUP)
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    if "--program" not in given:
        given += ["--program", str(program(tmp_path, "exit 1"))]
    assert main(["plan", *given]) == 2
    assert why in capsys.readouterr().err


def test_no_terraform_is_said_and_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["plan", str(written(tmp_path / "prod", GROUP))]) == 2
    assert "neither terraform nor tofu is on the PATH" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["plan"], ["apply"], ["plan", ".", "--no-such"]])
def test_a_wrong_argument_is_a_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: cpra-drill" in capsys.readouterr().err


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["plan", "--help"])
    assert left.value.code == 0
    assert "0 planned, 1 Terraform refused, 2" in capsys.readouterr().out


def command(*arguments: str, before: str = "") -> "subprocess.Popen[str]":
    code = f"import sys; {before}\nfrom simulator.command import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    with command("plan", str(tmp_path), before="sys.modules['grpc'] = None") as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said == (
        "cpra-drill: a plan needs grpc, which is not installed: pip install 'cpra-drill[plan]'\n"
    )


@pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "mv", "sleep"))), reason="needs the commands sh, mv and sleep"
)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ending_it_leaves_nothing_behind(tmp_path: Path, sent: signal.Signals) -> None:
    directory = written(tmp_path / "prod", GROUP)
    note = tmp_path / "note"
    slow = program(
        tmp_path, f'echo "$$ $TF_DATA_DIR" > {note}.new; mv {note}.new {note}\nexec sleep 60'
    )
    arguments = ("plan", str(directory), "-o", str(tmp_path / "plan.json"), "--program", str(slow))
    with command(*arguments) as process:
        while not note.exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(sent)
        _, said = process.communicate(timeout=30)
    child, data = note.read_text().split()
    assert process.returncode == 130
    assert said.endswith("cpra-drill: interrupted\n")
    assert not Path(data).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(child), 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["note", "prod", "terraform"]

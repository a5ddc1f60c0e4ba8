import json
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from simulator.offline_plan import terraform
from simulator.offline_plan.terraform import (
    NoPlanError,
    Problem,
    Program,
    RefusedError,
    environment,
    find,
    problems,
)


def program(directory: Path, script: str, name: str = "terraform") -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def says(version: str) -> str:
    return f"echo '{json.dumps({'terraform_version': version})}'"


def test_nothing_to_plan_with_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPlanError, match="neither terraform nor tofu is on the PATH"):
        find()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoPlanError, match="terraform-9: there is no such program"):
        find(str(tmp_path / "terraform-9"))


@pytest.mark.parametrize(
    ("name", "version", "least"), [("terraform", "1.8.5", "1.9"), ("tofu", "1.6.2", "1.7")]
)
def test_a_version_that_is_too_old_is_refused(
    tmp_path: Path, name: str, version: str, least: str
) -> None:
    old = program(tmp_path, says(version), name)
    with pytest.raises(NoPlanError, match=f"{name} {version} is too old: {least} or newer"):
        find(str(old))


@pytest.mark.parametrize(
    ("name", "version"), [("terraform", "1.15.0-rc1"), ("tofu", "1.7.0"), ("terraform", "2.0.0")]
)
def test_a_version_that_will_do_is_found(tmp_path: Path, name: str, version: str) -> None:
    path = program(tmp_path, says(version), name)
    assert find(str(path)) == Program(str(path), name, version)


def test_terraform_comes_before_tofu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, says("1.9.0"), "tofu")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    if find().name == "tofu":
        program(tmp_path, says("1.9.1"), "terraform")
    assert find().name == "terraform"


@pytest.mark.parametrize("script", ["echo no JSON", "exit 3", "echo '[]'", "echo '{}'"])
def test_another_program_of_that_name_is_refused(tmp_path: Path, script: str) -> None:
    with pytest.raises(NoPlanError, match="no version of Terraform or OpenTofu"):
        find(str(program(tmp_path, script)))


def run(tmp_path: Path, script: str) -> str:
    path = program(tmp_path, script)
    return Program(str(path), "terraform", "1.11.4").run(tmp_path, os.environ, "plan")


def test_errors_are_read_from_what_the_program_prints(tmp_path: Path) -> None:
    diagnostic = {
        "severity": "error",
        "summary": "Unsupported argument",
        "detail": 'An argument named\n"nam" is not expected here.',
        "range": {"filename": "main.tf", "start": {"line": 4}},
        "address": "azurerm_key_vault.k",
    }
    warning = json.dumps({"diagnostic": {"severity": "warning", "summary": "old"}})
    line = json.dumps({"diagnostic": diagnostic}).replace("\\", "\\\\")
    with pytest.raises(RefusedError) as refused:
        run(tmp_path, f"echo '{warning}'; echo '{line}'; echo '{line}'; exit 1")
    assert str(refused.value) == (
        "main.tf:4: error: Unsupported argument (azurerm_key_vault.k): "
        'An argument named "nam" is not expected here.'
    )


def test_a_failure_without_errors_tells_what_was_said(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="terraform plan failed: cannot open it"):
        run(tmp_path, "echo cannot open it >&2; exit 1")


def test_lines_that_are_no_diagnostics_are_passed_over() -> None:
    lines = 'text\n{"@level":"info"}\n[1]\n{"diagnostic":null}\n{"diagnostic":{"summary":"s"}}\n{'
    assert list(problems(lines)) == [Problem("error", "s")]


def test_the_users_settings_steer_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLI_ARGS", "CLI_ARGS_plan", "WORKSPACE", "REATTACH_PROVIDERS", "LOG", "VAR_x"):
        monkeypatch.setenv(f"TF_{name}", "theirs")
    given = environment(Path("/c"), Path("/d"))
    assert "theirs" not in given.values()
    given = environment(Path("/c"), Path("/d"), "prod", "{}")
    assert "theirs" not in given.values()
    assert given["TF_WORKSPACE"] == "prod"
    assert given["TF_REATTACH_PROVIDERS"] == "{}"


@pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "sleep", "ps"))), reason="needs the commands sh, sleep and ps"
)
@pytest.mark.parametrize("stubborn", ["", "trap '' INT; "])
def test_what_ends_the_run_ends_the_program_and_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stubborn: str
) -> None:
    """As Ctrl-C does: the program is a shell here, and the sleep is what it has started."""
    monkeypatch.setattr(terraform, "_PATIENCE", 0.5)
    child = tmp_path / "child"
    path = program(tmp_path, f"{stubborn}sh -c 'echo $$ > {child}; exec sleep 60'; exit 0")

    def interrupt() -> None:
        while not child.exists() or not child.read_text().strip():
            stopped.wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    stopped = threading.Event()
    waiting = threading.Thread(target=interrupt)
    waiting.start()
    with pytest.raises(KeyboardInterrupt):
        Program(str(path), "terraform", "1.11.4").run(tmp_path, os.environ, "plan")
    waiting.join()
    assert not_running(int(child.read_text()))


def not_running(process: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], check=False, capture_output=True, text=True
    )
    return state.stdout.strip()[:1] in {"", "Z"}  # a zombie has ended, too

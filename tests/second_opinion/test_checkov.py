"""What checkov's JSON is read as, and how its process and environment are treated."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.second_opinion import checkov, environment
from simulator.second_opinion.checkov import Answer, ask_checkov, read_answers
from simulator.second_opinion.environment import SecondOpinionError, checkov_python

REPORT = {
    "check_type": "terraform",
    "results": {
        "passed_checks": [
            {
                "check_id": "CKV_AZURE_3",
                "check_name": "secure transfer",
                "resource": "azurerm_storage_account.a",
                "file_path": "/main.tf",
                "file_line_range": [3, 9],
            }
        ],
        "failed_checks": [
            {
                "check_id": "CKV_AZURE_59",
                "check_name": None,
                "resource": 'module.m["x"].azurerm_storage_account.b',
                "file_path": "/modules/m/main.tf",
                "file_line_range": [0, 0],
            }
        ],
    },
    "summary": {"checkov_version": "3.3.30"},
}


def test_both_kinds_of_answer_are_read_with_their_places():
    opinion = read_answers(json.dumps(REPORT))
    assert opinion.version == "3.3.30"
    assert opinion.answers == (
        Answer("CKV_AZURE_3", "secure transfer", "azurerm_storage_account.a", True, "main.tf", 3),
        Answer(
            "CKV_AZURE_59",
            "",
            'module.m["x"].azurerm_storage_account.b',
            False,
            "modules/m/main.tf",
            None,
        ),
    )


def test_a_list_of_reports_is_read_as_one():
    assert len(read_answers(json.dumps([REPORT, REPORT])).answers) == 4


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", "[1]", '{"results": {"passed_checks": [{}]}}']
)
def test_what_is_no_report_is_an_error_and_no_silence(text):
    with pytest.raises(SecondOpinionError, match="not known here"):
        read_answers(text)


def test_a_subscription_is_nothing_that_checkov_reads():
    with pytest.raises(SecondOpinionError, match="not azure:0000"):
        ask_checkov("azure:0000")


def standing_in(tmp_path: Path, monkeypatch, body: str) -> None:
    """A program in the place of checkov's Python."""
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\nimport os, sys, json, time\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(checkov, "checkov_python", lambda _: program)


def test_it_runs_with_nothing_of_our_environment(tmp_path, monkeypatch):
    told = {"summary": {"checkov_version": "9"}, "results": {"failed_checks": []}}
    body = (
        f"assert not {{'BC_API_KEY', 'PYTHONPATH'}} & set(os.environ), os.environ\n"
        f"assert os.listdir('.') == []\n"
        f"assert '--skip-download' in sys.argv\nprint({json.dumps(told)!r})"
    )
    standing_in(tmp_path, monkeypatch, body)
    monkeypatch.setenv("BC_API_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    assert ask_checkov(str(tmp_path)).version == "9"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("sys.exit('no module named checkov')", "checkov failed: no module named checkov"),
        ("pass", "checkov failed: 0"),
        ("print('{')", "not known here"),
    ],
)
def test_a_failing_checkov_is_told(tmp_path, monkeypatch, body, told):
    standing_in(tmp_path, monkeypatch, body)
    with pytest.raises(SecondOpinionError, match=told):
        ask_checkov(str(tmp_path))


def test_one_that_does_not_answer_is_ended(tmp_path, monkeypatch):
    standing_in(
        tmp_path,
        monkeypatch,
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    )
    monkeypatch.setattr(checkov, "_LIMIT", 1)
    with pytest.raises(SecondOpinionError, match="no answer within 1 s"):
        ask_checkov(str(tmp_path))
    pid = (tmp_path / "pid").read_text()
    assert not Path(f"/proc/{pid}").exists()


def test_an_environment_is_made_once_and_kept(tmp_path, monkeypatch):
    made = []

    def install(place: Path) -> None:
        made.append(place)
        (place / "bin").mkdir()
        (place / "bin/python").touch()

    monkeypatch.setenv("CPRA_DRILL_CACHE", str(tmp_path))
    monkeypatch.setattr(environment, "_install", install)
    first = checkov_python()
    assert checkov_python() == first
    assert len(made) == 1
    assert first.is_relative_to(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [first.parents[1].name]


def test_a_failed_installation_leaves_nothing_and_says_what_is_needed(tmp_path, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "No matching distribution\n")
    monkeypatch.setenv("CPRA_DRILL_CACHE", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SecondOpinionError, match=r"No matching distribution.* registry"):
        checkov_python()
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CPRA_DRILL_CACHE", str(tmp_path / "file"))
    with pytest.raises(SecondOpinionError, match="CPRA_DRILL_CACHE"):
        checkov_python()

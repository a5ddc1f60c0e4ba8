"""What a verdict does to the exit code: only a pass passes."""

import subprocess
from pathlib import Path

import pytest

from tests.steps.shell import ESTATES, ROOT, ledger, shell


def control(estate: Path, evidence: Path) -> tuple[subprocess.CompletedProcess[str], dict]:
    """DATA-01 on an estate, from a shell, and its entry in the ledger."""
    done = shell(
        *("-m", "DATA-01", "-rs", "--reader", "hcl"),
        *("--estate", str(estate), "--evidence", str(evidence)),
    )
    return done, ledger(evidence)["controls"][0]


def test_a_control_that_passes_passes(tmp_path):
    done, entry = control(ESTATES / "DATA-01/pass", tmp_path)
    assert (done.returncode, entry["outcome"]) == (pytest.ExitCode.OK, "passed")


def test_a_control_that_fails_fails_with_the_place_and_the_fix(tmp_path):
    done, entry = control(ESTATES / "DATA-01/fail", tmp_path)
    assert (done.returncode, entry["outcome"]) == (pytest.ExitCode.TESTS_FAILED, "failed")
    for finding in entry["findings"]:
        assert f"{finding['address']} (main.tf:" in done.stdout
        assert finding["remedy"] in done.stdout
    assert "Traceback" not in done.stdout


def test_what_is_not_there_is_skipped_with_what_was_looked_for(tmp_path):
    done, entry = control(ESTATES / "DATA-01/absent", tmp_path)
    assert entry["outcome"] == "not-applicable"
    assert "1 skipped" in done.stdout
    assert "azurerm_storage_account" in done.stdout


def test_what_cannot_be_known_fails(tmp_path):
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "main.tf").write_text(
        'variable "open" {}\n'
        'resource "azurerm_storage_account" "a" {\n'
        '  name                            = "stshop"\n'
        "  allow_nested_items_to_be_public = var.open\n"
        "  public_network_access_enabled   = false\n"
        "}\n",
        encoding="utf-8",
    )
    done, entry = control(estate, tmp_path / "evidence")
    assert (done.returncode, entry["outcome"]) == (pytest.ExitCode.TESTS_FAILED, "unknown")
    assert "cannot be known" in done.stdout


def test_what_cannot_be_known_is_reported_and_fails_nothing_if_that_was_asked_for(tmp_path):
    estate = ROOT / "fixtures/estates/unknown"
    done = shell(
        *("-m", "DATA-01", "-rx", "-o", "unknown=report", "--reader", "hcl"),
        *("--estate", str(estate), "--evidence", str(tmp_path)),
    )
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "1 xfailed" in done.stdout
    assert (
        "DATA-01 unknown, which is no pass: "
        "azurerm_storage_account.orders allow_nested_items_to_be_public"
    ) in done.stdout
    assert "DATA-01  unknown (1 finding)" in done.stdout
    found = ledger(tmp_path)
    assert found["run"]["unknown"] == "report"
    assert found["controls"][0]["counts_as"] == "unknown"
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "No control failed, but 1 of 1 cannot be judged" in page


def test_what_fails_fails_however_the_unknown_is_taken(tmp_path):
    done = shell(
        *("-m", "DATA-01", "--unknown", "report", "--reader", "hcl"),
        *("--estate", str(ESTATES / "DATA-01/fail"), "--evidence", str(tmp_path)),
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED

"""A change against the base estate, from a shell: what it takes away fails by itself."""

from pathlib import Path

import pytest

from tests.steps.shell import ledger, shell
from tests.steps.test_waivers import day

WORKSPACE = """resource "azurerm_log_analytics_workspace" "security" {
  name                = "log-shop"
  resource_group_name = "rg-shop"
  location            = "westus2"
  retention_in_days   = DAYS
}
"""
LOCK = """resource "azurerm_management_lock" "keep" {
  name       = "keep"
  scope      = azurerm_log_analytics_workspace.security.id
  lock_level = "CanNotDelete"
}
"""


def estate(directory: Path, text: str) -> Path:
    directory.mkdir()
    (directory / "main.tf").write_text(text, encoding="utf-8")
    return directory


def run(after: Path, evidence: Path, *arguments: str):
    return shell(
        *("-m", "CHANGE", "-rsx", "--reader", "hcl", "--estate", str(after)),
        *("--evidence", str(evidence), *arguments),
    )


def test_a_protection_that_is_lowered_or_gone_fails_though_no_control_demands_it(tmp_path):
    before = estate(tmp_path / "before", WORKSPACE.replace("DAYS", "365") + LOCK)
    after = estate(tmp_path / "after", WORKSPACE.replace("DAYS", "120"))
    done = run(after, tmp_path / "out", "--base-estate", str(before))
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    for words in (
        "azurerm_log_analytics_workspace.security (main.tf:1): retention_in_days is wrong",
        "is:        120; before the change: 365",
        "should be: 365 or more, as before the change",
        "azurerm_management_lock.keep (main.tf:7): resource is wrong",
        "- control: CHANGE",
        "CHANGE  failed (2 findings)",
    ):
        assert words in done.stdout
    (control,) = ledger(tmp_path / "out")["controls"]
    assert (control["id"], control["outcome"]) == ("CHANGE", "failed")
    assert ledger(tmp_path / "out")["base"]["controls"] == []
    page = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "120; before the change: 365" in page
    assert 'id="CHANGE"' in page


def test_what_is_moved_or_raised_takes_nothing_away(tmp_path):
    before = estate(tmp_path / "before", WORKSPACE.replace("DAYS", "120") + LOCK)
    renamed = (WORKSPACE.replace("DAYS", "365") + LOCK).replace('"security"', '"logs"')
    after = estate(tmp_path / "after", renamed.replace(".security", ".logs"))
    done = run(after, tmp_path / "out", "--base-estate", str(before))
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "CHANGE  passed" in done.stdout


def test_without_a_base_estate_there_is_no_change_to_judge(tmp_path):
    done = run(estate(tmp_path / "after", LOCK), tmp_path / "out")
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "no change to judge: name the estate before it with --base-estate PATH" in done.stdout
    assert not (tmp_path / "out").exists()


def test_what_a_change_takes_away_can_be_waived(tmp_path):
    before = estate(tmp_path / "before", WORKSPACE.replace("DAYS", "365"))
    after = estate(tmp_path / "after", WORKSPACE.replace("DAYS", "120"))
    (after / "waivers.yaml").write_text(
        "- control: CHANGE\n"
        "  address: azurerm_log_analytics_workspace.*\n"
        "  attribute: retention_in_days\n"
        "  actual: '120; before the change: 365'\n"
        "  owner: jo\n"
        "  reason: the archive keeps the rest\n"
        f"  expires: {day(3)}\n",
        encoding="utf-8",
    )
    done = run(after, tmp_path / "out", "--base-estate", str(before))
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "CHANGE  WAIVED, which is no pass: failed (1 finding)" in done.stdout
    (control,) = ledger(tmp_path / "out")["controls"]
    assert control["counts_as"] == "waived"

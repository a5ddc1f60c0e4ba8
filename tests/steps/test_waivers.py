"""Waivers, from a shell: what they let pass, what voids them, and how loudly everybody says so."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.steps.shell import ESTATES, ledger, shell

OPEN = """resource "azurerm_storage_account" "old" {
  name                            = "stold"
  allow_nested_items_to_be_public = true
  public_network_access_enabled   = false
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = true
}
"""
FOUND = {
    "control": "DATA-01",
    "address": "azurerm_storage_account.old",
    "attribute": "allow_nested_items_to_be_public",
    "actual": "true",
    "owner": "jo@shop.example",
    "reason": "the old shop is read until it moves",
}


def day(ahead: int) -> str:
    return str((datetime.now(UTC) + timedelta(days=ahead)).date())


def estate(directory: Path, *entries: dict[str, object], text: str = OPEN) -> Path:
    """An estate with one open account, and the waivers beside it."""
    directory.mkdir(exist_ok=True)
    (directory / "main.tf").write_text(text, encoding="utf-8")
    dated = [{"expires": day(30), **entry} for entry in entries]
    if dated:
        (directory / "waivers.yaml").write_text(yaml.safe_dump(dated), encoding="utf-8")
    return directory


def run(at: Path, evidence: Path, *arguments: str, mark: str = "DATA-01"):
    return shell(
        *("-m", mark, "-rx", "--reader", "hcl", "--estate", str(at)),
        *("--evidence", str(evidence), *arguments),
    )


def test_a_finding_that_is_waived_is_shown_everywhere_and_fails_nothing(tmp_path):
    nasty = {"owner": "\x1b[31mjo", "reason": "<script>alert(1)</script>\u202e"}
    done = run(estate(tmp_path / "shop", {**FOUND, **nasty}), tmp_path / "out")
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "1 xfailed" in done.stdout
    assert " passed" not in done.stdout.splitlines()[-1]
    assert f"DATA-01 failed, waived: by \\x1b[31mjo until {day(30)}" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)
    assert "DATA-01  WAIVED, which is no pass: failed (1 finding)" in done.stdout
    assert "because: <script>alert(1)</script>⟨U+202E⟩" in done.stdout
    found = ledger(tmp_path / "out")
    (control,) = found["controls"]
    assert (control["outcome"], control["counts_as"]) == ("failed", "waived")
    assert control["findings"][0]["waivers"] == [0]
    assert found["waivers"][0]["state"] == "in-force"
    page = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "1 of 1 control does not pass and is waived" in page
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩" in page


def test_a_waiver_that_is_no_good_any_more_covers_nothing_and_says_why(tmp_path):
    cases = (
        ({"expires": day(-1)}, "expired", "is no help: it expired on"),
        ({"actual": "false"}, "changed", "the value was false when it was waived, and is true"),
        ({"compensating": "RESP-01", "attribute": ""}, "uncompensated", "RESP-01 does not pass"),
        ({"address": "azurerm_storage_account.other"}, "unused", "unused: DATA-01"),
        ({"control": "DATA-03"}, "not-assessed", "DATA-03 was not assessed in this run"),
    )
    made = estate(tmp_path / "shop", *({**FOUND, **entry} for entry, _, _ in cases))
    done = run(made, tmp_path / "out")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert [words for _, _, words in cases if words not in done.stdout] == []
    found = ledger(tmp_path / "out")
    assert [waiver["state"] for waiver in found["waivers"]] == [state for _, state, _ in cases]
    assert found["controls"][0]["counts_as"] == "failed"


def test_a_compensating_control_that_passes_counts_though_it_is_not_in_this_run(tmp_path):
    made = estate(tmp_path / "shop", {**FOUND, "compensating": "DATA-03"})
    named = tmp_path / "accepted.yaml"
    shutil.move(made / "waivers.yaml", named)
    done = run(made, tmp_path / "out", "--waivers", str(named))
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert [control["id"] for control in ledger(tmp_path / "out")["controls"]] == ["DATA-01"]


def test_the_failure_says_what_to_write_and_that_waives_it(tmp_path):
    made = estate(tmp_path / "shop")
    done = run(made, tmp_path / "out")
    lines = done.stdout.partition("in waivers.yaml:\n")[2].splitlines()
    written = [line.removeprefix("E").lstrip(" ") for line in lines]
    count = next(n for n, line in enumerate(written) if line.startswith("expires:"))
    entry = "\n".join(
        ["- " + written[0].removeprefix("- ")] + ["  " + x for x in written[1 : count + 1]]
    )
    entry = entry.replace("owner: ", "owner: jo").replace("reason: ", "reason: it moves")
    (made / "waivers.yaml").write_text(entry.replace("expires: ", f"expires: {day(5)}"), "utf-8")
    assert run(made, tmp_path / "out").returncode == pytest.ExitCode.OK, entry


def test_only_what_is_waived_is_waived(tmp_path):
    two = OPEN + OPEN.replace('"old"', '"new"').replace("stold", "stnew")
    done = run(estate(tmp_path / "shop", FOUND, text=two), tmp_path / "out")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 more waived: by jo@shop.example" in done.stdout
    assert "DATA-01  failed (2 findings, 1 of them waived)" in done.stdout


def test_what_is_unknown_can_be_waived_too(tmp_path):
    text = 'variable "open" {}\n' + OPEN.replace("= true\n  public", "= var.open\n  public")
    entry = {**FOUND, "actual": "not known (var.open has no value)"}
    done = run(estate(tmp_path / "shop", entry, text=text), tmp_path / "out")
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "WAIVED, which is no pass: unknown (1 finding)" in done.stdout


def test_the_configuration_can_name_the_file(tmp_path):
    made = estate(tmp_path / "shop", FOUND)
    named = tmp_path / "accepted.yaml"
    shutil.move(made / "waivers.yaml", named)
    done = run(made, tmp_path / "out", "-o", f"waivers={named}")
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert ledger(tmp_path / "out")["waivers"][0]["origin"]["file"] == str(named)


def test_waivers_lie_beside_a_plan(tmp_path):
    shutil.copy(ESTATES / "DATA-01/fail/plan.json", tmp_path)
    (tmp_path / "waivers.yaml").write_text("- control: nonsense\n", encoding="utf-8")
    done = shell("-m", "DATA-01", "--estate", str(tmp_path / "plan.json"))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{tmp_path / 'waivers.yaml'}:1: " in done.stderr


def test_a_file_that_is_no_good_is_one_error_with_its_line(tmp_path):
    """What else is no good about one is in tests/test_waiver_file.py."""
    made = estate(tmp_path / "shop", {**FOUND, "expires": day(182), "reason": "\x1b[31m"})
    done = run(made, tmp_path / "out")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    assert f"{made / 'waivers.yaml'}:1: expires {day(182)} is more than 180 days ahead" in error
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "out").exists()

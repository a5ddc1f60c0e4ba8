"""What a person sees who gives us something that is no good: one clear error, and exit code 4."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.steps.shell import ROOT, command, shell


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def plan(version: str) -> str:
    return json.dumps({"format_version": version, "terraform_version": "9.9.9"})


ESTATES = {
    "missing path": (lambda tmp: tmp / "absent", ["absent"]),
    "empty directory": (lambda tmp: tmp, [".tf"]),
    "not JSON": (lambda tmp: write(tmp / "plan.json", "{nope"), ["plan.json", "JSON"]),
    "JSON that is no plan": (
        lambda tmp: write(tmp / "plan.json", '{"a": 1}'),
        ["plan.json", "terraform show -json"],
    ),
    "newer major plan format": (lambda tmp: write(tmp / "plan.json", plan("2.0")), ["2.0"]),
    "HCL syntax error": (
        lambda tmp: write(tmp / "main.tf", 'resource "azurerm_resource_group" "a" {\n').parent,
        ["main.tf:"],
    ),
    "binary plan file": (
        lambda tmp: write(tmp / "tfplan", "PK\x03\x04"),
        ["terraform show -json"],
    ),
    "a live subscription": (lambda _: "azure:shop", ["azure:shop: a subscription's id looks like"]),
}


@pytest.mark.parametrize("case", ESTATES)
def test_an_estate_that_cannot_be_read_is_one_error_and_exit_code_4(case, tmp_path):
    make, words = ESTATES[case]
    done = shell(
        "-m", "controls", "--estate", str(make(tmp_path)), "--evidence", str(tmp_path / "evidence")
    )
    said = done.stdout + done.stderr
    assert done.returncode == 4, said
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    assert len(errors) == 1, said
    for word in words:
        assert word in said
    assert "Traceback" not in said
    assert not (tmp_path / "evidence").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--window", "soon"], "'soon' is not a duration"),
        (["--window", "0h"], "--window must be longer than nothing"),
        (["--seed", "lucky"], "--seed must be a whole number"),
        (["--profile", "absent.toml"], "absent.toml: cannot be read"),
        (["--waivers", "absent.yaml"], "absent.yaml: cannot be read"),
        (["--unknown", "pass"], "--unknown must be one of fail, report, not 'pass'"),
        (["--runs", "3"], "--runs is not available in this version"),
        (["--reader", "json"], "--reader must be one of auto, plan, hcl, not 'json'"),
        (["--features", "terraform"], "no .feature file there"),
    ],
)
def test_an_option_that_is_no_good_is_refused(arguments, words):
    done = shell(*arguments, "--collect-only", "-q")
    said = done.stdout + done.stderr
    assert done.returncode == 4, said
    assert words in said
    assert "Traceback" not in said


def test_a_run_elsewhere_that_has_no_scenario_says_where_they_are(tmp_path):
    estate = ROOT / "fixtures/estates/DATA-01/pass"
    done = subprocess.run(
        command(f"--estate={estate}", "-m", "DATA-01", "-q"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert f"the features are in {ROOT}: run pytest there" in done.stdout

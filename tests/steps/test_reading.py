"""How an estate is read: what a person can choose, and what they are told."""

import pytest

from tests.offline_plan.planning import needs_terraform
from tests.steps.shell import ESTATES, ledger, shell

PASSING = ESTATES / "DATA-01/pass"
ONE = ("-m", "DATA-01", "--estate", str(PASSING))


def read_as(evidence):
    estate = ledger(evidence)["run"]["estate"]
    return estate["reader"], estate["why"]


@needs_terraform
def test_a_directory_is_planned_where_terraform_is(tmp_path):
    done = shell(*ONE, "--evidence", str(tmp_path))
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "cpra-drill: planning, with stand-ins for azurerm" in done.stdout
    assert f"estate  {PASSING}, read as plan\n" in done.stdout
    assert read_as(tmp_path) == ("plan", "")


def test_without_terraform_it_is_read_as_it_is_written_and_everything_says_so(tmp_path):
    done = shell(*ONE, "--evidence", str(tmp_path), path=tmp_path)
    why = "no terraform or tofu on the PATH"
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert f"cpra-drill: {PASSING} is read as HCL: {why}\n" in done.stdout
    assert f"estate  {PASSING}, read as hcl ({why})\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert read_as(tmp_path) == ("hcl", why)
    assert f"hcl ({why})" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_configuration_can_say_how(tmp_path):
    done = shell(*ONE, "-o", "reader=hcl", "--evidence", str(tmp_path))
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert read_as(tmp_path) == ("hcl", "")


def test_a_plan_that_cannot_be_made_is_an_error_if_it_was_asked_for(tmp_path):
    done = shell(*ONE, "--reader", "plan", "--evidence", str(tmp_path / "out"), path=tmp_path)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    assert "no terraform or tofu on the PATH. --reader hcl reads it" in error
    assert not (tmp_path / "out").exists()

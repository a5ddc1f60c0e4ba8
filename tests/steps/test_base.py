"""A run against the estate before the change."""

import shutil

import pytest

from tests.steps.shell import ESTATES, ROOT, ledger, shell

BEFORE, AFTER = ESTATES / "DATA-01/fail", ESTATES / "DATA-01/pass"
SECRET = "hunter2-is-never-shown"


def run(evidence, *arguments, mark="DATA-01"):
    return shell("-m", mark, "--evidence", str(evidence), *arguments)


def test_what_a_change_does_is_in_the_ledger_the_report_and_the_terminal(tmp_path):
    done = run(tmp_path, "--reader", "hcl", "--estate", str(AFTER), "--base-estate", str(BEFORE))
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    base = ledger(tmp_path)["base"]
    (control,) = base["controls"]
    gone = len(control["gone"])
    assert (control["before"], control["after"], control["delta"]) == (
        "failed",
        "passed",
        "improved",
    )
    assert gone > 1
    assert base["reader"] == "hcl"
    assert base["source"] == str(BEFORE)
    assert base["drills"] == []
    assert f"against the base estate  {BEFORE}, read as hcl\n" in done.stdout
    assert f"DATA-01  failed -> passed ({gone} findings gone)\n" in done.stdout
    kinds = {change["kind"] for change in base["changes"]}
    assert kinds <= {"added", "removed", "changed"}
    assert f"{len(base['changes'])} changes: " in done.stdout
    assert "Against the base estate" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_run_without_one_compares_nothing(tmp_path):
    done = run(tmp_path, "--reader", "hcl", "--estate", str(AFTER))
    assert "base estate" not in done.stdout
    assert "base" not in ledger(tmp_path)


def test_the_configuration_can_name_it_and_what_is_secret_stays_so(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for directory, password in ((before, SECRET), (after, "changed")):
        shutil.copytree(AFTER, directory)
        (directory / "app.tf").write_text(
            'resource "azurerm_linux_web_app" "shop" {\n'
            '  name                = "app-shop"\n'
            '  resource_group_name = "rg"\n'
            '  location            = "westus2"\n'
            '  service_plan_id     = "/subscriptions/s/plan"\n'
            f'  app_settings        = {{\n    DB_PASSWORD = "{password}"\n  }}\n'
            "  site_config {}\n"
            "}\n",
            encoding="utf-8",
        )
    out = tmp_path / "out"
    done = run(out, "--reader", "hcl", "--estate", str(after), "-o", f"base-estate={before}")
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    (change,) = ledger(out)["base"]["changes"]
    assert change["attribute"] == "app_settings.DB_PASSWORD"
    assert change["before"] == change["after"] == "(sensitive value)"
    assert SECRET not in done.stdout
    for path in out.iterdir():
        assert SECRET not in path.read_text(encoding="utf-8")


def test_a_base_estate_that_cannot_be_read_is_one_error_before_the_first_scenario(tmp_path):
    done = run(tmp_path / "out", "--estate", str(AFTER / "plan.json"), "--base-estate", "absent")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    assert f"--base-estate: {ROOT / 'absent'}: there is no such file or directory" in error
    assert not (tmp_path / "out").exists()


def test_a_plan_is_compared_with_a_directory_whose_variables_are_given(tmp_path):
    before = tmp_path / "before"
    before.mkdir()
    (before / "main.tf").write_text(
        'variable "name" {}\nresource "azurerm_resource_group" "g" {\n  name = var.name\n}\n',
        encoding="utf-8",
    )
    values = tmp_path / "v.tfvars"
    values.write_text('name = "rg-before"\n', encoding="utf-8")
    said = ("--var-file", str(values), "--reader", "hcl", "--estate", str(AFTER / "plan.json"))
    done = run(tmp_path / "out", *said, "--base-estate", str(before))
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
    base = ledger(tmp_path / "out")["base"]
    assert (base["reader"], base["resources"]) == ("hcl", 1)
    refused = run(tmp_path / "out", *said, "--base-estate", str(BEFORE / "plan.json"))
    assert refused.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Leave --var-file and --reader out" in refused.stderr


def test_a_drill_is_held_on_both_estates(tmp_path):
    watched = ESTATES / "drills/watched"
    before = tmp_path / "before"
    shutil.copytree(watched, before)
    main = before / "main.tf"
    logged, blind = 'category_group = "audit"', 'category = "StorageDelete"'
    text = main.read_text(encoding="utf-8")
    assert logged in text
    main.write_text(text.replace(logged, blind), encoding="utf-8")
    done = run(
        tmp_path / "out",
        *("--reader", "hcl", "--estate", str(watched), "--base-estate", str(before)),
        mark="public-container",
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout  # seen, but too late
    found = ledger(tmp_path / "out")
    (entry,) = found["base"]["drills"]
    assert entry["attack"] == "public-container"
    assert entry["delta"] == "improved"
    assert entry["before"]["detected"] is None
    assert entry["after"]["outcome"] == found["drills"][0]["outcome"] == "late"
    assert entry["after"]["detected"] == found["drills"][0]["durations"]["access_to_alert"]
    assert "the same on the base estate, to compare" in done.stdout
    assert "seen never -> " in done.stdout

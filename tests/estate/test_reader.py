"""One way in: what a source is decides how it is read."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from simulator.estate import azure, planned
from simulator.estate.errors import EstateError
from simulator.estate.model import Known, Origin, Reference
from simulator.estate.reader import read_estate
from tests.offline_plan.planning import GROUP, PROVIDER, needs_terraform, written

PLAN = Path(__file__).parents[2] / "fixtures/plans/shop/plan.json"
VERSION = """if [ "$1" = version ]; then echo '{"terraform_version": "1.11.4"}'; exit 0; fi"""
SETTINGS = (
    PROVIDER
    + """
variable "level" {}
resource "azurerm_storage_account" "a" {
  name                     = "stshop"
  resource_group_name      = "g"
  location                 = "westus2"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  min_tls_version          = var.level
}
resource "azurerm_monitor_diagnostic_setting" "blobs" {
  name                       = "to-sentinel"
  target_resource_id         = "${azurerm_storage_account.a.id}/blobServices/default"
  log_analytics_workspace_id = "/subscriptions/s/w"
  enabled_log {
    category = "StorageRead"
  }
}
"""
)


@pytest.fixture
def directory(tmp_path):
    root = tmp_path / "estate"
    root.mkdir()
    (root / "main.tf").write_text(
        'variable "x" {}\nresource "azurerm_x" "a" {\n  x = var.x\n}\n', encoding="utf-8"
    )
    return root


@pytest.fixture
def no_terraform(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def refusing_terraform(tmp_path, monkeypatch):
    """A program that passes for Terraform and refuses every configuration for two reasons."""
    said = [
        {"@level": "error", "diagnostic": {"severity": "error", "summary": summary} | place}
        for summary, place in (
            (
                "Unsupported\x1b[2J block",
                {"detail": "y" * 500, "range": {"filename": "main.tf", "start": {"line": 7}}},
            ),
            ("Another", {}),
        )
    ]
    lines = "\n".join(map(json.dumps, said))
    program = tmp_path / "bin/terraform"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{VERSION}\ncat <<'END'\n{lines}\nEND\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_a_directory_is_read_as_it_is_written_if_asked(directory):
    values = directory / "v.tfvars"
    values.write_text("x = 1\n", encoding="utf-8")
    estate = read_estate(str(directory), [values], reader="hcl")
    assert (estate.reader, estate.why) == ("hcl", "")
    assert estate.by_address["azurerm_x.a"].get("x") == Known(1)


@needs_terraform
@pytest.mark.parametrize("how", ["auto", "plan"])
def test_a_directory_is_read_as_its_plan_with_what_a_plan_loses(tmp_path, how):
    values = tmp_path / "v.tfvars"
    values.write_text('level = "TLS1_2"\n', encoding="utf-8")
    root = written(tmp_path / "shop", SETTINGS)
    told = []
    estate = read_estate(str(root), [values], reader=how, progress=told.append)
    assert (estate.reader, estate.why, estate.source) == ("plan", "", str(root))
    account = estate.by_address["azurerm_storage_account.a"]
    assert account.get("min_tls_version") == Known("TLS1_2")
    assert account.actions == ("create",)
    assert account.origin == Origin("main.tf", 6)
    setting = estate.by_address["azurerm_monitor_diagnostic_setting.blobs"]
    target = setting.get("target_resource_id")
    assert isinstance(target, Reference)
    assert target.suffix == "/blobServices/default"
    assert any("planning" in line for line in told)


@needs_terraform
def test_what_is_written_of_a_plan_is_for_its_owner_alone_and_gone_afterwards(
    tmp_path, monkeypatch
):
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    seen = []

    def looked_at(file):
        seen.append((file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777))
        raise KeyboardInterrupt

    monkeypatch.setattr(planned, "read_plan", looked_at)
    with pytest.raises(KeyboardInterrupt):
        read_estate(str(written(tmp_path / "shop", PROVIDER + GROUP)))
    assert seen == [(0o600, 0o700)]
    assert list(place.iterdir()) == []


@pytest.mark.usefixtures("no_terraform")
def test_without_terraform_a_directory_is_read_as_it_is_written_and_says_so(directory):
    told = []
    estate = read_estate(str(directory), progress=told.append)
    assert (estate.reader, estate.why) == ("hcl", "no terraform or tofu on the PATH")
    assert told == [f"{directory} is read as HCL: no terraform or tofu on the PATH"]


@pytest.mark.usefixtures("no_terraform")
def test_a_plan_that_is_asked_for_is_not_replaced_by_something_else(directory):
    with pytest.raises(EstateError, match=r"no terraform or tofu on the PATH.*--reader hcl"):
        read_estate(str(directory), reader="plan")


@pytest.mark.parametrize("how", ["auto", "plan"])
def test_without_the_extra_it_says_what_to_install(directory, monkeypatch, how):
    for name in [name for name in sys.modules if name.startswith("simulator.offline_plan")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "grpc", None)
    why = "a plan needs grpc, which is not installed: pip install 'cpra-drill[plan]'"
    if how == "auto":
        assert read_estate(str(directory)).why == why
    else:
        with pytest.raises(EstateError) as raised:
            read_estate(str(directory), reader=how)
        assert why in str(raised.value)


@pytest.mark.usefixtures("refusing_terraform")
def test_what_terraform_refuses_is_read_as_it_is_written_with_its_first_problem(directory):
    told = []
    estate = read_estate(str(directory), progress=told.append)
    assert estate.reader == "hcl"
    assert estate.why.startswith(
        r"terraform refuses it: main.tf:7: error: Unsupported\x1b[2J block: yyy"
    )
    assert estate.why.endswith("y... (and 1 more)")
    assert len(estate.why) < 400
    assert told[-1] == f"{directory} is read as HCL: {estate.why}"


@pytest.mark.usefixtures("refusing_terraform")
def test_a_refusal_is_an_error_if_a_plan_is_asked_for(directory):
    with pytest.raises(EstateError, match=r"terraform refuses it: main\.tf:7: .*--reader hcl"):
        read_estate(str(directory), reader="plan")


@pytest.mark.usefixtures("refusing_terraform")
def test_what_nothing_can_read_is_told_in_the_words_of_our_own_reader(tmp_path):
    root = written(tmp_path / "bad", "resource {\n")
    with pytest.raises(EstateError, match=r"main\.tf:1"):
        read_estate(str(root))


@needs_terraform
def test_what_hangs_on_data_sources_is_read_as_it_is_written(tmp_path):
    root = written(
        tmp_path / "shop",
        PROVIDER
        + 'data "azurerm_virtual_network" "v" {\n  name = "v"\n  resource_group_name = "g"\n}\n'
        + 'resource "azurerm_resource_group" "g" {\n'
        + "  name     = one(data.azurerm_virtual_network.v.subnets)\n"
        + '  location = "westus2"\n}\n',
    )
    estate = read_estate(str(root))
    assert estate.reader == "hcl"
    assert "hangs on data sources" in estate.why
    assert read_estate(str(root), reader="plan").reader == "plan"


@needs_terraform
def test_terraform_reads_what_our_own_reader_cannot(tmp_path, monkeypatch):
    def unreadable(*_, **__):
        raise EstateError("main.tf:1: too new for this reader")

    monkeypatch.setattr("simulator.estate.directory.read_hcl", unreadable)
    estate = read_estate(str(written(tmp_path / "shop", PROVIDER + GROUP)))
    assert estate.reader == "plan"
    assert set(estate.by_address) == {"azurerm_resource_group.g"}


@needs_terraform
def test_a_plan_without_a_resource_is_no_plan_to_read(tmp_path):
    root = written(tmp_path / "empty", 'output "a" {\n  value = 1\n}\n')
    with pytest.raises(EstateError, match="declares no resources"):
        read_estate(str(root))
    with pytest.raises(EstateError, match=r"empty: .*its plan: the plan has no resources"):
        read_estate(str(root), reader="plan")


def test_a_file_is_read_as_a_plan(tmp_path):
    estate = read_estate(str(shutil.copy(PLAN, tmp_path)))
    assert (estate.reader, estate.why) == ("plan", "")
    assert estate.resources


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("azure:shop", "az account list"),
        ("no/such/place", "no such file or directory"),
        ("", "no such file or directory"),
    ],
)
def test_a_source_that_cannot_be_read_says_what_to_do(source, message):
    with pytest.raises(EstateError, match=message):
        read_estate(source)


def test_there_is_no_other_reader(directory):
    with pytest.raises(EstateError, match="--reader json: there are auto, plan, hcl"):
        read_estate(str(directory), reader="json")


def test_a_plan_takes_no_variable_files(tmp_path):
    with pytest.raises(EstateError, match="--var-file"):
        read_estate(str(PLAN), [tmp_path / "v.tfvars"])


def test_a_subscription_is_read_by_its_id_alone(monkeypatch):
    asked = []

    def read(subscription, *, progress):
        asked.append((subscription, progress))
        return "the estate"

    monkeypatch.setattr(azure, "read_subscription", read)
    assert read_estate("azure:1-2-3", progress=print) == "the estate"
    assert asked == [("1-2-3", print)]
    with pytest.raises(EstateError, match=r"a subscription is read as it is\. Leave --reader out"):
        read_estate("azure:1-2-3", reader="plan")
    with pytest.raises(EstateError, match="Leave --var-file and --reader out"):
        read_estate("azure:1-2-3", [Path("v.tfvars")], reader="hcl")


@pytest.mark.parametrize("how", ["plan", "hcl"])
def test_a_plan_is_read_in_one_way_only(how):
    with pytest.raises(EstateError, match="Leave --reader out"):
        read_estate(str(PLAN), reader=how)


def test_a_file_that_is_no_plan_is_an_error(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
    with pytest.raises(EstateError, match=r"x\.json"):
        read_estate(str(tmp_path / "x.json"))


def test_a_plan_needs_no_native_parser():
    loaded = sys.modules.pop("tfparse", None)
    try:
        read_estate(str(PLAN))
        assert "tfparse" not in sys.modules
    finally:
        if loaded is not None:
            sys.modules["tfparse"] = loaded

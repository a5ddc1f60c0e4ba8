"""Plans that Terraform really makes. Each takes one to three seconds, so they are few."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.estate.model import Known, Reference, Unresolvable
from simulator.estate.plan import read_plan
from simulator.offline_plan import NoPlanError, OfflinePlan, RefusedError, plan
from tests.offline_plan.planning import (
    GROUP,
    PROGRAM,
    PROVIDER,
    change,
    contents,
    needs_terraform,
    planned,
    written,
)

pytestmark = needs_terraform

ESTATE = """
terraform {
  backend "azurerm" {
    key = "k"
  }
  required_providers {
    azapi = {
      source = "Azure/azapi"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.0"
    }
  }
}
provider "azurerm" {
  alias           = "security"
  subscription_id = "s"
  features {}
}
variable "name" {
  type = string
}
data "azurerm_resource_group" "g" {
  name = "rg"
}
data "azurerm_storage_account" "old" {
  name                = "old"
  resource_group_name = data.azurerm_resource_group.g.name
}
locals {
  place = data.azurerm_resource_group.g.location
}
resource "azurerm_storage_account" "a" {
  name                     = var.name
  location                 = local.place
  resource_group_name      = data.azurerm_resource_group.g.name
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "azurerm_log_analytics_workspace" "w" {
  provider            = azurerm.security
  name                = "w"
  location            = "westus3"
  resource_group_name = "g"
  sku                 = "PerGB2018"
  retention_in_days   = 30
}
resource "azurerm_linux_web_app" "w" {
  name                = "w"
  location            = "westus2"
  resource_group_name = "g"
  service_plan_id     = "p"
  site_config {}
  app_settings = {
    KEY  = azurerm_storage_account.a.primary_access_key
    MODE = "live"
  }
}
resource "azurerm_virtual_network" "v" {
  name                = "v"
  location            = "westus2"
  resource_group_name = "g"
  address_space       = ["10.0.0.0/16"]
  subnet {
    name             = "s"
    address_prefixes = ["10.0.0.0/24"]
  }
}
resource "azurerm_monitor_diagnostic_setting" "d" {
  name               = "d"
  target_resource_id = "${data.azurerm_storage_account.old.id}/blobServices/default"
  storage_account_id = azurerm_storage_account.a.id
  enabled_log {
    category_group = "audit"
  }
}
resource "azurerm_key_vault" "k" {
  count               = data.azurerm_storage_account.old.allow_nested_items_to_be_public ? 1 : 0
  name                = "k"
  location            = "westus2"
  resource_group_name = "g"
  tenant_id           = "t"
  sku_name            = "standard"
}
resource "random_uuid" "u" {}
resource "azapi_resource" "r" {
  type      = "Microsoft.Storage/storageAccounts@2023-05-01"
  name      = "r"
  parent_id = "x"
  body = {
    properties = {
      allowBlobPublicAccess = false
      keys                  = [1, "two"]
      owner                 = random_uuid.u.result
    }
  }
}
import {
  to = azurerm_resource_group.imported
  id = "/subscriptions/1/resourceGroups/g"
}
resource "azurerm_resource_group" "imported" {
  name     = "g"
  location = "westus2"
}
module "beside" {
  source = "../shared"
}
output "root" {
  value = abspath(path.root)
}
check "place" {
  assert {
    condition     = local.place == "westus2"
    error_message = "not there"
  }
}
"""


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with something of everything, and a state that must not be read."""
    top = tmp_path_factory.mktemp("estate")
    named = GROUP.replace('"g"\n', 'trimspace(file("${path.module}/name.txt"))\n', 1)
    shared = written(top / "shared", PROVIDER + named)
    (shared / "name.txt").write_text("beside\n", encoding="utf-8")
    (top / "prod.tfvars").write_text('name = "from-a-file"\n', encoding="utf-8")
    directory = written(top / "prod", PROVIDER + ESTATE)
    (directory / "terraform.tfstate").write_text("not even JSON", encoding="utf-8")
    (directory / ".terraform.lock.hcl").write_text("# theirs\n", encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def made(estate: Path) -> OfflinePlan:
    """Its plan; the directory is as it was."""
    before = contents(estate.parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(estate.parent)
        made = plan(estate, [Path("prod.tfvars")], PROGRAM)
    assert contents(estate.parent) == before
    return made


def after(made: OfflinePlan, address: str) -> Any:
    return change(made.json, address)["after"]


def test_a_version_constraint_and_an_alias_are_in_the_plan(made: OfflinePlan) -> None:
    configured = made.json["configuration"]
    assert configured["provider_config"]["azurerm"]["version_constraint"] == "~> 3.0"
    keys = {r["address"]: r["provider_config_key"] for r in configured["root_module"]["resources"]}
    assert keys["azurerm_log_analytics_workspace.w"] == "azurerm.security"


def test_a_workspace_looks_as_azurerm_plans_it(made: OfflinePlan) -> None:
    found = change(made.json, "azurerm_log_analytics_workspace.w")
    assert found["after"] == {  # from a published plan of azurerm 3.116, less its deprecations
        "allow_resource_only_permissions": True,
        "cmk_for_query_forced": None,
        "daily_quota_gb": -1,
        "data_collection_rule_id": None,
        "identity": [],
        "immediate_data_purge_on_30_days_enabled": None,
        "internet_ingestion_enabled": True,
        "internet_query_enabled": True,
        "location": "westus3",
        "name": "w",
        "reservation_capacity_in_gb_per_day": None,
        "resource_group_name": "g",
        "retention_in_days": 30,
        "sku": "PerGB2018",
        "tags": None,
        "timeouts": None,
    }
    assert found["after_sensitive"]["primary_shared_key"] is True


def test_a_sensitive_source_marks_what_it_flows_into(made: OfflinePlan) -> None:
    found = change(made.json, "azurerm_linux_web_app.w")
    assert found["after_sensitive"]["app_settings"] == {"KEY": True}
    assert found["after"]["app_settings"] == {"MODE": "live"}
    assert found["after"]["site_config"][0]["minimum_tls_version"] == "1.2"


def test_a_block_that_is_an_attribute_is_filled_in(made: OfflinePlan) -> None:
    found = change(made.json, "azurerm_virtual_network.v")
    (subnet,) = found["after"]["subnet"]
    assert (subnet["name"], subnet["security_group"]) == ("s", "")
    assert subnet["private_endpoint_network_policies"] == "Disabled"
    assert found["after_unknown"]["subnet"][0]["id"] is True


def test_an_azapi_body_keeps_its_shape(made: OfflinePlan) -> None:
    found = change(made.json, "azapi_resource.r")
    known = {"allowBlobPublicAccess": False, "keys": [1, "two"]}
    assert found["after"]["body"]["properties"] == known
    assert found["after_unknown"]["body"]["properties"]["owner"] is True


def test_an_imported_resource_is_an_update(made: OfflinePlan) -> None:
    found = change(made.json, "azurerm_resource_group.imported")
    assert found["actions"] == ["update"]
    assert found["after"]["id"] == "/subscriptions/1/resourceGroups/g"


def test_a_variable_of_a_file_counts_from_where_the_caller_stands(made: OfflinePlan) -> None:
    assert after(made, "azurerm_storage_account.a")["name"] == "from-a-file"


def test_a_module_beside_the_directory_is_found_with_its_files(made: OfflinePlan) -> None:
    assert after(made, "module.beside.azurerm_resource_group.g")["name"] == "beside"


def test_the_plan_says_how_it_was_made(made: OfflinePlan) -> None:
    old, group = "data.azurerm_storage_account.old", "data.azurerm_resource_group.g"
    assert made.stand_ins == (group, old)
    assert made.json["cpra_drill"]["stand_ins"] == [group, old]
    assert made.json["cpra_drill"]["schemas"].keys() == {"azapi", "azurerm", "random"}
    assert made.json["complete"] is True


def test_what_a_check_says_of_made_up_answers_is_not_told(made: OfflinePlan) -> None:
    assert made.warnings == ()
    assert "checks" not in made.json


def test_paths_are_those_of_the_real_files(made: OfflinePlan, estate: Path) -> None:
    assert made.json["output_changes"]["root"]["after"] == str(estate.resolve())


def test_nothing_made_up_is_in_the_plan(made: OfflinePlan) -> None:
    text = json.dumps(made.json).lower()
    assert "fake" not in text
    assert "00000000-0000" not in text


def test_the_plan_reader_takes_no_stand_in_for_real(made: OfflinePlan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(made.json), encoding="utf-8")
    read = read_plan(path)
    account = read.by_address["azurerm_storage_account.a"]
    assert account.get("location") == Unresolvable("comes from local.place")
    assert account.get("resource_group_name") == Known("rg")
    setting = read.by_address["azurerm_monitor_diagnostic_setting.d"]
    old = "data.azurerm_storage_account.old"
    assert setting.get("target_resource_id") == Reference(old, "id")
    assert isinstance(read.by_address[old].get("allow_nested_items_to_be_public"), Unresolvable)
    assert {gap.where for gap in read.gaps} == {"azurerm_key_vault.k"}


def test_the_same_directory_gives_the_same_plan(made: OfflinePlan, estate: Path) -> None:
    again = plan(estate, [estate.parent / "prod.tfvars"], PROGRAM)
    assert again.json.keys() == made.json.keys()
    for name in again.json.keys() - {"timestamp", "relevant_attributes"}:  # Terraform's own whim
        assert again.json[name] == made.json[name], name


def test_a_configuration_that_needs_one_answer_only_is_a_partial_plan(tmp_path: Path) -> None:
    made = planned(
        tmp_path,
        """
        data "azurerm_virtual_network" "v" {
          name                = "v"
          resource_group_name = "g"
        }
        resource "azurerm_resource_group" "g" {
          name     = one(data.azurerm_virtual_network.v.subnets)
          location = "westus2"
        }
        """,
    )
    assert made.partial
    assert made.json["complete"] is False
    assert "name" not in after(made, "azurerm_resource_group.g")


def test_modules_that_init_installed_are_used_and_left_alone(tmp_path: Path) -> None:
    source = "git::https://git.example.net/m.git"
    text = f'module "m" {{\n  source = "{source}"\n}}\n'
    directory = written(tmp_path / "prod", PROVIDER + text)
    installed = directory / ".terraform/modules"
    written(installed / "m", GROUP)
    modules = [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "m", "Source": source, "Dir": ".terraform/modules/m"},
    ]
    written(installed, json.dumps({"Modules": modules}), "modules.json")
    before = contents(directory)
    made = plan(directory, program=PROGRAM)
    assert after(made, "module.m.azurerm_resource_group.g")["name"] == "g"
    assert contents(directory) == before


def test_a_write_only_argument_is_not_in_the_plan(tmp_path: Path) -> None:
    assert PROGRAM is not None
    if tuple(map(int, PROGRAM.version.split("-")[0].split(".")))[:2] < (1, 11):
        pytest.skip("write-only arguments came with Terraform and OpenTofu 1.11")
    made = planned(
        tmp_path,
        """
        variable "secret" {
          type      = string
          ephemeral = true
          default   = "s3cr3t"
        }
        resource "azurerm_mssql_server" "s" {
          name                                    = "s"
          location                                = "westus2"
          resource_group_name                     = "g"
          version                                 = "12.0"
          administrator_login                     = "a"
          administrator_login_password_wo         = var.secret
          administrator_login_password_wo_version = 1
        }
        """,
    )
    found = change(made.json, "azurerm_mssql_server.s")
    assert found["after"]["administrator_login_password_wo"] is None
    assert "s3cr3t" not in str(found)


@pytest.mark.parametrize("host", ["terraform.example.net", "providers.example.net:8443"])
def test_a_provider_of_another_host_is_stood_in_for(tmp_path: Path, host: str) -> None:
    source = f'null = {{\n  source = "{host}/hashicorp/null"\n}}'
    text = f"terraform {{\n  required_providers {{\n{source}\n}}\n}}\n"
    directory = written(tmp_path, text + 'resource "null_resource" "n" {}\n')
    (found,) = plan(directory, program=PROGRAM).json["resource_changes"]
    assert found["provider_name"] == f"{host}/hashicorp/null"


@pytest.mark.parametrize("backend", ["", 'terraform {\n  backend "azurerm" {}\n}\n'])
def test_the_workspace_is_the_one_that_was_selected(tmp_path: Path, backend: str) -> None:
    text = 'resource "terraform_data" "a" {\n  input = terraform.workspace\n}\n'
    root = written(tmp_path, backend + text)
    written(tmp_path / ".terraform", "prod\n", "environment")
    made = plan(root, program=PROGRAM).json
    assert change(made, "terraform_data.a")["after"]["input"] == "prod"


def test_a_workspace_of_an_odd_name_is_refused(tmp_path: Path) -> None:
    root = written(tmp_path, 'output "a" {\n  value = terraform.workspace\n}\n')
    written(tmp_path / ".terraform", "a/../\0b", "environment")
    with pytest.raises(RefusedError, match="workspace name"):
        plan(root, program=PROGRAM)


def test_variables_of_the_environment_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_a", "theirs")
    root = written(
        tmp_path, 'variable "a" {\n  default = "ours"\n}\noutput "a" {\n  value = var.a\n}\n'
    )
    assert plan(root, program=PROGRAM).json["variables"] == {"a": {"value": "ours"}}


def test_a_configuration_without_providers_is_planned(tmp_path: Path) -> None:
    made = plan(written(tmp_path, 'output "o" {\n  value = 1\n}\n'), program=PROGRAM)
    assert made.json["output_changes"]["o"]["after"] == 1


def refused(directory: Path, text: str) -> str:
    with pytest.raises(RefusedError) as error:
        plan(written(directory, text), program=PROGRAM)
    return str(error.value)


def test_errors_in_the_configuration_name_file_and_line(tmp_path: Path) -> None:
    """All that is wrong with arguments is told at once."""
    once = 'network_acls {\n default_action = "Deny"\n bypass = "None"\n }\n'
    vault = 'name = "k"\n location = "x"\n resource_group_name = "g"\n tenant_id = "t"\n'
    text = PROVIDER + (
        'resource "azurerm_resource_group" "g" {}\n'
        'resource "azurerm_storage_acount" "a" {}\n'
        f'resource "azurerm_key_vault" "k" {{\n {vault} sku_name = "standard"\n{once}{once}}}\n'
    )
    said = refused(tmp_path, text)
    assert "main.tf:4: error: Missing required argument" in said
    assert 'Did you mean "azurerm_storage_account"?' in said
    assert "Too many network_acls blocks" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('resource "aws_s3_bucket" "b" {}\n', "no stand-in for provider"),
        ("resource {\n", "main.tf:1: error"),
        ('terraform {\n  required_version = "< 1.0"\n}\n', "main.tf:2: error: Unsupported"),
        ('output "o" {\n  value = provider::azurerm::f("x")\n}\n', "A stand-in has no functions"),
        ('variable "v" {}\n', 'The root module input variable "v" is not set'),
    ],
)
def test_an_error_names_the_cause(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refused(tmp_path, text)


def test_a_refusal_says_that_answers_were_made_up(tmp_path: Path) -> None:
    data = 'data "external" "e" {\n  program = ["false"]\n}\n'
    said = refused(tmp_path, data + 'output "o" {\n  value = data.external.e.result.key\n}\n')
    assert "main.tf:5: error" in said
    assert "note: data sources were answered with made-up values: external" in said


def test_what_is_no_root_module_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, why in (
        (tmp_path / "nowhere", "there is no such directory"),
        (tmp_path / "file", "is a file, not a directory"),
        (tmp_path, "no .tf file in it"),
    ):
        with pytest.raises(NoPlanError, match=why):
            plan(path, program=PROGRAM)
    with pytest.raises(NoPlanError, match=r"prod\.tfvars: there is no such file; check --var-file"):
        plan(written(tmp_path / "a", GROUP), [tmp_path / "prod.tfvars"], PROGRAM)

"""DATA-07 on the values of variables: a secret in a file is found where it is written, once."""

import json
from pathlib import Path

import pytest

from simulator.controls.registry import assess
from simulator.controls.secrets.control import DATA_07
from simulator.controls.verdict import Finding, Outcome, Severity
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Origin
from simulator.estate.plan import read_plan
from tests.controls.build import wrong
from tests.estate.planned import change, module, plan

GROUP = 'resource "azurerm_resource_group" "g" {\n  name = "g"\n}\n'
APP = """
resource "azurerm_linux_web_app" "a" {
  app_settings = { %s }
  identity { type = "SystemAssigned" }
}
"""
SECRET = "hunter2-of-the-shop"


def judged(directory: Path, main: str, tfvars: str = "", *var_files: Path):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "main.tf").write_text(GROUP + main, encoding="utf-8")
    if tfvars:
        (directory / "terraform.tfvars").write_text(tfvars, encoding="utf-8")
    return assess(DATA_07, read_hcl(directory, var_files))


def only(verdict) -> Finding:
    (found,) = verdict.findings
    return found


def test_a_secret_in_a_file_of_variables_is_found_at_its_line(tmp_path):
    declared = 'variable "sql_password" {\n  sensitive = true\n}\n'
    verdict = judged(tmp_path, declared, f'# the shop\nsql_password = "{SECRET}"\n')
    found = only(verdict)
    assert verdict.outcome is Outcome.FAILED
    assert (found.address, found.attribute) == ("var.sql_password", "value")
    assert found.origin == Origin("terraform.tfvars", 2)
    assert found.severity is Severity.CRITICAL
    assert SECRET not in str(verdict)


def test_a_default_is_found_where_it_is_declared(tmp_path):
    found = only(judged(tmp_path, f'variable "api_key" {{\n  default = "{SECRET}"\n}}\n'))
    assert (found.attribute, found.origin) == ("default", Origin("main.tf", 5))


def test_a_value_of_a_file_stands_for_the_default(tmp_path):
    main = f'variable "api_key" {{\n  default = "{SECRET}"\n}}\n'
    verdict = judged(tmp_path, main, 'api_key = "<from the vault>"\n')
    assert verdict.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("name", ["shop.auto.tfvars", "shop.auto.tfvars.json"])
def test_every_file_that_terraform_loads_is_read(tmp_path, name):
    text = f'token = "{SECRET}"\n' if name.endswith("tfvars") else json.dumps({"token": SECRET})
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = only(judged(tmp_path, 'variable "token" {}\n'))
    assert found.origin == Origin(name, 1 if name.endswith("tfvars") else None)


def test_a_file_from_elsewhere_is_named_by_its_way_there(tmp_path):
    file = tmp_path / "vars/prod.tfvars"
    file.parent.mkdir()
    file.write_text(f'token = "{SECRET}"\n', encoding="utf-8")
    verdict = judged(tmp_path / "shop", 'variable "token" {}\n', "", file)
    assert only(verdict).origin == Origin("../vars/prod.tfvars", 1)


def test_a_secret_for_a_variable_that_is_not_declared_is_written_down_all_the_same(tmp_path):
    assert only(judged(tmp_path, "", f'old_password = "{SECRET}"\n')).address == "var.old_password"


def test_a_secret_inside_an_object_is_found_with_its_path(tmp_path):
    main = 'variable "shops" {\n  type = any\n}\n'
    text = f'shops = {{ eu = {{ db_password = "{SECRET}", region = "westeurope" }} }}\n'
    found = only(judged(tmp_path, main, text))
    assert (found.address, found.attribute) == ("var.shops", "value.eu.db_password")


def test_items_of_a_list_are_told_once(tmp_path):
    text = f'api_keys = ["{SECRET}", "{SECRET}-2"]\n'
    assert only(judged(tmp_path, 'variable "api_keys" {}\n', text)).attribute == "value"


def test_what_looks_like_a_secret_is_found_under_the_dullest_name(tmp_path):
    text = 'where = "Server=db;User Id=shop;Password=hunter2!"\n'
    found = only(judged(tmp_path, 'variable "where" {}\n', text))
    assert found.actual == "looks like a connection string with a password"


def test_where_a_setting_has_the_secret_one_finding_names_both_places(tmp_path):
    main = 'variable "payment_key" {}\n' + APP % "PAYMENT_KEY = var.payment_key"
    found = only(judged(tmp_path, main, f'payment_key = "{SECRET}"\n'))
    assert found.attribute == "app_settings.PAYMENT_KEY"
    assert found.actual.endswith("; var.payment_key (terraform.tfvars:1) holds it")
    assert SECRET not in str(found)


def test_of_two_secrets_the_one_that_no_setting_has_is_told_by_itself(tmp_path):
    main = 'variable "payment_key" {}\nvariable "db_password" {}\n'
    main += APP % "PAYMENT_KEY = var.payment_key"
    verdict = judged(tmp_path, main, f'payment_key = "{SECRET}"\ndb_password = "hunter3-of-it"\n')
    assert wrong(verdict) == {
        ("azurerm_linux_web_app.a", "app_settings.PAYMENT_KEY"),
        ("var.db_password", "value"),
    }


def test_a_secret_that_a_vault_is_given_is_still_written_down(tmp_path):
    main = 'variable "db_password" {}\nresource "azurerm_key_vault_secret" "s" {\n'
    main += '  value = var.db_password\n  expiration_date = "2027-01-01T00:00:00Z"\n}\n'
    verdict = judged(tmp_path, main, f'db_password = "{SECRET}"\n')
    assert ("var.db_password", "value") in wrong(verdict)


@pytest.mark.parametrize(
    "given",
    [
        'api_key = ""',
        "api_key = null",
        "api_key = true",
        'api_key = "<api key>"',
        'api_key = "#{ApiKey}#"',
        'api_key = "$(ApiKey)"',
        'api_key = "__API_KEY__"',
        'api_key = "change-me"',
        'api_key = "CHANGEME"',
        'api_key = "set by the pipeline"',
        'api_key = "your-key-here"',
        'api_key = "@Microsoft.KeyVault(VaultName=shop;SecretName=api)"',
        'api_key = "https://kv-shop.vault.azure.net/secrets/api"',
        'api_key = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"',
        'api_key_name = "partner"',
        'api_key_id = "d20b7f96-4e1c-4b83-a7f5-6c38e90d1f47"',
        'password_length = "24"',
        'secrets_expire_on = "2027-01-01"',
        'access_key_lifetime = "P30D"',
        'shared_key_since = "2027-01-01"',
        'secret_names = ["sql", "api"]',
        'ssh_public_key = "ssh-rsa AAAAB3NzaC1yc2E"',
        'subscription_id = "b1e84d37-9c50-4f2a-8d16-73a0c5e9f842"',
        'operations_email = "ops@shop.example"',
    ],
)
def test_what_is_no_secret_is_left_alone(tmp_path, given):
    name = given.partition(" ")[0]
    verdict = judged(tmp_path, f'variable "{name}" {{}}\n', given + "\n")
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_a_variable_without_a_value_is_no_secret(tmp_path):
    verdict = judged(tmp_path, 'variable "sql_password" {\n  sensitive = true\n}\n')
    assert verdict.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("default", "outcome"), [(SECRET, Outcome.FAILED), (None, Outcome.NOT_APPLICABLE)]
)
def test_of_the_values_in_a_plan_only_defaults_are_known_to_be_written(default, outcome, tmp_path):
    """What a pipeline took from a vault stands in the plan as well."""

    root = module() | {"variables": {"sql_password": {"default": default} if default else {}}}
    given = {"sql_password": {"value": SECRET}}
    entry = change("azurerm_resource_group.g", {"name": "g"})
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(root, entry, variables=given)), encoding="utf-8")
    assert assess(DATA_07, read_plan(file)).outcome is outcome

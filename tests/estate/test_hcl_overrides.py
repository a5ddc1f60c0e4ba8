"""Override files change what normal files declare, by Terraform's own rules."""

import pytest

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Known, Omitted, Origin, Provider

BASE = """
resource "azurerm_storage_account" "a" {
  name            = "stbase"
  min_tls_version = "TLS1_0"

  network_rules {
    default_action = "Allow"
    bypass         = ["None"]
  }
  network_rules {
    default_action = "Allow"
  }
  identity {
    type = "SystemAssigned"
  }
  lifecycle {
    ignore_changes  = [tags]
    prevent_destroy = true
  }
}
"""
ACCOUNT = "azurerm_storage_account.a"


@pytest.fixture
def read(tmp_path):
    """Reads a directory made of these files."""

    def read_files(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_hcl(tmp_path)

    return read_files


def override(text):
    return f'resource "azurerm_storage_account" "a" {{\n{text}\n}}\n'


def test_an_argument_replaces_that_of_its_name_and_leaves_the_others(read):
    estate = read({"main.tf": BASE, "x_override.tf": override('min_tls_version = "TLS1_2"')})
    (account,) = estate.resources
    assert account.get("min_tls_version") == Known("TLS1_2")
    assert account.get("name") == Known("stbase")
    assert len(account.blocks("network_rules")) == 2
    assert estate.gaps == ()


def test_what_is_overridden_has_the_origin_of_the_override(read):
    text = '\nnetwork_rules {\n  default_action = "Deny"\n}\n'
    account = read({"main.tf": BASE, "x_override.tf": override(text)}).by_address[ACCOUNT]
    assert account.origin == Origin("x_override.tf", 1)
    assert account.blocks("network_rules")[0].origin == Origin("x_override.tf", 3)
    assert account.blocks("identity")[0].origin == Origin("main.tf", 13)


@pytest.mark.parametrize(
    "text",
    [
        'network_rules {\n  default_action = "Deny"\n}',
        """dynamic "network_rules" {
             for_each = ["Deny"]
             content {
               default_action = network_rules.value
             }
           }""",
    ],
)
def test_a_nested_block_replaces_all_of_its_type(read, text):
    account = read({"main.tf": BASE, "override.tf": override(text)}).by_address[ACCOUNT]
    (rules,) = account.blocks("network_rules")
    assert rules.get("default_action") == Known("Deny")
    assert isinstance(rules.get("bypass"), Omitted)


def test_lifecycle_merges_argument_by_argument(read):
    text = "lifecycle {\n  ignore_changes = [name]\n}"
    account = read({"main.tf": BASE, "override.tf": override(text)}).by_address[ACCOUNT]
    (lifecycle,) = account.blocks("lifecycle")
    assert lifecycle.get("ignore_changes") == Known(("name",))
    assert lifecycle.get("prevent_destroy") == Known(value=True)


def test_an_override_in_json_replaces_nested_blocks_too(read):
    text = """{"resource": {"azurerm_storage_account": {"a": {
        "name": "st${terraform.workspace}",
        "network_rules": {"default_action": "Deny"},
        "lifecycle": {"ignore_changes": ["name"]}
    }}}}"""
    account = read({"main.tf": BASE, "override.tf.json": text}).by_address[ACCOUNT]
    assert account.get("name") == Known("stdefault")
    assert [b.get("default_action") for b in account.blocks("network_rules")] == [Known("Deny")]
    (lifecycle,) = account.blocks("lifecycle")
    assert lifecycle.get("ignore_changes") == Known(("name",))
    assert lifecycle.get("prevent_destroy") == Known(value=True)


def test_a_block_overrides_an_argument_in_json(read):
    base = """{"resource": {"azurerm_storage_account": {"a": {
        "network_rules": [{"default_action": "Allow"}, {"default_action": "Allow"}]
    }}}}"""
    text = 'network_rules {\n  default_action = "Deny"\n}'
    account = read({"main.tf.json": base, "override.tf": override(text)}).by_address[ACCOUNT]
    assert [b.get("default_action") for b in account.blocks("network_rules")] == [Known("Deny")]


def test_the_last_override_file_by_name_wins(read):
    files = {f"{name}.tf": override(f'name = "{name}"') for name in ("b_override", "a_override")}
    account = read({"main.tf": BASE, "override.tf": override('name = "c"'), **files})
    assert account.by_address[ACCOUNT].get("name") == Known("c")


def test_an_override_file_comes_after_every_normal_file(read):
    account = read({"zz.tf": BASE, "a_override.tf": override('name = "o"')}).by_address[ACCOUNT]
    assert account.get("name") == Known("o")


REQUIRED = """
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 3.0"
    }
    other = {
      source  = "corp/other"
      version = "~> 2.0"
    }
  }
  backend "local" {}
}
resource "azurerm_x" "a" {}
resource "other_x" "a" {}
"""


def test_required_providers_are_overridden_provider_by_provider(read):
    text = 'terraform {\n  required_providers {\n    azurerm = { version = "~> 4.1" }\n  }\n}\n'
    estate = read({"main.tf": REQUIRED, "versions_override.tf": text})
    assert estate.by_address["azurerm_x.a"].provider == Provider("azurerm", 4, "~> 4.1")
    assert estate.by_address["other_x.a"].provider == Provider("other", 2, "~> 2.0")


def test_a_module_call_can_be_pointed_at_another_directory(read):
    estate = read(
        {
            "main.tf": 'module "m" {\n  source = "Azure/x/azurerm"\n}\n',
            "override.tf": 'module "m" {\n  source = "./m"\n}\n',
            "m/main.tf": 'resource "azurerm_x" "a" {\n  x = "base"\n}\n',
            "m/override.tf": 'resource "azurerm_x" "a" {\n  x = "overridden"\n}\n',
        }
    )
    assert estate.by_address["module.m.azurerm_x.a"].get("x") == Known("overridden")
    assert estate.by_address["module.m.azurerm_x.a"].origin == Origin("m/override.tf", 1)
    assert estate.gaps == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('resource "azurerm_x" "b" {}', "override.tf:1: resource.azurerm_x.b overrides nothing"),
        ('\nvariable "v" {}', "override.tf:2: variable.v overrides nothing"),
        ('output "o" {}', "override.tf:1: output.o overrides nothing"),
        ('module "m" {}', "override.tf:1: module.m overrides nothing"),
        ("locals {\n  l = 1\n}", "override.tf:1: local.l overrides nothing"),
        ("moved {}", "override.tf:1: moved blocks have no place in an override file"),
        (override("depends_on = []"), "override.tf:1: depends_on cannot be overridden"),
    ],
)
def test_what_terraform_refuses_to_override_is_an_error_with_its_place(read, tmp_path, text, why):
    with pytest.raises(EstateError) as caught:
        read({"main.tf": BASE, "override.tf": text})
    assert str(caught.value).startswith(f"{tmp_path}/{why}")

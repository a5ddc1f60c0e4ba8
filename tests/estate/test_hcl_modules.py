"""Modules, variables and provider versions of a Terraform directory."""

import json

import pytest

from simulator.estate.hcl import read_hcl
from simulator.estate.model import Known, Omitted, Origin, Provider, Reference, Unresolvable

RG = "azurerm_resource_group.rg"
ROOT = f"""
resource "azurerm_resource_group" "rg" {{
  location = "westus2"
}}
module "shop" {{
  source   = "./modules/shop"
  group_id = {RG}.id
  made     = {RG}.made
}}
resource "azurerm_x" "reads" {{
  id     = module.shop.account_id
  key    = module.shop.key
  suffix = "${{module.shop.account_id}}/blobServices/default"
  whole  = module.shop.account.name
  gone   = module.shop.no_such_output
}}
"""
SHOP = """
variable "group_id" {}
variable "made" {}
variable "optional" {
  default = null
}
variable "spec" {
  type    = object({ size = optional(number, 3), name = string, extra = optional(string) })
  default = { name = "n", size = "4" }
}
resource "azurerm_storage_account" "a" {
  name  = "stshop"
  scope = "${var.group_id}/x"
  made  = var.made
  none  = var.optional
  size  = var.spec.size
  extra = var.spec.extra
  path  = path.module
}
output "account_id" { value = azurerm_storage_account.a.id }
output "account" { value = azurerm_storage_account.a }
output "key" {
  value     = azurerm_storage_account.a.primary_access_key
  sensitive = true
}
"""
ACCOUNT = "module.shop.azurerm_storage_account.a"


@pytest.fixture
def read(tmp_path):
    """Reads a directory made of these files."""

    def read_files(files, var_files=()):
        for name, text in files.items():
            path = tmp_path / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        root = tmp_path / "root"
        return read_hcl(root, [root / name for name in var_files])

    return read_files


def test_arguments_reach_into_a_module_and_outputs_out_of_it(read):
    estate = read({"main.tf": ROOT, "modules/shop/main.tf": SHOP})
    account = estate.by_address[ACCOUNT]
    assert account.origin == Origin("modules/shop/main.tf", 11)
    assert account.get("scope") == Reference(RG, "id", f"${{{RG}.id}}/x")
    assert account.get("made") == Reference(RG, "made", f"${{{RG}.made}}")
    assert (account.get("none"), account.get("extra")) == (Omitted(), Omitted())
    assert account.get("size") == Known(4)
    assert account.get("path") == Known("modules/shop")
    reads = estate.by_address["azurerm_x.reads"]
    assert reads.get("id") == Reference(ACCOUNT, "id", f"${{{ACCOUNT}.id}}")
    assert reads.get("suffix").suffix == "/blobServices/default"
    assert (reads.get("key").to, reads.get("key").text) == (ACCOUNT, None)
    assert reads.get("whole") == Known("stshop")
    assert "no output" in reads.get("gone").why


def test_a_secret_stays_marked_through_a_typed_variable(read):
    estate = read(
        {
            "main.tf": """
            variable "pw" {
              type      = string
              sensitive = true
              default   = "hunter2"
            }
            module "m" {
              source = "./m"
              pw     = var.pw
            }
            """,
            "m/main.tf": """
            variable "pw" { type = string }
            resource "azurerm_x" "a" {
              pw = var.pw
            }
            """,
        }
    )
    assert estate.resources[0].get("pw") == Known("hunter2", sensitive=True)


def test_each_instance_of_a_module_has_resources_of_its_own(read):
    estate = read(
        {
            "main.tf": """
            module "m" {
              source   = "./m"
              for_each = { eu = "westeurope", us = "westus" }
              at       = each.value
            }
            module "none" {
              source = "./m"
              count  = 0
              at     = "nowhere"
            }
            resource "azurerm_x" "reads" {
              ids = [for key, one in module.m : one.id]
              eu  = module.m["eu"].id
            }
            """,
            "m/main.tf": """
            variable "at" {}
            resource "azurerm_y" "y" {
              location = var.at
            }
            output "id" { value = azurerm_y.y.id }
            """,
        }
    )
    assert estate.gaps == ()
    assert estate.by_address['module.m["us"].azurerm_y.y'].get("location") == Known("westus")
    reads = estate.by_address["azurerm_x.reads"]
    assert reads.get("eu").to == 'module.m["eu"].azurerm_y.y'
    assert reads.get("ids").also == ('module.m["us"].azurerm_y.y',)
    assert len(estate.resources) == 3


def test_a_module_of_unknown_number_is_read_once_and_leaves_a_gap(read):
    estate = read(
        {
            "main.tf": 'variable "n" {}\nmodule "m" {\n  source = "./m"\n  count = var.n\n}\n'
            'resource "azurerm_x" "r" {\n  id = module.m[0].id\n}\n',
            "m/main.tf": 'resource "azurerm_y" "y" {}\noutput "id" { value = azurerm_y.y.id }\n',
        }
    )
    assert estate.by_address["azurerm_x.r"].get("id").to == "module.m.azurerm_y.y"
    (gap,) = estate.gaps
    assert (gap.where, gap.origin) == ("module.m.azurerm_y.y", Origin("main.tf", 2))


def test_a_path_that_terraform_does_not_know_is_no_crash(read):
    estate = read({"main.tf": 'resource "azurerm_x" "x" {\n  name = "${path.home}/x"\n}\n'})
    assert "path.home" in estate.by_address["azurerm_x.x"].get("name").why


def test_what_there_may_be_more_of_is_what_a_module_declares_at_any_depth(read):
    estate = read(
        {
            "main.tf": 'variable "n" {}\nmodule "m" {\n  source   = "./m"\n  for_each = var.n\n'
            '  key      = each.key\n}\nresource "azurerm_z" "z" {}\n',
            "m/main.tf": 'variable "key" {}\ndata "azurerm_x" "x" {}\n'
            'resource "azurerm_none" "none" {\n  count = 0\n}\n'
            'module "inner" {\n  source = "../inner"\n}\n'
            'module "unused" {\n  source = "../inner"\n  count = 0\n}\n',
            "inner/main.tf": 'resource "azurerm_y" "y" {}\n',
        }
    )
    assert {gap.where for gap in estate.gaps} == {
        "module.m.data.azurerm_x.x",
        "module.m.module.inner.azurerm_y.y",
    }


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('"Azure/naming/azurerm"', "Azure/naming/azurerm is not installed; run `terraform init`"),
        ('"git::https://git.example/m.git"', "is not installed"),
        ('"./nowhere"', "./nowhere does not exist"),
        ('"./empty"', "./empty has no .tf files"),
        ("var.x", "not a literal text"),
    ],
)
def test_a_module_that_cannot_be_read_is_a_gap_that_names_it(read, tmp_path, source, why):
    (tmp_path / "root" / "empty").mkdir(parents=True)
    estate = read(
        {
            "main.tf": f'module "lost" {{\n  source = {source}\n}}\n'
            'resource "azurerm_x" "a" {\n  x = module.lost.id\n}\n'
        }
    )
    (gap,) = estate.gaps
    assert gap.where == "module.lost"
    assert gap.origin == Origin("main.tf", 1)
    assert why in gap.why
    assert "module.lost" in estate.by_address["azurerm_x.a"].get("x").why


def test_an_estate_of_modules_that_are_not_installed_is_gaps_not_nothing(read):
    estate = read({"main.tf": 'module "all" {\n  source = "Azure/all/azurerm"\n}\n'})
    assert estate.resources == ()
    assert [gap.where for gap in estate.gaps] == ["module.all"]


def test_installed_modules_are_found_where_terraform_init_put_them(read):
    listing = {
        "Modules": [
            {"Key": "", "Source": "", "Dir": "."},
            {"Key": "a", "Source": "Azure/a/azurerm", "Dir": ".terraform/modules/a"},
            {"Key": "a.b", "Source": "./b", "Dir": ".terraform/modules/a/b"},
            {"Key": "a.c", "Source": "Azure/c/azurerm", "Dir": ".terraform/modules/a.c"},
        ]
    }
    estate = read(
        {
            "main.tf": 'module "a" {\n  source = "Azure/a/azurerm"\n}\n',
            ".terraform/modules/modules.json": json.dumps(listing),
            ".terraform/modules/a/main.tf": 'module "b" {\n  source = "./b"\n}\n'
            'module "c" {\n  source = "Azure/c/azurerm"\n}\n',
            ".terraform/modules/a/b/main.tf": 'resource "azurerm_b" "b" {}\n',
            ".terraform/modules/a.c/main.tf": 'resource "azurerm_c" "c" {}\n',
        }
    )
    assert estate.gaps == ()
    assert {r.address for r in estate.resources} == {
        "module.a.module.b.azurerm_b.b",
        "module.a.module.c.azurerm_c.c",
    }


def test_a_module_beside_the_root_is_read(read, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "main.tf").write_text('resource "azurerm_y" "y" {}\n', encoding="utf-8")
    estate = read({"main.tf": 'module "m" {\n  source = "../shared"\n}\n'})
    assert estate.by_address["module.m.azurerm_y.y"].origin == Origin("../shared/main.tf", 1)


VARIABLE = 'variable "v" {\n  default = "default"\n}\nresource "azurerm_x" "a" {\n  v = var.v\n}\n'


@pytest.mark.parametrize(
    ("files", "given", "expected"),
    [
        ({}, (), "default"),
        ({"terraform.tfvars": 'v = "a"'}, (), "a"),
        ({"terraform.tfvars": 'v = "a"', "terraform.tfvars.json": '{"v": "${j}"}'}, (), "${j}"),
        ({"terraform.tfvars": 'v = "a"', "z.auto.tfvars": 'v = "z"'}, (), "z"),
        ({"a.auto.tfvars": 'v = "a"', "b.auto.tfvars.json": '{"v": "b"}'}, (), "b"),
        ({"terraform.tfvars.json": '{"v": 2.0}'}, (), 2),
        ({"z.auto.tfvars": 'v = "z"', "prod.tfvars": 'v = "p"'}, (), "z"),
        ({"z.auto.tfvars": 'v = "z"', "prod.tfvars": 'v = "p"'}, ("prod.tfvars",), "p"),
        ({"p.tfvars": 'v = "p"', "q.tfvars": 'v = "q"'}, ("q.tfvars", "p.tfvars"), "p"),
        ({"p.tfvars": 'other = 1\nv = join("-", ["x", "y"])'}, ("p.tfvars",), "x-y"),
    ],
)
def test_variable_files_win_in_terraforms_order(read, files, given, expected):
    estate = read({"main.tf": VARIABLE, **files}, given)
    assert estate.by_address["azurerm_x.a"].get("v") == Known(expected)


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("string", "1.50", Known("1.5")),
        ("string", "true", Known("true")),
        ("number", '"7"', Known(7)),
        ("bool", '"false"', Known(value=False)),
        ("list(string)", "[1, true]", Known(("1", "true"))),
        ("set(number)", '["3", 1, 3]', Known((1, 3))),
        ("map(string)", "{ a = 1 }", Known({"a": "1"})),
        ("object({ a = number, b = optional(string, \"x\") })", '{ a = "1", c = 2 }',
         Known({"a": 1, "b": "x"})),
        ("object({ a = optional(number) })", "{}", Known({"a": None})),
        ("any", "[1]", Known((1,))),
        ("tuple([string, number])", '["a", 1]', Known(("a", 1))),
        ("list(string)", '"a"', Unresolvable("var.v: the variable needs a list")),
        ("object({ a = number })", "{}", Unresolvable("var.v: the attribute 'a' is required")),
        ("number", '"x"', Unresolvable("var.v: 'x' is no number")),
    ],
)  # fmt: skip
def test_a_variable_has_the_type_that_it_declares(read, type_, given, expected):
    main = f'variable "v" {{\n  type = {type_}\n}}\nresource "azurerm_x" "a" {{\n  v = var.v\n}}\n'
    estate = read({"main.tf": main, "terraform.tfvars": f"v = {given}\n"})
    assert estate.by_address["azurerm_x.a"].body.values["v"] == expected


def test_a_variable_that_is_not_nullable_takes_its_default_for_null(read):
    estate = read(
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  v = null\n  w = null\n}\n',
            "m/main.tf": 'variable "v" {\n  default = "d"\n  nullable = false\n}\n'
            'variable "w" {\n  default = "d"\n}\n'
            'resource "azurerm_x" "a" {\n  v = var.v\n  w = var.w\n}\n',
        }
    )
    resource = estate.by_address["module.m.azurerm_x.a"]
    assert (resource.get("v"), resource.get("w")) == (Known("d"), Omitted())


def required(version, name="azurerm", source="hashicorp/azurerm"):
    return (
        "terraform {\n  required_providers {\n"
        f'    {name} = {{\n      source = "{source}"\n      version = "{version}"\n    }}\n'
        "  }\n}\n"
    )


RESOURCE = 'resource "azurerm_x" "a" {}\n'
LOCK = 'provider "registry.example/hashicorp/azurerm" {\n  version = "3.117.1"\n}\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Provider("azurerm")),
        ({"v.tf": required("~> 4.55")}, Provider("azurerm", 4, "~> 4.55")),
        ({"v.tf": required("5.0.1")}, Provider("azurerm", 5, "5.0.1")),
        ({"v.tf": required(">= 3.0")}, Provider("azurerm", None, ">= 3.0")),
        ({"v.tf": required(">= 3.0, < 4.0")}, Provider("azurerm", 3, ">= 3.0, < 4.0")),
        (
            {"v.tf": required(">= 3.0"), "m/v.tf": required("~> 4.1")},
            Provider("azurerm", 4, ">= 3.0, ~> 4.1"),
        ),
        ({"m/v.tf": required("~> 4.1")}, Provider("azurerm", 4, "~> 4.1")),
        (
            {"v.tf": required("~> 4.55"), "m/v.tf": required("~> 4.1")},
            Provider("azurerm", 4, "~> 4.55"),
        ),
        (
            {"v.tf": required("~> 4.55"), ".terraform.lock.hcl": LOCK},
            Provider("azurerm", 3, "3.117.1 (.terraform.lock.hcl)"),
        ),
        (
            {"v.tf": 'terraform {\n  required_providers {\n    azurerm = "~> 3.9"\n  }\n}\n'},
            Provider("azurerm", 3, "~> 3.9"),
        ),
    ],
)
def test_the_provider_version_is_that_of_the_lock_file_else_of_the_constraints(
    read, files, expected
):
    main = RESOURCE + 'module "m" {\n  source = "./m"\n}\n'
    estate = read({"main.tf": main, "m/main.tf": 'resource "azurerm_y" "y" {}\n', **files})
    assert {resource.provider for resource in estate.resources} == {expected}


def test_a_resource_can_name_its_provider(read):
    main = 'resource "azurerm_x" "a" {\n  provider = other.west\n}\n'
    estate = read(
        {
            "main.tf": main + required("~> 2.0", "other", "corp/other"),
            ".terraform.lock.hcl": LOCK.replace("hashicorp/azurerm", "corp/other"),
        }
    )
    assert estate.resources[0].provider == Provider("other", 3, "3.117.1 (.terraform.lock.hcl)")


def test_the_selected_workspace_is_that_of_the_directory(read):
    main = 'resource "azurerm_x" "a" {\n  w = terraform.workspace\n}\n'
    assert read({"main.tf": main}).resources[0].get("w") == Known("default")
    estate = read({"main.tf": main, ".terraform/environment": "prod\n"})
    assert estate.resources[0].get("w") == Known("prod")


def test_what_is_known_to_be_absent_is_no_gap_though_another_reading_has_it(read):
    none = "count = length([azurerm_x.a.made]) - 1"  # the second reading takes this for one
    estate = read(
        {
            "main.tf": f'module "m" {{\n  source = "./m"\n  {none}\n}}\n'
            f'resource "azurerm_y" "none" {{\n  {none}\n}}\n' + RESOURCE,
            "m/main.tf": 'module "n" {\n  source = "./n"\n}\nresource "azurerm_y" "y" {}\n',
            "m/n/main.tf": 'resource "azurerm_z" "z" {}\n',
        }
    )
    assert estate.gaps == ()
    assert [resource.address for resource in estate.resources] == ["azurerm_x.a"]


def test_what_a_second_reading_finds_and_this_one_does_not_is_a_gap(read, monkeypatch):
    monkeypatch.setattr(
        "simulator.estate.hcl.module.MANAGED", {"resource": "managed"}, raising=True
    )
    estate = read({"main.tf": RESOURCE + 'data "azurerm_y" "lost" {}\n'})
    assert [gap.where for gap in estate.gaps] == ["data.azurerm_y.lost"]

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.controls.public_access import DATA_01
from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Harm, Weakening
from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.mutation.mutants import Mutant, WeakeningError, idle, mutants
from simulator.mutation.syntax import new_expression
from tests.mutation.small import PROVIDER, SHOP, written

ROOT = Path(__file__).parents[2]
ACCOUNT = "azurerm_storage_account"
CONTAINER = "azurerm_storage_container"
NESTED = "allow_nested_items_to_be_public"


def made(directory: Path, *weakenings: Weakening) -> list[Mutant]:
    control = replace(DATA_01, weakenings=weakenings)
    return list(mutants(directory, read_hcl(directory), [control]))


def test_each_weakening_is_made_at_each_block_of_its_type(tmp_path):
    written(tmp_path)
    flip = Weakening(Harm.FLIP, ACCOUNT, NESTED)
    public = Weakening(Harm.WEAKEN, CONTAINER, "container_access_type", '"blob"')
    first, second = made(tmp_path, flip, public)
    assert (first.control, first.weakening, first.address) == ("DATA-01", flip, f"{ACCOUNT}.shop")
    assert (first.file, first.line) == ("main.tf", 20)
    assert (first.before, first.after) == ("local.open", "!(local.open)")
    assert second.address == f"{CONTAINER}.each"  # one block, whatever it is expanded to
    assert 'container_access_type = "blob"' in second.text
    assert NESTED in second.text


def test_a_weakening_of_some_resources_is_made_at_these_alone(tmp_path):
    written(tmp_path)
    written(tmp_path, SHOP.replace("stshop", "stother"), "modules/other/main.tf")
    written(tmp_path, 'module "m" {\n  source = "./modules/other"\n}\n', "modules.tf")
    flip = Weakening(Harm.FLIP, ACCOUNT, NESTED)
    assert len(made(tmp_path, flip)) == 2
    (one,) = made(tmp_path, replace(flip, where="module.m"))
    assert one.file == "modules/other/main.tf"
    assert one.address == f"module.m.{ACCOUNT}.shop"
    assert made(tmp_path, replace(flip, where="module.n")) == []


def test_a_module_that_is_called_twice_is_changed_once(tmp_path):
    written(tmp_path, SHOP, "modules/shop/main.tf")
    calls = "".join(f'module "{n}" {{\n  source = "./modules/shop"\n}}\n' for n in "ab")
    written(tmp_path, calls)
    (one,) = made(tmp_path, Weakening(Harm.FLIP, ACCOUNT, NESTED))
    assert one.address == f"module.a.{ACCOUNT}.shop"


def test_what_is_not_there_is_not_changed(tmp_path):
    written(tmp_path, SHOP.replace("for_each = toset", "count = 0\n  other = toset"))
    assert made(tmp_path, Weakening(Harm.FLIP, "azurerm_key_vault", "x")) == []
    assert made(tmp_path, Weakening(Harm.DELETE, CONTAINER, "container_access_type")) == []


def test_what_an_override_file_says_is_what_is_changed(tmp_path):
    written(tmp_path)
    text = f'resource "{ACCOUNT}" "shop" {{\n  {NESTED} = false\n}}\n'
    written(tmp_path, text, "late_override.tf")
    (flip,) = made(tmp_path, Weakening(Harm.FLIP, ACCOUNT, NESTED))
    assert (flip.file, flip.line) == ("late_override.tf", 2)
    (tls,) = made(tmp_path, Weakening(Harm.WEAKEN, ACCOUNT, "account_tier", '"Premium"'))
    assert tls.file == "main.tf"


@pytest.mark.parametrize(
    ("argument", "added"),
    [
        ("https_traffic_only_enabled", "false"),  # true by default
        ("local_user_enabled", "false"),
        ("nfsv3_enabled", "true"),
        ("min_tls_version", None),  # no truth value
        ("network_rules", None),  # a block that is not there
        ("no_such_argument", None),
    ],
)
def test_a_default_is_turned_round_too(argument, added, tmp_path):
    written(tmp_path)
    found = made(tmp_path, Weakening(Harm.FLIP, ACCOUNT, argument))
    assert [one.after for one in found] == ([f"{argument} = {added}"] if added else [])


def test_an_argument_is_found_by_the_name_that_another_version_of_the_provider_has(tmp_path):
    old = SHOP.replace("~> 4.0", "~> 3.0").replace(
        "account_tier  ", "enable_https_traffic_only = true\n  account_tier  "
    )
    written(tmp_path, old)
    (one,) = made(tmp_path, Weakening(Harm.FLIP, ACCOUNT, "https_traffic_only_enabled"))
    assert (one.before, one.after) == ("true", "false")
    assert "enable_https_traffic_only = false" in one.text
    assert " https_traffic_only_enabled" not in one.text


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        ('administrator_login_password = "hunter2-or-so"', "administrator_login_password"),
        ('tags = { API_KEY = "hunter2-or-so" }', "tags.API_KEY"),
        ('tags = { text = "Server=x;Password=hunter2-or-so" }', "tags.text"),
        ('tags = merge({ text = "hunter2-or-so" }, local.t)', "tags.colour"),
        ('tags = { text = "it is swordfish" }\n  version = var.secret', "tags.text"),
    ],
)
def test_a_secret_is_not_shown(argument, path, tmp_path):
    variable = 'variable "secret" {\n  default   = "swordfish"\n  sensitive = true\n}\n'
    text = f'resource "azurerm_mssql_server" "s" {{\n  {argument}\n}}\n'
    written(tmp_path, PROVIDER + variable + text)
    (one,) = made(tmp_path, Weakening(Harm.WEAKEN, "azurerm_mssql_server", path, '"x"'))
    assert "hunter2" not in one.before + one.after
    assert "swordfish" not in one.before + one.after


@pytest.mark.parametrize(
    "weakening",
    [
        Weakening(Harm.WEAKEN, ACCOUNT, NESTED, "tru e"),
        Weakening(Harm.EXPIRE, ACCOUNT, "tags", "{"),
    ],
)
def test_a_weakening_that_can_never_be_made_is_the_fault_of_its_author(weakening, tmp_path):
    written(tmp_path)
    with pytest.raises(WeakeningError, match="DATA-01"):
        made(tmp_path, weakening)


def test_a_link_is_undone_by_taking_it_out(tmp_path):
    written(tmp_path)
    (one,) = made(tmp_path, Weakening(Harm.UNLINK, CONTAINER, "storage_account_id"))
    assert (one.before, one.after) == ("storage_account_id = azurerm_storage_account.shop.id", "")


def test_what_cannot_be_written_back_is_told_and_not_tried(tmp_path, monkeypatch):
    written(tmp_path)
    monkeypatch.setattr("simulator.mutation.mutants.written", lambda _: "x = 1\n")
    with pytest.raises(EstateError, match="cannot be written back"):
        made(tmp_path, Weakening(Harm.FLIP, ACCOUNT, NESTED))


def test_json_files_are_left_alone(tmp_path):
    written(
        tmp_path, '{"resource": {"azurerm_storage_account": {"a": {"name": "x"}}}}', "a.tf.json"
    )
    assert made(tmp_path, Weakening(Harm.DELETE, ACCOUNT, "name")) == []


def test_a_weakening_that_fits_nothing_is_idle(tmp_path):
    written(tmp_path)
    fits, idles = Weakening(Harm.FLIP, ACCOUNT, NESTED), Weakening(Harm.DELETE, "azurerm_x", "y")
    control = replace(DATA_01, weakenings=(fits, idles))
    found = list(mutants(tmp_path, read_hcl(tmp_path), [control]))
    assert idle([control], found) == {"DATA-01": (idles,)}


@pytest.fixture(scope="module")
def reference():
    root = ROOT / "terraform/reference"
    return list(mutants(root, read_hcl(root), CONTROLS.values()))


def test_the_reference_has_mutants_of_every_control_and_many(reference):
    assert {mutant.control for mutant in reference} == set(CONTROLS)
    assert len(reference) >= 150


@pytest.mark.parametrize("control", CONTROLS)
def test_the_weakenings_of_a_control_are_of_several_kinds(control):
    weakenings = CONTROLS[control].weakenings
    assert len(weakenings) >= 3
    assert len({weakening.harm for weakening in weakenings}) >= 2
    assert len(set(weakenings)) == len(weakenings)
    for weakening in weakenings:
        assert not weakening.value or new_expression(weakening.value)
        assert control not in weakening.also

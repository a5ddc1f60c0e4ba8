import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.estate.plan import read_plan

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
UNIT = BENCHMARKS / "shop" / "plan.json"


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """A plan of three shops in each layout, as the command writes it."""
    folder = tmp_path_factory.mktemp("plans")
    made = {}
    for layout in ("modules", "flat", "keys"):
        made[layout] = folder / f"{layout}.json"
        command = [sys.executable, BENCHMARKS / "estate.py", "--resources", "150"]
        subprocess.run([*command, "--layout", layout, made[layout]], check=True)
    return made


def test_a_plan_of_one_shop_is_what_terraform_planned(tmp_path):
    made = tmp_path / "one.json"
    subprocess.run([sys.executable, BENCHMARKS / "estate.py", "--resources", "1", made], check=True)
    ours, theirs = json.loads(made.read_text()), json.loads(UNIT.read_text())
    for plan in (ours, theirs):  # the only shop has the gaps, and is in another order
        del plan["variables"]["shops"]
        plan["resource_changes"].sort(key=lambda one: one["address"])
        for one in plan["resource_changes"]:
            for name in ("min_tls_version", "container_access_type", "https_only"):
                (one["change"]["after"] or {}).pop(name, None)
            (one["change"]["after"] or {}).pop("public_network_access_enabled", None)
    assert ours["resource_changes"] == theirs["resource_changes"]
    assert ours["configuration"] == theirs["configuration"]


@pytest.mark.parametrize("layout", ["modules", "flat", "keys"])
def test_every_layout_has_the_same_resources(plans, layout):
    estate = read_plan(plans[layout])
    types = sorted(one.type for one in estate.resources)
    assert types == sorted(one.type for one in read_plan(plans["modules"]).resources)
    assert len(types) == len(estate.by_address) > 150
    assert not estate.gaps


@pytest.mark.parametrize(
    ("layout", "vault"),
    [
        ("modules", 'module.shop["{}"].azurerm_key_vault.shop'),
        ("flat", "azurerm_key_vault.shop_{}"),
        ("keys", 'azurerm_key_vault.shop["{}"]'),
    ],
)
def test_references_stay_within_their_shop(plans, layout, vault):
    estate = read_plan(plans[layout])
    for shop in ("5a0001", "5a0002", "5a0003"):
        (setting,) = (
            one
            for one in estate.of_type("azurerm_monitor_diagnostic_setting")
            if shop in one.address and one.name.startswith("vault")
        )
        target = estate.target(setting.get("target_resource_id"))
        assert target is not None
        assert target.resource.address == vault.format(shop)

"""A subscription against the Terraform that is to change it, through a real server's answers."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from simulator.controls.registry import CONTROLS
from simulator.estate import azure
from simulator.evidence.html import page
from simulator.evidence.ledger import schema
from simulator.evidence.terminal import terminal_lines
from simulator.profile import load_profile
from steps.options import Options
from steps.run import Run
from tests.estate.azure.arm_server import ArmServer
from tests.estate.azure.shop import SHOP, SUB, Signed

DECLARED = """
resource "azurerm_resource_group" "shop" {
  name     = "shop"
  location = "westus"
}
resource "azurerm_storage_account" "orders" {
  name                            = "orders"
  resource_group_name             = azurerm_resource_group.shop.name
  location                        = "West US"
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  allow_nested_items_to_be_public = false
}
resource "azurerm_storage_container" "logos" {
  name                  = "logos"
  storage_account_id    = azurerm_storage_account.orders.id
  container_access_type = "private"
}
resource "azurerm_storage_container" "fresh" {
  name               = "fresh"
  storage_account_id = azurerm_storage_account.orders.id
}
resource "random_password" "db" {
  length = 24
}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / "main.tf").write_text(DECLARED, encoding="utf-8")
    told = []
    options = Options(
        estate=str(tmp_path),
        base_estate=f"azure:{SUB}",
        reader="hcl",
        var_files=(),
        window=timedelta(hours=72),
        profile=load_profile(None),
        seed=1,
        evidence=tmp_path / "out",
    )
    with ArmServer(SHOP) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.trust(tmp_path)))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        reading = partial(azure.read_subscription, credential=Signed(), endpoint=server.endpoint)
        monkeypatch.setattr(azure, "read_subscription", reading)
        made = Run(options, told.append)
        for control in CONTROLS:
            made.assess(control, made.declared_estate())
        assert any("listing its resources" in line for line in told)
        yield made


def test_what_exists_is_compared_with_what_is_declared(run):
    ledger = run.ledger()
    Draft202012Validator(schema()).validate(ledger)
    base = ledger["base"]
    assert (base["reader"], base["source"]) == ("live", f"azure:{SUB}")
    assert [entry["id"] for entry in base["controls"]] == sorted(CONTROLS)
    changes = {(c["kind"], c["address"], c["attribute"]): c for c in base["changes"]}
    public = changes["changed", "azurerm_storage_container.logos", "container_access_type"]
    assert (public["before"], public["after"]) == ('"blob"', '"private"')
    assert ("added", "azurerm_storage_container.fresh", "") in changes
    removed = [address for kind, address, _ in changes if kind == "removed"]
    assert any(address.endswith("/containers/invoices") for address in removed)
    assert ("untold", "random_password.db", "") in changes
    told = {address for kind, address, _ in changes if kind in {"added", "removed"}}
    assert not told & {"azurerm_resource_group.shop", "azurerm_storage_account.orders"}


def test_the_same_finding_on_both_sides_is_neither_new_nor_gone(run):
    (entry,) = [e for e in run.ledger()["base"]["controls"] if e["id"] == "DATA-01"]
    gone = {(f["address"].rpartition("/")[2], f["attribute"]) for f in entry["gone"]}
    assert ("logos", "container_access_type") in gone
    shared = {"azurerm_storage_account.orders", "orders"}
    both = [f for f in (*entry["new"], *entry["gone"]) if Path(f["address"]).name in shared]
    assert len({f["attribute"] for f in both}) == len(both)


def test_nothing_is_said_to_be_added_to_what_exists(run):
    ledger = run.ledger()
    text, lines = page(ledger), terminal_lines(ledger)
    assert "declared and not in the subscription" in text
    assert any("in the subscription and not declared" in line for line in lines)
    assert "hunter2" not in text + "\n".join(lines)

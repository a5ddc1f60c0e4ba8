"""One small shop, its plan in the form of every release that wrote it differently."""

from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.estate.model import Estate, Known, Omitted, Provider, Reference, show
from simulator.estate.plan import read_plan

FAMILIES = Path(__file__).parents[2] / "fixtures/plans/families"
PLANS = sorted(FAMILIES.glob("*.json"))
ACCOUNT = "module.orders.azurerm_storage_account.this"
SECRET = "drill-sql-password"


@pytest.fixture(scope="module", params=PLANS, ids=[path.stem for path in PLANS])
def estate(request: pytest.FixtureRequest) -> Estate:
    return read_plan(request.param)


def test_every_family_is_here() -> None:
    assert {path.stem for path in PLANS} == {
        "opentofu-1.8",
        "terraform-0.12",
        "terraform-0.13",
        "terraform-1.0",
        "terraform-1.1",
        "terraform-1.2",
        "terraform-1.11",
    }


def test_every_family_has_the_same_resources_and_no_gap(estate: Estate) -> None:
    assert sorted(estate.by_address) == [
        "azurerm_log_analytics_workspace.soc",
        "azurerm_monitor_diagnostic_setting.orders",
        "azurerm_mssql_server.shop",
        "azurerm_resource_group.shop",
        "data.azurerm_client_config.current",
        ACCOUNT,
        "module.orders.azurerm_storage_container.customers[0]",
        "module.orders.azurerm_storage_container.customers[1]",
        "module.orders.data.azurerm_subscription.here[0]",
    ]
    assert estate.gaps == ()
    assert {r.provider for r in estate.resources} == {Provider("azurerm", 3, "~> 3.0")}


def test_every_family_has_the_same_values(estate: Estate) -> None:
    account = estate.by_address[ACCOUNT]
    assert account.get("min_tls_version") == Known("TLS1_2")
    assert account.get("network_rules.default_action") == Known("Deny")
    assert account.get("allow_nested_items_to_be_public") == Omitted(
        default=True, decided_by="azurerm 3.x default"
    )
    here = estate.by_address["module.orders.data.azurerm_subscription.here[0]"]
    assert here.get("display_name") == Known("Shop")


def test_every_family_has_the_same_references(estate: Estate) -> None:
    setting = estate.by_address["azurerm_monitor_diagnostic_setting.orders"]
    assert setting.get("target_resource_id") == Reference(ACCOUNT)
    assert setting.get("log_analytics_workspace_id") == Reference(
        "azurerm_log_analytics_workspace.soc"
    )
    target = estate.target(setting.get("target_resource_id"))
    assert target is not None
    assert target.resource.address == ACCOUNT


def test_every_family_keeps_the_secret(estate: Estate) -> None:
    password = estate.by_address["azurerm_mssql_server.shop"].get("administrator_login_password")
    assert show(password) == "(sensitive value)"
    assert SECRET not in repr(estate)


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_every_family_has_the_same_verdicts(control) -> None:
    def told(path: Path) -> object:
        verdict = assess(control, read_plan(path))
        findings = [(f.address, f.attribute, f.actual, f.unknown) for f in verdict.findings]
        return verdict.outcome, verdict.looked_at, sorted(findings)

    assert len({repr(told(path)) for path in PLANS}) == 1

from pathlib import Path

import pytest

from simulator.estate.errors import EstateError
from simulator.estate.model import (
    Block,
    Estate,
    Fate,
    Gap,
    Known,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
)
from simulator.estate.plan import read_plan
from tests.estate.planned import call, change, configured, constant, module, plan, read, reference

ACCOUNT = "azurerm_storage_account.a"
ROOT = module(configured(ACCOUNT, name=constant("a")))
CREATED = change(ACCOUNT, {"name": "a"})
SHOP = Path(__file__).parents[2] / "fixtures/plans/shop/plan.json"


@pytest.mark.parametrize(
    "actions",
    [("create",), ("update",), ("no-op",), ("delete", "create"), ("create", "delete")],
)
def test_a_resource_that_stays_has_the_planned_values(
    tmp_path: Path, actions: tuple[str, ...]
) -> None:
    entry = change(ACCOUNT, {"name": "new"}, actions=actions, before={"name": "old"})
    account = read(tmp_path, plan(ROOT, entry)).by_address[ACCOUNT]
    assert (account.actions, account.get("name")) == (actions, Known("new"))


VAULT = "azurerm_key_vault.v"


@pytest.mark.parametrize(
    ("actions", "fate"),
    [
        (("delete",), Fate.DELETED),
        (("forget",), Fate.FORGOTTEN),
        (("delete", "create"), Fate.REPLACED),
        (("create", "delete"), Fate.REPLACED),
        (("create", "forget"), Fate.FORGOTTEN),
    ],
)
def test_what_goes_is_a_removal_with_its_last_values(
    tmp_path: Path, actions: tuple[str, ...], fate: Fate
) -> None:
    after = {"name": "new"} if "create" in actions else None
    entry = change(VAULT, after, actions=actions, before={"name": "old", "sku_name": "standard"})
    root = module(configured(ACCOUNT, name=constant("a")), configured(VAULT, name=constant("new")))
    estate = read(tmp_path, plan(root, CREATED, entry))
    (removal,) = estate.removals
    assert removal.fate is fate
    assert removal.resource.address == VAULT
    assert removal.resource.get("name") == Known("old")
    assert removal.resource.get("sku_name") == Known("standard")
    declared = [vault.get("name") for vault in estate.of_type("azurerm_key_vault")]
    assert declared == ([Known("new")] if after else [])
    assert (VAULT in estate.by_address) is bool(after)


@pytest.mark.parametrize("actions", [("delete",), ("forget",)])
def test_what_is_marked_as_going_is_not_of_its_type(actions: tuple[str, ...]) -> None:
    provider = Provider("azurerm", 4)
    gone = Resource(
        VAULT, "azurerm_key_vault", "v", Block(), Origin("p"), provider, actions=actions
    )
    assert Estate((gone,), "p", "plan").of_type("azurerm_key_vault") == ()


def test_what_goes_has_nothing_that_was_written_since(tmp_path: Path) -> None:
    actions = ("delete", "create")
    entry = change(VAULT, {"name": "v", "sku": "new"}, actions=actions, before={"name": "v"})
    root = module(configured(VAULT, name=constant("v"), sku=constant("new")))
    (removal,) = read(tmp_path, plan(root, entry)).removals
    assert removal.resource.get("sku") == Omitted()


def test_what_stays_is_no_removal(tmp_path: Path) -> None:
    updated = change(VAULT, {"name": "v"}, actions=("update",), before={"name": "old"})
    assert read(tmp_path, plan(ROOT, CREATED, updated)).removals == ()


def test_a_leftover_of_a_failed_replacement_does_not_hide_the_resource(tmp_path: Path) -> None:
    left = change(ACCOUNT, actions=("delete",), before={"name": "old"}, deposed="ca6ae8c5")
    estate = read(tmp_path, plan(ROOT, CREATED, left))
    assert estate.by_address[ACCOUNT].actions == ("create",)
    (removal,) = estate.removals
    assert (removal.fate, removal.resource.get("name")) == (Fate.LEFTOVER, Known("old"))


def test_a_leftover_that_stays_is_not_the_resource(tmp_path: Path) -> None:
    left = change(ACCOUNT, {"name": "old"}, actions=("no-op",), deposed="ca6ae8c5")
    for entries in ([CREATED, left], [left, CREATED]):
        estate = read(tmp_path, plan(ROOT, *entries))
        assert [account.get("name") for account in estate.resources] == [Known("a")]


def test_a_moved_resource_is_found_under_its_new_address_alone(tmp_path: Path) -> None:
    values = {"name": "a", "id": "/a"}
    moved = change(
        ACCOUNT, values, actions=("no-op",), before=values, previous_address="azurerm_x.old"
    )
    estate = read(tmp_path, plan(ROOT, moved))
    assert [r.address for r in estate.resources] == [ACCOUNT]
    assert (estate.removals, estate.drift, estate.gaps) == ((), (), ())


@pytest.mark.parametrize("actions", [("no-op",), ("update",)])
def test_an_imported_resource_has_what_azure_has_and_no_default_is_named(
    tmp_path: Path, actions: tuple[str, ...]
) -> None:
    values = {"name": "a", "min_tls_version": "TLS1_0"}
    entry = change(ACCOUNT, values, actions=actions, before=values)
    entry["change"]["importing"] = {"id": "/subscriptions/s"}  # type: ignore[index]
    account = read(tmp_path, plan(ROOT, entry)).by_address[ACCOUNT]
    assert account.get("min_tls_version") == Omitted("TLS1_0", "in force by the plan, set nowhere")


def test_an_imported_resource_without_a_configuration_is_given(tmp_path: Path) -> None:
    entry = change(VAULT, {"public_network_access_enabled": True}, actions=("no-op",))
    entry["change"]["generated_config"] = "resource {}"  # type: ignore[index]
    vault = read(tmp_path, plan(ROOT, CREATED, entry)).by_address[VAULT]
    assert vault.get("public_network_access_enabled") == Known(value=True)


def test_one_address_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EstateError, match=rf"resource_changes\[1\] is {ACCOUNT} once more"):
        read(tmp_path, plan(ROOT, CREATED, CREATED))


def test_an_ephemeral_resource_is_neither_declared_nor_missed(tmp_path: Path) -> None:
    secret = "ephemeral.azurerm_key_vault_secret.s"
    root = module(
        configured(ACCOUNT, name=constant("a"), access_key_wo=reference(f"{secret}.value", secret)),
        configured(secret, name=constant("s")),
    )
    estate = read(tmp_path, plan(root, change(ACCOUNT, {"name": "a"})))
    assert ([r.address for r in estate.resources], estate.gaps) == ([ACCOUNT], ())
    assert isinstance(estate.by_address[ACCOUNT].get("access_key_wo"), Unresolvable)


def test_a_resource_says_where_it_comes_from(tmp_path: Path) -> None:
    account = read(tmp_path, plan(ROOT, CREATED)).by_address[ACCOUNT]
    assert account.origin == Origin("plan.json", None)
    assert (account.type, account.name, account.mode) == ("azurerm_storage_account", "a", "managed")


def test_the_constraints_of_all_modules_make_the_provider_version(tmp_path: Path) -> None:
    document = plan(ROOT, CREATED, constraint=">= 3.0")
    document["configuration"]["provider_config"]["module.m:azurerm"] = {  # type: ignore[index]
        "name": "azurerm",
        "full_name": "providers.example.net/hashicorp/azurerm",
        "version_constraint": "~> 4.1",
        "module_address": "module.m",
    }
    provider = read(tmp_path, document).by_address[ACCOUNT].provider
    assert provider == Provider("azurerm", 4, ">= 3.0, ~> 4.1")


def test_a_default_that_depends_on_an_unstated_version_stays_open(tmp_path: Path) -> None:
    estate = read(tmp_path, plan(ROOT, CREATED, constraint=None))
    value = estate.by_address[ACCOUNT].get("allow_nested_items_to_be_public")
    assert value == Omitted(
        decided_by="azurerm version not stated: default differs (true in 3.x/4.x, false in 5.x)"
    )


def test_planned_values_alone_are_enough(tmp_path: Path) -> None:
    entry = {
        "address": f"module.m.{ACCOUNT}",
        "mode": "managed",
        "values": {"name": "a"},
        "sensitive_values": {"name": True},
    }
    values = {"root_module": {"child_modules": [{"resources": [entry]}]}}
    root = module(calls={"m": call(ROOT)})
    estate = read(tmp_path, plan(root, planned_values=values))
    assert repr(estate.by_address[f"module.m.{ACCOUNT}"].get("name")) == "Known(<sensitive>)"


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ({"errored": True}, "planning failed"),
        ({"complete": False}, "partial"),
        ({"configuration": {}}, "no configuration"),
        (
            {"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": {}}]},
            "deferred: provider_config_unknown",
        ),
    ],
)
def test_what_a_plan_does_not_hold_is_a_gap(
    tmp_path: Path, extra: dict[str, object], why: str
) -> None:
    (gap,) = read(tmp_path, plan(ROOT, CREATED) | extra).gaps
    assert why in gap.why


def test_a_whole_plan_has_no_gap(tmp_path: Path) -> None:
    assert read(tmp_path, plan(ROOT, CREATED)).gaps == ()


def test_a_configured_resource_that_is_not_planned_is_a_gap(tmp_path: Path) -> None:
    root = module(
        configured(ACCOUNT),
        configured("azurerm_key_vault.v"),
        configured("azurerm_key_vault.none", count=constant(0)),
        calls={"none": call(module(configured("azurerm_key_vault.v")), count=constant(0))},
    )
    assert read(tmp_path, plan(root, CREATED)).gaps == (
        Gap("azurerm_key_vault.v", "is configured, but not in the plan", Origin("plan.json")),
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (plan(module()), "has no resources"),
        (plan(ROOT, change(ACCOUNT, actions=("delete",), before={})), "destroys all that it has"),
        (plan(ROOT) | {"resource_changes": {}}, "resource_changes is an object"),
        (plan(ROOT) | {"resource_changes": [3]}, r"resource_changes\[0\] is a number"),
        (plan(ROOT, {"address": 3}), "address is a number where a plan has text"),
        (plan(ROOT, {"address": "x[", "change": {}}), "has no name|no valid key"),
        (plan(ROOT, {"address": ACCOUNT, "change": []}), "change is a list"),
        (plan(ROOT, CREATED) | {"configuration": 1}, "configuration is a number"),
        (plan({"resources": "x"}, CREATED), "resources is text"),
        (plan({"module_calls": {"m": None}} | ROOT, CREATED) | {"prior_state": True}, "a boolean"),
    ],
)
def test_a_plan_that_cannot_be_read_says_where(
    tmp_path: Path, document: object, message: str
) -> None:
    with pytest.raises(EstateError, match=message) as raised:
        read(tmp_path, document)
    assert str(tmp_path / "plan.json") in str(raised.value)


def test_a_real_plan_is_read_as_it_was_written() -> None:
    shop = read_plan(SHOP)
    orders = 'module.store["orders"].azurerm_storage_account.this'
    assert shop.gaps == ()
    assert len(shop.resources) == 15

    def get(address: str, path: str) -> object:
        return shop.by_address[address].get(path)

    audit = "module.audit.azurerm_monitor_diagnostic_setting.blob"
    assert get(audit, "target_resource_id") == Reference(orders)
    assert get(audit, "log_analytics_workspace_id") == Reference(
        "azurerm_log_analytics_workspace.soc"
    )
    assert [b.get("category") for b in shop.by_address[audit].blocks("enabled_log")] == [
        Omitted(),
        Known("StorageRead"),
        Known("StorageWrite"),
    ]
    assert get("azurerm_storage_container.customers", "storage_account_id") == Reference(orders)
    assert get(orders, "network_rules.default_action") == Known("Deny")
    media = shop.by_address['module.store["media"].azurerm_storage_account.this']
    assert media.blocks("network_rules") == ()
    assert media.get("allow_nested_items_to_be_public") == Omitted(
        default=True, decided_by="azurerm 4.x default"
    )
    endpoint = 'azurerm_private_endpoint.blob["orders"]'
    connection = "private_service_connection.private_connection_resource_id"
    assert get(endpoint, connection) == Reference(orders)
    assert get(endpoint, "private_dns_zone_group.private_dns_zone_ids") == Reference(
        "azurerm_private_dns_zone.blob"
    )
    assert get("azurerm_linux_web_app.shop", "service_plan_id") == Reference(
        "azurerm_service_plan.shop[0]"
    )
    assert isinstance(get("azurerm_management_lock.vault", "scope"), Unresolvable)
    assert isinstance(get("azurerm_key_vault_secret.payment", "value_wo"), Unresolvable)
    assert "drill-payment-secret" in SHOP.read_text(encoding="utf-8")
    assert "drill-payment-secret" not in repr(shop)

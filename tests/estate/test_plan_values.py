import json
from pathlib import Path

import pytest

from simulator.estate.model import (
    UNSTATED,
    Block,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    effective,
    freeze,
    show,
)
from tests.estate.planned import change, configured, constant, module, plan, read, reference

ACCOUNT = "azurerm_storage_account.a"
KEY_OF_A = reference(f"{ACCOUNT}.id", ACCOUNT)


def one(
    tmp_path: Path,
    after: object,
    unknown: object = None,
    address: str = ACCOUNT,
    *,
    expressions: dict[str, object] | None = None,
    **extra: object,
) -> Resource:
    """The resource at ``address``, planned beside an account that is unknown as a whole."""
    changes = [change(address, after, unknown, **extra)]
    config = [configured(address, **(expressions or {}))]
    if address != ACCOUNT:
        changes.append(change(ACCOUNT, {"name": "a"}, {"id": True, "primary_access_key": True}))
        config.append(configured(ACCOUNT, name=constant("a")))
    return read(tmp_path, plan(module(*config), *changes)).by_address[address]


def test_a_value_that_is_written_is_known(tmp_path: Path) -> None:
    account = one(
        tmp_path,
        {"min_tls_version": "TLS1_1", "name": "a"},
        expressions={"min_tls_version": constant("TLS1_1"), "name": reference("var.name")},
    )
    assert account.get("min_tls_version") == Known("TLS1_1")
    assert account.get("name") == Known("a")


def test_a_value_that_nobody_wrote_is_the_provider_s_default(tmp_path: Path) -> None:
    account = one(tmp_path, {"is_hns_enabled": True})
    assert account.get("is_hns_enabled") == Omitted(default=True, decided_by="azurerm 4.x default")


def test_an_existing_value_that_nobody_wrote_is_not_called_a_default(tmp_path: Path) -> None:
    account = one(tmp_path, {"access_tier": "Cool"}, actions=("update",), before={})
    assert account.get("access_tier") == Omitted("Cool", "in force by the plan, set nowhere")


def test_a_null_is_omitted_and_gets_the_default_of_the_service(tmp_path: Path) -> None:
    vault = one(
        tmp_path,
        {"purge_protection_enabled": None},
        address="azurerm_key_vault.v",
        expressions={"purge_protection_enabled": reference("var.purge")},
    )
    assert vault.get("purge_protection_enabled") == Omitted(False, "Azure default")


def test_what_is_left_to_azure_is_omitted(tmp_path: Path) -> None:
    account = one(tmp_path, {}, {"network_rules": True, "access_tier": True})
    assert account.get("access_tier") == Omitted(UNSTATED)
    assert account.blocks("network_rules") == ()
    assert account.unresolved("network_rules") is None


def test_an_unknown_value_that_is_written_is_a_reference(tmp_path: Path) -> None:
    setting = one(
        tmp_path,
        {"name": "x"},
        {"target_resource_id": True},
        address="azurerm_monitor_diagnostic_setting.x",
        expressions={"target_resource_id": KEY_OF_A},
    )
    assert setting.get("target_resource_id") == Reference(ACCOUNT, "id", text=None)


def test_an_unknown_value_without_a_reference_says_so(tmp_path: Path) -> None:
    setting = one(tmp_path, {}, {"name": True}, expressions={"name": {}})
    assert setting.get("name") == Unresolvable("is not known until apply")


def test_a_local_value_is_a_dead_end_that_is_named(tmp_path: Path) -> None:
    account = one(tmp_path, {}, {"name": True}, expressions={"name": reference("local.name")})
    assert account.get("name") == Unresolvable("comes from local.name")


def test_a_local_value_beside_a_resource_leaves_open_which_of_them_it_is(tmp_path: Path) -> None:
    texts = reference("local.common", f"{ACCOUNT}.primary_access_key", ACCOUNT)
    app = one(
        tmp_path,
        {"app_settings": {}},
        {"app_settings": {"A": True}},
        address="azurerm_linux_web_app.x",
        expressions={"app_settings": texts},
    )
    assert app.get("app_settings.A") == Unresolvable(
        f"comes from {ACCOUNT}.primary_access_key, local.common; a plan does not keep how"
    )


def test_a_value_made_of_two_resources_names_both_and_links_to_neither(tmp_path: Path) -> None:
    address = "azurerm_logic_app_action_custom.x"
    other = reference(f"{ACCOUNT}.id", ACCOUNT, "azurerm_key_vault.v.id", "azurerm_key_vault.v")
    action = one(tmp_path, {}, {"body": True}, address=address, expressions={"body": other})
    assert action.get("body") == Unresolvable(
        f"comes from {ACCOUNT}.id, azurerm_key_vault.v.id; a plan does not keep how"
    )


def test_what_the_plan_knows_is_not_where_an_unknown_value_comes_from(tmp_path: Path) -> None:
    both = reference(f"{ACCOUNT}.name", ACCOUNT, f"{ACCOUNT}.primary_access_key", ACCOUNT)
    app = one(
        tmp_path,
        {},
        {"storage_account_access_key": True},
        address="azurerm_linux_function_app.f",
        expressions={"storage_account_access_key": both},
    )
    assert app.get("storage_account_access_key") == Reference(ACCOUNT, "primary_access_key")


def test_a_write_only_argument_is_set_though_the_plan_has_null(tmp_path: Path) -> None:
    secret = one(
        tmp_path,
        {"value_wo": None, "value_wo_version": 1},
        address="azurerm_key_vault_secret.s",
        expressions={"value_wo": reference("var.s"), "value_wo_version": constant(1)},
    )
    assert isinstance(secret.get("value_wo"), Unresolvable)


def test_the_unknown_entry_of_a_map_is_the_only_reference_there_is(tmp_path: Path) -> None:
    app = one(
        tmp_path,
        {"app_settings": {"MODE": "live"}},
        {"app_settings": {"KEY": True}},
        address="azurerm_linux_web_app.x",
        expressions={"app_settings": reference(f"{ACCOUNT}.primary_access_key", ACCOUNT)},
    )
    assert app.entries("app_settings") == {
        "MODE": Known("live"),
        "KEY": Reference(ACCOUNT, "primary_access_key"),
    }


def test_unknown_entries_that_cannot_be_told_apart_name_all_candidates(tmp_path: Path) -> None:
    several = reference(f"{ACCOUNT}.id", ACCOUNT, f"{ACCOUNT}.primary_access_key", ACCOUNT)
    app = one(
        tmp_path,
        {"app_settings": {}},
        {"app_settings": {"A": True, "B": True}},
        address="azurerm_linux_web_app.x",
        expressions={"app_settings": several},
    )
    for value in app.entries("app_settings").values():
        assert show(value) == (
            f"not known (comes from {ACCOUNT}.id, {ACCOUNT}.primary_access_key; "
            "a plan does not keep how)"
        )


def test_a_list_with_unknown_members_refers_to_all_of_them(tmp_path: Path) -> None:
    zones = reference("azurerm_dns.b.id", "azurerm_dns.b", "azurerm_dns.c.id", "azurerm_dns.c")
    endpoint = one(
        tmp_path,
        {"private_dns_zone_ids": [None, None]},
        {"private_dns_zone_ids": [True, True]},
        address="azurerm_x.e",
        expressions={"private_dns_zone_ids": zones},
    )
    assert endpoint.get("private_dns_zone_ids") == Reference(
        "azurerm_dns.b", "id", also=("azurerm_dns.c",)
    )


def test_a_nested_block_has_the_same_states(tmp_path: Path) -> None:
    account = one(
        tmp_path,
        {"network_rules": [{"default_action": "Deny", "bypass": ["None"], "ip_rules": []}]},
        {"network_rules": [{"virtual_network_subnet_ids": [True]}]},
        expressions={
            "network_rules": [
                {
                    "default_action": constant("Deny"),
                    "ip_rules": constant([]),
                    "virtual_network_subnet_ids": reference(
                        "azurerm_subnet.s.id", "azurerm_subnet.s"
                    ),
                }
            ]
        },
    )
    (rules,) = account.blocks("network_rules")
    assert rules.get("default_action") == Known("Deny")
    assert rules.get("ip_rules") == Known(())
    assert rules.get("bypass") == Omitted(("None",), "azurerm 4.x default")
    assert rules.get("virtual_network_subnet_ids") == Reference("azurerm_subnet.s", "id")


def test_blocks_of_a_set_keep_their_own_expressions_in_whatever_order(tmp_path: Path) -> None:
    action = "azurerm_monitor_action_group"
    alert = one(
        tmp_path,
        {"action": [{"kind": "b"}, {"kind": "a"}]},
        {"action": [{"action_group_id": True}, {"action_group_id": True}]},
        address="azurerm_x.alert",
        expressions={
            "action": [
                {"kind": constant("a"), "action_group_id": reference(f"{action}.a.id")},
                {"kind": constant("b"), "action_group_id": reference(f"{action}.b.id")},
            ]
        },
    )
    pairs = [(b.get("kind"), b.get("action_group_id")) for b in alert.blocks("action")]
    assert pairs == [
        (Known("b"), Reference(f"{action}.b")),
        (Known("a"), Reference(f"{action}.a")),
    ]


def test_blocks_that_look_alike_keep_the_order_written(tmp_path: Path) -> None:
    plan_ids = [{"plan_id": reference(f"azurerm_service_plan.{name}.id")} for name in "abc"]
    alike = one(
        tmp_path,
        {"pool": [{"size": 2}, {"size": 1}, {"size": 1}]},
        {"pool": [{"plan_id": True}] * 3},
        address="azurerm_x.pools",
        expressions={"pool": [block | {"size": {}} for block in plan_ids]},
    )
    assert [b.get("plan_id") for b in alike.blocks("pool")] == [
        Reference(f"azurerm_service_plan.{name}") for name in "abc"
    ]


def test_a_list_of_blocks_keeps_its_order_where_that_fits(tmp_path: Path) -> None:
    ids = [reference(f"azurerm_service_plan.{name}.id") for name in "ab"]
    pools = one(
        tmp_path,
        {"pool": [{"size": 2}, {"size": 2}]},
        {"pool": [{"plan_id": True}] * 2},
        address="azurerm_x.pools",
        expressions={
            "pool": [
                {"size": reference("var.size"), "plan_id": ids[0]},
                {"size": constant(2), "plan_id": ids[1]},
            ]
        },
    )
    assert [b.get("plan_id") for b in pools.blocks("pool")] == [
        Reference("azurerm_service_plan.a"),
        Reference("azurerm_service_plan.b"),
    ]


def test_the_block_with_more_constants_has_the_first_choice(tmp_path: Path) -> None:
    ids = [reference(f"azurerm_service_plan.{name}.id") for name in "ab"]
    mixed = one(
        tmp_path,
        {"pool": [{"size": 2}, {"size": 1}]},
        {"pool": [{"plan_id": True}] * 2},
        address="azurerm_x.pools",
        expressions={
            "pool": [
                {"size": reference("var.size"), "plan_id": ids[0]},
                {"size": constant(2), "plan_id": ids[1]},
            ]
        },
    )
    assert [b.get("plan_id") for b in mixed.blocks("pool")] == [
        Reference("azurerm_service_plan.b"),
        Reference("azurerm_service_plan.a"),
    ]


def test_a_dynamic_block_beside_a_written_one_is_given(tmp_path: Path) -> None:
    setting = one(
        tmp_path,
        {"enabled_log": [{"category": "Read"}, {"category": "Write", "category_group": None}]},
        {"enabled_log": [{}, {}]},
        address="azurerm_monitor_diagnostic_setting.x",
        expressions={"enabled_log": [{"category": constant("Write")}]},
    )
    assert [b.values for b in setting.blocks("enabled_log")] == [
        {"category": Known("Read")},
        {"category": Known("Write")},
    ]


def test_an_unknown_value_in_a_dynamic_block_is_never_taken_for_omitted(tmp_path: Path) -> None:
    setting = one(
        tmp_path,
        {"enabled_log": [{}]},
        {"enabled_log": [{"category": True}]},
        address="azurerm_monitor_diagnostic_setting.x",
    )
    assert isinstance(setting.get("enabled_log.category"), Unresolvable)


def test_dynamic_logs_over_unknown_categories_are_unresolvable(tmp_path: Path) -> None:
    setting = one(
        tmp_path, {}, {"enabled_log": True}, address="azurerm_monitor_diagnostic_setting.x"
    )
    assert setting.unresolved("enabled_log") is not None


def test_a_written_block_that_is_unknown_as_a_whole_is_unresolvable(tmp_path: Path) -> None:
    account = one(
        tmp_path,
        {},
        {"network_rules": True},
        expressions={"network_rules": [{"default_action": constant("Deny")}]},
    )
    assert account.unresolved("network_rules") is not None


def test_blocks_written_as_an_attribute_are_blocks(tmp_path: Path) -> None:
    rule = {"access": "Allow", "priority": 100}
    group = one(
        tmp_path,
        {"security_rule": [rule]},
        address="azurerm_network_security_group.g",
        expressions={"security_rule": constant([rule])},
    )
    assert group.get("security_rule.priority") == Known(100)


def test_an_object_is_read_to_its_leaves(tmp_path: Path) -> None:
    body = {"properties": {"allow": False}}
    resource = one(
        tmp_path,
        {"body": body},
        {"body": {"properties": {"id": True}}},
        address="azapi_resource.r",
        expressions={"body": KEY_OF_A},
    )
    assert resource.get("body.properties.allow") == Known(False)
    assert resource.get("body.properties.id") == Reference(ACCOUNT)


AZAPI = "azapi_resource.r"
BODY = {"properties": {"allow": False, "list": ["a"], "rules": [{"on": True}], "none": None}}


def test_a_body_that_is_an_object_keeps_its_states_leaf_by_leaf(tmp_path: Path) -> None:
    """azapi 2: ``body`` is an object."""
    resource = one(
        tmp_path,
        {"type": "Microsoft.Own/things@2024-01-01", "body": BODY},
        {"body": {"properties": {"rules": [{"target": True}], "ids": [True]}}},
        address=AZAPI,
        expressions={
            "type": constant("Microsoft.Own/things@2024-01-01"),
            "body": reference(f"{ACCOUNT}.id", ACCOUNT),
        },
    )
    assert resource.get("body.properties.allow") == Known(False)
    assert resource.get("body.properties.list") == Known(("a",))
    assert resource.get("body.properties.none") == Omitted()
    (properties,) = resource.blocks("body")[0].blocks("properties")
    (rule,) = properties.blocks("rules")
    assert (rule.get("on"), rule.get("target")) == (Known(True), Reference(ACCOUNT))


def test_a_body_that_is_known_as_a_whole_is_one_value(tmp_path: Path) -> None:
    resource = one(tmp_path, {"body": BODY}, address=AZAPI, expressions={"body": constant(BODY)})
    assert resource.body.values["body"] == Known(freeze(BODY))
    assert resource.get("body.properties.rules") == Known(({"on": True},))


def test_a_body_that_is_a_text_stays_a_text(tmp_path: Path) -> None:
    """azapi 1: ``body`` is JSON, and unknown as a whole if anything in it is."""
    text = json.dumps(BODY)
    known = one(tmp_path, {"body": text}, address=AZAPI, expressions={"body": {}})
    assert known.get("body") == Known(text)
    hidden = one(
        tmp_path, {"body": text}, sensitive={"body": True}, address=AZAPI, expressions={"body": {}}
    )
    assert repr(hidden.get("body")) == "Known(<sensitive>)"
    unknown = one(
        tmp_path,
        {},
        {"body": True},
        address=AZAPI,
        expressions={"body": reference(f"{ACCOUNT}.id", ACCOUNT)},
    )
    assert unknown.get("body") == Reference(ACCOUNT)


def test_a_map_that_is_known_is_one_value(tmp_path: Path) -> None:
    account = one(tmp_path, {"tags": {"pii": "true"}}, expressions={"tags": reference("local.t")})
    assert account.get("tags") == Known({"pii": "true"})
    assert account.entries("tags") == {"pii": Known("true")}


SECRET = "s3cret-value"


@pytest.mark.parametrize(
    ("after", "sensitive", "expressions"),
    [
        ({"key": SECRET}, {"key": True}, {"key": reference("var.k")}),
        ({"key": SECRET}, {"key": True}, {}),
        ({"map": {"a": SECRET, "b": 1}}, {"map": {"a": True}}, {"map": reference("var.k")}),
        ({"map": {"a": SECRET}}, {"map": {"a": True}}, {}),
        ({"map": {"a": SECRET}}, {"map": True}, {"map": reference("var.k")}),
        ({"list": ["x", SECRET]}, {"list": [False, True]}, {"list": reference("var.k")}),
        ({"list": ["x", SECRET]}, {"list": [False, True]}, {}),
        ({"block": [{"value": SECRET}]}, {"block": [{"value": True}]}, {"block": [{"value": {}}]}),
        ({"block": [{"value": SECRET}]}, {"block": True}, {}),
        ({"block": [{"value": SECRET}]}, {"block": True}, {"block": [{"name": {}}]}),
        (
            {"block": [{"m": {"k": SECRET}}]},
            {"block": [{"m": {"k": True}}]},
            {"block": [{"m": {}}]},
        ),
        ({"body": {"a": [{"b": SECRET}]}}, {"body": {"a": [{"b": True}]}}, {"body": {}}),
        ({"site_credential": [{"password": SECRET}]}, {"site_credential": [{}]}, {}),
        ({"primary_access_key": SECRET}, {}, {}),
    ],
)
@pytest.mark.parametrize("actions", [("create",), ("no-op",), ("delete",)])
def test_a_sensitive_value_never_shows_itself(
    tmp_path: Path,
    after: dict[str, object],
    sensitive: object,
    expressions: dict[str, object],
    actions: tuple[str, ...],
) -> None:
    entry = change("azurerm_x.s", after, sensitive=sensitive, actions=actions, before=after)
    if actions == ("delete",):
        entry["change"]["before_sensitive"] = sensitive  # type: ignore[index]
    root = module(configured("azurerm_x.s", **expressions), configured(ACCOUNT))
    estate = read(tmp_path, plan(root, entry, change(ACCOUNT, {})))
    shown = [repr(estate), str(estate)]
    held = {r.address: r for r in (*estate.resources, *(one.resource for one in estate.removals))}
    for resource in held.values():
        for path, value in resource.body.walk():
            shown += [repr(value), str(value), show(value), path]
    assert SECRET not in "".join(shown)
    values = dict(held["azurerm_x.s"].body.walk()).values()
    assert any(isinstance(v, Known) and v.sensitive and SECRET in str(effective(v)) for v in values)


def test_a_data_source_gives_what_it_read(tmp_path: Path) -> None:
    values = {"id": "/x", "allow_nested_items_to_be_public": False}
    entry = {
        "address": "data.azurerm_storage_account.d",
        "mode": "data",
        "type": "azurerm_storage_account",
        "name": "d",
        "provider_name": "providers.example.net/hashicorp/azurerm",
        "values": values,
    }
    prior = {"values": {"root_module": {"child_modules": [{"resources": [entry]}]}}}
    document = plan(module(configured(ACCOUNT)), change(ACCOUNT, {}), prior_state=prior)
    found = read(tmp_path, document).by_address["data.azurerm_storage_account.d"]
    assert found.mode == "data"
    assert found.get("allow_nested_items_to_be_public") == Known(False)


def test_a_data_source_read_during_apply_is_not_known(tmp_path: Path) -> None:
    address = "data.azurerm_storage_account.d"
    data = one(
        tmp_path,
        {"name": "d"},
        {"id": True, "min_tls_version": True},
        address=address,
        expressions={"name": constant("d")},
        actions=("read",),
    )
    assert isinstance(data.get("min_tls_version"), Unresolvable)


def test_a_body_is_frozen(tmp_path: Path) -> None:
    account = one(tmp_path, {"tags": {"a": "b"}}, expressions={"tags": {}})
    assert isinstance(account.body, Block)
    with pytest.raises(TypeError):
        account.get("tags").value["a"] = "c"  # type: ignore[index,union-attr]

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.model import (
    UNSTATED,
    Block,
    Known,
    Node,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.provider import normalise, respell
from simulator.estate.provider_defaults import DEFAULTS, MAJORS, SUPPORTED_MAJORS, provider_of
from simulator.estate.provider_shapes import SHAPES
from simulator.estate.provider_spelling import RESPELLINGS

ANY_MAJOR = [2, *SUPPORTED_MAJORS, None]


def made(kind: str, major: int | None = 4, mode: str = "managed", /, **values: Node) -> Resource:
    provider = Provider(provider_of(kind), major)
    body = Block(values)
    return normalise(Resource(f"{kind}.x", kind, "x", body, Origin("main.tf", 1), provider, mode))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            Reference("azurerm_x.y", "flag"),
            Unresolvable("local_authentication_disabled comes from azurerm_x.y.flag"),
        ),
        (Unresolvable("var.x"), Unresolvable("var.x")),
        (
            Known("maybe"),
            Unresolvable(
                "local_authentication_disabled has a value that cannot be read as "
                "local_authentication_enabled"
            ),
        ),
        (Omitted(False, "azurerm 3.x default"), Omitted(True, "azurerm 3.x default")),
    ],
)
def test_the_opposite_of_what_is_not_known_is_not_known_either(
    value: Value, expected: Value
) -> None:
    account = made("azurerm_cosmosdb_account", local_authentication_disabled=value)
    assert account.get("local_authentication_enabled") == expected


def test_a_secret_stays_one_under_its_new_name() -> None:
    policy = made(
        "azurerm_mssql_server_extended_auditing_policy",
        blob_storage_endpoint=Known("s3cret", sensitive=True),
    )
    assert "s3cret" not in repr(policy)
    hidden = Known(True, sensitive=True)
    account = made("azurerm_cosmosdb_account", local_authentication_disabled=hidden)
    assert account.get("local_authentication_enabled") == Known(False, sensitive=True)
    network = made("azurerm_mssql_server", public_network_access_enabled=Known("false", True))
    assert network.get("public_network_access_enabled") == Known(False, sensitive=True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Known(True), Omitted(False, "x"), Known(True)),
        (Known(True), Known(False), Known(False)),
        (Omitted(True, "x"), Omitted(), Omitted(True, "x")),
        (Omitted(True, "x"), Omitted(False, "y"), Omitted(False, "y")),
        (Omitted(True, "x"), Reference("a.b"), Reference("a.b")),
    ],
)
def test_of_two_spellings_the_one_that_is_set_counts(
    old: Value, new: Value, expected: Value
) -> None:
    vault = made("azurerm_key_vault", enable_rbac_authorization=old, rbac_authorization_enabled=new)
    assert vault.get("rbac_authorization_enabled") == expected


@pytest.mark.parametrize(
    ("major", "expected"),
    [
        (3, Omitted(True, "azurerm 3.x default")),
        (4, Omitted(True, "azurerm 4.x default")),
        (5, Omitted(False, "azurerm 5.x default")),
        (6, Omitted(decided_by="azurerm 6.x: its default is not known here")),
        (
            None,
            Omitted(
                decided_by="azurerm version not stated: "
                "default differs (true in 3.x/4.x, false in 5.x)"
            ),
        ),
    ],
)
def test_a_default_is_that_of_the_provider_s_version(major: int | None, expected: Omitted) -> None:
    account = made("azurerm_storage_account", major)
    assert account.get("allow_nested_items_to_be_public") == expected


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (">= 3.10.0, < 5.0.0", Omitted(True, "azurerm 3.x/4.x default")),
        (">= 5.0", Omitted(False, "azurerm 5.x default")),
        (
            ">= 4.0",
            Omitted(
                decided_by="azurerm version may be of several majors: "
                "default differs (true in 4.x, false in 5.x)"
            ),
        ),
    ],
)
def test_a_default_that_every_allowed_version_has_is_in_force(
    constraint: str, expected: Omitted
) -> None:
    made_by = Provider("azurerm", None, constraint)
    account = normalise(replace(made("azurerm_storage_account", 2), provider=made_by))
    assert account.get("allow_nested_items_to_be_public") == expected


def test_a_default_that_never_changed_needs_no_version() -> None:
    account = made("azurerm_storage_account", None)
    assert account.get("min_tls_version") == Omitted("TLS1_2", "azurerm default")


def test_a_default_of_the_service_is_called_azure_s() -> None:
    assert made("azurerm_key_vault").get("purge_protection_enabled") == Omitted(
        default=False, decided_by="Azure default"
    )


@pytest.mark.parametrize(
    ("major", "decided_by"),
    [
        (5, "azurerm 5.x states no default"),
        (None, "azurerm version not stated: default differs (false in 3.x/4.x, not stated in 5.x)"),
    ],
)
def test_a_required_argument_has_no_default(major: int | None, decided_by: str) -> None:
    vault = made("azurerm_key_vault", major)
    assert vault.get("rbac_authorization_enabled") == Omitted(UNSTATED, decided_by)


def test_the_reader_s_own_default_is_kept() -> None:
    stated = Omitted("TLS1_0", "azurerm 2.x default")
    account = made("azurerm_storage_account", min_tls_version=stated)
    assert account.get("min_tls_version") == stated


def test_defaults_reach_into_every_block_that_is_there() -> None:
    app = made("azurerm_linux_web_app", site_config=(Block(), Block({"ftps_state": Known("All")})))
    assert [effective(block.get("ftps_state")) for block in app.blocks("site_config")] == [
        "Disabled",
        "All",
    ]


def test_a_block_that_is_absent_stays_absent() -> None:
    assert made("azurerm_storage_account").blocks("network_rules") == ()
    assert "blob_properties" not in made("azurerm_storage_account").body.values


def test_a_block_that_is_not_known_stays_so() -> None:
    account = made("azurerm_storage_account", network_rules=Unresolvable("var.rules"))
    assert account.get("network_rules.bypass") == Unresolvable("var.rules")


def test_a_null_is_as_good_as_not_written() -> None:
    config = Block({"minimum_tls_version": Known(None)})
    app = made("azurerm_linux_web_app", https_only=Known(None), site_config=(config,))
    assert effective(app.get("https_only")) is False
    assert effective(app.get("site_config.minimum_tls_version")) == "1.2"


@pytest.mark.parametrize(
    ("kind", "name", "written", "read"),
    [
        ("azurerm_linux_web_app", "https_only", "true", True),
        ("azurerm_mssql_server", "minimum_tls_version", 1.2, "1.2"),
        ("azurerm_mssql_server", "minimum_tls_version", 1, "1"),
        ("azurerm_key_vault", "soft_delete_retention_days", "30", 30),
        ("azurerm_log_analytics_workspace", "daily_quota_gb", "-1", -1),
        ("azurerm_key_vault", "soft_delete_retention_days", "soon", "soon"),
        ("azurerm_storage_account", "min_tls_version", True, "true"),
    ],
)
def test_primitives_are_converted_as_terraform_does(
    kind: str, name: str, written: object, read: object
) -> None:
    value = made(kind, **{name: Known(written)}).get(name)
    assert isinstance(value, Known)
    assert (value.value, type(value.value)) == (read, type(read))


def test_log_blocks_of_v3_that_are_off_drop_out() -> None:
    setting = made(
        "azurerm_monitor_diagnostic_setting",
        3,
        log=(
            Block({"category": Known("StorageRead"), "enabled": Known(True)}),
            Block({"category": Known("StorageWrite"), "enabled": Known("false")}),
            Block({"category": Known("StorageDelete")}),
            Block({"category_group": Known("audit"), "enabled": Unresolvable("var.on")}),
            Block({"category": Known("x"), "enabled": Omitted(False, "azurerm 3.x default")}),
        ),
        metric=(Block({"category": Known("AllMetrics"), "enabled": Known(False)}),),
    )
    assert [block.values for block in setting.blocks("enabled_log")] == [
        {"category": Known("StorageRead")},
        {"category": Known("StorageDelete")},
        {"category_group": Unresolvable("whether this log is enabled is not known")},
    ]
    assert setting.blocks("enabled_metric") == ()
    assert {"log", "metric"}.isdisjoint(setting.body.values)


def test_log_blocks_that_are_not_known_stay_unknown() -> None:
    setting = made("azurerm_monitor_diagnostic_setting", 3, log=Unresolvable("dynamic"))
    assert setting.unresolved("enabled_log") == Unresolvable("dynamic")


def test_an_incident_configuration_of_v3_is_an_incident() -> None:
    grouping = Block({"group_by_entities": Known(("IP",))})
    rule = made(
        "azurerm_sentinel_alert_rule_scheduled",
        3,
        incident_configuration=(Block({"create_incident": Known(False), "grouping": (grouping,)}),),
    )
    assert rule.get("incident.create_incident_enabled") == Known(False)
    assert rule.get("incident.grouping.by_entities") == Known(("IP",))
    assert effective(rule.get("incident.grouping.lookback_duration")) == "PT5M"


def test_log_blocks_of_the_directory_s_setting_drop_out_too() -> None:
    setting = made(
        "azurerm_monitor_aad_diagnostic_setting",
        3,
        log=(
            Block({"category": Known("AuditLogs")}),
            Block({"category": Known("SignInLogs"), "enabled": Known(False)}),
        ),
    )
    assert [block.get("category") for block in setting.blocks("enabled_log")] == [
        Known("AuditLogs")
    ]


def test_conditions_of_v3_are_condition_json() -> None:
    condition = {"property": "IncidentTitle", "operator": "Contains", "values": ("leak",)}
    block = Block({name: Known(value) for name, value in condition.items()})
    rule = made("azurerm_sentinel_automation_rule", 3, condition=(block,))
    assert json.loads(str(effective(rule.get("condition_json")))) == [
        {
            "conditionType": "Property",
            "conditionProperties": {
                "propertyName": "IncidentTitle",
                "operator": "Contains",
                "propertyValues": ["leak"],
            },
        }
    ]


def test_a_condition_of_v3_that_is_not_known_leaves_the_rule_s_unknown() -> None:
    rule = made("azurerm_sentinel_automation_rule", 3, condition=(Block({"property": Known("X")}),))
    assert isinstance(rule.get("condition_json"), Unresolvable)


@pytest.mark.parametrize("text", ["${azurerm_storage_account.a.name}", None])
def test_a_container_that_names_its_account_by_reference_has_its_id(text: str | None) -> None:
    name = Reference("azurerm_storage_account.a", "name", text)
    container = made("azurerm_storage_container", storage_account_name=name)
    assert container.get("storage_account_id") == Reference(
        "azurerm_storage_account.a", text="${azurerm_storage_account.a.id}"
    )
    assert container.get("storage_account_name") == name


@pytest.mark.parametrize(
    "name",
    [
        Known("acc"),
        Unresolvable("var.x"),
        Reference("azurerm_storage_account.a", "id"),
        Reference("azurerm_storage_account.a", "name", "${azurerm_storage_account.a.name}2"),
    ],
)
def test_a_container_s_account_is_not_guessed(name: Value) -> None:
    container = made("azurerm_storage_container", storage_account_name=name)
    assert container.get("storage_account_id") == Omitted()


@pytest.mark.parametrize(
    ("kind", "name", "id_argument"),
    [
        ("azurerm_storage_queue", "storage_account_name", "storage_account_id"),
        ("azurerm_storage_share", "storage_account_name", "storage_account_id"),
        ("azurerm_storage_table", "storage_account_name", "storage_account_id"),
        ("azurerm_storage_blob", "storage_container_name", "storage_container_id"),
        ("azurerm_eventhub", "namespace_name", "namespace_id"),
        (
            "azurerm_sentinel_log_analytics_workspace_onboarding",
            "workspace_name",
            "workspace_id",
        ),
    ],
)
def test_a_name_by_reference_is_an_id(kind: str, name: str, id_argument: str) -> None:
    resource = made(kind, 3, **{name: Reference("azurerm_x.y", "name")})
    assert resource.get(id_argument) == Reference("azurerm_x.y", text="${azurerm_x.y.id}")
    both: dict[str, Node] = {name: Reference("azurerm_x.y", "name"), id_argument: Known("i")}
    resource = made(kind, 4, **both)
    assert resource.get(id_argument) == Known("i")


KEY = Reference("azurerm_key_vault_key.k", "name", "${azurerm_key_vault_key.k.name}")
VAULT = Reference("azurerm_key_vault.v", text="${azurerm_key_vault.v.id}")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            {"key_name": KEY, "key_vault_id": VAULT},
            Reference(KEY.to, "versionless_id", "${azurerm_key_vault_key.k.versionless_id}"),
        ),
        (
            {"key_name": KEY, "key_vault_id": VAULT, "key_version": Known("1a")},
            Reference(KEY.to, "id", "${azurerm_key_vault_key.k.id}"),
        ),
        (
            {"key_name": Known("cmk"), "key_vault_id": VAULT},
            Reference(VAULT.to, "id", "${azurerm_key_vault.v.id}/keys/cmk"),
        ),
        (
            {"key_name": Known("cmk"), "key_vault_id": Reference(VAULT.to)},
            Reference(VAULT.to, "id"),
        ),
        (
            {
                "key_name": Known("cmk"),
                "key_vault_uri": Known("https://v.vault.azure.net/"),
                "key_version": Known("1a"),
            },
            Known("https://v.vault.azure.net/keys/cmk/1a"),
        ),
        (
            {"key_name": Unresolvable("var.key"), "key_vault_id": VAULT},
            Unresolvable("the key that key_name and key_vault_id name is not known"),
        ),
        (
            {"key_name": Known("cmk"), "key_vault_id": VAULT, "key_version": Unresolvable("x")},
            Unresolvable("the key that key_name and key_vault_id name is not known"),
        ),
        ({"key_name": KEY, "key_vault_key_id": Known("https://k")}, Known("https://k")),
        ({"key_name": Known(None), "managed_hsm_key_id": Known("https://h")}, Known("https://h")),
        ({}, Omitted()),
    ],
)
def test_a_customer_managed_key_in_parts_is_one_id(written: dict[str, Node], read: Value) -> None:
    resource = made("azurerm_storage_account_customer_managed_key", 3, **written)
    assert resource.get("key_vault_key_id") == read


@pytest.mark.parametrize(
    ("site", "top", "read"),
    [
        (Known(False), {}, Known("Disabled")),
        (Known("true"), {}, Known("Enabled")),
        (Known(False), {"public_network_access": Known("Enabled")}, Known("Enabled")),
        (Omitted(), {}, Omitted("Enabled", "Azure default")),
        (Unresolvable("var.x"), {}, Unresolvable("var.x")),
        (
            Reference("azurerm_x.y", "on"),
            {},
            Unresolvable("public_network_access_enabled comes from azurerm_x.y.on"),
        ),
    ],
)
def test_the_network_switch_of_a_standard_logic_app_moved_up(
    site: Value, top: dict[str, Node], read: Value
) -> None:
    config = Block({"public_network_access_enabled": site})
    app = made("azurerm_logic_app_standard", 4, site_config=(config,), **top)
    assert app.get("public_network_access") == read
    assert "public_network_access_enabled" not in app.blocks("site_config")[0].values


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            tuple(Block({"service": Known(name)}) for name in ("Microsoft.Sql", "Microsoft.Web")),
            Known(("Microsoft.Sql", "Microsoft.Web")),
        ),
        (
            (Block({"service": Unresolvable("var.x")}),),
            Unresolvable("a service endpoint of the subnet is not known"),
        ),
        (Unresolvable("dynamic"), Unresolvable("dynamic")),
    ],
)
def test_service_endpoint_blocks_of_v5_are_a_list(written: Node, read: Value) -> None:
    subnet = made("azurerm_subnet", 5, service_endpoint=written)
    assert subnet.get("service_endpoints") == read
    assert "service_endpoint" not in subnet.body.values


def test_a_block_under_its_old_name_is_respelled_inside() -> None:
    job = made("azurerm_container_app_job", 3, secrets=(Block({"name": Known("db")}),))
    assert job.get("secret.name") == Known("db")


def test_a_single_nested_object_is_read_like_a_block() -> None:
    config = Block({"minimum_tls_version": Known(None), "ftps_state": Known("AllAllowed")})
    app = made("azurerm_linux_web_app", site_config=config)
    assert effective(app.get("site_config.minimum_tls_version")) == "1.2"
    assert app.get("site_config.ftps_state") == Known("AllAllowed")


def test_a_map_keeps_the_entries_that_are_null() -> None:
    tags = Block({"owner": Known(None)})
    assert made("azurerm_storage_account", tags=tags).entries("tags") == {"owner": Known(None)}


def test_one_respelling_does_not_undo_another() -> None:
    body = Block(
        {"local_authentication_disabled": Known(True), "ip_range_filter": Known(("10.0.0.1",))}
    )
    assert respell("azurerm_cosmosdb_account", body).values == {
        "local_authentication_enabled": Known(False),
        "ip_range_filter": Known(("10.0.0.1",)),
    }


def test_what_needs_no_change_is_the_same_object() -> None:
    account = made("azurerm_storage_account", min_tls_version=Known("TLS1_2"))
    assert normalise(account) is account


def test_azuread_has_majors_of_its_own() -> None:
    group = made("azuread_group", 2)
    assert group.get("assignable_to_role") == Omitted(False, "azuread 2.x default")
    assert made("azuread_group", 4).get("assignable_to_role") == Omitted(
        decided_by="azuread 4.x: its default is not known here"
    )
    assert made("azuread_group", None).get("assignable_to_role") == Omitted(
        False, "azuread default"
    )


def test_a_data_source_gets_no_defaults_but_its_own() -> None:
    account = made("azurerm_storage_account", 4, "data", enable_https_traffic_only=Known(True))
    assert account.body.values == {"https_traffic_only_enabled": Known(True)}
    assert effective(made("azurerm_storage_account_sas", 4, "data").get("https_only")) is True


def test_other_providers_are_left_alone() -> None:
    body = Block({"enable_https_traffic_only": Known(None)})
    resource = Resource("aws_x.y", "aws_x", "y", body, Origin("main.tf"), Provider("aws"))
    assert normalise(resource) is resource


def test_the_given_resource_is_not_changed() -> None:
    body = Block({"enable_https_traffic_only": Known(False)})
    kind = "azurerm_storage_account"
    resource = Resource(f"{kind}.x", kind, "x", body, Origin("main.tf"), Provider("azurerm", 4))
    normalise(resource)
    assert resource.body.values == {"enable_https_traffic_only": Known(False)}


VALUES = st.one_of(
    st.builds(Known, st.none() | st.booleans() | st.integers() | st.text(max_size=4)),
    st.builds(Known, st.just(("a",)) | st.just({"a": 1}), st.booleans()),
    st.builds(Reference, st.just("azurerm_x.y")),
    st.builds(Omitted, st.booleans() | st.just(UNSTATED)),
    st.builds(Unresolvable, st.just("var.x")),
)
PATHS = [
    *(path for rows in DEFAULTS.values() for path in rows),
    *(each.written for rows in RESPELLINGS.values() for each in rows),
]
NAMES = sorted(
    {name for path in PATHS for name in path.split(".") if name}
    | {"log", "metric", "enabled", "condition", "key_version", "service_endpoint", "service"}
)
NODES: st.SearchStrategy[Node] = st.recursive(
    VALUES,
    lambda inner: st.lists(
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(Block), max_size=2
    ).map(tuple),
    max_leaves=6,
)
KINDS = sorted(kind for kind in {*DEFAULTS, *RESPELLINGS, *SHAPES} if "." not in kind)


@given(
    st.sampled_from(KINDS),
    st.sampled_from(ANY_MAJOR),
    st.dictionaries(st.sampled_from(NAMES), NODES, max_size=5),
)
def test_normalising_twice_changes_nothing_more(
    kind: str, major: int | None, values: dict[str, Node]
) -> None:
    once = made(kind, major, **values)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("kind", "major"),
    [
        (kind, major)
        for kind in DEFAULTS
        if not kind.startswith("data.")
        for major in MAJORS[provider_of(kind)]
    ],
)
def test_every_default_says_who_decided(kind: str, major: int) -> None:
    resource = made(kind, major)
    provider = provider_of(kind)
    for path in DEFAULTS[kind]:
        if "." not in path:
            value = resource.get(path)
            assert isinstance(value, Omitted)
            assert value.decided_by in {
                f"{provider} {major}.x default",
                "Azure default",
                f"{provider} {major}.x states no default",
            }

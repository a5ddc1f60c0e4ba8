import pytest

from simulator.controls.managed_stores.control import DATA_11
from simulator.controls.managed_stores.reach import STORES
from simulator.controls.registry import assess as assessed
from simulator.controls.verdict import Outcome
from simulator.estate.model import Gap, Known, Omitted, Provider, Unresolvable
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
COSMOS, POSTGRES = "azurerm_cosmosdb_account.x", "azurerm_postgresql_flexible_server.x"
MYSQL, REDIS = "azurerm_mysql_flexible_server.x", "azurerm_redis_cache.x"
HUB, BUS = "azurerm_eventhub_namespace.x", "azurerm_servicebus_namespace.x"
MONGO, CITUS = "azurerm_mongo_cluster.x", "azurerm_cosmosdb_postgresql_cluster.x"
PUBLIC = "public_network_access_enabled"


def made(address, *, major=4, **values):
    return normalise(resource(address, provider=azurerm(major), **values))


def assess(*resources, **values):
    return DATA_11.assess(estate(*resources, **values))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_stores_that_are_closed_and_know_no_keys_pass(reader):
    verdict = DATA_11.assess(declared("DATA-11", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_servicebus_namespace.prices (left out: tag pii = false)" in verdict.looked_at


@READERS
def test_stores_with_every_gap_fail_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_11.assess(declared("DATA-11", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    postgres, mysql = "azurerm_postgresql_flexible_server", "azurerm_mysql_flexible_server"
    assert wrong(verdict) == {
        ("azurerm_cosmosdb_account.carts", "ip_range_filter"),
        ("azurerm_cosmosdb_account.carts", "local_authentication_enabled"),
        ("azurerm_cosmosdb_account.carts", "access_key_metadata_writes_enabled"),
        ("azurerm_cosmosdb_account.carts", "backup"),
        ("azurerm_cosmosdb_account.carts", "key_vault_key_id"),
        (f"{postgres}_firewall_rule.nearly", "start_ip_address"),
        (f"{postgres}.loyalty", "authentication.password_auth_enabled"),
        (f"{mysql}_firewall_rule.azure", "start_ip_address"),
        (f"{mysql}.blog", "aad_auth_only"),
        (f"{mysql}.blog", "backup_retention_days"),
        ("azurerm_redis_cache.sessions", PUBLIC),
        ("azurerm_redis_cache.sessions", "access_keys_authentication_enabled"),
        ("azurerm_managed_redis.baskets", "public_network_access"),
        ("azurerm_managed_redis.baskets", "default_database.access_keys_authentication_enabled"),
        ("azurerm_cosmosdb_postgresql_cluster.orders", "coordinator_public_ip_access_enabled"),
        ("azurerm_mongo_cluster.reviews", "public_network_access"),
        ("azurerm_mongo_cluster.reviews", "authentication_methods"),
        ("azurerm_eventhub_namespace.orders", "network_rulesets.ip_rule"),
        ("azurerm_eventhub_namespace.orders", "local_authentication_enabled"),
        ("azurerm_servicebus_namespace.orders", PUBLIC),
        ("azurerm_servicebus_namespace.orders", "local_auth_enabled"),
    }


@READERS
def test_an_estate_without_such_stores_is_not_applicable(reader):
    verdict = DATA_11.assess(declared("DATA-11", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_a_finding_names_place_default_law_and_remedy():
    verdict = DATA_11.assess(declared("DATA-11", "fail", "hcl"))
    found = {(f.address.partition(".")[2], f.attribute): f for f in verdict.findings}
    redis = found["sessions", PUBLIC]
    assert redis.default == "azurerm 4.x default"
    assert redis.remedy == "public_network_access_enabled = false"
    assert "11 CCR 7123(c)(10)" in redis.why
    assert found["orders", "network_rulesets.ip_rule"].remedy == (
        'ip_rule { ip_mask = "203.0.113.0/24" }'
    )


# --- Cosmos DB ----------------------------------------------------------------------------------


def cosmos(*, major=4, **values):
    good = {
        PUBLIC: False,
        "local_authentication_enabled": False,
        "backup": [{"type": "Continuous"}],
    }
    kept = {name: value for name, value in (good | values).items() if value is not None}
    return made(COSMOS, major=major, name="carts", **kept)


NETWORKS = {"is_virtual_network_filter_enabled": True, "virtual_network_rule": [{"id": "s"}]}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, PUBLIC),
        ({"ip_range_filter": ["203.0.113.0/24"]}, ""),
        ({"ip_range_filter": ["203.0.113.7"]}, ""),
        ({"ip_range_filter": []}, PUBLIC),
        ({"ip_range_filter": ["0.0.0.0"]}, "ip_range_filter"),
        ({"ip_range_filter": ["203.0.113.7", "0.0.0.0"]}, "ip_range_filter"),
        ({"ip_range_filter": ["10.0.0.0/8", "12.0.0.0/8"]}, "ip_range_filter"),
        (NETWORKS, ""),
        ({**NETWORKS, "ip_range_filter": ["0.0.0.0"]}, "ip_range_filter"),
        ({**NETWORKS, "virtual_network_rule": []}, PUBLIC),
        ({**NETWORKS, "is_virtual_network_filter_enabled": False}, PUBLIC),
    ],
)
def test_a_cosmos_account_is_open_unless_few_may_enter(values, found):
    verdict = assess(cosmos(**{PUBLIC: None} | values))
    assert wrong(verdict) == ({(COSMOS, found)} if found else set())


@pytest.mark.parametrize(
    "values",
    [
        {PUBLIC: SOMETHING},
        {PUBLIC: True, "ip_range_filter": SOMETHING},
        {PUBLIC: True, "ip_range_filter": ["office"]},
        {PUBLIC: True, "is_virtual_network_filter_enabled": SOMETHING},
        {PUBLIC: True, **NETWORKS, "virtual_network_rule": SOMETHING},
        {PUBLIC: SOMETHING, "ip_range_filter": ["0.0.0.0"]},
        {"local_authentication_enabled": SOMETHING},
        {"kind": SOMETHING, "local_authentication_enabled": True},
        {"capabilities": SOMETHING, "local_authentication_enabled": True},
        {"backup": SOMETHING},
        {"backup": [{"type": SOMETHING}]},
    ],
)
def test_what_cannot_be_known_of_a_cosmos_account_is_unknown(values):
    assert assess(cosmos(**values)).outcome is Outcome.UNKNOWN


def test_a_filter_written_as_version_3_does_is_read():
    wide = cosmos(major=3, **{PUBLIC: True, "ip_range_filter": "203.0.113.7,0.0.0.0"})
    assert wrong(assess(wide)) == {(COSMOS, "ip_range_filter")}


@pytest.mark.parametrize(
    ("major", "values"),
    [
        (3, {"local_authentication_disabled": False}),
        (4, {"local_authentication_disabled": False}),
        (4, {}),
        (5, {"local_authentication_enabled": True}),
        (5, {}),
    ],
)
def test_keys_of_a_cosmos_account_are_on_unless_told(major, values):
    open_ = cosmos(major=major, **{"local_authentication_enabled": None} | values)
    assert wrong(assess(open_)) == {
        (COSMOS, "local_authentication_enabled"),
        (COSMOS, "access_key_metadata_writes_enabled"),
    }
    disabled = cosmos(
        major=3, local_authentication_enabled=None, local_authentication_disabled=True
    )
    assert assess(disabled).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "MongoDB"},
        {"capabilities": [{"name": "EnableCassandra"}]},
        {"capabilities": [{"name": "EnableGremlin"}]},
        {"capabilities": [{"name": "EnableTable"}]},
    ],
)
def test_an_api_that_knows_keys_alone_cannot_be_asked_to_refuse_them(values):
    assert assess(cosmos(local_authentication_enabled=None, **values)).outcome is Outcome.PASSED
    serverless = {"capabilities": [{"name": "EnableServerless"}]}
    assert assess(cosmos(local_authentication_enabled=None, **serverless)).outcome is (
        Outcome.FAILED
    )


@pytest.mark.parametrize(
    ("backup", "found"),
    [
        ([{"type": "Continuous", "tier": "Continuous7Days"}], ""),
        ([{"type": "Periodic", "retention_in_hours": 168}], ""),
        ([{"type": "Periodic", "retention_in_hours": 8}], "backup.retention_in_hours"),
        ([{"type": "Periodic"}], "backup.retention_in_hours"),
        (None, "backup"),
    ],
)
def test_a_cosmos_account_can_be_put_back_by_a_week(backup, found):
    assert wrong(assess(cosmos(backup=backup))) == ({(COSMOS, found)} if found else set())


# --- PostgreSQL and MySQL -----------------------------------------------------------------------

ENTRA = [{"active_directory_auth_enabled": True, "password_auth_enabled": False}]


def postgres(address=POSTGRES, *, major=4, **values):
    good = {"name": "psql", PUBLIC: False, "authentication": ENTRA}
    kept = {name: value for name, value in (good | values).items() if value is not None}
    return made(address, major=major, **kept)


def rule(start="203.0.113.0", end="203.0.113.255", type_="azurerm_postgresql_flexible_server"):
    return resource(
        f"{type_}_firewall_rule.r",
        server_id=id_of(POSTGRES),
        server_name=id_of(MYSQL, "name"),
        start_ip_address=start,
        end_ip_address=end,
    )


@pytest.mark.parametrize("major", [3, 4, 5])
def test_a_postgres_server_answers_everyone_unless_told(major):
    assert wrong(assess(postgres(major=major, **{PUBLIC: None}))) == {(POSTGRES, PUBLIC)}


def test_narrow_rules_say_who_may_enter():
    open_ = postgres(**{PUBLIC: True})
    assert assess(open_, rule()).outcome is Outcome.PASSED
    place = ("azurerm_postgresql_flexible_server_firewall_rule.r", "start_ip_address")
    assert wrong(assess(open_, rule("0.0.0.1", "255.255.255.254"))) == {place}
    assert wrong(assess(open_, rule("0.0.0.0", "0.0.0.0"))) == {place}
    unsettled = assess(postgres(**{PUBLIC: SOMETHING}), rule("0.0.0.0", "0.0.0.0"))
    assert wrong(unsettled, unknown=True) == {place}


def test_a_server_in_a_subnet_of_its_own_network_is_not_public():
    inside = postgres(**{PUBLIC: True, "delegated_subnet_id": id_of("azurerm_subnet.s")})
    assert assess(inside).outcome is Outcome.PASSED
    perhaps = postgres(**{PUBLIC: True, "delegated_subnet_id": SOMETHING})
    assert wrong(assess(perhaps), unknown=True) == {(POSTGRES, "delegated_subnet_id")}
    assert assess(postgres(delegated_subnet_id=SOMETHING)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("authentication", "found"),
    [
        (None, "password_auth_enabled"),
        ([{}], "password_auth_enabled"),
        ([{"active_directory_auth_enabled": True}], "password_auth_enabled"),
        ([{"password_auth_enabled": False}], "active_directory_auth_enabled"),
    ],
)
def test_passwords_are_off_and_entra_is_on(authentication, found):
    verdict = assess(postgres(authentication=authentication))
    assert wrong(verdict) == {(POSTGRES, f"authentication.{found}")}


@pytest.mark.parametrize("mode", ["Replica", "PointInTimeRestore"])
def test_a_server_made_from_another_signs_people_in_as_that_one_does(mode):
    assert assess(postgres(authentication=None, create_mode=mode)).outcome is Outcome.PASSED


def test_authentication_that_cannot_be_read_is_unknown():
    assert assess(postgres(authentication=SOMETHING)).outcome is Outcome.UNKNOWN


def mysql(*, major=4, **values):
    return made(
        MYSQL, major=major, **{"name": "mysql", "public_network_access": "Disabled"} | values
    )


def parameter(**values):
    good = {"server_name": id_of(MYSQL, "name"), "name": "aad_auth_only", "value": "ON"}
    return resource("azurerm_mysql_flexible_server_configuration.p", **good | values)


def test_a_mysql_server_is_closed_by_its_switch_its_subnet_or_narrow_rules():
    entra = parameter()
    assert assess(mysql(), entra).outcome is Outcome.PASSED
    bare = mysql(public_network_access=Omitted())
    assert wrong(assess(bare, entra)) == {(MYSQL, "public_network_access")}
    inside = mysql(public_network_access=Omitted(), delegated_subnet_id=id_of("azurerm_subnet.s"))
    assert assess(inside, entra).outcome is Outcome.PASSED
    of_mysql = rule(type_="azurerm_mysql_flexible_server")
    assert assess(bare, entra, of_mysql).outcome is Outcome.PASSED
    wide = rule("0.0.0.0", "255.255.255.255", type_="azurerm_mysql_flexible_server")
    assert wrong(assess(bare, entra, wide)) == {
        ("azurerm_mysql_flexible_server_firewall_rule.r", "start_ip_address")
    }


def test_a_mysql_server_takes_passwords_until_a_parameter_says_otherwise():
    assert wrong(assess(mysql())) == {(MYSQL, "aad_auth_only")}
    off = parameter(value="OFF")
    assert wrong(assess(mysql(), off)) == {(off.address, "value")}
    assert assess(mysql(), parameter(value=SOMETHING)).outcome is Outcome.UNKNOWN
    assert assess(mysql(), parameter(name=SOMETHING)).outcome is Outcome.UNKNOWN
    assert assess(mysql(), parameter(server_name=SOMETHING)).outcome is Outcome.UNKNOWN
    assert assess(mysql(), parameter(name="audit_log_enabled")).outcome is Outcome.FAILED
    assert assess(mysql(create_mode="Replica")).outcome is Outcome.PASSED
    gap = Gap("module.mysql", "its source could not be loaded")
    assert assess(mysql(), gaps=(gap,)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("days", "good"), [(7, True), (35, True), (1, False)])
def test_a_server_keeps_a_week_of_backups(days, good):
    verdict = assess(mysql(backup_retention_days=days), parameter())
    assert wrong(verdict) == (set() if good else {(MYSQL, "backup_retention_days")})


# --- caches and clusters ------------------------------------------------------------------------


def redis(*, major=4, **values):
    good = {"name": "redis", PUBLIC: False, "access_keys_authentication_enabled": False}
    return made(REDIS, major=major, **good | values)


def test_a_cache_is_closed_and_knows_no_keys():
    assert assess(redis()).outcome is Outcome.PASSED
    assert wrong(assess(redis(**{PUBLIC: Omitted()}))) == {(REDIS, PUBLIC)}
    assert assess(redis(**{PUBLIC: True, "subnet_id": id_of("azurerm_subnet.s")})).outcome is (
        Outcome.PASSED
    )
    anyone = redis(redis_configuration=[{"authentication_enabled": False}])
    assert wrong(assess(anyone)) == {(REDIS, "redis_configuration.authentication_enabled")}


@pytest.mark.parametrize("major", [3, 4, 5])
def test_keys_of_a_cache_are_on_unless_told(major):
    keyed = redis(major=major, access_keys_authentication_enabled=Omitted())
    assert wrong(assess(keyed)) == {(REDIS, "access_keys_authentication_enabled")}


def test_a_cache_may_be_open_to_a_few_addresses():
    few = resource(
        "azurerm_redis_firewall_rule.r",
        redis_cache_name="redis",
        start_ip="203.0.113.0",
        end_ip="203.0.113.255",
    )
    assert assess(redis(**{PUBLIC: True}), few).outcome is Outcome.PASSED


def test_an_enterprise_cluster_has_no_switch_and_so_is_unknown_without_an_endpoint():
    cluster = made("azurerm_redis_enterprise_cluster.x", name="redis")
    assert assess(cluster).outcome is Outcome.UNKNOWN
    endpoint = resource(
        "azurerm_private_endpoint.e",
        private_service_connection=[
            {
                "private_connection_resource_id": id_of(cluster.address, suffix=""),
                "subresource_names": ["redisEnterprise"],
                "is_manual_connection": False,
            }
        ],
    )
    assert assess(cluster, endpoint).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("methods", "outcome"),
    [
        (("MicrosoftEntraID",), "passed"),
        (("NativeAuth", "MicrosoftEntraID"), "failed"),
        (Omitted(), "failed"),
        (SOMETHING, "unknown"),
    ],
)
def test_a_mongo_cluster_takes_entra_sign_ins_alone(methods, outcome):
    value = Known(methods) if isinstance(methods, tuple) else methods
    closed = made(
        MONGO, name="mongo", public_network_access="Disabled", authentication_methods=value
    )
    assert assess(closed).outcome.value == outcome


def test_a_cluster_of_postgres_nodes_is_closed_at_each_of_them():
    closed = {"name": "c", "coordinator_public_ip_access_enabled": False}
    assert assess(made(CITUS, **closed)).outcome is Outcome.PASSED
    nodes = made(CITUS, **closed, node_public_ip_access_enabled=True)
    assert wrong(assess(nodes)) == {(CITUS, "node_public_ip_access_enabled")}


# --- namespaces ---------------------------------------------------------------------------------

KEYS = {HUB: "local_authentication_enabled", BUS: "local_auth_enabled"}
RULES = {HUB: "network_rulesets", BUS: "network_rule_set"}
NAMESPACES = pytest.mark.parametrize("address", [HUB, BUS])


def namespace(address, *, major=4, **values):
    return made(address, major=major, **{"name": "n", PUBLIC: False, KEYS[address]: False} | values)


@NAMESPACES
@pytest.mark.parametrize("major", [3, 4, 5])
def test_a_namespace_is_open_and_knows_keys_unless_told(address, major):
    assert assess(namespace(address, major=major)).outcome is Outcome.PASSED
    bare = made(address, major=major, name="n")
    assert wrong(assess(bare)) == {(address, PUBLIC), (address, KEYS[address])}


def masks(address, *ranges):
    if address == HUB:
        return {"ip_rule": [{"ip_mask": text} for text in ranges]}
    return {"ip_rules": list(ranges)}


@NAMESPACES
def test_a_namespace_may_let_in_a_few_networks(address):
    def ruled(**rules):
        return assess(namespace(address, **{PUBLIC: True, RULES[address]: [rules]}))

    few = masks(address, "203.0.113.0/24")
    assert ruled(default_action="Deny", **few).outcome is Outcome.PASSED
    assert ruled(default_action="Deny").outcome is Outcome.PASSED
    assert wrong(ruled(default_action="Allow", **few)) == {
        (address, f"{RULES[address]}.default_action")
    }
    wide = masks(address, "0.0.0.0/1", "128.0.0.0/1")
    leaf = "ip_rule" if address == HUB else "ip_rules"
    assert wrong(ruled(default_action="Deny", **wide)) == {(address, f"{RULES[address]}.{leaf}")}
    off = ruled(default_action="Allow", public_network_access_enabled=False)
    assert off.outcome is Outcome.PASSED
    unread = masks(address, SOMETHING) if address == HUB else {"ip_rules": SOMETHING}
    assert ruled(default_action="Deny", **unread).outcome is Outcome.UNKNOWN


@NAMESPACES
def test_rules_that_cannot_be_read_are_unknown(address):
    hidden = namespace(address, **{PUBLIC: True, RULES[address]: SOMETHING})
    assert assess(hidden).outcome is Outcome.UNKNOWN
    assert assess(namespace(address, **{RULES[address]: SOMETHING})).outcome is Outcome.PASSED


# --- with whose key -------------------------------------------------------------------------------

PERSONAL = {"dataclassification": "confidential"}
KEY = id_of("azurerm_key_vault_key.data", "versionless_id")
IN_BLOCK = "customer_managed_key.key_vault_key_id"


def with_key(type_, key=None, *, major=4):
    block = {} if key is None else {"customer_managed_key": [{"key_vault_key_id": key}]}
    inside = {"delegated_subnet_id": "subnet"} if "flexible" in type_ else {}
    return made(f"{type_}.x", major=major, name="x", tags=PERSONAL, **inside, **block)


@pytest.mark.parametrize(
    "type_", ["azurerm_postgresql_flexible_server", "azurerm_mysql_flexible_server"]
)
@pytest.mark.parametrize("major", [3, 4, 5])
def test_a_server_with_personal_information_has_a_key_of_the_team_s(type_, major):
    def told(key):
        verdict = assess(with_key(type_, key, major=major))
        return [f.unknown for f in verdict.findings if f.attribute == IN_BLOCK]

    assert told(None) == told("") == [False]
    assert told(KEY) == told("https://kv-shop.vault.azure.net/keys/data") == []
    assert told(SOMETHING) == [True]


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({}, "failed"),
        ({"key_vault_key_id": KEY}, "passed"),
        ({"managed_hsm_key_id": KEY}, "passed"),
        ({"key_vault_key_id": SOMETHING}, "unknown"),
    ],
)
def test_a_cosmos_account_with_personal_information_has_a_key_of_the_team_s(values, outcome):
    """checkov fails the key of a hardware module (CKV_AZURE_100)."""
    verdict = assess(cosmos(tags=PERSONAL, **values))
    assert verdict.outcome == outcome
    attributes = {f.attribute for f in verdict.findings}
    assert attributes == (set() if outcome == "passed" else {"key_vault_key_id"})


def test_a_key_in_azapi_is_judged_the_same():
    for encryption, found in (
        ({"type": "SystemManaged"}, True),
        ({"type": "AzureKeyVault", "primaryKeyURI": "https://kv.vault.azure.net/keys/a"}, False),
    ):
        written = resource(
            "azapi_resource.x",
            type="Microsoft.DBforPostgreSQL/flexibleServers@2023-06-01-preview",
            name="x",
            tags=PERSONAL,
            body={"properties": {"dataEncryption": encryption}},
        )
        verdict = DATA_11.assess(from_azapi(written))
        assert (("azapi_resource.x", IN_BLOCK) in wrong(verdict)) is found


def test_a_key_of_microsoft_s_will_do_where_nobody_declares_personal_information():
    assert assess(cosmos(tags={"team": "shop"})).outcome is Outcome.PASSED


# --- scope, azapi, hostile input ----------------------------------------------------------------


@pytest.mark.parametrize("type_", STORES)
def test_every_kind_of_store_is_left_out_if_it_holds_nothing_personal_and_never_passes_unread(
    type_,
):
    plain = made(f"{type_}.x", name="x", tags={"pii": "false"})
    verdict = assess(plain)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert f"{type_}.x (left out: tag pii = false)" in verdict.looked_at
    unread = resource(f"{type_}.x", value=Unresolvable("403"))
    assert assess(unread).outcome in {Outcome.FAILED, Outcome.UNKNOWN}


def test_a_rule_of_a_server_elsewhere_is_unknown():
    lone = resource(
        "azurerm_redis_firewall_rule.r",
        redis_cache_name="elsewhere",
        start_ip="203.0.113.7",
        end_ip="203.0.113.7",
    )
    assert wrong(assess(lone), unknown=True) == {(lone.address, "redis_cache_name")}


def test_a_store_in_azapi_is_judged_the_same():
    account = resource(
        "azapi_resource.c",
        provider=Provider("azapi", 2),
        type="Microsoft.DocumentDB/databaseAccounts@2024-11-15",
        name="carts",
        body=Known(
            {
                "kind": "GlobalDocumentDB",
                "properties": {
                    "publicNetworkAccess": "Enabled",
                    "ipRules": [{"ipAddressOrRange": "0.0.0.0"}],
                    "disableLocalAuth": True,
                    "backupPolicy": {"type": "Continuous"},
                },
            }
        ),
    )
    verdict = DATA_11.assess(from_azapi(account))
    assert wrong(verdict) == {("azapi_resource.c", "ip_range_filter")}


@pytest.mark.parametrize("name", ['"', "<script>", "a\nb", "x" * 5000, "${x}", "\u202e"])
def test_hostile_names_and_values_do_not_crash(name):
    hostile = cosmos(**{PUBLIC: True, "ip_range_filter": [name, "0.0.0.0"], "tags": {name: name}})
    others = (postgres(name=name, authentication=None), mysql(name=name), parameter(name=name))
    verdict = assessed(DATA_11, estate(hostile, *others, rule(name, name)))
    assert (COSMOS, "ip_range_filter") in wrong(verdict)
    assert all("crashed" not in found.actual for found in verdict.findings)


def test_a_password_is_never_shown():
    secret = Known("hunter2-hunter2", sensitive=True)
    verdict = assess(postgres(administrator_password=secret, authentication=None))
    assert "hunter2" not in "".join(map(str, verdict.findings))

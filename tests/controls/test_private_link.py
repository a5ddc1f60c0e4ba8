"""DATA-09: which stores are reached in private, and what only looks like it."""

from dataclasses import replace

import pytest

from simulator.controls.private_link.control import DATA_09
from simulator.controls.verdict import Outcome
from simulator.estate.model import Estate, Gap, Omitted, Origin, Resource
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

ZONE = resource("azurerm_private_dns_zone.z", name="privatelink.blob.core.windows.net")
LINK = resource(
    "azurerm_private_dns_zone_virtual_network_link.l",
    private_dns_zone_name=id_of(ZONE.address, "name"),
)


def account(**values: object) -> Resource:
    """A storage account that is closed to the public network."""
    given = {"name": "stshop", "public_network_access_enabled": False}
    return resource("azurerm_storage_account.a", **{**given, **values})  # type: ignore[arg-type]


def endpoint(
    to: object = None, kind: object = "blob", *, zones: object = None, **values: object
) -> Resource:
    """A private endpoint with its address in the zone for blobs."""
    connection = {
        "private_connection_resource_id": to or id_of("azurerm_storage_account.a"),
        "subresource_names": [kind] if isinstance(kind, str) else kind,
        "is_manual_connection": False,
    }
    ids = zones or id_of(ZONE.address)
    made: dict[str, object] = {
        "private_service_connection": [connection],
        "private_dns_zone_group": [{"private_dns_zone_ids": ids}],
    }
    return resource("azurerm_private_endpoint.pe", **{**made, **values})  # type: ignore[arg-type]


def shop(*resources: Resource, gaps: tuple[Gap, ...] = ()) -> Estate:
    """These resources, with a zone for blobs that is linked to a network."""
    return estate(ZONE, LINK, *resources, gaps=gaps)


def outcome(made: Estate) -> Outcome:
    """The verdict in one word."""
    return DATA_09.assess(made).outcome


MISSING = ("azurerm_storage_account.a", "private_endpoint")
OPEN = {"public_network_access_enabled": True}


@pytest.mark.parametrize("reader", ["hcl", "plan"])
def test_the_small_estates(reader: str) -> None:
    assert outcome(declared("DATA-09", "pass", reader)) is Outcome.PASSED
    assert outcome(declared("DATA-09", "absent", reader)) is Outcome.NOT_APPLICABLE
    failed = DATA_09.assess(declared("DATA-09", "fail", reader))
    assert wrong(failed) == {
        ("azurerm_cosmosdb_account.carts", "private_endpoint"),
        ("azurerm_eventhub_namespace.clicks", "public_network_access_enabled"),
        ("azurerm_private_endpoint.orders", "private_service_connection.is_manual_connection"),
        ("azurerm_private_endpoint.sessions", "private_dns_zone_group"),
        ("azurerm_private_endpoint.members", "private_dns_zone_group.private_dns_zone_ids"),
        ("azurerm_private_endpoint.invoices", "private_dns_zone_group.private_dns_zone_ids"),
        ("azurerm_storage_account.invoices", "private_endpoint"),
        ("azurerm_storage_account.invoices", "network_rules.default_action"),
    }
    places = [(f.address, f.attribute) for f in failed.findings]
    assert len(places) == len(set(places))


def test_a_store_with_an_endpoint_that_clients_find_and_no_other_door_passes() -> None:
    assert outcome(shop(account(), endpoint())) is Outcome.PASSED
    assert outcome(shop(account(), endpoint(kind="Blob"))) is Outcome.PASSED


def test_a_public_store_without_an_endpoint_fails_and_a_closed_one_may_have_it_elsewhere() -> None:
    assert wrong(DATA_09.assess(shop(account(**OPEN)))) == {MISSING}
    closed = DATA_09.assess(shop(account()))
    assert wrong(closed, unknown=True) == {MISSING}
    assert "its public endpoint is off" in closed.findings[0].actual
    assert "over the internet" not in closed.findings[0].why
    assert wrong(
        DATA_09.assess(shop(account(public_network_access_enabled=SOMETHING))), unknown=True
    )


@pytest.mark.parametrize(
    ("kind", "tier", "asked"),
    [
        ("azurerm_servicebus_namespace", "Standard", 'sku = "Premium"'),
        ("azurerm_servicebus_namespace", "Premium", ""),
        ("azurerm_eventhub_namespace", "basic", 'sku = "Standard"'),
        ("azurerm_eventhub_namespace", SOMETHING, ""),
        ("azurerm_redis_cache", "Basic", ""),
    ],
)
def test_where_a_tier_has_no_private_endpoints_the_remedy_starts_with_another(
    kind: str, tier: object, asked: str
) -> None:
    store = resource(f"{kind}.s", name="s", sku=tier, **OPEN)
    (found,) = DATA_09.assess(estate(store)).findings
    assert found.remedy.startswith(asked or "azurerm_private_endpoint: ")


def test_an_endpoint_for_the_static_website_is_none_for_the_blobs() -> None:
    web = resource("azurerm_private_dns_zone.web", name="privatelink.web.core.windows.net")
    link = resource(
        "azurerm_private_dns_zone_virtual_network_link.w",
        private_dns_zone_name="privatelink.web.core.windows.net",
    )
    site = endpoint(kind="web", zones=id_of(web.address))
    assert MISSING in wrong(DATA_09.assess(shop(account(**OPEN), site, web, link)))


def test_each_service_of_an_account_that_is_in_use_needs_its_own() -> None:
    share = resource(
        "azurerm_storage_share.s", storage_account_id=id_of("azurerm_storage_account.a"), name="s"
    )
    (found,) = DATA_09.assess(shop(account(), endpoint(), share)).findings
    assert (found.unknown, "file" in found.expected) == (True, True)
    lake = shop(account(is_hns_enabled=True, **OPEN), endpoint())
    assert MISSING in wrong(DATA_09.assess(lake))


@pytest.mark.parametrize(
    ("also", "wanted"),
    [
        ((), "a private endpoint for file, "),
        (("azurerm_storage_container",), "a private endpoint for blob and file, "),
    ],
)
def test_an_account_for_shares_alone_needs_no_endpoint_for_blobs(
    also: tuple[str, ...], wanted: str
) -> None:
    owner = id_of("azurerm_storage_account.a")
    parts = [resource(f"{kind}.c", storage_account_id=owner, name="c") for kind in also]
    share = resource("azurerm_storage_share.s", storage_account_id=owner, name="s")
    (found,) = DATA_09.assess(estate(account(**OPEN), share, *parts)).findings
    assert found.expected.startswith(wanted)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"network_rules": [{"default_action": "Deny"}]}, set()),
        (
            {"network_rules": [{"default_action": "Allow"}]},
            {("azurerm_storage_account.a", "network_rules.default_action")},
        ),
        ({}, {("azurerm_storage_account.a", "network_rules.default_action")}),
        (
            {
                "network_rules": [
                    {"default_action": "Deny", "ip_rules": ["0.0.0.0/1", "128.0.0.0/1"]}
                ]
            },
            {("azurerm_storage_account.a", "network_rules.ip_rules")},
        ),
    ],
)
def test_a_side_door_does_not_shut_the_front_door(
    change: dict[str, object], expected: set[tuple[str, str]]
) -> None:
    assert wrong(DATA_09.assess(shop(account(**OPEN, **change), endpoint()))) == expected


def test_a_firewall_alone_is_no_private_way_in() -> None:
    few = account(**OPEN, network_rules=[{"default_action": "Deny"}])
    assert wrong(DATA_09.assess(shop(few))) == {MISSING}


def test_an_endpoint_that_waits_for_approval_is_not_one_yet() -> None:
    def manual(value: object) -> Resource:
        connection = {
            "private_connection_resource_id": id_of("azurerm_storage_account.a"),
            "subresource_names": ["blob"],
            "is_manual_connection": value,
        }
        return endpoint(private_service_connection=[connection])

    place = {("azurerm_private_endpoint.pe", "private_service_connection.is_manual_connection")}
    assert wrong(DATA_09.assess(shop(account(), manual(value=True)))) == place
    assert wrong(DATA_09.assess(shop(account(), manual(SOMETHING))), unknown=True) == place


PE = "azurerm_private_endpoint.pe"


def test_without_a_zone_group_clients_go_on_resolving_the_public_name() -> None:
    bare = endpoint(private_dns_zone_group=[])
    assert wrong(DATA_09.assess(shop(account(), bare))) == {(PE, "private_dns_zone_group")}


def test_a_zone_group_that_a_policy_makes_is_unknown() -> None:
    lifecycle = [{"ignore_changes": ["private_dns_zone_group"]}]
    left = endpoint(private_dns_zone_group=[], lifecycle=lifecycle)
    verdict = DATA_09.assess(shop(account(), left))
    assert wrong(verdict, unknown=True) == {(PE, "private_dns_zone_group")}


def test_a_record_of_its_own_in_the_right_zone_is_as_good_as_a_zone_group() -> None:
    record = resource(
        "azurerm_private_dns_a_record.r",
        zone_name=id_of(ZONE.address, "name"),
        records=id_of(PE, "private_service_connection[0].private_ip_address"),
    )
    bare = endpoint(private_dns_zone_group=[])
    assert outcome(shop(account(), bare, record)) is Outcome.PASSED
    elsewhere = replace(
        record, body=resource("x.y", zone_name="internal.example", records=id_of(PE, "ip")).body
    )
    assert outcome(shop(account(), bare, elsewhere)) is Outcome.FAILED


def test_the_zone_of_another_service_is_the_wrong_one() -> None:
    other = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/privateDnsZones/"
    ids = {(PE, "private_dns_zone_group.private_dns_zone_ids")}
    wrong_zone = endpoint(zones=[f"{other}privatelink.file.core.windows.net"])
    assert wrong(DATA_09.assess(shop(account(), wrong_zone))) == ids
    hub = endpoint(zones=[f"{other}privatelink.blob.core.windows.net"])
    assert outcome(shop(account(), hub)) is Outcome.PASSED
    lost = endpoint(zones=SOMETHING)
    assert wrong(DATA_09.assess(shop(account(), lost)), unknown=True) == ids
    china = endpoint(zones=[f"{other}privatelink.blob.core.chinacloudapi.cn"])
    assert outcome(shop(account(), china)) is Outcome.PASSED


def test_a_zone_that_no_network_is_linked_to_answers_nobody_as_far_as_can_be_told() -> None:
    verdict = DATA_09.assess(estate(ZONE, account(), endpoint()))
    assert wrong(verdict, unknown=True) == {(ZONE.address, "virtual_network_link")}


def test_what_an_endpoint_leads_to_may_not_be_told() -> None:
    for made in (endpoint(SOMETHING), endpoint(kind=SOMETHING)):
        (found,) = DATA_09.assess(shop(account(**OPEN), made)).findings[:1]
        assert found.unknown
        assert "cannot be told" in found.actual


@pytest.mark.parametrize(
    ("type_", "subnet"),
    [
        ("azurerm_postgresql_flexible_server", "delegated_subnet_id"),
        ("azurerm_mysql_flexible_server", "delegated_subnet_id"),
        ("azurerm_redis_cache", "subnet_id"),
        ("azurerm_mssql_managed_instance", "subnet_id"),
        ("azurerm_cosmosdb_cassandra_cluster", "delegated_management_subnet_id"),
    ],
)
def test_a_store_in_a_subnet_of_its_own_needs_no_endpoint(type_: str, subnet: str) -> None:
    inside = resource(f"{type_}.s", name="s", **{subnet: id_of("azurerm_subnet.s")})  # type: ignore[arg-type]
    assert outcome(estate(inside)) is Outcome.PASSED
    if type_ not in {"azurerm_mssql_managed_instance", "azurerm_cosmosdb_cassandra_cluster"}:
        outside = resource(f"{type_}.s", name="s")
        assert outcome(estate(outside)) is Outcome.FAILED
        lost = resource(f"{type_}.s", name="s", **{subnet: SOMETHING})  # type: ignore[arg-type]
        assert outcome(estate(lost)) is Outcome.UNKNOWN


def test_the_public_data_endpoint_of_a_managed_instance_is_a_door() -> None:
    where = {"name": "s", "subnet_id": id_of("azurerm_subnet.s")}
    open_ = resource(
        "azurerm_mssql_managed_instance.s",
        public_data_endpoint_enabled=True,
        **where,  # type: ignore[arg-type]
    )
    assert wrong(DATA_09.assess(estate(open_))) == {(open_.address, "public_data_endpoint_enabled")}


def test_a_private_endpoint_does_not_shut_a_database_that_all_of_azure_may_enter() -> None:
    zone = resource("azurerm_private_dns_zone.c", name="privatelink.documents.azure.com")
    link = resource(
        "azurerm_private_dns_zone_virtual_network_link.c",
        private_dns_zone_name="privatelink.documents.azure.com",
    )
    way = endpoint(id_of("azurerm_cosmosdb_account.s"), "Sql", zones=id_of(zone.address))
    for ranges, found in ((["0.0.0.0"], {"ip_range_filter"}), (["203.0.113.0/24"], set())):
        store = resource("azurerm_cosmosdb_account.s", name="s", ip_range_filter=ranges)
        verdict = DATA_09.assess(estate(store, way, zone, link))
        assert {f.attribute for f in verdict.findings} == found


@pytest.mark.parametrize(
    ("type_", "kind", "zone", "shut"),
    [
        ("mssql_server", "sqlServer", "privatelink.database.windows.net", {}),
        ("cosmosdb_account", "MongoDB", "privatelink.mongo.cosmos.azure.com", {}),
        ("eventhub_namespace", "namespace", "privatelink.servicebus.windows.net", {}),
        ("search_service", "searchService", "privatelink.search.windows.net", {}),
        ("synapse_workspace", "SqlOnDemand", "privatelink.sql.azuresynapse.net", {}),
        ("kusto_cluster", "cluster", "privatelink.westus.kusto.windows.net", {}),
        (
            "managed_redis",
            "redisEnterprise",
            "privatelink.redis.azure.net",
            {"public_network_access": "Disabled"},
        ),
        (
            "mysql_flexible_server",
            "mysqlServer",
            "privatelink.mysql.database.azure.com",
            {"public_network_access": "Disabled"},
        ),
    ],
)
def test_the_other_kinds_of_store(
    type_: str, kind: str, zone: str, shut: dict[str, object]
) -> None:
    closed = shut or {"public_network_access_enabled": False}
    store = resource(f"azurerm_{type_}.s", name="s", **closed)  # type: ignore[arg-type]
    z = resource("azurerm_private_dns_zone.s", name=zone)
    link = resource("azurerm_private_dns_zone_virtual_network_link.s", private_dns_zone_name=zone)
    pe = endpoint(id_of(store.address), kind, zones=id_of(z.address))
    assert outcome(estate(store, z, link, pe)) is Outcome.PASSED
    assert outcome(estate(store)) is Outcome.UNKNOWN
    assert outcome(estate(resource(store.address, name="s"))) is Outcome.FAILED


def test_stores_that_hold_none_and_accounts_for_plumbing_are_left_out() -> None:
    assert outcome(estate(account(tags={"pii": "false"}, **OPEN))) is Outcome.NOT_APPLICABLE
    logs = account(tags={"purpose": "logs"}, **OPEN)
    sql = resource("azurerm_mssql_server.s", name="s", public_network_access_enabled=False)
    verdict = DATA_09.assess(estate(logs, sql))
    assert any("left out: tag purpose = logs" in one for one in verdict.looked_at)


def test_an_endpoint_in_a_module_that_cannot_be_read_may_be_the_missing_one() -> None:
    gap = Gap("module.network", "not installed", Origin("main.tf", 1))
    assert outcome(shop(account(**OPEN), gaps=(gap,))) is Outcome.UNKNOWN


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_version_of_the_provider(major: int) -> None:
    made = shop(account(), endpoint())
    versions = (replace(one, provider=azurerm(major)) for one in made.resources)
    assert outcome(estate(*versions)) is Outcome.PASSED


def test_azapi_stores_are_read_too() -> None:
    store = "azapi_resource.a"
    made = from_azapi(
        resource(
            store,
            type="Microsoft.Storage/storageAccounts@2023-05-01",
            name="stshop",
            body={"properties": {"publicNetworkAccess": "Disabled"}},
        ),
        resource(
            "azapi_resource.pe",
            type="Microsoft.Network/privateEndpoints@2024-05-01",
            name="pe",
            body={
                "properties": {
                    "privateLinkServiceConnections": [
                        {
                            "name": "blob",
                            "properties": {
                                "privateLinkServiceId": id_of(store),
                                "groupIds": ["blob"],
                            },
                        }
                    ]
                }
            },
        ),
    )
    assert wrong(DATA_09.assess(made)) == {("azapi_resource.pe", "private_dns_zone_group")}


@pytest.mark.parametrize("name", ['"', "<script>", "a\nb", "x" * 5000, "${x}", "", None, 7])
def test_hostile_names_do_no_harm(name: object) -> None:
    zone = resource("azurerm_private_dns_zone.z", name=name)
    made = estate(
        account(name=name, **OPEN), zone, endpoint(name, kind=str(name), zones=id_of(zone.address))
    )
    verdict = DATA_09.assess(made)
    assert verdict.outcome in {Outcome.FAILED, Outcome.UNKNOWN}
    assert all("\n" not in f.actual for f in verdict.findings)


def test_an_omitted_switch_of_unknown_default_is_azures() -> None:
    made = account(public_network_access_enabled=Omitted())
    assert wrong(DATA_09.assess(shop(made))) == {MISSING}

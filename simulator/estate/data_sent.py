"""Where stores send personal information themselves: endpoints, logs, exports and copies."""

from collections.abc import Iterator
from typing import Final

from simulator.estate.data_flow import PUBLIC, Flow, Means, place
from simulator.estate.diagnostics import feeds
from simulator.estate.model import Estate, Resource, Value, effective
from simulator.estate.personal_information import holdings, owner_of_part


def sent(estate: Estate) -> Iterator[Flow]:
    """Every flow that a store, its settings or Azure itself make."""
    yield from _endpoints(estate)
    yield from _logs(estate)
    yield from _copies(estate)


def _endpoints(estate: Estate) -> Iterator[Flow]:
    for endpoint in estate.of_type("azurerm_private_endpoint"):
        for connection in endpoint.blocks("private_service_connection"):
            store = place(estate, connection.get("private_connection_resource_id"))
            if store is not None:
                yield Flow(store.address, endpoint.address, Means.REACHED, endpoint)
    for holding in holdings(estate):
        store = holding.store
        server = owner_of_part(estate, store)
        if server is not None:
            yield Flow(store.address, server.address, Means.REACHED, store)
        elif _is_public(store):
            yield Flow(store.address, PUBLIC, Means.REACHED, store)


def _is_public(store: Resource) -> bool:
    """Whether the public endpoint is on, or not known to be off."""
    words = (effective(store.get(f"public_network_access{suffix}")) for suffix in ("_enabled", ""))
    return not any(said is False or said == "Disabled" for said in words)


def _logs(estate: Estate) -> Iterator[Flow]:
    for feed in feeds(estate):
        if feed.workspace:
            yield Flow(feed.store.address, feed.workspace, Means.LOGGED, feed.setting)
        for attribute in ("storage_account_id", "eventhub_authorization_rule_id"):
            to = place(estate, feed.setting.get(attribute))
            if to is not None:
                yield Flow(feed.store.address, to.address, Means.LOGGED, feed.setting)
    for rule in estate.of_type("azurerm_log_analytics_data_export_rule"):
        source = place(estate, rule.get("workspace_resource_id"))
        to = place(estate, rule.get("destination_resource_id"))
        if source is not None and to is not None:
            yield Flow(source.address, to.address, Means.EXPORTED, rule)


_PAIRED: Final = frozenset({"GRS", "RAGRS", "GZRS", "RAGZRS"})


def _copies(estate: Estate) -> Iterator[Flow]:
    """Copies that Azure keeps elsewhere: geo-redundancy, replicas, failover groups, replication."""
    yield from _paired_regions(estate)
    yield from _regions_of_cosmos(estate)
    for type_, source, to in _REPLICATIONS:
        for one in estate.of_type(type_):
            yield from _copied(estate, one, one.get(source), one.get(to))
    for group in estate.of_type("azurerm_mssql_failover_group"):
        for partner in group.blocks("partner_server"):
            yield from _copied(estate, group, group.get("server_id"), partner.get("id"))
    for database in estate.of_type("azurerm_mssql_database"):
        source_database = place(estate, database.get("creation_source_database_id"))
        if source_database is not None:
            yield Flow(source_database.address, database.address, Means.COPIED, database)


_REPLICATIONS: Final = (
    (
        "azurerm_storage_object_replication",
        "source_storage_account_id",
        "destination_storage_account_id",
    ),
    ("azurerm_redis_linked_server", "target_redis_cache_name", "linked_redis_cache_id"),
)


def _copied(estate: Estate, by: Resource, source: Value, to: Value) -> Iterator[Flow]:
    begin, end = place(estate, source), place(estate, to)
    if begin is not None and end is not None:
        yield Flow(begin.address, end.address, Means.COPIED, by)


def _paired_regions(estate: Estate) -> Iterator[Flow]:
    for account in estate.of_type("azurerm_storage_account"):
        if str(effective(account.get("account_replication_type"))).upper() in _PAIRED:
            home = str(effective(account.get("location")))
            yield Flow(account.address, f"the region paired with {home}", Means.COPIED, account)


def _regions_of_cosmos(estate: Estate) -> Iterator[Flow]:
    for account in estate.of_type("azurerm_cosmosdb_account"):
        for location in account.blocks("geo_location"):
            region = effective(location.get("location"))
            if isinstance(region, str) and region != effective(account.get("location")):
                yield Flow(account.address, f"the region {region}", Means.COPIED, account)

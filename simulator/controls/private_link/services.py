"""What of each store a private endpoint leads to, by which name clients find it, and what shuts it.

Group ids and zone names: Azure, "Azure Private Endpoint private DNS zone values".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.judge import Demand, false, one_of
from simulator.controls.stores import stores_of
from simulator.estate.model import Estate, Omitted, Resource, effective
from simulator.estate.private_endpoints import PrivateEndpoint

_ON: Final = Omitted(default=True, decided_by="Azure default")
_ENABLED: Final = Omitted(default="Enabled", decided_by="Azure default")
_WHY: Final = (
    "a private endpoint is a side door while the front door stays open: a leaked key or password "
    "works from the internet all the same; segmentation is an audit component of 11 CCR "
    "7123(c)(10), and reasonable security is owed under Civ. Code 1798.81.5(b)"
)


def _off(attribute: str = "public_network_access_enabled") -> Demand:
    return Demand(attribute, false, "false", _WHY, f"{attribute} = false", default=_ON)


def _disabled() -> Demand:
    name = "public_network_access"
    remedy = f'{name} = "Disabled"'
    return Demand(name, one_of("Disabled"), '"Disabled"', _WHY, remedy, default=_ENABLED)


def _data_endpoint() -> Demand:
    name = "public_data_endpoint_enabled"
    closed = Omitted(default=False, decided_by="Azure default")
    return Demand(name, false, "false", _WHY, f"{name} = false", default=closed)


@dataclass(frozen=True, slots=True)
class Service:
    """How a type of store is reached in private.

    ``groups`` maps the group ids of its private endpoints, as Azure spells them, to how the names
    of their zones begin; any one of them is enough, but for a storage account. ``switch`` is the
    argument that turns its public endpoint off, ``subnet`` the one that puts it into a subnet,
    where it has no other door.
    """

    groups: Mapping[str, str]
    switch: Demand | None = None
    subnet: str = ""


_STORAGE: Final = MappingProxyType(
    {group: f"privatelink.{group}." for group in ("blob", "dfs", "file", "queue", "table", "web")}
)
_BUS: Final = {"namespace": "privatelink.servicebus."}
_COSMOS: Final = {
    "Sql": "privatelink.documents.",
    "MongoDB": "privatelink.mongo.cosmos.",
    "Cassandra": "privatelink.cassandra.cosmos.",
    "Gremlin": "privatelink.gremlin.cosmos.",
    "Table": "privatelink.table.cosmos.",
    "Analytical": "privatelink.analytics.cosmos.",
}
_POSTGRES: Final = {"postgresqlServer": "privatelink.postgres.database."}
_MYSQL: Final = {"mysqlServer": "privatelink.mysql.database."}
_REDIS_ENTERPRISE: Final = {"redisEnterprise": "privatelink.redis"}

SERVICES: Final[Mapping[str, Service]] = MappingProxyType(
    {
        ACCOUNT: Service(_STORAGE, _off()),
        "azurerm_mssql_server": Service({"sqlServer": "privatelink.database."}, _off()),
        "azurerm_mssql_managed_instance": Service({}, _data_endpoint(), "subnet_id"),
        "azurerm_cosmosdb_account": Service(_COSMOS, _off()),
        "azurerm_cosmosdb_postgresql_cluster": Service(
            {"coordinator": "privatelink.postgres.cosmos."},
            _off("coordinator_public_ip_access_enabled"),
        ),
        "azurerm_cosmosdb_cassandra_cluster": Service({}, subnet="delegated_management_subnet_id"),
        "azurerm_mongo_cluster": Service(
            {"MongoCluster": "privatelink.mongocluster.cosmos."}, _disabled()
        ),
        "azurerm_postgresql_flexible_server": Service(_POSTGRES, _off(), "delegated_subnet_id"),
        "azurerm_mysql_flexible_server": Service(_MYSQL, _disabled(), "delegated_subnet_id"),
        "azurerm_postgresql_server": Service(_POSTGRES, _off()),
        "azurerm_mariadb_server": Service(
            {"mariadbServer": "privatelink.mariadb.database."}, _off()
        ),
        "azurerm_redis_cache": Service(
            {"redisCache": "privatelink.redis.cache."}, _off(), "subnet_id"
        ),
        # With a private endpoint, its public one is off.
        "azurerm_redis_enterprise_cluster": Service(_REDIS_ENTERPRISE),
        "azurerm_managed_redis": Service(_REDIS_ENTERPRISE, _disabled()),
        "azurerm_synapse_workspace": Service(
            {
                "Sql": "privatelink.sql.azuresynapse.",
                "SqlOnDemand": "privatelink.sql.azuresynapse.",
                "Dev": "privatelink.dev.azuresynapse.",
            },
            _off(),
        ),
        "azurerm_kusto_cluster": Service({"cluster": "privatelink."}, _off()),
        "azurerm_databricks_workspace": Service(
            {"databricks_ui_api": "privatelink.azuredatabricks."}, _off()
        ),
        "azurerm_search_service": Service({"searchService": "privatelink.search."}, _off()),
        "azurerm_eventhub_namespace": Service(_BUS, _off()),
        "azurerm_servicebus_namespace": Service(_BUS, _off()),
    }
)
"""Every type of store that is judged. A database is reached through its server."""

_OF_SERVICE: Final[Mapping[str, str]] = {
    "blobServices": "blob",
    "fileServices": "file",
    "queueServices": "queue",
    "tableServices": "table",
}


def needed(estate: Estate, store: Resource) -> Iterator[tuple[str, ...]]:
    """The group ids that a store needs endpoints for: one of each set, the usual one first.

    A storage account needs one for each service in use, with a hierarchical namespace two for
    blobs: its drivers speak to ``dfs``, its tools to ``blob``. One that has files or queues alone
    needs none for blobs.
    """
    if store.type != ACCOUNT:
        if SERVICES[store.type].groups:
            yield tuple(SERVICES[store.type].groups)
        return
    stores = estate.derived(stores_of)
    for service in stores.services(store):
        if service != "blobServices" or not stores.storage.holds_no_blobs(store):
            yield (_OF_SERVICE[service],)
    if effective(store.get("is_hns_enabled")) is True:
        yield ("dfs",)


def served(endpoint: PrivateEndpoint) -> frozenset[str]:
    """The group ids of an endpoint, in lower case: Azure ignores it."""
    return frozenset(group.casefold() for group in endpoint.subresources or ())


def zones_of(store: Resource, endpoint: PrivateEndpoint) -> tuple[str, ...]:
    """How the names of the zones begin in which the clients of an endpoint look."""
    groups = SERVICES[store.type].groups
    return tuple(zone for group, zone in groups.items() if group.casefold() in served(endpoint))

"""Which log categories of a store record who read, wrote and deleted what in it."""

from dataclasses import dataclass
from typing import Final

from simulator.estate.diagnostics import Feed
from simulator.estate.model import Resource, effective


@dataclass(frozen=True, slots=True)
class Requirement:
    """The categories that record access to a store; ``places`` are the alternatives for where.

    A place is what follows the store's id in the setting's target. ``accepted`` are categories of
    which one is enough. A category group (audit, allLogs) always is; ``audit`` says whether the
    kind of store offers the first of them: Azure refuses a setting with a group that is not there.
    """

    required: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    places: tuple[str, ...] = ("",)
    audit: bool = True

    def met_by(self, feed: Feed) -> bool:
        """Whether the logs of a setting, or of several put together, are enough."""
        if self.required and feed.carries(*self.required):
            return True
        return feed.by_group or any(feed.carries(category) for category in self.accepted)

    @property
    def words(self) -> str:
        """The demand in words."""
        named = ", ".join(self.required) or " or ".join(self.accepted)
        groups = "audit" if self.audit else "allLogs"
        if named:
            return f"{named} (or category_group {groups})"
        return "category_group audit or allLogs" if self.audit else "category_group allLogs"

    @property
    def remedy(self) -> str:
        """What to switch on in ``enabled_log``."""
        named = (*self.required, *self.accepted)
        if self.audit or not named:
            return f'category_group = "{"audit" if self.audit else "allLogs"}"'
        return f'category = "{named[0]}"'


_SQL: Final = Requirement(required=("SQLSecurityAuditEvents",))
# Learn and the built-in diagnostic policies; where no category is named, only groups are known.
# Who offers the group audit: the resource types of the built-in initiative f5b29bc4.
REQUIREMENTS: Final = {
    "azurerm_mssql_database": _SQL,
    "azurerm_mssql_server": Requirement(_SQL.required, places=("databases/master",)),
    "azurerm_mssql_managed_instance": _SQL,
    "azurerm_key_vault": Requirement(("AuditEvent",)),
    "azurerm_key_vault_managed_hardware_security_module": Requirement(("AuditEvent",)),
    "azurerm_postgresql_flexible_server": Requirement(("PostgreSQLLogs",)),
    "azurerm_mysql_flexible_server": Requirement(("MySqlAuditLogs",)),
    "azurerm_eventhub_namespace": Requirement(("RuntimeAuditLogs",)),
    "azurerm_servicebus_namespace": Requirement(("RuntimeAuditLogs",)),
    "azurerm_search_service": Requirement(("OperationLogs",)),
    "azurerm_redis_cache": Requirement(accepted=("ConnectedClientList",)),
    "azurerm_kubernetes_cluster": Requirement(
        accepted=("kube-audit", "kube-audit-admin"), audit=False
    ),
    "azurerm_logic_app_workflow": Requirement(("WorkflowRuntime",), audit=False),
    "azurerm_api_management": Requirement(("GatewayLogs",)),
    **dict.fromkeys(
        (
            "azurerm_synapse_workspace",
            "azurerm_kusto_cluster",
            "azurerm_purview_account",
        ),
        Requirement(),
    ),
    **dict.fromkeys(
        ("azurerm_databricks_workspace", "azurerm_data_factory"), Requirement(audit=False)
    ),
}
_COSMOS: Final = {
    "EnableMongo": "MongoRequests",
    "EnableCassandra": "CassandraRequests",
    "EnableGremlin": "GremlinRequests",
    "EnableTable": "TableApiRequests",
}


def requirement_of(store: Resource) -> Requirement:
    """What the diagnostic settings of a store have to send; for Cosmos DB its API decides."""
    if store.type != "azurerm_cosmosdb_account":
        return REQUIREMENTS[store.type]
    on = {effective(block.get("name")) for block in store.blocks("capabilities")}
    if effective(store.get("kind")) == "MongoDB":
        on.add("EnableMongo")
    apis = tuple(category for name, category in _COSMOS.items() if name in on)
    return Requirement(apis or ("DataPlaneRequests",))

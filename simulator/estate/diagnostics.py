"""Which diagnostic settings carry which store's logs to which workspace, and into which tables."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.diagnostic_settings import (
    SETTING,
    STORAGE_TABLES,
    Feed,
    feeds,
    is_subscription,
    logs_of,
    unplaced,
)
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.workspaces import workspace_of

__all__ = [
    "STORAGE_TABLES",
    "WIRED_TABLES",
    "Feed",
    "feeds",
    "maybe_fed",
    "tables_fed",
    "tables_of",
    "unplaced",
]

ENTRA_SETTING: Final = "azurerm_monitor_aad_diagnostic_setting"
_COSMOS_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dataplanerequests": "CDBDataPlaneRequests",
        "mongorequests": "CDBMongoRequests",
        "cassandrarequests": "CDBCassandraRequests",
        "gremlinrequests": "CDBGremlinRequests",
        "tableapirequests": "CDBTableApiRequests",
        "controlplanerequests": "CDBControlPlaneRequests",
    }
)
_ENTRA_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SignInLogs": "SigninLogs",
        "NonInteractiveUserSignInLogs": "AADNonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs": "AADServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs": "AADManagedIdentitySignInLogs",
        "AuditLogs": "AuditLogs",
        "MicrosoftGraphActivityLogs": "MicrosoftGraphActivityLogs",
        "RiskyUsers": "AADRiskyUsers",
        "UserRiskEvents": "AADUserRiskEvents",
    }
)
_CONNECTOR: Final = "azurerm_sentinel_data_connector_"
_ALERTING: Final = frozenset(
    {
        "azure_active_directory",
        "azure_advanced_threat_protection",
        "azure_security_center",
        "microsoft_cloud_app_security",
        "microsoft_defender_advanced_threat_protection",
        "microsoft_threat_protection",
        "office_irm",
    }
)
WIRED_TABLES: Final = frozenset(
    {
        *STORAGE_TABLES.values(),
        *_COSMOS_TABLES.values(),
        *_ENTRA_TABLES.values(),
        "AzureDiagnostics",
        "AZKVAuditLogs",
        "AzureActivity",
        "NTANetAnalytics",
        "SecurityAlert",
    }
)
"""Every table whose source is known here."""


def tables_fed(estate: Estate, workspace: str) -> Mapping[str, tuple[Resource, ...]]:
    """The tables of a workspace that receive rows, and what each receives them from.

    A store's table is there only with the categories that record access to data.
    """
    mine = (feed for feed in feeds(estate) if feed.workspace == workspace)
    found = [(table, feed.store) for feed in mine for table in tables_of(feed)]
    tables: dict[str, dict[str, Resource]] = {}
    for table, source in (*found, *_other_sources(estate, workspace)):
        tables.setdefault(table, {})[source.address] = source
    return {table: tuple(sources.values()) for table, sources in tables.items()}


def maybe_fed(estate: Estate, workspace: str) -> frozenset[str]:
    """The tables that a setting may feed of which the source does not tell everything."""
    tables = estate.derived(_maybe_fed)
    return frozenset(tables.get(workspace, set()) | tables.get(None, set()))


def _maybe_fed(estate: Estate) -> Mapping[str | None, set[str]]:
    """Those tables by workspace; ``None`` where it may be any."""
    tables: dict[str | None, set[str]] = {}
    for feed in feeds(estate):
        service_lost = feed.service is None and _is_account(feed.store)
        if feed.workspace is None or feed.unread or service_lost:
            perhaps = STORAGE_TABLES.values() if _is_account(feed.store) else WIRED_TABLES
            tables.setdefault(feed.workspace, set()).update(perhaps)
    if unplaced(estate):
        tables.setdefault(None, set()).update(WIRED_TABLES)
    return tables


def _other_sources(estate: Estate, workspace: str) -> Iterator[tuple[str, Resource]]:
    """What feeds a workspace without being a store: activity log, Entra, flow logs, connectors."""
    for setting in estate.of_type(SETTING, ENTRA_SETTING):
        if workspace_of(estate, setting.get("log_analytics_workspace_id")) != workspace:
            continue
        categories, groups, _ = logs_of(setting)
        if setting.type == ENTRA_SETTING:
            yield from ((t, setting) for c, t in _ENTRA_TABLES.items() if c in categories)
        elif is_subscription(setting.get("target_resource_id")) and (categories or groups):
            yield "AzureActivity", setting
    yield from _flow_logs(estate, workspace)
    for resource in estate.resources:
        is_connector = resource.type.startswith(_CONNECTOR) and resource.mode == "managed"
        if is_connector and resource.type.removeprefix(_CONNECTOR) in _ALERTING:
            place = workspace_of(estate, resource.get("log_analytics_workspace_id"))
            if place == workspace:
                yield "SecurityAlert", resource


def _flow_logs(estate: Estate, workspace: str) -> Iterator[tuple[str, Resource]]:
    for flow_log in estate.of_type("azurerm_network_watcher_flow_log"):
        for analytics in flow_log.blocks("traffic_analytics"):
            place = workspace_of(estate, analytics.get("workspace_resource_id"))
            if place == workspace and effective(analytics.get("enabled")) is True:
                yield "NTANetAnalytics", flow_log


def tables_of(feed: Feed) -> Iterator[str]:
    """The tables that the rows of one setting land in; of a vault, perhaps in one of two."""
    own = _OWN_TABLES.get(feed.store.type)
    if own is not None:
        yield from own(feed)
    elif not feed.dedicated and (feed.categories or feed.groups):
        yield "AzureDiagnostics"


def _of_account(feed: Feed) -> Iterator[str]:
    table = STORAGE_TABLES.get(feed.service or "")
    if table and any(map(feed.carries, ("StorageRead", "StorageWrite", "StorageDelete"))):
        yield table


def _of_vault(feed: Feed) -> Iterator[str]:
    # Where the setting does not say, older vaults write to one table and newer to the other.
    on = feed.carries("AuditEvent")
    if on and feed.dedicated is not False:
        yield "AZKVAuditLogs"
    if (on or feed.categories or feed.groups) and feed.dedicated is not True:
        yield "AzureDiagnostics"


def _of_cosmos(feed: Feed) -> Iterator[str]:
    if feed.dedicated:
        yield from (table for name, table in _COSMOS_TABLES.items() if feed.carries(name))
    elif feed.categories or feed.groups:
        yield "AzureDiagnostics"


def _of_postgres(feed: Feed) -> Iterator[str]:
    if feed.dedicated and feed.carries("PostgreSQLLogs"):
        yield "PGSQLServerLogs"
    elif not feed.dedicated and (feed.categories or feed.groups):
        yield "AzureDiagnostics"


def _of_workspace(feed: Feed) -> Iterator[str]:
    if feed.carries("Audit"):
        yield "LAQueryLogs"


_OWN_TABLES: Final[Mapping[str, Callable[[Feed], Iterator[str]]]] = MappingProxyType(
    {
        "azurerm_storage_account": _of_account,
        "azurerm_key_vault": _of_vault,
        "azurerm_cosmosdb_account": _of_cosmos,
        "azurerm_postgresql_flexible_server": _of_postgres,
        "azurerm_log_analytics_workspace": _of_workspace,
    }
)


def _is_account(store: Resource) -> bool:
    return store.type == "azurerm_storage_account"

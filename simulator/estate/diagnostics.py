"""Which diagnostic settings carry which store's logs to which workspace, and into which tables.

A store's logs reach Log Analytics through a diagnostic setting alone. For storage the setting must
stand on a sub-service (``…/blobServices/default``): on the account itself it takes metrics only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.estate.document import (
    as_value,
    at,
    azapi_kind,
    azapi_of_kind,
    document,
    object_at,
    text_at,
)
from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Target,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.workspaces import workspace_of

SETTING: Final = "azurerm_monitor_diagnostic_setting"
ENTRA_SETTING: Final = "azurerm_monitor_aad_diagnostic_setting"
AUDIT_GROUPS: Final = frozenset({"audit", "alllogs"})

# Microsoft Learn, supported resource logs: always resource-specific tables.
STORAGE_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "blobServices": "StorageBlobLogs",
        "fileServices": "StorageFileLogs",
        "queueServices": "StorageQueueLogs",
        "tableServices": "StorageTableLogs",
    }
)
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
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/(?:[^/{}]|\$\{[^}]*\})+/?")
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


@dataclass(frozen=True, slots=True)
class Feed:
    """One diagnostic setting on one store.

    ``service`` is what follows the store's id in the setting's target, without slashes and
    ``/default``: ``blobServices``, ``databases/master``, ``""`` for the store itself, ``None``
    where the source lost it. ``categories`` and ``groups`` are the logs that are on (as written);
    ``unread`` says why they are not all known, ``""`` if they are. ``workspace`` is the address of
    the Log Analytics workspace, or its id in lower case if it is not in the estate; ``""`` if the
    setting has none and ``None`` if it cannot be told. ``dedicated`` is whether rows go to
    resource-specific tables, ``None`` if the setting does not say. ``elsewhere`` names the other
    kinds of destination that are set.
    """

    store: Resource
    service: str | None
    categories: frozenset[str]
    groups: frozenset[str]
    unread: str
    workspace: str | None
    setting: Resource
    dedicated: bool | None
    elsewhere: tuple[str, ...] = ()

    def carries(self, *categories: str) -> bool:
        """Whether all these categories are on, by name or through a category group."""
        if any(group.casefold() in AUDIT_GROUPS for group in self.groups):
            return True
        on = {category.casefold() for category in self.categories}
        return all(category.casefold() in on for category in categories)


def feeds(estate: Estate) -> tuple[Feed, ...]:
    """Every diagnostic setting whose target is in the estate, in the order read."""
    return tuple(feed for feed, _ in _settings(estate) if feed is not None)


def unplaced(estate: Estate) -> tuple[Resource, ...]:
    """The diagnostic settings whose target cannot be told from this source."""
    return tuple(setting for feed, setting in _settings(estate) if feed is None)


def tables_fed(estate: Estate, workspace: str) -> Mapping[str, tuple[Resource, ...]]:
    """The tables of a workspace that receive rows, and what each receives them from.

    A store's table is there only with the categories that record access to data.
    """
    mine = (feed for feed in feeds(estate) if feed.workspace == workspace)
    found = [(table, feed.store) for feed in mine for table in _tables(feed)]
    tables: dict[str, dict[str, Resource]] = {}
    for table, source in (*found, *_other_sources(estate, workspace)):
        tables.setdefault(table, {})[source.address] = source
    return {table: tuple(sources.values()) for table, sources in tables.items()}


def maybe_fed(estate: Estate, workspace: str) -> frozenset[str]:
    """The tables that a setting may feed of which the source does not tell everything."""
    tables: set[str] = set()
    for feed in feeds(estate):
        if feed.workspace not in {workspace, None}:
            continue
        service_lost = feed.service is None and _is_account(feed.store)
        if feed.workspace is None or feed.unread or service_lost:
            tables.update(STORAGE_TABLES.values() if _is_account(feed.store) else WIRED_TABLES)
    if unplaced(estate):
        tables.update(WIRED_TABLES)
    return frozenset(tables)


def _settings(estate: Estate) -> Iterator[tuple[Feed | None, Resource]]:
    for setting in estate.of_type(SETTING):
        if _is_subscription(setting.get("target_resource_id")):
            continue
        target = estate.target(setting.get("target_resource_id"))
        log = _logs(setting)
        yield (
            None
            if target is None
            else Feed(
                target.resource,
                _service(target),
                *log,
                workspace_of(estate, setting.get("log_analytics_workspace_id")),
                setting,
                _dedicated(effective(setting.get("log_analytics_destination_type"))),
                _elsewhere(setting),
            ),
            setting,
        )
    for setting in azapi_of_kind(estate, "Microsoft.Insights/diagnosticSettings"):
        target = estate.target(setting.get("parent_id"))
        yield None if target is None else _azapi_feed(estate, setting, target), setting


def _other_sources(estate: Estate, workspace: str) -> Iterator[tuple[str, Resource]]:
    """What feeds a workspace without being a store: activity log, Entra, flow logs, connectors."""
    for setting in estate.of_type(SETTING, ENTRA_SETTING):
        if workspace_of(estate, setting.get("log_analytics_workspace_id")) != workspace:
            continue
        categories, groups, _ = _logs(setting)
        if setting.type == ENTRA_SETTING:
            yield from ((t, setting) for c, t in _ENTRA_TABLES.items() if c in categories)
        elif _is_subscription(setting.get("target_resource_id")) and (categories or groups):
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


def _tables(feed: Feed) -> Iterator[str]:
    if _is_account(feed.store):
        table = STORAGE_TABLES.get(feed.service or "")
        if table and any(map(feed.carries, ("StorageRead", "StorageWrite", "StorageDelete"))):
            yield table
    elif feed.store.type == "azurerm_key_vault" and feed.carries("AuditEvent"):
        # Where the setting does not say, older vaults write to one table and newer to the other.
        if feed.dedicated is not False:
            yield "AZKVAuditLogs"
        if feed.dedicated is not True:
            yield "AzureDiagnostics"
    elif feed.store.type == "azurerm_cosmosdb_account" and feed.dedicated:
        yield from (table for name, table in _COSMOS_TABLES.items() if feed.carries(name))
    elif not feed.dedicated and (feed.categories or feed.groups):
        yield "AzureDiagnostics"


def _is_account(store: Resource) -> bool:
    return (
        store.type == "azurerm_storage_account"
        or azapi_kind(store) == "microsoft.storage/storageaccounts"
    )


def _is_subscription(target: Value) -> bool:
    if isinstance(target, Reference):
        whole = target.suffix in {None, "", "/"}
        return whole and target.to.rpartition("data.")[2].startswith("azurerm_subscription.")
    literal = target.value if isinstance(target, Known) else None
    return isinstance(literal, str) and _SUBSCRIPTION.fullmatch(literal) is not None


def _service(target: Target) -> str | None:
    if target.suffix is None:
        return None
    service = target.suffix.strip("/").removesuffix("/default")
    # Azure ignores case in ids; everything here compares with the documented spelling.
    spelling = {name.casefold(): name for name in STORAGE_TABLES}
    return spelling.get(service.casefold(), service)


def _logs(setting: Resource) -> tuple[frozenset[str], frozenset[str], str]:
    categories: set[str] = set()
    groups: set[str] = set()
    unread = setting.unresolved("enabled_log")
    for block in setting.blocks("enabled_log"):
        for name, names in (("category", categories), ("category_group", groups)):
            value = block.get(name)
            if isinstance(value, Known) and isinstance(value.value, str):
                names.add(value.value)
            elif isinstance(value, Reference | Unresolvable):
                unread = unread or Unresolvable(f"enabled_log.{name} is not known")
    return frozenset(categories), frozenset(groups), unread.why if unread else ""


def _dedicated(destination: object) -> bool | None:
    return destination == "Dedicated" if isinstance(destination, str) else None


def _elsewhere(setting: Resource) -> tuple[str, ...]:
    others = {
        "storage_account_id": "a storage account",
        "eventhub_authorization_rule_id": "an Event Hub",
        "partner_solution_id": "a partner solution",
    }
    return tuple(
        words for name, words in others.items() if not isinstance(setting.get(name), Omitted)
    )


def _azapi_feed(estate: Estate, setting: Resource, target: Target) -> Feed:
    body = document(setting.body.values.get("body"))
    if isinstance(body, Unresolvable):
        none: frozenset[str] = frozenset()
        return Feed(target.resource, _service(target), none, none, body.why, None, setting, None)
    logs = at(body, "properties.logs")
    on = [log for log in logs if at(log, "enabled") is True] if isinstance(logs, tuple) else []
    workspace = text_at(body, "properties.workspaceId")
    destination = text_at(body, "properties.logAnalyticsDestinationType")
    return Feed(
        target.resource,
        _service(target),
        frozenset(filter(None, (text_at(log, "category") for log in on))),
        frozenset(filter(None, (text_at(log, "categoryGroup") for log in on))),
        "",
        workspace_of(estate, as_value(workspace)),
        setting,
        _dedicated(destination or None),
        ("an Event Hub",) if "eventHubAuthorizationRuleId" in object_at(body, "properties") else (),
    )

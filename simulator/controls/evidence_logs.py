"""The workspaces in which the evidence of a leak is kept, and the logs that go elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.stores import stores_of, told_first
from simulator.estate.diagnostic_settings import SETTING, is_subscription
from simulator.estate.diagnostics import ENTRA_SETTING, Feed, feeds
from simulator.estate.model import Estate, Reference, Resource, effective
from simulator.estate.personal_information import STORES, holding
from simulator.estate.resource_ids import GROUP
from simulator.estate.workspaces import WORKSPACE, sentinel_workspaces, workspace_of

LEAKS_FROM: Final = (
    ACCOUNT,
    "azurerm_key_vault",
    "azurerm_key_vault_managed_hardware_security_module",
    "azurerm_mssql_server",
    "azurerm_mssql_database",
    "azurerm_mssql_managed_instance",
    "azurerm_postgresql_flexible_server",
    "azurerm_mysql_flexible_server",
    "azurerm_cosmosdb_account",
)
"""The stores whose access log a leak has to be told from: who read which blob, row or secret."""


@dataclass(frozen=True, slots=True)
class EvidenceLogs:
    """Where an estate keeps its security logs.

    ``workspaces`` are the declared ones that receive them, or, where none does, all that are
    declared. ``stores`` are the stores whose access log matters, ``feeds`` the diagnostic settings
    on these. ``outside`` are those that send to a workspace which is not declared here.
    """

    workspaces: tuple[Resource, ...]
    stores: tuple[Resource, ...]
    feeds: tuple[Feed, ...]
    outside: tuple[Feed, ...]


def evidence_logs(estate: Estate) -> EvidenceLogs:
    """Where ``estate`` keeps its security logs."""
    return estate.derived(_evidence_logs)


def _evidence_logs(estate: Estate) -> EvidenceLogs:
    stores = tuple(_stores(estate))
    addresses = {store.address for store in stores}
    mine = tuple(feed for feed in feeds(estate) if feed.store.address in addresses)
    declared = {w.address: w for w in estate.of_type(WORKSPACE)}
    named = dict.fromkeys((*_receiving(estate), *(feed.workspace for feed in mine)))
    receiving = tuple(declared[name] for name in named if name in declared)
    outside = tuple(f for f in mine if f.workspace != "" and f.workspace not in declared)
    workspaces = receiving or (() if outside else tuple(declared.values()))
    return EvidenceLogs(workspaces, stores, mine, outside)


def home_of(estate: Estate, logs: EvidenceLogs, *others: Resource) -> Resource:
    """Where what is missing as a whole is told: the resource group of the first store.

    Of several, the first by type and Azure name, so that every reader tells it of the same one;
    ``others`` are what is taken where there are neither stores nor workspaces.
    """
    every = sorted(logs.stores or logs.workspaces or others, key=told_first)
    groups = (_group(estate, one) for one in every)
    return next(filter(None, groups), every[0])


def _group(estate: Estate, resource: Resource) -> Resource | None:
    name = resource.get("resource_group_name")
    if isinstance(name, Reference):
        found = estate.by_address.get(name.to)
        return found if found is not None and found.type == GROUP else None
    known = effective(name)
    return estate.named(GROUP, known) if isinstance(known, str) else None


def _stores(estate: Estate) -> Iterator[Resource]:
    """A store that is said to hold nothing personal is left out; a key vault opens the others."""
    stores = stores_of(estate)
    for store in stores.all:
        in_scope = store.type not in STORES or holding(estate, store).may_hold
        if store.type in LEAKS_FROM and in_scope:
            yield store


def _receiving(estate: Estate) -> Iterator[str | None]:
    """The workspaces that Sentinel watches, or that the control plane's record goes to."""
    yield from sentinel_workspaces(estate)
    for setting in estate.of_type(SETTING, ENTRA_SETTING):
        of_tenant = setting.type == ENTRA_SETTING
        if of_tenant or is_subscription(setting.get("target_resource_id")):
            yield workspace_of(estate, setting.get("log_analytics_workspace_id"))

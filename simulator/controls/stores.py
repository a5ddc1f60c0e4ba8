"""The stores of an estate that may hold personal information, and the accounts that do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from simulator.controls.accounts import Storage, storage_of
from simulator.estate.model import Estate, Reference, Resource, Value, effective
from simulator.estate.personal_information import Holds, holding, holdings

SERVICES: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "blobServices": None,  # every account that can hold blobs
        "fileServices": "azurerm_storage_share",
        "queueServices": "azurerm_storage_queue",
        "tableServices": "azurerm_storage_table",
    }
)
"""The sub-services of a storage account, and the resource that shows that one is in use."""

DATA_STORES: Final = (
    "azurerm_mssql_database",
    "azurerm_mssql_server",
    "azurerm_mssql_managed_instance",
    "azurerm_key_vault",
    "azurerm_key_vault_managed_hardware_security_module",
    "azurerm_cosmosdb_account",
    "azurerm_postgresql_flexible_server",
    "azurerm_mysql_flexible_server",
    "azurerm_eventhub_namespace",
    "azurerm_servicebus_namespace",
    "azurerm_search_service",
    "azurerm_redis_cache",
    "azurerm_synapse_workspace",
    "azurerm_databricks_workspace",
    "azurerm_kusto_cluster",
)
"""What besides storage accounts can hold personal information or the keys to it."""

_PURPOSES: Final = frozenset(
    {"logs", "audit", "evidence", "diagnostics", "tfstate", "terraform-state", "function-runtime"}
)
_MADE_BY_AZURE: Final = ("am-", "insights-", "sqldbauditlogs", "azure-webjobs-", "$")
_RECEIVES: Final = (
    ("azurerm_monitor_diagnostic_setting", "storage_account_id"),
    ("azurerm_log_analytics_data_export_rule", "destination_resource_id"),
    ("azurerm_network_watcher_flow_log", "storage_account_id"),
    ("azurerm_mssql_server_extended_auditing_policy", "storage_endpoint"),
    ("azurerm_mssql_database_extended_auditing_policy", "storage_endpoint"),
    ("azurerm_linux_function_app", "storage_account_name"),
    ("azurerm_windows_function_app", "storage_account_name"),
)


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores in scope, and why each other storage account is not one, by address.

    ``accounts`` are the storage accounts in scope, ``others`` the stores of other kinds.
    """

    storage: Storage
    accounts: tuple[Resource, ...]
    others: tuple[Resource, ...]
    exempt: Mapping[str, str]

    @property
    def all(self) -> tuple[Resource, ...]:
        """Every store in scope, the storage accounts first."""
        return (*self.accounts, *self.others)

    @property
    def first(self) -> Resource:
        """Of which to tell what is true of all of them: the same one, whatever reads the estate."""
        return min(self.accounts or self.others, key=told_first)

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The addresses of what is in scope, and what was left out, with the reason."""
        left_out = (f"{address} (left out: {why})" for address, why in self.exempt.items())
        return (*(store.address for store in self.all), *left_out)

    def services(self, account: Resource) -> Iterator[str]:
        """The sub-services of a storage account that are in use."""
        for service, shows in SERVICES.items():
            if shows is None:
                if effective(account.get("account_kind")) != "FileStorage":
                    yield service
            elif any(self.storage.held_by(account, shows)):
                yield service


def told_first(resource: Resource) -> tuple[str, str, str]:
    """The order by type and Azure name, which does not hang on how an estate was read."""
    return resource.type, resource.declared_name or "", resource.address


def stores_of(estate: Estate) -> Stores:
    """The stores that an estate declares.

    A storage account is left out only if its ``purpose`` tag says that it holds logs, Terraform
    state or the internals of a function app, or if nothing but Azure's own exports and runtimes
    write to it and it declares no container, share, queue or table of its own. An account that is
    tagged as holding personal information is never left out.
    """
    storage = storage_of(estate)
    accounts = tuple(storage.accounts.values())
    reasons = {account.address: _exemption(storage, account) for account in accounts}
    exempt = {address: why for address, why in reasons.items() if why}
    return Stores(
        storage,
        tuple(account for account in accounts if account.address not in exempt),
        estate.of_type(*DATA_STORES),
        exempt,
    )


def personal_stores(estate: Estate) -> tuple[Resource, ...]:
    """The stores that may hold personal information, without accounts for logs and the like."""
    exempt = stores_of(estate).exempt
    return tuple(
        one.store for one in holdings(estate) if one.may_hold and one.store.address not in exempt
    )


def _exemption(storage: Storage, account: Resource) -> str:
    tags = {key.casefold(): effective(value) for key, value in account.entries("tags").items()}
    if holding(storage.estate, account).holds is Holds.DECLARED:
        return ""
    purpose = str(tags.get("purpose")).casefold()
    if purpose in _PURPOSES:
        return f"tag purpose = {purpose}"
    writer = next(_writers(storage, account), None)
    if writer is None or not _holds_nothing_else(storage, account):
        return ""
    return f"only {writer.address} writes to it, and it declares nothing of its own"


def _writers(storage: Storage, account: Resource) -> Iterator[Resource]:
    received = storage.estate.derived(_received)
    means = {account.address}
    if account.declared_name is not None:
        means.add(f"/{account.declared_name}")
    found = {place: writer for name in means for place, writer in received.get(name, ())}
    yield from (writer for _, writer in sorted(found.items(), key=itemgetter(0)))


def _received(estate: Estate) -> Mapping[str, list[tuple[int, Resource]]]:
    """What Azure itself writes, by the address of the account that receives it, or by ``/NAME``."""
    found: dict[str, list[tuple[int, Resource]]] = {}
    pairs = ((r, r.get(attribute)) for t, attribute in _RECEIVES for r in estate.of_type(t))
    for place, (resource, value) in enumerate(pairs):
        for name in _names(estate, value):
            found.setdefault(name, []).append((place, resource))
    return found


def _names(estate: Estate, value: Value) -> set[str]:
    if isinstance(value, Reference):
        target = estate.target(value)
        return {value.to, target.resource.address if target else value.to}
    named = effective(value)
    if not isinstance(named, str):
        return set()
    host = named.removeprefix("https://")
    name = host.partition(".")[0] if host != named else named.rpartition("/")[2]
    return {f"/{name}"}


def _holds_nothing_else(storage: Storage, account: Resource) -> bool:
    others = [shows for shows in SERVICES.values() if shows]
    if any(storage.held_by(account, *others)):
        return False
    mine = (
        container
        for container in storage.containers.values()
        if (owner := storage.account_of(container)) and owner.address == account.address
    )
    return all((c.declared_name or "").startswith(_MADE_BY_AZURE) for c in mine)

"""What a role lets its holder do to personal information, its keys, its rights and its record.

Operations: Microsoft Learn, "Azure resource provider operations".
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Final

from simulator.estate.roles import Role, covered


class Power(StrEnum):
    """A way from a role to personal information, in words that end "it can ..."."""

    GRANT = "give anybody any role, itself included"
    KEYS = "take keys that open data past its roles"
    READ = "read stored data"
    OWN = "override the protection of stored data"
    RUN = "run code as other identities"
    BLIND = "delete logs or switch off what writes them"


_ACCOUNT: Final = "Microsoft.Storage/storageAccounts"
_COSMOS: Final = "Microsoft.DocumentDB/databaseAccounts"
_VAULT: Final = "Microsoft.KeyVault/vaults"

STORES_READ: Final[Mapping[str, tuple[str, ...]]] = {
    "azurerm_storage_account": (
        f"{_ACCOUNT}/blobServices/containers/blobs/read",
        f"{_ACCOUNT}/fileServices/fileshares/files/read",
        f"{_ACCOUNT}/queueServices/queues/messages/read",
        f"{_ACCOUNT}/tableServices/tables/entities/read",
    ),
    "azurerm_key_vault": (f"{_VAULT}/secrets/getSecret/action", f"{_VAULT}/keys/decrypt/action"),
    "azurerm_eventhub_namespace": ("Microsoft.EventHub/namespaces/messages/receive/action",),
    "azurerm_servicebus_namespace": ("Microsoft.ServiceBus/namespaces/messages/receive/action",),
    "azurerm_search_service": ("Microsoft.Search/searchServices/indexes/documents/read",),
    "azurerm_cosmosdb_account": (
        f"{_COSMOS}/sqlDatabases/containers/items/read",
        f"{_COSMOS}/sqlDatabases/containers/executeQuery",
    ),
}
"""The data actions that read what is in each kind of store."""

KEYS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "azurerm_storage_account": (
        f"{_ACCOUNT}/listKeys/action",
        f"{_ACCOUNT}/regenerateKey/action",
        f"{_ACCOUNT}/listAccountSas/action",
        f"{_ACCOUNT}/listServiceSas/action",
    ),
    "azurerm_cosmosdb_account": (
        f"{_COSMOS}/listKeys/action",
        f"{_COSMOS}/readonlykeys/action",
        f"{_COSMOS}/listConnectionStrings/action",
        f"{_COSMOS}/sqlRoleAssignments/write",
    ),
    # While a vault goes by access policies, whoever may write one may read every secret.
    "azurerm_key_vault": (f"{_VAULT}/accessPolicies/write",),
    "azurerm_redis_cache": ("Microsoft.Cache/redis/listKeys/action",),
    "azurerm_eventhub_namespace": (
        "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action",
    ),
    "azurerm_servicebus_namespace": (
        "Microsoft.ServiceBus/namespaces/authorizationRules/listkeys/action",
    ),
    "azurerm_search_service": ("Microsoft.Search/searchServices/listAdminKeys/action",),
    # The administrator's password, or the administrator, can be set anew.
    "azurerm_mssql_server": (
        "Microsoft.Sql/servers/write",
        "Microsoft.Sql/servers/administrators/write",
    ),
    "azurerm_mssql_managed_instance": ("Microsoft.Sql/managedInstances/write",),
    "azurerm_postgresql_flexible_server": ("Microsoft.DBforPostgreSQL/flexibleServers/write",),
    "azurerm_mysql_flexible_server": ("Microsoft.DBforMySQL/flexibleServers/write",),
}
"""The control-plane actions that give access to what is in each kind of store."""

_OWNING: Final = (
    f"{_ACCOUNT}/blobServices/containers/blobs/runAsSuperUser/action",
    f"{_ACCOUNT}/blobServices/containers/blobs/modifyPermissions/action",
)
_WHOLE_VAULT: Final = tuple(f"{_VAULT}/{what}/purge/action" for what in ("secrets", "keys"))

CONTROL_PLANE: Final[Mapping[Power, tuple[str, ...]]] = {
    Power.GRANT: (
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.Authorization/roleDefinitions/write",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
        "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
    ),
    Power.KEYS: tuple(operation for some in KEYS_OF.values() for operation in some),
    Power.RUN: (
        "Microsoft.Web/sites/config/list/action",
        "Microsoft.Compute/virtualMachines/runCommand/action",
        "Microsoft.Compute/virtualMachines/extensions/write",
        "Microsoft.Web/sites/publishxml/action",
        "Microsoft.Logic/workflows/write",
        "Microsoft.Automation/automationAccounts/runbooks/draft/write",
        "Microsoft.Automation/automationAccounts/jobs/write",
        "Microsoft.App/containerApps/write",
        "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
        "Microsoft.ManagedIdentity/userAssignedIdentities/x/assign/action",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
    ),
    Power.BLIND: (
        "Microsoft.Insights/diagnosticSettings/delete",
        "Microsoft.OperationalInsights/workspaces/purge/action",
        "Microsoft.OperationalInsights/workspaces/tables/deleteData/action",
        "Microsoft.Insights/components/purge/action",
        "Microsoft.Authorization/locks/delete",
    ),
}
"""The control-plane actions, any of which is the power."""

READS: Final = tuple(operation for some in STORES_READ.values() for operation in some)


def powers(role: Role) -> frozenset[Power]:
    """The powers that a role has.

    >>> sorted(one.name for one in powers(Role("r", ("Microsoft.Storage/*",))))
    ['KEYS']
    >>> powers(Role("r", ("*/read",)))
    frozenset()
    """
    found = {power for power, some in CONTROL_PLANE.items() if _any(role.allows, some)}
    if _any(role.allows_data, READS):
        found.add(Power.READ)
    if _any(role.allows_data, _OWNING) or all(map(role.allows_data, _WHOLE_VAULT)):
        found.add(Power.OWN)
    return frozenset(found)


def _any(allows: Callable[[str], bool], operations: Iterable[str]) -> bool:
    return any(map(allows, operations))


def in_words(some: Iterable[Power]) -> str:
    """Powers as the end of a sentence, in one order.

    >>> in_words({Power.BLIND, Power.READ})
    'read stored data, and delete logs or switch off what writes them'
    """
    told = [power.value for power in Power if power in set(some)]
    return ", and ".join(told)


def wildcards(
    patterns: Iterable[str], operations: Iterable[str], taken: tuple[str, ...]
) -> list[str]:
    """The patterns with a ``*`` that cover one of these operations, which is not taken out again.

    >>> wildcards(["*/read", "Microsoft.Sql/*"], ["Microsoft.Sql/servers/write"], ())
    ['Microsoft.Sql/*']
    """
    left = [operation for operation in operations if not covered(operation, taken)]
    return [one for one in patterns if "*" in one and any(covered(each, (one,)) for each in left)]

"""Which Defender for Cloud plan watches which kind of resource."""

from collections.abc import Mapping
from typing import Final

from simulator.controls.stores import stores_of
from simulator.controls.tiers import is_consumption
from simulator.estate.model import Estate, Resource
from simulator.estate.personal_information import STORES, holding

STORAGE: Final = "StorageAccounts"
RESOURCE_MANAGER: Final = "Arm"

# Microsoft Learn, "Defender for Cloud: protection by plan". What has no plan is not in it.
_WATCHED: Final[Mapping[str, tuple[str, ...]]] = {
    STORAGE: ("azurerm_storage_account",),
    "SqlServers": (
        "azurerm_mssql_server",
        "azurerm_mssql_database",
        "azurerm_mssql_managed_instance",
        "azurerm_synapse_workspace",
    ),
    "OpenSourceRelationalDatabases": (
        "azurerm_postgresql_flexible_server",
        "azurerm_postgresql_server",
        "azurerm_mysql_flexible_server",
        "azurerm_mariadb_server",
    ),
    "CosmosDbs": ("azurerm_cosmosdb_account",),
    "KeyVaults": ("azurerm_key_vault",),
    "Containers": ("azurerm_kubernetes_cluster",),
    "AppServices": (
        "azurerm_linux_web_app",
        "azurerm_windows_web_app",
        "azurerm_linux_function_app",
        "azurerm_windows_function_app",
        "azurerm_app_service",
        "azurerm_function_app",
    ),
    "Api": ("azurerm_api_management",),
}
WATCHED: Final = tuple(type_ for types in _WATCHED.values() for type_ in types)
"""Every type that a plan watches."""


def needed_plans(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    """The plans that an estate needs, each with the resources that it is for.

    Resource Manager's is needed wherever any other is: it watches who changes the rest.
    """
    found = {
        plan: tuple(one for one in estate.of_type(*types) if _in_scope(estate, one))
        for plan, types in _WATCHED.items()
    }
    found = {plan: resources for plan, resources in found.items() if resources}
    first = next(iter(found.values()), ())
    return {**found, RESOURCE_MANAGER: first[:1]} if found else {}


def personal_accounts(estate: Estate) -> tuple[Resource, ...]:
    """The storage accounts that may hold personal information."""
    return tuple(one for one in stores_of(estate).accounts if _in_scope(estate, one))


def _in_scope(estate: Estate, resource: Resource) -> bool:
    if resource.type == "azurerm_api_management" and is_consumption(resource):
        return False  # no plan watches it
    return resource.type not in STORES or holding(estate, resource).may_hold

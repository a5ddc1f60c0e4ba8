"""ARM resource ids taken apart: which azurerm resource an id can be that of, by its name.

Before a first apply no id is known, and an id that is written out names a resource all the same.
Types are those of the Azure resource provider operations reference.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from simulator.estate.values import Reference, Value, effective

GROUP: Final = "azurerm_resource_group"

_SITES: Final = (
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard",
)
_MACHINES: Final = ("azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine")
_SCALE_SETS: Final = (
    "azurerm_linux_virtual_machine_scale_set",
    "azurerm_windows_virtual_machine_scale_set",
    "azurerm_orchestrated_virtual_machine_scale_set",
)

_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "microsoft.apimanagement/service": ("azurerm_api_management",),
    "microsoft.app/containerapps": ("azurerm_container_app",),
    "microsoft.app/managedenvironments": ("azurerm_container_app_environment",),
    "microsoft.appconfiguration/configurationstores": ("azurerm_app_configuration",),
    "microsoft.automation/automationaccounts": ("azurerm_automation_account",),
    "microsoft.cache/redis": ("azurerm_redis_cache",),
    "microsoft.cache/redisenterprise": (
        "azurerm_managed_redis",
        "azurerm_redis_enterprise_cluster",
    ),
    "microsoft.cdn/profiles": ("azurerm_cdn_frontdoor_profile", "azurerm_cdn_profile"),
    "microsoft.cognitiveservices/accounts": (
        "azurerm_cognitive_account",
        "azurerm_ai_services",
    ),
    "microsoft.compute/diskencryptionsets": ("azurerm_disk_encryption_set",),
    "microsoft.compute/virtualmachines": _MACHINES,
    "microsoft.compute/virtualmachinescalesets": _SCALE_SETS,
    "microsoft.containerinstance/containergroups": ("azurerm_container_group",),
    "microsoft.containerregistry/registries": ("azurerm_container_registry",),
    "microsoft.containerservice/managedclusters": ("azurerm_kubernetes_cluster",),
    "microsoft.databricks/workspaces": ("azurerm_databricks_workspace",),
    "microsoft.datafactory/factories": ("azurerm_data_factory",),
    "microsoft.dataprotection/backupvaults": ("azurerm_data_protection_backup_vault",),
    "microsoft.dbformysql/flexibleservers": ("azurerm_mysql_flexible_server",),
    "microsoft.dbforpostgresql/flexibleservers": ("azurerm_postgresql_flexible_server",),
    "microsoft.dbforpostgresql/servers": ("azurerm_postgresql_server",),
    "microsoft.documentdb/databaseaccounts": ("azurerm_cosmosdb_account",),
    "microsoft.documentdb/mongoclusters": ("azurerm_mongo_cluster",),
    "microsoft.eventgrid/systemtopics": ("azurerm_eventgrid_system_topic",),
    "microsoft.eventgrid/topics": ("azurerm_eventgrid_topic",),
    "microsoft.eventhub/namespaces": ("azurerm_eventhub_namespace",),
    "microsoft.insights/actiongroups": ("azurerm_monitor_action_group",),
    "microsoft.insights/components": ("azurerm_application_insights",),
    "microsoft.insights/datacollectionendpoints": ("azurerm_monitor_data_collection_endpoint",),
    "microsoft.insights/datacollectionrules": ("azurerm_monitor_data_collection_rule",),
    "microsoft.keyvault/managedhsms": ("azurerm_key_vault_managed_hardware_security_module",),
    "microsoft.keyvault/vaults": ("azurerm_key_vault",),
    "microsoft.logic/workflows": ("azurerm_logic_app_workflow",),
    "microsoft.managedidentity/userassignedidentities": ("azurerm_user_assigned_identity",),
    "microsoft.network/applicationgateways": ("azurerm_application_gateway",),
    "microsoft.network/azurefirewalls": ("azurerm_firewall",),
    "microsoft.network/bastionhosts": ("azurerm_bastion_host",),
    "microsoft.network/firewallpolicies": ("azurerm_firewall_policy",),
    "microsoft.network/networksecuritygroups": ("azurerm_network_security_group",),
    "microsoft.network/networkwatchers": ("azurerm_network_watcher",),
    "microsoft.network/privatednszones": ("azurerm_private_dns_zone",),
    "microsoft.network/privateendpoints": ("azurerm_private_endpoint",),
    "microsoft.network/publicipaddresses": ("azurerm_public_ip",),
    "microsoft.network/virtualnetworks": ("azurerm_virtual_network",),
    "microsoft.network/virtualnetworks/subnets": ("azurerm_subnet",),
    "microsoft.operationalinsights/workspaces": ("azurerm_log_analytics_workspace",),
    "microsoft.recoveryservices/vaults": ("azurerm_recovery_services_vault",),
    "microsoft.search/searchservices": ("azurerm_search_service",),
    "microsoft.servicebus/namespaces": ("azurerm_servicebus_namespace",),
    "microsoft.signalrservice/signalr": ("azurerm_signalr_service",),
    "microsoft.sql/managedinstances": ("azurerm_mssql_managed_instance",),
    "microsoft.sql/servers": ("azurerm_mssql_server",),
    "microsoft.sql/servers/databases": ("azurerm_mssql_database",),
    "microsoft.sql/servers/elasticpools": ("azurerm_mssql_elasticpool",),
    "microsoft.storage/storageaccounts": ("azurerm_storage_account",),
    "microsoft.synapse/workspaces": ("azurerm_synapse_workspace",),
    "microsoft.web/connections": ("azurerm_api_connection",),
    "microsoft.web/serverfarms": ("azurerm_service_plan",),
    "microsoft.web/sites": _SITES,
    "microsoft.web/staticsites": ("azurerm_static_web_app",),
}
_OWNERS: Final[Mapping[str, tuple[str, ...]]] = {
    "azurerm_subnet": ("virtual_network_name",),
    "azurerm_mssql_database": ("server_id",),
    "azurerm_mssql_elasticpool": ("server_name",),
}
"""The arguments of a nested resource that name what it is in, by name or by id."""


class Declared(Protocol):
    """A resource of the estate."""

    def get(self, path: str) -> Value:
        """The value of an argument."""

    @property
    def declared_name(self) -> str | None:
        """Its Azure name, if that is known."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a resource id, up to some segment of it, names.

    ``types`` are the azurerm types that it can be, ``group`` its resource group, ``owner`` the id
    of what it is nested in (``""`` if nothing) and ``owned_by`` the arguments that say so;
    ``suffix`` is the rest of the id.
    """

    types: tuple[str, ...]
    name: str
    group: str
    owner: str
    owned_by: tuple[str, ...]
    suffix: str

    def may_be(self, resource: Declared, by_address: Mapping[str, Declared]) -> bool:
        """Whether ``resource``, of one of the ``types``, is what is named.

        Its name decides. A resource whose own id is known is another one, and so is one that is
        known to be in another group, or not known to be in the same owner.
        """
        if (resource.declared_name or "").casefold() != self.name.casefold():
            return False
        if isinstance(effective(resource.get("id")), str):
            return False
        owners: list[Declared] = []
        for value in map(resource.get, self.owned_by):
            names = (self.owner, self.owner.rpartition("/")[2])
            if _says(value, names, by_address) is not True:
                return False
            if isinstance(value, Reference):
                owners.append(by_address[value.to])
        groups = (one.get("resource_group_name") for one in (resource, *owners))
        return all(_says(group, (self.group,), by_address) is not False for group in groups)


def _says(value: Value, names: tuple[str, ...], by_address: Mapping[str, Declared]) -> bool | None:
    """Whether ``value`` is one of these names and ids; ``None`` if that is not known."""
    known = effective(value)
    if isinstance(value, Reference) and not value.suffix and value.to in by_address:
        known = by_address[value.to].declared_name
    if not isinstance(known, str):
        return None
    return known.casefold().rstrip("/") in {name.casefold() for name in names}


_ID: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/(?P<group>[^/]+)"
    r"(?:/providers/(?P<namespace>[^/]+)(?P<rest>(?:/[^/]+/[^/]+)+))?(?P<suffix>.*)",
    re.IGNORECASE,
)


def named(text: str) -> Iterator[Named]:
    """The resources that the id ``text`` names, the innermost first; none if it is no such id.

    A resource group is named only by its own id: what an id names in it is something else.

    >>> account = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/a"
    >>> [(one.types, one.name, one.suffix) for one in named(account + "/blobServices/default")]
    [(('azurerm_storage_account',), 'a', '/blobServices/default')]
    """
    match = _ID.fullmatch(text.rstrip("/"))
    if match is None:
        return
    group, namespace = match["group"], match["namespace"]
    if namespace is None:
        if not match["suffix"]:
            yield Named((GROUP,), group, "", "", (), "")
        return
    segments = match["rest"].split("/")[1:]
    start = match.start("rest")
    for count in range(len(segments), 0, -2):
        types = _TYPES.get("/".join((namespace, *segments[:count:2])).lower())
        if types is None:
            continue
        end = start + sum(len(segment) + 1 for segment in segments[:count])
        nested = count > 2
        owner = text[: start + sum(len(segment) + 1 for segment in segments[: count - 2])]
        yield Named(
            types,
            segments[count - 1],
            group,
            owner if nested else "",
            _OWNERS[types[0]] if nested else (),
            text.rstrip("/")[end:],
        )

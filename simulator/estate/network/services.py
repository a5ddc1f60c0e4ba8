"""Services that are put into a subnet by an argument of their own.

An app with VNet integration only sends, a managed database only receives (Azure: integrate your app
with a virtual network; delegated subnets).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Block, Estate, Value
from simulator.estate.network.links import each
from simulator.estate.network.standing import Standing


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a type of resource is put into a subnet: ``of`` names the argument with its workload."""

    type: str
    path: str
    sends: bool = True
    receives: bool = True
    many: bool = False
    of: str = ""


def _apps(*types: str) -> tuple[_Kind, ...]:
    return tuple(_Kind(type_, "virtual_network_subnet_id", receives=False) for type_ in types)


def _databases(*pairs: tuple[str, str]) -> tuple[_Kind, ...]:
    return tuple(_Kind(type_, path, sends=False) for type_, path in pairs)


_KINDS: Final = (
    *_apps(
        "azurerm_linux_web_app",
        "azurerm_windows_web_app",
        "azurerm_linux_function_app",
        "azurerm_windows_function_app",
        "azurerm_function_app_flex_consumption",
        "azurerm_logic_app_standard",
        "azurerm_linux_web_app_slot",
        "azurerm_windows_web_app_slot",
        "azurerm_linux_function_app_slot",
        "azurerm_windows_function_app_slot",
    ),
    _Kind(
        "azurerm_app_service_virtual_network_swift_connection",
        "subnet_id",
        receives=False,
        of="app_service_id",
    ),
    _Kind("azurerm_app_service_environment_v3", "subnet_id", many=True),
    *_databases(
        ("azurerm_postgresql_flexible_server", "delegated_subnet_id"),
        ("azurerm_mysql_flexible_server", "delegated_subnet_id"),
        ("azurerm_redis_cache", "subnet_id"),
        ("azurerm_netapp_volume", "subnet_id"),
    ),
    _Kind("azurerm_mssql_managed_instance", "subnet_id", sends=False, many=True),
    _Kind("azurerm_cosmosdb_cassandra_datacenter", "delegated_management_subnet_id", many=True),
    _Kind("azurerm_api_management", "virtual_network_configuration.subnet_id", many=True),
    _Kind("azurerm_kubernetes_cluster", "default_node_pool.vnet_subnet_id", many=True),
    _Kind("azurerm_kubernetes_cluster", "default_node_pool.pod_subnet_id", many=True),
    _Kind(
        "azurerm_kubernetes_cluster_node_pool",
        "vnet_subnet_id",
        many=True,
        of="kubernetes_cluster_id",
    ),
    _Kind(
        "azurerm_kubernetes_cluster_node_pool",
        "pod_subnet_id",
        many=True,
        of="kubernetes_cluster_id",
    ),
    _Kind("azurerm_container_app_environment", "infrastructure_subnet_id", many=True),
    _Kind("azurerm_container_group", "subnet_ids"),
    _Kind("azurerm_application_gateway", "gateway_ip_configuration.subnet_id", many=True),
    _Kind("azurerm_bastion_host", "ip_configuration.subnet_id", receives=False),
    _Kind("azurerm_batch_pool", "network_configuration.subnet_id", many=True),
    _Kind("azurerm_machine_learning_compute_cluster", "subnet_resource_id", many=True),
    _Kind("azurerm_machine_learning_compute_instance", "subnet_resource_id"),
)


def services(estate: Estate) -> Iterator[Standing]:
    """Every declared service with a subnet of its own choosing, once for each subnet."""
    for kind in _KINDS:
        for resource in estate.of_type(kind.type):
            owner = estate.target(resource.get(kind.of)) if kind.of else None
            for value in _values(resource.body, kind.path):
                yield Standing(
                    resource if owner is None else owner.resource,
                    resource,
                    kind.path,
                    value,
                    kind.sends,
                    kind.receives,
                    many=kind.many,
                )


def _values(body: Block, path: str) -> Iterator[Value]:
    """The values at ``path``, of every block on the way; where one is not known, neither is it."""
    name, _, rest = path.partition(".")
    if not rest:
        yield from each(body.get(name))
        return
    why = body.unresolved(name)
    if why is not None:
        yield why
    for block in body.blocks(name):
        yield from each(block.get(rest))

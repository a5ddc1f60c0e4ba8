"""Microsoft.Network: virtual networks, subnets and their rules, and private endpoints.

Properties: Azure REST API reference, Microsoft.Network 2024-05-01. A subnet that a live network
shows within itself is a resource of its own; that it has a security group is one more, as azurerm
has it.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    ALONE,
    ENABLED,
    NAME,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Blocks,
    Kind,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Block, Known, Node, Reference, Unresolvable

_NETWORKS: Final = "Microsoft.Network/virtualNetworks"
_SUBNETS: Final = f"{_NETWORKS}/subnets"
_GROUPS: Final = "Microsoft.Network/networkSecurityGroups"
_TABLES: Final = "Microsoft.Network/routeTables"
_ENDPOINTS: Final = "Microsoft.Network/privateEndpoints"
_ZONES: Final = "Microsoft.Network/privateDnsZones"
_SECURITY_GROUP: Final = "networkSecurityGroup"
_ROUTE_TABLE: Final = "routeTable"
_POLICIES: Final = "private_endpoint_network_policies"


def _listed(body: Block, path: str) -> tuple[Block, ...]:
    node = leaf(body, path)
    if isinstance(node, Block):
        return (node,)
    return node if isinstance(node, tuple) else ()


def _in_network(network: ArmResource) -> Iterator[ArmResource]:
    """What a live network has within itself, each with an id of its own."""
    for kind, path in (
        ("subnets", "properties.subnets"),
        ("virtualNetworkPeerings", "properties.virtualNetworkPeerings"),
    ):
        for one in _listed(network.body, path):
            name = leaf(one, "name")
            if isinstance(one.values.get("id"), Known) and isinstance(name, Known):
                yield network.within(kind, str(name.value), one)


def _on_subnet(subnet: ArmResource) -> Iterator[ArmResource]:
    """What a subnet is tied to, which azurerm has as resources: ``…_association``."""
    for kind in (_SECURITY_GROUP, _ROUTE_TABLE):
        tied = leaf(subnet.body, f"properties.{kind}.id")
        if tied is not None and not (isinstance(tied, Known) and tied.value is None):
            yield subnet.within(kind, kind, Block(MappingProxyType({"to": tied})))


def _address_prefixes(prefix: str = "properties") -> Arguments:
    return (
        Argument("address_prefixes", f"{prefix}.addressPrefixes"),
        Argument("address_prefixes", f"{prefix}.addressPrefix", ALONE),
    )


def _rule(name: str) -> Arguments:
    ends = tuple(
        Argument(f"{end}_{ours}", f"properties.{end}{theirs}")
        for end in ("source", "destination")
        for ours, theirs in (
            ("port_range", "PortRange"),
            ("port_ranges", "PortRanges"),
            ("address_prefix", "AddressPrefix"),
            ("address_prefixes", "AddressPrefixes"),
        )
    )
    groups = tuple(
        Argument(
            f"{end}_application_security_group_ids",
            f"properties.{end}ApplicationSecurityGroups",
            each="id",
        )
        for end in ("source", "destination")
    )
    return (
        Argument("name", name),
        *(
            Argument(one, f"properties.{one}")
            for one in ("access", "direction", "protocol", "priority", "description")
        ),
        *ends,
        *groups,
    )


_ROUTE: Final = (
    Argument("address_prefix", "properties.addressPrefix"),
    Argument("next_hop_type", "properties.nextHopType"),
    Argument("next_hop_in_ip_address", "properties.nextHopIpAddress"),
)

_VIRTUAL_NETWORKS: Final = (
    Kind(
        _NETWORKS,
        "azurerm_virtual_network",
        (
            Argument("address_space", "properties.addressSpace.addressPrefixes"),
            Argument("dns_servers", "properties.dhcpOptions.dnsServers"),
            Blocks(
                "subnet",
                "properties.subnets",
                (
                    Argument("name", "name"),
                    Argument("id", "id"),
                    *_address_prefixes(),
                    Argument("security_group", f"properties.{_SECURITY_GROUP}.id"),
                    Argument("route_table_id", f"properties.{_ROUTE_TABLE}.id"),
                    Argument(_POLICIES, "properties.privateEndpointNetworkPolicies"),
                ),
            ),
        ),
        also=_in_network,
    ),
    Kind(
        _SUBNETS,
        "azurerm_subnet",
        (
            Argument("virtual_network_name", PARENT_NAME),
            *_address_prefixes(),
            Argument(_POLICIES, "properties.privateEndpointNetworkPolicies"),
            Argument(
                "private_link_service_network_policies_enabled",
                "properties.privateLinkServiceNetworkPolicies",
                ENABLED,
            ),
            Argument("default_outbound_access_enabled", "properties.defaultOutboundAccess"),
            Argument("service_endpoints", "properties.serviceEndpoints", each="service"),
            Blocks(
                "delegation",
                "properties.delegations",
                (
                    Argument("name", "name"),
                    Argument("service_delegation.name", "properties.serviceName"),
                    Argument("service_delegation.actions", "properties.actions"),
                ),
            ),
        ),
        also=_on_subnet,
    ),
    # No types of ARM's: a property of a subnet that is a resource in azurerm.
    Kind(
        f"{_SUBNETS}/{_SECURITY_GROUP}",
        "azurerm_subnet_network_security_group_association",
        (Argument("subnet_id", PARENT), Argument("network_security_group_id", "to")),
    ),
    Kind(
        f"{_SUBNETS}/{_ROUTE_TABLE}",
        "azurerm_subnet_route_table_association",
        (Argument("subnet_id", PARENT), Argument("route_table_id", "to")),
    ),
    Kind(
        f"{_NETWORKS}/virtualNetworkPeerings",
        "azurerm_virtual_network_peering",
        (
            Argument("virtual_network_name", PARENT_NAME),
            Argument("remote_virtual_network_id", "properties.remoteVirtualNetwork.id"),
            Argument("allow_virtual_network_access", "properties.allowVirtualNetworkAccess"),
            Argument("allow_forwarded_traffic", "properties.allowForwardedTraffic"),
            Argument("allow_gateway_transit", "properties.allowGatewayTransit"),
            Argument("use_remote_gateways", "properties.useRemoteGateways"),
        ),
    ),
    Kind(
        _GROUPS,
        "azurerm_network_security_group",
        (Blocks("security_rule", "properties.securityRules", _rule("name")),),
    ),
    Kind(
        f"{_GROUPS}/securityRules",
        "azurerm_network_security_rule",
        (Argument("network_security_group_name", PARENT_NAME), *_rule(NAME)),
    ),
    Kind("Microsoft.Network/applicationSecurityGroups", "azurerm_application_security_group", ()),
    Kind(
        _TABLES,
        "azurerm_route_table",
        (
            Blocks("route", "properties.routes", (Argument("name", "name"), *_ROUTE)),
            Argument("subnets", "properties.subnets", each="id"),
        ),
    ),
    Kind(
        f"{_TABLES}/routes",
        "azurerm_route",
        (Argument("route_table_name", PARENT_NAME), *_ROUTE),
    ),
    Kind(
        "Microsoft.Network/publicIPAddresses",
        "azurerm_public_ip",
        (
            Argument("sku", "sku.name"),
            Argument("allocation_method", "properties.publicIPAllocationMethod"),
            Argument("ip_address", "properties.ipAddress"),
            Argument("domain_name_label", "properties.dnsSettings.domainNameLabel"),
            Argument("fqdn", "properties.dnsSettings.fqdn"),
        ),
    ),
)


def _connections(endpoint: ArmResource) -> Mapping[str, Node]:
    """``private_service_connection``; those that somebody must approve are listed apart in ARM."""
    blocks: list[Block] = []
    for manual, path in (
        (False, "properties.privateLinkServiceConnections"),
        (True, "properties.manualPrivateLinkServiceConnections"),
    ):
        node = leaf(endpoint.body, path)
        if isinstance(node, Reference | Unresolvable):
            return {"private_service_connection": node}
        blocks += (_connection(one, manual=manual) for one in _listed(endpoint.body, path))
    return {"private_service_connection": tuple(blocks)} if blocks else {}


def _connection(one: Block, *, manual: bool) -> Block:
    sources = {
        "name": "name",
        "private_connection_resource_id": "properties.privateLinkServiceId",
        "subresource_names": "properties.groupIds",
        "request_message": "properties.requestMessage",
    }
    found = {name: leaf(one, source) for name, source in sources.items()}
    values = {name: node for name, node in found.items() if node is not None}
    return Block(MappingProxyType({**values, "is_manual_connection": Known(manual)}), one.origin)


_PRIVATE: Final = (
    Kind(
        _ENDPOINTS,
        "azurerm_private_endpoint",
        (
            Argument("subnet_id", "properties.subnet.id"),
            Argument("custom_network_interface_name", "properties.customNetworkInterfaceName"),
        ),
        more=_connections,
    ),
    Kind(
        f"{_ENDPOINTS}/privateDnsZoneGroups",
        "azurerm_private_endpoint",
        (
            Argument("private_dns_zone_group.name", NAME),
            Argument(
                "private_dns_zone_group.private_dns_zone_ids",
                "properties.privateDnsZoneConfigs",
                each="properties.privateDnsZoneId",
            ),
        ),
        part=True,
    ),
    Kind(_ZONES, "azurerm_private_dns_zone", ()),
    Kind(
        f"{_ZONES}/virtualNetworkLinks",
        "azurerm_private_dns_zone_virtual_network_link",
        (
            Argument("private_dns_zone_name", PARENT_NAME),
            Argument("virtual_network_id", "properties.virtualNetwork.id"),
            Argument("registration_enabled", "properties.registrationEnabled", default=False),
        ),
    ),
)

_ANALYTICS: Final = "properties.flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration"
_WATCHERS: Final = (
    Kind("Microsoft.Network/networkWatchers", "azurerm_network_watcher", ()),
    Kind(
        "Microsoft.Network/networkWatchers/flowLogs",
        "azurerm_network_watcher_flow_log",
        (
            Argument("network_watcher_name", PARENT_NAME),
            Argument("target_resource_id", "properties.targetResourceId"),
            Argument("storage_account_id", "properties.storageId"),
            Argument("enabled", "properties.enabled"),
            Argument("retention_policy.enabled", "properties.retentionPolicy.enabled"),
            Argument("retention_policy.days", "properties.retentionPolicy.days"),
            Argument("traffic_analytics.enabled", f"{_ANALYTICS}.enabled"),
            Argument("traffic_analytics.workspace_id", f"{_ANALYTICS}.workspaceId"),
            Argument("traffic_analytics.workspace_region", f"{_ANALYTICS}.workspaceRegion"),
            Argument(
                "traffic_analytics.workspace_resource_id", f"{_ANALYTICS}.workspaceResourceId"
            ),
            Argument(
                "traffic_analytics.interval_in_minutes", f"{_ANALYTICS}.trafficAnalyticsInterval"
            ),
        ),
    ),
)

NETWORK: Final = (*_VIRTUAL_NETWORKS, *_PRIVATE, *_WATCHERS)

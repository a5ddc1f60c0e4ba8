"""Microsoft.Network: network interfaces, and the groups that they are in.

Properties: Azure REST API reference, Microsoft.Network/networkInterfaces 2024-05-01. The interface
of a private endpoint is Azure's own: the endpoint itself is what stands there.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import PARENT, Argument, Blocks, Kind, OneOf, leaf
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Block, Known, Node

_INTERFACE: Final = "azurerm_network_interface"
_NIC: Final = "Microsoft.Network/networkInterfaces"
_GROUP: Final = "networkSecurityGroup"
_ASG: Final = "applicationSecurityGroups"


def _azurerm(nic: ArmResource) -> str | None:
    return (
        None
        if _is_set(leaf(nic.body, "properties.privateEndpoint.id"))
        else "azurerm_network_interface"
    )


def _is_set(node: "Node | None") -> bool:
    return node is not None and not (isinstance(node, Known) and node.value is None)


def _on_interface(nic: ArmResource) -> Iterator[ArmResource]:
    """What an interface is tied to, which azurerm has as resources: ``…_association``."""
    if _azurerm(nic) is None:
        return
    group = leaf(nic.body, f"properties.{_GROUP}.id")
    if group is not None and _is_set(group):
        yield nic.within(_GROUP, _GROUP, Block(MappingProxyType({"to": group})))
    for place, one in enumerate(_listed(leaf(nic.body, "properties.ipConfigurations"))):
        for number, asg in enumerate(_listed(leaf(one, f"properties.{_ASG}"))):
            to = leaf(asg, "id")
            if to is not None:
                tie = Block(MappingProxyType({"to": to}))
                yield nic.within(_ASG, f"{_ASG}-{place}-{number}", tie)


def _listed(node: "Node | None") -> tuple[Block, ...]:
    if isinstance(node, Block):
        return (node,)
    return node if isinstance(node, tuple) else ()


INTERFACES: Final = (
    Kind(
        _NIC,
        OneOf((_INTERFACE,), _azurerm),
        (
            Blocks(
                "ip_configuration",
                "properties.ipConfigurations",
                (
                    Argument("name", "name"),
                    Argument("subnet_id", "properties.subnet.id"),
                    Argument("private_ip_address", "properties.privateIPAddress"),
                ),
            ),
            Argument("ip_forwarding_enabled", "properties.enableIPForwarding"),
        ),
        also=_on_interface,
    ),
    # No types of ARM's: properties of an interface that are resources in azurerm.
    Kind(
        f"{_NIC}/{_GROUP}",
        f"{_INTERFACE}_security_group_association",
        (
            Argument("network_interface_id", PARENT),
            Argument("network_security_group_id", "to"),
        ),
    ),
    Kind(
        f"{_NIC}/{_ASG}",
        f"{_INTERFACE}_application_security_group_association",
        (
            Argument("network_interface_id", PARENT),
            Argument("application_security_group_id", "to"),
        ),
    ),
)

"""Network interfaces, of machines, of scale sets and of private endpoints, and who has them."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.estate.model import Block, Estate, Resource, Unresolvable
from simulator.estate.network.links import each
from simulator.estate.network.spans import Spans
from simulator.estate.network.standing import Standing, address, declared, members
from simulator.estate.private_endpoints import endpoints

_NIC: Final = "azurerm_network_interface"
_NIC_GROUP: Final = f"{_NIC}_security_group_association"
_NIC_ASG: Final = f"{_NIC}_application_security_group_association"
_ENDPOINT_ASG: Final = "azurerm_private_endpoint_application_security_group_association"
_ASG_IDS: Final = "application_security_group_ids"
_MACHINES: Final = (
    "azurerm_linux_virtual_machine",
    "azurerm_windows_virtual_machine",
    "azurerm_virtual_machine",
)
_SCALE_SETS: Final = (
    "azurerm_linux_virtual_machine_scale_set",
    "azurerm_windows_virtual_machine_scale_set",
    "azurerm_orchestrated_virtual_machine_scale_set",
)
_ABOVE: Final = frozenset({"azurerm_subscription", "azurerm_resource_group"})


def private_endpoints(estate: Estate) -> Iterator[Standing]:
    """What the private endpoints lead to, or the endpoint itself where that is not declared."""
    joined, doubt = members(estate, _ENDPOINT_ASG, "private_endpoint_id")
    for one in endpoints(estate):
        target = estate.target(one.leads_to)
        outside = target is None or target.resource.type in _ABOVE
        yield Standing(
            one.resource if target is None or outside else target.resource,
            one.resource,
            "subnet_id",
            one.resource.get("subnet_id"),
            sends=False,
            endpoint=True,
            addresses=_fixed(one.resource),
            asgs=joined.get(one.resource.address, frozenset()),
            asg_doubt=doubt,
        )


def _fixed(endpoint: Resource) -> Spans | None:
    """The addresses that a private endpoint is given by hand."""
    found = [address(block) for block in endpoint.blocks("ip_configuration")]
    known = [spans for spans in found if spans is not None]
    if not known or len(known) < len(found):
        return None
    return Spans.of(run for spans in known for run in spans.runs)


def interfaces(estate: Estate) -> Iterator[Standing]:
    """The network interfaces that are resources, as the machines that have them."""
    machines = {
        target.resource.address: machine
        for machine in estate.of_type(*_MACHINES)
        for id_ in each(machine.get("network_interface_ids"))
        if (target := estate.target(id_)) is not None
    }
    joined, asg_doubt = members(estate, _NIC_ASG, "network_interface_id")
    groups, lost = _groups(estate)
    for nic in estate.of_type(_NIC):
        mine, doubt = groups.get(nic.address, ((), ""))
        for block in nic.blocks("ip_configuration") or (_unread(nic, "ip_configuration"),):
            yield Standing(
                machines.get(nic.address, nic),
                nic,
                "ip_configuration.subnet_id",
                block.get("subnet_id"),
                addresses=address(block),
                groups=mine,
                group_doubt="; ".join(filter(None, (doubt, lost))),
                asgs=joined.get(nic.address, frozenset()),
                asg_doubt=asg_doubt,
            )


def _unread(resource: Resource, name: str) -> Block:
    return Block({"subnet_id": resource.unresolved(name) or Unresolvable(f"no {name}")})


def _groups(estate: Estate) -> tuple[Mapping[str, tuple[tuple[Resource, ...], str]], str]:
    """The security groups of each interface by association, and why it may have others."""
    found: dict[str, tuple[tuple[Resource, ...], str]] = {}
    lost: list[str] = []
    for link in estate.of_type(_NIC_GROUP):
        nic = estate.target(link.get("network_interface_id"))
        if nic is None:
            lost.append(f"the interface of {link.address} cannot be told")
        else:
            ids = each(link.get("network_security_group_id"))
            found[nic.resource.address] = declared(estate, ids)
    return found, "; ".join(lost)


def scale_sets(estate: Estate) -> Iterator[Standing]:
    """The scale sets, once for each address that each of their machines has."""
    for scale_set in estate.of_type(*_SCALE_SETS):
        for nic in scale_set.blocks("network_interface") or (_unread_nic(scale_set),):
            own, doubt = declared(estate, each(nic.get("network_security_group_id")))
            for block in nic.blocks("ip_configuration"):
                asgs, lost = declared(estate, each(block.get(_ASG_IDS)))
                yield Standing(
                    scale_set,
                    scale_set,
                    "network_interface.ip_configuration.subnet_id",
                    block.get("subnet_id"),
                    many=True,
                    groups=own,
                    group_doubt=doubt,
                    asgs=frozenset(asg.address for asg in asgs),
                    asg_doubt=lost,
                )


def _unread_nic(scale_set: Resource) -> Block:
    return Block({"ip_configuration": (_unread(scale_set, "network_interface"),)})

"""Which virtual networks are joined: by peering, by a virtual hub, or with what is not declared.

Peering has two halves and does not pass on (Azure: virtual network peering overview).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Estate, Resource, effective
from simulator.estate.network.addresses import untold
from simulator.estate.network.ends import End
from simulator.estate.network.links import linked
from simulator.estate.network.spans import Spans
from simulator.estate.network.topology import NETWORK, UNDECLARED, Subnet, topology
from simulator.estate.scopes import Answer

_PEERING: Final = "azurerm_virtual_network_peering"
_GATEWAY: Final = "azurerm_virtual_network_gateway"
_HUB: Final = "azurerm_virtual_hub_connection"
_FAR: Final = 2**20


@dataclass(frozen=True, slots=True)
class Way:
    """Whether traffic gets there: ``open`` is ``None`` where that cannot be told, and ``why``."""

    open: Answer
    why: str = ""


STRAIGHT: Final = Way(open=True)


def shut(why: str) -> Way:
    """No way."""
    return Way(False, why)  # noqa: FBT003 - the one place


def unsure(why: str) -> Way:
    """Perhaps a way."""
    return Way(None, why)


@dataclass(frozen=True, slots=True)
class _Half:
    """One half of a peering: from ``local`` to ``remote`` (``""``: not declared)."""

    local: str
    remote: str
    resource: Resource
    access: Answer


def joined(estate: Estate, local: str, remote: str) -> Way:
    """Whether the network with the key ``local`` may send to ``remote``, as the two are joined."""
    if local == remote:
        return STRAIGHT
    halves = [h for h in estate.derived(_halves) if {h.local, h.remote} == {local, remote}]
    if not halves:
        hubs = estate.derived(_hubs)
        if hubs.get(local, frozenset()) & hubs.get(remote, frozenset()):
            return unsure("both networks are connected to one virtual hub, whose routing decides")
        return shut(f"{local} and {remote} are not peered")
    there = [h for h in halves if h.local == local]
    if any(h.access is False for h in there):
        return shut(f"{there[0].resource.address} has allow_virtual_network_access = false")
    doubtful = [h for h in halves if h.access is not True]
    if len({h.local for h in halves}) < 2:
        doubt = f"only one half of the peering is declared: {halves[0].resource.address}"
    else:
        doubt = (
            f"what {doubtful[0].resource.address} lets through cannot be told" if doubtful else ""
        )
    return unsure(doubt) if doubt else STRAIGHT


def peers(estate: Estate, network: str) -> frozenset[str]:
    """What a network is peered with, declared or not."""
    halves = estate.derived(_halves)
    there = {h.remote or h.resource.address for h in halves if h.local == network}
    return frozenset(there | {h.local for h in halves if h.remote == network})


def _halves(estate: Estate) -> tuple[_Half, ...]:
    here = topology(estate)
    found: list[_Half] = []
    for peering in estate.of_type(_PEERING):
        local = linked(
            estate,
            peering,
            "virtual_network_id",
            "virtual_network_name",
            NETWORK,
        )
        remote = here.network_at(peering.get("remote_virtual_network_id"))
        access = effective(peering.get("allow_virtual_network_access"))
        whole = effective(peering.get("peer_complete_virtual_networks_enabled"))
        found.append(
            _Half(
                "" if local is None else local.address,
                "" if remote is None else remote.key,
                peering,
                access if isinstance(access, bool) and whole is not False else None,
            )
        )
    return tuple(found)


def _hubs(estate: Estate) -> Mapping[str, frozenset[str]]:
    """The virtual hubs that each network is connected to."""
    here = topology(estate)
    found: dict[str, frozenset[str]] = {}
    for link in estate.of_type(_HUB):
        network = here.network_at(link.get("remote_virtual_network_id"))
        hub = estate.target(link.get("virtual_hub_id"))
        if network is not None:
            name = link.address if hub is None else hub.resource.address
            found[network.key] = found.get(network.key, frozenset()) | {name}
    return found


def beyond(estate: Estate) -> tuple[End, ...]:
    """What is not declared here and may send into a network: peers, hubs, gateways, its own rest.

    Each is an end in a subnet of its own, whose addresses nobody can tell.
    """
    return estate.derived(_beyond)


def _beyond(estate: Estate) -> tuple[End, ...]:
    found: list[End] = []
    for number, (key, _, resource, _) in enumerate(_outside(estate)):
        spans = untold(_FAR + number)
        found.append(End(Subnet(key, resource, resource.body, "", key, spans), spans))
    return tuple(found)


def behind(estate: Estate, network: str) -> tuple[str, str] | None:
    """Of the network of an end ``beyond``: what it may send into, and why that is not sure."""
    return estate.derived(_far).get(network)


def _far(estate: Estate) -> Mapping[str, tuple[str, str]]:
    """Of each end beyond: the network that it may send into, and why that is not sure."""
    return {key: (network, why) for key, network, _, why in _outside(estate)}


def _outside(estate: Estate) -> Iterator[tuple[str, str, Resource, str]]:
    here = topology(estate)
    for half in estate.derived(_halves):
        if bool(half.local) != bool(half.remote):
            peer = half.resource.address
            why = f"the other side of {peer} is not declared here"
            yield f"the network behind {peer}", half.local or half.remote, half.resource, why
    for link in estate.of_type(_HUB):
        network = here.network_at(link.get("remote_virtual_network_id"))
        if network is not None:
            why = f"what else is connected to the hub of {link.address} is not declared here"
            yield f"the hub of {link.address}", network.key, link, why
    for gateway in estate.of_type(_GATEWAY):
        for block in gateway.blocks("ip_configuration"):
            subnet = here.subnet_at(block.get("subnet_id"))
            if subnet is not None:
                why = f"what {gateway.address} connects is not declared here"
                yield f"the sites behind {gateway.address}", subnet.network, gateway, why
                break
    for network in here.networks.values():
        if network.key.startswith(UNDECLARED):
            why = "the network itself is not declared here"
            yield f"the rest of {network.key}", network.key, network.resource, why


def spans_joined(estate: Estate, network: str) -> Spans:
    """The addresses of a network and of all that may be joined to it (``VirtualNetwork``)."""
    others = topology(estate).networks.values()
    near = [one.spans for one in others if joined(estate, network, one.key).open is not False]
    far = [e.spans for e in beyond(estate) if estate.derived(_far)[e.subnet.key][0] == network]
    return Spans.of(run for spans in (*near, *far) for run in spans.runs)

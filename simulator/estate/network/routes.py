"""Whether there is a way from one subnet to another at all, before any rule is asked.

Within a network there is, and between two that are joined. A user-defined route that is as narrow
as Azure's own overrides it, and what a firewall behind it lets through cannot be told here (Azure:
virtual network traffic routing).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Block, Estate, Resource, effective
from simulator.estate.network.addresses import IPV4, UNTOLD, prefix
from simulator.estate.network.ends import End
from simulator.estate.network.links import linked
from simulator.estate.network.peerings import Way, behind, joined, peers, shut, unsure
from simulator.estate.network.spans import NOTHING, Spans
from simulator.estate.network.topology import Subnet, topology

_TABLE: Final = "azurerm_route_table"
_ROUTE: Final = "azurerm_route"
_HALF: Final = Spans(((0, 2**31 - 1),))
_APPLIANCES: Final = frozenset({"virtualappliance", "virtualnetworkgateway"})


@dataclass(frozen=True, slots=True)
class _Route:
    """A user-defined route; ``spans`` and ``hop`` are ``None`` where they cannot be told."""

    spans: Spans | None
    hop: str | None
    name: str


def way(estate: Estate, source: Subnet, destination: End) -> Way:
    """The way from any address in ``source`` to ``destination``."""
    there = destination.subnet
    far = behind(estate, source.network)
    if far is not None:
        return unsure(far[1]) if far[0] == there.network else shut("joined to another network")
    joint = joined(estate, source.network, there.network)
    override = _override(estate, source, destination, joint)
    if joint.open is False:
        both = peers(estate, source.network) and peers(estate, there.network)
        return override if both and override is not None and override.open is None else joint
    return joint if override is None else override


def routed(estate: Estate, subnet: Subnet) -> tuple[Spans, bool]:
    """The prefixes of a subnet's own routes, and whether these may be everything.

    The tag ``VirtualNetwork`` has them in it, a default route perhaps (Azure: service tags).
    """
    routes = [route for table in subnet.tables for route in _routes(estate, table)]
    known = [one.spans for one in routes if one.spans is not None and not IPV4.within(one.spans)]
    everything = len(known) < len(routes) or bool(subnet.table_doubt)
    return Spans.of(run for spans in known for run in spans.runs), everything


def _override(estate: Estate, source: Subnet, destination: End, joint: Way) -> Way | None:
    """What a user-defined route makes of the way; ``None`` if none applies."""
    what, there = destination.what, destination.subnet
    if what is not None and what.endpoint and there.routes is False:
        return None  # the endpoint's own route of one address is narrower than any
    if source.table_doubt:
        return unsure(source.table_doubt)
    system = None if joint.open is False else _system(estate, destination)
    best: _Route | None = None
    for route in (route for table in source.tables for route in _routes(estate, table)):
        if route.spans is None or route.hop is None:
            return unsure(f"route {route.name!r} cannot be read")
        if not destination.spans.within(route.spans | UNTOLD):
            continue
        if system is not None and not route.spans.count <= system.count:
            continue  # Azure's own route is narrower
        if best is None or best.spans is None or route.spans.count < best.spans.count:
            best = route
    if best is None or best.hop == "vnetlocal":
        return None
    if best.hop in _APPLIANCES:
        return unsure(f"route {best.name!r} sends it through an appliance, which decides")
    return shut(f"route {best.name!r} leads elsewhere ({best.hop})")


def _system(estate: Estate, destination: End) -> Spans:
    """The prefix of Azure's own route to a destination: one of its network's address space.

    Where that is not known, it is less than the whole of IPv4 all the same.
    """
    network = topology(estate).networks[destination.subnet.network]
    inside = [one for one in network.space if destination.spans.within(one)]
    return min(inside, key=lambda one: one.count, default=_HALF)


def _routes(estate: Estate, table: Resource) -> tuple[_Route, ...]:
    return estate.derived(_tables).get(table.address, ())


def _tables(estate: Estate) -> Mapping[str, tuple[_Route, ...]]:
    found = {
        table.address: tuple(_route(block) for block in table.blocks("route"))
        + ((_Route(None, None, "route"),) if table.unresolved("route") else ())
        for table in estate.of_type(_TABLE)
    }
    for one in estate.of_type(_ROUTE):
        table = linked(estate, one, "route_table_id", "route_table_name", _TABLE)
        route = _Route(None, None, one.address) if table is None else _route(one.body)
        for address in [*found] if table is None else [table.address]:
            found[address] = (*found.get(address, ()), route)
    return found


def _route(block: Block) -> _Route:
    text, hop = effective(block.get("address_prefix")), effective(block.get("next_hop_type"))
    spans = prefix(text) if isinstance(text, str) else None
    if spans is None and isinstance(text, str) and text and text[0].isalpha():
        spans = NOTHING  # a service tag: public addresses of Azure
    return _Route(
        spans, hop.casefold() if isinstance(hop, str) else None, str(effective(block.get("name")))
    )

"""Virtual networks, their subnets, and what each subnet is tied to.

A subnet is a resource of its own or a block of its network; a security group or a route table is
tied to it by an association, in that block, or (azurerm 5) by a write-only argument.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from types import MappingProxyType
from typing import Final

from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
    show,
)
from simulator.estate.network.addresses import prefix, untold
from simulator.estate.network.links import each, linked
from simulator.estate.network.spans import Spans

NETWORK: Final = "azurerm_virtual_network"
SUBNET: Final = "azurerm_subnet"
GROUP_LINK: Final = "azurerm_subnet_network_security_group_association"
TABLE_LINK: Final = "azurerm_subnet_route_table_association"
UNDECLARED: Final = "a virtual network that is not declared: "
"""How the key of such a network begins."""
AZURES_OWN: Final = frozenset(
    {"gatewaysubnet", "azurefirewallsubnet", "azurefirewallmanagementsubnet", "routeserversubnet"}
)
"""Subnets, by name, in which Azure lets nobody put a workload."""

_SPARE: Final = 2**21
_OWN_GROUP: Final = ("security_group", "network_security_group_id_wo")
_OWN_TABLE: Final = ("route_table_id", "route_table_id_wo")
_BY_NAME: Final = re.compile(r"/virtualNetworks/([^/${}]+)/subnets/([^/${}]+)/?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Network:
    """A virtual network: its address, its declared space and that of its subnets.

    Where it is not declared, ``resource`` is one of its subnets. ``space`` are the prefixes of its
    address space, one by one, and ``spare`` those addresses in it that no declared subnet has; they
    are not known where its prefixes are not. ``spans`` is all of its addresses.
    """

    key: str
    resource: Resource
    space: tuple[Spans, ...]
    spans: Spans
    spare: Spans


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet and what is tied to it.

    ``network`` is the key of its network. ``groups`` and ``tables`` are the security groups and
    route tables; ``group_doubt`` and ``table_doubt`` say why there may be others, ``""`` if there
    surely are none. ``delegated`` are the services that have it to themselves. ``filters`` and
    ``routes`` say whether the groups and the tables bear on private endpoints in it; ``None`` if
    that cannot be told.
    """

    key: str
    resource: Resource
    block: Block
    name: str
    network: str
    spans: Spans
    groups: tuple[Resource, ...] = ()
    tables: tuple[Resource, ...] = ()
    group_doubt: str = ""
    table_doubt: str = ""
    filters: bool | None = False
    routes: bool | None = False
    delegated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topology:
    """The declared networks and subnets, by key. The key of a resource is its address."""

    estate: Estate
    networks: Mapping[str, Network]
    subnets: Mapping[str, Subnet]

    def of_network(self, key: str) -> tuple[Subnet, ...]:
        """The subnets of a network."""
        return tuple(subnet for subnet in self.subnets.values() if subnet.network == key)

    def network_at(self, value: Value) -> Network | None:
        """The declared network with this id or reference; ``None`` if it is none of them."""
        target = self.estate.target(value)
        if target is not None:
            return self.networks.get(target.resource.address)
        return self.networks.get(value.to) if isinstance(value, Reference) else None

    def subnet_at(self, value: Value) -> Subnet | None:
        """The declared subnet with this id or reference; ``None`` if it is none of them."""
        target = self.estate.target(value)
        if target is None:
            return self._by_names(value)
        found = self.subnets.get(target.resource.address)
        if found is not None:
            return found
        if target.resource.type == NETWORK and target.resource.mode == "managed":
            return self._inline(target.resource.address, target.suffix)
        if target.resource.type == SUBNET:
            names = (effective(target.resource.get(n)) for n in ("virtual_network_name", "name"))
            return self._called(*map(str, names))
        return self._by_names(value)

    def _inline(self, network: str, suffix: str | None) -> Subnet | None:
        inline = [s for s in self.of_network(network) if s.resource.type == NETWORK]
        name = re.fullmatch(r"/subnets/([^/]+)", suffix or "", re.IGNORECASE)
        if name is not None:
            found = [s for s in self.of_network(network) if _same(s.name, name[1])]
            return found[0] if len(found) == 1 else None
        return inline[0] if len(inline) == 1 and not suffix else None

    def _by_names(self, value: Value) -> Subnet | None:
        text = value.text if isinstance(value, Reference) else effective(value)
        named = _BY_NAME.search(text) if isinstance(text, str) else None
        return self._called(named[1], named[2]) if named else None

    def _called(self, network: str, name: str) -> Subnet | None:
        found = [
            subnet
            for subnet in self.subnets.values()
            if _same(subnet.name, name)
            and subnet.network in self.networks
            and _same(self.networks[subnet.network].resource.declared_name or "", network)
        ]
        return found[0] if len(found) == 1 else None


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def topology(estate: Estate) -> Topology:
    """The networks and subnets that the estate declares, and what is tied to each."""
    return estate.derived(_topology)


def _topology(estate: Estate) -> Topology:
    bare = {subnet.key: subnet for subnet in _subnets(estate)}
    declared = {one.address: one for one in estate.of_type(NETWORK)}
    others = {one.network: one.resource for one in bare.values() if one.network not in declared}
    networks = {
        key: _network(key, resource, bare.values(), untold(_SPARE + number))
        for number, (key, resource) in enumerate((declared | others).items())
    }
    plain = Topology(estate, MappingProxyType(networks), MappingProxyType(bare))
    return replace(plain, subnets=MappingProxyType(dict(_tied(plain))))


def _network(key: str, resource: Resource, subnets: Iterable[Subnet], unknown: Spans) -> Network:
    here = resource.type == NETWORK
    space = _prefixes(resource.get("address_space")) if here else ()
    mine = _all(subnet.spans for subnet in subnets if subnet.network == key)
    spare = _all(space) - mine if space else unknown
    return Network(key, resource, space, _all((*space, mine, spare)), spare)


def _all(spans: Iterable[Spans]) -> Spans:
    return Spans.of(run for one in spans for run in one.runs)


def _prefixes(value: Value) -> tuple[Spans, ...]:
    """The prefixes in a list of them; none if one of them is not known."""
    found = [prefix(str(effective(one))) for one in each(value)]
    return () if None in found else tuple(one for one in found if one is not None)


def _subnets(estate: Estate) -> Iterator[Subnet]:
    seen: set[tuple[str, str]] = set()
    number = count()
    for subnet in estate.of_type(SUBNET):
        network = linked(estate, subnet, "virtual_network_id", "virtual_network_name", NETWORK)
        # Two subnets of a network that is not declared are still in one network.
        key = network.address if network is not None else f"{UNDECLARED}{_network_named(subnet)}"
        found = _subnet(subnet.address, subnet, subnet.body, next(number))
        seen.add((key, found.name.casefold()))
        yield replace(found, network=key)
    for one in estate.of_type(NETWORK):
        for place, block in enumerate(one.blocks("subnet")):
            found = _subnet(f"{one.address}.subnet[{place}]", one, block, next(number))
            # A live network shows its subnets once more, each also being a resource of its own.
            if (one.address, found.name.casefold()) not in seen:
                yield replace(found, network=one.address)


def _network_named(subnet: Resource) -> str:
    by_id, by_name = subnet.get("virtual_network_id"), subnet.get("virtual_network_name")
    return show(by_name if isinstance(by_id, Omitted) else by_id)


def _subnet(key: str, resource: Resource, block: Block, number: int) -> Subnet:
    spans = _all(_prefixes(block.get("address_prefixes"))) or untold(number)
    policies = effective(block.get("private_endpoint_network_policies"))
    word = policies.casefold() if isinstance(policies, str) else None
    return Subnet(
        key,
        resource,
        block,
        "" if (name := effective(block.get("name"))) is UNSTATED else str(name),
        "",
        spans,
        filters=None if word is None else word in {"enabled", "networksecuritygroupenabled"},
        routes=None if word is None else word in {"enabled", "routetableenabled"},
        delegated=tuple(
            str(effective(service.get("name")))
            for delegation in block.blocks("delegation")
            for service in delegation.blocks("service_delegation")
        ),
    )


def _tied(plain: Topology) -> Iterator[tuple[str, Subnet]]:
    """The subnets with what is tied to them, by whatever way of tying."""
    groups, lost_groups = _links(plain, GROUP_LINK, "network_security_group_id")
    tables, lost_tables = _links(plain, TABLE_LINK, "route_table_id")
    for key, subnet in plain.subnets.items():
        own = [subnet.block.get(name) for name in _OWN_GROUP]
        found, doubt = _meant(plain, subnet, [*own, *groups.get(key, ())], lost_groups)
        own = [subnet.block.get(name) for name in _OWN_TABLE]
        routed, doubted = _meant(plain, subnet, [*own, *tables.get(key, ())], lost_tables)
        yield (
            key,
            replace(subnet, groups=found, tables=routed, group_doubt=doubt, table_doubt=doubted),
        )


def _meant(
    plain: Topology, subnet: Subnet, values: Iterable[Value], lost: Iterable[str]
) -> tuple[tuple[Resource, ...], str]:
    """The declared resources with these ids, and why there may be others."""
    known: dict[str, Resource] = {}
    doubts = list(lost)
    for value in (one for given in values for one in each(given)):
        target = plain.estate.target(value)
        if target is None or target.resource.mode != "managed":
            doubts.append(f"{subnet.key} is tied to {show(value)}, which is not declared here")
        else:
            known[target.resource.address] = target.resource
    return tuple(known.values()), "; ".join(doubts)


def _links(
    plain: Topology, type_: str, attribute: str
) -> tuple[Mapping[str, list[Value]], list[str]]:
    """What associations of this type tie to each subnet, and those whose subnet cannot be told."""
    found: dict[str, list[Value]] = {}
    lost: list[str] = []
    for link in plain.estate.of_type(type_):
        subnet = plain.subnet_at(link.get("subnet_id"))
        if subnet is not None:
            found.setdefault(subnet.key, []).append(link.get(attribute))
        elif plain.estate.target(link.get("subnet_id")) is None:
            lost.append(f"the subnet of {link.address} cannot be told")
    return found, lost

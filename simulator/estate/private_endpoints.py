"""Private endpoints: which resource each leads to, where it stands, and which DNS zones it fills.

Arguments: azurerm ``azurerm_private_endpoint``; what an alias is: Azure Private Link service.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.estate import resource_ids
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.scopes import Answer

ENDPOINT: Final = "azurerm_private_endpoint"
_ABOVE: Final = frozenset({"azurerm_subscription", "azurerm_resource_group"})
_LINK_SERVICE: Final = "azurerm_private_link_service"
_ALIAS: Final = re.compile(r"([^./]+)\.[0-9a-f-]{36}\.[^/]+\.privatelinkservice", re.IGNORECASE)
_ZONE: Final = re.compile(r"/privateDnsZones/([^/${}]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PrivateEndpoint:
    """One connection of one private endpoint, as declared.

    ``resource`` is the endpoint and ``connection`` its ``private_service_connection`` block.
    ``subresources`` are the group ids as written (``blob``, ``sqlServer``), ``None`` if they cannot
    be told; none are written for a private link service. ``manual`` says whether somebody has to
    approve it first. ``subnet`` is the subnet that it stands in, or, where a network declares its
    subnets within itself, that network. ``zones`` are the names of the private DNS zones that get
    its address, in lower case: empty without a zone group, ``None`` if that cannot be told.
    """

    resource: Resource
    connection: Block
    subresources: tuple[str, ...] | None
    manual: bool | None
    subnet: Resource | None
    zones: frozenset[str] | None

    @property
    def leads_to(self) -> Value:
        """The id or the alias of what the endpoint leads to."""
        by_id = self.connection.get("private_connection_resource_id")
        if not isinstance(by_id, Omitted) and by_id != Known(None):
            return by_id
        return self.connection.get("private_connection_resource_alias")


def endpoints(estate: Estate) -> tuple[PrivateEndpoint, ...]:
    """Every private endpoint that the estate declares, in the order read."""
    return estate.derived(_endpoints)


def endpoints_of(estate: Estate, resource: Resource) -> tuple[PrivateEndpoint, ...]:
    """The private endpoints that surely lead to ``resource`` itself."""
    known, others = estate.derived(_by_target)
    mine = known.get(resource.address, ())
    return (*mine, *(one for one in others if leads_to(estate, one, resource) is True))


def perhaps_of(estate: Estate, resource: Resource) -> tuple[PrivateEndpoint, ...]:
    """The private endpoints of which nothing tells whether they lead to ``resource``."""
    _, others = estate.derived(_by_target)
    return tuple(one for one in others if leads_to(estate, one, resource) is None)


def _by_target(
    estate: Estate,
) -> tuple[Mapping[str, tuple[PrivateEndpoint, ...]], tuple[PrivateEndpoint, ...]]:
    """The endpoints by the declared resource that each leads to, and those without such a one."""
    known: dict[str, tuple[PrivateEndpoint, ...]] = {}
    others: list[PrivateEndpoint] = []
    for one in endpoints(estate):
        target = estate.target(one.leads_to)
        if target is None or target.resource.mode != "managed" or target.resource.type in _ABOVE:
            others.append(one)
        else:
            mine = known.get(target.resource.address, ())
            known[target.resource.address] = (*mine, one)
    return known, tuple(others)


def leads_to(estate: Estate, endpoint: PrivateEndpoint, resource: Resource) -> Answer:
    """Whether ``endpoint`` leads to ``resource``; ``None`` where that cannot be told."""
    value = endpoint.leads_to
    if isinstance(value, Reference) and value.attribute == "alias":
        return value.to == resource.address
    target = estate.target(value)
    if target is not None and not _only_begins(target.resource, value):
        return _is(target.resource, resource)
    text = value.text if isinstance(value, Reference) else effective(value)
    return _is_named(text, resource) if isinstance(text, str) else None


def _only_begins(target: Resource, value: Value) -> bool:
    """Whether an id is put together from that of a subscription or a group, and goes on."""
    return target.type in _ABOVE and isinstance(value, Reference)


def _is(target: Resource, resource: Resource) -> Answer:
    if target.address == resource.address:
        return True
    if target.type != resource.type or target.mode == "managed":
        return False
    # A data source may read what is declared elsewhere in the estate.
    names = target.declared_name, resource.declared_name
    return None if None in names else names[0] == names[1]


def _is_named(text: str, resource: Resource) -> Answer:
    alias = _ALIAS.fullmatch(text)
    if alias is not None:
        return resource.type == _LINK_SERVICE and _called(resource, alias[1])
    plain = re.sub(r"^\$\{[^}]*\.id\}", "/subscriptions/x", text)
    plain = re.sub(r"\$\{[^}]*\}", "x", plain).rstrip("/")
    if "/providers/" not in plain.casefold() or "${" in text.rpartition("/")[2]:
        return None
    named = next(resource_ids.named(plain), None)
    if named is not None and not named.suffix:
        return resource.type in named.types and _called(resource, named.name)
    # Of a kind that is not known here: another name tells it apart, the same name tells nothing.
    same = _called(resource, plain.rpartition("/")[2])
    return None if same else same


def _called(resource: Resource, name: str) -> Answer:
    own = resource.declared_name
    return None if own is None else own.casefold() == name.casefold()


def _endpoints(estate: Estate) -> tuple[PrivateEndpoint, ...]:
    return tuple(one for r in estate.of_type(ENDPOINT) for one in _connections(estate, r))


def _connections(estate: Estate, endpoint: Resource) -> Iterator[PrivateEndpoint]:
    found = endpoint.unresolved("private_service_connection")
    unread = Block({"private_connection_resource_id": found} if found else {})
    for connection in endpoint.blocks("private_service_connection") or (unread,):
        kinds, manual = connection.get("subresource_names"), connection.get("is_manual_connection")
        subnet = estate.target(endpoint.get("subnet_id"))
        in_force = effective(manual)
        yield PrivateEndpoint(
            endpoint,
            connection,
            _texts(kinds) if connection is not unread else None,
            in_force if isinstance(in_force, bool) else None,
            _subnet(estate, endpoint) if subnet is None else subnet.resource,
            _zones(estate, endpoint),
        )


def _subnet(estate: Estate, endpoint: Resource) -> Resource | None:
    """What ``subnet_id`` refers to, where that is another attribute than an id."""
    value = endpoint.get("subnet_id")
    return estate.by_address.get(value.to) if isinstance(value, Reference) else None


def _texts(value: Value) -> tuple[str, ...] | None:
    if isinstance(value, Omitted) or value == Known(None):
        return ()
    known = effective(value)
    if not isinstance(known, tuple) or not all(isinstance(item, str) for item in known):
        return None
    return tuple(str(item) for item in known)


def _zones(estate: Estate, endpoint: Resource) -> frozenset[str] | None:
    if endpoint.unresolved("private_dns_zone_group"):
        return None
    names: set[str] = set()
    for group in endpoint.blocks("private_dns_zone_group"):
        for id_ in _each(group.get("private_dns_zone_ids")):
            name = _zone(estate, id_)
            if name is None:
                return None
            names.add(name.casefold())
    return frozenset(names)


def _each(ids: Value) -> Iterator[Value]:
    """The ids in a list of them, which a source may give as references alone."""
    if isinstance(ids, Known) and isinstance(ids.value, tuple):
        yield from map(Known, ids.value)
    elif isinstance(ids, Reference) and ids.also:
        yield from (Reference(to) for to in (ids.to, *ids.also))
    elif not isinstance(ids, Omitted):
        yield ids


def _zone(estate: Estate, value: Value) -> str | None:
    """The name of the DNS zone with this id."""
    if isinstance(value, Unresolvable):
        return None
    target = estate.target(value)
    if target is not None and target.resource.type == "azurerm_private_dns_zone":
        return target.resource.declared_name
    text = value.text if isinstance(value, Reference) else effective(value)
    literal = _ZONE.search(text) if isinstance(text, str) else None
    return literal[1] if literal else None

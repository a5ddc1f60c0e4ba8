"""The rules of network security groups, as declared, with those that Azure adds to each.

The six rules that every group has: Azure, "Network security groups", default security rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

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
    show,
)
from simulator.estate.network.links import each, linked
from simulator.estate.network.spans import NOTHING, Spans
from simulator.estate.network.traffic import PORTS, PROTOCOLS, port, protocol

GROUP: Final = "azurerm_network_security_group"
RULE: Final = "azurerm_network_security_rule"
INBOUND: Final = "Inbound"
OUTBOUND: Final = "Outbound"
VIRTUAL_NETWORK: Final = "VirtualNetwork"


@dataclass(frozen=True, slots=True)
class Side:
    """The source or the destination of a rule, as written.

    ``prefixes`` are CIDR prefixes, addresses and service tags; ``groups`` are the addresses (in
    Terraform) of application security groups; ``from_`` those of subnets and networks whose own
    prefixes are meant. ``unread`` says why it may be more than these.
    """

    prefixes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()
    unread: str = ""

    @property
    def words(self) -> str:
        """The side in words."""
        return ", ".join((*self.prefixes, *self.groups, *self.from_)) or self.unread or "nothing"


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """One rule of a security group.

    ``group`` and ``owner`` are the group and the resource that declares the rule, ``block`` the
    block in that resource; both are ``None`` for the rules that Azure adds. ``priority``,
    ``direction``, ``allow``, ``protocols`` and the ports are ``None`` where they cannot be told.
    ``doubt`` says why the rule may not be in force, ``""`` if it surely is.
    """

    name: str
    priority: int | None
    direction: str | None
    allow: bool | None
    source: Side
    destination: Side
    protocols: Spans | None = PROTOCOLS
    source_ports: Spans | None = PORTS
    ports: Spans | None = PORTS
    group: Resource | None = None
    owner: Resource | None = None
    block: Block | None = None
    doubt: str = ""

    @property
    def words(self) -> str:
        """The rule in words, for a report."""
        number = "?" if self.priority is None else self.priority
        return f"rule {number} {self.name!r} ({self.source.words} to {self.destination.words})"

    @property
    def unread(self) -> str:
        """Why not all of the rule can be told; ``""`` if it can."""
        if self.doubt:
            return self.doubt
        parts = (self.priority, self.direction, self.allow, self.protocols, self.ports)
        sides = self.source.unread or self.destination.unread
        if sides or None in parts or self.source_ports is None:
            return f"{self.name!r} cannot be read in full" + (f" ({sides})" if sides else "")
        return ""


_ANY: Final = Side(("*",))
_NETWORK: Final = Side((VIRTUAL_NETWORK,))


def _azures(
    priority: int, name: str, source: Side, destination: Side, *, allow: bool = True
) -> SecurityRule:
    direction = INBOUND if name.endswith("InBound") else OUTBOUND
    return SecurityRule(name, priority, direction, allow, source, destination)


DEFAULTS: Final = (
    _azures(65000, "AllowVnetInBound", _NETWORK, _NETWORK),
    _azures(65001, "AllowAzureLoadBalancerInBound", Side(("AzureLoadBalancer",)), _ANY),
    _azures(65500, "DenyAllInBound", _ANY, _ANY, allow=False),
    _azures(65000, "AllowVnetOutBound", _NETWORK, _NETWORK),
    _azures(65001, "AllowInternetOutBound", _ANY, Side(("Internet",))),
    _azures(65500, "DenyAllOutBound", _ANY, _ANY, allow=False),
)
"""What Azure adds to each group; nobody can delete these."""


def rules_of(estate: Estate, group: Resource) -> tuple[SecurityRule, ...]:
    """The declared rules of a security group and Azure's own, in no particular order."""
    return estate.derived(_rules).get(group.address, DEFAULTS)


def homeless(estate: Estate) -> tuple[Resource, ...]:
    """The rules that are resources of their own and whose group cannot be told."""
    return tuple(r for r in estate.of_type(RULE) if _group_of(estate, r) is None)


def _rules(estate: Estate) -> Mapping[str, tuple[SecurityRule, ...]]:
    apart: dict[str, list[Resource]] = {}
    for rule in estate.of_type(RULE):
        group = _group_of(estate, rule)
        if group is not None:
            apart.setdefault(group.address, []).append(rule)
    found = {
        group.address: (*_declared(estate, group, apart.get(group.address, [])), *DEFAULTS)
        for group in estate.of_type(GROUP)
    }
    return MappingProxyType(found)


def _group_of(estate: Estate, rule: Resource) -> Resource | None:
    return linked(estate, rule, "network_security_group_id", "network_security_group_name", GROUP)


def _declared(estate: Estate, group: Resource, apart: list[Resource]) -> Iterator[SecurityRule]:
    inline = group.blocks("security_rule")
    why = group.unresolved("security_rule")
    if why is not None:
        anything = Side(unread=why.why)
        yield SecurityRule(
            "security_rule",
            None,
            None,
            None,
            anything,
            anything,
            None,
            None,
            None,
            group,
            group,
            doubt=f"security_rule of {group.address} is not known ({why.why})",
        )
    # The group's own list replaces what others add to it, whenever it is the last to be applied.
    fight = f"{group.address} also lists rules of its own, which replace it" if inline else ""
    lost = "; ".join(f"the group of {rule.address} cannot be told" for rule in homeless(estate))
    for block in inline:
        yield _rule(estate, group, group, block, "")
    for one in apart:
        yield _rule(estate, group, one, one.body, fight)
    for one in homeless(estate):
        yield _rule(estate, group, one, one.body, lost)


def _rule(
    estate: Estate, group: Resource, owner: Resource, block: Block, doubt: str
) -> SecurityRule:
    def word(name: str, *allowed: str) -> str | None:
        text = effective(block.get(name))
        folded = text.casefold() if isinstance(text, str) else None
        return next((one for one in allowed if one.casefold() == folded), None)

    access = word("access", "Allow", "Deny")
    priority, kind = effective(block.get("priority")), effective(block.get("protocol"))
    return SecurityRule(
        name=str(effective(block.get("name"))),
        priority=_number(priority),
        direction=word("direction", INBOUND, OUTBOUND),
        allow=None if access is None else access == "Allow",
        source=_side(estate, block, "source"),
        destination=_side(estate, block, "destination"),
        protocols=protocol(kind) if isinstance(kind, str) else None,
        source_ports=_ports(block, "source_port_range"),
        ports=_ports(block, "destination_port_range"),
        group=group,
        owner=owner,
        block=block,
        doubt=doubt,
    )


def _number(value: object) -> int | None:
    """A priority, which a variable may give as text."""
    text = str(value)
    return int(text) if not isinstance(value, bool) and text.isdecimal() else None


def _ports(block: Block, name: str) -> Spans | None:
    found = NOTHING
    written = False
    for value in (block.get(name), block.get(f"{name}s")):
        for one in each(value):
            known = port(str(effective(one))) if isinstance(one, Known) else None
            if known is None:
                return None
            found |= known
            written = True
    return found if written else None


def _side(estate: Estate, block: Block, name: str) -> Side:
    prefixes: list[str] = []
    groups: list[str] = []
    meant: list[str] = []
    unread: list[str] = []
    for attribute in (f"{name}_address_prefix", f"{name}_address_prefixes"):
        for value in each(block.get(attribute)):
            if isinstance(value, Known):
                prefixes.append(str(value.value))
            elif isinstance(value, Reference) and _own_prefixes(value):
                meant.append(value.to)
            else:
                unread.append(f"{attribute} is {show(value)}")
    attribute = f"{name}_application_security_group_ids"
    for value in each(block.get(attribute)):
        to = _referred(estate, value)
        if to is not None:
            groups.append(to)
        else:
            unread.append(f"{attribute} is {show(value)}")
    if not (prefixes or groups or meant or unread):
        unread.append(f"{name}_address_prefix is not set")
    return Side(tuple(prefixes), tuple(groups), tuple(meant), "; ".join(unread))


def _own_prefixes(value: Reference) -> bool:
    """Whether the prefixes of a subnet or a network are meant, all of them."""
    return value.attribute.partition("[")[0] in {
        "address_prefixes",
        "address_prefix",
        "address_space",
    }


def _referred(estate: Estate, value: Value) -> str | None:
    """The Terraform address of the application security group with this id."""
    target = estate.target(value)
    if target is not None:
        return target.resource.address
    if isinstance(value, Unresolvable | Omitted) or not isinstance(value, Reference):
        return None
    return value.to

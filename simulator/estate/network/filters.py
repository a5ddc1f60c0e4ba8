"""What a security group lets through between two ends, and which of its rules does.

Everything is asked twice. What is surely let through: rules that cannot be read let nothing through
and refuse all that they may. What is perhaps let through: the other way round. A rule that is known
says the same both times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Estate, Resource
from simulator.estate.network.addresses import EVERYWHERE, UNTOLD, prefix
from simulator.estate.network.admin_rules import admin_rules
from simulator.estate.network.ends import End
from simulator.estate.network.peerings import spans_joined
from simulator.estate.network.routes import routed
from simulator.estate.network.rules import INBOUND, SecurityRule, Side, rules_of
from simulator.estate.network.spans import NOTHING, Spans
from simulator.estate.network.topology import Subnet, topology
from simulator.estate.network.traffic import PORTS, PROTOCOLS, Box, Line

_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_LAST: Final = 4097  # after every rule that a team can write, before those that Azure adds


@dataclass(frozen=True, slots=True)
class Extent:
    """A set that is known in part: ``least`` is surely in it, nothing outside ``most`` is."""

    least: Spans
    most: Spans

    @property
    def untold(self) -> bool:
        """Whether it cannot be told of addresses that are known if they are in it."""
        return bool(self.most - self.least - UNTOLD)

    def __or__(self, other: "Extent") -> "Extent":
        return Extent(self.least | other.least, self.most | other.most)


_NONE: Final = Extent(NOTHING, NOTHING)
_ALL: Final = Extent(EVERYWHERE, EVERYWHERE)
_ANY_PART: Final = Extent(NOTHING, EVERYWHERE)


def virtual_network(estate: Estate, subnet: Subnet) -> Extent:
    """What the tag ``VirtualNetwork`` covers in the rules of a subnet's security group."""
    known = estate.derived(_known)
    if subnet.key not in known:
        own, everything = routed(estate, subnet)
        least = spans_joined(estate, subnet.network) | own
        known[subnet.key] = Extent(least, EVERYWHERE if everything else least)
    return known[subnet.key]


def _known(_: Estate) -> dict[str, Extent]:
    """The answers so far, by subnet."""
    return {}


@dataclass(frozen=True, slots=True)
class Passage:
    """Traffic from one end to another, at the rules for one direction."""

    estate: Estate
    source: End
    destination: End
    direction: str

    @property
    def subnet(self) -> Subnet:
        """The subnet at whose rules it is."""
        return (self.destination if self.direction == INBOUND else self.source).subnet


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule with the addresses that its sides cover at one subnet, whoever is asked about."""

    rule: SecurityRule
    source: Extent
    destination: Extent


def lines(
    passage: Passage, group: Resource | None, *, surely: bool
) -> Iterator[Line[SecurityRule]]:
    """The rules of a group as they bear on a passage; those before every group if ``None``."""
    for ready in _prepared(passage, group):
        rule = ready.rule
        sure = not rule.doubt and rule.direction is not None
        # A rule that opens counts for least where sure openings are asked for; a rule that refuses
        # counts for most.
        allow = rule.allow is True if surely else rule.allow is not False
        least = allow is surely
        if least and not sure:
            continue
        senders = _with_members(ready.source, rule.source, passage.source)
        receivers = _with_members(ready.destination, rule.destination, passage.destination)
        unread = _LAST if least else 0
        yield Line(
            unread if rule.priority is None else rule.priority,
            allow,
            Box(
                senders.least if least else senders.most,
                receivers.least if least else receivers.most,
                _part(rule.protocols, PROTOCOLS, least=least),
                _part(rule.source_ports, PORTS, least=least),
                _part(rule.ports, PORTS, least=least),
            ),
            rule,
        )


def doubts(passage: Passage, group: Resource | None) -> Iterator[str]:
    """Why it cannot all be told what these rules let through; nothing if it can."""
    for ready in _prepared(passage, group):
        if ready.rule.unread:
            yield ready.rule.unread
        elif ready.source.untold or ready.destination.untold:
            yield f"it cannot be told which addresses {ready.rule.words} covers"


def _prepared(passage: Passage, group: Resource | None) -> tuple[_Ready, ...]:
    estate, subnet, direction = passage.estate, passage.subnet, passage.direction
    known = estate.derived(_ready)
    key = subnet.key, None if group is None else group.address, direction
    if key not in known:
        network = virtual_network(estate, subnet)
        known[key] = tuple(
            _Ready(
                rule,
                _fixed(estate, rule.source, network),
                _fixed(estate, rule.destination, network),
            )
            for rule in (admin_rules(estate) if group is None else rules_of(estate, group))
            if rule.direction in {direction, None}
        )
    return known[key]


def _ready(_: Estate) -> dict[tuple[str, str | None, str], tuple[_Ready, ...]]:
    """The answers so far, by subnet, group and direction."""
    return {}


def _part(known: Spans | None, whole: Spans, *, least: bool) -> Spans:
    if known is not None:
        return known
    return NOTHING if least else whole


def _fixed(estate: Estate, side: Side, network: Extent) -> Extent:
    """The addresses that one side of a rule covers, but for application security groups."""
    found = _ANY_PART if side.unread else _NONE
    for text in side.prefixes:
        found |= _written(text, network)
    for key in side.from_:
        found |= _meant(estate, key)
    return found


def _with_members(found: Extent, side: Side, end: End) -> Extent:
    for group in side.groups:
        found |= _members(group, end)
    return found


def _written(text: str, network: Extent) -> Extent:
    """The addresses of a prefix or a service tag.

    Tags other than these two stand for public addresses of Azure, which no workload in a virtual
    network has (Azure: virtual network service tags).
    """
    word = text.strip().casefold().replace("_", "")
    if word in {"*", "any"}:
        return _ALL
    if word == "virtualnetwork":
        return network
    if word == "internet":
        return Extent(EVERYWHERE - network.most - UNTOLD, EVERYWHERE - network.least)
    spans = prefix(text)
    if spans is not None:
        return Extent(spans, spans | UNTOLD)
    return _NONE if _TAG.fullmatch(text.strip()) else _ANY_PART


def _meant(estate: Estate, key: str) -> Extent:
    here = topology(estate)
    if key in here.subnets:
        spans = here.subnets[key].spans
    elif key in here.networks:
        spans = here.networks[key].spans
    else:
        return _ANY_PART
    return Extent(spans, spans)


def _members(group: str, end: End) -> Extent:
    """The addresses of an end in an application security group; any host may join one."""
    if end.what is not None and group in end.what.asgs:
        return Extent(end.spans, end.spans)
    doubtful = end.what is not None and end.what.asg_doubt
    return Extent(NOTHING, end.spans) if doubtful else _NONE

"""Which traffic gets from one end to another, and what lets it through on the way.

Traffic passes the security groups of the sender's interface and subnet, then those of the
receiver's subnet and interface; each of them has to let it through, answers pass by themselves
(Azure: network security groups).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from simulator.estate.model import Estate, Resource
from simulator.estate.network.addresses import UNTOLD
from simulator.estate.network.ends import End, placed
from simulator.estate.network.filters import Passage, doubts, lines
from simulator.estate.network.peerings import behind
from simulator.estate.network.routes import way
from simulator.estate.network.rules import INBOUND, OUTBOUND, SecurityRule
from simulator.estate.network.topology import Subnet
from simulator.estate.network.traffic import Box, Line, let_through


class Lets(StrEnum):
    """What lets traffic through at one place."""

    RULE = "rule"
    NO_GROUP = "no security group"
    NOT_FILTERED = "network policies for private endpoints are off"
    NOT_TOLD = "the security group cannot be told"


@dataclass(frozen=True, slots=True)
class Gate:
    """One place on the way that lets traffic through: in ``subnet``, for ``direction``.

    ``rule`` and ``group`` are the rule that does and the security group that has it.
    """

    lets: Lets
    direction: str
    subnet: Subnet
    rule: SecurityRule | None = None
    group: Resource | None = None

    @property
    def words(self) -> str:
        """What lets the traffic through, in words."""
        if self.rule is None:
            return f"{self.lets} ({self.subnet.key})"
        owner = self.rule.owner or self.group
        return f"{self.rule.words} of {'Azure' if owner is None else owner.address}"


@dataclass(frozen=True, slots=True)
class Opening:
    """Some traffic that gets through, and every gate that it passes, the sender's first.

    ``sure`` is whether it surely does; ``doubt`` says what would have to be known.
    """

    traffic: Box
    gates: tuple[Gate, ...]
    sure: bool = True
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """An opening between two ends."""

    source: End
    destination: End
    opening: Opening

    @property
    def words(self) -> str:
        """The path in words."""
        traffic = self.opening.traffic
        return f"{self.source.words} to {self.destination.words} ({traffic.words})"


def open_paths(estate: Estate) -> tuple[Path, ...]:
    """Every path from one declared workload to another that something lets through.

    Those that may be open and cannot be told have ``opening.sure`` false. Any host in a subnet
    (``ends.hosts``) and what is not declared (``peerings.beyond``) can be asked about by ``reach``.
    """
    ends = placed(estate).ends
    return tuple(
        path
        for source in ends
        for destination in ends
        if source.workload is not destination.workload
        for path in reach(estate, source, destination)
    )


def reach(estate: Estate, source: End, destination: End) -> tuple[Path, ...]:
    """The paths from ``source`` to ``destination``; none if nothing gets through."""
    if not source.sends or not destination.receives:
        return ()
    known = estate.derived(_known)
    key = spot(source), spot(destination)
    if key not in known:
        known[key] = tuple(_openings(estate, source, destination))
    return tuple(Path(source, destination, opening) for opening in known[key])


Spot: TypeAlias = tuple[object, ...]


def _known(_: Estate) -> dict[tuple[Spot, Spot], tuple[Opening, ...]]:
    """The answers so far: of a hundred apps in one subnet, all have the same."""
    return {}


def spot(end: End) -> Spot:
    """All that decides what reaches an end, and what it reaches: ends with one spot are alike."""
    what = end.what
    if what is None:
        return end.subnet.key, end.spans
    groups = tuple(group.address for group in what.groups)
    can = what.sends, what.receives, what.endpoint, what.many
    return end.subnet.key, end.spans, groups, what.group_doubt, what.asgs, what.asg_doubt, can


def _openings(estate: Estate, source: End, destination: End) -> Iterator[Opening]:
    there = way(estate, source.subnet, destination)
    if there.open is False:
        return
    layers = tuple(_layers(estate, source, destination))
    traffic = Box(source.spans, destination.spans)
    sure = tuple(_through(layers, traffic, surely=True)) if there.open else ()
    yield from sure
    doubt = "; ".join(dict.fromkeys(_doubts(there.why, layers, source, destination)))
    if not doubt:
        return  # all of it can be told: nothing else is open
    for opening in _through(layers, traffic, surely=False):
        for part in _without(opening.traffic, [one.traffic for one in sure]):
            yield replace(opening, traffic=part, sure=False, doubt=doubt)


def _without(box: Box, taken: Iterable[Box]) -> list[Box]:
    left = [box]
    for one in taken:
        left = [piece for part in left for piece in part - one]
    return left


@dataclass(frozen=True, slots=True)
class _Layer:
    """One place where traffic is filtered; ``doubt`` says why its groups cannot all be told."""

    passage: Passage
    groups: tuple[Resource, ...]
    doubt: str = ""
    lets: Lets = Lets.NO_GROUP

    def lines(self, *, surely: bool) -> Iterator[Line[Gate]]:
        for line in lines(self.passage, None, surely=surely):
            yield Line(line.priority, line.allow, line.box, self._gate(Lets.RULE, line.rule))
        if self.doubt or len(self.groups) > 1:
            yield Line(0, allow=not surely, box=Box(), rule=self._gate(Lets.NOT_TOLD))
        for group in self.groups:
            for line in lines(self.passage, group, surely=surely):
                gate = self._gate(Lets.RULE, line.rule, group)
                yield Line(line.priority, line.allow, line.box, gate)
        if not self.groups:
            yield Line(_AFTER, allow=True, box=Box(), rule=self._gate(self.lets))

    def _gate(
        self, lets: Lets, rule: SecurityRule | None = None, group: Resource | None = None
    ) -> Gate:
        return Gate(lets, self.passage.direction, self.passage.subnet, rule, group)


_AFTER: Final = 2**16


def _layers(estate: Estate, source: End, destination: End) -> Iterator[_Layer]:
    out = Passage(estate, source, destination, OUTBOUND)
    into = Passage(estate, source, destination, INBOUND)
    if source.what is not None and (source.what.groups or source.what.group_doubt):
        yield _Layer(out, source.what.groups, source.what.group_doubt)
    if behind(estate, source.subnet.network) is None:
        yield _Layer(out, source.subnet.groups, source.subnet.group_doubt)
    what, subnet = destination.what, destination.subnet
    if what is not None and what.endpoint:
        groups = () if subnet.filters is False else subnet.groups
        tied = bool(subnet.groups or subnet.group_doubt)
        # Without a group there is nothing that the policies could let filter.
        doubt = _POLICIES.format(subnet.key) if tied and subnet.filters is None else ""
        off = Lets.NOT_FILTERED if tied else Lets.NO_GROUP
        missing = subnet.group_doubt if subnet.filters is not False else ""
        yield _Layer(into, groups, doubt or missing, off)
        return
    yield _Layer(into, subnet.groups, subnet.group_doubt)
    if what is not None and (what.groups or what.group_doubt):
        yield _Layer(into, what.groups, what.group_doubt)


_POLICIES: Final = "private_endpoint_network_policies of {} is not known"


def _through(layers: Iterable[_Layer], traffic: Box, *, surely: bool) -> Iterator[Opening]:
    found: list[tuple[Box, tuple[Gate, ...]]] = [(traffic, ())]
    for layer in layers:
        rules = list(layer.lines(surely=surely))
        found = [
            (box, (*gates, gate))
            for start, gates in found
            for box, gate in let_through(rules, [start])
        ]
    return (Opening(box, gates) for box, gates in found)


def _doubts(why: str, layers: Iterable[_Layer], source: End, destination: End) -> Iterator[str]:
    if why:
        yield why
    for layer in layers:
        if layer.doubt or len(layer.groups) > 1:
            yield layer.doubt or f"{layer.passage.subnet.key} is tied to several security groups"
        for group in (None, *layer.groups):
            yield from doubts(layer.passage, group)
    for end in (source, destination):
        if end.spans & UNTOLD:
            yield f"the addresses of {end.subnet.key} are not known"
        if end.what is not None and end.what.asg_doubt:
            yield end.what.asg_doubt

"""Traffic as boxes: who, to whom, by which protocol, from and to which ports; and rules over it.

A rule of a network security group is such a box that is let through or refused. Of all rules that
match, that with the lowest priority number decides (Azure: network security groups overview).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from simulator.estate.network import addresses
from simulator.estate.network.spans import Spans, one

PORTS: Final = Spans(((0, 65535),))
_REAL_PORTS: Final = Spans(((1, 65535),))
_PROTOCOLS: Final = ("Tcp", "Udp", "Icmp", "Esp", "Ah")
PROTOCOLS: Final = Spans(((0, len(_PROTOCOLS) - 1),))
"""Every protocol that a rule can name."""


@dataclass(frozen=True, slots=True)
class Box:
    """Some traffic: all that has each of its five sides in the given set."""

    source: Spans = addresses.EVERYWHERE
    destination: Spans = addresses.EVERYWHERE
    protocols: Spans = PROTOCOLS
    source_ports: Spans = PORTS
    ports: Spans = PORTS

    @property
    def sides(self) -> tuple[Spans, Spans, Spans, Spans, Spans]:
        """The five sets, in the order above."""
        ports = self.source_ports, self.ports
        return self.source, self.destination, self.protocols, *ports

    def __bool__(self) -> bool:
        return all(self.sides)

    def __and__(self, other: "Box") -> "Box":
        return Box(
            self.source & other.source,
            self.destination & other.destination,
            self.protocols & other.protocols,
            self.source_ports & other.source_ports,
            self.ports & other.ports,
        )

    def meets(self, other: "Box") -> bool:
        """Whether some traffic is in both."""
        return all(mine & its for mine, its in zip(self.sides, other.sides, strict=True))

    def __sub__(self, other: "Box") -> tuple["Box", ...]:
        """What of this traffic is not in the other box, in boxes that are apart."""
        sides, theirs = self.sides, other.sides
        common: list[Spans] = []
        for mine, its in zip(sides, theirs, strict=True):
            shared = mine & its
            if not shared:
                return (self,)
            common.append(shared)
        pieces: list[Box] = []
        left = list(sides)
        for place, (mine, shared) in enumerate(zip(sides, common, strict=True)):
            if apart := mine - shared:
                pieces.append(_box([*left[:place], apart, *left[place + 1 :]]))
            left[place] = shared
        return tuple(pieces)

    @property
    def words(self) -> str:
        """Protocols and destination ports in words.

        >>> Box(protocols=protocol("Tcp"), ports=port("443")).words
        'TCP 443'
        >>> Box().words
        'any protocol, any port'
        """
        if PROTOCOLS.within(self.protocols):
            kind = "any protocol"
        else:
            names = (name for number, name in enumerate(_PROTOCOLS) if number in self.protocols)
            kind = "/".join(names).upper()
        if _REAL_PORTS.within(self.ports):
            return f"{kind}, any port"
        runs = [str(a) if a == b else f"{a}-{b}" for a, b in self.ports.runs]
        more = f" and {len(runs) - 6} more" if len(runs) > 6 else ""
        return f"{kind} {', '.join(runs[:6])}{more}"


def _box(sides: Sequence[Spans]) -> Box:
    source, destination, protocols, source_ports, ports = sides
    return Box(source, destination, protocols, source_ports, ports)


def protocol(text: str) -> Spans | None:
    """The protocols that a rule names; ``None`` if there is no such word."""
    if text == "*":
        return PROTOCOLS
    numbers = {name.casefold(): number for number, name in enumerate(_PROTOCOLS)}
    found = numbers.get(text.casefold())
    return None if found is None else one(found)


def port(text: str) -> Spans | None:
    """A port, a range of them or ``*``; ``None`` if it is none of these.

    >>> port("443"), port("1-3"), port("https")
    (Spans(runs=((443, 443),)), Spans(runs=((1, 3),)), None)
    """
    if text == "*":
        return PORTS
    first, dash, last = text.strip().partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        return None
    return PORTS & Spans.of([(int(first), int(last or first))])


Rule = TypeVar("Rule")


@dataclass(frozen=True, slots=True)
class Line(Generic[Rule]):
    """One rule as it applies: its place in the order, what it does, to which traffic."""

    priority: int
    allow: bool
    box: Box
    rule: Rule


def let_through(
    lines: Iterable[Line[Rule]], traffic: Sequence[Box]
) -> tuple[tuple[Box, Rule], ...]:
    """What of ``traffic`` the rules let through, each part with the rule that does.

    The lowest priority number decides; what no rule matches is refused. Of two equal numbers the
    one that comes first in ``lines`` decides (Azure refuses equal numbers).
    """
    waiting = list(traffic)
    through: list[tuple[Box, Rule]] = []
    for line in sorted(lines, key=lambda line: line.priority):
        touched = [box for box in waiting if box.meets(line.box)]
        if not touched:
            continue
        if line.allow:
            through.extend((box & line.box, line.rule) for box in touched)
        waiting = [piece for box in waiting for piece in box - line.box]
        if not waiting:
            break
    return tuple(through)

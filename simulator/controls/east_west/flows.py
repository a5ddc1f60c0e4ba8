"""Whether a flow is let through by name: from some, to some, on some ports, and not by default."""

from typing import Final

from simulator.estate.model import Estate
from simulator.estate.network.addresses import prefix
from simulator.estate.network.ends import End
from simulator.estate.network.paths import Gate, Path
from simulator.estate.network.rules import INBOUND, OUTBOUND, Side
from simulator.estate.network.spans import Spans
from simulator.estate.network.topology import topology

_MANY_PORTS: Final = 32768
_ALL: Final = frozenset({"*", "any", "virtualnetwork", "internet"})


def is_named(estate: Estate, path: Path) -> bool:
    """Whether a rule of the sender's or the receiver's side names this flow.

    An inbound rule does by its source, an outbound rule by its destination, if that is less than a
    whole network; the ports that are left open in the end have to be few.
    """
    by_name = any(_names(estate, path, gate) for gate in path.opening.gates)
    return by_name and path.opening.traffic.ports.count < _MANY_PORTS


def _names(estate: Estate, path: Path, gate: Gate) -> bool:
    if gate.rule is None or gate.rule.owner is None:
        return False
    inbound = gate.direction == INBOUND
    side = gate.rule.source if inbound else gate.rule.destination
    end = path.source if inbound else path.destination
    return not side.unread and not is_wide(estate, side, end)


def is_wide(estate: Estate, side: Side, end: End) -> bool:
    """Whether one side of a rule covers the whole network that ``end`` is in."""
    words = {text.strip().casefold().replace("_", "") for text in side.prefixes}
    here = topology(estate)
    if words & _ALL or set(side.from_) & here.networks.keys():
        return True
    found = [spans for text in side.prefixes if (spans := prefix(text)) is not None]
    covered = Spans.of(run for spans in found for run in spans.runs)
    network = here.networks.get(end.subnet.network)
    if network is None or not network.spans.within(covered):
        return False
    # A network that is one subnet alone is named by the prefix of that subnet.
    return not covered.within(end.subnet.spans)


def culprit(path: Path) -> Gate:
    """The gate that should have stopped a flow: the receiver's, else what stands for it."""
    inbound = [gate for gate in path.opening.gates if gate.direction != OUTBOUND]
    return next((gate for gate in inbound if gate.rule is not None), inbound[0])

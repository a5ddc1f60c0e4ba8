"""What stands in a network: the workload, what places it there, and by what argument."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.estate.model import Block, Estate, Known, Resource, Value, effective
from simulator.estate.network.addresses import prefix
from simulator.estate.network.spans import Spans


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that stands in a subnet, before the subnet is looked up.

    ``workload`` is what it is (a store, an app, a machine); ``via`` is what places it there (a
    private endpoint, a network interface, itself), and its argument ``attribute`` says where:
    ``subnet``. ``addresses`` are those that it is given by hand, if it is. ``groups`` are the
    security groups of its own, ``asgs`` the application security groups that it is in; each comes
    with why there may be others, ``""`` if there surely are none. ``sends`` and ``receives`` say
    what it can do, ``endpoint`` whether it is a private endpoint, ``many`` whether it is several
    nodes that need each other.
    """

    workload: Resource
    via: Resource
    attribute: str
    subnet: Value
    sends: bool = True
    receives: bool = True
    endpoint: bool = False
    many: bool = False
    addresses: Spans | None = None
    groups: tuple[Resource, ...] = ()
    group_doubt: str = ""
    asgs: frozenset[str] = frozenset()
    asg_doubt: str = ""


def address(block: Block) -> Spans | None:
    """The address that a block of IP configuration gives by hand; ``None`` if none is known."""
    value = block.get("private_ip_address")
    text = effective(value)
    return prefix(text) if isinstance(value, Known) and isinstance(text, str) else None


def declared(estate: Estate, ids: Iterator[Value]) -> tuple[tuple[Resource, ...], str]:
    """The declared resources with these ids, and why there may be others."""
    targets = [estate.target(id_) for id_ in ids]
    doubt = "one of its groups is not declared here" if None in targets else ""
    return tuple(target.resource for target in targets if target is not None), doubt


def members(estate: Estate, type_: str, member: str) -> tuple[Mapping[str, frozenset[str]], str]:
    """The application security groups that each member is in by associations of this type.

    With them comes why there may be others, ``""`` if there surely are none.
    """
    found: dict[str, frozenset[str]] = {}
    doubts: list[str] = []
    for link in estate.of_type(type_):
        one = estate.target(link.get(member))
        asg = estate.target(link.get("application_security_group_id"))
        if one is None or asg is None:
            doubts.append(f"what {link.address} ties together cannot be told")
        else:
            mine = found.get(one.resource.address, frozenset())
            found[one.resource.address] = mine | {asg.resource.address}
    return found, "; ".join(doubts)

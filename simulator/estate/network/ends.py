"""The ends of traffic: every workload in its subnet, and any host that may be put there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from simulator.estate.model import Block, Estate, Resource
from simulator.estate.network.interfaces import interfaces, private_endpoints, scale_sets
from simulator.estate.network.services import services
from simulator.estate.network.spans import Spans
from simulator.estate.network.standing import Standing
from simulator.estate.network.topology import AZURES_OWN, Subnet, topology


@dataclass(frozen=True, slots=True)
class End:
    """Something in a subnet that sends or receives; ``spans`` are the addresses it may have.

    ``what`` is ``None`` for any host that somebody may put into the subnet.
    """

    subnet: Subnet
    spans: Spans
    what: Standing | None = None

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"any host in {self.subnet.key}" if self.what is None else self.what.workload.address

    @property
    def workload(self) -> Resource | None:
        """The store, app or machine that it is; ``None`` for any host."""
        return None if self.what is None else self.what.workload

    @property
    def sends(self) -> bool:
        """Whether it can start traffic."""
        return self.what is None or self.what.sends

    @property
    def receives(self) -> bool:
        """Whether it can be reached by traffic that others start."""
        return self.what is None or self.what.receives


@dataclass(frozen=True, slots=True)
class Placed:
    """Every workload with a place in a network, and those whose subnet is not declared here."""

    ends: tuple[End, ...]
    homeless: tuple[Standing, ...]


def placed(estate: Estate) -> Placed:
    """Every declared workload that stands, or is to stand, in a virtual network."""
    return estate.derived(_placed)


def _placed(estate: Estate) -> Placed:
    here = topology(estate)
    ends: list[End] = []
    homeless: list[Standing] = []
    for one in chain(
        services(estate), private_endpoints(estate), interfaces(estate), scale_sets(estate)
    ):
        subnet = here.subnet_at(one.subnet)
        if subnet is None:
            homeless.append(one)
        else:
            ends.append(End(subnet, one.addresses or subnet.spans, one))
    return Placed(tuple(ends), tuple(homeless))


def hosts(estate: Estate) -> Iterator[End]:
    """Any host in each subnet in which Azure lets somebody put one, and in a new subnet."""
    here = topology(estate)
    for subnet in here.subnets.values():
        if subnet.name.casefold() not in AZURES_OWN:
            yield End(subnet, subnet.spans)
    for network in here.networks.values():
        if network.spare:
            key = f"a new subnet of {network.key}"
            new = Subnet(key, network.resource, Block(), "", network.key, network.spare)
            yield End(new, network.spare)

"""The personal-information map: which stores may hold it, and where it goes from there.

A flow is told from what is declared: an endpoint on a store, an application or identity that can
use it, its logs, exports and copies, and from there on to regions and third parties. What an
application does inside, and what leaves by hand, no configuration shows.
"""

from dataclasses import dataclass

from simulator.estate.data_flow import Flow, Means
from simulator.estate.data_sent import sent
from simulator.estate.data_uses import used
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.personal_information import Holding, holdings


@dataclass(frozen=True, slots=True)
class PersonalInformationMap:
    """The stores and what is known of them, and every flow from those that may hold something."""

    stores: tuple[Holding, ...]
    flows: tuple[Flow, ...]

    @property
    def third_parties(self) -> tuple[str, ...]:
        """Whom it is shared with, by name, in order."""
        return tuple(sorted({flow.to for flow in self.flows if flow.means is Means.SHARED}))


def personal_information_map(estate: Estate) -> PersonalInformationMap:
    """The map of ``estate``: flows are followed from store to store and on, each told once."""
    outgoing: dict[str, list[Flow]] = {}
    for flow in estate.derived(_flows):
        outgoing.setdefault(flow.source, []).append(flow)
    stores = holdings(estate)
    waiting = [holding.store.address for holding in stores if holding.may_hold]
    seen, followed = set(waiting), []
    while waiting:
        for flow in outgoing.get(waiting.pop(0), ()):
            followed.append(flow)
            if flow.to not in seen:
                seen.add(flow.to)
                waiting.append(flow.to)
    return PersonalInformationMap(stores, tuple(followed))


def _flows(estate: Estate) -> tuple[Flow, ...]:
    """Every flow there is, each told once, by the first that declares it."""
    told: dict[tuple[str, str, Means], Flow] = {}
    for flow in (*sent(estate), *used(estate)):
        if flow.source != flow.to:
            told.setdefault((flow.source, flow.to, flow.means), flow)
    return tuple(told.values())


def region_of(resource: Resource) -> str:
    """Where a resource is, in Azure's short name of the region; ``""`` if that is not declared."""
    where = effective(resource.get("location"))
    return where.lower().replace(" ", "") if isinstance(where, str) else ""

"""What the responders share during a drill: the clock, the twin, the intruder and the record."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import simpy

from simulator.attacks.technique import Intruder
from simulator.clock import Clock
from simulator.detection.sentinel import Alert
from simulator.estate.model import Estate, Resource
from simulator.profile import Figure, Profile
from simulator.timeline import Basis, Event, Kind
from simulator.twin.plan import AccountPlan
from simulator.twin.twin import Twin


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident: the alert that made it, or ``None`` when somebody outside told us."""

    title: str
    severity: str
    at: datetime
    alert: Alert | None


@dataclass(slots=True)
class Scene:
    """Everything that a response acts on, and the record it leaves.

    ``contained`` and ``told`` happen when containment is proven and when the people who must act
    have been told; the drill ends when both have.
    """

    estate: Estate
    clock: Clock
    twin: Twin
    account: AccountPlan
    intruder: Intruder
    profile: Profile
    random: Random
    events: list[Event] = field(default_factory=list)
    contained: simpy.Event = field(init=False)
    told: simpy.Event = field(init=False)
    probes: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.contained = self.clock.env.event()
        self.told = self.clock.env.event()

    def measured(
        self,
        kind: Kind,
        what: str,
        source: str,
        *,
        declared: Resource | None = None,
        seconds: float | None = None,
    ) -> None:
        """Record something that really ran."""
        self._record(kind, what, Basis.MEASURED, source, declared, seconds)

    def modelled(
        self, kind: Kind, what: str, source: str, *, declared: Resource | None = None
    ) -> None:
        """Record something whose time a profile figure gives."""
        self._record(kind, what, Basis.MODELLED, source, declared, None)

    def _record(  # noqa: PLR0913, PLR0917 - an event has this many parts
        self,
        kind: Kind,
        what: str,
        basis: Basis,
        source: str,
        declared: Resource | None,
        seconds: float | None,
    ) -> None:
        place = "" if declared is None else f"{declared.address} ({declared.origin})"
        self.events.append(Event(self.clock.now, kind, what, basis, source, place, seconds))

    def takes(self, name: str) -> tuple[Figure, timedelta]:
        """The profile figure called ``name`` and a duration drawn from it for this drill."""
        figure = self.profile[name]
        return figure, figure.draw(self.random)

    def tell(self, what: str, source: str, *, declared: Resource | None = None) -> None:
        """Record that the people who must act have been told."""
        self.modelled(Kind.NOTIFIED, what, source, declared=declared)
        if not self.told.triggered:
            self.told.succeed()

    def replay(self) -> bool:
        """Whether the intruder's last successful request still succeeds when it is sent again.

        What comes back is noted in ``probes`` (by its number among the twin's exchanges), because
        the drill's own test of a door is neither a leak nor something that the intruder did.
        """
        before = len(self.twin.exchanges)
        try:
            return self.intruder.replay()
        finally:
            self.probes.update(range(before, len(self.twin.exchanges)))

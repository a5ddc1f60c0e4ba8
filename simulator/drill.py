"""A drill: one attack on one twin of one estate, on one clock, from the first request to the end.

``run_drill`` composes everything below it: it brings the twin up, fills it with fake consumers,
lets the attack run for real, writes the log that Azure would have written when Azure would have
written it, runs the estate's own Sentinel rules over it, lets the declared automation (or people)
answer, and proves containment by replaying the intruder's last successful request.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

import simpy

from simulator.attacks.technique import Attack, Intruder
from simulator.clock import Clock
from simulator.dataset.blobs import blobs
from simulator.dataset.consumers import consumers
from simulator.dataset.truth import Truth
from simulator.detection.kql import Detector, DuckDbDetector, LogRow
from simulator.detection.sentinel import Log, Sentinel
from simulator.estate.model import Estate
from simulator.estate.sentinel import RuleKind, analytics_rules
from simulator.profile import Profile
from simulator.response.automation import Response
from simulator.response.proof import GIVE_UP_AFTER
from simulator.response.scene import Scene
from simulator.telemetry.exchange import Exchange
from simulator.timeline import Basis, Event, Kind, Timeline
from simulator.twin.blueprint import AccountPlan, Blueprint, blueprint
from simulator.twin.twin import Twin

AFTERMATH = timedelta(hours=2)
"""How long a drill goes on after an attack that got nothing, for rules that fire on refusals."""

CONSUMERS = 2_000
"""How many fake consumers a drill's dataset has."""


class NotDrillable(Exception):
    """The estate has nothing that this drill could breach; the message says what was looked for."""


class Outcome(StrEnum):
    """How a drill ended."""

    PREVENTED = "prevented"
    """The attack was really tried and got nothing."""
    IN_TIME = "in-time"
    """Detected by the estate's own rules, contained and notified within the window."""
    LATE = "late"
    """Contained and notified in the end, but not within the window, or seen only by outsiders."""
    NOT_CONTAINED = "not-contained"
    """The intruder's last successful request still succeeds at the end."""


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What became of one declared rule: how often it ran, how often it fired, or why it could not."""

    address: str
    name: str
    enabled: bool
    runs: int
    alerts: int
    not_evaluable: str


@dataclass(frozen=True, slots=True)
class Drill:
    """The result of a drill. ``received`` maps (container, blob) to bytes that the intruder got."""

    attack: Attack
    account: str
    seed: int
    window: timedelta
    outcome: Outcome
    timeline: Timeline
    rules: tuple[RuleReport, ...]
    requests: int
    refused: int
    received: Mapping[tuple[str, str], int]
    truth: Truth
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def detected(self) -> bool:
        """Whether one of the estate's own rules fired on the attack."""
        return self.timeline.first(Kind.ALERT) is not None

    def within_window(self, kind: Kind) -> bool:
        """Whether an event came within the response window, counted from discovery."""
        took = self.timeline.between(Kind.DISCOVERED, kind)
        return took is not None and took <= self.window


def run_drill(  # noqa: PLR0913 - what a drill is made of
    estate: Estate,
    attack: Attack,
    profile: Profile,
    *,
    seed: int,
    window: timedelta,
    progress: Callable[[str], None] = lambda _: None,
) -> Drill:
    """Run one drill. Raises ``NotDrillable``, or ``TwinError`` if the twin fails."""
    plan = blueprint(estate)
    account = customer_account(plan)
    random = Random(f"{seed}/{attack.id}")  # noqa: S311 - a reproducible drill, not a secret
    clock = Clock(profile.starts)
    progress(f"drill {attack.id}: starting the twin of {account.address}")
    with Twin.up(plan, now=lambda: clock.now, progress=progress) as twin:
        truth = seed_account(twin, account, seed)
        intruder = attack.intruder(twin, account, seed=random.randrange(2**32))
        scene = Scene(estate, clock, twin, intruder, profile, random)
        with closing(_Stage(scene, plan, attack)) as stage:
            progress(f"drill {attack.id}: attacking, and letting time pass")
            stage.play()
            return stage.result(seed, window, truth)


def customer_account(plan: Blueprint) -> AccountPlan:
    """The storage account that holds personal information, by its tags, else by its containers."""
    drillable = [account for account in plan.accounts if account.containers]
    if not drillable:
        raise NotDrillable("no storage account with a container is declared")
    return max(drillable, key=lambda account: (account.personal, len(account.containers)))


def seed_account(twin: Twin, account: AccountPlan, seed: int) -> Truth:
    """Fill the account's containers with fake consumers' blobs; the truth of who is in which."""
    owner = twin.owner(account.name)
    people = consumers(CONSUMERS, seed)
    stored = blobs(people, [container.name for container in account.containers], seed)
    for blob in stored:
        client = owner.get_blob_client(blob.container, blob.name)
        client.upload_blob(blob.content, overwrite=True)
    return Truth.of(people, stored)


class _Stage:
    """The processes of one drill on its clock, and what they leave behind."""

    def __init__(self, scene: Scene, plan: Blueprint, attack: Attack) -> None:
        self._scene, self._plan, self._attack = scene, plan, attack
        self._response = Response(scene)
        self._logs: dict[str, Log] = {}
        self._detectors: list[Detector] = []
        self._sentinels: list[Sentinel] = []
        self._written = 0
        self._first_row: LogRow | None = None

    def close(self) -> None:
        """Let go of the detectors."""
        for detector in self._detectors:
            detector.close()

    def play(self) -> None:
        """Let time pass until the leak is stopped and told, or until nobody can be waited for."""
        scene = self._scene
        self._start_sentinels()
        scene.clock.run_until(scene.clock.begin(self._attacking()))
        scene.clock.begin(self._outsiders())
        over = scene.contained & scene.told
        if self.received():
            scene.clock.run_until(over | scene.clock.wait(self._patience()))
        else:
            # Nothing leaked. Rules may still fire on what was refused; that is worth seeing.
            scene.clock.run_until(scene.clock.wait(AFTERMATH))

    def received(self) -> dict[tuple[str, str], int]:
        """Bytes that the intruder really got, by (container, blob), without the drill's replays."""
        got: dict[tuple[str, str], int] = {}
        for exchange in self._intrusions():
            if exchange.blob and exchange.succeeded and exchange.reads_content:
                key = (exchange.container, exchange.blob)
                got[key] = max(got.get(key, 0), exchange.response_body_size)
        return got

    def result(self, seed: int, window: timedelta, truth: Truth) -> Drill:
        """What came of it."""
        scene, received = self._scene, self.received()
        timeline = Timeline(tuple(sorted(scene.events, key=lambda event: event.at)))
        watches = [watch for sentinel in self._sentinels for watch in sentinel.watches]
        rules = tuple(
            RuleReport(
                w.rule.resource.address,
                w.rule.display_name,
                w.rule.enabled,
                w.runs,
                w.alerts,
                w.not_evaluable,
            )
            for w in watches
        )
        intrusions = self._intrusions()
        outcome = judge(timeline, window, leaked=bool(received))
        return Drill(
            attack=self._attack,
            account=scene.intruder.account,
            seed=seed,
            window=window,
            outcome=outcome,
            timeline=timeline,
            rules=rules,
            requests=len(intrusions),
            refused=sum(not exchange.succeeded for exchange in intrusions),
            received=received,
            truth=truth,
            reasons=tuple(self._reasons(timeline, rules)),
            assumptions=self._plan.assumptions,
        )

    def _intrusions(self) -> list[Exchange]:
        """What the intruder did, without the drill's own replays."""
        probes = self._scene.probes
        return [x for n, x in enumerate(self._scene.twin.exchanges) if n not in probes]

    def _patience(self) -> timedelta:
        """Longer than every modelled wait together: after it, nothing is going to happen."""
        profile = self._scene.profile
        waits = ("outside_discovery", "manual_containment", "manual_notification", "analyst_triage")
        return sum((profile[name].high for name in waits), GIVE_UP_AFTER + timedelta(days=1))

    def _outsiders(self) -> Generator[simpy.Event, object, None]:
        """If no incident is opened, somebody outside finds the data in the end."""
        figure, wait = self._scene.takes("outside_discovery")
        yield self._scene.clock.wait(wait)
        if not self._response.incidents and self.received():
            self._response.discovered_outside(
                "somebody outside tells the shop that its customers' data is for sale", figure.cited
            )

    def _start_sentinels(self) -> None:
        """One Sentinel for each workspace that has rules."""
        scene = self._scene
        delays = {
            RuleKind.SCHEDULED: scene.profile["sentinel_scheduled_delay"].typical,
            RuleKind.NRT: scene.profile["sentinel_nrt_delay"].typical,
        }
        rules = analytics_rules(scene.estate)
        for workspace in dict.fromkeys(rule.workspace for rule in rules):
            detector = DuckDbDetector()
            self._detectors.append(detector)
            log = Log(scene.clock, detector)
            if workspace is not None:
                self._logs[workspace] = log
            own = tuple(rule for rule in rules if rule.workspace == workspace)
            sentinel = Sentinel(
                scene.clock, log, own, delays, scene.random, self._response.on_alert
            )
            sentinel.begin()
            self._sentinels.append(sentinel)

    def _attacking(self) -> Generator[simpy.Event, object, None]:
        scene = self._scene
        scene.measured(
            Kind.ATTACK_STARTED, self._attack.title, f"from {scene.intruder.source}, really sent"
        )
        for pause in self._attack.act(scene.intruder):
            self._write_log()
            yield scene.clock.wait(pause)
        self._write_log()

    def _write_log(self) -> None:
        """Turn what the gateway has seen since last time into rows of the workspaces it feeds."""
        scene = self._scene
        rows: dict[str, list[LogRow]] = {}
        for number in range(self._written, len(scene.twin.exchanges)):
            if number in scene.probes:
                continue
            exchange = scene.twin.exchanges[number]
            self._note_access(exchange)
            for workspace, values in workspace_rows(exchange, self._plan):
                latency = scene.profile["ingestion_storage_logs"].draw(scene.random)
                row = LogRow("StorageBlobLogs", values, exchange.at, exchange.at + latency)
                rows.setdefault(workspace, []).append(row)
        self._written = len(scene.twin.exchanges)
        for workspace, written in rows.items():
            if self._first_row is None:
                self._first_row = min(written, key=lambda row: row.ingested)
                scene.clock.begin(self._ingested(self._first_row))
            if workspace in self._logs:
                self._logs[workspace].write(written)

    def _ingested(self, row: LogRow) -> Generator[simpy.Event, object, None]:
        yield self._scene.clock.wait_until(row.ingested)
        figure = self._scene.profile["ingestion_storage_logs"]
        self._scene.modelled(
            Kind.LOG_INGESTED, "the first row about the intruder can be queried", figure.cited
        )

    def _note_access(self, exchange: Exchange) -> None:
        """Record the first time that the intruder is refused, and that the intruder gets data."""
        kind = Kind.FIRST_ACCESS if exchange.succeeded else Kind.REFUSED
        if (exchange.succeeded and not exchange.reads_content) or any(
            event.kind is kind for event in self._scene.events
        ):
            return
        what = f"{exchange.operation} {exchange.container}/{exchange.blob}".rstrip("/")
        self._scene.events.append(
            Event(
                exchange.at,
                kind,
                f"{what}: {exchange.status} {exchange.reason}".rstrip(),
                Basis.MEASURED,
                "a request of the azure-storage-blob client through the gateway",
                exchange.declared,
            )
        )

    def _reasons(self, timeline: Timeline, rules: tuple[RuleReport, ...]) -> Iterator[str]:
        """Why the drill went as it did, in words, the deciding one first."""
        refused = timeline.first(Kind.REFUSED)
        if not self.received():
            if refused is not None:
                by = f" by {refused.declared}" if refused.declared else ""
                yield f"the intruder is refused{by}: {refused.what}"
            return
        if timeline.first(Kind.ALERT) is None:
            yield from self._blindness(rules)
        for event in timeline.events:
            if event.kind in {Kind.ACTION_FAILED, Kind.NOT_EVALUABLE}:
                yield f"{event.what} ({event.declared})"
        if timeline.first(Kind.ALERT) is not None and timeline.first(Kind.INCIDENT) is None:
            yield "no rule that fired makes an incident"

    def _blindness(self, rules: tuple[RuleReport, ...]) -> Iterator[str]:
        """Why no rule fired."""
        account = self._scene.intruder.account_plan
        if self._first_row is None:
            yield (
                f"no diagnostic setting sends the blob reads of {account.address} to a "
                "Log Analytics workspace"
            )
        elif not any(log in self._logs for log in account.workspaces):
            yield f"no Sentinel rule runs on the workspace that logs {account.address}"
        if not rules:
            yield "no Sentinel analytics rule is declared"
        for rule in rules:
            if rule.not_evaluable:
                yield f"rule {rule.name} is not evaluable: {rule.not_evaluable}"
            elif not rule.enabled:
                yield f"rule {rule.name} is disabled"
            elif self._first_row is not None:
                yield f"rule {rule.name} ran {rule.runs} times over these rows and did not fire"


def judge(timeline: Timeline, window: timedelta, *, leaked: bool) -> Outcome:
    """The outcome of a drill from its timeline."""
    if not leaked:
        return Outcome.PREVENTED
    if timeline.first(Kind.CONTAINED) is None:
        return Outcome.NOT_CONTAINED
    contained = timeline.between(Kind.DISCOVERED, Kind.CONTAINED)
    told = timeline.between(Kind.DISCOVERED, Kind.NOTIFIED)
    in_time = all(took is not None and took <= window for took in (contained, told))
    seen = timeline.first(Kind.ALERT) is not None
    return Outcome.IN_TIME if in_time and seen else Outcome.LATE

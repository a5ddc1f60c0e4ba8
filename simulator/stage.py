"""The processes of one drill on its clock: the attack, the log, the rules, and who finds out."""

from collections.abc import Generator
from datetime import datetime, timedelta

import simpy

from simulator.attacks.technique import Attack
from simulator.detection.kql import Detector, DuckDbDetector, LogRow
from simulator.detection.sentinel import Log, Sentinel, Watch
from simulator.estate.sentinel import RuleKind, analytics_rules
from simulator.response.automation import Response
from simulator.response.proof import GIVE_UP_AFTER
from simulator.response.scene import Scene
from simulator.telemetry.exchange import Exchange, received
from simulator.telemetry.storage_blob_logs import TABLE, log_rows
from simulator.timeline import Basis, Event, Kind
from simulator.twin.blueprint import Blueprint

AFTERMATH = timedelta(hours=2)
"""How long a drill goes on after an attack that got nothing, for rules that fire on refusals."""


class Stage:
    """One drill as it is played. ``watches`` and ``logged`` tell afterwards what was seen.

    ``logged`` maps a workspace (address) to the number of rows about the intruder written to it.
    """

    def __init__(self, scene: Scene, plan: Blueprint, attack: Attack) -> None:
        self.scene = scene
        self.logged: dict[str, int] = {}
        self._plan, self._attack = plan, attack
        self._response = Response(scene)
        self._logs: dict[str | None, Log] = {}
        self._detectors: list[Detector] = []
        self._sentinels: list[Sentinel] = []
        self._written = 0

    def close(self) -> None:
        """Let go of the detectors."""
        for detector in self._detectors:
            detector.close()

    @property
    def watches(self) -> list[Watch]:
        """What became of each declared rule."""
        return [watch for sentinel in self._sentinels for watch in sentinel.watches]

    def intrusions(self) -> list[Exchange]:
        """What the intruder did, without the drill's own replays."""
        probes = self.scene.probes
        return [x for number, x in enumerate(self.scene.twin.exchanges) if number not in probes]

    def received(self) -> dict[tuple[str, str], int]:
        """Bytes that the intruder really got, by (container, blob)."""
        got = received(self.intrusions(), self.scene.intruder.source)
        return {(container, blob): size for (_, container, blob), size in got.items() if size}

    def play(self) -> None:
        """Let time pass until the leak is stopped and told, or until nobody can be waited for."""
        scene = self.scene
        self._start_sentinels()
        scene.clock.run_until(scene.clock.begin(self._attacking()))
        if self.received():
            scene.clock.begin(self._outsiders())
            over = scene.contained & scene.told
            scene.clock.run_until(over | scene.clock.wait(self._patience()))
        else:
            scene.clock.run_until(scene.clock.now + AFTERMATH)

    def _start_sentinels(self) -> None:
        """One Sentinel for each workspace that has rules."""
        scene = self.scene
        delays = {
            RuleKind.SCHEDULED: scene.profile["sentinel_scheduled_delay"].typical,
            RuleKind.NRT: scene.profile["sentinel_nrt_delay"].typical,
        }
        rules = analytics_rules(scene.estate)
        for workspace in dict.fromkeys(rule.workspace for rule in rules):
            detector = DuckDbDetector()
            self._detectors.append(detector)
            log = self._logs[workspace] = Log(scene.clock, detector)
            own = tuple(rule for rule in rules if rule.workspace == workspace)
            answer = self._response.on_alert
            sentinel = Sentinel(scene.clock, log, own, delays, scene.random, answer)
            sentinel.begin()
            self._sentinels.append(sentinel)

    def _attacking(self) -> Generator[simpy.Event, object, None]:
        scene = self.scene
        source = f"requests really sent from {scene.intruder.source} through the gateway"
        scene.measured(Kind.ATTACK_STARTED, self._attack.title, source)
        for pause in self._attack.act(scene.intruder):
            self._write_log()
            yield scene.clock.wait(pause)
        self._write_log()
        got = [x for x in self.intrusions() if x.operation.name == "GetBlob" and x.succeeded]
        if got:
            self._note(Kind.LAST_ACCESS, got[-1])

    def _write_log(self) -> None:
        """Turn what the gateway has seen since last time into rows of the workspaces it feeds."""
        scene = self.scene
        seen = scene.twin.exchanges
        new = [seen[n] for n in range(self._written, len(seen)) if n not in scene.probes]
        self._written = len(seen)
        for exchange in new:
            self._note_first(exchange)
        rows: dict[str, list[LogRow]] = {}
        for written in log_rows(new, self._plan.log_sources):
            latency = scene.profile["ingestion_storage_logs"].draw(scene.random)
            row = LogRow(TABLE, written.values, written.generated, written.generated + latency)
            rows.setdefault(written.workspace, []).append(row)
        for workspace, batch in rows.items():
            if not self.logged:
                scene.clock.begin(self._ingested(min(row.ingested for row in batch)))
            self.logged[workspace] = self.logged.get(workspace, 0) + len(batch)
            if workspace in self._logs:
                self._logs[workspace].write(batch)

    def _ingested(self, moment: datetime) -> Generator[simpy.Event, object, None]:
        yield self.scene.clock.wait_until(moment)
        figure = self.scene.profile["ingestion_storage_logs"]
        what = "the first row about the intruder can be queried"
        self.scene.modelled(Kind.LOG_INGESTED, what, figure.cited)

    def _note_first(self, exchange: Exchange) -> None:
        """Record the first refusal, and the first time that data comes out."""
        if exchange.refused:
            kind = Kind.REFUSED
        elif exchange.succeeded and exchange.operation.name == "GetBlob":
            kind = Kind.FIRST_ACCESS
        else:
            return
        if not any(event.kind is kind for event in self.scene.events):
            self._note(kind, exchange)

    def _note(self, kind: Kind, exchange: Exchange) -> None:
        what = f"{exchange.operation.name} {exchange.container}/{exchange.blob}".rstrip("/")
        answer = f"{exchange.status} {exchange.error_code}".rstrip()
        because = f": {exchange.reason}" if exchange.reason else ""
        source = "a request of the azure-storage-blob client through the gateway"
        self.scene.events.append(
            Event(
                exchange.at,
                kind,
                f"{what}: {answer}{because}",
                Basis.MEASURED,
                source,
                exchange.declared,
                exchange.duration_ms / 1000,
            )
        )

    def _outsiders(self) -> Generator[simpy.Event, object, None]:
        """If no incident is opened, somebody outside finds the data in the end."""
        figure, wait = self.scene.takes("outside_discovery")
        yield self.scene.clock.wait(wait)
        if not self._response.incidents:
            what = "somebody outside tells the shop that its customers' data is about"
            self._response.discovered_outside(what, figure.cited)

    def _patience(self) -> timedelta:
        """Longer than every modelled wait together: after it, nothing is going to happen."""
        profile = self.scene.profile
        waits = ("outside_discovery", "manual_containment", "manual_notification", "analyst_triage")
        return sum((profile[name].high for name in waits), GIVE_UP_AFTER + timedelta(days=1))

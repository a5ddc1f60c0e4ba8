"""Microsoft Sentinel on the drill's clock: the estate's rules, run when Azure would run them."""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import simpy

from simulator.clock import Clock, stopwatch
from simulator.detection.kql import Detector, LogRow, Window
from simulator.detection.schedule import Schedule, schedule, triggers
from simulator.estate.sentinel import AnalyticsRule, RuleKind
from simulator.kql import NotEvaluable, Result


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that fired: when it executed, what it returned, and the entities mapped from that.

    ``entities`` maps ``Type.Identifier`` (``IP.Address``) to the values found, in order.
    ``seconds`` is how long the query really took.
    """

    rule: AnalyticsRule
    at: datetime
    rows: int
    entities: Mapping[str, tuple[str, ...]]
    seconds: float


@dataclass(slots=True)
class Watch:
    """What became of one rule during a drill."""

    rule: AnalyticsRule
    runs: int = 0
    alerts: int = 0
    not_evaluable: str = ""


class Log:
    """The workspace's tables during a drill, and a signal for the rules that wait for rows."""

    def __init__(self, clock: Clock, detector: Detector) -> None:
        self._clock = clock
        self._detector = detector
        self._rows: list[LogRow] = []
        self.changed: simpy.Event = clock.env.event()

    def write(self, rows: Iterable[LogRow]) -> None:
        """Add rows; each carries the moment from which it can be queried."""
        rows = tuple(rows)
        if not rows:
            return
        self._detector.write(rows)
        self._rows.extend(rows)
        signal, self.changed = self.changed, self._clock.env.event()
        signal.succeed()

    def holds(self, window: Window) -> bool:
        """Whether any row lies in the window."""
        return any(window.holds(row) for row in self._rows)

    def may_yet_hold(self, run_window: Window) -> bool:
        """Whether a row already written could still enter a later window of this shape."""
        start = run_window.generated_after or run_window.ingested_after
        return start is None or any(
            (row.ingested if run_window.generated_after is None else row.generated) > start
            for row in self._rows
        )

    def query(self, query: str, now: datetime, window: Window) -> Result | NotEvaluable:
        """Run a query over the rows in the window."""
        return self._detector.run(query, now, window)


@dataclass(slots=True)
class Sentinel:
    """Runs analytics rules against a log on a clock, and hands every alert on.

    ``delays`` gives the delay of each kind of rule; ``random`` decides where in its period each
    rule's schedule happens to stand when the drill begins.
    """

    clock: Clock
    log: Log
    rules: tuple[AnalyticsRule, ...]
    delays: Mapping[RuleKind, timedelta]
    random: Random
    on_alert: Callable[[Alert], None]
    watches: list[Watch] = field(default_factory=list)

    def begin(self) -> None:
        """Start every enabled rule whose query is known; the others are not evaluable."""
        for rule in self.rules:
            watch = Watch(rule)
            self.watches.append(watch)
            phase = self.random.random()
            if rule.query is None:
                watch.not_evaluable = rule.unreadable or "the query is not known"
            elif rule.enabled:
                plan = schedule(rule, self.clock.now, phase, self.delays)
                self.clock.begin(self._runs(plan, rule.query, watch))

    def _runs(
        self, plan: Schedule, query: str, watch: Watch
    ) -> Generator[simpy.Event, object, None]:
        number = 0
        quiet = False  # the rule has run on an empty window and stayed silent
        silent_until = self.clock.now
        while not watch.not_evaluable:
            run = plan.run(number)
            yield self.clock.wait_until(run.executes)
            empty = not self.log.holds(run.window)
            if not (quiet and empty) and run.executes >= silent_until:
                alert = self._run(plan, number, query, watch)
                quiet = empty and alert is None
                if alert is not None:
                    if watch.rule.suppression is not None:
                        silent_until = run.executes + watch.rule.suppression
                    self.on_alert(alert)
            number += 1
            if quiet and not self.log.may_yet_hold(plan.run(number).window):
                yield self.log.changed
                number = max(number, plan.number_at(self.clock.now))

    def _run(self, plan: Schedule, number: int, query: str, watch: Watch) -> Alert | None:
        run = plan.run(number)
        with stopwatch() as watch_seconds:
            result = self.log.query(query, run.scheduled, run.window)
        watch.runs += 1
        if isinstance(result, NotEvaluable):
            watch.not_evaluable = result.why
            return None
        if not triggers(watch.rule, len(result.rows)):
            return None
        watch.alerts += 1
        entities = mapped_entities(watch.rule, result)
        return Alert(watch.rule, run.executes, len(result.rows), entities, watch_seconds.seconds)


def mapped_entities(rule: AnalyticsRule, result: Result) -> dict[str, tuple[str, ...]]:
    """The values of the columns that a rule maps to entities, each once, in order of appearance."""
    found: dict[str, tuple[str, ...]] = {}
    for entity, fields in rule.entities.items():
        for identifier, column in fields.items():
            if column in result.columns:
                place = result.columns.index(column)
                values = (str(row[place]) for row in result.rows if row[place] not in {None, ""})
                found[f"{entity}.{identifier}"] = tuple(dict.fromkeys(values))
    return found

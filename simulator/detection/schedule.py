"""When Sentinel runs a rule, over which rows, and whether the result makes an alert. Pure.

Scheduled rules (Microsoft Learn, "Scheduled analytics rules in Microsoft Sentinel") run at their
frequency on a 5-minute delay and look back over their period: a run scheduled for S executes at
S + 5 minutes and sees rows generated in (S - period, S] that have been ingested by then. The query
clock is taken to stand at S, so that ``ago()`` in the query agrees with the look-back.

Near-real-time rules ("Quick threat detection with NRT analytics rules") run every minute on a
2-minute delay over what was ingested in the minute before.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.detection.kql import Window
from simulator.estate.sentinel import AnalyticsRule, RuleKind, TriggerOperator

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a rule: when it is scheduled (the query clock), when it executes, what it sees."""

    scheduled: datetime
    executes: datetime
    window: Window


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule's runs: the first is scheduled at ``first``, then one every ``every``."""

    rule: AnalyticsRule
    first: datetime
    every: timedelta
    delay: timedelta

    def run(self, number: int) -> Run:
        """The run with this number, from 0."""
        scheduled = self.first + number * self.every
        executes = scheduled + self.delay
        if self.rule.kind is RuleKind.NRT:
            window = Window(ingested_after=scheduled - _MINUTE, ingested_until=scheduled)
        else:
            window = Window(
                generated_after=scheduled - self.rule.period,
                generated_until=scheduled,
                ingested_until=executes,
            )
        return Run(scheduled, executes, window)

    def number_at(self, moment: datetime) -> int:
        """The number of the first run that executes at ``moment`` or later."""
        return max(0, math.ceil((moment - self.delay - self.first) / self.every))


def schedule(
    rule: AnalyticsRule, start: datetime, phase: float, delays: Mapping[RuleKind, timedelta]
) -> Schedule:
    """The schedule of a rule that happens to stand at ``phase`` (0 to 1) of its frequency."""
    every = _MINUTE if rule.kind is RuleKind.NRT else rule.frequency
    offset = timedelta(seconds=round(phase * every.total_seconds()))
    return Schedule(rule, start + offset, every, delays[rule.kind])


def triggers(rule: AnalyticsRule, rows: int) -> bool:
    """Whether a result of this many rows makes an alert (an NRT rule alerts on any row)."""
    if rule.kind is RuleKind.NRT:
        return rows > 0
    match rule.operator:
        case TriggerOperator.GREATER_THAN:
            return rows > rule.threshold
        case TriggerOperator.LESS_THAN:
            return rows < rule.threshold
        case TriggerOperator.EQUAL:
            return rows == rule.threshold
        case TriggerOperator.NOT_EQUAL:
            return rows != rule.threshold

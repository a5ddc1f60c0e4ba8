"""Rules on the drill's clock."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import Clock
from simulator.detection.kql import LogRow
from simulator.detection.sentinel import Alert, Log, Sentinel, mapped_entities
from simulator.estate.sentinel import RuleKind
from simulator.kql import NotEvaluable, Result
from tests.detection.rules import scheduled_rule

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
DELAYS = {RuleKind.SCHEDULED: timedelta(minutes=5), RuleKind.NRT: timedelta(minutes=2)}


class Counting:
    """A detector whose every query returns one result row for each row in the window."""

    def __init__(self) -> None:
        self.rows: list[LogRow] = []
        self.runs: list[datetime] = []

    def write(self, rows):
        self.rows.extend(rows)

    def run(self, query, now, window):
        self.runs.append(now)
        if query == "bad":
            return NotEvaluable("'bad' is not supported")
        held = tuple((row.generated,) for row in self.rows if window.holds(row))
        return Result(("TimeGenerated",), held)

    def close(self):
        pass


def play(rules, rows_at, until=timedelta(hours=6)):
    """Alerts and watches when the log gets a row at each of these minutes, 6 minutes late."""
    clock, detector, alerts = Clock(START), Counting(), []
    log = Log(clock, detector)
    sentinel = Sentinel(clock, log, tuple(rules), DELAYS, Random(7), alerts.append)
    sentinel.begin()

    def writing():
        for minute in rows_at:
            yield clock.wait_until(START + timedelta(minutes=minute))
            log.write([LogRow("StorageBlobLogs", {}, clock.now, clock.now + timedelta(minutes=6))])

    clock.begin(writing())
    clock.run_until(START + until)
    return alerts, sentinel.watches, detector


def test_a_rule_fires_after_latency_delay_and_at_most_one_frequency():
    alerts, _, _ = play([scheduled_rule()], [60])
    first: Alert = alerts[0]
    waited = first.at - (START + timedelta(minutes=60))
    assert timedelta(minutes=6) <= waited <= timedelta(minutes=11)


def test_a_disabled_rule_does_not_run():
    alerts, watches, _ = play([scheduled_rule(enabled=False)], [60])
    assert (alerts, watches[0].runs) == ([], 0)


def test_a_query_that_cannot_run_is_reported_and_never_reads_as_silence():
    alerts, watches, _ = play([scheduled_rule(query="bad")], [60])
    assert alerts == []
    assert watches[0].not_evaluable == "'bad' is not supported"


def test_a_query_that_is_not_known_is_not_evaluable_with_the_reason():
    _, watches, _ = play([scheduled_rule(query=None, unreadable="var.query has no value")], [60])
    assert (watches[0].not_evaluable, watches[0].runs) == ("var.query has no value", 0)


def test_a_suppressed_rule_is_silent_for_as_long_as_declared():
    loud, _, _ = play([scheduled_rule()], [60])
    quiet, _, _ = play([scheduled_rule(suppression=timedelta(hours=5))], [60])
    assert len(loud) > 1
    assert len(quiet) == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 300), max_size=6).map(sorted), st.sampled_from(list(RuleKind)))
def test_sleeping_while_nothing_can_change_never_changes_an_alert(minutes, kind):
    """The same rows against a plain list of every run's result."""
    rule = scheduled_rule(kind=kind)
    alerts, _, detector = play([rule], minutes)
    from simulator.detection.schedule import schedule  # noqa: PLC0415 - beside its use

    plan = schedule(rule, START, Random(7).random(), DELAYS)
    expected = []
    for number in range(400):
        run = plan.run(number)
        if run.executes >= START + timedelta(hours=6):
            break
        if any(run.window.holds(row) for row in detector.rows):
            expected.append(run.executes)
    assert [alert.at for alert in alerts] == expected


def test_entities_are_the_values_of_the_mapped_columns_each_once():
    rule = scheduled_rule(entities={"IP": {"Address": "Ip"}, "Account": {"Name": "Missing"}})
    result = Result(("Ip", "N"), (("203.0.113.5", 1), ("203.0.113.5", 2), ("", 3), (None, 4)))
    assert mapped_entities(rule, result) == {"IP.Address": ("203.0.113.5",)}

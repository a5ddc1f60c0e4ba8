"""When rules run and what they see."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.detection.kql import LogRow
from simulator.detection.schedule import schedule, triggers
from simulator.estate.sentinel import RuleKind, TriggerOperator
from tests.detection.rules import scheduled_rule

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
DELAYS = {RuleKind.SCHEDULED: timedelta(minutes=5), RuleKind.NRT: timedelta(minutes=2)}


def row(generated: datetime, latency_minutes: float) -> LogRow:
    ingested = generated + timedelta(minutes=latency_minutes)
    return LogRow("StorageBlobLogs", {}, generated, ingested)


def test_a_scheduled_run_executes_five_minutes_after_the_time_it_looks_back_from():
    rule = scheduled_rule(frequency=timedelta(minutes=5), period=timedelta(minutes=30))
    run = schedule(rule, START, 0, DELAYS).run(3)
    assert run.scheduled == START + timedelta(minutes=15)
    assert run.executes == START + timedelta(minutes=20)


def test_a_row_that_arrives_later_than_period_and_delay_is_never_seen_by_a_short_rule():
    """The trap of PT5M over PT5M: a row that takes 11 minutes falls out of every window."""
    rule = scheduled_rule(frequency=timedelta(minutes=5), period=timedelta(minutes=5))
    plan = schedule(rule, START, 0, DELAYS)
    late, prompt = row(START + timedelta(minutes=2), 11), row(START + timedelta(minutes=2), 4)
    seen_late = [n for n in range(60) if plan.run(n).window.holds(late)]
    seen_prompt = [n for n in range(60) if plan.run(n).window.holds(prompt)]
    assert (seen_late, seen_prompt) == ([], [1])


def test_an_nrt_rule_looks_at_the_minute_in_which_rows_were_ingested():
    plan = schedule(scheduled_rule(kind=RuleKind.NRT), START, 0, DELAYS)
    one = row(START, 6.5)
    seen = [n for n in range(60) if plan.run(n).window.holds(one)]
    assert [plan.run(n).executes - START for n in seen] == [timedelta(minutes=9)]


@given(
    minutes=st.integers(5, 24 * 60),
    extra=st.integers(0, 24 * 60),
    generated=st.integers(0, 3 * 24 * 3600),
    latency=st.floats(0, 30),
    phase=st.floats(0, 0.999),
)
def test_a_row_ingested_within_the_delay_is_seen_by_some_run(
    minutes, extra, generated, latency, phase
):
    frequency = timedelta(minutes=minutes)
    rule = scheduled_rule(frequency=frequency, period=frequency + timedelta(minutes=extra))
    plan = schedule(rule, START - frequency, phase, DELAYS)
    one = row(START + timedelta(seconds=generated), min(latency, 5))
    first = plan.number_at(one.generated)
    assert any(plan.run(n).window.holds(one) for n in range(max(0, first - 2), first + 4))


@given(st.integers(0, 10_000), st.floats(0, 0.999))
def test_the_run_at_a_moment_is_the_first_that_has_not_passed(seconds, phase):
    plan = schedule(scheduled_rule(frequency=timedelta(minutes=7)), START, phase, DELAYS)
    moment = START + timedelta(seconds=seconds)
    number = plan.number_at(moment)
    assert plan.run(number).executes >= moment
    assert number == 0 or plan.run(number - 1).executes < moment


@pytest.mark.parametrize(
    ("operator", "fires_on"),
    [
        (TriggerOperator.GREATER_THAN, {3, 4}),
        (TriggerOperator.LESS_THAN, {0, 1}),
        (TriggerOperator.EQUAL, {2}),
        (TriggerOperator.NOT_EQUAL, {0, 1, 3, 4}),
    ],
)
def test_the_threshold_is_compared_as_declared(operator, fires_on):
    rule = scheduled_rule(operator=operator, threshold=2)
    assert {rows for rows in range(5) if triggers(rule, rows)} == fires_on

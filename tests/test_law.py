from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.law import (
    CALIFORNIA,
    Certainty,
    damages,
    end_of_day,
    last_day,
    law,
    local_date,
    window_title,
)

MOMENTS = st.integers(0, 20 * 365 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def counted(start, days):
    """Gov. Code 6800 by hand: leave out the first day, then count to the last and include it."""
    day = start.astimezone(CALIFORNIA).date()
    for _ in range(days):
        day = date.fromordinal(day.toordinal() + 1)
    return day


@given(start=MOMENTS, days=st.integers(0, 400))
@example(start=datetime(2028, 1, 30, 20, tzinfo=UTC), days=30)  # over a 29 February
@example(start=datetime(2026, 2, 15, 20, tzinfo=UTC), days=30)  # over the change to summer time
@example(start=datetime(2026, 10, 20, 20, tzinfo=UTC), days=15)  # over the change back
@example(start=datetime(2026, 11, 1, 8, 30, tzinfo=UTC), days=15)  # in the hour that is repeated
def test_a_limit_ends_with_the_day_that_the_count_gives(start, days):
    due = last_day(start, days)
    assert due.date() == counted(start, days)
    assert due.timetz().replace(tzinfo=None) == time(23, 59, 59)
    assert due.tzinfo is CALIFORNIA
    assert (due + timedelta(seconds=1)).date() == due.date() + timedelta(days=1)


@given(start=MOMENTS, days=st.integers(1, 400))
def test_a_limit_is_never_shorter_than_its_days_and_never_longer_than_one_more(start, days):
    took = last_day(start, days).astimezone(UTC) - start
    hour = timedelta(hours=1)  # summer time may take or give one
    assert timedelta(days=days) - hour - timedelta(seconds=1) <= took
    assert took <= timedelta(days=days + 1) + hour


@given(start=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=9)), days=st.integers(0, 60))
def test_a_later_start_never_ends_earlier(start, later, days):
    assert last_day(start, days) <= last_day(start + later, days)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-01T09:00:00+00:00", "2026-07-01T23:59:59-07:00"),
        ("2026-06-01T06:59:59+00:00", "2026-06-30T23:59:59-07:00"),  # still 31 May in California
        ("2026-06-01T07:00:00+00:00", "2026-07-01T23:59:59-07:00"),
        ("2028-01-30T12:00:00-08:00", "2028-02-29T23:59:59-08:00"),
        ("2027-01-30T12:00:00-08:00", "2027-03-01T23:59:59-08:00"),
        ("2026-05-07T12:00:00-07:00", "2026-06-06T23:59:59-07:00"),  # a Saturday: not rolled on
        ("2026-06-04T12:00:00-07:00", "2026-07-04T23:59:59-07:00"),  # a holiday: not rolled on
        ("2026-10-15T12:00:00-07:00", "2026-11-14T23:59:59-08:00"),  # the offset changes
    ],
)
def test_thirty_calendar_days_by_example(start, due):
    assert last_day(datetime.fromisoformat(start), 30).isoformat() == due


def test_a_time_without_a_zone_starts_no_clock():
    with pytest.raises(ValueError, match="with its zone"):
        local_date(datetime(2026, 6, 1))  # noqa: DTZ001


def test_the_hours_of_an_hour_clock_are_elapsed_hours():
    start = datetime(2026, 3, 7, 20, tzinfo=CALIFORNIA)  # the next night has 23 hours
    deadline = law().clocks["gdpr33"].deadline(start.astimezone(UTC), applies=True)
    assert deadline.due - deadline.starts == timedelta(hours=72)


def test_the_day_ends_one_second_before_the_next():
    assert end_of_day(date(2026, 12, 31)).isoformat() == "2026-12-31T23:59:59-08:00"


@pytest.mark.parametrize(
    ("incident", "low", "high"),
    [
        (date(2019, 12, 31), None, None),
        (date(2020, 1, 1), 100, 750),
        (date(2024, 12, 31), 100, 750),
        (date(2025, 1, 1), 107, 799),
        (date(2026, 12, 31), 107, 799),
        (date(2027, 1, 1), None, None),
    ],
)
def test_the_amount_is_that_of_the_incidents_date_or_none(incident, low, high):
    one, many = damages(1, incident), damages(1000, incident)
    assert (one.minimum, one.maximum) == (low, high)
    assert many.per_consumer == (None if low is None else (low, high))
    assert (many.minimum, many.maximum) == (low and low * 1000, high and high * 1000)
    assert ("No figure" in one.words) == (low is None)


@given(count=st.integers(1, 40_000_000), incident=st.dates(date(2020, 1, 1), date(2026, 12, 31)))
def test_damages_are_whole_dollars_in_proportion(count, incident):
    result = damages(count, incident)
    assert isinstance(result.minimum, int)
    assert isinstance(result.maximum, int)
    assert 100 * count <= result.minimum < result.maximum <= 799 * count


@pytest.mark.parametrize("incident", [date(2026, 6, 1), date(2031, 1, 1), None])
def test_no_consumers_cost_nothing_at_any_date(incident):
    result = damages(0, incident)
    assert (result.minimum, result.maximum) == (0, 0)
    assert "no statutory damages" in result.words


def test_an_incident_without_a_date_has_no_figure():
    assert damages(5, None).maximum is None
    assert "without a date" in damages(5, None).words


def test_a_range_is_called_possible_and_comes_with_its_conditions():
    result = damages(5, date(2026, 6, 1))
    assert "not a prediction" in result.words
    conditions = " ".join(c.words for c in result.conditions)
    for condition in (
        "nonencrypted and nonredacted",
        "unauthorized access and exfiltration, theft or disclosure",
        "duty to keep reasonable security",
        "30 days' written notice",
        "actually cure",
    ):
        assert condition in conditions


def test_the_table_of_damages_has_no_gap_and_no_overlap():
    for earlier, later in pairwise(law().damages):
        assert later.since - earlier.until == timedelta(days=1)


def test_every_statement_is_cited_with_its_certainty_in_words():
    provisions = [c.provision for c in law().clocks.values()] + list(law().conditions)
    for said in (*provisions, *law().damages):
        assert said.citation
        assert said.certainty in {Certainty.TEXT, Certainty.SECONDARY}


def test_no_limit_of_california_is_seventy_two_hours():
    for clock in law().clocks.values():
        if not clock.other_regime:
            assert clock.length != timedelta(hours=72)
            assert clock.provision.citation.startswith("Civ. Code 1798.82")


@pytest.mark.parametrize("hours", [72, 24, 71.5])
def test_the_window_is_never_called_a_deadline_of_california(hours):
    title = window_title(timedelta(hours=hours))
    assert title.startswith(f"{hours}-hour response window: ")
    assert title.endswith("not a CPRA or California deadline")
    assert ("the dossier's target" in title) == (hours == 72)


def test_a_limit_unknown_for_its_date_has_no_due_date():
    start = datetime(2025, 12, 31, 12, tzinfo=CALIFORNIA)
    deadline = law().clocks["ca_resident_notice"].deadline(start, applies=True)
    assert (deadline.applies, deadline.starts, deadline.due) == (True, None, None)
    assert deadline.why == "no figure is known here for a start before 2026-01-01"

"""Simulated time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator.clock import Clock, stopwatch

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_a_start_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Clock(datetime(2026, 6, 1, 9))  # noqa: DTZ001 - that is the point


def test_time_is_told_in_utc():
    clock = Clock(datetime(2026, 6, 1, 2, tzinfo=timezone(timedelta(hours=-7))))
    assert clock.now == START
    assert clock.now.tzinfo is UTC


def test_waiting_for_a_moment_that_has_passed_takes_no_time():
    clock = Clock(START)
    clock.run_until(START + timedelta(hours=1))
    clock.run_until(clock.wait_until(START))
    assert clock.now == START + timedelta(hours=1)


def test_processes_take_turns_in_order_of_time():
    clock, told = Clock(START), []

    def telling(name, every):
        for _ in range(2):
            yield clock.wait(timedelta(minutes=every))
            told.append((name, clock.now - START))

    clock.begin(telling("slow", 3))
    clock.begin(telling("fast", 2))
    clock.run_until(START + timedelta(minutes=10))
    minutes = [(name, at / timedelta(minutes=1)) for name, at in told]
    assert minutes == [("fast", 2), ("slow", 3), ("fast", 4), ("slow", 6)]


def test_a_paced_clock_really_takes_its_time():
    clock = Clock(START, pace=0.001)
    with stopwatch() as watch:
        clock.run_until(START + timedelta(seconds=50))
    assert watch.seconds >= 0.045

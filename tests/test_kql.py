"""The engine that runs KQL over rows in memory."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator.kql import Engine, NotEvaluable, Result, stored, utc

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine():
    made = Engine({"T": {"At": "datetime", "Name": "string", "More": "dynamic"}})
    made.insert("T", [[utc(NOON - timedelta(hours=1)), "a", '{"b":["c"]}']])
    yield made
    made.close()


def test_a_query_gives_columns_and_rows(engine):
    result = engine.run("T | where At > ago(2h) | project Name, C = tostring(More.b[0])", NOON)
    assert result == Result(("Name", "C"), (("a", "c"),))


def test_the_query_clock_is_the_one_that_is_given(engine):
    assert engine.run("T | where At > ago(30m)", NOON).rows == ()
    assert len(engine.run("T | where At > ago(30m)", NOON - timedelta(hours=1)).rows) == 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("T | evaluate bag_unpack(More)", "unsupported"),
        ("T | where (", "could not parse"),
        ("Other | take 1", "there is no table Other"),
        ("T | project-away Nothing", "Nothing"),
    ],
)
def test_what_cannot_be_run_says_so_in_a_line(engine, query, why):
    result = engine.run(query, NOON)
    assert isinstance(result, NotEvaluable)
    assert why in result.why
    assert "\n" not in result.why


def test_a_value_is_held_as_azure_holds_it():
    assert stored(None, "string") == ""
    assert stored(None, "datetime") is None
    west = NOON.astimezone(timezone(timedelta(hours=-7)))
    assert stored(west, "datetime") == NOON.replace(tzinfo=None)

"""Running a rule's KQL over the rows that Azure would have had by then."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator.detection.kql import DuckDbDetector, LogRow, Window
from simulator.kql import NotEvaluable, Result

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


def read(minutes_ago: float, port: int = 5000, latency: float = 6, **values: object) -> LogRow:
    generated = NOW - timedelta(minutes=minutes_ago)
    row = {
        "TimeGenerated": generated,
        "OperationName": "GetBlob",
        "CallerIpAddress": f"203.0.113.5:{port}",
        "StatusCode": "200",
        **values,
    }
    return LogRow("StorageBlobLogs", row, generated, generated + timedelta(minutes=latency))


@pytest.fixture(scope="module")
def engine():
    made = DuckDbDetector()
    yield made
    made.close()


@pytest.fixture
def detector(engine):
    """The engine is slow to open, so tests share it and leave it empty."""
    yield engine
    engine.forget()


def rows(result: Result | NotEvaluable) -> tuple[tuple[object, ...], ...]:
    assert isinstance(result, Result), result
    return result.rows


def test_a_query_counts_rows_and_strips_the_port(detector):
    detector.write(read(20, port) for port in range(5000, 5003))
    query = (
        'StorageBlobLogs | extend Ip = tostring(split(CallerIpAddress, ":")[0])'
        " | summarize N = count() by Ip"
    )
    result = detector.run(query, NOW, Window())
    assert result == Result(("Ip", "N"), (("203.0.113.5", 3),))


def test_a_row_not_yet_ingested_is_not_there(detector):
    detector.write([read(5, latency=6), read(5, latency=4)])
    counted = detector.run("StorageBlobLogs | count", NOW, Window(ingested_until=NOW))
    assert rows(counted) == ((1,),)


def test_the_window_is_open_at_its_start_and_closed_at_its_end(detector):
    detector.write([read(30), read(10)])
    window = Window(
        generated_after=NOW - timedelta(minutes=30), generated_until=NOW - timedelta(minutes=10)
    )
    assert rows(detector.run("StorageBlobLogs | count", NOW, window)) == ((1,),)


def test_the_query_clock_stands_where_it_is_put(detector):
    detector.write([read(20)])
    query = "StorageBlobLogs | where TimeGenerated > ago(1h) | count"
    assert rows(detector.run(query, NOW, Window())) == ((1,),)
    assert rows(detector.run(query, NOW + timedelta(hours=2), Window())) == ((0,),)


def test_a_string_that_azure_leaves_out_is_empty_and_never_null(detector):
    detector.write([read(20)])
    query = "StorageBlobLogs | where isempty(RequesterObjectId) and RequesterUpn == '' | count"
    assert rows(detector.run(query, NOW, Window())) == ((1,),)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("StorageBlobLogs | evaluate bag_unpack(Foo)", "EvaluateOperator"),
        ("StorageBlobLogs | wherex", "could not parse"),
        ("NoSuchTable_CL | count", "NoSuchTable_CL"),
        ("StorageBlobLogs | where NoSuchColumn == 1", "NoSuchColumn"),
    ],
)
def test_a_query_that_cannot_run_is_not_evaluable_and_says_why(detector, query, why):
    result = detector.run(query, NOW, Window())
    assert isinstance(result, NotEvaluable)
    assert why in result.why


def test_a_row_with_a_column_that_azure_does_not_have_is_refused(detector):
    with pytest.raises(ValueError, match="CallerIp"):
        detector.write([read(5, CallerIp="203.0.113.5")])

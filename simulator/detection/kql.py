"""The Detector seam, and the embedded engine behind it.

A query sees only the rows that Azure would have had in the table by then: the window is applied
below the query, on when a row was generated and when it was ingested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from simulator.kql import Engine, NotEvaluable, Result, column_list, stored, utc
from simulator.telemetry.tables import tables


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of a Log Analytics table and when it could first be queried."""

    table: str
    values: Mapping[str, object]
    generated: datetime
    ingested: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows a run of a rule may see: half-open intervals ``(after, until]``; ``None`` is open.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    >>> row = LogRow("StorageBlobLogs", {}, noon, noon + timedelta(minutes=6))
    >>> Window(ingested_until=noon).holds(row)
    False
    """

    generated_after: datetime | None = None
    generated_until: datetime | None = None
    ingested_after: datetime | None = None
    ingested_until: datetime | None = None

    def holds(self, row: LogRow) -> bool:
        """Whether a row lies in the window."""
        return _within(row.generated, self.generated_after, self.generated_until) and _within(
            row.ingested, self.ingested_after, self.ingested_until
        )


def _within(moment: datetime, after: datetime | None, until: datetime | None) -> bool:
    return (after is None or moment > after) and (until is None or moment <= until)


class Detector(Protocol):
    """Something that holds log rows and runs KQL over those in a window."""

    def write(self, rows: Iterable[LogRow]) -> None:
        """Add rows to their tables."""

    def run(self, query: str, now: datetime, window: Window) -> Result | NotEvaluable:
        """Run a KQL query with the query clock at ``now`` over the rows in ``window``."""

    def close(self) -> None:
        """Let go of everything held."""


class DuckDbDetector:
    """KQL over the rows of a drill, each table with a second one below it that holds every row."""

    def __init__(self) -> None:
        self._engine = Engine(tables(), absent="no drill fills the table")
        for table, columns in tables().items():
            typed = f'{column_list(columns)}, "_ingested" TIMESTAMP'
            self._engine.sql(f'CREATE TABLE "_{table}" ({typed})')

    def write(self, rows: Iterable[LogRow]) -> None:
        """Add rows to their tables. Raises ``ValueError`` for a table or column of no schema."""
        batches: dict[str, list[list[object]]] = {}
        for row in rows:
            columns = tables().get(row.table)
            unknown = set(row.values) - set(columns or ())
            if columns is None or unknown:
                raise ValueError(f"{row.table}: no such table or columns: {sorted(unknown)}")
            values = [stored(row.values.get(name), type_) for name, type_ in columns.items()]
            batches.setdefault(row.table, []).append([*values, utc(row.ingested)])
        for table, batch in batches.items():
            self._engine.insert(f"_{table}", batch)

    def run(self, query: str, now: datetime, window: Window) -> Result | NotEvaluable:
        """Run a query; anything that the engine cannot do comes back as ``NotEvaluable``."""
        self._show(query, window)
        return self._engine.run(query, now)

    def forget(self) -> None:
        """Drop every row; what has been translated stays."""
        for table in tables():
            self._engine.sql(f'DELETE FROM "_{table}"; DELETE FROM "{table}"')  # noqa: S608

    def close(self) -> None:
        """Close the database."""
        self._engine.close()

    def _show(self, query: str, window: Window) -> None:
        """Fill the tables that a query names with the rows of the window."""
        for table in tables():
            if table not in query:
                continue
            conditions, values = ["TRUE"], []
            for column, comparison, moment in (
                ("TimeGenerated", ">", window.generated_after),
                ("TimeGenerated", "<=", window.generated_until),
                ("_ingested", ">", window.ingested_after),
                ("_ingested", "<=", window.ingested_until),
            ):
                if moment is not None:
                    conditions.append(f'"{column}" {comparison} ?')
                    values.append(utc(moment))
            self._engine.sql(f'DELETE FROM "{table}"')  # noqa: S608 - table is in the schema
            self._engine.sql(
                f'INSERT INTO "{table}" SELECT * EXCLUDE ("_ingested") FROM "_{table}" '  # noqa: S608
                f'WHERE {" AND ".join(conditions)} ORDER BY "TimeGenerated", "_ingested"',
                values,
            )

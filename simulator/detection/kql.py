"""The Detector seam, and the embedded engine behind it: duckdb-kql on an in-memory DuckDB.

A query sees only the rows that Azure would have had in the table by then: the window is applied
below the query, on when a row was generated and when it was ingested.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from simulator.telemetry.tables import tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb_kql.translate import TranslationResult


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

    >>> from datetime import timedelta
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


@dataclass(frozen=True, slots=True)
class Result:
    """What a query returned: column names, and rows as tuples in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class NotEvaluable:
    """A query that could not be executed, and why. It never means "did not fire"."""

    why: str


class Detector(Protocol):
    """Something that holds log rows and runs KQL over those in a window."""

    def write(self, rows: Iterable[LogRow]) -> None:
        """Add rows to their tables."""

    def run(self, query: str, now: datetime, window: Window) -> Result | NotEvaluable:
        """Run a KQL query with the query clock at ``now`` over the rows in ``window``."""

    def close(self) -> None:
        """Let go of everything held."""


_MISSING_TABLE = re.compile(r"Catalog Error: Table with name (\S+) does not exist")

_TYPES = {
    "string": "VARCHAR",
    "datetime": "TIMESTAMP",
    "long": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "dynamic": "JSON",
    "guid": "VARCHAR",
}


class DuckDbDetector:
    """KQL through duckdb-kql. Translations are kept, because a rule runs many times."""

    def __init__(self) -> None:
        import duckdb_kql  # noqa: PLC0415 - heavy; only a drill needs it

        self._connection: DuckDBPyConnection = duckdb_kql.connect()
        self._translations: dict[str, TranslationResult | NotEvaluable] = {}
        for table, columns in tables().items():
            typed = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in columns.items())
            self._connection.execute(
                f'CREATE TABLE "_{table}" ({typed}, "_ingested" TIMESTAMP);'
                f'CREATE TABLE "{table}" ({typed})'
            )

    def write(self, rows: Iterable[LogRow]) -> None:
        """Add rows to their tables. Raises ``ValueError`` for a table or column that has no schema.

        A string that Azure leaves out is empty there, never null, so it is empty here.
        """
        batches: dict[str, list[list[object]]] = {}
        for row in rows:
            columns = tables().get(row.table)
            unknown = set(row.values) - set(columns or ())
            if columns is None or unknown:
                raise ValueError(f"{row.table}: no such table or columns: {sorted(unknown)}")
            values = [_stored(row.values.get(name), type_) for name, type_ in columns.items()]
            batches.setdefault(row.table, []).append([*values, _utc(row.ingested)])
        for table, batch in batches.items():
            marks = ", ".join("?" * len(batch[0]))
            insert = f'INSERT INTO "_{table}" VALUES ({marks})'  # noqa: S608 - table is in the schema
            self._connection.executemany(insert, batch)

    def run(self, query: str, now: datetime, window: Window) -> Result | NotEvaluable:
        """Run a query; anything that the engine cannot do comes back as ``NotEvaluable``."""
        import duckdb  # noqa: PLC0415 - as above

        translated = self._translate(query)
        if isinstance(translated, NotEvaluable):
            return translated
        self._show(query, window)
        parameters = dict(translated.parameters)
        if "kqlnow" in parameters:
            parameters["kqlnow"] = _utc(now)
        try:
            relation = self._connection.execute(str(translated), parameters or None)
            columns = tuple(column[0] for column in relation.description or ())
            return Result(columns, tuple(tuple(row) for row in relation.fetchall()))
        except duckdb.CatalogException as error:
            missing = _MISSING_TABLE.match(str(error))
            what = f"no drill fills the table {missing[1]}" if missing else _first_line(error)
            return NotEvaluable(what)
        except duckdb.Error as error:
            return NotEvaluable(_first_line(error))

    def forget(self) -> None:
        """Drop every row; what has been translated stays."""
        for table in tables():
            self._connection.execute(f'DELETE FROM "_{table}"; DELETE FROM "{table}"')  # noqa: S608

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _translate(self, query: str) -> "TranslationResult | NotEvaluable":
        if query not in self._translations:
            from duckdb_kql import KqlError, to_sql  # noqa: PLC0415 - as above

            schema = {table: list(columns) for table, columns in tables().items()}
            try:
                self._translations[query] = to_sql(
                    query,
                    schema=schema,
                    allow_write=False,
                    query_now=datetime(2000, 1, 1),  # noqa: DTZ001
                )
            except KqlError as error:
                self._translations[query] = NotEvaluable(_first_line(error))
        return self._translations[query]

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
                    values.append(_utc(moment))
            self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - table is in the schema
            self._connection.execute(
                f'INSERT INTO "{table}" SELECT * EXCLUDE ("_ingested") FROM "_{table}" '  # noqa: S608
                f'WHERE {" AND ".join(conditions)} ORDER BY "TimeGenerated", "_ingested"',
                values,
            )


def _stored(value: object, type_: str) -> object:
    if value is None:
        return "" if type_ in {"string", "guid"} else None
    return _utc(value) if isinstance(value, datetime) else value


def _utc(moment: datetime) -> datetime:
    """KQL datetimes are UTC; DuckDB's TIMESTAMP has no zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]

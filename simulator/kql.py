"""KQL over rows in memory: duckdb-kql on an embedded DuckDB, loaded when an engine is opened.

What this engine cannot run comes back as :class:`NotEvaluable`. It is never "nothing found".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb_kql.translate import TranslationResult

_MISSING_TABLE: Final = re.compile(r"Catalog Error: Table with name (\S+) does not exist")
_ROWS: Final = 50
_TYPES: Final = {
    "string": "VARCHAR",
    "datetime": "TIMESTAMP",
    "long": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "dynamic": "JSON",
    "guid": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a query returned: column names, and rows as tuples in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class NotEvaluable:
    """A query that could not be executed, and why. It never means "did not fire"."""

    why: str


def column_list(columns: Mapping[str, str]) -> str:
    """The columns of a table in SQL, from Azure's names and types.

    >>> column_list({"TimeGenerated": "datetime", "Properties": "dynamic"})
    '"TimeGenerated" TIMESTAMP, "Properties" JSON'
    """
    return ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in columns.items())


class Engine:
    """The tables of one schema, column name to Azure type by table, and KQL over them.

    Translations are kept, because a rule runs many times. ``absent`` begins what is said of a
    query that names a table which is not in the schema.
    """

    def __init__(
        self, tables: Mapping[str, Mapping[str, str]], absent: str = "there is no table"
    ) -> None:
        import duckdb_kql  # noqa: PLC0415 - heavy, and few runs come here

        self._connection: DuckDBPyConnection = duckdb_kql.connect()
        self._schema = {table: list(columns) for table, columns in tables.items()}
        self._absent = absent
        self._translations: dict[str, TranslationResult | NotEvaluable] = {}
        for table, columns in tables.items():
            self.sql(f'CREATE TABLE "{table}" ({column_list(columns)})')

    def sql(self, statement: str, values: Sequence[object] = ()) -> None:
        """Execute SQL, for filling and emptying tables."""
        self._connection.execute(statement, values or None)

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Add rows with a value for every column of ``table``."""
        # One statement for many rows takes a quarter of the time of one for each.
        for start in range(0, len(rows), _ROWS):
            some = rows[start : start + _ROWS]
            marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            self.sql(f'INSERT INTO "{table}" VALUES {marks}', [v for row in some for v in row])  # noqa: S608 - of the schema

    def run(self, query: str, now: datetime) -> Result | NotEvaluable:
        """Run a KQL query with the query clock at ``now``."""
        import duckdb  # noqa: PLC0415 - as above

        translated = self._translate(query)
        if isinstance(translated, NotEvaluable):
            return translated
        parameters = dict(translated.parameters)
        if "kqlnow" in parameters:
            parameters["kqlnow"] = utc(now)
        try:
            relation = self._connection.execute(str(translated), parameters or None)
            columns = tuple(column[0] for column in relation.description or ())
            return Result(columns, tuple(tuple(row) for row in relation.fetchall()))
        except duckdb.CatalogException as error:
            missing = _MISSING_TABLE.match(str(error))
            return NotEvaluable(f"{self._absent} {missing[1]}" if missing else _first_line(error))
        except duckdb.Error as error:
            return NotEvaluable(_first_line(error))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _translate(self, query: str) -> "TranslationResult | NotEvaluable":
        if query not in self._translations:
            from duckdb_kql import KqlError, to_sql  # noqa: PLC0415 - as above

            try:
                self._translations[query] = to_sql(
                    query,
                    schema=self._schema,
                    allow_write=False,
                    query_now=datetime(2000, 1, 1),  # noqa: DTZ001
                )
            except KqlError as error:
                self._translations[query] = NotEvaluable(_first_line(error))
        return self._translations[query]


def stored(value: object, type_: str) -> object:
    """A value as a column of this Azure type holds it.

    A string that Azure leaves out is empty there, never null, so it is empty here.
    """
    if value is None:
        return "" if type_ in {"string", "guid"} else None
    return utc(value) if isinstance(value, datetime) else value


def utc(moment: datetime) -> datetime:
    """A moment without its zone: KQL's are UTC, and DuckDB's TIMESTAMP has no zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]

"""A transformation that is run: sample rows with payment data go in, and what comes out is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, cast

from simulator.controls.telemetry_redaction.dialect import drops_all, in_engine_words
from simulator.controls.telemetry_redaction.payment_data import CARD, TOKENS, found_in, secrets
from simulator.controls.telemetry_redaction.samples import MARK, TABLES, sample_rows
from simulator.kql import Engine, NotEvaluable, Result, stored
from simulator.memory import memory
from simulator.shelf import made_by

_NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_HARMLESS: Final = "n/a"
_ALSO: Final = (
    ("e-mail addresses", re.compile(r"ada(?:@|%40)example\.com", re.IGNORECASE)),
    ("card security codes", re.compile(r"cvv\W{1,4}737", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Leak:
    """Payment data that can be read in a column of what a transformation puts out.

    ``kind`` is ``card``, or the processor of a token.
    """

    column: str
    kind: str
    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What came out of a transformation of one table.

    ``leaks`` is all the payment data in it, ``also`` the other personal information. ``timed`` says
    whether it has the time of each row, without which Azure takes no transformation. ``unknown``
    says why the transformation could not be run; then nothing else is told.
    """

    leaks: tuple[Leak, ...] = ()
    also: tuple[str, ...] = ()
    unknown: str = ""
    timed: bool = True

    @property
    def cards(self) -> tuple[Leak, ...]:
        """The card numbers that come through."""
        return tuple(leak for leak in self.leaks if leak.kind == CARD)

    @property
    def redacted(self) -> tuple[str, ...]:
        """The processors of which no token comes through."""
        kept = {leak.kind for leak in self.leaks}
        return tuple(processor for processor in TOKENS if processor not in kept)


@cache
def inspect(table: str, transform: str) -> Inspection:
    """Run ``transform`` over the sample rows of ``table`` and read every column of the result."""
    if (kept := memory()) is None:
        return _inspect(table, transform)
    made = made_by(Path(__file__).parent, "duckdb", "duckdb-kql")
    name = f"{made} redaction of {table}"
    return cast("Inspection", kept.recall(name, transform, lambda: _inspect(table, transform)))


def _inspect(table: str, transform: str) -> Inspection:
    columns = TABLES[table]
    engine = Engine({"source": columns, "sample": columns, "payment": {"text": "string"}})
    query = in_engine_words(transform, columns)
    spellings = [[text] for secret in secrets() for text in secret.spellings]
    samples = [_values(columns, row) for group in sample_rows(table) for row in group]
    try:
        engine.insert("payment", spellings)
        engine.insert("sample", samples)
        engine.sql(_filling(columns))
        result = engine.run(query, _NOON)
        if isinstance(result, NotEvaluable):
            return Inspection(unknown=result.why)
        dropped = len(result.rows) < len(samples) * len(spellings) and not drops_all(transform)
        unseen = _unseen(engine, table, query) if dropped else ""
    finally:
        engine.close()
    cells = dict.fromkeys(_texts(result))
    leaks = {
        Leak(column, secret.kind, secret.name, how): None
        for column, text in cells
        for secret, how in found_in(text)
    }
    also = tuple(what for what, pattern in _ALSO if any(pattern.search(t) for _, t in cells))
    timed = "TimeGenerated" in result.columns
    return Inspection(tuple(leaks), also, "" if leaks else unseen, timed)


def _texts(result: Result) -> Iterator[tuple[str, str]]:
    """Column and text of every cell that holds one; an engine gives dynamic values as JSON."""
    for row in result.rows:
        for column, value in zip(result.columns, row, strict=True):
            if value is not None and not isinstance(value, bool | float | datetime):
                yield column, str(value)


def _unseen(engine: Engine, table: str, query: str) -> str:
    """Why nothing came out where rows without payment data are dropped as well, if they are.

    That payment data is not there then says nothing of the rows that the filter is meant to keep.
    """
    columns = TABLES[table]
    for group in sample_rows(table):
        engine.sql('DELETE FROM "source"')
        engine.insert("source", [_values(columns, row, _HARMLESS) for row in group])
        result = engine.run(query, _NOON)
        if isinstance(result, Result) and not result.rows:
            return "its filter drops the sample rows that have no payment data in them, too"
    return ""


def _values(
    columns: Mapping[str, str], row: Mapping[str, object], mark: str = MARK
) -> list[object]:
    """A row as the engine takes it, with ``mark`` in place of the mark."""
    usual: dict[str, object] = {"TimeGenerated": _NOON.replace(tzinfo=None)}
    filled = {
        **usual,
        **{k: v.replace(MARK, mark) if isinstance(v, str) else v for k, v in row.items()},
    }
    return [stored(filled.get(name), type_) for name, type_ in columns.items()]


def _filling(columns: Mapping[str, str]) -> str:
    """SQL: every sample row with every spelling of every secret in place of the mark."""
    values = (_marked(name, type_) for name, type_ in columns.items())
    return f'INSERT INTO "source" SELECT {", ".join(values)} FROM "sample" CROSS JOIN "payment"'  # noqa: S608


def _marked(name: str, type_: str) -> str:
    if type_ not in {"string", "dynamic"}:
        return f'"{name}"'
    replaced = f"""replace("{name}"::VARCHAR, '{MARK}', "text")"""
    return f"{replaced}::JSON" if type_ == "dynamic" else replaced

"""Whether the records of requests are kept for 24 months."""

import re
from collections.abc import Iterator
from typing import Final

from simulator.controls.consumer_requests.alarms import ALERTS, is_about_requests, query_of
from simulator.controls.consumer_requests.deadline import RECORD, RECORD_DAYS, numbers
from simulator.controls.consumer_requests.parts import Pipeline, is_named_for_requests
from simulator.controls.verdict import Finding, finding
from simulator.estate.kql import tables
from simulator.estate.model import Estate, Reference, Resource, Unresolvable, effective

_WHY: Final = "records of consumers' requests are kept for 24 months (11 CCR 7101)"
_SECONDS: Final = RECORD_DAYS * 24 * 3600
_LEDGERS: Final = (
    "azurerm_cosmosdb_sql_container",
    "azurerm_cosmosdb_mongo_collection",
    "azurerm_mssql_database",
    "azurerm_postgresql_flexible_server_database",
    "azurerm_mysql_flexible_database",
    "azurerm_storage_table",
    "azurerm_storage_container",
)
_LOG_TABLES: Final = (
    "azurerm_log_analytics_workspace_table",
    "azurerm_log_analytics_workspace_table_custom_log",
)
_LIVES: Final = ("default_ttl", "default_ttl_seconds")


def findings(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    """What is wrong with where requests are recorded."""
    ledgers = [one for one in estate.of_type(*_LEDGERS) if _is_ledger(one)]
    logged = tuple(_log_tables(estate))
    for ledger in ledgers:
        yield from _expiry(ledger)
    if not ledgers:
        for table in logged:
            yield from _retention(table)
    told = [d for worker in parts.workers for d in numbers(estate, worker, RECORD)]
    if ledgers or logged or told:
        return
    for part in (*parts.workers, *parts.queues)[:1]:
        yield finding(
            part,
            "request_records",
            "where requests are recorded does not show",
            expected="a ledger that is kept for 24 months",
            why=_WHY,
            remedy="declare the ledger under a name that says so (consumer-requests), or tell the "
            'worker: app_settings = { DSR_RECORD_DAYS = "730" }',
            unknown=True,
        )


def _is_ledger(store: Resource) -> bool:
    return any(map(is_named_for_requests, (store.address, store.declared_name or "")))


def _expiry(ledger: Resource) -> Iterator[Finding]:
    for attribute in _LIVES:
        value = ledger.get(attribute)
        lives = effective(value)
        unknown = isinstance(value, Reference | Unresolvable)
        short = re.fullmatch(r"\d+", str(lives)) is not None and int(str(lives)) < _SECONDS
        if unknown or short:
            yield finding(
                ledger,
                attribute,
                value,
                expected=f"none, or {_SECONDS} seconds or more",
                why=_WHY,
                remedy=f"{attribute} = {_SECONDS}",
                unknown=unknown,
            )


def _log_tables(estate: Estate) -> Iterator[Resource]:
    """The declared tables in which the alerts on requests look for them."""
    read = {
        name
        for alert in estate.of_type(*ALERTS)
        if is_about_requests(alert)
        for name in tables(query_of(alert))
    }
    yield from (one for one in estate.of_type(*_LOG_TABLES) if one.declared_name in read)


def _retention(table: Resource) -> Iterator[Finding]:
    kept = table.get("total_retention_in_days")
    days = effective(kept)
    unknown = isinstance(kept, Reference | Unresolvable)
    if unknown or (isinstance(days, int) and days >= RECORD_DAYS):
        if unknown:
            yield _short(table, unknown=True)
        return
    yield _short(table, unknown=False)


def _short(table: Resource, *, unknown: bool) -> Finding:
    return finding(
        table,
        "total_retention_in_days",
        table.get("total_retention_in_days"),
        expected=f"{RECORD_DAYS} or more",
        why=_WHY,
        remedy=f"total_retention_in_days = {RECORD_DAYS}",
        unknown=unknown,
    )

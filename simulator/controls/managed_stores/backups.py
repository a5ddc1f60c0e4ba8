"""For how long a database can be put back to what it was."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.judge import Demand, judge, one_of
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import UNSTATED, Omitted, Resource, effective

_DAYS: Final = 7
_HOURS: Final = 24 * _DAYS
_WHY: Final = (
    "what an intruder changes or deletes is only seen when there is nothing older left; backups "
    "and recovery are an audit component of 11 CCR 7123(c)(18)"
)
_KEPT: Final = Demand(
    "backup_retention_days",
    lambda days: isinstance(days, int) and days >= _DAYS,
    f"{_DAYS} or more",
    _WHY,
    "backup_retention_days = 35",
    Severity.MEDIUM,
    Omitted(default=7, decided_by="Azure default"),
)
_SERVERS: Final = (
    "azurerm_postgresql_flexible_server",
    "azurerm_mysql_flexible_server",
    "azurerm_postgresql_server",
    "azurerm_mysql_server",
    "azurerm_mariadb_server",
)
_CONTINUOUS: Final = 'backup { type = "Continuous" }'
_TYPE: Final = Demand(
    "backup.type", one_of("Continuous"), '"Continuous"', _WHY, _CONTINUOUS, Severity.MEDIUM
)
_PERIOD: Final = Demand(
    "backup.retention_in_hours",
    lambda hours: isinstance(hours, int) and hours >= _HOURS,
    f"{_HOURS} or more, or continuous backup",
    _WHY,
    _CONTINUOUS,
    Severity.MEDIUM,
    Omitted(default=8, decided_by="Azure default"),
)


def backups(store: Resource) -> Iterator[Finding]:
    """What keeps ``store`` from being put back to what it was a week ago."""
    if store.type in _SERVERS:
        yield from judge(store, _KEPT)
    elif store.type == "azurerm_cosmosdb_account":
        yield from _cosmos(store)


def _cosmos(account: Resource) -> Iterator[Finding]:
    """Continuous backup has seven days at least; a periodic one has eight hours unless told."""
    unread, blocks = account.unresolved("backup"), account.blocks("backup")
    if unread is not None:
        yield from judge(account, _TYPE, unread, attribute="backup")
    elif not blocks:
        yield finding(
            account,
            "backup",
            "none is declared, so that Azure keeps periodic ones for eight hours",
            expected=f"continuous backup, or one that is kept for {_HOURS} hours",
            why=_WHY,
            remedy=_CONTINUOUS,
            severity=Severity.MEDIUM,
        )
    elif effective(blocks[0].get("type")) is UNSTATED:
        yield from judge(account, _TYPE, blocks[0].get("type"), block=blocks[0])
    elif not _TYPE.good(effective(blocks[0].get("type"))):
        yield from judge(account, _PERIOD, blocks[0].get("retention_in_hours"), block=blocks[0])

"""For how long a workspace keeps the rows of each of its tables, and what makes it drop some."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.copies import DAYS
from simulator.controls.judge import settle
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.immutability import days_of
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
    show,
)
from simulator.estate.workspaces import workspace_of

WHY: Final = (
    "most leaks are noticed months after they happen, and without these rows nobody can tell whose "
    "data it was; retention of audit logs is an audit component of 11 CCR 7123(c)(7) (the 90 days "
    "are the dossier's figure, not one of California law)"
)
TABLES: Final = (
    "azurerm_log_analytics_workspace_table",
    "azurerm_log_analytics_workspace_table_microsoft",
    "azurerm_log_analytics_workspace_table_custom_log",
)
_OWN: Final = "retention_in_days"
_TOTAL: Final = "total_retention_in_days"
_PURGE: Final = "immediate_data_purge_on_30_days_enabled"
_QUOTA: Final = "daily_quota_gb"
# Learn: kept for 90 days without charge, whatever the workspace says.
_NINETY: Final = frozenset({"AzureActivity", "Usage"})
_PLAN_DAYS: Final = 30  # Learn: what Basic and Auxiliary tables are kept for, where nothing is set


def findings(estate: Estate, workspace: Resource, tables: Mapping[str, bool]) -> Iterator[Finding]:
    """What is wrong with how long ``workspace`` keeps these tables, and with what it drops.

    ``tables`` says of each whether it surely receives rows.
    """
    own = {r.declared_name: r for r in _declared(estate, workspace)}
    named = {name: own[name] for name in tables if name in own}
    for table in named.values():
        yield from _table(table)
    inherit = {t: s for t, s in tables.items() if t not in named or not _states(named[t])}
    yield from _workspace(workspace, inherit, unnamed=None in own, any_table=bool(tables))
    yield from _purge(workspace)
    yield from _quota(workspace)


def _declared(estate: Estate, workspace: Resource) -> Iterator[Resource]:
    for table in estate.of_type(*TABLES):
        if workspace_of(estate, table.get("workspace_id")) == workspace.address:
            yield table


def _workspace(
    workspace: Resource, inherit: Mapping[str, bool], *, unnamed: bool, any_table: bool
) -> Iterator[Finding]:
    value = workspace.get(_OWN)
    known = days_of(value)
    if known is not None and known >= DAYS:
        return
    short = [table for table in inherit if table not in _NINETY and not table.startswith("App")]
    if any_table and not short:
        return
    unsure = known is None or unnamed or (any_table and not any(inherit[t] for t in short))
    about = f"; {', '.join(sorted(short))} kept as long as that" if short else ""
    yield finding(
        workspace,
        _OWN,
        f"{show(value)}{about}",
        expected=f"{DAYS} or more, or {_TOTAL} = {DAYS} or more on every security table",
        why=WHY,
        remedy=settle(value, f"{_OWN} = {DAYS}") if known is None else f"{_OWN} = {DAYS}",
        severity=Severity.HIGH,
        unknown=unsure,
    )


def _states(table: Resource) -> bool:
    """Whether a table has a retention of its own."""
    return any(_is_set(table.get(name)) for name in (_OWN, _TOTAL)) or _is_cheap(table)


def _table(table: Resource) -> Iterator[Finding]:
    """A table that is kept for less than the workspace says, or than is asked."""
    if not _states(table):
        return
    name = _TOTAL if _is_set(table.get(_TOTAL)) or _is_cheap(table) else _OWN
    value = table.get(name)
    known = days_of(value)
    if known is None and _is_cheap(table) and isinstance(value, Omitted | Known):
        known = _PLAN_DAYS
        value = Omitted(_PLAN_DAYS, f"what Azure uses on the {effective(table.get('plan'))} plan")
    if known is None or known < DAYS:
        yield finding(
            table,
            name,
            value,
            expected=f"{DAYS} or more",
            why=f"what a table says overrides its workspace: {WHY}",
            remedy=settle(value, f"{name} = {DAYS}") if known is None else f"{name} = {DAYS}",
            severity=Severity.HIGH,
            unknown=known is None,
        )


def _is_set(value: Value) -> bool:
    """Whether a retention is given: none, and -1 in ARM's words, is that of the workspace."""
    days = days_of(value)
    return isinstance(value, Reference | Unresolvable) or (days is not None and days > 0)


def _is_cheap(table: Resource) -> bool:
    return str(effective(table.get("plan"))).casefold() in {"basic", "auxiliary"}


def _purge(workspace: Resource) -> Iterator[Finding]:
    """Rows that are gone on the day they turn 30: it acts at a retention of 30 days alone."""
    value, kept_for = workspace.get(_PURGE), days_of(workspace.get(_OWN))
    known = effective(value)
    unset = known is UNSTATED and isinstance(value, Omitted)
    if unset or known is False or (kept_for is not None and kept_for > _PLAN_DAYS):
        return
    yield finding(
        workspace,
        _PURGE,
        value,
        expected=f"false, or {_OWN} = {DAYS} or more, at which it does nothing",
        why=f"Azure then purges rows at once instead of letting them lapse: {WHY}",
        remedy=f"{_PURGE} = false",
        severity=Severity.MEDIUM,
        unknown=known is not True,
    )


def _quota(workspace: Resource) -> Iterator[Finding]:
    value = workspace.get(_QUOTA)
    known = effective(value)
    if known is UNSTATED and isinstance(value, Omitted):
        return  # the default in every version is -1, no cap
    if not isinstance(known, int | float) or known >= 0:
        yield finding(
            workspace,
            _QUOTA,
            value,
            expected="-1 (no cap)",
            why="once the cap is reached, rows are dropped for the rest of the day and never come "
            "back; audit-log management is an audit component of 11 CCR 7123(c)(7)",
            remedy=f"{_QUOTA} = -1",
            severity=Severity.MEDIUM,
            unknown=known is UNSTATED,
        )

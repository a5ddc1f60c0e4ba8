"""What stops rows on their way into a workspace: quotas, cheap table plans, transformations."""

from collections.abc import Iterable, Iterator
from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.diagnostics import feeds, maybe_fed, tables_fed
from simulator.estate.model import UNSTATED, Block, Estate, Resource, effective
from simulator.estate.workspaces import workspace_of

_WHY: Final = (
    "log rows that are dropped or cannot be searched by rules are as good as never written; "
    "audit-log management with monitoring is an audit component of 11 CCR 7123(c)(7)"
)
_TABLE: Final = "azurerm_log_analytics_workspace_table"
_RULE: Final = "azurerm_monitor_data_collection_rule"


def findings(estate: Estate, stores: Iterable[Resource]) -> Iterator[Finding]:
    """What is wrong with the workspaces that the logs of these stores go to."""
    addresses = {store.address for store in stores}
    mine = (feed.workspace for feed in feeds(estate) if feed.store.address in addresses)
    for address in dict.fromkeys(filter(None, mine)):
        workspace = estate.by_address.get(address)
        if workspace is not None and workspace.mode == "managed":
            yield from _quota(workspace)
        tables = frozenset(tables_fed(estate, address)) | maybe_fed(estate, address)
        yield from _plans(estate, address, tables)
        yield from _transformations(estate, address, tables)


def _quota(workspace: Resource) -> Iterator[Finding]:
    quota = workspace.get("daily_quota_gb")
    in_force = effective(quota)
    if in_force is UNSTATED and "daily_quota_gb" not in workspace.body.values:
        return  # absent: the default in every version is -1, no cap
    if not isinstance(in_force, int | float) or in_force >= 0:
        yield finding(
            workspace,
            "daily_quota_gb",
            quota,
            expected="-1 (no cap)",
            why="once the cap is reached, ingestion stops for the day and an intruder who makes "
            f"noise goes unseen: {_WHY}",
            remedy="daily_quota_gb = -1",
            severity=Severity.MEDIUM,
            unknown=in_force is UNSTATED,
        )


def _plans(estate: Estate, workspace: str, tables: frozenset[str]) -> Iterator[Finding]:
    for table in estate.of_type(_TABLE):
        plan = table.get("plan")
        here = workspace_of(estate, table.get("workspace_id")) == workspace
        if (
            here
            and table.declared_name in tables
            and effective(plan) not in {UNSTATED, "Analytics"}
        ):
            yield finding(
                table,
                "plan",
                plan,
                expected='"Analytics"',
                why=f"analytics rules cannot read a table on another plan: {_WHY}",
                remedy='plan = "Analytics"',
                severity=Severity.HIGH,
            )


def _transformations(estate: Estate, workspace: str, tables: frozenset[str]) -> Iterator[Finding]:
    """A workspace transformation of these tables may drop rows or columns; what it does is KQL."""
    for rule in estate.of_type(_RULE):
        if effective(rule.get("kind")) != "WorkspaceTransforms" or not _into(
            estate, rule, workspace
        ):
            continue
        for flow in rule.blocks("data_flow"):
            streams = effective(flow.get("streams"))
            names = {str(s).removeprefix("Microsoft-Table-") for s in _items(streams)}
            query = effective(flow.get("transform_kql"))
            if names & tables and str(query).strip() != "source":
                yield _transformed(rule, flow, sorted(names & tables))
                break


def _into(estate: Estate, rule: Resource, workspace: str) -> bool:
    return any(
        workspace_of(estate, target.get("workspace_resource_id")) == workspace
        for destination in rule.blocks("destinations")
        for target in destination.blocks("log_analytics")
    )


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _transformed(rule: Resource, flow: Block, tables: list[str]) -> Finding:
    return finding(
        rule,
        "data_flow.transform_kql",
        flow.get("transform_kql"),
        expected=f"{', '.join(tables)} stored as they come",
        why=f"a transformation may drop the very rows that show a leak: {_WHY}",
        remedy='transform_kql = "source", or show with a drill that the rows arrive',
        severity=Severity.MEDIUM,
        unknown=True,
        block=flow,
    )

"""Which transformation of which rule is applied to what a workspace stores, if any is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.judge import ignored
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

RULE: Final = "azurerm_monitor_data_collection_rule"
KIND: Final = "WorkspaceTransforms"
LINK: Final = "data_collection_rule_id"
_STREAM: Final = "microsoft-table-"
_UPDATE: Final = "azapi_update_resource"
_WHY: Final = (
    "payment tokens are stored as the application logs them, and whoever reads the workspace can "
    "use them; reasonable security is owed under Civ. Code 1798.81.5(b), and masking of sensitive "
    "personal information is part of what 11 CCR 7123(c)(5) has audited"
)
_REMEDY: Final = "azurerm_log_analytics_workspace: data_collection_rule_id = <id of the rule>"


@dataclass(frozen=True, slots=True)
class Flow:
    """A data flow of a rule that is in force for one table, and its transformation."""

    table: str
    rule: Resource
    block: Block
    transform: Value


def rule_of(estate: Estate, workspace: Resource) -> Resource | Finding:
    """The rule that transforms what comes into a workspace, or why there is none."""
    link = workspace.get(LINK)
    target = estate.target(link)
    if target is not None and target.resource.type == RULE and target.resource.mode == "managed":
        return target.resource
    if not isinstance(link, Omitted):
        return _elsewhere(workspace, link)
    if ignored(workspace, LINK):
        said = "not set, and in ignore_changes: another place may set it"
        return _no_rule(workspace, said, unknown=True)
    lost = next((u for u in estate.of_type(_UPDATE) if _may_link(estate, u)), None)
    if lost is not None:
        said = f"not set, unless {lost.address} sets it: what that changes cannot be told"
        return _no_rule(workspace, said, unknown=True)
    idle = next((r for r in estate.of_type(RULE) if workspace.address in _places(estate, r)), None)
    actual: Value | str = f"not set, so that {idle.address} does nothing" if idle else link
    return _no_rule(workspace, actual, unknown=False)


def _no_rule(workspace: Resource, actual: Value | str, *, unknown: bool) -> Finding:
    return finding(
        workspace,
        LINK,
        actual,
        expected=f"the id of a data collection rule of the kind {KIND}",
        why=_WHY,
        remedy=f"say where it is set, or {_REMEDY}" if unknown else _REMEDY,
        unknown=unknown,
    )


def _elsewhere(workspace: Resource, link: Value) -> Finding:
    return finding(
        workspace,
        LINK,
        link,
        expected=f"a rule of the kind {KIND} whose transformations can be read",
        why=_WHY,
        remedy="declare the rule in the same estate, or check the estate that declares it",
        unknown=True,
    )


def _may_link(estate: Estate, update: Resource) -> bool:
    """Whether an azapi update may set the rule of a workspace that cannot be told."""
    kind = effective(update.get("type"))
    about = isinstance(kind, str) and kind.casefold().startswith(
        "microsoft.operationalinsights/workspaces@"
    )
    return about and estate.target(update.get("resource_id")) is None


def _places(estate: Estate, rule: Resource) -> frozenset[str]:
    """The addresses of the workspaces that a rule sends to."""
    blocks = (b for d in rule.blocks("destinations") for b in d.blocks("log_analytics"))
    targets = (estate.target(block.get("workspace_resource_id")) for block in blocks)
    return frozenset(target.resource.address for target in targets if target is not None)


def rule_findings(estate: Estate, rule: Resource, workspace: Resource) -> Iterator[Finding]:
    """What keeps a linked rule from being a workspace's transformation."""
    kind = rule.get("kind")
    if effective(kind) != KIND:
        yield finding(
            rule,
            "kind",
            kind,
            expected=f'"{KIND}"',
            why=f"only that kind is applied to the tables of Application Insights; {_WHY}",
            remedy=f'kind = "{KIND}"',
            severity=Severity.HIGH,
            unknown=isinstance(kind, Reference | Unresolvable),
        )
    places = _places(estate, rule)
    if places and workspace.address not in places:
        yield finding(
            rule,
            "destinations.log_analytics.workspace_resource_id",
            ", ".join(sorted(places)),
            expected=workspace.address,
            why=f"the rule does not send to the workspace that it is set on; {_WHY}",
            remedy=f"workspace_resource_id = {workspace.address}.id",
        )


def flows(rule: Resource, table: str) -> tuple[Flow, ...]:
    """The data flows of a rule for a table."""
    named = f"{_STREAM}{table}".casefold()
    return tuple(
        Flow(table, rule, block, block.get("transform_kql"))
        for block in rule.blocks("data_flow")
        if named in {stream.casefold() for stream in _streams(block)}
    )


def _streams(block: Block) -> tuple[str, ...]:
    listed = block.get("streams")
    if isinstance(listed, Known) and isinstance(listed.value, tuple):
        return tuple(map(str, listed.value))
    return ()


def unread(rule: Resource) -> Value | None:
    """A part of the rule's flows that cannot be told, in which any table's may be."""
    whole = rule.unresolved("data_flow")
    if whole is not None:
        return whole
    streams = (block.get("streams") for block in rule.blocks("data_flow"))
    return next((v for v in streams if isinstance(v, Reference | Unresolvable)), None)

"""Whether a SQL server writes down who reads which rows: its auditing policies, and what they omit.

A policy on the server audits every database on it, whatever a policy of a database's own says
(Azure SQL auditing documentation), so that a weak one on a database beside it does no harm. That
the rows then arrive in a workspace is another control's question (RESP-01).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.judge import Demand, judge, settle, true
from simulator.controls.owners import LOST, Link, placed
from simulator.controls.policy_made import maker
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

POLICIES: Final[Mapping[str, Link]] = {
    "azurerm_mssql_server_extended_auditing_policy": Link("server_id", ("azurerm_mssql_server",)),
    "azurerm_mssql_database_extended_auditing_policy": Link(
        "database_id", ("azurerm_mssql_database",)
    ),
    "azurerm_synapse_workspace_extended_auditing_policy": Link(
        "synapse_workspace_id", ("azurerm_synapse_workspace",)
    ),
}
"""The auditing policies, by type, and what each stands on."""

ABSENT: Final = "extended_auditing_policy"
"""The attribute under which a missing policy is told."""

_WHY: Final = (
    "nobody can say later who read whose rows, so that everyone has to be told; audit-log "
    "management is an audit component of 11 CCR 7123(c)(7)"
)
# The built-in policy 7ff426e2 asks for these three; every access to an object is as good as the
# first of them.
_READS: Final = frozenset({"BATCH_COMPLETED_GROUP", "SCHEMA_OBJECT_ACCESS_GROUP"})
_SIGN_INS: Final = frozenset(
    {"SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP", "FAILED_DATABASE_AUTHENTICATION_GROUP"}
)
_DAYS: Final = 90  # the dossier's figure; no California law has a number
# Built-in DeployIfNotExists policies: auditing to a workspace, and auditing to storage.
_MAKERS: Final = ("25da7dfb-0666-4a15-a8f5-402127efd8bb", "f4c68484-132f-41f9-9b6d-3e4b1cb55036")

_ENABLED: Final = Demand("enabled", true, "true", _WHY, "enabled = true")
# The provider's defaults are in the Demands for Synapse alone: the readers state those of SQL.
_MONITORED: Final = Demand(
    "log_monitoring_enabled",
    true,
    "true, or a storage_endpoint that keeps the rows",
    _WHY,
    "log_monitoring_enabled = true",
    default=Omitted(default=True, decided_by="azurerm default"),
)
_KEPT: Final = Demand(
    "retention_in_days",
    lambda days: isinstance(days, int) and (days == 0 or days >= _DAYS),
    f"0 (for ever) or {_DAYS} and more",
    _WHY,
    "retention_in_days = 0",
    Severity.MEDIUM,
    Omitted(default=0, decided_by="azurerm default"),
)

_placed = placed(POLICIES)


def findings(
    estate: Estate, server: Resource, databases: tuple[Resource, ...]
) -> Iterator[Finding]:
    """What leaves reads of ``server``, on which ``databases`` are, out of the audit log."""
    by_owner = estate.derived(_placed)
    on_server = [tuple(_lacks(policy)) for policy in by_owner.get(server.address, ())]
    if () in on_server:
        return
    by_database = {
        database.address: [tuple(_lacks(p)) for p in by_owner.get(database.address, ())]
        for database in databases
    }
    if by_database and all(() in lacks for lacks in by_database.values()):
        return
    if on_server:
        yield from min(on_server, key=len)
        return
    told = [lacks for lacks in by_database.values() if lacks and () not in lacks]
    for lacks in told:
        yield from min(lacks, key=len)
    bare = [address for address, lacks in by_database.items() if not lacks]
    if bare or not told:
        yield _absent(estate, server, bare if any(by_database.values()) else [])


def _lacks(policy: Resource) -> Iterator[Finding]:
    """What is wrong with one policy; nothing if it writes all reads down somewhere."""
    if policy.type != "azurerm_synapse_workspace_extended_auditing_policy":
        yield from judge(policy, _ENABLED)
    yield from _destination(policy)
    yield from _narrowed(policy)


def _destination(policy: Resource) -> Iterator[Finding]:
    unmonitored = tuple(judge(policy, _MONITORED))
    if unmonitored and _is_set(policy.get("storage_endpoint")):
        yield from judge(policy, _KEPT)
    else:
        yield from unmonitored


def _is_set(value: Value) -> bool:
    return not isinstance(value, Omitted) and effective(value) not in {None, ""}


def _narrowed(policy: Resource) -> Iterator[Finding]:
    """A policy that is on, and leaves out the very rows that would tell."""
    groups = policy.get("audit_actions_and_groups")
    named = effective(groups)
    if isinstance(groups, Reference | Unresolvable):
        yield _narrow(policy, groups, unknown=True)
    elif named is not UNSTATED and named not in {None, ()}:
        have = {str(one).strip().upper() for one in named} if isinstance(named, tuple) else set()
        if not (have & _READS and have >= _SIGN_INS):
            yield _narrow(policy, groups, unknown=False)
    predicate = policy.get("predicate_expression")
    if _is_set(predicate):
        yield finding(
            policy,
            "predicate_expression",
            predicate,
            expected="no filter, or one that leaves out no reads of personal information",
            why=_WHY,
            remedy="take predicate_expression out, or waive this with what it leaves out",
            severity=Severity.MEDIUM,
            unknown=True,
        )


def _narrow(policy: Resource, value: Value, *, unknown: bool) -> Finding:
    wanted = ("BATCH_COMPLETED_GROUP", *sorted(_SIGN_INS, reverse=True))
    remedy = "audit_actions_and_groups = [" + ", ".join(f'"{name}"' for name in wanted) + "]"
    return finding(
        policy,
        "audit_actions_and_groups",
        value,
        expected=f"{', '.join(wanted)} (Azure's own, if nothing is set)",
        why=_WHY,
        remedy=settle(value, remedy) if unknown else remedy,
        unknown=unknown,
    )


def _absent(estate: Estate, server: Resource, bare: list[str]) -> Finding:
    lost = estate.derived(_placed).get(LOST, ())
    assignment = maker(estate, *_MAKERS)
    actual = f"none on the server, and none on {', '.join(bare)}" if bare else "none"
    if lost:
        actual += f", unless {lost[0].address}, whose owner cannot be told, is it"
    elif assignment is not None:
        actual += f"; only {assignment.address} (DeployIfNotExists) may make it, once it runs"
    synapse = server.type == "azurerm_synapse_workspace"
    kind, link = ("synapse_workspace",) * 2 if synapse else ("mssql_server", "server")
    return finding(
        server,
        ABSENT,
        actual,
        expected="one that is enabled and sends its rows to Azure Monitor or to storage",
        why=_WHY,
        remedy=f"azurerm_{kind}_extended_auditing_policy: {link}_id = {server.address}.id, "
        "log_monitoring_enabled = true",
        unknown=bool(lost) or assignment is not None,
    )

"""Whether somebody is told when a SQL server is attacked: alerts, and what mutes them."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.judge import Demand, judge, one_of
from simulator.controls.owners import LOST, Link, placed
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    effective,
)

POLICIES: Final[Mapping[str, Link]] = {
    "azurerm_mssql_server_security_alert_policy": Link(
        "server_name", ("azurerm_mssql_server",), by_name=True
    ),
    "azurerm_mssql_managed_instance_security_alert_policy": Link(
        "managed_instance_name", ("azurerm_mssql_managed_instance",), by_name=True
    ),
    "azurerm_synapse_workspace_security_alert_policy": Link(
        "synapse_workspace_id", ("azurerm_synapse_workspace",)
    ),
}
"""The alert policies, by type, and what each stands on."""

ABSENT: Final = "security_alert_policy"
"""The attribute under which missing threat detection is told."""

_WHY: Final = (
    "an injection, a sign-in from nowhere or a bulk export raises no alarm, and the leak is found "
    "when it is for sale; network monitoring is an audit component of 11 CCR 7123(c)(8)"
)
_PLAN: Final = "azurerm_security_center_subscription_pricing"


def _on(attribute: str, *words: str) -> Demand:
    remedy = f'{attribute} = "{words[0]}"' if words else f"{attribute} = true"
    good = one_of(*words) if words else (lambda value: value is True)
    words_ = remedy.rpartition(" = ")[2]
    off = Omitted(default=False, decided_by="Azure default")  # required but on an instance
    return Demand(attribute, good, words_, _WHY, remedy, Severity.MEDIUM, off)


_STATES: Final[Mapping[str, Demand]] = {
    "azurerm_mssql_server_security_alert_policy": _on("state", "Enabled"),
    "azurerm_mssql_managed_instance_security_alert_policy": _on("enabled"),
    "azurerm_synapse_workspace_security_alert_policy": _on("policy_state", "Enabled"),
}

_placed = placed(POLICIES)


def findings(
    estate: Estate, server: Resource, databases: tuple[Resource, ...]
) -> Iterator[Finding]:
    """What keeps an attack on ``server``, on which ``databases`` are, from raising an alarm."""
    by_owner = estate.derived(_placed)
    policies = by_owner.get(server.address, ())
    if policies:
        # One that is off counts even under a plan for all servers: it takes this one out.
        yield from (f for policy in policies for f in _muted(policy))
        return
    if databases and all(_watched(database) for database in databases):
        return
    plan = _plan(estate)
    if plan is True:
        return
    lost = by_owner.get(LOST, ())
    unsettled = [r.address for r in (*lost, *([plan] if isinstance(plan, Resource) else []))]
    actual = "no alert policy, and no Defender plan for SQL servers"
    yield finding(
        server,
        ABSENT,
        f"{actual} that is sure: {unsettled[0]} may be one" if unsettled else actual,
        expected="an alert policy that is Enabled, or Defender for SQL on the subscription",
        why=_WHY,
        remedy=f'{_PLAN}: resource_type = "SqlServers", tier = "Standard"',
        severity=Severity.MEDIUM,
        unknown=bool(unsettled),
    )


def _muted(policy: Resource) -> Iterator[Finding]:
    yield from judge(policy, _STATES[policy.type])
    value = policy.get("disabled_alerts")
    listed = effective(value)
    unknown = isinstance(value, Reference | Unresolvable)
    muted = [one for one in listed if one] if isinstance(listed, tuple) else []
    if unknown or muted:
        yield finding(
            policy,
            "disabled_alerts",
            value,
            expected="none",
            why=_WHY,
            remedy="disabled_alerts = []",
            severity=Severity.MEDIUM,
            unknown=unknown,
        )


def _watched(database: Resource) -> bool:
    blocks = database.blocks("threat_detection_policy")
    return bool(blocks) and one_of("Enabled")(effective(blocks[0].get("state")))


def _plan(estate: Estate) -> bool | Resource:
    """Whether Defender for SQL is on for the subscription; the plan of which that is not known."""
    perhaps: Resource | None = None
    for plan in estate.of_type(_PLAN):
        type_, tier = effective(plan.get("resource_type")), effective(plan.get("tier"))
        if one_of("SqlServers")(type_) and one_of("Standard")(tier):
            return True
        if type_ is UNSTATED or (one_of("SqlServers")(type_) and tier is UNSTATED):
            perhaps = plan
    return perhaps or False

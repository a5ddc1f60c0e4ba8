"""The changes of the control plane of which people are told as they happen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.notification.people import people
from simulator.controls.notification.words import notification_finding
from simulator.controls.verdict import Finding, Severity
from simulator.estate.alerts import ACTIVITY, Alert, alerts, switched_on
from simulator.estate.diagnostic_settings import is_subscription
from simulator.estate.kql import tables
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    effective,
)
from simulator.estate.receivers import told_by_group
from simulator.estate.scopes import Answer
from simulator.estate.sentinel import analytics_rules

# CIS Azure, "Ensure that Activity Log Alert exists for ...", and the two that blind the watch.
_ALWAYS: Final = (
    "Microsoft.Authorization/policyAssignments/write",
    "Microsoft.Authorization/policyAssignments/delete",
    "Microsoft.Network/networkSecurityGroups/write",
    "Microsoft.Network/networkSecurityGroups/delete",
    "Microsoft.Security/securitySolutions/write",
    "Microsoft.Security/securitySolutions/delete",
    "Microsoft.Network/publicIPAddresses/write",
    "Microsoft.Network/publicIPAddresses/delete",
    "Microsoft.Authorization/locks/delete",
    "Microsoft.Insights/diagnosticSettings/delete",
)
_WITH_SQL: Final = (
    "Microsoft.Sql/servers/firewallRules/write",
    "Microsoft.Sql/servers/firewallRules/delete",
)
_WHY: Final = (
    "whoever does one of these opens a door or blinds the watch, and minutes count; monitoring is "
    "an audit component of 11 CCR 7123(c)(7)"
)
_NARROWER: Final = frozenset(
    {
        "caller",
        "resource_id",
        "resource_ids",
        "resource_group",
        "resource_groups",
        "resource_type",
        "resource_types",
        "sub_status",
        "sub_statuses",
    }
)
_REMEDIES: Final = {
    "enabled": "enabled = true",
    "scopes": "scopes = [data.azurerm_subscription.current.id]",
    "criteria": "leave only category and operation_name in criteria",
    "action": "action { action_group_id = azurerm_monitor_action_group.<leak>.id }",
}
_CATEGORIES: Final = frozenset({"administrative", "policy", "security"})


@dataclass(frozen=True, slots=True)
class _Watch:
    """An alert on one operation, and the first thing that is wrong with it: attribute and words."""

    alert: Alert
    attribute: str = ""
    actual: str = ""
    unknown: bool = False


def operation_findings(estate: Estate, home: Resource) -> Iterator[Finding]:
    """The operations of which nobody is told, those without any alert of ``home`` at once."""
    watches = [alert for alert in alerts(estate) if alert.rule.type == ACTIVITY]
    missing: list[str] = []
    broken: dict[tuple[str, str], tuple[_Watch, list[str]]] = {}
    unread = [alert for alert in watches if _operation(alert) is None]
    for operation in operations(estate):
        if any(_sees(rule_query, operation) for rule_query in _queries(estate)):
            continue
        mine = [_judged(alert) for alert in watches if _about(alert, operation)]
        if not mine:
            missing.append(operation)
        elif all(watch.attribute for watch in mine):
            first = min(mine, key=lambda watch: not watch.unknown)
            place = first.alert.rule.address, first.attribute
            broken.setdefault(place, (first, []))[1].append(operation)
    for watch, names in broken.values():
        yield _finding(
            watch.alert.rule,
            watch.attribute,
            f"{watch.actual}, so that nobody is told of {', '.join(names)}",
            _REMEDIES[watch.attribute],
            unknown=watch.unknown,
        )
    if missing:
        perhaps = f", unless {unread[0].rule.address} does" if unread else ""
        yield _finding(
            home,
            "activity_log_alert",
            f"nothing tells of {', '.join(missing)}{perhaps}",
            f'{ACTIVITY}: criteria {{ category = "Administrative", operation_name = '
            f'"{missing[0]}" }}, {_REMEDIES["action"]}',
            unknown=bool(unread),
        )


def operations(estate: Estate) -> tuple[str, ...]:
    """The operations that have to be watched: those of SQL only where there is a SQL server."""
    return (*_ALWAYS, *(_WITH_SQL if estate.of_type("azurerm_mssql_server") else ()))


def _criteria(alert: Alert) -> Block:
    return next(iter(alert.rule.blocks("criteria")), Block())


def _operation(alert: Alert) -> str | None:
    """The operation that an alert is on, ``""`` for any, ``None`` if that cannot be told."""
    if alert.rule.unresolved("criteria") is not None:
        return None
    value = _criteria(alert).get("operation_name")
    if isinstance(value, Reference | Unresolvable):
        return None
    known = effective(value)
    return known.casefold() if isinstance(known, str) else ""


def _about(alert: Alert, operation: str) -> bool:
    category = str(effective(_criteria(alert).get("category"))).casefold()
    named = _operation(alert)
    return category in _CATEGORIES and (
        named == operation.casefold() or (named == "" and category == "administrative")
    )


def _judged(alert: Alert) -> _Watch:
    if alert.enabled is not True:
        return _Watch(alert, "enabled", "it is off", alert.enabled is None)
    scope = _on_subscription(alert)
    if scope is not True:
        return _Watch(alert, "scopes", "it is not on the subscription", scope is None)
    criteria = _criteria(alert)
    narrow = sorted(_NARROWER & criteria.values.keys())
    set_ = [name for name in narrow if not isinstance(criteria.get(name), Omitted)]
    if set_:
        return _Watch(alert, "criteria", f"it is only on some ({', '.join(set_)})")
    status = {str(effective(criteria.get("status"))).casefold()}
    if "failed" in status:
        return _Watch(alert, "criteria", "it is only on attempts that failed")
    listed = effective(criteria.get("levels"))
    levels = {*(listed if isinstance(listed, tuple) else ()), effective(criteria.get("level"))}
    known = {one.casefold() for one in levels if isinstance(one, str)}
    if known and known <= {"error", "critical"}:
        return _Watch(alert, "criteria", "it is only on errors, which a change that works is not")
    answer = _tells(alert)
    return _Watch(alert) if answer else _Watch(alert, "action", "it tells nobody", answer is None)


def _on_subscription(alert: Alert) -> Answer:
    value = alert.rule.get("scopes")
    if isinstance(value, Reference):
        each = (value, *(Reference(address) for address in value.also))
        return (
            True if any(map(is_subscription, each)) else None if not alert.on.resources else False
        )
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return any(is_subscription(Known(one)) for one in value.value)
    return None


def _tells(alert: Alert) -> Answer:
    """Whether one of its groups is on and has somebody real in it."""
    answers = [
        switched_on(g) and bool(people(told_by_group(g)).real) for g in alert.groups.resources
    ]
    if True in answers:
        return True
    return None if alert.groups.unread or alert.groups.others or None in answers else False


def _queries(estate: Estate) -> tuple[str, ...]:
    """The queries of the analytics rules that look at the activity log and open incidents."""
    rules = (rule for rule in analytics_rules(estate) if rule.enabled and rule.creates_incident)
    return tuple(
        rule.query.casefold()
        for rule in rules
        if rule.query and "AzureActivity" in tables(rule.query)
    )


def _sees(query: str, operation: str) -> bool:
    return f'"{operation.casefold()}"' in query.replace("'", '"')


def _finding(
    resource: Resource, attribute: str, actual: str, remedy: str, *, unknown: bool
) -> Finding:
    return notification_finding(
        resource,
        attribute,
        actual,
        expected="an enabled alert on the subscription for each of them, which tells somebody",
        remedy=remedy,
        severity=Severity.MEDIUM,
        unknown=unknown,
        why=_WHY,
    )

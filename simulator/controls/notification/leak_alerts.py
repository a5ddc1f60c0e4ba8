"""The alert rules that tell of a leak, and what keeps one from telling in time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from simulator.controls.evidence_logs import EvidenceLogs
from simulator.controls.judge import settle
from simulator.controls.notification.words import notification_finding
from simulator.controls.verdict import Finding, Severity
from simulator.estate.alerts import LEGACY, METRIC, QUERY, SILENCES, Alert, alerts, reaches
from simulator.estate.duration import iso_duration
from simulator.estate.kql import literals, most_rows, tables
from simulator.estate.model import Estate, Known, Omitted, Resource, Value, effective, show

BUDGET: Final = timedelta(hours=1)
"""The longest from a leak in the logs to the alert, as for analytics rules (RESP-03)."""
QUIET: Final = timedelta(days=1)
"""For how long at most an alert may stay silent after it has fired."""

_OF_INCIDENTS: Final = frozenset({"SecurityIncident", "SecurityAlert"})
_OF_STORES: Final = re.compile(
    r"Storage(?:Blob|File|Queue|Table)Logs|AZKVAuditLogs|CDB\w+|PGSQL\w+"
)
_AUDITS: Final = frozenset(
    {"SQLSecurityAuditEvents", "AuditEvent", "PostgreSQLLogs", "MySqlAuditLogs"}
)
_NEVER: Final = re.compile(r"\|\s*(?:where\s+false|where\s+1\s*==\s*0|take\s+0|limit\s+0)\b")
_WORST: Final = 1  # Sev0 and Sev1


@dataclass(frozen=True, slots=True)
class LeakAlert:
    """An alert rule about leaks.

    It is ``of_incidents`` if it reads Sentinel's incidents or alerts, else it reads what the stores
    themselves log or count.
    """

    alert: Alert
    of_incidents: bool

    @property
    def rule(self) -> Resource:
        """The alert rule."""
        return self.alert.rule


def leak_alerts(estate: Estate, logs: EvidenceLogs) -> tuple[LeakAlert, ...]:
    """The alert rules about leaks, those on incidents first."""
    found = tuple(_each(estate, logs))
    return tuple(sorted(found, key=lambda one: not one.of_incidents))


def _each(estate: Estate, logs: EvidenceLogs) -> Iterator[LeakAlert]:
    stores = {store.address for store in logs.stores}
    places = stores | {workspace.address for workspace in logs.workspaces}
    for alert in alerts(estate):
        on = {one.address for one in alert.on.resources}
        if alert.rule.type == METRIC and on & stores:
            yield LeakAlert(alert, of_incidents=False)
        elif alert.rule.type in {QUERY, LEGACY}:
            query = _query(alert.rule)
            read = tables(query)
            here = bool(on & places) or alert.on.unread or bool(alert.on.others)
            if here and (read & _OF_INCIDENTS or _reads_stores(query, read)):
                yield LeakAlert(alert, bool(read & _OF_INCIDENTS))


def _query(rule: Resource) -> str:
    written = [effective(one.get("query")) for one in rule.blocks("criteria")]
    written.append(effective(rule.get("query")) if rule.type == LEGACY else "")
    return "\n".join(one for one in written if isinstance(one, str))


def _reads_stores(query: str, read: frozenset[str]) -> bool:
    if any(_OF_STORES.fullmatch(table) for table in read):
        return True
    return "AzureDiagnostics" in read and not _AUDITS.isdisjoint(literals(query))


def defects(estate: Estate, leak: LeakAlert) -> Iterator[Finding]:
    """What keeps an alert rule from telling of a leak in time, but for whom it tells."""
    rule = leak.rule
    if leak.alert.enabled is not True:
        yield notification_finding(
            rule,
            "enabled",
            rule.get("enabled"),
            expected="true",
            remedy="enabled = true",
            unknown=leak.alert.enabled is None,
        )
    yield from _no_action(leak.alert)
    yield from _too_late(rule)
    yield from _too_mild(rule)
    if _NEVER.search(_query(rule)):
        yield notification_finding(
            rule,
            "criteria.query",
            "a query that returns nothing, whatever happens",
            expected="a query that returns a row for a leak",
            remedy='query = "SecurityIncident | where Severity == \\"High\\""',
        )
    yield from _never_reached(rule)
    yield from _silenced(estate, leak.alert)


def _never_reached(rule: Resource) -> Iterator[Finding]:
    """A threshold that no number of rows can reach."""
    legacy = rule.type == LEGACY
    for block in rule.blocks("trigger" if legacy else "criteria"):
        query = effective(rule.get("query") if legacy else block.get("query"))
        threshold = effective(block.get("threshold"))
        if not isinstance(query, str) or not isinstance(threshold, int | float):
            continue
        if not legacy and str(effective(block.get("time_aggregation_method"))) != "Count":
            continue  # then it is no number of rows
        operator = str(effective(block.get("operator")))
        most = most_rows(query)
        if most == 0 or _reached(operator, threshold, most):
            continue  # that it keeps no row is told of the query
        name = "trigger.threshold" if legacy else "criteria.threshold"
        yield notification_finding(
            rule,
            name,
            f"{operator} {threshold:g}, which no number of rows reaches",
            expected="a number of rows that a leak can give",
            remedy='operator = "GreaterThan", threshold = 0',
            block=block,
        )


def _reached(operator: str, threshold: float, most: int | None) -> bool:
    """Whether a number of rows fits: from none to ``most``, without an end if that is ``None``."""
    highest = float("inf") if most is None else most
    match operator:
        case "GreaterThan":
            return highest > threshold
        case "GreaterThanOrEqual" | "Equal":
            return highest >= threshold
        case "LessThan":
            return threshold > 0
        case "LessThanOrEqual":
            return threshold >= 0
    return True


def _no_action(alert: Alert) -> Iterator[Finding]:
    groups = alert.groups
    if groups.resources:
        return
    unsure = groups.unread or bool(groups.others)
    outside = ", ".join(groups.others) or "an action group that cannot be told"
    yield notification_finding(
        alert.rule,
        "action",
        f"{outside}, which is not declared here"
        if unsure
        else "none: it is raised and tells nobody",
        expected="an action group whose receivers can be read",
        remedy="action { action_groups = [azurerm_monitor_action_group.<leak>.id] }",
        unknown=unsure,
    )


def _too_late(rule: Resource) -> Iterator[Finding]:
    name = "frequency" if rule.type in {LEGACY, METRIC} else "evaluation_frequency"
    every = _duration(rule.get(name), minutes=rule.type == LEGACY)
    periods = 1
    for criteria in rule.blocks("criteria"):
        for failing in criteria.blocks("failing_periods"):
            count = effective(failing.get("minimum_failing_periods_to_trigger_alert"))
            periods = max(periods, count if isinstance(count, int) else 1)
    value = rule.get(name)
    if every is None:
        if not isinstance(value, Omitted):
            yield _late(rule, name, value, "an hour or less", unknown=True)
    elif every * periods > BUDGET:
        told = value if periods == 1 else f"{show(value)}, {periods} times in a row"
        yield _late(rule, name, told, "an hour or less until it is raised")
    mute = "throttling" if rule.type == LEGACY else "mute_actions_after_alert_duration"
    quiet = _duration(rule.get(mute), minutes=rule.type == LEGACY)
    if quiet is not None and quiet > QUIET:
        yield _late(rule, mute, rule.get(mute), "a day or less: a second leak would go untold")
    elif quiet is None and not isinstance(rule.get(mute), Omitted):
        yield _late(rule, mute, rule.get(mute), "a day or less", unknown=True)


def _late(
    rule: Resource, name: str, value: Value | str, expected: str, *, unknown: bool = False
) -> Finding:
    often = "5" if rule.type == LEGACY else '"PT5M"'  # version 1 counts in minutes
    remedy = f"{name} = {often}" if name.endswith("frequency") else f"remove {name}"
    return notification_finding(
        rule,
        name,
        value,
        expected=expected,
        remedy=settle(rule.get(name), remedy) if unknown else remedy,
        unknown=unknown,
    )


def _duration(value: Value, *, minutes: bool) -> timedelta | None:
    known = effective(value)
    if minutes and isinstance(known, int) and not isinstance(known, bool):
        return timedelta(minutes=known)
    try:
        return iso_duration(known) if isinstance(known, str) else None
    except ValueError:
        return None


def _too_mild(rule: Resource) -> Iterator[Finding]:
    value = rule.get("severity")
    known = effective(value)
    if isinstance(known, int) and known <= _WORST:
        return
    unknown = not isinstance(known, int) and not isinstance(value, Omitted)
    yield notification_finding(
        rule,
        "severity",
        value,
        expected="0 or 1, so that it stands out",
        remedy=settle(value, "severity = 0") if unknown else "severity = 0",
        severity=Severity.MEDIUM,
        unknown=unknown,
    )


def _silenced(estate: Estate, alert: Alert) -> Iterator[Finding]:
    for rule in estate.of_type(SILENCES):
        answer = reaches(estate, rule, alert)
        end = rule.get("schedule.effective_until")
        if answer is False or isinstance(end, Known):
            continue
        yield notification_finding(
            rule,
            "schedule.effective_until",
            f"it silences {alert.rule.address}, and nothing ends that"
            if isinstance(end, Omitted)
            else end,
            expected="a silence that ends, or one that leaves leaks out",
            remedy='condition { severity { operator = "NotEquals", values = ["Sev0", "Sev1"] } }',
            unknown=answer is None or not isinstance(end, Omitted),
        )

"""Whether somebody is told before a request is late, and when the queue gives one up."""

import re
from collections.abc import Iterator
from typing import Final

from simulator.controls.consumer_requests.deadline import waits_in_workflow
from simulator.controls.consumer_requests.durability import WHY
from simulator.controls.consumer_requests.parts import Pipeline, is_named_for_requests
from simulator.controls.judge import settle
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.kql import code, operators
from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    effective,
)
from simulator.estate.scopes import Answer

ALERTS: Final = (
    "azurerm_monitor_scheduled_query_rules_alert_v2",
    "azurerm_monitor_scheduled_query_rules_alert",
)
_METRIC: Final = "azurerm_monitor_metric_alert"
_LAST_WARNING: Final = 44
_AGE: Final = re.compile(
    r"(?:\bage\w*|days?|\bdatetime_diff\s*\([^|]*\))\s*>=?\s*(\d+)(?![\d.])"
    r"|ago\s*\(\s*(\d+)d\s*\)",
    re.IGNORECASE,
)


def findings(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    """What is wrong with the warning before the 45 days are over."""
    alerts = [a for a in estate.of_type(*ALERTS) if is_about_requests(a)]
    ages = {alert.address: tuple(_ages(alert)) for alert in alerts}
    good = [a for a in alerts if any(0 < n <= _LAST_WARNING for n in ages[a.address])]
    if any(_is_on(alert) for alert in good):
        return
    doubtful = next((alert for alert in good if _is_on(alert) is None), None)
    if doubtful is not None or good:  # there is one, and it is off, tells nobody, or may be so
        yield _silent(doubtful or good[0])
        return
    if any(waits_in_workflow(estate, worker) for worker in parts.workers):
        return
    late = next((a for a in alerts if ages[a.address]), None)
    if late is not None:
        yield finding(
            late,
            "criteria.query",
            f"it warns after {min(ages[late.address])} days",
            expected="a warning while there is time to answer, such as after 35 days",
            why=WHY,
            remedy="where AgeInDays > 35",
        )
        return
    for part in (*parts.workers, *parts.queues)[:1]:
        yield finding(
            part,
            "deadline_alert",
            "no alert looks at the age of open requests",
            expected="an alert before the 45 days are over, with an action group",
            why=WHY,
            remedy='azurerm_monitor_scheduled_query_rules_alert_v2: query = "AppEvents | where '
            "Name == 'ConsumerRequestOpen' | where AgeInDays > 35\"",
            severity=Severity.HIGH,
        )


def query_of(alert: Resource) -> str:
    """The KQL of an alert, ``""`` if it cannot be told."""
    for block in (*alert.blocks("criteria"), alert.body):
        query = block.get("query") if "query" in block.values else Omitted()
        if isinstance(query, Known) and isinstance(query.value, str):
            return query.value
    return ""


def is_about_requests(alert: Resource) -> bool:
    """Whether an alert is called, or looks, for consumers' requests."""
    names = (alert.address, alert.declared_name or "", query_of(alert))
    return any(
        is_named_for_requests(text) or "consumerrequest" in text.casefold() for text in names
    )


def _ages(alert: Resource) -> Iterator[int]:
    """The ages in days after which an alert finds a request."""
    for name, rest in operators(query_of(alert)):
        if name == "where":
            yield from (int(a or b) for a, b in _AGE.findall(code(rest)))


def _is_on(alert: Resource) -> Answer:
    """Whether an alert is on and does something; ``None`` if whether it is on cannot be told."""
    names = ("action_groups", "action_group", "action_group_id")
    acts = any(
        not isinstance(action.get(name), Omitted)
        for action in alert.blocks("action")
        for name in names
    )
    enabled = effective(alert.get("enabled"))
    if not acts or enabled is False:
        return False
    return None if isinstance(alert.get("enabled"), Reference | Unresolvable) else True


def _silent(alert: Resource) -> Finding:
    enabled = alert.get("enabled")
    unknown = _is_on(alert) is None
    off = unknown or effective(enabled) is False
    remedy = "enabled = true" if off else "action { action_groups = [...] }"
    return finding(
        alert,
        "enabled" if off else "action",
        enabled if off else "no action group",
        expected="an alert that is on and tells somebody",
        why=WHY,
        remedy=settle(enabled, remedy) if unknown else remedy,
        unknown=unknown,
    )


def dead_letters_are_seen(estate: Estate, queue: Resource, namespace: Resource | None) -> Answer:
    """Whether an alert, or another queue, takes what the queue gave up on."""
    if not isinstance(queue.get("forward_dead_lettered_messages_to"), Omitted):
        return True
    counting = (
        alert
        for alert in estate.of_type(_METRIC)
        if _counts_dead_letters(alert) and _watches(estate, alert, namespace)
    )
    queries = (a for a in estate.of_type(*ALERTS) if "deadletter" in query_of(a).casefold())
    answers = {_is_on(alert) for alert in (*counting, *queries)}
    return True if True in answers else (None if None in answers else False)


def _counts_dead_letters(alert: Resource) -> bool:
    blocks = (*alert.blocks("criteria"), *alert.blocks("dynamic_criteria"))
    return "DeadletteredMessages" in {effective(block.get("metric_name")) for block in blocks}


def _watches(estate: Estate, alert: Resource, namespace: Resource | None) -> bool:
    """Whether an alert's scope may be this namespace; one that cannot be told may be."""
    scopes = alert.get("scopes")
    if namespace is None:
        return True
    if isinstance(scopes, Reference):
        return namespace.address in {scopes.to, *scopes.also}
    listed = effective(scopes)
    ids = listed if isinstance(listed, tuple) else ()
    targets = [estate.target(Known(one)) for one in ids]
    return not ids or any(t is None or t.resource.address == namespace.address for t in targets)

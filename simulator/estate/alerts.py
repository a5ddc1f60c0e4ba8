"""Alert rules of Azure Monitor, the action groups that they start, and what silences them.

Microsoft Learn, "Alert processing rules": their scopes are compared with what an alert fired on; an
alert without an action is legal and tells nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.diagnostic_settings import is_subscription
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
from simulator.estate.scopes import Answer, covers

GROUP: Final = "azurerm_monitor_action_group"
QUERY: Final = "azurerm_monitor_scheduled_query_rules_alert_v2"
LEGACY: Final = "azurerm_monitor_scheduled_query_rules_alert"
METRIC: Final = "azurerm_monitor_metric_alert"
ACTIVITY: Final = "azurerm_monitor_activity_log_alert"
ADDS: Final = "azurerm_monitor_alert_processing_rule_action_group"
SILENCES: Final = "azurerm_monitor_alert_processing_rule_suppression"
_GROUPS: Final = {
    QUERY: "action_groups",
    LEGACY: "action_group",
    METRIC: "action_group_id",
    ACTIVITY: "action_group_id",
}
_SCOPES: Final = {LEGACY: "data_source_id"}


@dataclass(frozen=True, slots=True)
class Named:
    """What a list of ids names: what is declared, ids of others, and whether some are lost."""

    resources: tuple[Resource, ...] = ()
    others: tuple[str, ...] = ()
    unread: bool = False

    def __add__(self, more: "Named") -> "Named":
        return Named(
            (*self.resources, *more.resources),
            (*self.others, *more.others),
            self.unread or more.unread,
        )


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert rule: what it fires ``on``, and the ``groups`` that it starts.

    ``enabled`` is ``None`` if that cannot be told.
    """

    rule: Resource
    enabled: Answer
    on: Named
    groups: Named


def alerts(estate: Estate) -> tuple[Alert, ...]:
    """Every alert rule, in the order read, with the groups that processing rules add."""
    return estate.derived(_alerts)


def named(estate: Estate, value: Value) -> Named:
    """What a list of ids, or one id, names."""
    if isinstance(value, Omitted):
        return Named()
    if isinstance(value, Unresolvable):
        return Named(unread=True)
    if isinstance(value, Reference):
        target = estate.target(value) if not value.also else None
        if target is not None:
            return _one(target.resource, target.resource.address)
        total = Named()
        for address in (value.to, *value.also):
            total += _one(estate.by_address.get(address), address)
        return total
    total = Named()
    for item in value.value if isinstance(value.value, tuple) else (value.value,):
        target = estate.target(Known(item))
        total += _one(target.resource if target else None, str(item))
    return total


def _one(found: Resource | None, called: str) -> Named:
    """What is only read, as a data source, is declared elsewhere."""
    if found is None or found.mode != "managed":
        return Named((), (called,))
    return Named((found,))


def switched_on(resource: Resource) -> Answer:
    """Whether a rule or a group is on; ``None`` if that cannot be told."""
    value = effective(resource.get("enabled"))
    if isinstance(value, bool):
        return value
    return True if isinstance(resource.get("enabled"), Omitted) else None


def reaches(estate: Estate, processing: Resource, alert: Alert) -> Answer:
    """Whether a processing rule acts on what an alert raises."""
    if switched_on(processing) is False:
        return False
    scoped = _scoped(estate, processing, alert)
    answers = (scoped, switched_on(processing), *_filtered(processing, alert.rule))
    if False in answers:
        return False
    return None if None in answers else True


def _alerts(estate: Estate) -> tuple[Alert, ...]:
    bare = tuple(_alert(estate, rule) for rule in estate.of_type(*_GROUPS))
    added = estate.of_type(ADDS)
    return tuple(_with_added(estate, alert, added) for alert in bare)


def _alert(estate: Estate, rule: Resource) -> Alert:
    groups = Named(unread=rule.unresolved("action") is not None)
    for action in rule.blocks("action"):
        groups += named(estate, action.get(_GROUPS[rule.type]))
    on = named(estate, rule.get(_SCOPES.get(rule.type, "scopes")))
    return Alert(rule, switched_on(rule), on, groups)


def _with_added(estate: Estate, alert: Alert, added: tuple[Resource, ...]) -> Alert:
    groups = alert.groups
    for processing in added:
        answer = reaches(estate, processing, alert)
        if answer is True:
            groups += named(estate, processing.get("add_action_group_ids"))
        elif answer is None:
            groups += Named(unread=True)
    return Alert(alert.rule, alert.enabled, alert.on, groups)


def _scoped(estate: Estate, processing: Resource, alert: Alert) -> Answer:
    value = processing.get("scopes")
    scopes = _each(value)
    answers = [covers(estate, scope, one) for scope in scopes for one in alert.on.resources]
    texts = {str(effective(scope)).rstrip("/").casefold() for scope in scopes}
    others = {other.rstrip("/").casefold() for other in alert.on.others}
    if True in answers or texts & others or (others and any(map(is_subscription, scopes))):
        return True
    unsure = None in answers or alert.on.unread or others or not scopes
    return None if unsure else False


def _each(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Reference):
        return (value, *(Reference(address) for address in value.also))
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return tuple(Known(item) for item in value.value)
    return ()


def _filtered(processing: Resource, rule: Resource) -> Iterator[Answer]:
    """What the conditions of a processing rule say of an alert rule; other filters stay open."""
    if processing.unresolved("condition") is not None:
        yield None
    for condition in processing.blocks("condition"):
        for name in condition.values:
            for test in condition.blocks(name):
                yield _severity(test, rule) if name == "severity" else None


def _severity(test: Block, rule: Resource) -> Answer:
    words, severity = effective(test.get("values")), effective(rule.get("severity"))
    if not isinstance(words, tuple) or not isinstance(severity, int):
        return None
    among = f"sev{severity}" in {str(word).casefold() for word in words}
    return among is (str(effective(test.get("operator"))).casefold() != "notequals")

"""Microsoft Sentinel as declared: analytics rules and automation rules, read from an Estate.

Pure: the controls judge these values and the drill runs them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from simulator.estate.conditions import NewIncident, Test, selector
from simulator.estate.document import document
from simulator.estate.duration import iso_duration
from simulator.estate.model import (
    UNSTATED,
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
from simulator.estate.workflow import logic_app
from simulator.estate.workspaces import workspace_of

SCHEDULED: Final = "azurerm_sentinel_alert_rule_scheduled"
NRT: Final = "azurerm_sentinel_alert_rule_nrt"
AUTOMATION: Final = "azurerm_sentinel_automation_rule"
_NRT_EVERY: Final = timedelta(minutes=1)  # Learn: NRT rules run once a minute
_DEFAULTS: Final = {
    "enabled": True,
    "query_frequency": "PT5H",
    "query_period": "PT5H",
    "trigger_operator": "GreaterThan",
    "trigger_threshold": 0,
    "suppression_enabled": False,
    "suppression_duration": "PT5H",
    "triggers_on": "Incidents",
    "triggers_when": "Created",
}


class RuleKind(StrEnum):
    """How a rule is run."""

    SCHEDULED = "scheduled"
    NRT = "nrt"


class TriggerOperator(StrEnum):
    """How the number of result rows is compared with the threshold."""

    GREATER_THAN = "GreaterThan"
    LESS_THAN = "LessThan"
    EQUAL = "Equal"
    NOT_EQUAL = "NotEqual"


@dataclass(frozen=True, slots=True)
class AnalyticsRule:
    """An ``azurerm_sentinel_alert_rule_scheduled`` or ``_nrt``.

    ``workspace`` is the address of the Log Analytics workspace, ``None`` if it cannot be told.
    ``frequency`` and ``period`` are those in force (the provider default is PT5H for both); for an
    NRT rule both are one minute. ``query`` is ``None`` when the query, or anything else that
    decides when the rule alerts, is not known; ``unreadable`` then says what and why.
    ``entities`` maps a Sentinel entity type (``IP``, ``Account``…) to a mapping from identifier to
    result column.
    """

    resource: Resource
    kind: RuleKind
    display_name: str
    enabled: bool
    severity: str
    workspace: str | None
    query: str | None
    unreadable: str
    frequency: timedelta
    period: timedelta
    operator: TriggerOperator
    threshold: int
    creates_incident: bool
    suppression: timedelta | None
    alert_per_result: bool
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]
    entities: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class AutomationRule:
    """An ``azurerm_sentinel_automation_rule``.

    ``conditions`` is the parsed ``condition_json`` (a tuple, empty for "every incident"), ``None``
    if it cannot be parsed. ``playbooks`` are the addresses of the Logic Apps it runs, in order.
    ``expires`` is the RFC 3339 text or ``""``.
    """

    resource: Resource
    display_name: str
    enabled: bool
    order: int
    triggers_on: str
    triggers_when: str
    workspace: str | None
    conditions: tuple[object, ...] | None
    playbooks: tuple[str, ...]
    expires: str
    closes_incident: bool


def analytics_rules(estate: Estate) -> tuple[AnalyticsRule, ...]:
    """The scheduled and near-real-time rules of the estate, in the order read."""
    return tuple(_analytics_rule(estate, r) for r in estate.of_type(SCHEDULED, NRT))


def automation_rules(estate: Estate) -> tuple[AutomationRule, ...]:
    """The automation rules in the order in which Sentinel runs them."""
    rules = (_automation_rule(estate, r) for r in estate.of_type(AUTOMATION))
    return tuple(sorted(rules, key=lambda rule: rule.order))


def matches(
    automation: AutomationRule, rule: AnalyticsRule, severity: str, title: str
) -> bool | None:
    """Whether a new incident of ``rule``, with this severity and title, meets all conditions.

    ``None`` if that depends on something that the estate does not show.
    """
    return _selector(automation)(NewIncident(rule.resource, severity, title, rule.tactics))


def selected(automation: AutomationRule, rules: Iterable[AnalyticsRule]) -> tuple[bool | None, ...]:
    """:func:`matches` for the incidents of many rules, as these declare them."""
    test = _selector(automation)
    return tuple(
        test(NewIncident(rule.resource, rule.severity, rule.display_name, rule.tactics))
        for rule in rules
    )


def _selector(automation: AutomationRule) -> Test:
    return (lambda _: None) if automation.conditions is None else selector(automation.conditions)


class _Reading:
    """The attributes of one resource as the values in force; what is not known is remembered."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self.unknown: list[str] = []

    def value(self, path: str) -> object:
        value = self._resource.get(path)
        in_force = effective(value)
        if isinstance(value, Reference | Unresolvable):
            self.unknown.append(f"{path} is not known ({_why(value)})")
            return None
        return _DEFAULTS.get(path) if in_force is UNSTATED else in_force

    def duration(self, path: str) -> timedelta:
        text = str(self.value(path))
        try:
            return iso_duration(text)
        except ValueError as error:
            self.unknown.append(f"{path}: {error}")
            return timedelta()

    def operator(self) -> TriggerOperator:
        written = str(self.value("trigger_operator"))
        if written in set(TriggerOperator):
            return TriggerOperator(written)
        self.unknown.append(f"trigger_operator: {written!r} is none that Sentinel has")
        return TriggerOperator.GREATER_THAN


def _why(value: Value) -> str:
    if isinstance(value, Reference):
        return f"it comes from {value.to}"
    return value.why if isinstance(value, Unresolvable) else "it is not set"


def _analytics_rule(estate: Estate, resource: Resource) -> AnalyticsRule:
    read = _Reading(resource)
    kind = RuleKind.NRT if resource.type == NRT else RuleKind.SCHEDULED
    scheduled = kind is RuleKind.SCHEDULED
    query = _text(resource.get("query"))
    if query is None:
        read.unknown.append(f"query is not known ({_why(resource.get('query'))})")
    threshold = read.value("trigger_threshold") if scheduled else 0
    suppressed = read.value("suppression_enabled") is True
    rule = AnalyticsRule(
        resource=resource,
        kind=kind,
        display_name=_text(resource.get("display_name")) or resource.name,
        enabled=read.value("enabled") is True,
        severity=str(read.value("severity") or ""),
        workspace=workspace_of(estate, resource.get("log_analytics_workspace_id")) or None,
        query=query,
        unreadable="",
        frequency=read.duration("query_frequency") if scheduled else _NRT_EVERY,
        period=read.duration("query_period") if scheduled else _NRT_EVERY,
        operator=read.operator() if scheduled else TriggerOperator.GREATER_THAN,
        threshold=threshold if isinstance(threshold, int) else 0,
        creates_incident=_creates_incident(resource, read),
        suppression=read.duration("suppression_duration") if suppressed else None,
        alert_per_result=_aggregation(resource) == "AlertPerResult",
        tactics=_words(resource.get("tactics")),
        techniques=_words(resource.get("techniques")),
        entities=_entities(resource),
    )
    if not read.unknown:
        return rule
    return replace(rule, query=None, unreadable="; ".join(read.unknown))


def _text(value: Value) -> str | None:
    """A string; where it has references in it, with each as ``${address.attribute}``."""
    if isinstance(value, Reference):
        return value.text
    in_force = effective(value)
    return in_force if isinstance(in_force, str) else None


def _words(value: Value) -> tuple[str, ...]:
    in_force = effective(value)
    return tuple(map(str, in_force)) if isinstance(in_force, tuple) else ()


def _creates_incident(resource: Resource, read: _Reading) -> bool:
    """Whether alerts become incidents: without the block, the service makes them."""
    for block in resource.blocks("incident"):
        value = block.get("create_incident_enabled")
        if isinstance(value, Reference | Unresolvable):
            read.unknown.append(f"incident.create_incident_enabled is not known ({_why(value)})")
        return effective(value) is not False
    return True


def _aggregation(resource: Resource) -> object:
    blocks = resource.blocks("event_grouping")
    return effective(blocks[0].get("aggregation_method")) if blocks else None


def _entities(resource: Resource) -> Mapping[str, Mapping[str, str]]:
    entities: dict[str, dict[str, str]] = {}
    for mapping in resource.blocks("entity_mapping"):
        fields = entities.setdefault(str(effective(mapping.get("entity_type"))), {})
        for field in mapping.blocks("field_mapping"):
            identifier = str(effective(field.get("identifier")))
            fields[identifier] = str(effective(field.get("column_name")))
    return entities


def _automation_rule(estate: Estate, resource: Resource) -> AutomationRule:
    read = _Reading(resource)
    order = read.value("order")
    actions = sorted(resource.blocks("action_playbook"), key=_order)
    expires = effective(resource.get("expiration"))
    return AutomationRule(
        resource=resource,
        display_name=_text(resource.get("display_name")) or resource.name,
        enabled=read.value("enabled") is True,
        order=order if isinstance(order, int) else 1,
        triggers_on=str(read.value("triggers_on")),
        triggers_when=str(read.value("triggers_when")),
        workspace=workspace_of(estate, resource.get("log_analytics_workspace_id")) or None,
        conditions=_conditions(resource),
        playbooks=tuple(logic_app(estate, action.get("logic_app_id")) for action in actions),
        expires=expires if isinstance(expires, str) else "",
        closes_incident=any(
            effective(action.get("status")) == "Closed"
            for action in resource.blocks("action_incident")
        ),
    )


def _order(action: Block) -> int:
    order = effective(action.get("order"))
    return order if isinstance(order, int) else 1


def _conditions(resource: Resource) -> tuple[object, ...] | None:
    value = resource.get("condition_json")
    if isinstance(value, Omitted) or (isinstance(value, Known) and not value.value):
        return ()
    parsed = document(value)
    return parsed if isinstance(parsed, tuple) else None

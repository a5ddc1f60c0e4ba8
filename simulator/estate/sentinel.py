"""Microsoft Sentinel as declared: analytics rules and automation rules, read from an Estate.

Pure: the controls judge these values and the drill runs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from simulator.estate.model import Resource


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
    NRT rule both are one minute. ``query`` is ``None`` when it is not known; ``unreadable`` then
    says why. ``entities`` maps a Sentinel entity type (``IP``, ``Account``…) to a mapping from
    identifier to result column.
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

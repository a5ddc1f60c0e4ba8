"""A rule to vary in tests."""

from dataclasses import replace
from datetime import timedelta

from simulator.estate.model import Block, Origin, Provider, Resource
from simulator.estate.sentinel import AnalyticsRule, RuleKind, TriggerOperator

_RESOURCE = Resource(
    "azurerm_sentinel_alert_rule_scheduled.mass_read",
    "azurerm_sentinel_alert_rule_scheduled",
    "mass_read",
    Block(),
    Origin("main.tf", 7),
    Provider("azurerm", 4),
)
_RULE = AnalyticsRule(
    resource=_RESOURCE,
    kind=RuleKind.SCHEDULED,
    display_name="Mass read",
    enabled=True,
    severity="High",
    workspace="azurerm_log_analytics_workspace.sec",
    query="StorageBlobLogs | where OperationName == 'GetBlob'",
    unreadable="",
    frequency=timedelta(minutes=5),
    period=timedelta(minutes=30),
    operator=TriggerOperator.GREATER_THAN,
    threshold=0,
    creates_incident=True,
    suppression=None,
    alert_per_result=False,
    tactics=("Exfiltration",),
    techniques=("T1530",),
    entities={},
)


def scheduled_rule(**changes: object) -> AnalyticsRule:
    """The rule with these fields changed."""
    return replace(_RULE, **changes)  # type: ignore[arg-type]

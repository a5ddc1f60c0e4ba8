"""Alert rules of Azure Monitor: on the activity log, on queries, on metrics.

Properties and defaults: Azure REST API reference, Microsoft.Insights (activityLogAlerts 2020-10-01,
metricAlerts 2018-03-01, scheduledQueryRules 2023-03-15-preview).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.action_groups import says
from simulator.estate.arm.mapping import Argument, Arguments, Blocks, Kind, OneOf, leaf
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Block, Known, Node, Unresolvable, Value

_INSIGHTS: Final = "Microsoft.Insights"
_NAME: Final = Argument("name", "name")
_DIMENSIONS: Final = Blocks(
    "dimension",
    "dimensions",
    (_NAME, Argument("operator", "operator"), Argument("values", "values")),
)
_GROUPS: Final = (
    Argument("action_group_id", "actionGroupId"),
    Argument("webhook_properties", "webhookProperties", sensitive=True),
)


_RULE: Final[Arguments] = (
    Argument("description", "properties.description"),
    Argument("severity", "properties.severity"),
    Argument("scopes", "properties.scopes"),
)
_QUERY: Final[Arguments] = (
    *_RULE,
    Argument("enabled", "properties.enabled"),
    Argument("display_name", "properties.displayName"),
    Argument("evaluation_frequency", "properties.evaluationFrequency"),
    Argument("window_duration", "properties.windowSize"),
    Argument("query_time_range_override", "properties.overrideQueryTimeRange"),
    Argument("target_resource_types", "properties.targetResourceTypes"),
    Argument("mute_actions_after_alert_duration", "properties.muteActionsDuration"),
    Argument("auto_mitigation_enabled", "properties.autoMitigate"),
    Argument("skip_query_validation", "properties.skipQueryValidation"),
    Argument(
        "workspace_alerts_storage_enabled", "properties.checkWorkspaceAlertsStorageConfigured"
    ),
    Argument("action.action_groups", "properties.actions.actionGroups"),
    Argument("action.custom_properties", "properties.actions.customProperties"),
    Blocks(
        "criteria",
        "properties.criteria.allOf",
        (
            Argument("query", "query"),
            Argument("time_aggregation_method", "timeAggregation"),
            Argument("metric_measure_column", "metricMeasureColumn"),
            Argument("resource_id_column", "resourceIdColumn"),
            Argument("operator", "operator"),
            Argument("threshold", "threshold"),
            Argument(
                "failing_periods.number_of_evaluation_periods",
                "failingPeriods.numberOfEvaluationPeriods",
            ),
            Argument(
                "failing_periods.minimum_failing_periods_to_trigger_alert",
                "failingPeriods.minFailingPeriodsToAlert",
            ),
            _DIMENSIONS,
        ),
    ),
)


def _query_rule(one: ArmResource) -> str | None:
    """The rules of 2018 have another shape, and no criteria."""
    old = leaf(one.body, "properties.source")
    return "azurerm_monitor_scheduled_query_rules_alert_v2" if old is None else None


_METRIC: Final[Arguments] = (
    Argument("metric_namespace", "metricNamespace"),
    Argument("metric_name", "metricName"),
    Argument("aggregation", "timeAggregation"),
    Argument("operator", "operator"),
    Argument("skip_metric_validation", "skipMetricValidation"),
    _DIMENSIONS,
)


def _is_static(one: Block) -> bool:
    return not says("criterionType", "DynamicThresholdCriterion")(one)


_FIELDS: Final = {
    "category": "category",
    "caller": "caller",
    "operationName": "operation_name",
    "level": "level",
    "resourceProvider": "resource_provider",
    "resourceType": "resource_type",
    "resourceGroup": "resource_group",
    "resourceId": "resource_id",
    "status": "status",
    "subStatus": "sub_status",
    "properties.recommendationType": "recommendation_type",
    "properties.recommendationCategory": "recommendation_category",
    "properties.recommendationImpact": "recommendation_impact",
}
_SEVERAL: Final = {
    "level": "levels",
    "resourceProvider": "resource_providers",
    "resourceType": "resource_types",
    "resourceGroup": "resource_groups",
    "resourceId": "resource_ids",
    "status": "statuses",
    "subStatus": "sub_statuses",
}


def _criteria(one: ArmResource) -> Mapping[str, Node]:
    """The conditions of an activity log alert: in ARM a list of fields and what each must equal."""
    listed = leaf(one.body, "properties.condition.allOf")
    if listed is None or isinstance(listed, Known):
        return {}
    if isinstance(listed, Value):
        return {"criteria": listed}
    each = (listed,) if isinstance(listed, Block) else listed
    pairs = [pair for condition in each for pair in _compared(condition)]
    if any(name is None for name, _ in pairs):
        return {"criteria": Unresolvable("a field of the condition is not known")}
    values = {name: value for name, value in pairs if name}
    return {"criteria": (Block(MappingProxyType(values), one.origin),)}


def _compared(condition: Block) -> Iterator[tuple[str | None, Value]]:
    """The argument and its value; ``""`` for a field that azurerm has no argument for."""
    any_of = leaf(condition, "anyOf")
    if any_of is not None:
        choices = (any_of,) if isinstance(any_of, Block) else any_of
        fields = [leaf(choice, "field") for choice in choices] if isinstance(choices, tuple) else []
        values = [leaf(c, "equals") for c in choices] if isinstance(choices, tuple) else []
        names = {field.value if isinstance(field, Known) else None for field in fields}
        if len(names) != 1 or None in names:
            yield None, Unresolvable("the fields of a condition are not known")
            return
        known = [value.value for value in values if isinstance(value, Known)]
        all_known = len(known) == len(values)
        yield (
            _SEVERAL.get(str(names.pop()), ""),
            Known(tuple(known)) if all_known else Unresolvable("a choice of it is not known"),
        )
        return
    field = leaf(condition, "field")
    if not isinstance(field, Known):
        yield None, Unresolvable("the field of a condition is not known")
        return
    name = str(field.value)
    equals, contains = leaf(condition, "equals"), leaf(condition, "containsAny")
    if isinstance(equals, Value) and equals != Known(None):
        yield _FIELDS.get(name, ""), equals
    elif isinstance(contains, Value):
        yield _SEVERAL.get(name, ""), contains


ALERTS: Final = (
    Kind(
        f"{_INSIGHTS}/activityLogAlerts",
        "azurerm_monitor_activity_log_alert",
        (
            Argument("description", "properties.description"),
            Argument("enabled", "properties.enabled", default=True),
            Argument("scopes", "properties.scopes"),
            Blocks("action", "properties.actions.actionGroups", _GROUPS),
        ),
        more=_criteria,
    ),
    Kind(
        f"{_INSIGHTS}/scheduledQueryRules",
        OneOf(("azurerm_monitor_scheduled_query_rules_alert_v2",), _query_rule),
        _QUERY,
    ),
    Kind(
        f"{_INSIGHTS}/metricAlerts",
        "azurerm_monitor_metric_alert",
        (
            *_RULE,
            Argument("enabled", "properties.enabled"),
            Argument("frequency", "properties.evaluationFrequency"),
            Argument("window_size", "properties.windowSize"),
            Argument("auto_mitigate", "properties.autoMitigate"),
            Argument("target_resource_type", "properties.targetResourceType"),
            Argument("target_resource_location", "properties.targetResourceRegion"),
            Blocks("action", "properties.actions", _GROUPS),
            Blocks(
                "criteria",
                "properties.criteria.allOf",
                (*_METRIC, Argument("threshold", "threshold")),
                _is_static,
            ),
            Blocks(
                "dynamic_criteria",
                "properties.criteria.allOf",
                (*_METRIC, Argument("alert_sensitivity", "alertSensitivity")),
                says("criterionType", "DynamicThresholdCriterion"),
            ),
        ),
    ),
)

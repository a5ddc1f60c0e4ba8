"""Microsoft.SecurityInsights: Sentinel on a workspace, its rules and their automation.

Everything here is an extension of a workspace: the parent is the workspace itself. Properties and
which of them are required: Azure REST API reference, Microsoft.SecurityInsights 2023-12-01-preview.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeAlias

from simulator.estate.arm.mapping import (
    PARENT,
    Argument,
    Arguments,
    Blocks,
    Kind,
    by_property,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.document import as_json
from simulator.estate.model import Block, Known, Node, Omitted, Reference, Unresolvable

More: TypeAlias = Callable[[ArmResource], Mapping[str, Node]]

_PROVIDER: Final = "Microsoft.SecurityInsights"
_RULES: Final = f"{_PROVIDER}/alertRules"
_WORKSPACE: Final = Argument("log_analytics_workspace_id", PARENT)
_TEMPLATE: Final = Argument("alert_rule_template_guid", "properties.alertRuleTemplateName")
_ENABLED: Final = Argument("enabled", "properties.enabled")
_GROUPING: Final = "properties.incidentConfiguration.groupingConfiguration"

_QUERY_RULE: Final[Arguments] = (
    _WORKSPACE,
    _ENABLED,
    _TEMPLATE,
    Argument("alert_rule_template_version", "properties.templateVersion"),
    Argument("display_name", "properties.displayName"),
    Argument("description", "properties.description"),
    Argument("severity", "properties.severity"),
    Argument("query", "properties.query"),
    Argument("tactics", "properties.tactics"),
    Argument("techniques", "properties.techniques"),
    Argument("suppression_enabled", "properties.suppressionEnabled"),
    Argument("suppression_duration", "properties.suppressionDuration"),
    Argument("custom_details", "properties.customDetails"),
    Argument(
        "event_grouping.aggregation_method", "properties.eventGroupingSettings.aggregationKind"
    ),
    Argument("incident.create_incident_enabled", "properties.incidentConfiguration.createIncident"),
    Argument("incident.grouping.enabled", f"{_GROUPING}.enabled"),
    Argument("incident.grouping.reopen_closed_incidents", f"{_GROUPING}.reopenClosedIncident"),
    Argument("incident.grouping.lookback_duration", f"{_GROUPING}.lookbackDuration"),
    Argument("incident.grouping.entity_matching_method", f"{_GROUPING}.matchingMethod"),
    Argument("incident.grouping.by_entities", f"{_GROUPING}.groupByEntities"),
    Argument("incident.grouping.by_alert_details", f"{_GROUPING}.groupByAlertDetails"),
    Argument("incident.grouping.by_custom_details", f"{_GROUPING}.groupByCustomDetails"),
    Blocks(
        "alert_details_override",
        "properties.alertDetailsOverride",
        (
            Argument("display_name_format", "alertDisplayNameFormat"),
            Argument("description_format", "alertDescriptionFormat"),
            Argument("severity_column_name", "alertSeverityColumnName"),
            Argument("tactics_column_name", "alertTacticsColumnName"),
            Blocks(
                "dynamic_property",
                "alertDynamicProperties",
                (Argument("name", "alertProperty"), Argument("value", "value")),
            ),
        ),
    ),
    Blocks(
        "entity_mapping",
        "properties.entityMappings",
        (
            Argument("entity_type", "entityType"),
            Blocks(
                "field_mapping",
                "fieldMappings",
                (Argument("identifier", "identifier"), Argument("column_name", "columnName")),
            ),
        ),
    ),
    Blocks(
        "sentinel_entity_mapping",
        "properties.sentinelEntitiesMappings",
        (Argument("column_name", "columnName"),),
    ),
)
_SCHEDULE: Final[Arguments] = (
    Argument("query_frequency", "properties.queryFrequency"),
    Argument("query_period", "properties.queryPeriod"),
    Argument("trigger_operator", "properties.triggerOperator"),
    Argument("trigger_threshold", "properties.triggerThreshold"),
)
_SOURCES: Final = Blocks(
    "source",
    "properties.sourceSettings",
    (
        Argument("name", "sourceName"),
        Argument("enabled", "enabled"),
        Blocks(
            "sub_type",
            "sourceSubTypes",
            (Argument("name", "sourceSubTypeName"), Argument("enabled", "enabled")),
        ),
    ),
)
_ACTION: Final = (Argument("order", "order"),)


def _does(what: str) -> Callable[[Block], bool]:
    def does(action: Block) -> bool:
        kind = leaf(action, "actionType")
        return isinstance(kind, Known) and str(kind.value).casefold() == what.casefold()

    return does


_ACTIONS: Final = (
    Blocks(
        "action_playbook",
        "properties.actions",
        (
            *_ACTION,
            Argument("logic_app_id", "actionConfiguration.logicAppResourceId"),
            Argument("tenant_id", "actionConfiguration.tenantId"),
        ),
        _does("RunPlaybook"),
    ),
    Blocks(
        "action_incident",
        "properties.actions",
        (
            *_ACTION,
            Argument("status", "actionConfiguration.status"),
            Argument("severity", "actionConfiguration.severity"),
            Argument("owner_id", "actionConfiguration.owner.objectId"),
            Argument("labels", "actionConfiguration.labels", each="labelName"),
            Argument("classification_comment", "actionConfiguration.classificationComment"),
        ),
        _does("ModifyProperties"),
    ),
    Blocks(
        "action_incident_task",
        "properties.actions",
        (
            *_ACTION,
            Argument("title", "actionConfiguration.title"),
            Argument("description", "actionConfiguration.description"),
        ),
        _does("AddIncidentTask"),
    ),
)
_AUTOMATION: Final[Arguments] = (
    _WORKSPACE,
    Argument("display_name", "properties.displayName"),
    Argument("order", "properties.order"),
    Argument("enabled", "properties.triggeringLogic.isEnabled"),
    Argument("triggers_on", "properties.triggeringLogic.triggersOn"),
    Argument("triggers_when", "properties.triggeringLogic.triggersWhen"),
    Argument("expiration", "properties.triggeringLogic.expirationTimeUtc"),
    *_ACTIONS,
)


def _required(one: ArmResource, arguments: Arguments, *names: str) -> Mapping[str, Node]:
    """Of these arguments those that the body leaves out: Azure refuses that, so none has a default.

    A body that only changes a rule may leave out what it likes.
    """
    return {
        argument.name: Unresolvable(f"{argument.source} is not set, and Azure requires it")
        for argument in arguments
        if isinstance(argument, Argument)
        and argument.name in names
        and not one.update
        and _is_absent(leaf(one.body, argument.source))
    }


def _is_absent(node: "Node | None") -> bool:
    return node is None or isinstance(node, Omitted) or node == Known(None)


_ALWAYS: Final = ("enabled", "severity", "query", "suppression_enabled", "suppression_duration")


def _nrt(one: ArmResource) -> Mapping[str, Node]:
    return _required(one, _QUERY_RULE, *_ALWAYS)


def _scheduled(one: ArmResource) -> Mapping[str, Node]:
    return {**_nrt(one), **_required(one, _SCHEDULE, *(str(a.name) for a in _SCHEDULE))}


def _automation(one: ArmResource) -> Mapping[str, Node]:
    """The conditions as the JSON text that azurerm has; no action where one hides what it does."""
    made = dict(_required(one, _AUTOMATION, "order", "enabled", "triggers_on", "triggers_when"))
    conditions = leaf(one.body, "properties.triggeringLogic.conditions")
    if conditions is not None and not _is_absent(conditions):
        made["condition_json"] = as_json(_with_lists(conditions))
    actions = leaf(one.body, "properties.actions")
    each = (actions,) if isinstance(actions, Block) else actions
    kinds = [leaf(a, "actionType") for a in each] if isinstance(each, tuple) else [actions]
    if any(isinstance(kind, Reference | Unresolvable) for kind in kinds):
        why = Unresolvable("what an action does is not known")
        made |= dict.fromkeys((blocks.name for blocks in _ACTIONS), why)
    return made


def _with_lists(node: Node) -> Node:
    """The conditions with every list of values as one: to a reader, one reference is no list."""
    if isinstance(node, tuple):
        blocks = (_with_lists(block) for block in node)
        return tuple(block for block in blocks if isinstance(block, Block))
    if not isinstance(node, Block):
        return node
    return replace(
        node,
        values=MappingProxyType(
            {
                name: _as_list(inner) if name == "propertyValues" else _with_lists(inner)
                for name, inner in node.values.items()
            }
        ),
    )


def _as_list(node: Node) -> Node:
    if not isinstance(node, Reference) or node.text is None or node.text.startswith("["):
        return node
    return replace(node, text=json.dumps([node.text]))


def _rule(kind: str, type_: str, arguments: Arguments, more: More | None = None) -> Kind:
    return Kind(_RULES, by_property("kind", {kind: type_}), arguments, more=more)


_RULE: Final = "azurerm_sentinel_alert_rule"
_PLAIN: Final[Arguments] = (_WORKSPACE, _ENABLED, _TEMPLATE)

SENTINEL: Final = (
    Kind(
        f"{_PROVIDER}/onboardingStates",
        "azurerm_sentinel_log_analytics_workspace_onboarding",
        (
            Argument("workspace_id", PARENT),
            Argument("customer_managed_key_enabled", "properties.customerManagedKey"),
        ),
    ),
    _rule("Scheduled", f"{_RULE}_scheduled", (*_QUERY_RULE, *_SCHEDULE), _scheduled),
    _rule("NRT", f"{_RULE}_nrt", _QUERY_RULE, _nrt),
    _rule("Fusion", f"{_RULE}_fusion", (*_PLAIN, _SOURCES)),
    _rule("ThreatIntelligence", f"{_RULE}_threat_intelligence", _PLAIN),
    _rule("MLBehaviorAnalytics", f"{_RULE}_machine_learning_behavior_analytics", _PLAIN),
    _rule(
        "MicrosoftSecurityIncidentCreation",
        f"{_RULE}_ms_security_incident",
        (
            *_PLAIN,
            Argument("display_name", "properties.displayName"),
            Argument("description", "properties.description"),
            Argument("product_filter", "properties.productFilter"),
            Argument("severity_filter", "properties.severitiesFilter"),
            Argument("display_name_filter", "properties.displayNamesFilter"),
            Argument("display_name_exclude_filter", "properties.displayNamesExcludeFilter"),
        ),
    ),
    Kind(
        f"{_PROVIDER}/securityMLAnalyticsSettings",
        by_property("kind", {"Anomaly": f"{_RULE}_anomaly_built_in"}),
        (
            _WORKSPACE,
            _ENABLED,
            Argument("display_name", "properties.displayName"),
            Argument("mode", "properties.settingsStatus"),
        ),
    ),
    Kind(
        f"{_PROVIDER}/automationRules",
        "azurerm_sentinel_automation_rule",
        _AUTOMATION,
        more=_automation,
    ),
    Kind(
        f"{_PROVIDER}/watchlists",
        "azurerm_sentinel_watchlist",
        (
            _WORKSPACE,
            Argument("display_name", "properties.displayName"),
            Argument("description", "properties.description"),
            Argument("item_search_key", "properties.itemsSearchKey"),
            Argument("default_duration", "properties.defaultDuration"),
            Argument("labels", "properties.labels"),
        ),
    ),
    Kind(
        f"{_PROVIDER}/metadata",
        "azurerm_sentinel_metadata",
        (
            Argument("workspace_id", PARENT),
            Argument("content_id", "properties.contentId"),
            Argument("kind", "properties.kind"),
            Argument("parent_id", "properties.parentId"),
            Argument("version", "properties.version"),
        ),
    ),
)

"""Whom alerts of Azure Monitor tell and what they start: action groups, and the rules over them.

Properties and defaults: Azure REST API reference, Microsoft.Insights/actionGroups 2023-01-01,
Microsoft.AlertsManagement/actionRules 2021-08-08.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import Argument, Arguments, Blocks, Kind, by_property, leaf
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Block, Known, Node, Reference, Unresolvable

_NAME: Final = Argument("name", "name")
_COMMON: Final = Argument("use_common_alert_schema", "useCommonAlertSchema")


def says(path: str, word: str) -> Callable[[Block], bool]:
    """Whether an object has this word at a path, in any case."""

    def says_so(one: Block) -> bool:
        value = leaf(one, path)
        return isinstance(value, Known) and str(value.value).casefold() == word.casefold()

    return says_so


def _receivers(name: str, source: str, *arguments: Argument) -> Blocks:
    return Blocks(name, f"properties.{source}", (_NAME, *arguments))


_RECEIVERS: Final[Arguments] = (
    _receivers(
        "email_receiver", "emailReceivers", Argument("email_address", "emailAddress"), _COMMON
    ),
    _receivers(
        "sms_receiver",
        "smsReceivers",
        Argument("country_code", "countryCode"),
        Argument("phone_number", "phoneNumber"),
    ),
    _receivers(
        "voice_receiver",
        "voiceReceivers",
        Argument("country_code", "countryCode"),
        Argument("phone_number", "phoneNumber"),
    ),
    _receivers(
        "azure_app_push_receiver",
        "azureAppPushReceivers",
        Argument("email_address", "emailAddress"),
    ),
    # Whoever knows the address of a webhook, a function or a Logic App may call it.
    _receivers(
        "webhook_receiver",
        "webhookReceivers",
        Argument("service_uri", "serviceUri", sensitive=True),
        _COMMON,
    ),
    _receivers(
        "logic_app_receiver",
        "logicAppReceivers",
        Argument("resource_id", "resourceId"),
        Argument("callback_url", "callbackUrl", sensitive=True),
        _COMMON,
    ),
    _receivers(
        "azure_function_receiver",
        "azureFunctionReceivers",
        Argument("function_app_resource_id", "functionAppResourceId"),
        Argument("function_name", "functionName"),
        Argument("http_trigger_url", "httpTriggerUrl", sensitive=True),
        _COMMON,
    ),
    _receivers(
        "automation_runbook_receiver",
        "automationRunbookReceivers",
        Argument("automation_account_id", "automationAccountId"),
        Argument("runbook_name", "runbookName"),
        Argument("webhook_resource_id", "webhookResourceId"),
        Argument("is_global_runbook", "isGlobalRunbook"),
        Argument("service_uri", "serviceUri", sensitive=True),
        _COMMON,
    ),
    _receivers("arm_role_receiver", "armRoleReceivers", Argument("role_id", "roleId"), _COMMON),
    _receivers(
        "event_hub_receiver",
        "eventHubReceivers",
        Argument("event_hub_namespace", "eventHubNameSpace"),
        Argument("event_hub_name", "eventHubName"),
        Argument("subscription_id", "subscriptionId"),
        _COMMON,
    ),
    _receivers(
        "itsm_receiver",
        "itsmReceivers",
        Argument("workspace_id", "workspaceId"),
        Argument("connection_id", "connectionId"),
        Argument("region", "region"),
    ),
)
_CONDITIONS: Final = {
    "AlertContext": "alert_context",
    "AlertRuleId": "alert_rule_id",
    "AlertRuleName": "alert_rule_name",
    "Description": "description",
    "MonitorCondition": "monitor_condition",
    "MonitorService": "monitor_service",
    "Severity": "severity",
    "SignalType": "signal_type",
    "TargetResource": "target_resource",
    "TargetResourceGroup": "target_resource_group",
    "TargetResourceType": "target_resource_type",
}
_MATCH: Final = (Argument("operator", "operator"), Argument("values", "values"))
_DAY: Final = (Argument("start_time", "startTime"), Argument("end_time", "endTime"))
_PROCESSING: Final[Arguments] = (
    Argument("description", "properties.description"),
    Argument("enabled", "properties.enabled", default=True),
    Argument("scopes", "properties.scopes"),
    Argument("schedule.effective_from", "properties.schedule.effectiveFrom"),
    Argument("schedule.effective_until", "properties.schedule.effectiveUntil"),
    Argument("schedule.time_zone", "properties.schedule.timeZone"),
    *(
        Blocks(
            f"schedule.recurrence.{word.lower()}",
            "properties.schedule.recurrences",
            (*_DAY, *more),
            says("recurrenceType", word),
        )
        for word, more in (
            ("Daily", ()),
            ("Weekly", (Argument("days_of_week", "daysOfWeek"),)),
            ("Monthly", (Argument("days_of_month", "daysOfMonth"),)),
        )
    ),
)


def _condition(one: ArmResource) -> Mapping[str, Node]:
    listed = leaf(one.body, "properties.conditions")
    if isinstance(listed, Reference | Unresolvable):
        return {"condition": listed}
    each = (listed,) if isinstance(listed, Block) else listed
    found: dict[str, Node] = {}
    for condition in each if isinstance(each, tuple) else ():
        field = leaf(condition, "field")
        if not isinstance(field, Known):
            return {"condition": Unresolvable("the field of a condition is not known")}
        operator, values = (leaf(condition, name) for name in ("operator", "values"))
        inner = {n: v for n, v in (("operator", operator), ("values", values)) if v is not None}
        found[_CONDITIONS.get(str(field.value), "")] = (Block(MappingProxyType(inner)),)
    found.pop("", None)
    return {"condition": (Block(MappingProxyType(found), one.origin),)} if found else {}


ACTION_GROUPS: Final = (
    Kind(
        "Microsoft.Insights/actionGroups",
        "azurerm_monitor_action_group",
        (
            Argument("short_name", "properties.groupShortName"),
            Argument("enabled", "properties.enabled", default=True),
            *_RECEIVERS,
        ),
    ),
    *(
        Kind(
            "Microsoft.AlertsManagement/actionRules",
            by_property(
                "properties.actions.actionType",
                {word: f"azurerm_monitor_alert_processing_rule_{name}"},
            ),
            (*_PROCESSING, *more),
            more=_condition,
        )
        for word, name, more in (
            ("RemoveAllActionGroups", "suppression", ()),
            (
                "AddActionGroups",
                "action_group",
                (Argument("add_action_group_ids", "properties.actions.actionGroupIds"),),
            ),
        )
    ),
)

"""Alert rules, action groups and what processes alerts, as Azure answers them."""

from dataclasses import replace

import pytest

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import Known, Omitted, Unresolvable
from tests.controls.build import block
from tests.estate.arm.answers import GROUP, SUBSCRIPTION, WORKSPACE, arm, flat, told, unheard

INSIGHTS = f"{GROUP}/providers/microsoft.insights"
ACTIONS = f"{INSIGHTS}/actionGroups/ag-soc"
PLAYBOOK = f"{GROUP}/providers/Microsoft.Logic/workflows/contain"
GROUP_ANSWER = {
    "id": ACTIONS,
    "location": "Global",
    "tags": {},
    "properties": {
        "groupShortName": "soc",
        "enabled": True,
        "emailReceivers": [
            {
                "name": "on-call",
                "emailAddress": "soc@example.com",
                "useCommonAlertSchema": True,
                "status": "Enabled",
            }
        ],
        "smsReceivers": [
            {"name": "sms", "countryCode": "1", "phoneNumber": "5550100", "status": "Enabled"}
        ],
        "webhookReceivers": [
            {
                "name": "hook",
                "serviceUri": "https://example.com/hook?sig=1",
                "useCommonAlertSchema": False,
                "useAadAuth": False,
            }
        ],
        "itsmReceivers": [],
        "azureAppPushReceivers": [],
        "automationRunbookReceivers": [],
        "voiceReceivers": [],
        "logicAppReceivers": [
            {
                "name": "contain",
                "resourceId": PLAYBOOK,
                "callbackUrl": "https://example.com/x?sig=2",
                "useCommonAlertSchema": True,
            }
        ],
        "azureFunctionReceivers": [],
        "armRoleReceivers": [
            {"name": "owners", "roleId": "8e3af657", "useCommonAlertSchema": True}
        ],
        "eventHubReceivers": [],
    },
}
ALERT = f"{INSIGHTS}/activityLogAlerts/locks"


def conditions(*listed: object) -> dict[str, object]:
    return {"id": ALERT, "location": "Global", "properties": {"condition": {"allOf": [*listed]}}}


@pytest.mark.parametrize(
    ("answer", "type_", "expected"),
    [
        (
            GROUP_ANSWER,
            "azurerm_monitor_action_group",
            {
                "short_name": "soc",
                "enabled": True,
                "email_receiver.0.name": "on-call",
                "email_receiver.0.email_address": "soc@example.com",
                "email_receiver.0.use_common_alert_schema": True,
                "sms_receiver.0.name": "sms",
                "sms_receiver.0.country_code": "1",
                "sms_receiver.0.phone_number": "5550100",
                "webhook_receiver.0.name": "hook",
                "webhook_receiver.0.service_uri": "https://example.com/hook?sig=1",
                "webhook_receiver.0.use_common_alert_schema": False,
                "logic_app_receiver.0.name": "contain",
                "logic_app_receiver.0.resource_id": PLAYBOOK,
                "logic_app_receiver.0.callback_url": "https://example.com/x?sig=2",
                "logic_app_receiver.0.use_common_alert_schema": True,
                "arm_role_receiver.0.name": "owners",
                "arm_role_receiver.0.role_id": "8e3af657",
                "arm_role_receiver.0.use_common_alert_schema": True,
            },
        ),
        (
            {
                "id": ALERT,
                "location": "Global",
                "properties": {
                    "scopes": [SUBSCRIPTION],
                    "condition": {
                        "allOf": [
                            {"field": "category", "equals": "Administrative"},
                            {
                                "field": "operationName",
                                "equals": "Microsoft.Authorization/locks/delete",
                            },
                            {
                                "anyOf": [
                                    {"field": "status", "equals": "Succeeded"},
                                    {"field": "status", "equals": "Started"},
                                ]
                            },
                            {"field": "resourceId", "containsAny": ["/x", "/y"]},
                        ]
                    },
                    "actions": {
                        "actionGroups": [{"actionGroupId": ACTIONS, "webhookProperties": {}}]
                    },
                    "enabled": True,
                    "description": "d",
                },
            },
            "azurerm_monitor_activity_log_alert",
            {
                "scopes": (SUBSCRIPTION,),
                "enabled": True,
                "description": "d",
                "action.0.action_group_id": ACTIONS,
                "criteria.0.category": "Administrative",
                "criteria.0.operation_name": "Microsoft.Authorization/locks/delete",
                "criteria.0.statuses": ("Succeeded", "Started"),
                "criteria.0.resource_ids": ("/x", "/y"),
            },
        ),
        (
            {
                "id": f"{INSIGHTS}/scheduledQueryRules/reads",
                "kind": "LogAlert",
                "location": "westus",
                "properties": {
                    "description": "d",
                    "severity": 1,
                    "enabled": True,
                    "evaluationFrequency": "PT5M",
                    "scopes": [WORKSPACE],
                    "windowSize": "PT10M",
                    "criteria": {
                        "allOf": [
                            {
                                "query": "StorageBlobLogs",
                                "timeAggregation": "Count",
                                "dimensions": [
                                    {
                                        "name": "AccountName",
                                        "operator": "Include",
                                        "values": ["*"],
                                    }
                                ],
                                "operator": "GreaterThan",
                                "threshold": 100,
                                "failingPeriods": {
                                    "numberOfEvaluationPeriods": 1,
                                    "minFailingPeriodsToAlert": 1,
                                },
                            }
                        ]
                    },
                    "muteActionsDuration": "PT30M",
                    "actions": {"actionGroups": [ACTIONS], "customProperties": {"key": "v"}},
                    "autoMitigate": False,
                },
            },
            "azurerm_monitor_scheduled_query_rules_alert_v2",
            {
                "description": "d",
                "severity": 1,
                "enabled": True,
                "scopes": (WORKSPACE,),
                "evaluation_frequency": "PT5M",
                "window_duration": "PT10M",
                "mute_actions_after_alert_duration": "PT30M",
                "auto_mitigation_enabled": False,
                "action.0.action_groups": (ACTIONS,),
                "action.0.custom_properties.key": "v",
                "criteria.0.query": "StorageBlobLogs",
                "criteria.0.time_aggregation_method": "Count",
                "criteria.0.operator": "GreaterThan",
                "criteria.0.threshold": 100,
                "criteria.0.failing_periods.0.number_of_evaluation_periods": 1,
                "criteria.0.failing_periods.0.minimum_failing_periods_to_trigger_alert": 1,
                "criteria.0.dimension.0.name": "AccountName",
                "criteria.0.dimension.0.operator": "Include",
                "criteria.0.dimension.0.values": ("*",),
            },
        ),
        (
            {
                "id": f"{INSIGHTS}/metricAlerts/egress",
                "location": "global",
                "properties": {
                    "description": "d",
                    "severity": 3,
                    "enabled": True,
                    "scopes": [f"{GROUP}/x"],
                    "evaluationFrequency": "PT1M",
                    "windowSize": "PT15M",
                    "criteria": {
                        "odata.type": "Microsoft.Azure.Monitor."
                        "SingleResourceMultipleMetricCriteria",
                        "allOf": [
                            {
                                "criterionType": "StaticThresholdCriterion",
                                "name": "egress",
                                "metricName": "Egress",
                                "metricNamespace": "Microsoft.Storage/storageAccounts",
                                "dimensions": [],
                                "operator": "GreaterThan",
                                "threshold": 80.5,
                                "timeAggregation": "Total",
                            }
                        ],
                    },
                    "autoMitigate": True,
                    "actions": [{"actionGroupId": ACTIONS}],
                },
            },
            "azurerm_monitor_metric_alert",
            {
                "description": "d",
                "severity": 3,
                "enabled": True,
                "scopes": (f"{GROUP}/x",),
                "frequency": "PT1M",
                "window_size": "PT15M",
                "auto_mitigate": True,
                "action.0.action_group_id": ACTIONS,
                "criteria.0.metric_name": "Egress",
                "criteria.0.metric_namespace": "Microsoft.Storage/storageAccounts",
                "criteria.0.aggregation": "Total",
                "criteria.0.operator": "GreaterThan",
                "criteria.0.threshold": 80.5,
            },
        ),
        (
            {
                "id": f"{GROUP}/providers/Microsoft.AlertsManagement/actionRules/quiet",
                "location": "Global",
                "properties": {
                    "scopes": [SUBSCRIPTION],
                    "conditions": [{"field": "Severity", "operator": "Equals", "values": ["Sev3"]}],
                    "schedule": {
                        "effectiveFrom": "2026-04-15T18:00:00",
                        "effectiveUntil": None,
                        "timeZone": "Pacific Standard Time",
                        "recurrences": [
                            {
                                "recurrenceType": "Weekly",
                                "startTime": "10:00:00",
                                "endTime": "14:00:00",
                                "daysOfWeek": ["Saturday"],
                            }
                        ],
                    },
                    "actions": [{"actionType": "RemoveAllActionGroups"}],
                    "enabled": True,
                },
            },
            "azurerm_monitor_alert_processing_rule_suppression",
            {
                "enabled": True,
                "scopes": (SUBSCRIPTION,),
                "schedule.0.effective_from": "2026-04-15T18:00:00",
                "schedule.0.time_zone": "Pacific Standard Time",
                "schedule.0.recurrence.0.weekly.0.start_time": "10:00:00",
                "schedule.0.recurrence.0.weekly.0.end_time": "14:00:00",
                "schedule.0.recurrence.0.weekly.0.days_of_week": ("Saturday",),
                "condition.0.severity.0.operator": "Equals",
                "condition.0.severity.0.values": ("Sev3",),
            },
        ),
        (
            {
                "id": f"{GROUP}/providers/Microsoft.AlertsManagement/actionRules/tell",
                "location": "Global",
                "properties": {
                    "scopes": [SUBSCRIPTION],
                    "actions": [{"actionType": "AddActionGroups", "actionGroupIds": [ACTIONS]}],
                },
            },
            "azurerm_monitor_alert_processing_rule_action_group",
            {
                "enabled": Omitted(True, "Azure default"),
                "scopes": (SUBSCRIPTION,),
                "add_action_group_ids": (ACTIONS,),
            },
        ),
        (
            {
                "id": f"{INSIGHTS}/dataCollectionRules/dcr",
                "kind": "WorkspaceTransforms",
                "location": "westus",
                "properties": {
                    "immutableId": "dcr-1",
                    "dataSources": {},
                    "destinations": {
                        "logAnalytics": [
                            {"workspaceResourceId": WORKSPACE, "workspaceId": "w", "name": "sec"}
                        ]
                    },
                    "dataFlows": [
                        {
                            "streams": ["Microsoft-Table-StorageBlobLogs"],
                            "destinations": ["sec"],
                            "transformKql": "source | where 1 == 1",
                        }
                    ],
                },
            },
            "azurerm_monitor_data_collection_rule",
            {
                "kind": "WorkspaceTransforms",
                "immutable_id": "dcr-1",
                "destinations.0.log_analytics.0.name": "sec",
                "destinations.0.log_analytics.0.workspace_resource_id": WORKSPACE,
                "data_flow.0.streams": ("Microsoft-Table-StorageBlobLogs",),
                "data_flow.0.destinations": ("sec",),
                "data_flow.0.transform_kql": "source | where 1 == 1",
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_of_azure_is_that_azurerm_resource(answer, type_, expected):
    made = told(answer)
    assert made.type == type_
    assert flat(made) == expected
    assert unheard(made) == set()


def test_whoever_may_call_is_a_secret():
    made = told(GROUP_ANSWER)
    for path in ("webhook_receiver.service_uri", "logic_app_receiver.callback_url"):
        value = made.get(path)
        assert isinstance(value, Known)
        assert value.sensitive, path


def test_a_query_rule_of_the_old_shape_is_not_read():
    old = {"source": {"query": "x", "dataSourceId": WORKSPACE}, "enabled": "true"}
    made = told({"id": f"{INSIGHTS}/scheduledQueryRules/old", "properties": old})
    assert made.type == "azapi_resource"


@pytest.mark.parametrize(
    "listed",
    [
        {"field": Unresolvable("var.field"), "equals": "x"},
        {"anyOf": [{"field": Unresolvable("var.field"), "equals": "x"}]},
        {"anyOf": [{"field": "status", "equals": "x"}, {"field": "level", "equals": "y"}]},
    ],
)
def test_a_condition_on_a_field_that_is_not_known_hides_the_criteria(listed):
    one = arm(conditions())
    body = block(properties={"condition": {"allOf": [listed]}})
    (made,), _ = as_azurerm((replace(one, body=body),))
    assert made.unresolved("criteria") is not None


def test_a_value_that_is_not_known_is_so_alone():
    body = block(
        properties={
            "condition": {
                "allOf": [
                    {"field": "category", "equals": Unresolvable("var.c")},
                    {"field": "level", "equals": "Error"},
                ]
            }
        }
    )
    one = arm(conditions())
    (made,), _ = as_azurerm((replace(one, body=body),))
    assert made.get("criteria.category") == Unresolvable("var.c")
    assert made.get("criteria.level") == Known("Error")

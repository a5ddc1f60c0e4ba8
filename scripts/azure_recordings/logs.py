"""Workspaces, Application Insights, diagnostic settings and alerts."""

from typing import Any

from declared import Declared, guid
from wire import Json, answer, listed, tracked

from simulator.estate.model import Resource

INSIGHTS = "Microsoft.Insights"
WORKSPACES = "Microsoft.OperationalInsights/workspaces"


def workspace(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    update = next(iter(d.estate.of_type("azapi_update_resource")), None)
    rules = None
    if update is not None and d.values(update)["resource_id"] == d.id(r):
        rules = d.values(update)["body"]["properties"]["defaultDataCollectionRuleResourceId"]
    properties = {
        "sku": {"name": v["sku"].lower()},
        "retentionInDays": v["retention_in_days"],
        "customerId": guid(r.address, "workspace"),
        "features": {"disableLocalAuth": v["local_authentication_enabled"] is False},
        "workspaceCapping": {"dailyQuotaGb": float(v.get("daily_quota_gb") or -1)},
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
        "defaultDataCollectionRuleResourceId": rules,
    }
    return [tracked(d, r, WORKSPACES, properties)]


def table(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "plan": v["plan"],
        "retentionInDays": v.get("retention_in_days"),
        "totalRetentionInDays": v.get("total_retention_in_days"),
    }
    return [answer(d.id(r), f"{WORKSPACES}/tables", properties)]


def data_export(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "destination": {"resourceId": v["destination_resource_id"]},
        "tableNames": v["table_names"],
        "enable": v["enabled"],
    }
    return [answer(d.id(r), f"{WORKSPACES}/dataExports", properties)]


def application_insights(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "Application_Type": v["application_type"],
        "WorkspaceResourceId": v.get("workspace_id"),
        "RetentionInDays": v["retention_in_days"],
        "SamplingPercentage": v["sampling_percentage"],
        "DisableIpMasking": v["ip_masking_enabled"] is False,
        "DisableLocalAuth": v["local_authentication_enabled"] is False,
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
    }
    return [tracked(d, r, f"{INSIGHTS}/components", properties, kind="web")]


def diagnostic_setting(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    logs = [
        {
            "category": one.get("category"),
            "categoryGroup": one.get("category_group"),
            "enabled": True,
            "retentionPolicy": {"enabled": False, "days": 0},
        }
        for one in v.get("enabled_log") or []
    ]
    type_ = f"{INSIGHTS}/diagnosticSettings"
    if r.type == "azurerm_monitor_aad_diagnostic_setting":
        type_ = "microsoft.aadiam/diagnosticSettings"
    return [
        answer(
            d.id(r),
            type_,
            {
                "workspaceId": v.get("log_analytics_workspace_id"),
                "storageAccountId": v.get("storage_account_id"),
                "eventHubAuthorizationRuleId": v.get("eventhub_authorization_rule_id"),
                "eventHubName": v.get("eventhub_name"),
                "logAnalyticsDestinationType": v.get("log_analytics_destination_type"),
                "logs": logs,
                "metrics": [],
            },
        )
    ]


def action_group(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "groupShortName": v["short_name"],
        "enabled": v["enabled"],
        "emailReceivers": [
            {
                "name": one["name"],
                "emailAddress": one["email_address"],
                "useCommonAlertSchema": one.get("use_common_alert_schema"),
                "status": "Enabled",
            }
            for one in v.get("email_receiver") or []
        ],
        "smsReceivers": _phones(v.get("sms_receiver")),
        "voiceReceivers": _phones(v.get("voice_receiver")),
        "webhookReceivers": [],
        "logicAppReceivers": [],
    }
    return [{**tracked(d, r, f"{INSIGHTS}/actionGroups", properties), "location": "Global"}]


def _phones(blocks: Any) -> list[Json]:
    return [
        {
            "name": one["name"],
            "countryCode": one["country_code"],
            "phoneNumber": one["phone_number"],
        }
        for one in blocks or []
    ]


def activity_log_alert(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    criteria = v["criteria"][0]
    fields = {"category": criteria["category"], "operationName": criteria.get("operation_name")}
    properties = {
        "scopes": listed(v["scopes"]),
        "enabled": v["enabled"],
        "condition": {
            "allOf": [{"field": k, "equals": value} for k, value in fields.items() if value]
        },
        "actions": {"actionGroups": [{"actionGroupId": a["action_group_id"]} for a in v["action"]]},
    }
    return [tracked(d, r, f"{INSIGHTS}/activityLogAlerts", properties)]


def query_alert(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v.get("display_name"),
        "enabled": v["enabled"],
        "severity": v["severity"],
        "scopes": listed(v["scopes"]),
        "evaluationFrequency": v["evaluation_frequency"],
        "windowSize": v["window_duration"],
        "criteria": {
            "allOf": [
                {
                    "query": one["query"],
                    "timeAggregation": one["time_aggregation_method"],
                    "operator": one["operator"],
                    "threshold": one["threshold"],
                }
                for one in v["criteria"]
            ]
        },
        "actions": {"actionGroups": [g for a in v["action"] for g in listed(a["action_groups"])]},
    }
    return [tracked(d, r, f"{INSIGHTS}/scheduledQueryRules", properties)]


def metric_alert(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    criteria = v["criteria"][0]
    properties = {
        "description": v.get("description"),
        "severity": v["severity"],
        "enabled": v.get("enabled") is not False,
        "scopes": listed(v["scopes"]),
        "evaluationFrequency": v["frequency"],
        "windowSize": v["window_size"],
        "criteria": {
            "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            "allOf": [
                {
                    "name": "Metric1",
                    "metricName": criteria["metric_name"],
                    "metricNamespace": criteria["metric_namespace"],
                    "operator": criteria["operator"],
                    "threshold": criteria["threshold"],
                    "timeAggregation": criteria["aggregation"],
                    "criterionType": "StaticThresholdCriterion",
                }
            ],
        },
        "actions": [{"actionGroupId": one["action_group_id"]} for one in v["action"]],
    }
    return [{**tracked(d, r, f"{INSIGHTS}/metricAlerts", properties), "location": "global"}]


def collection_rule(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    places = v["destinations"][0]["log_analytics"]
    properties = {
        "destinations": {
            "logAnalytics": [
                {"name": one["name"], "workspaceResourceId": one["workspace_resource_id"]}
                for one in places
            ]
        },
        "dataFlows": [
            {
                "streams": flow["streams"],
                "destinations": flow["destinations"],
                "transformKql": flow.get("transform_kql"),
            }
            for flow in v["data_flow"]
        ],
    }
    return [tracked(d, r, f"{INSIGHTS}/dataCollectionRules", properties, kind=v.get("kind"))]


WRITERS = {
    "azurerm_log_analytics_workspace": workspace,
    "azurerm_log_analytics_workspace_table": table,
    "azurerm_log_analytics_data_export_rule": data_export,
    "azurerm_application_insights": application_insights,
    "azurerm_monitor_diagnostic_setting": diagnostic_setting,
    "azurerm_monitor_aad_diagnostic_setting": diagnostic_setting,
    "azurerm_monitor_action_group": action_group,
    "azurerm_monitor_activity_log_alert": activity_log_alert,
    "azurerm_monitor_scheduled_query_rules_alert_v2": query_alert,
    "azurerm_monitor_metric_alert": metric_alert,
    "azurerm_monitor_data_collection_rule": collection_rule,
}
INSIDE = ("azapi_update_resource",)

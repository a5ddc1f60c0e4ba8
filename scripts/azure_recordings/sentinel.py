"""Microsoft Sentinel, and the playbooks that it starts."""

import json
from typing import Any

from declared import Declared
from wire import Json, answer, tracked

from simulator.estate.model import Resource

SENTINEL = "Microsoft.SecurityInsights"


def onboarding(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    id_ = f"{v['workspace_id']}/providers/{SENTINEL}/onboardingStates/default"
    return [answer(id_, f"{SENTINEL}/onboardingStates", {"customerManagedKey": False})]


def alert_rule(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    kind = {"scheduled": "Scheduled", "nrt": "NRT", "fusion": "Fusion"}[r.type.rpartition("_")[2]]
    if kind == "Fusion":
        properties = {
            "alertRuleTemplateName": v["alert_rule_template_guid"],
            "enabled": v["enabled"],
            "displayName": "Advanced Multistage Attack Detection",
        }
        return [answer(d.id(r), f"{SENTINEL}/alertRules", properties, kind=kind)]
    operators = {"GreaterThan": "GreaterThan", "LessThan": "LessThan"}
    grouping = (v.get("event_grouping") or [None])[0]
    properties = {
        "displayName": v["display_name"],
        "description": v.get("description"),
        "enabled": v["enabled"],
        "severity": v["severity"],
        "query": v["query"],
        "tactics": v.get("tactics") or [],
        "techniques": v.get("techniques") or [],
        "suppressionEnabled": v["suppression_enabled"],
        "suppressionDuration": v["suppression_duration"],
        "customDetails": v.get("custom_details") or None,
        "entityMappings": [
            {
                "entityType": one["entity_type"],
                "fieldMappings": [
                    {"identifier": f["identifier"], "columnName": f["column_name"]}
                    for f in one["field_mapping"]
                ],
            }
            for one in v.get("entity_mapping") or []
        ]
        or None,
        "eventGroupingSettings": grouping and {"aggregationKind": grouping["aggregation_method"]},
        "incidentConfiguration": _incident(v),
    }
    if kind == "Scheduled":
        properties |= {
            "queryFrequency": v["query_frequency"],
            "queryPeriod": v["query_period"],
            "triggerOperator": operators[v["trigger_operator"]],
            "triggerThreshold": v["trigger_threshold"],
        }
    return [answer(d.id(r), f"{SENTINEL}/alertRules", properties, kind=kind)]


def _incident(v: Json) -> Json:
    block = (v.get("incident") or [None])[0]
    if block is None:
        # What Sentinel uses where a rule says nothing of incidents.
        return {
            "createIncident": True,
            "groupingConfiguration": {
                "enabled": False,
                "reopenClosedIncident": False,
                "lookbackDuration": "PT5H",
                "matchingMethod": "AllEntities",
                "groupByEntities": [],
                "groupByAlertDetails": [],
                "groupByCustomDetails": [],
            },
        }
    grouping = block["grouping"][0]
    return {
        "createIncident": block["create_incident_enabled"],
        "groupingConfiguration": {
            "enabled": grouping["enabled"],
            "reopenClosedIncident": grouping["reopen_closed_incidents"],
            "lookbackDuration": grouping["lookback_duration"],
            "matchingMethod": grouping["entity_matching_method"],
            "groupByEntities": grouping.get("by_entities") or [],
            "groupByAlertDetails": grouping.get("by_alert_details") or [],
            "groupByCustomDetails": grouping.get("by_custom_details") or [],
        },
    }


def automation_rule(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    actions: list[Json] = [
        {
            "order": one["order"],
            "actionType": "RunPlaybook",
            "actionConfiguration": {
                "logicAppResourceId": one["logic_app_id"],
                "tenantId": d.tenant,
            },
        }
        for one in v.get("action_playbook") or []
    ]
    actions += [
        {
            "order": one["order"],
            "actionType": "AddIncidentTask",
            "actionConfiguration": {"title": one["title"], "description": one["description"]},
        }
        for one in v.get("action_incident_task") or []
    ]
    actions += [
        {
            "order": one["order"],
            "actionType": "ModifyProperties",
            "actionConfiguration": {
                "status": one.get("status"),
                "severity": one.get("severity"),
                "owner": one.get("owner_id") and {"objectId": one["owner_id"]},
            },
        }
        for one in v.get("action_incident") or []
    ]
    properties = {
        "displayName": v["display_name"],
        "order": v["order"],
        "triggeringLogic": {
            "isEnabled": v["enabled"],
            "triggersOn": v["triggers_on"],
            "triggersWhen": v["triggers_when"],
            "expirationTimeUtc": v.get("expiration"),
            "conditions": json.loads(v.get("condition_json") or "[]"),
        },
        "actions": sorted(actions, key=lambda action: action["order"]),
    }
    return [answer(d.id(r), f"{SENTINEL}/automationRules", properties)]


def connector(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    directory = r.type.endswith("active_directory")
    properties = {
        "tenantId": v.get("tenant_id") if directory else None,
        "subscriptionId": None if directory else v.get("subscription_id"),
        "dataTypes": {"alerts": {"state": "Enabled"}},
    }
    kind = "AzureActiveDirectory" if directory else "AzureSecurityCenter"
    return [answer(d.id(r), f"{SENTINEL}/dataConnectors", properties, kind=kind)]


def workflow(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    inside: dict[str, Json] = {"triggers": {}, "actions": {}}
    for type_, name in (
        ("azurerm_logic_app_trigger_custom", "triggers"),
        ("azurerm_logic_app_action_custom", "actions"),
    ):
        for one in d.estate.of_type(type_):
            part = d.values(one)
            if part["logic_app_id"] == d.id(r):
                inside[name][part["name"]] = json.loads(part["body"])
    declared = {k: json.loads(x) for k, x in (v.get("workflow_parameters") or {}).items()}
    given = {k: {"value": _parsed(x)} for k, x in (v.get("parameters") or {}).items()}
    properties = {
        "state": "Enabled" if v["enabled"] else "Disabled",
        "definition": {
            "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/"
            "2016-06-01/workflowdefinition.json#",
            "contentVersion": "1.0.0.0",
            "parameters": declared,
            **inside,
            "outputs": {},
        },
        "parameters": given,
        "accessEndpoint": "https://prod-00.westus2.logic.azure.com:443/workflows/made-up",
    }
    return [tracked(d, r, "Microsoft.Logic/workflows", properties)]


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


WRITERS = {
    "azurerm_sentinel_log_analytics_workspace_onboarding": onboarding,
    "azurerm_sentinel_alert_rule_scheduled": alert_rule,
    "azurerm_sentinel_alert_rule_nrt": alert_rule,
    "azurerm_sentinel_alert_rule_fusion": alert_rule,
    "azurerm_sentinel_automation_rule": automation_rule,
    "azurerm_sentinel_data_connector_azure_active_directory": connector,
    "azurerm_sentinel_data_connector_azure_security_center": connector,
    "azurerm_logic_app_workflow": workflow,
}
INSIDE = (
    "azurerm_logic_app_action_custom",
    "azurerm_logic_app_trigger_custom",
)

"""Logs, detection, response, identity and policy."""

import json
from typing import Any

from declared import Declared, guid
from wire import Json, answer, listed, tracked

from simulator.estate.model import Resource

INSIGHTS = "Microsoft.Insights"
WORKSPACES = "Microsoft.OperationalInsights/workspaces"
SENTINEL = "Microsoft.SecurityInsights"
AUTHORIZATION = "Microsoft.Authorization"

# Microsoft Learn, "Azure built-in roles".
BUILT_IN = {
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Log Analytics Contributor": "92aaf0da-9dab-42b6-94a3-d43ce8d16293",
    "Microsoft Sentinel Automation Contributor": "f4c81013-99ee-4d62-a7ee-b3f1f648599a",
    "Microsoft Sentinel Responder": "3e150937-b8fe-4cfb-8069-0eaf05ecd056",
    "Monitoring Contributor": "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "Storage Account Key Operator Service Role": "81a9662b-bebf-436f-a333-f67b29880f12",
}


def group(d: Declared, r: Resource) -> list[Json]:
    return [tracked(d, r, "Microsoft.Resources/resourceGroups", {})]


def identity(d: Declared, r: Resource) -> list[Json]:
    properties = {
        "tenantId": d.tenant,
        "principalId": d.attribute(r.address, "principal_id"),
        "clientId": d.attribute(r.address, "client_id"),
    }
    return [tracked(d, r, "Microsoft.ManagedIdentity/userAssignedIdentities", properties)]


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


def role_assignment(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    role = v.get("role_definition_id")
    if role is None:
        role = (
            f"/subscriptions/{d.subscription}/providers/{AUTHORIZATION}/roleDefinitions/"
            f"{BUILT_IN[v['role_definition_name']]}"
        )
    properties = {
        "roleDefinitionId": role,
        "principalId": v["principal_id"],
        "principalType": v.get("principal_type") or "ServicePrincipal",
        "scope": v["scope"],
        "condition": v.get("condition"),
        "conditionVersion": v.get("condition_version"),
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/roleAssignments", properties)]


def role_definition(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "roleName": v["name"],
        "type": "CustomRole",
        "description": v.get("description") or "",
        "assignableScopes": listed(v.get("assignable_scopes")) or [v["scope"]],
        "permissions": [
            {
                "actions": one.get("actions") or [],
                "notActions": one.get("not_actions") or [],
                "dataActions": one.get("data_actions") or [],
                "notDataActions": one.get("not_data_actions") or [],
            }
            for one in v["permissions"]
        ],
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/roleDefinitions", properties)]


def eligibility(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "scope": v["scope"],
        "roleDefinitionId": v["role_definition_id"],
        "principalId": v["principal_id"],
        "principalType": "Group",
        "status": "Provisioned",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2026-06-30T00:00:00Z",
        "memberType": "Direct",
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/roleEligibilitySchedules", properties)]


def management_policy(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    activation = v["activation_rules"][0]
    active, eligible = v["active_assignment_rules"][0], v["eligible_assignment_rules"][0]
    stage = activation.get("approval_stage") or []
    approvers = [
        {"id": a["object_id"], "userType": a["type"], "isBackup": False}
        for one in stage
        for a in one["primary_approver"]
    ]
    rules = [
        _expiration("Expiration_EndUser_Assignment", "EndUser", activation["maximum_duration"]),
        _enablement("Enablement_EndUser_Assignment", "EndUser", activation),
        {
            "id": "Approval_EndUser_Assignment",
            "ruleType": "RoleManagementPolicyApprovalRule",
            "target": {"caller": "EndUser", "level": "Assignment"},
            "setting": {
                "isApprovalRequired": activation.get("require_approval") or False,
                "approvalStages": [{"primaryApprovers": approvers}] if stage else [],
            },
        },
        _expiration("Expiration_Admin_Assignment", "Admin", active.get("expire_after"), active),
        _enablement("Enablement_Admin_Assignment", "Admin", active),
        _expiration("Expiration_Admin_Eligibility", "Admin", eligible["expire_after"], eligible),
    ]
    properties = {"scope": v["scope"], "displayName": r.name, "rules": rules}
    policy = answer(d.id(r), f"{AUTHORIZATION}/roleManagementPolicies", properties)
    role = v["role_definition_id"]
    assigned = answer(
        f"{v['scope']}/providers/{AUTHORIZATION}/roleManagementPolicyAssignments/"
        f"{guid(r.address, 'assignment')}",
        f"{AUTHORIZATION}/roleManagementPolicyAssignments",
        {"scope": v["scope"], "roleDefinitionId": role, "policyId": d.id(r)},
    )
    return [policy, assigned]


def _expiration(id_: str, caller: str, longest: Any, rules: Json | None = None) -> Json:
    required = True if rules is None else rules.get("expiration_required") or False
    level = "Eligibility" if id_.endswith("Eligibility") else "Assignment"
    return {
        "id": id_,
        "ruleType": "RoleManagementPolicyExpirationRule",
        "isExpirationRequired": required,
        "maximumDuration": longest,
        "target": {"caller": caller, "level": level},
    }


def _enablement(id_: str, caller: str, rules: Json) -> Json:
    enabled = [
        word
        for argument, word in (
            ("require_multifactor_authentication", "MultiFactorAuthentication"),
            ("require_justification", "Justification"),
            ("require_ticket_info", "Ticketing"),
        )
        if rules.get(argument)
    ]
    return {
        "id": id_,
        "ruleType": "RoleManagementPolicyEnablementRule",
        "enabledRules": enabled,
        "target": {"caller": caller, "level": "Assignment"},
    }


def lock(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {"level": v["lock_level"], "notes": v.get("notes")}
    return [answer(d.id(r), f"{AUTHORIZATION}/locks", properties)]


def policy_definition(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v["display_name"],
        "policyType": v["policy_type"],
        "mode": v["mode"],
        "policyRule": json.loads(v["policy_rule"]),
        "parameters": json.loads(v.get("parameters") or "{}"),
    }
    return [answer(d.id(r), f"{AUTHORIZATION}/policyDefinitions", properties)]


def policy_assignment(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v.get("display_name"),
        "policyDefinitionId": v["policy_definition_id"],
        "scope": v["subscription_id"],
        "notScopes": v.get("not_scopes") or [],
        "enforcementMode": "Default" if v["enforce"] else "DoNotEnforce",
        "parameters": json.loads(v.get("parameters") or "{}"),
    }
    made = tracked(d, r, f"{AUTHORIZATION}/policyAssignments", properties)
    return [made]


def remediation(d: Declared, r: Resource) -> list[Json]:
    properties = {"policyAssignmentId": d.values(r)["policy_assignment_id"]}
    return [answer(d.id(r), "Microsoft.PolicyInsights/remediations", properties)]


def pricing(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    extensions = [{"name": e["name"], "isEnabled": "True"} for e in v.get("extension") or []]
    properties = {
        "pricingTier": v["tier"],
        "subPlan": v.get("subplan"),
        "extensions": extensions or None,
    }
    return [answer(d.id(r), "Microsoft.Security/pricings", properties)]


def storage_defender(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "isEnabled": True,
        "overrideSubscriptionLevelSettings": v["override_subscription_settings_enabled"],
        "malwareScanning": {
            "onUpload": {
                "isEnabled": v["malware_scanning_on_upload_enabled"],
                "capGBPerMonth": v.get("malware_scanning_on_upload_cap_gb_per_month") or -1,
            }
        },
        "sensitiveDataDiscovery": {"isEnabled": v["sensitive_data_discovery_enabled"]},
    }
    return [answer(d.id(r), "Microsoft.Security/defenderForStorageSettings", properties)]


def security_contact(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    sources = [{"sourceType": "Alert", "minimalSeverity": "High"}]
    properties = {
        "emails": v["email"],
        "phone": v.get("phone"),
        "isEnabled": True,
        "notificationsSources": sources if v["alert_notifications"] else [],
        "notificationsByRole": {
            "state": "On" if v["alerts_to_admins"] else "Off",
            "roles": ["Owner"] if v["alerts_to_admins"] else [],
        },
    }
    return [answer(d.id(r), "Microsoft.Security/securityContacts", properties)]


def security_automation(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "isEnabled": v["enabled"],
        "scopes": [{"scopePath": one} for one in listed(v["scopes"])],
        "sources": [{"eventSource": one["event_source"]} for one in v["source"]],
        "actions": [
            {"actionType": "Workspace", "workspaceResourceId": one["resource_id"]}
            for one in v["action"]
        ],
    }
    return [tracked(d, r, "Microsoft.Security/automations", properties)]


WRITERS = {
    "azurerm_resource_group": group,
    "azurerm_user_assigned_identity": identity,
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
    "azurerm_sentinel_log_analytics_workspace_onboarding": onboarding,
    "azurerm_sentinel_alert_rule_scheduled": alert_rule,
    "azurerm_sentinel_alert_rule_nrt": alert_rule,
    "azurerm_sentinel_alert_rule_fusion": alert_rule,
    "azurerm_sentinel_automation_rule": automation_rule,
    "azurerm_sentinel_data_connector_azure_active_directory": connector,
    "azurerm_sentinel_data_connector_azure_security_center": connector,
    "azurerm_logic_app_workflow": workflow,
    "azurerm_role_assignment": role_assignment,
    "azurerm_role_definition": role_definition,
    "azurerm_pim_eligible_role_assignment": eligibility,
    "azurerm_role_management_policy": management_policy,
    "azurerm_management_lock": lock,
    "azurerm_policy_definition": policy_definition,
    "azurerm_subscription_policy_assignment": policy_assignment,
    "azurerm_subscription_policy_remediation": remediation,
    "azurerm_security_center_subscription_pricing": pricing,
    "azurerm_security_center_storage_defender": storage_defender,
    "azurerm_security_center_contact": security_contact,
    "azurerm_security_center_automation": security_automation,
}
INSIDE = (
    "azapi_update_resource",
    "azurerm_logic_app_action_custom",
    "azurerm_logic_app_trigger_custom",
)

"""Sentinel as Azure answers it, and as azapi writes it."""

import json

import pytest

from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import (
    Block,
    Known,
    Origin,
    Provider,
    Reference,
    Unresolvable,
)
from tests.controls.build import block
from tests.estate.arm.answers import GROUP, SENTINEL, WORKSPACE, flat, told, unheard, unsaid

RULE = f"{SENTINEL}/alertRules/73e01a99-5cd7-4139-a149-9f2736ff2ab5"
PLAYBOOK = f"{GROUP}/providers/Microsoft.Logic/workflows/contain"
QUERY = "StorageBlobLogs | where AuthenticationType == 'Anonymous'"
SCHEDULED = {
    "id": RULE,
    "name": "73e01a99-5cd7-4139-a149-9f2736ff2ab5",
    "etag": '"0300bf09-0000-0000-0000-5c37296e0000"',
    "type": "Microsoft.SecurityInsights/alertRules",
    "kind": "Scheduled",
    "properties": {
        "alertRuleTemplateName": None,
        "displayName": "Mass read",
        "description": "",
        "severity": "High",
        "enabled": True,
        "tactics": ["Exfiltration"],
        "techniques": ["T1567"],
        "query": QUERY,
        "queryFrequency": "PT5M",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT1H",
        "suppressionEnabled": False,
        "lastModifiedUtc": "2026-03-01T13:17:30Z",
        "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
        "customDetails": {"Container": "ContainerName"},
        "entityMappings": [
            {
                "entityType": "IP",
                "fieldMappings": [{"identifier": "Address", "columnName": "CallerIpAddress"}],
            }
        ],
        "alertDetailsOverride": {
            "alertDisplayNameFormat": "Reads from {{CallerIpAddress}}",
            "alertDescriptionFormat": None,
            "alertTacticsColumnName": None,
            "alertSeverityColumnName": "Severity",
            "alertDynamicProperties": [{"alertProperty": "ProductName", "value": "Product"}],
        },
        "incidentConfiguration": {
            "createIncident": True,
            "groupingConfiguration": {
                "enabled": True,
                "reopenClosedIncident": False,
                "lookbackDuration": "PT5H",
                "matchingMethod": "Selected",
                "groupByEntities": ["IP"],
                "groupByAlertDetails": ["DisplayName"],
                "groupByCustomDetails": [],
            },
        },
        "templateVersion": "1.0.2",
    },
}
CONDITION = {
    "conditionType": "Property",
    "conditionProperties": {
        "propertyName": "IncidentRelatedAnalyticRuleIds",
        "operator": "Contains",
        "propertyValues": [RULE],
    },
}
AUTOMATION = {
    "id": f"{SENTINEL}/automationRules/a0000000-0000-0000-0000-000000000001",
    "properties": {
        "displayName": "Contain",
        "order": 1,
        "triggeringLogic": {
            "isEnabled": True,
            "expirationTimeUtc": None,
            "triggersOn": "Incidents",
            "triggersWhen": "Created",
            "conditions": [CONDITION],
        },
        "actions": [
            {
                "order": 1,
                "actionType": "RunPlaybook",
                "actionConfiguration": {"logicAppResourceId": PLAYBOOK, "tenantId": "t1"},
            },
            {
                "order": 2,
                "actionType": "ModifyProperties",
                "actionConfiguration": {
                    "severity": "High",
                    "status": "Active",
                    "classification": None,
                    "classificationComment": None,
                    "owner": {"objectId": "o1", "email": None},
                    "labels": [{"labelName": "leak", "labelType": "User"}],
                },
            },
            {
                "order": 3,
                "actionType": "AddIncidentTask",
                "actionConfiguration": {"title": "Tell counsel", "description": None},
            },
        ],
        "createdTimeUtc": "2026-01-01T13:00:00Z",
    },
}


def connector(kind: str, properties: object, name: str = "c1") -> dict[str, object]:
    return {"id": f"{SENTINEL}/dataConnectors/{name}", "kind": kind, "properties": properties}


ON = {"alerts": {"state": "Enabled"}}


@pytest.mark.parametrize(
    ("answer", "type_", "expected"),
    [
        (
            {
                "id": f"{SENTINEL}/onboardingStates/default",
                "properties": {"customerManagedKey": False},
            },
            "azurerm_sentinel_log_analytics_workspace_onboarding",
            {"workspace_id": WORKSPACE, "customer_managed_key_enabled": False},
        ),
        (
            SCHEDULED,
            "azurerm_sentinel_alert_rule_scheduled",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "display_name": "Mass read",
                "description": "",
                "severity": "High",
                "enabled": True,
                "tactics": ("Exfiltration",),
                "techniques": ("T1567",),
                "query": QUERY,
                "query_frequency": "PT5M",
                "query_period": "PT1H",
                "trigger_operator": "GreaterThan",
                "trigger_threshold": 0,
                "suppression_duration": "PT1H",
                "suppression_enabled": False,
                "alert_rule_template_version": "1.0.2",
                "event_grouping.0.aggregation_method": "AlertPerResult",
                "custom_details.Container": "ContainerName",
                "entity_mapping.0.entity_type": "IP",
                "entity_mapping.0.field_mapping.0.identifier": "Address",
                "entity_mapping.0.field_mapping.0.column_name": "CallerIpAddress",
                "alert_details_override.0.display_name_format": "Reads from {{CallerIpAddress}}",
                "alert_details_override.0.severity_column_name": "Severity",
                "alert_details_override.0.dynamic_property.0.name": "ProductName",
                "alert_details_override.0.dynamic_property.0.value": "Product",
                "incident.0.create_incident_enabled": True,
                "incident.0.grouping.0.enabled": True,
                "incident.0.grouping.0.reopen_closed_incidents": False,
                "incident.0.grouping.0.lookback_duration": "PT5H",
                "incident.0.grouping.0.entity_matching_method": "Selected",
                "incident.0.grouping.0.by_entities": ("IP",),
                "incident.0.grouping.0.by_alert_details": ("DisplayName",),
                "incident.0.grouping.0.by_custom_details": (),
            },
        ),
        (
            {
                "id": RULE,
                "kind": "NRT",
                "properties": {
                    "displayName": "Signed reads",
                    "severity": "Medium",
                    "enabled": False,
                    "query": QUERY,
                    "suppressionDuration": "PT5H",
                    "suppressionEnabled": True,
                },
            },
            "azurerm_sentinel_alert_rule_nrt",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "display_name": "Signed reads",
                "severity": "Medium",
                "enabled": False,
                "query": QUERY,
                "suppression_duration": "PT5H",
                "suppression_enabled": True,
            },
        ),
        (
            {
                "id": RULE,
                "kind": "Fusion",
                "properties": {
                    "displayName": "Advanced Multi-Stage Attack Detection",
                    "description": "In this mode",
                    "alertRuleTemplateName": "f71aba3d-28fb-450b-b192-4e76a83015c8",
                    "tactics": ["Exfiltration"],
                    "severity": "High",
                    "enabled": True,
                    "sourceSettings": [
                        {
                            "enabled": True,
                            "sourceName": "Alert providers",
                            "sourceSubTypes": [
                                {"enabled": False, "sourceSubTypeName": "Azure IoT"}
                            ],
                        }
                    ],
                },
            },
            "azurerm_sentinel_alert_rule_fusion",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "enabled": True,
                "alert_rule_template_guid": "f71aba3d-28fb-450b-b192-4e76a83015c8",
                "source.0.name": "Alert providers",
                "source.0.enabled": True,
                "source.0.sub_type.0.name": "Azure IoT",
                "source.0.sub_type.0.enabled": False,
            },
        ),
        (
            {
                "id": RULE,
                "kind": "MicrosoftSecurityIncidentCreation",
                "properties": {
                    "displayName": "Defender",
                    "description": "d",
                    "productFilter": "Azure Security Center",
                    "severitiesFilter": ["High"],
                    "displayNamesFilter": None,
                    "displayNamesExcludeFilter": None,
                    "enabled": True,
                    "alertRuleTemplateName": None,
                },
            },
            "azurerm_sentinel_alert_rule_ms_security_incident",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "display_name": "Defender",
                "description": "d",
                "product_filter": "Azure Security Center",
                "severity_filter": ("High",),
                "enabled": True,
            },
        ),
        *(
            (
                {
                    "id": RULE,
                    "kind": kind,
                    "properties": {"enabled": True, "alertRuleTemplateName": "g"},
                },
                type_,
                {
                    "log_analytics_workspace_id": WORKSPACE,
                    "enabled": True,
                    "alert_rule_template_guid": "g",
                },
            )
            for kind, type_ in (
                ("ThreatIntelligence", "azurerm_sentinel_alert_rule_threat_intelligence"),
                (
                    "MLBehaviorAnalytics",
                    "azurerm_sentinel_alert_rule_machine_learning_behavior_analytics",
                ),
            )
        ),
        (
            {
                "id": f"{SENTINEL}/securityMLAnalyticsSettings/m1",
                "kind": "Anomaly",
                "properties": {
                    "displayName": "Unusual reads",
                    "enabled": True,
                    "settingsStatus": "Production",
                },
            },
            "azurerm_sentinel_alert_rule_anomaly_built_in",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "display_name": "Unusual reads",
                "enabled": True,
                "mode": "Production",
            },
        ),
        (
            AUTOMATION,
            "azurerm_sentinel_automation_rule",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "display_name": "Contain",
                "order": 1,
                "enabled": True,
                "triggers_on": "Incidents",
                "triggers_when": "Created",
                "condition_json": json.dumps([CONDITION]),
                "action_playbook.0.order": 1,
                "action_playbook.0.logic_app_id": PLAYBOOK,
                "action_playbook.0.tenant_id": "t1",
                "action_incident.0.order": 2,
                "action_incident.0.status": "Active",
                "action_incident.0.severity": "High",
                "action_incident.0.owner_id": "o1",
                "action_incident.0.labels": ("leak",),
                "action_incident_task.0.order": 3,
                "action_incident_task.0.title": "Tell counsel",
            },
        ),
        (
            connector("AzureActiveDirectory", {"tenantId": "t1", "dataTypes": ON}),
            "azurerm_sentinel_data_connector_azure_active_directory",
            {"log_analytics_workspace_id": WORKSPACE, "tenant_id": "t1"},
        ),
        (
            connector("AzureSecurityCenter", {"subscriptionId": "s1", "dataTypes": ON}),
            "azurerm_sentinel_data_connector_azure_security_center",
            {"log_analytics_workspace_id": WORKSPACE, "subscription_id": "s1"},
        ),
        (
            connector(
                "MicrosoftCloudAppSecurity",
                {
                    "tenantId": "t1",
                    "dataTypes": {
                        "alerts": {"state": "Enabled"},
                        "discoveryLogs": {"state": "Disabled"},
                    },
                },
            ),
            "azurerm_sentinel_data_connector_microsoft_cloud_app_security",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "tenant_id": "t1",
                "alerts_enabled": True,
                "discovery_logs_enabled": False,
            },
        ),
        (
            connector(
                "Office365",
                {
                    "tenantId": "t1",
                    "dataTypes": {
                        "sharePoint": {"state": "Enabled"},
                        "exchange": {"state": "Enabled"},
                        "teams": {"state": "Disabled"},
                    },
                },
            ),
            "azurerm_sentinel_data_connector_office_365",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "tenant_id": "t1",
                "exchange_enabled": True,
                "sharepoint_enabled": True,
                "teams_enabled": False,
            },
        ),
        (
            connector("AmazonWebServicesCloudTrail", {"awsRoleArn": "arn", "dataTypes": {}}),
            "azurerm_sentinel_data_connector_aws_cloud_trail",
            {"log_analytics_workspace_id": WORKSPACE},
        ),
        (
            {
                "id": f"{SENTINEL}/watchlists/vip",
                "properties": {
                    "displayName": "VIP",
                    "provider": "Microsoft",
                    "source": "watchlist.csv",
                    "itemsSearchKey": "Upn",
                    "description": "d",
                    "defaultDuration": "P1279DT12H30M5S",
                    "labels": ["a"],
                },
            },
            "azurerm_sentinel_watchlist",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "display_name": "VIP",
                "description": "d",
                "item_search_key": "Upn",
                "default_duration": "P1279DT12H30M5S",
                "labels": ("a",),
            },
        ),
        (
            {
                "id": f"{SENTINEL}/metadata/m1",
                "properties": {
                    "contentId": "c",
                    "kind": "AnalyticsRule",
                    "parentId": RULE,
                    "version": "1.0.0",
                },
            },
            "azurerm_sentinel_metadata",
            {
                "workspace_id": WORKSPACE,
                "content_id": "c",
                "kind": "AnalyticsRule",
                "parent_id": RULE,
                "version": "1.0.0",
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


@pytest.mark.parametrize("state", ["Disabled", "disabled"])
def test_a_connector_that_is_off_is_none(state):
    assert unsaid(connector("AzureActiveDirectory", {"dataTypes": {"alerts": {"state": state}}}))


def test_a_connector_that_may_be_on_is_not_read():
    types = {"alerts": {"state": Unresolvable("var.on")}}
    made = azurerm("dataConnectors", kind="AzureActiveDirectory", properties={"dataTypes": types})
    assert made.type == "azapi_resource"


# --- as azapi writes it --------------------------------------------------------------------------

WORKSPACE_ID = Reference("azurerm_log_analytics_workspace.w", "id", "${azurerm_x.w.id}")


def written(below: str, *, update: bool = False, **body: object) -> ArmResource:
    return ArmResource(
        address="azapi_resource.r",
        type=f"Microsoft.SecurityInsights/{below}",
        name=Known("r"),
        parent=WORKSPACE_ID,
        body=block(**body),
        origin=Origin("main.tf", 1),
        provider=Provider("azapi"),
        update=update,
    )


def azurerm(below: str, **body: object):
    (made,), _ = as_azurerm((written(below, **body),))
    return made


def test_what_azure_requires_of_a_rule_has_no_default():
    made = azurerm("alertRules", kind="Scheduled", properties={"enabled": True, "query": QUERY})
    assert made.get("enabled") == Known(value=True)
    for name in ("query_frequency", "query_period", "trigger_operator", "suppression_enabled"):
        assert isinstance(made.get(name), Unresolvable), name


def test_a_body_that_changes_a_rule_leaves_the_rest_as_it_is():
    update = written("alertRules", update=True, kind="NRT", properties={"enabled": False})
    _, (part,) = as_azurerm((update,))
    assert part.resource.body.values.keys() == {
        "name", "log_analytics_workspace_id", "enabled"
    }  # fmt: skip


def test_a_rule_whose_body_is_not_known_knows_nothing():
    made = azurerm("alertRules", kind="NRT", properties=Unresolvable("var.rule has no value"))
    for name in ("enabled", "query", "severity", "display_name"):
        assert isinstance(made.get(name), Unresolvable), name
    assert made.unresolved("entity_mapping") is not None
    assert isinstance(made.get("incident.create_incident_enabled"), Unresolvable)


def test_a_rule_of_an_unknown_kind_stays_an_azapi_resource():
    made = azurerm("alertRules", kind=Unresolvable("var.kind"), properties={"query": QUERY})
    assert made.type == "azapi_resource"


def logic(**more: object) -> dict[str, object]:
    return {"isEnabled": True, "triggersOn": "Incidents", "triggersWhen": "Created", **more}


def condition(values: object) -> dict[str, object]:
    properties = {
        "propertyName": "IncidentRelatedAnalyticRuleIds",
        "operator": "Contains",
        "propertyValues": values,
    }
    return {"conditionType": "Property", "conditionProperties": properties}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (Reference("azapi_resource.a", "id", "${azapi_resource.a.id}"), "${azapi_resource.a.id}"),
        (
            Reference("azapi_resource.a", "id", '["${azapi_resource.a.id}"]'),
            "${azapi_resource.a.id}",
        ),
        (Known(("${azapi_resource.a.id}",)), "${azapi_resource.a.id}"),
    ],
    ids=["one", "list", "text"],
)
def test_a_condition_keeps_the_rule_that_it_is_about(values, text):
    properties = {"order": 1, "triggeringLogic": logic(conditions=[condition(values)])}
    value = azurerm("automationRules", properties=properties).get("condition_json")
    assert isinstance(value, Reference)
    assert value.to == "azapi_resource.a"
    (read,) = json.loads(value.text or "")
    assert read["conditionProperties"]["propertyValues"] == [text]


def test_a_condition_of_which_the_source_lost_a_part_is_not_known():
    lost = condition(Reference("azapi_resource.a", "id"))
    made = azurerm("automationRules", properties={"triggeringLogic": logic(conditions=[lost])})
    assert made.get("condition_json") == Reference("azapi_resource.a", "id")


def test_a_condition_on_what_is_not_known_is_kept_as_such():
    hidden = condition(Unresolvable("var.rules has no value"))
    made = azurerm("automationRules", properties={"triggeringLogic": logic(conditions=[hidden])})
    value = made.get("condition_json")
    assert isinstance(value, Known)
    (read,) = json.loads(str(value.value))
    assert read["conditionProperties"]["propertyValues"] == "${unknown}"
    whole = logic(conditions=Unresolvable("local.conditions"))
    made = azurerm("automationRules", properties={"triggeringLogic": whole})
    assert made.get("condition_json") == Unresolvable("local.conditions")


def test_actions_of_which_one_is_hidden_are_not_known():
    actions = [
        {"order": 1, "actionType": Unresolvable("var.kind")},
        {"order": 2, "actionType": "ModifyProperties", "actionConfiguration": {"status": "Closed"}},
    ]
    made = azurerm("automationRules", properties={"triggeringLogic": logic(), "actions": actions})
    assert made.unresolved("action_playbook") is not None
    assert made.unresolved("action_incident") is not None
    assert isinstance(made.body, Block)

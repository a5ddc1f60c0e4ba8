"""Defender for Cloud as Azure answers it."""

from dataclasses import replace

import pytest

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import Known, Unresolvable
from tests.controls.build import block
from tests.estate.arm.answers import (
    GROUP,
    SUBSCRIPTION,
    VAULT,
    WORKSPACE,
    arm,
    flat,
    told,
    unheard,
    unsaid,
)

SECURITY = f"{SUBSCRIPTION}/providers/Microsoft.Security"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stshop"
PLAYBOOK = f"{GROUP}/providers/Microsoft.Logic/workflows/contain"
STORAGE_PLAN = {
    "id": f"{SECURITY}/pricings/StorageAccounts",
    "properties": {
        "pricingTier": "Standard",
        "subPlan": "DefenderForStorageV2",
        "freeTrialRemainingTime": "PT0S",
        "enablementTime": "2026-03-01T12:42:42Z",
        "extensions": [
            {
                "name": "OnUploadMalwareScanning",
                "isEnabled": "True",
                "additionalExtensionProperties": {"CapGBPerMonthPerStorageAccount": "10"},
                "operationStatus": {"code": "Succeeded"},
            },
            {"name": "SensitiveDataDiscovery", "isEnabled": "False"},
        ],
    },
}


@pytest.mark.parametrize(
    ("answer", "type_", "expected"),
    [
        (
            STORAGE_PLAN,
            "azurerm_security_center_subscription_pricing",
            {
                "resource_type": "StorageAccounts",
                "tier": "Standard",
                "subplan": "DefenderForStorageV2",
                "extension.0.name": "OnUploadMalwareScanning",
                "extension.0.additional_extension_properties.CapGBPerMonthPerStorageAccount": "10",
            },
        ),
        (
            {
                "id": f"{ACCOUNT}/providers/Microsoft.Security/defenderForStorageSettings/current",
                "properties": {
                    "isEnabled": True,
                    "malwareScanning": {
                        "onUpload": {"isEnabled": True, "capGBPerMonth": -1},
                        "scanResultsEventGridTopicResourceId": None,
                    },
                    "sensitiveDataDiscovery": {"isEnabled": True},
                    "overrideSubscriptionLevelSettings": True,
                },
            },
            "azurerm_security_center_storage_defender",
            {
                "storage_account_id": ACCOUNT,
                "override_subscription_settings_enabled": True,
                "malware_scanning_on_upload_enabled": True,
                "malware_scanning_on_upload_cap_gb_per_month": -1,
                "sensitive_data_discovery_enabled": True,
            },
        ),
        (
            {
                "id": f"{ACCOUNT}/providers/Microsoft.Security"
                "/advancedThreatProtectionSettings/current",
                "properties": {"isEnabled": True},
            },
            "azurerm_advanced_threat_protection",
            {"target_resource_id": ACCOUNT, "enabled": True},
        ),
        (
            {
                "id": f"{SECURITY}/securityContacts/default",
                "properties": {
                    "notificationsByRole": {"state": "On", "roles": ["Owner"]},
                    "emails": "soc@example.com",
                    "phone": "",
                    "alertNotifications": {"state": "Off", "minimalSeverity": "High"},
                },
            },
            "azurerm_security_center_contact",
            {
                "email": "soc@example.com",
                "phone": "",
                "alert_notifications": False,
                "alerts_to_admins": True,
            },
        ),
        (
            {
                "id": f"{SECURITY}/securityContacts/default1",
                "properties": {
                    "email": "soc@example.com",
                    "alertNotifications": "On",
                    "alertsToAdmins": "Off",
                },
            },
            "azurerm_security_center_contact",
            {"email": "soc@example.com", "alert_notifications": True, "alerts_to_admins": False},
        ),
        (
            {
                "id": f"{SECURITY}/securityContacts/default",
                "properties": {
                    "notificationsByRole": {"state": "Off", "roles": []},
                    "emails": "soc@example.com",
                    "isEnabled": True,
                    "notificationsSources": [{"sourceType": "Alert", "minimalSeverity": "Low"}],
                },
            },
            "azurerm_security_center_contact",
            {"email": "soc@example.com", "alert_notifications": True, "alerts_to_admins": False},
        ),
        (
            {
                "id": f"{GROUP}/providers/Microsoft.Security/automations/ExportToWorkspace",
                "location": "westus",
                "properties": {
                    "description": "d",
                    "isEnabled": True,
                    "scopes": [{"description": "s", "scopePath": SUBSCRIPTION}],
                    "sources": [
                        {
                            "eventSource": "Alerts",
                            "ruleSets": [
                                {
                                    "rules": [
                                        {
                                            "propertyJPath": "Severity",
                                            "propertyType": "String",
                                            "expectedValue": "high",
                                            "operator": "Equals",
                                        }
                                    ]
                                }
                            ],
                        },
                        {"eventSource": "Assessments", "ruleSets": None},
                    ],
                    "actions": [
                        {"actionType": "LogicApp", "logicAppResourceId": PLAYBOOK},
                        {"actionType": "Workspace", "workspaceResourceId": WORKSPACE},
                    ],
                },
            },
            "azurerm_security_center_automation",
            {
                "description": "d",
                "enabled": True,
                "scopes": (SUBSCRIPTION,),
                "source.0.event_source": "Alerts",
                "source.0.rule_set.0.rule.0.property_path": "Severity",
                "source.0.rule_set.0.rule.0.property_type": "String",
                "source.0.rule_set.0.rule.0.expected_value": "high",
                "source.0.rule_set.0.rule.0.operator": "Equals",
                "source.1.event_source": "Assessments",
                "action.0.type": "LogicApp",
                "action.0.resource_id": PLAYBOOK,
                "action.1.type": "Workspace",
                "action.1.resource_id": WORKSPACE,
            },
        ),
        (
            {
                "id": f"{SECURITY}/settings/MCAS",
                "kind": "DataExportSettings",
                "properties": {"enabled": True},
            },
            "azurerm_security_center_setting",
            {"setting_name": "MCAS", "enabled": True},
        ),
        (
            {
                "id": f"{SECURITY}/workspaceSettings/default",
                "properties": {"scope": SUBSCRIPTION, "workspaceId": WORKSPACE},
            },
            "azurerm_security_center_workspace",
            {"scope": SUBSCRIPTION, "workspace_id": WORKSPACE},
        ),
        (
            {
                "id": f"{SECURITY}/autoProvisioningSettings/default",
                "properties": {"autoProvision": "On"},
            },
            "azurerm_security_center_auto_provisioning",
            {"auto_provision": "On"},
        ),
        (
            {
                "id": f"{SECURITY}/serverVulnerabilityAssessmentsSettings/azureServersSetting",
                "kind": "AzureServersSetting",
                "properties": {"selectedProvider": "MdeTvm"},
            },
            "azurerm_security_center_server_vulnerability_assessments_setting",
            {"vulnerability_assessment_provider": "MdeTvm"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_of_azure_is_that_azurerm_resource(answer, type_, expected):
    made = told(answer)
    assert made.type == type_
    assert flat(made) == expected
    assert unheard(made) == set()


@pytest.mark.parametrize(
    "answer",
    [
        {
            "id": f"{ACCOUNT}/providers/Microsoft.Security/defenderForStorageSettings/current",
            "properties": {"isEnabled": False},
        },
        {
            "id": f"{ACCOUNT}/providers/Microsoft.Security"
            "/advancedThreatProtectionSettings/current",
            "properties": {"isEnabled": False},
        },
    ],
)
def test_what_is_off_is_nothing_and_what_may_be_is_not_read(answer):
    assert unsaid(answer)
    body = block(properties={"isEnabled": Unresolvable("var.on")})
    (made,), _ = as_azurerm((replace(arm(answer), body=body),))
    assert made.type == "azapi_resource"


def test_a_plan_of_one_resource_alone_is_not_read():
    one = f"{VAULT}/providers/Microsoft.Security/pricings/VirtualMachines"
    made = told({"id": one, "properties": {"pricingTier": "Standard"}})
    assert made.type == "azapi_resource"


def test_an_extension_that_may_be_on_has_no_name():
    body = block(
        properties={
            "pricingTier": "Standard",
            "extensions": [{"name": "OnUploadMalwareScanning", "isEnabled": Unresolvable("v")}],
        }
    )
    (made,), _ = as_azurerm((replace(arm(STORAGE_PLAN), body=body),))
    assert isinstance(made.get("extension.name"), Unresolvable)


def test_a_trigger_of_an_automation_is_a_secret():
    made = told(
        {
            "id": f"{GROUP}/providers/Microsoft.Security/automations/a",
            "properties": {
                "actions": [
                    {"actionType": "LogicApp", "logicAppResourceId": PLAYBOOK, "uri": "https://x"}
                ]
            },
        }
    )
    assert made.get("action.trigger_url") == Known("https://x", sensitive=True)

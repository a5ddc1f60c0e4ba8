"""Diagnostic settings, workspaces and what hangs on them, as Azure answers them."""

import pytest

from simulator.estate.model import Block, Known, Omitted
from tests.estate.arm.answers import GROUP, SUBSCRIPTION, VAULT, WORKSPACE, flat, told, unheard

AZURE = "Azure default"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stshop"
STORAGE_SETTING = {
    "id": f"{ACCOUNT}/blobServices/default/providers/microsoft.insights/diagnosticSettings/to-sec",
    "type": "Microsoft.Insights/diagnosticSettings",
    "name": "to-sec",
    "location": None,
    "kind": None,
    "tags": None,
    "properties": {
        "storageAccountId": None,
        "serviceBusRuleId": None,
        "workspaceId": WORKSPACE,
        "eventHubAuthorizationRuleId": None,
        "eventHubName": None,
        "metrics": [
            {
                "category": "Transaction",
                "enabled": False,
                "retentionPolicy": {"enabled": False, "days": 0},
            },
            {"category": "Capacity", "enabled": True},
        ],
        "logs": [
            {
                "category": "StorageRead",
                "categoryGroup": None,
                "enabled": True,
                "retentionPolicy": {"enabled": False, "days": 0},
            },
            {"category": "StorageWrite", "categoryGroup": None, "enabled": False},
            {"category": None, "categoryGroup": "audit", "enabled": True},
        ],
        "logAnalyticsDestinationType": "Dedicated",
    },
    "identity": None,
}
WORKSPACE_ANSWER = {
    "id": WORKSPACE,
    "location": "westus",
    "tags": {"team": "soc"},
    "properties": {
        "customerId": "9d8e7b4a-0000-0000-0000-000000000002",
        "provisioningState": "Succeeded",
        "sku": {"name": "PerGB2018", "lastSkuUpdate": "2026-01-01T00:00:00Z"},
        "retentionInDays": 90,
        "features": {
            "legacy": 0,
            "searchVersion": 1,
            "enableLogAccessUsingOnlyResourcePermissions": True,
            "disableLocalAuth": True,
        },
        "workspaceCapping": {"dailyQuotaGb": -1.0, "dataIngestionStatus": "RespectQuota"},
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Disabled",
    },
}


@pytest.mark.parametrize(
    ("answer", "type_", "expected"),
    [
        (
            STORAGE_SETTING,
            "azurerm_monitor_diagnostic_setting",
            {
                "target_resource_id": f"{ACCOUNT}/blobServices/default",
                "log_analytics_workspace_id": WORKSPACE,
                "log_analytics_destination_type": "Dedicated",
                "enabled_log.0.category": "StorageRead",
                "enabled_log.1.category_group": "audit",
                "enabled_metric.0.category": "Capacity",
            },
        ),
        (
            {
                "id": f"{SUBSCRIPTION}/providers/microsoft.insights/diagnosticSettings/activity",
                "properties": {
                    "workspaceId": WORKSPACE,
                    "logs": [
                        {"category": "Administrative", "enabled": True},
                        {"category": "Security", "enabled": True},
                    ],
                },
            },
            "azurerm_monitor_diagnostic_setting",
            {
                "target_resource_id": SUBSCRIPTION,
                "log_analytics_workspace_id": WORKSPACE,
                "enabled_log.0.category": "Administrative",
                "enabled_log.1.category": "Security",
            },
        ),
        (
            {
                "id": "/providers/microsoft.aadiam/diagnosticSettings/entra",
                "type": None,
                "name": "entra",
                "properties": {
                    "storageAccountId": ACCOUNT,
                    "workspaceId": WORKSPACE,
                    "eventHubAuthorizationRuleId": None,
                    "logs": [
                        {"category": "AuditLogs", "categoryGroup": None, "enabled": True},
                        {"category": "SignInLogs", "categoryGroup": None, "enabled": False},
                    ],
                },
            },
            "azurerm_monitor_aad_diagnostic_setting",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "storage_account_id": ACCOUNT,
                "enabled_log.0.category": "AuditLogs",
            },
        ),
        (
            WORKSPACE_ANSWER,
            "azurerm_log_analytics_workspace",
            {
                "sku": "PerGB2018",
                "retention_in_days": 90,
                "daily_quota_gb": -1.0,
                "internet_ingestion_enabled": True,
                "internet_query_enabled": False,
                "local_authentication_enabled": False,
                "allow_resource_only_permissions": True,
                "immediate_data_purge_on_30_days_enabled": Omitted(False, AZURE),
                "workspace_id": "9d8e7b4a-0000-0000-0000-000000000002",
            },
        ),
        (
            {
                "id": f"{WORKSPACE}/tables/StorageBlobLogs",
                "properties": {
                    "plan": "Basic",
                    "retentionInDays": 30,
                    "totalRetentionInDays": 365,
                    "retentionInDaysAsDefault": False,
                    "schema": {"name": "StorageBlobLogs", "tableType": "Microsoft"},
                },
            },
            "azurerm_log_analytics_workspace_table",
            {
                "workspace_id": WORKSPACE,
                "plan": "Basic",
                "retention_in_days": 30,
                "total_retention_in_days": 365,
            },
        ),
        (
            {
                "id": f"{WORKSPACE}/dataExports/worm",
                "properties": {
                    "dataExportId": "d1",
                    "tableNames": ["StorageBlobLogs", "AzureActivity"],
                    "destination": {"resourceId": ACCOUNT, "type": "StorageAccount"},
                    "enable": True,
                    "createdDate": "2026-01-01T00:00:00Z",
                },
            },
            "azurerm_log_analytics_data_export_rule",
            {
                "workspace_resource_id": WORKSPACE,
                "destination_resource_id": ACCOUNT,
                "table_names": ("StorageBlobLogs", "AzureActivity"),
                "enabled": True,
                "export_rule_id": "d1",
            },
        ),
        (
            {
                "id": f"{WORKSPACE}/linkedServices/Automation",
                "properties": {"resourceId": f"{GROUP}/x", "provisioningState": "Succeeded"},
            },
            "azurerm_log_analytics_linked_service",
            {"workspace_id": WORKSPACE, "read_access_id": f"{GROUP}/x"},
        ),
        (
            {
                "id": f"{WORKSPACE}/linkedStorageAccounts/Query",
                "properties": {"dataSourceType": "Query", "storageAccountIds": [ACCOUNT]},
            },
            "azurerm_log_analytics_linked_storage_account",
            {
                "workspace_id": WORKSPACE,
                "data_source_type": "Query",
                "storage_account_ids": (ACCOUNT,),
            },
        ),
        (
            {
                "id": f"{WORKSPACE}/savedSearches/s1",
                "properties": {
                    "category": "Shop",
                    "displayName": "Reads",
                    "query": "StorageBlobLogs | where OperationName == 'GetBlob'",
                    "functionAlias": "BlobReads",
                    "functionParameters": "a:string, n:int",
                    "version": 2,
                },
            },
            "azurerm_log_analytics_saved_search",
            {
                "log_analytics_workspace_id": WORKSPACE,
                "category": "Shop",
                "display_name": "Reads",
                "query": "StorageBlobLogs | where OperationName == 'GetBlob'",
                "function_alias": "BlobReads",
                "function_parameters": ("a:string", "n:int"),
            },
        ),
        (
            {
                "id": f"{GROUP}/providers/Microsoft.OperationsManagement/solutions"
                "/SecurityInsights(log-shop)",
                "plan": {
                    "name": "SecurityInsights(log-shop)",
                    "publisher": "Microsoft",
                    "promotionCode": "",
                    "product": "OMSGallery/SecurityInsights",
                },
                "properties": {"workspaceResourceId": WORKSPACE},
            },
            "azurerm_log_analytics_solution",
            {
                "workspace_resource_id": WORKSPACE,
                "solution_name": "SecurityInsights",
                "plan.0.publisher": "Microsoft",
                "plan.0.product": "OMSGallery/SecurityInsights",
                "plan.0.promotion_code": "",
            },
        ),
        (
            {
                "id": f"{GROUP}/providers/microsoft.insights/components/appi-shop",
                "kind": "web",
                "properties": {
                    "Application_Type": "web",
                    "AppId": "a1",
                    "WorkspaceResourceId": WORKSPACE,
                    "RetentionInDays": 90,
                    "DisableIpMasking": True,
                    "publicNetworkAccessForIngestion": "Enabled",
                    "publicNetworkAccessForQuery": "Enabled",
                    "IngestionMode": "LogAnalytics",
                },
            },
            "azurerm_application_insights",
            {
                "application_type": "web",
                "app_id": "a1",
                "workspace_id": WORKSPACE,
                "retention_in_days": 90,
                "ip_masking_enabled": False,
                "local_authentication_enabled": Omitted(True, AZURE),
                "internet_ingestion_enabled": True,
                "internet_query_enabled": True,
            },
        ),
        (
            {
                "id": f"{GROUP}/providers/microsoft.insights/privateLinkScopes/ampls",
                "location": "global",
                "properties": {
                    "accessModeSettings": {
                        "ingestionAccessMode": "PrivateOnly",
                        "queryAccessMode": "Open",
                        "exclusions": [],
                    }
                },
            },
            "azurerm_monitor_private_link_scope",
            {"ingestion_access_mode": "PrivateOnly", "query_access_mode": "Open"},
        ),
        (
            {
                "id": f"{GROUP}/providers/microsoft.insights/privateLinkScopes/ampls"
                "/scopedResources/log",
                "properties": {"linkedResourceId": WORKSPACE},
            },
            "azurerm_monitor_private_link_scoped_service",
            {"scope_name": "ampls", "linked_resource_id": WORKSPACE},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_of_azure_is_that_azurerm_resource(answer, type_, expected):
    made = told(answer)
    assert made.type == type_
    assert flat(made) == expected
    assert unheard(made) == set()


def test_keys_of_application_insights_stay_secret():
    made = told(
        {
            "id": f"{GROUP}/providers/microsoft.insights/components/appi-shop",
            "properties": {"ConnectionString": "InstrumentationKey=k", "InstrumentationKey": "k"},
        }
    )
    assert made.get("connection_string") == Known("InstrumentationKey=k", sensitive=True)
    assert made.get("instrumentation_key") == Known("k", sensitive=True)


def test_a_table_that_follows_its_workspace_has_no_retention_of_its_own():
    made = told({"id": f"{WORKSPACE}/tables/Heartbeat", "properties": {"retentionInDays": -1}})
    assert made.get("retention_in_days") == Omitted(decided_by="the workspace's retention")


def test_a_setting_has_the_vault_that_it_stands_on():
    made = told(
        {
            "id": f"{VAULT}/providers/microsoft.insights/diagnosticSettings/d",
            "properties": {"logs": []},
        }
    )
    assert made.get("target_resource_id") == Known(VAULT)
    assert made.blocks("enabled_log") == ()
    assert isinstance(made.body, Block)

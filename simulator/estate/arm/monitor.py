"""Where logs go and are kept: diagnostic settings, workspaces, collection rules, App Insights.

Properties: Azure REST API reference, Microsoft.Insights (diagnosticSettings 2021-05-01-preview,
components 2020-02-02, privateLinkScopes 2021-07-01-preview, dataCollectionRules 2023-03-11),
microsoft.aadiam 2017-04-01, Microsoft.OperationalInsights 2022-10-01,
Microsoft.OperationsManagement 2015-11-01-preview.
Defaults: those specifications, and Learn on retention, daily caps and IP masking.
"""

from collections.abc import Mapping
from typing import Final

from simulator.estate.arm.mapping import (
    COMMAS,
    NAME,
    OPPOSITE,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Blocks,
    Kind,
    leaf,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Known, Node, Omitted, Reference, Unresolvable

_WORKSPACES: Final = "Microsoft.OperationalInsights/workspaces"
# Azure answers in lower case; azurerm writes the names as they are sold.
_SKU: Final = words(
    {
        name: name
        for name in (
            "CapacityReservation",
            "Free",
            "LACluster",
            "PerGB2018",
            "PerNode",
            "Premium",
            "Standalone",
            "Standard",
            "Unlimited",
        )
    }
)
_OPEN: Final = words({"Enabled": True, "Disabled": False, "SecuredByPerimeter": False})
_NAME: Final = Argument("name", "name")
_CATEGORY: Final = Argument("category", "category")
_DESTINATIONS: Final[Arguments] = (
    Argument("log_analytics_workspace_id", "properties.workspaceId"),
    Argument("storage_account_id", "properties.storageAccountId"),
    Argument("eventhub_authorization_rule_id", "properties.eventHubAuthorizationRuleId"),
    Argument("eventhub_name", "properties.eventHubName"),
)
_ACCESS: Final[Arguments] = (
    Argument(
        "internet_ingestion_enabled",
        "properties.publicNetworkAccessForIngestion",
        _OPEN,
        default=True,
    ),
    Argument(
        "internet_query_enabled", "properties.publicNetworkAccessForQuery", _OPEN, default=True
    ),
)


def _table(one: ArmResource) -> Mapping[str, Node]:
    days = leaf(one.body, "properties.retentionInDays")
    if isinstance(days, Known) and days.value == -1:
        return {"retention_in_days": Omitted(decided_by="the workspace's retention")}
    return {}


def _solution(one: ArmResource) -> Mapping[str, Node]:
    """A solution is named by what it is and the workspace that it is on: ``Updates(logs)``."""
    name = one.name.text if isinstance(one.name, Reference) else None
    if isinstance(one.name, Known):
        name = str(one.name.value)
    if name is None:
        return {"solution_name": Unresolvable("the name of the solution is not known")}
    return {"solution_name": Known(name.partition("(")[0])}


MONITOR: Final = (
    Kind(
        "Microsoft.Insights/diagnosticSettings",
        "azurerm_monitor_diagnostic_setting",
        (
            Argument("target_resource_id", PARENT),
            *_DESTINATIONS,
            Argument("partner_solution_id", "properties.marketplacePartnerId"),
            Argument("log_analytics_destination_type", "properties.logAnalyticsDestinationType"),
            # A log that is off stands in ARM's list, and in azurerm nowhere.
            Blocks(
                "enabled_log",
                "properties.logs",
                (_CATEGORY, Argument("category_group", "categoryGroup")),
                switch="enabled",
            ),
            Blocks("enabled_metric", "properties.metrics", (_CATEGORY,), switch="enabled"),
        ),
    ),
    Kind(
        "microsoft.aadiam/diagnosticSettings",
        "azurerm_monitor_aad_diagnostic_setting",
        (
            *_DESTINATIONS,
            Blocks("enabled_log", "properties.logs", (_CATEGORY,), switch="enabled"),
        ),
    ),
    Kind(
        _WORKSPACES,
        "azurerm_log_analytics_workspace",
        (
            Argument("sku", "properties.sku.name", _SKU),
            Argument("retention_in_days", "properties.retentionInDays", default=30),
            Argument("daily_quota_gb", "properties.workspaceCapping.dailyQuotaGb", default=-1),
            Argument(
                "reservation_capacity_in_gb_per_day", "properties.sku.capacityReservationLevel"
            ),
            *_ACCESS,
            Argument(
                "local_authentication_enabled",
                "properties.features.disableLocalAuth",
                OPPOSITE,
                default=True,
            ),
            Argument(
                "allow_resource_only_permissions",
                "properties.features.enableLogAccessUsingOnlyResourcePermissions",
            ),
            Argument(
                "immediate_data_purge_on_30_days_enabled",
                "properties.features.immediatePurgeDataOn30Days",
                default=False,
            ),
            Argument("cmk_for_query_forced", "properties.forceCmkForQuery"),
            Argument("data_collection_rule_id", "properties.defaultDataCollectionRuleResourceId"),
            Argument("workspace_id", "properties.customerId"),
        ),
    ),
    Kind(
        f"{_WORKSPACES}/tables",
        "azurerm_log_analytics_workspace_table",
        (
            Argument("workspace_id", PARENT),
            Argument("plan", "properties.plan"),
            Argument("retention_in_days", "properties.retentionInDays"),
            Argument("total_retention_in_days", "properties.totalRetentionInDays"),
        ),
        more=_table,
    ),
    Kind(
        f"{_WORKSPACES}/dataExports",
        "azurerm_log_analytics_data_export_rule",
        (
            Argument("workspace_resource_id", PARENT),
            Argument("destination_resource_id", "properties.destination.resourceId"),
            Argument("table_names", "properties.tableNames"),
            Argument("enabled", "properties.enable"),
            Argument("export_rule_id", "properties.dataExportId"),
        ),
    ),
    Kind(
        f"{_WORKSPACES}/linkedServices",
        "azurerm_log_analytics_linked_service",
        (
            Argument("workspace_id", PARENT),
            Argument("read_access_id", "properties.resourceId"),
            Argument("write_access_id", "properties.writeAccessResourceId"),
        ),
    ),
    Kind(
        f"{_WORKSPACES}/linkedStorageAccounts",
        "azurerm_log_analytics_linked_storage_account",
        (
            Argument("workspace_id", PARENT),
            Argument("data_source_type", NAME),
            Argument("storage_account_ids", "properties.storageAccountIds"),
        ),
    ),
    Kind(
        f"{_WORKSPACES}/savedSearches",
        "azurerm_log_analytics_saved_search",
        (
            Argument("log_analytics_workspace_id", PARENT),
            Argument("category", "properties.category"),
            Argument("display_name", "properties.displayName"),
            Argument("query", "properties.query"),
            Argument("function_alias", "properties.functionAlias"),
            Argument("function_parameters", "properties.functionParameters", COMMAS),
        ),
    ),
    Kind(
        "Microsoft.OperationsManagement/solutions",
        "azurerm_log_analytics_solution",
        (
            Argument("workspace_resource_id", "properties.workspaceResourceId"),
            Argument("plan.publisher", "plan.publisher"),
            Argument("plan.product", "plan.product"),
            Argument("plan.promotion_code", "plan.promotionCode"),
        ),
        more=_solution,
    ),
    Kind(
        "Microsoft.Insights/components",
        "azurerm_application_insights",
        (
            Argument("application_type", "properties.Application_Type"),
            Argument("workspace_id", "properties.WorkspaceResourceId"),
            Argument("retention_in_days", "properties.RetentionInDays", default=90),
            Argument("sampling_percentage", "properties.SamplingPercentage"),
            Argument("ip_masking_enabled", "properties.DisableIpMasking", OPPOSITE, default=True),
            Argument(
                "local_authentication_enabled",
                "properties.DisableLocalAuth",
                OPPOSITE,
                default=True,
            ),
            *_ACCESS,
            Argument(
                "force_customer_storage_for_profiler",
                "properties.ForceCustomerStorageForProfiler",
            ),
            Argument("app_id", "properties.AppId"),
            Argument("instrumentation_key", "properties.InstrumentationKey", sensitive=True),
            Argument("connection_string", "properties.ConnectionString", sensitive=True),
        ),
    ),
    Kind(
        "Microsoft.Insights/privateLinkScopes",
        "azurerm_monitor_private_link_scope",
        (
            Argument("ingestion_access_mode", "properties.accessModeSettings.ingestionAccessMode"),
            Argument("query_access_mode", "properties.accessModeSettings.queryAccessMode"),
        ),
    ),
    Kind(
        "Microsoft.Insights/privateLinkScopes/scopedResources",
        "azurerm_monitor_private_link_scoped_service",
        (
            Argument("scope_name", PARENT_NAME),
            Argument("linked_resource_id", "properties.linkedResourceId"),
        ),
    ),
    Kind(
        "Microsoft.Insights/dataCollectionRules",
        "azurerm_monitor_data_collection_rule",
        (
            Argument("kind", "kind"),
            Argument("description", "properties.description"),
            Argument("data_collection_endpoint_id", "properties.dataCollectionEndpointId"),
            Argument("immutable_id", "properties.immutableId"),
            Blocks(
                "data_flow",
                "properties.dataFlows",
                (
                    Argument("streams", "streams"),
                    Argument("destinations", "destinations"),
                    Argument("transform_kql", "transformKql"),
                    Argument("output_stream", "outputStream"),
                    Argument("built_in_transform", "builtInTransform"),
                ),
            ),
            Blocks(
                "destinations.log_analytics",
                "properties.destinations.logAnalytics",
                (_NAME, Argument("workspace_resource_id", "workspaceResourceId")),
            ),
            Blocks(
                "destinations.storage_blob",
                "properties.destinations.storageAccounts",
                (
                    _NAME,
                    Argument("storage_account_id", "storageAccountResourceId"),
                    Argument("container_name", "containerName"),
                ),
            ),
        ),
    ),
)

"""What watches and who may: the subscription's own settings, roles, policies, logs and Sentinel."""

from typing import Final

from simulator.estate.azure.ids import GROUP, SUBSCRIPTION
from simulator.estate.azure.reads import How, Json, Kind, Read, at, extension, lists

ONBOARDED: Final = "Microsoft.SecurityInsights/onboardingStates"
TENANT_LOGS: Final = "azurerm_monitor_aad_diagnostic_setting"
DIAGNOSTICS: Final = extension("Microsoft.Insights/diagnosticSettings", "2021-05-01-preview")
"""Read of every resource that the subscription lists, and of the parts marked ``diagnosed``."""

_AUTHORIZATION: Final = "Microsoft.Authorization"
_SENTINEL: Final = "Microsoft.SecurityInsights"
_SENTINEL_VERSION: Final = "2023-12-01-preview"  # stable versions leave near-real-time rules out
_PIM: Final = frozenset({"AadPremiumLicenseRequired"})


def _custom(definition: Json) -> bool:
    return at(definition, "properties.policyType") in {None, "Custom"}


def _altered(table: Json) -> bool:
    """A table that is not just as Log Analytics makes it."""
    made = at(table, "properties.schema.tableType") == "Microsoft"
    standard = at(table, "properties.plan") in {None, "Analytics"}
    days = ("retentionInDaysAsDefault", "totalRetentionInDaysAsDefault")
    return not (made and standard and all(at(table, f"properties.{d}") is True for d in days))


def _of_subscription() -> tuple[Read, ...]:
    roles, pim = "2022-04-01", "2020-10-01"
    return (
        extension(f"{_AUTHORIZATION}/roleAssignments", roles),
        extension(f"{_AUTHORIZATION}/roleDefinitions", roles, filter="type eq 'CustomRole'"),
        extension(f"{_AUTHORIZATION}/denyAssignments", roles),
        extension(f"{_AUTHORIZATION}/policyAssignments", "2022-06-01"),
        *(
            extension(
                f"{_AUTHORIZATION}/{name}",
                "2021-06-01",
                filter="policyType eq 'Custom'",
                keep=_custom,
            )
            for name in ("policyDefinitions", "policySetDefinitions")
        ),
        extension(f"{_AUTHORIZATION}/policyExemptions", "2022-07-01-preview"),
        extension("Microsoft.PolicyInsights/remediations", "2021-10-01"),
        extension(f"{_AUTHORIZATION}/locks", "2020-05-01"),
        *(
            extension(f"{_AUTHORIZATION}/{name}", pim, absent=_PIM)
            for name in (
                "roleEligibilitySchedules",
                "roleAssignmentSchedules",
                "roleManagementPolicies",
                "roleManagementPolicyAssignments",
            )
        ),
        extension("Microsoft.Security/pricings", "2024-01-01"),
        extension("Microsoft.Security/securityContacts", "2020-01-01-preview"),
        extension("Microsoft.Security/settings", "2022-05-01"),
        extension(
            "Microsoft.Security/workspaceSettings",
            "2017-08-01-preview",
            concerns="azurerm_security_center_workspace",
        ),
        extension("Microsoft.Security/alertsSuppressionRules", "2019-01-01-preview"),
        extension("Microsoft.ManagedServices/registrationAssignments", "2022-10-01"),
        DIAGNOSTICS,
        Read(
            "/providers/microsoft.aadiam/diagnosticSettings",
            version="2017-04-01",
            tenant=True,
            concerns=TENANT_LOGS,
        ),
    )


ACCESS: Final = (
    Kind(SUBSCRIPTION, "2022-12-01", _of_subscription()),
    Kind(GROUP, "2021-04-01"),
    Kind(f"{_AUTHORIZATION}/roleAssignments", "2022-04-01", refers=("roleDefinitionId",)),
    Kind(f"{_AUTHORIZATION}/roleDefinitions", "2022-04-01"),
    Kind(f"{_AUTHORIZATION}/roleEligibilitySchedules", "2020-10-01", refers=("roleDefinitionId",)),
    Kind(f"{_AUTHORIZATION}/roleAssignmentSchedules", "2020-10-01", refers=("roleDefinitionId",)),
    Kind(f"{_AUTHORIZATION}/policyAssignments", "2022-06-01", refers=("policyDefinitionId",)),
    Kind(f"{_AUTHORIZATION}/policyDefinitions", "2021-06-01"),
    Kind(f"{_AUTHORIZATION}/policySetDefinitions", "2021-06-01"),
    Kind("Microsoft.ManagedServices/registrationAssignments", "2022-10-01"),
    Kind(
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "2023-01-31",
        lists("federatedIdentityCredentials"),
    ),
    Kind("Microsoft.Security/automations", "2019-01-01-preview"),
)

MONITORING: Final = (
    Kind("Microsoft.Insights/diagnosticSettings", DIAGNOSTICS.version),
    Kind("Microsoft.Insights/actionGroups", "2023-01-01"),
    Kind("Microsoft.Insights/activityLogAlerts", "2020-10-01"),
    Kind("Microsoft.Insights/scheduledQueryRules", "2023-03-15-preview"),
    Kind("Microsoft.Insights/metricAlerts", "2018-03-01"),
    Kind("Microsoft.Insights/components", "2020-02-02"),
    Kind("Microsoft.Insights/dataCollectionRules", "2023-03-11", lists("associations")),
    Kind("Microsoft.Insights/dataCollectionEndpoints", "2023-03-11"),
    Kind("Microsoft.Insights/privateLinkScopes", "2021-07-01-preview", lists("scopedResources")),
    Kind("Microsoft.AlertsManagement/actionRules", "2021-08-08"),
    Kind("Microsoft.OperationsManagement/solutions", "2015-11-01-preview"),
    Kind(
        "Microsoft.OperationalInsights/workspaces",
        "2022-10-01",
        (
            Read("/tables", version="2022-10-01", keep=_altered),
            *lists("dataExports", "linkedServices", "linkedStorageAccounts", version="2020-08-01"),
            *lists("storageInsightConfigs", version="2020-08-01"),
            extension(f"{ONBOARDED}/default", "2023-11-01", How.ONE),
        ),
    ),
    # Without Sentinel on the workspace every other path of its provider answers "BadRequest".
    Kind(
        ONBOARDED,
        "2023-11-01",
        tuple(
            extension(f"{_SENTINEL}/{name}", _SENTINEL_VERSION, beside=True)
            for name in (
                "alertRules",
                "automationRules",
                "dataConnectors",
                "watchlists",
                "settings",
            )
        ),
    ),
    Kind(f"{_SENTINEL}/alertRules", _SENTINEL_VERSION, lists("actions")),
)

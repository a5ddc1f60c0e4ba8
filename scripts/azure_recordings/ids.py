"""The ARM id of each azurerm resource type, from its own arguments."""

GROUP = "{subscription}/resourceGroups/{resource_group_name}/providers"
SENTINEL = "{log_analytics_workspace_id}/providers/Microsoft.SecurityInsights"
AUTHORIZATION = "{scope}/providers/Microsoft.Authorization"

TEMPLATES = {
    "azurerm_resource_group": "{subscription}/resourceGroups/{name}",
    "azapi_resource": "{parent_id}/providers/Microsoft.Web/connections/{name}",
    "azurerm_api_connection": f"{GROUP}/Microsoft.Web/connections/{{name}}",
    "azurerm_api_management": f"{GROUP}/Microsoft.ApiManagement/service/{{name}}",
    "azurerm_api_management_api": "{apim.id}/apis/{name}",
    "azurerm_api_management_api_policy": "{apim.id}/apis/{api_name}/policies/policy",
    "azurerm_api_management_backend": "{apim.id}/backends/{name}",
    "azurerm_api_management_diagnostic": "{apim.id}/diagnostics/{identifier}",
    "azurerm_api_management_named_value": "{apim.id}/namedValues/{name}",
    "azurerm_api_management_product": "{apim.id}/products/{product_id}",
    "azurerm_api_management_product_api": "{apim.id}/products/{product_id}/apis/{api_name}",
    "azurerm_api_management_product_policy": "{apim.id}/products/{product_id}/policies/policy",
    "azurerm_api_management_subscription": "{apim.id}/subscriptions/{guid}",
    "azurerm_application_insights": f"{GROUP}/Microsoft.Insights/components/{{name}}",
    "azurerm_container_group": f"{GROUP}/Microsoft.ContainerInstance/containerGroups/{{name}}",
    "azurerm_key_vault": f"{GROUP}/Microsoft.KeyVault/vaults/{{name}}",
    "azurerm_key_vault_key": "{key_vault_id}/keys/{name}",
    "azurerm_key_vault_secret": "{key_vault_id}/secrets/{name}",
    "azurerm_linux_function_app": f"{GROUP}/Microsoft.Web/sites/{{name}}",
    "azurerm_linux_web_app": f"{GROUP}/Microsoft.Web/sites/{{name}}",
    "azurerm_log_analytics_data_export_rule": "{workspace_resource_id}/dataExports/{name}",
    "azurerm_log_analytics_workspace": f"{GROUP}/Microsoft.OperationalInsights/workspaces/{{name}}",
    "azurerm_log_analytics_workspace_table": "{workspace_id}/tables/{name}",
    "azurerm_logic_app_workflow": f"{GROUP}/Microsoft.Logic/workflows/{{name}}",
    "azurerm_management_lock": f"{AUTHORIZATION}/locks/{{name}}",
    "azurerm_monitor_aad_diagnostic_setting": (
        "/providers/microsoft.aadiam/diagnosticSettings/{name}"
    ),
    "azurerm_monitor_action_group": f"{GROUP}/Microsoft.Insights/actionGroups/{{name}}",
    "azurerm_monitor_activity_log_alert": f"{GROUP}/Microsoft.Insights/activityLogAlerts/{{name}}",
    "azurerm_monitor_data_collection_rule": (
        f"{GROUP}/Microsoft.Insights/dataCollectionRules/{{name}}"
    ),
    "azurerm_monitor_diagnostic_setting": (
        "{target_resource_id}/providers/Microsoft.Insights/diagnosticSettings/{name}"
    ),
    "azurerm_monitor_metric_alert": f"{GROUP}/Microsoft.Insights/metricAlerts/{{name}}",
    "azurerm_monitor_scheduled_query_rules_alert_v2": (
        f"{GROUP}/Microsoft.Insights/scheduledQueryRules/{{name}}"
    ),
    "azurerm_mssql_database": "{server_id}/databases/{name}",
    "azurerm_mssql_firewall_rule": "{server_id}/firewallRules/{name}",
    "azurerm_mssql_server": f"{GROUP}/Microsoft.Sql/servers/{{name}}",
    "azurerm_network_security_group": f"{GROUP}/Microsoft.Network/networkSecurityGroups/{{name}}",
    "azurerm_pim_eligible_role_assignment": f"{AUTHORIZATION}/roleEligibilitySchedules/{{guid}}",
    "azurerm_policy_definition": (
        "{subscription}/providers/Microsoft.Authorization/policyDefinitions/{name}"
    ),
    "azurerm_private_dns_zone": f"{GROUP}/Microsoft.Network/privateDnsZones/{{name}}",
    "azurerm_private_dns_zone_virtual_network_link": (
        f"{GROUP}/Microsoft.Network/privateDnsZones/{{private_dns_zone_name}}"
        "/virtualNetworkLinks/{name}"
    ),
    "azurerm_private_endpoint": f"{GROUP}/Microsoft.Network/privateEndpoints/{{name}}",
    "azurerm_purview_account": f"{GROUP}/Microsoft.Purview/accounts/{{name}}",
    "azurerm_redis_cache": f"{GROUP}/Microsoft.Cache/Redis/{{name}}",
    "azurerm_role_assignment": f"{AUTHORIZATION}/roleAssignments/{{guid}}",
    "azurerm_role_definition": f"{AUTHORIZATION}/roleDefinitions/{{guid}}",
    "azurerm_role_management_policy": f"{AUTHORIZATION}/roleManagementPolicies/{{guid}}",
    "azurerm_security_center_automation": f"{GROUP}/Microsoft.Security/automations/{{name}}",
    "azurerm_security_center_contact": (
        "{subscription}/providers/Microsoft.Security/securityContacts/{name}"
    ),
    "azurerm_security_center_storage_defender": (
        "{storage_account_id}/providers/Microsoft.Security/defenderForStorageSettings/current"
    ),
    "azurerm_security_center_subscription_pricing": (
        "{subscription}/providers/Microsoft.Security/pricings/{resource_type}"
    ),
    "azurerm_sentinel_alert_rule_fusion": f"{SENTINEL}/alertRules/{{name}}",
    "azurerm_sentinel_alert_rule_nrt": f"{SENTINEL}/alertRules/{{name}}",
    "azurerm_sentinel_alert_rule_scheduled": f"{SENTINEL}/alertRules/{{name}}",
    "azurerm_sentinel_automation_rule": f"{SENTINEL}/automationRules/{{name}}",
    "azurerm_sentinel_data_connector_azure_active_directory": (
        f"{SENTINEL}/dataConnectors/{{name}}"
    ),
    "azurerm_sentinel_data_connector_azure_security_center": f"{SENTINEL}/dataConnectors/{{name}}",
    "azurerm_sentinel_log_analytics_workspace_onboarding": "{workspace_id}",
    "azurerm_service_plan": f"{GROUP}/Microsoft.Web/serverfarms/{{name}}",
    "azurerm_servicebus_namespace": f"{GROUP}/Microsoft.ServiceBus/namespaces/{{name}}",
    "azurerm_servicebus_queue": "{namespace_id}/queues/{name}",
    "azurerm_storage_account": f"{GROUP}/Microsoft.Storage/storageAccounts/{{name}}",
    "azurerm_storage_container": "{storage_account_id}/blobServices/default/containers/{name}",
    "azurerm_subnet": (
        f"{GROUP}/Microsoft.Network/virtualNetworks/{{virtual_network_name}}/subnets/{{name}}"
    ),
    "azurerm_subscription_policy_assignment": (
        "{subscription}/providers/Microsoft.Authorization/policyAssignments/{name}"
    ),
    "azurerm_subscription_policy_remediation": (
        "{subscription}/providers/Microsoft.PolicyInsights/remediations/{name}"
    ),
    "azurerm_user_assigned_identity": (
        f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/{{name}}"
    ),
    "azurerm_virtual_network": f"{GROUP}/Microsoft.Network/virtualNetworks/{{name}}",
}

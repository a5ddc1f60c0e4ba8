"""What keeps watch over data and answers for it, argument by argument."""

from collections.abc import Mapping
from typing import Final

from simulator.controls.change.protection import (
    ACT,
    BLIND,
    KEEPS,
    MEDIUM,
    NO_MORE,
    NOBODY,
    OPEN,
    PAST,
    RECORDED,
    SIGN_IN,
    Protection,
    switched,
)
from simulator.controls.change.weaker import DAYS, LESS, MORE, OFF, ON, QUOTA, SET, SOONER, ranked

ROWS: Final[Mapping[str, tuple[Protection, ...]]] = {
    "azurerm_mssql_{server,database}_extended_auditing_policy": (
        *switched(BLIND, "enabled", "log_monitoring_enabled"),
        Protection("retention_in_days", DAYS, PAST),
        Protection("audit_actions_and_groups", KEEPS, BLIND),
    ),
    "azurerm_mssql_server_security_alert_policy": (
        Protection("state", ranked("Disabled", "Enabled"), BLIND),
        Protection("disabled_alerts", NO_MORE, BLIND),
        Protection("email_account_admins", ON, NOBODY, MEDIUM),
        Protection("email_addresses", KEEPS, NOBODY),
        Protection("retention_days", DAYS, PAST, MEDIUM),
    ),
    "azurerm_{search_service,eventhub_namespace,application_insights}": (
        Protection("local_authentication_enabled", OFF, SIGN_IN),
    ),
    "azurerm_log_analytics_workspace": (
        Protection("retention_in_days", MORE, PAST),
        *switched(OPEN, "internet_ingestion_enabled", "internet_query_enabled", off=True),
        Protection("local_authentication_enabled", OFF, SIGN_IN),
        Protection("immediate_data_purge_on_30_days_enabled", OFF, PAST),
        Protection("daily_quota_gb", QUOTA, BLIND),
    ),
    "azurerm_log_analytics_workspace_table{,_custom_log,_microsoft}": (
        Protection("retention_in_days", MORE, PAST),
        Protection("total_retention_in_days", MORE, PAST),
        Protection("plan", ranked("Auxiliary", "Basic", "Analytics"), BLIND),
    ),
    "azurerm_log_analytics_data_export_rule": (
        Protection("enabled", ON, PAST),
        Protection("table_names", KEEPS, PAST),
    ),
    "azurerm_application_insights": (
        Protection("retention_in_days", MORE, PAST, MEDIUM),
        Protection("ip_masking_enabled", ON, RECORDED, MEDIUM),
        *switched(OPEN, "internet_ingestion_enabled", "internet_query_enabled", off=True),
    ),
    "azurerm_monitor_private_link_scope": (
        Protection("ingestion_access_mode", ranked("Open", "PrivateOnly"), OPEN),
        Protection("query_access_mode", ranked("Open", "PrivateOnly"), OPEN),
    ),
    "azurerm_monitor_aad_diagnostic_setting": (
        Protection("enabled_log.category", KEEPS, BLIND),
        Protection("log_analytics_workspace_id", KEEPS, BLIND),
    ),
    "azurerm_monitor_diagnostic_setting": (
        Protection("eventhub_authorization_rule_id", SET, BLIND, MEDIUM),
    ),
    "azurerm_sentinel_alert_rule_{scheduled,nrt}": (
        Protection("enabled", ON, BLIND),
        Protection("suppression_enabled", OFF, BLIND),
        Protection("incident.create_incident_enabled", ON, NOBODY),
        Protection("severity", ranked("Informational", "Low", "Medium", "High"), NOBODY, MEDIUM),
    ),
    "azurerm_sentinel_alert_rule_scheduled": (
        Protection("query_frequency", SOONER, BLIND),
        Protection("trigger_threshold", LESS, BLIND, only=("trigger_operator", "GreaterThan")),
    ),
    "azurerm_sentinel_alert_rule_fusion": (Protection("enabled", ON, BLIND),),
    "azurerm_sentinel_automation_rule": (
        Protection("enabled", ON, ACT),
        Protection("action_playbook.logic_app_id", KEEPS, ACT),
    ),
    "azurerm_logic_app_workflow": (Protection("enabled", ON, ACT),),
    "azurerm_monitor_{activity_log,metric}_alert": (
        Protection("enabled", ON, BLIND),
        Protection("action.action_group_id", KEEPS, NOBODY),
        Protection("scopes", KEEPS, BLIND),
    ),
    "azurerm_monitor_activity_log_alert": (
        Protection("criteria.operation_name", KEEPS, BLIND),
        Protection("criteria.category", KEEPS, BLIND),
    ),
    "azurerm_monitor_metric_alert": (Protection("frequency", SOONER, BLIND),),
    "azurerm_monitor_scheduled_query_rules_alert_v2": (
        Protection("enabled", ON, BLIND),
        Protection("evaluation_frequency", SOONER, BLIND),
        Protection("action.action_groups", KEEPS, NOBODY),
        Protection("mute_actions_after_alert_duration", SOONER, NOBODY, MEDIUM),
    ),
    "azurerm_monitor_action_group": (
        Protection("enabled", ON, NOBODY),
        Protection("email_receiver.email_address", KEEPS, NOBODY),
        Protection("sms_receiver.phone_number", KEEPS, NOBODY),
        Protection("voice_receiver.phone_number", KEEPS, NOBODY),
        Protection("webhook_receiver.name", KEEPS, NOBODY),
        Protection("logic_app_receiver.name", KEEPS, ACT),
        Protection("azure_function_receiver.name", KEEPS, ACT),
        Protection("arm_role_receiver.name", KEEPS, NOBODY),
    ),
    "azurerm_security_center_subscription_pricing": (
        Protection("tier", ranked("Free", "Standard"), BLIND),
        Protection("extension.name", KEEPS, BLIND),
    ),
    "azurerm_security_center_storage_defender": (
        *switched(
            BLIND,
            "malware_scanning_on_upload_enabled",
            "sensitive_data_discovery_enabled",
        ),
        Protection("malware_scanning_on_upload_cap_gb_per_month", QUOTA, BLIND, MEDIUM),
    ),
    "azurerm_security_center_contact": (
        *switched(NOBODY, "alert_notifications", "alerts_to_admins"),
        Protection("email", KEEPS, NOBODY),
    ),
    "azurerm_security_center_setting": (Protection("enabled", ON, BLIND),),
    "azurerm_advanced_threat_protection": (Protection("enabled", ON, BLIND),),
    "azurerm_security_center_automation": (
        Protection("enabled", ON, ACT),
        Protection("action.resource_id", KEEPS, ACT),
        Protection("source.event_source", KEEPS, ACT),
        Protection("scopes", KEEPS, ACT),
    ),
    "azurerm_network_watcher_flow_log": (
        Protection("enabled", ON, BLIND),
        Protection("retention_policy.enabled", ON, PAST),
        Protection("retention_policy.days", DAYS, PAST),
        Protection("traffic_analytics.enabled", ON, BLIND),
    ),
    "azurerm_purview_account": (Protection("public_network_enabled", OFF, OPEN, MEDIUM),),
}

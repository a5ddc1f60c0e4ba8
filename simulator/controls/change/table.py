"""What protects data among the arguments of a resource, and which way each is weaker.

A list is compared by its members: one that ``KEEPS`` may lose none, and one that takes ``NO_MORE``
may gain none. ``block.argument`` is the argument of every block of that name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from simulator.controls.change.weaker import (
    DAYS,
    LESS,
    MORE,
    OFF,
    ON,
    SET,
    SOONER,
    Direction,
    ranked,
)
from simulator.controls.verdict import Severity
from simulator.estate.provider_table import kinds


class Members(Enum):
    """How the members of a list protect."""

    KEEPS = "keeps"
    NO_MORE = "no more"
    FILTER = "no more, and not none"
    """Where the list is empty everybody is let in."""


@dataclass(frozen=True, slots=True)
class Protection:
    """One argument that protects; ``why`` is what its loss means for a leak.

    ``only`` is an argument and the value that it must have for this one to protect.
    """

    path: str
    weaker: Direction | Members
    why: str
    severity: Severity = Severity.HIGH
    only: tuple[str, str] | None = None


_KEEPS, _NO_MORE = Members.KEEPS, Members.NO_MORE
_CRITICAL, _MEDIUM = Severity.CRITICAL, Severity.MEDIUM

_OPEN = (
    "more places reach the data, and a leaked key or token works from there (11 CCR 7123(c)(10))"
)
_PUBLIC = "data can be read without signing in (Civ. Code 1798.81.5(b))"
_SIGN_IN = "a key or password that leaks opens it, and nobody sees who used it (11 CCR 7123(c)(1))"
_CIPHER = "what is read on the way or off the disk can be used (11 CCR 7123(c)(2))"
_KEY = "data is no longer under a key that the shop itself can take away (11 CCR 7123(c)(2))"
_UNDO = "what an intruder deletes or overwrites cannot be had back (11 CCR 7123(c)(18))"
_PAST = "the record is shorter than it was: what leaked before cannot be told (11 CCR 7123(c)(7))"
_BLIND = "what an intruder does is no longer seen, or later (11 CCR 7123(c)(7), (8))"
_NOBODY = "fewer people learn of a leak (11 CCR 7123(c)(17))"
_ACT = "a leak that is seen is no longer stopped as it was (11 CCR 7123(c)(17))"
_GUARD = "a rule that kept the configuration safe no longer binds (11 CCR 7123(c)(5))"
_RIGHTS = "whoever holds the role can do more (11 CCR 7123(c)(3))"
_MORE = "more about people is recorded than was, and can leak (Civ. Code 1798.100(c))"

_TLS = ranked("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3")
_TLS_NUMBER = ranked("Disabled", "1.0", "1.1", "1.2", "1.3")
_DENY = ranked("Allow", "Deny")
_CLOSED = Protection("public_network_access_enabled", OFF, _OPEN)


def _switched(why: str, *paths: str, off: bool = False) -> tuple[Protection, ...]:
    return tuple(Protection(path, OFF if off else ON, why) for path in paths)


_ROWS: Final[Mapping[str, tuple[Protection, ...]]] = {
    "azurerm_storage_account": (
        Protection("allow_nested_items_to_be_public", OFF, _PUBLIC, _CRITICAL),
        _CLOSED,
        *_switched(_SIGN_IN, "shared_access_key_enabled", "local_user_enabled", off=True),
        *_switched(_OPEN, "cross_tenant_replication_enabled", "sftp_enabled", off=True),
        *_switched(_CIPHER, "https_traffic_only_enabled", "infrastructure_encryption_enabled"),
        Protection("min_tls_version", _TLS, _CIPHER),
        Protection("default_to_oauth_authentication", ON, _SIGN_IN, _MEDIUM),
        Protection("allowed_copy_scope", SET, _OPEN),
        Protection("network_rules.default_action", _DENY, _OPEN),
        Protection("network_rules.ip_rules", _NO_MORE, _OPEN),
        Protection("network_rules.bypass", _NO_MORE, _OPEN, _MEDIUM),
        Protection("customer_managed_key.key_vault_key_id", SET, _KEY),
        Protection("blob_properties.versioning_enabled", ON, _UNDO),
        Protection("blob_properties.change_feed_enabled", ON, _PAST, _MEDIUM),
        Protection("blob_properties.delete_retention_policy.days", MORE, _UNDO),
        Protection("blob_properties.container_delete_retention_policy.days", MORE, _UNDO),
        Protection("blob_properties.restore_policy.days", MORE, _UNDO),
        Protection("share_properties.retention_policy.days", MORE, _UNDO),
        Protection("sas_policy.expiration_period", SET, _SIGN_IN),
        Protection("sas_policy.expiration_action", ranked("Log", "Block"), _SIGN_IN),
        Protection("immutability_policy.period_since_creation_in_days", MORE, _UNDO),
        Protection("immutability_policy.state", ranked("Disabled", "Unlocked", "Locked"), _UNDO),
    ),
    "azurerm_storage_container": (
        Protection(
            "container_access_type", ranked("container", "blob", "private"), _PUBLIC, _CRITICAL
        ),
    ),
    "azurerm_storage_container_immutability_policy": (
        Protection("locked", ON, _UNDO),
        Protection("immutability_period_in_days", MORE, _UNDO),
    ),
    "azurerm_key_vault": (
        _CLOSED,
        Protection("purge_protection_enabled", ON, _UNDO),
        Protection("soft_delete_retention_days", MORE, _UNDO),
        Protection("rbac_authorization_enabled", ON, _RIGHTS),
        Protection("network_acls.default_action", _DENY, _OPEN),
        Protection("network_acls.ip_rules", _NO_MORE, _OPEN),
        Protection("network_acls.bypass", ranked("AzureServices", "None"), _OPEN, _MEDIUM),
    ),
    "azurerm_key_vault_{key,secret,certificate}": (Protection("expiration_date", SET, _SIGN_IN),),
    "azurerm_key_vault_key": (Protection("rotation_policy.expire_after", SOONER, _SIGN_IN),),
    "azurerm_key_vault_access_policy": (
        Protection("key_permissions", _NO_MORE, _RIGHTS),
        Protection("secret_permissions", _NO_MORE, _RIGHTS),
        Protection("certificate_permissions", _NO_MORE, _RIGHTS),
        Protection("storage_permissions", _NO_MORE, _RIGHTS),
    ),
    "azurerm_mssql_server": (
        _CLOSED,
        Protection("minimum_tls_version", _TLS_NUMBER, _CIPHER),
        Protection("outbound_network_restriction_enabled", ON, _OPEN),
        Protection("azuread_administrator.azuread_authentication_only", ON, _SIGN_IN),
        Protection("express_vulnerability_assessment_enabled", ON, _BLIND, _MEDIUM),
        Protection("transparent_data_encryption_key_vault_key_id", SET, _KEY),
    ),
    "azurerm_mssql_database": (
        Protection("transparent_data_encryption_enabled", ON, _CIPHER),
        Protection("ledger_enabled", ON, _UNDO),
        Protection("short_term_retention_policy.retention_days", MORE, _UNDO),
        Protection("long_term_retention_policy.weekly_retention", SET, _UNDO, _MEDIUM),
        Protection("long_term_retention_policy.monthly_retention", SET, _UNDO, _MEDIUM),
        Protection("long_term_retention_policy.yearly_retention", SET, _UNDO, _MEDIUM),
        Protection("threat_detection_policy.state", ranked("Disabled", "Enabled"), _BLIND),
    ),
    "azurerm_mssql_managed_instance": (
        Protection("public_data_endpoint_enabled", OFF, _OPEN),
        Protection("minimum_tls_version", _TLS_NUMBER, _CIPHER),
    ),
    "azurerm_mssql_{server,database}_extended_auditing_policy": (
        *_switched(_BLIND, "enabled", "log_monitoring_enabled"),
        Protection("retention_in_days", DAYS, _PAST),
        Protection("audit_actions_and_groups", _KEEPS, _BLIND),
    ),
    "azurerm_mssql_server_security_alert_policy": (
        Protection("state", ranked("Disabled", "Enabled"), _BLIND),
        Protection("disabled_alerts", _NO_MORE, _BLIND),
        Protection("email_account_admins", ON, _NOBODY, _MEDIUM),
        Protection("email_addresses", _KEEPS, _NOBODY),
        Protection("retention_days", DAYS, _PAST, _MEDIUM),
    ),
    "azurerm_mssql_server_transparent_data_encryption": (
        Protection("key_vault_key_id", SET, _KEY),
        Protection("managed_hsm_key_id", SET, _KEY),
    ),
    "azurerm_cosmosdb_account": (
        _CLOSED,
        *_switched(
            _SIGN_IN,
            "local_authentication_enabled",
            "access_key_metadata_writes_enabled",
            off=True,
        ),
        *_switched(_OPEN, "network_acl_bypass_for_azure_services", off=True),
        Protection("is_virtual_network_filter_enabled", ON, _OPEN),
        Protection("ip_range_filter", Members.FILTER, _OPEN),
        Protection("minimal_tls_version", ranked("Tls", "Tls11", "Tls12"), _CIPHER),
        Protection("key_vault_key_id", SET, _KEY),
        Protection("backup.type", ranked("Periodic", "Continuous"), _UNDO),
        Protection("backup.retention_in_hours", MORE, _UNDO),
    ),
    "azurerm_postgresql_flexible_server": (
        _CLOSED,
        Protection("backup_retention_days", MORE, _UNDO),
        Protection("geo_redundant_backup_enabled", ON, _UNDO, _MEDIUM),
        Protection("authentication.password_auth_enabled", OFF, _SIGN_IN),
        Protection("customer_managed_key.key_vault_key_id", SET, _KEY),
    ),
    "azurerm_mysql_flexible_server": (
        Protection("public_network_access", ranked("Enabled", "Disabled"), _OPEN),
        Protection("backup_retention_days", MORE, _UNDO),
        Protection("geo_redundant_backup_enabled", ON, _UNDO, _MEDIUM),
        Protection("customer_managed_key.key_vault_key_id", SET, _KEY),
    ),
    "azurerm_redis_cache": (
        _CLOSED,
        Protection("non_ssl_port_enabled", OFF, _CIPHER),
        Protection("minimum_tls_version", _TLS_NUMBER, _CIPHER),
        Protection("access_keys_authentication_enabled", OFF, _SIGN_IN),
        Protection("redis_configuration.authentication_enabled", ON, _PUBLIC, _CRITICAL),
        Protection(
            "redis_configuration.active_directory_authentication_enabled", ON, _SIGN_IN, _MEDIUM
        ),
    ),
    "azurerm_{search_service,eventhub_namespace,kusto_cluster,synapse_workspace}": (_CLOSED,),
    "azurerm_{databricks_workspace,app_configuration,container_registry}": (_CLOSED,),
    "azurerm_{search_service,eventhub_namespace,application_insights}": (
        Protection("local_authentication_enabled", OFF, _SIGN_IN),
    ),
    "azurerm_servicebus_namespace": (
        _CLOSED,
        Protection("local_auth_enabled", OFF, _SIGN_IN),
        Protection("minimum_tls_version", _TLS_NUMBER, _CIPHER),
        Protection("network_rule_set.default_action", _DENY, _OPEN),
        Protection("network_rule_set.public_network_access_enabled", OFF, _OPEN),
        Protection("network_rule_set.ip_rules", _NO_MORE, _OPEN),
    ),
    "azurerm_eventhub_namespace": (Protection("minimum_tls_version", _TLS_NUMBER, _CIPHER),),
    "azurerm_app_configuration": (
        Protection("local_auth_enabled", OFF, _SIGN_IN),
        Protection("purge_protection_enabled", ON, _UNDO),
        Protection("soft_delete_retention_days", MORE, _UNDO),
    ),
    "azurerm_{linux,windows}_{web,function}_app{,_slot}": (
        _CLOSED,
        Protection("https_only", ON, _CIPHER),
        Protection("site_config.minimum_tls_version", _TLS_NUMBER, _CIPHER),
        Protection("site_config.scm_minimum_tls_version", _TLS_NUMBER, _CIPHER),
        Protection("site_config.ftps_state", ranked("AllAllowed", "FtpsOnly", "Disabled"), _CIPHER),
        Protection("site_config.ip_restriction_default_action", _DENY, _OPEN),
        Protection("auth_settings_v2.auth_enabled", ON, _PUBLIC),
        Protection("auth_settings_v2.require_authentication", ON, _PUBLIC),
    ),
    "azurerm_log_analytics_workspace": (
        Protection("retention_in_days", MORE, _PAST),
        *_switched(_OPEN, "internet_ingestion_enabled", "internet_query_enabled", off=True),
        Protection("local_authentication_enabled", OFF, _SIGN_IN),
        Protection("immediate_data_purge_on_30_days_enabled", OFF, _PAST),
    ),
    "azurerm_log_analytics_workspace_table{,_custom_log,_microsoft}": (
        Protection("retention_in_days", MORE, _PAST),
        Protection("total_retention_in_days", MORE, _PAST),
        Protection("plan", ranked("Auxiliary", "Basic", "Analytics"), _BLIND),
    ),
    "azurerm_log_analytics_data_export_rule": (
        Protection("enabled", ON, _PAST),
        Protection("table_names", _KEEPS, _PAST),
    ),
    "azurerm_application_insights": (
        Protection("retention_in_days", MORE, _PAST, _MEDIUM),
        Protection("ip_masking_enabled", ON, _MORE, _MEDIUM),
        *_switched(_OPEN, "internet_ingestion_enabled", "internet_query_enabled", off=True),
    ),
    "azurerm_monitor_private_link_scope": (
        Protection("ingestion_access_mode", ranked("Open", "PrivateOnly"), _OPEN),
        Protection("query_access_mode", ranked("Open", "PrivateOnly"), _OPEN),
    ),
    "azurerm_monitor_aad_diagnostic_setting": (
        Protection("enabled_log.category", _KEEPS, _BLIND),
        Protection("log_analytics_workspace_id", SET, _BLIND),
    ),
    "azurerm_monitor_diagnostic_setting": (
        Protection("log_analytics_workspace_id", SET, _BLIND),
        Protection("storage_account_id", SET, _PAST, _MEDIUM),
        Protection("eventhub_authorization_rule_id", SET, _BLIND, _MEDIUM),
    ),
    "azurerm_sentinel_alert_rule_{scheduled,nrt}": (
        Protection("enabled", ON, _BLIND),
        Protection("suppression_enabled", OFF, _BLIND),
        Protection("incident.create_incident_enabled", ON, _NOBODY),
        Protection("severity", ranked("Informational", "Low", "Medium", "High"), _NOBODY, _MEDIUM),
    ),
    "azurerm_sentinel_alert_rule_scheduled": (
        Protection("query_frequency", SOONER, _BLIND),
        Protection("trigger_threshold", LESS, _BLIND, only=("trigger_operator", "GreaterThan")),
    ),
    "azurerm_sentinel_alert_rule_fusion": (Protection("enabled", ON, _BLIND),),
    "azurerm_sentinel_automation_rule": (
        Protection("enabled", ON, _ACT),
        Protection("action_playbook.logic_app_id", _KEEPS, _ACT),
    ),
    "azurerm_logic_app_workflow": (Protection("enabled", ON, _ACT),),
    "azurerm_monitor_{activity_log,metric}_alert": (
        Protection("enabled", ON, _BLIND),
        Protection("action.action_group_id", _KEEPS, _NOBODY),
        Protection("scopes", _KEEPS, _BLIND),
    ),
    "azurerm_monitor_metric_alert": (Protection("frequency", SOONER, _BLIND),),
    "azurerm_monitor_scheduled_query_rules_alert_v2": (
        Protection("enabled", ON, _BLIND),
        Protection("evaluation_frequency", SOONER, _BLIND),
        Protection("action.action_groups", _KEEPS, _NOBODY),
        Protection("mute_actions_after_alert_duration", SOONER, _NOBODY, _MEDIUM),
    ),
    "azurerm_monitor_action_group": (
        Protection("enabled", ON, _NOBODY),
        Protection("email_receiver.name", _KEEPS, _NOBODY),
        Protection("sms_receiver.name", _KEEPS, _NOBODY),
        Protection("voice_receiver.name", _KEEPS, _NOBODY),
        Protection("webhook_receiver.name", _KEEPS, _NOBODY),
        Protection("logic_app_receiver.name", _KEEPS, _ACT),
        Protection("azure_function_receiver.name", _KEEPS, _ACT),
        Protection("arm_role_receiver.name", _KEEPS, _NOBODY),
    ),
    "azurerm_security_center_subscription_pricing": (
        Protection("tier", ranked("Free", "Standard"), _BLIND),
        Protection("extension.name", _KEEPS, _BLIND),
    ),
    "azurerm_security_center_storage_defender": (
        *_switched(
            _BLIND,
            "malware_scanning_on_upload_enabled",
            "sensitive_data_discovery_enabled",
        ),
    ),
    "azurerm_security_center_contact": (
        *_switched(_NOBODY, "alert_notifications", "alerts_to_admins"),
    ),
    "azurerm_security_center_setting": (Protection("enabled", ON, _BLIND),),
    "azurerm_advanced_threat_protection": (Protection("enabled", ON, _BLIND),),
    "azurerm_security_center_automation": (
        Protection("enabled", ON, _ACT),
        Protection("action.resource_id", _KEEPS, _ACT),
    ),
    "azurerm_network_watcher_flow_log": (
        Protection("enabled", ON, _BLIND),
        Protection("retention_policy.enabled", ON, _PAST),
        Protection("retention_policy.days", DAYS, _PAST),
        Protection("traffic_analytics.enabled", ON, _BLIND),
    ),
    "azurerm_management_lock": (
        Protection("lock_level", ranked("", "CanNotDelete", "ReadOnly"), _UNDO),
    ),
    "azurerm_{resource,resource_group,subscription,management_group}_policy_assignment": (
        Protection("enforce", ON, _GUARD),
        Protection("not_scopes", _NO_MORE, _GUARD),
    ),
    "azurerm_{resource,resource_group,subscription,management_group}_policy_exemption": (
        Protection("policy_definition_reference_ids", _KEEPS, _GUARD),
        Protection("expires_on", SET, _GUARD),
    ),
    "azurerm_role_definition": (
        Protection("permissions.actions", _NO_MORE, _RIGHTS),
        Protection("permissions.data_actions", _NO_MORE, _RIGHTS),
        Protection("permissions.not_actions", _KEEPS, _RIGHTS),
        Protection("permissions.not_data_actions", _KEEPS, _RIGHTS),
        Protection("assignable_scopes", _NO_MORE, _RIGHTS, _MEDIUM),
    ),
    "azuread_conditional_access_policy": (
        Protection(
            "state",
            ranked("disabled", "enabledForReportingButNotEnforced", "enabled"),
            _SIGN_IN,
        ),
        Protection("conditions.users.excluded_users", _NO_MORE, _SIGN_IN),
        Protection("conditions.users.excluded_groups", _NO_MORE, _SIGN_IN),
        Protection("conditions.applications.excluded_applications", _NO_MORE, _SIGN_IN),
        Protection("grant_controls.built_in_controls", _KEEPS, _SIGN_IN),
    ),
    "azurerm_cdn_frontdoor_firewall_policy": (
        Protection("enabled", ON, _OPEN),
        Protection("mode", ranked("Detection", "Prevention"), _OPEN),
    ),
    "azurerm_web_application_firewall_policy": (
        Protection("policy_settings.enabled", ON, _OPEN),
        Protection("policy_settings.mode", ranked("Detection", "Prevention"), _OPEN),
    ),
    "azurerm_api_management": (_CLOSED,),
    "azurerm_api_management_{api,product}": (Protection("subscription_required", ON, _PUBLIC),),
    "azurerm_subnet": (
        Protection(
            "private_endpoint_network_policies", ranked("Disabled", "Enabled"), _OPEN, _MEDIUM
        ),
        Protection("default_outbound_access_enabled", OFF, _OPEN, _MEDIUM),
    ),
    "azurerm_recovery_services_vault": (
        _CLOSED,
        Protection("soft_delete_enabled", ON, _UNDO),
        Protection("immutability", ranked("Disabled", "Unlocked", "Locked"), _UNDO),
    ),
    "azurerm_data_protection_backup_vault": (
        Protection("soft_delete", ranked("Off", "On", "AlwaysOn"), _UNDO),
        Protection("immutability", ranked("Disabled", "Unlocked", "Locked"), _UNDO),
        Protection("retention_duration_in_days", MORE, _UNDO),
    ),
    "azurerm_purview_account": (Protection("public_network_enabled", OFF, _OPEN, _MEDIUM),),
}


def _by_type() -> Mapping[str, tuple[Protection, ...]]:
    found: dict[str, tuple[Protection, ...]] = {}
    for heading, rows in _ROWS.items():
        for kind in kinds(heading):
            found[kind] = (*found.get(kind, ()), *rows)
    return MappingProxyType(found)


PROTECTIONS: Final[Mapping[str, tuple[Protection, ...]]] = _by_type()
"""Resource type -> the arguments of it that protect."""

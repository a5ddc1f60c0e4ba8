"""What azurerm, or Azure behind it, uses where a configuration sets nothing.

Read from the provider's Go source and documentation at v3.117.1, v4.55.0, v4.81.0 and v5.2.0. An
``azurerm`` default is the schema's own; an ``Azure`` default is what the service uses where the
provider sends nothing (optional and computed, or an optional boolean left null).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SUPPORTED_MAJORS: Final = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Azure:
    """A default that is the service's own: the provider sends nothing."""

    value: object


@dataclass(frozen=True, slots=True)
class By:
    """A default per major version, bare or :class:`Azure`; ``None`` where a version has none."""

    v3: object
    v4: object
    v5: object

    def of(self, major: int) -> object:
        """The default of ``major``, which is one of :data:`SUPPORTED_MAJORS`."""
        return {3: self.v3, 4: self.v4, 5: self.v5}[major]


_TLS_SINCE_V4: Final = By(v3=None, v4="1.2", v5="1.2")
_ENABLED: Final = {"enabled": True}

_WEB_APP: Final[Mapping[str, object]] = {
    "https_only": False,
    "public_network_access_enabled": True,
    "site_config.minimum_tls_version": "1.2",
    "site_config.scm_minimum_tls_version": "1.2",
    "site_config.ftps_state": "Disabled",
}
_AUDITING: Final[Mapping[str, object]] = {
    "enabled": True,
    "log_monitoring_enabled": True,
    "retention_in_days": 0,
}
_ANALYTICS_RULE: Final[Mapping[str, object]] = {
    "enabled": True,
    "suppression_enabled": False,
    "suppression_duration": "PT5H",
    "event_grouping.aggregation_method": Azure("SingleAlert"),
    "incident.grouping.enabled": True,
    "incident.grouping.lookback_duration": "PT5M",
    "incident.grouping.reopen_closed_incidents": False,
    "incident.grouping.entity_matching_method": "AnyAlert",
}
_POLICY_ASSIGNMENT: Final = {"enforce": True}

_TABLE: Final[dict[str, Mapping[str, object]]] = {
    # Storage
    "azurerm_storage_account": {
        "account_kind": "StorageV2",
        "allow_nested_items_to_be_public": By(v3=True, v4=True, v5=False),
        "public_network_access_enabled": True,
        "cross_tenant_replication_enabled": By(v3=True, v4=False, v5=False),
        "shared_access_key_enabled": True,
        "default_to_oauth_authentication": False,
        "local_user_enabled": True,
        "https_traffic_only_enabled": True,
        "min_tls_version": "TLS1_2",
        "is_hns_enabled": False,
        "nfsv3_enabled": False,
        "sftp_enabled": False,
        "infrastructure_encryption_enabled": False,
        "queue_encryption_key_type": "Service",
        "table_encryption_key_type": "Service",
        "network_rules.bypass": Azure(("AzureServices",)),
        "sas_policy.expiration_action": "Log",
        "blob_properties.versioning_enabled": False,
        "blob_properties.change_feed_enabled": False,
        "blob_properties.last_access_time_enabled": False,
        "blob_properties.delete_retention_policy.days": 7,
        "blob_properties.delete_retention_policy.permanent_delete_enabled": False,
        "blob_properties.container_delete_retention_policy.days": 7,
        "share_properties.retention_policy.days": 7,
    },
    "azurerm_storage_account_network_rules": {"bypass": Azure(("AzureServices",))},
    "azurerm_storage_container": {
        "container_access_type": "private",
        "encryption_scope_override_enabled": True,
    },
    "azurerm_storage_container_immutability_policy": {
        "locked": False,
        "protected_append_writes_enabled": False,
        "protected_append_writes_all_enabled": False,
    },
    "data.azurerm_storage_account_sas": {"https_only": True},
    "data.azurerm_storage_account_blob_container_sas": {"https_only": True},
    # Databases
    "azurerm_mssql_server": {
        "minimum_tls_version": "1.2",
        "public_network_access_enabled": True,
        "outbound_network_restriction_enabled": False,
        "azuread_administrator.azuread_authentication_only": Azure(value=False),
    },
    "azurerm_mssql_managed_instance": {
        "minimum_tls_version": "1.2",
        "public_data_endpoint_enabled": False,
        "azure_active_directory_administrator.azuread_authentication_only_enabled": False,
    },
    "azurerm_mssql_database": {
        "transparent_data_encryption_enabled": True,
        "transparent_data_encryption_key_automatic_rotation_enabled": False,
        "ledger_enabled": Azure(value=False),
        "threat_detection_policy.state": "Disabled",
    },
    "azurerm_mssql_server_transparent_data_encryption": {"auto_rotation_enabled": False},
    "azurerm_mssql_server_extended_auditing_policy": _AUDITING,
    "azurerm_mssql_database_extended_auditing_policy": _AUDITING,
    "azurerm_cosmosdb_account": {
        "kind": "GlobalDocumentDB",
        "public_network_access_enabled": True,
        "local_authentication_enabled": True,
        "access_key_metadata_writes_enabled": True,
        "is_virtual_network_filter_enabled": False,
        "network_acl_bypass_for_azure_services": False,
        "minimal_tls_version": By(v3=None, v4="Tls12", v5="Tls12"),
    },
    "azurerm_cosmosdb_postgresql_cluster": {
        "coordinator_public_ip_access_enabled": True,
        "node_public_ip_access_enabled": False,
    },
    "azurerm_mongo_cluster": {"public_network_access": "Enabled"},
    "azurerm_postgresql_flexible_server": {
        "public_network_access_enabled": True,
        "geo_redundant_backup_enabled": False,
        "backup_retention_days": Azure(7),
        "authentication.active_directory_auth_enabled": False,
        "authentication.password_auth_enabled": True,
    },
    "azurerm_mysql_flexible_server": {
        "geo_redundant_backup_enabled": False,
        "backup_retention_days": 7,
    },
    "azurerm_redis_cache": {
        "non_ssl_port_enabled": False,
        "minimum_tls_version": "1.2",
        "public_network_access_enabled": True,
        "access_keys_authentication_enabled": By(v3=Azure(value=True), v4=True, v5=True),
    },
    "azurerm_managed_redis": {
        "public_network_access": "Enabled",
        "default_database.client_protocol": "Encrypted",
        "default_database.access_keys_authentication_enabled": False,
    },
    # Messaging
    "azurerm_eventhub_namespace": {
        "minimum_tls_version": _TLS_SINCE_V4,
        "public_network_access_enabled": True,
        "local_authentication_enabled": True,
    },
    "azurerm_servicebus_namespace": {
        "minimum_tls_version": _TLS_SINCE_V4,
        "public_network_access_enabled": True,
        "local_auth_enabled": True,
    },
    "azurerm_servicebus_queue": {
        "dead_lettering_on_message_expiration": False,
        "max_delivery_count": 10,
        "lock_duration": "PT1M",
    },
    # Applications
    **dict.fromkeys(
        (
            f"azurerm_{system}_{kind}_app{slot}"
            for system in ("linux", "windows")
            for kind in ("web", "function")
            for slot in ("", "_slot")
        ),
        _WEB_APP,
    ),
    "azurerm_function_app_flex_consumption": {
        "https_only": False,
        "public_network_access_enabled": True,
        "site_config.minimum_tls_version": "1.2",
    },
    "azurerm_logic_app_standard": {
        "https_only": False,
        "site_config.min_tls_version": Azure("1.2"),
    },
    "azurerm_app_service": {
        "https_only": False,
        "site_config.min_tls_version": Azure("1.2"),
    },
    "azurerm_function_app": {
        "https_only": False,
        "site_config.min_tls_version": Azure("1.2"),
    },
    "azurerm_container_app": {
        "ingress.allow_insecure_connections": False,
        "ingress.transport": "auto",
    },
    "azurerm_api_management": {
        "public_network_access_enabled": True,
        "virtual_network_type": "None",
        "client_certificate_enabled": False,
    },
    "azurerm_api_management_api": {"subscription_required": True},
    "azurerm_api_management_product": {"subscription_required": True},
    "azurerm_api_management_subscription": {
        "state": "submitted",
        "allow_tracing": True,
    },
    "azurerm_api_management_named_value": {"secret": False},
    # Secrets
    "azurerm_key_vault": {
        "purge_protection_enabled": Azure(value=False),
        "soft_delete_retention_days": 90,
        # 5.x requires it, so that it has no default there.
        "rbac_authorization_enabled": By(v3=Azure(value=False), v4=Azure(value=False), v5=None),
        "public_network_access_enabled": True,
    },
    # Network
    "azurerm_subnet": {
        "private_endpoint_network_policies": By(v3=Azure("Disabled"), v4="Disabled", v5="Disabled"),
    },
    "azurerm_virtual_network_peering": {"allow_virtual_network_access": True},
    # Logs and detection
    "azurerm_application_insights": {
        "sampling_percentage": 100,
        "retention_in_days": 90,
        "ip_masking_enabled": True,
        "local_authentication_enabled": True,
        "internet_ingestion_enabled": True,
        "internet_query_enabled": True,
        "force_customer_storage_for_profiler": False,
    },
    "azurerm_log_analytics_workspace": {
        "retention_in_days": Azure(30),
        "daily_quota_gb": -1,
        "internet_ingestion_enabled": True,
        "internet_query_enabled": True,
        "local_authentication_enabled": By(v3=True, v4=Azure(value=True), v5=True),
        "immediate_data_purge_on_30_days_enabled": Azure(value=False),
    },
    "azurerm_log_analytics_workspace_table": {"plan": "Analytics"},
    "azurerm_log_analytics_data_export_rule": {"enabled": False},
    "azurerm_monitor_private_link_scope": {
        "ingestion_access_mode": "Open",
        "query_access_mode": "Open",
    },
    "azurerm_sentinel_log_analytics_workspace_onboarding": {
        "customer_managed_key_enabled": False,
    },
    "azurerm_sentinel_alert_rule_scheduled": {
        **_ANALYTICS_RULE,
        "query_frequency": "PT5H",
        "query_period": "PT5H",
        "trigger_operator": "GreaterThan",
        "trigger_threshold": 0,
    },
    "azurerm_sentinel_alert_rule_nrt": _ANALYTICS_RULE,
    "azurerm_sentinel_alert_rule_fusion": _ENABLED,
    "azurerm_sentinel_alert_rule_ms_security_incident": _ENABLED,
    "azurerm_sentinel_alert_rule_threat_intelligence": _ENABLED,
    "azurerm_sentinel_alert_rule_machine_learning_behavior_analytics": _ENABLED,
    "azurerm_sentinel_automation_rule": {
        "enabled": True,
        "triggers_on": "Incidents",
        "triggers_when": "Created",
    },
    "azurerm_monitor_action_group": _ENABLED,
    "azurerm_monitor_activity_log_alert": _ENABLED,
    "azurerm_monitor_scheduled_query_rules_alert_v2": _ENABLED,
    "azurerm_monitor_alert_processing_rule_suppression": _ENABLED,
    # Response
    "azurerm_logic_app_workflow": _ENABLED,
    "azurerm_security_center_automation": _ENABLED,
    "azurerm_security_center_subscription_pricing": {"resource_type": "VirtualMachines"},
    "azurerm_security_center_storage_defender": {
        "override_subscription_settings_enabled": False,
        "malware_scanning_on_upload_enabled": False,
        "sensitive_data_discovery_enabled": False,
    },
    # Policy
    "azurerm_management_group_policy_assignment": _POLICY_ASSIGNMENT,
    "azurerm_subscription_policy_assignment": _POLICY_ASSIGNMENT,
    "azurerm_resource_group_policy_assignment": _POLICY_ASSIGNMENT,
    "azurerm_resource_policy_assignment": _POLICY_ASSIGNMENT,
}

DEFAULTS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(_TABLE)
"""Resource type (a data source's with ``data.`` before it) -> dotted path -> default.

A bare value is the schema's default in every supported major version.
"""

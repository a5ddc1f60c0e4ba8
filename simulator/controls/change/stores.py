"""What protects data in the stores themselves, argument by argument."""

from collections.abc import Mapping
from typing import Final

from simulator.controls.change.protection import (
    BLIND,
    CIPHER,
    CLOSED,
    CRITICAL,
    DENY,
    MEDIUM,
    NO_MORE,
    OPEN,
    OWN_KEY,
    PAST,
    PUBLIC,
    RIGHTS,
    SIGN_IN,
    TLS,
    TLS_NUMBER,
    UNDO,
    Members,
    Protection,
    switched,
)
from simulator.controls.change.weaker import MORE, OFF, ON, SET, SOONER, ranked

ROWS: Final[Mapping[str, tuple[Protection, ...]]] = {
    "azurerm_storage_account": (
        Protection("allow_nested_items_to_be_public", OFF, PUBLIC, CRITICAL),
        CLOSED,
        *switched(SIGN_IN, "shared_access_key_enabled", "local_user_enabled", off=True),
        *switched(OPEN, "cross_tenant_replication_enabled", "sftp_enabled", off=True),
        *switched(CIPHER, "https_traffic_only_enabled", "infrastructure_encryption_enabled"),
        Protection("min_tls_version", TLS, CIPHER),
        Protection("default_to_oauth_authentication", ON, SIGN_IN, MEDIUM),
        Protection("allowed_copy_scope", SET, OPEN),
        Protection("network_rules.default_action", DENY, OPEN),
        Protection(
            "network_rules.ip_rules", NO_MORE, OPEN, only=("network_rules.default_action", "Deny")
        ),
        Protection(
            "network_rules.bypass",
            NO_MORE,
            OPEN,
            MEDIUM,
            only=("network_rules.default_action", "Deny"),
        ),
        Protection("customer_managed_key.key_vault_key_id", SET, OWN_KEY),
        Protection("queue_encryption_key_type", ranked("Service", "Account"), OWN_KEY),
        Protection("table_encryption_key_type", ranked("Service", "Account"), OWN_KEY),
        Protection("blob_properties.versioning_enabled", ON, UNDO),
        Protection("blob_properties.change_feed_enabled", ON, PAST, MEDIUM),
        Protection("blob_properties.delete_retention_policy.days", MORE, UNDO),
        Protection("blob_properties.container_delete_retention_policy.days", MORE, UNDO),
        Protection("blob_properties.restore_policy.days", MORE, UNDO),
        Protection("share_properties.retention_policy.days", MORE, UNDO),
        Protection("sas_policy.expiration_period", SET, SIGN_IN),
        Protection("sas_policy.expiration_action", ranked("Log", "Block"), SIGN_IN),
        Protection("immutability_policy.period_since_creation_in_days", MORE, UNDO),
        Protection("immutability_policy.state", ranked("Disabled", "Unlocked", "Locked"), UNDO),
    ),
    "azurerm_storage_container": (
        Protection(
            "container_access_type", ranked("container", "blob", "private"), PUBLIC, CRITICAL
        ),
    ),
    "azurerm_storage_container_immutability_policy": (
        Protection("locked", ON, UNDO),
        Protection("immutability_period_in_days", MORE, UNDO),
    ),
    "azurerm_key_vault": (
        CLOSED,
        Protection("purge_protection_enabled", ON, UNDO),
        Protection("soft_delete_retention_days", MORE, UNDO),
        Protection("rbac_authorization_enabled", ON, RIGHTS),
        Protection("network_acls.default_action", DENY, OPEN),
        Protection(
            "network_acls.ip_rules", NO_MORE, OPEN, only=("network_acls.default_action", "Deny")
        ),
        Protection("network_acls.bypass", ranked("AzureServices", "None"), OPEN, MEDIUM),
        Protection("access_policy.object_id", NO_MORE, RIGHTS),
    ),
    "azurerm_key_vault_{key,secret,certificate}": (Protection("expiration_date", SET, SIGN_IN),),
    "azurerm_key_vault_key": (
        Protection("rotation_policy.expire_after", SOONER, SIGN_IN),
        Protection("key_size", MORE, CIPHER),
        Protection("key_type", ranked("RSA", "RSA-HSM"), OWN_KEY, MEDIUM),
    ),
    "azurerm_key_vault_access_policy": (
        Protection("key_permissions", NO_MORE, RIGHTS),
        Protection("secret_permissions", NO_MORE, RIGHTS),
        Protection("certificate_permissions", NO_MORE, RIGHTS),
        Protection("storage_permissions", NO_MORE, RIGHTS),
    ),
    "azurerm_mssql_server": (
        CLOSED,
        Protection("minimum_tls_version", TLS_NUMBER, CIPHER),
        Protection("outbound_network_restriction_enabled", ON, OPEN),
        Protection("azuread_administrator.azuread_authentication_only", ON, SIGN_IN),
        Protection("azuread_administrator.object_id", NO_MORE, RIGHTS, MEDIUM),
        Protection("express_vulnerability_assessment_enabled", ON, BLIND, MEDIUM),
        Protection("transparent_data_encryption_key_vault_key_id", SET, OWN_KEY),
    ),
    "azurerm_mssql_database": (
        Protection("transparent_data_encryption_enabled", ON, CIPHER),
        Protection("ledger_enabled", ON, UNDO),
        Protection("short_term_retention_policy.retention_days", MORE, UNDO),
        Protection("long_term_retention_policy.weekly_retention", SET, UNDO, MEDIUM),
        Protection("long_term_retention_policy.monthly_retention", SET, UNDO, MEDIUM),
        Protection("long_term_retention_policy.yearly_retention", SET, UNDO, MEDIUM),
        Protection("threat_detection_policy.state", ranked("Disabled", "Enabled"), BLIND),
    ),
    "azurerm_mssql_managed_instance": (
        Protection("public_data_endpoint_enabled", OFF, OPEN),
        Protection("minimum_tls_version", TLS_NUMBER, CIPHER),
    ),
    "azurerm_mssql_server_transparent_data_encryption": (
        Protection("key_vault_key_id", SET, OWN_KEY),
        Protection("managed_hsm_key_id", SET, OWN_KEY),
        Protection("auto_rotation_enabled", ON, OWN_KEY, MEDIUM),
    ),
    "azurerm_cosmosdb_account": (
        CLOSED,
        *switched(
            SIGN_IN,
            "local_authentication_enabled",
            "access_key_metadata_writes_enabled",
            off=True,
        ),
        *switched(OPEN, "network_acl_bypass_for_azure_services", off=True),
        Protection("is_virtual_network_filter_enabled", ON, OPEN),
        Protection("ip_range_filter", Members.FILTER, OPEN),
        Protection("minimal_tls_version", ranked("Tls", "Tls11", "Tls12"), CIPHER),
        Protection("key_vault_key_id", SET, OWN_KEY),
        Protection("backup.type", ranked("Periodic", "Continuous"), UNDO),
        Protection("backup.retention_in_hours", MORE, UNDO),
    ),
    "azurerm_postgresql_flexible_server": (
        CLOSED,
        Protection("backup_retention_days", MORE, UNDO),
        Protection("geo_redundant_backup_enabled", ON, UNDO, MEDIUM),
        Protection("authentication.password_auth_enabled", OFF, SIGN_IN),
        Protection("customer_managed_key.key_vault_key_id", SET, OWN_KEY),
    ),
    "azurerm_mysql_flexible_server": (
        Protection("public_network_access", ranked("Enabled", "Disabled"), OPEN),
        Protection("backup_retention_days", MORE, UNDO),
        Protection("geo_redundant_backup_enabled", ON, UNDO, MEDIUM),
        Protection("customer_managed_key.key_vault_key_id", SET, OWN_KEY),
    ),
    "azurerm_redis_cache": (
        CLOSED,
        Protection("non_ssl_port_enabled", OFF, CIPHER),
        Protection("minimum_tls_version", TLS_NUMBER, CIPHER),
        Protection("access_keys_authentication_enabled", OFF, SIGN_IN),
        Protection("redis_configuration.authentication_enabled", ON, PUBLIC, CRITICAL),
        Protection(
            "redis_configuration.active_directory_authentication_enabled", ON, SIGN_IN, MEDIUM
        ),
    ),
    "azurerm_{search_service,eventhub_namespace,kusto_cluster,synapse_workspace}": (CLOSED,),
    "azurerm_{databricks_workspace,app_configuration,container_registry}": (CLOSED,),
    "azurerm_servicebus_namespace": (
        CLOSED,
        Protection("local_auth_enabled", OFF, SIGN_IN),
        Protection("minimum_tls_version", TLS_NUMBER, CIPHER),
        Protection("network_rule_set.default_action", DENY, OPEN),
        Protection("network_rule_set.public_network_access_enabled", OFF, OPEN),
        Protection(
            "network_rule_set.ip_rules",
            NO_MORE,
            OPEN,
            only=("network_rule_set.default_action", "Deny"),
        ),
    ),
    "azurerm_eventhub_namespace": (Protection("minimum_tls_version", TLS_NUMBER, CIPHER),),
    "azurerm_app_configuration": (
        Protection("local_auth_enabled", OFF, SIGN_IN),
        Protection("purge_protection_enabled", ON, UNDO),
        Protection("soft_delete_retention_days", MORE, UNDO),
    ),
    "azurerm_servicebus_queue": (
        Protection("dead_lettering_on_message_expiration", ON, UNDO, MEDIUM),
    ),
    "azurerm_recovery_services_vault": (
        CLOSED,
        Protection("soft_delete_enabled", ON, UNDO),
        Protection("immutability", ranked("Disabled", "Unlocked", "Locked"), UNDO),
    ),
    "azurerm_data_protection_backup_vault": (
        Protection("soft_delete", ranked("Off", "On", "AlwaysOn"), UNDO),
        Protection("immutability", ranked("Disabled", "Unlocked", "Locked"), UNDO),
        Protection("retention_duration_in_days", MORE, UNDO),
    ),
}

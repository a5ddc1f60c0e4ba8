"""Microsoft.DocumentDB: Cosmos DB accounts and MongoDB clusters.

Properties and defaults: Azure REST API reference, Microsoft.DocumentDB 2024-11-15.
"""

from typing import Final

from simulator.estate.arm.mapping import (
    OPPOSITE,
    PARENT,
    PARENT_NAME,
    Argument,
    Blocks,
    Kind,
    words,
)
from simulator.estate.arm.shared import CUSTOMER_MANAGED_KEY, PUBLIC_ACCESS

_COSMOS: Final = "Microsoft.DocumentDB/databaseAccounts"
_MONGO: Final = "Microsoft.DocumentDB/mongoClusters"

_BYPASS: Final = words({"AzureServices": True, "None": False})

DOCUMENTS: Final = (
    Kind(
        _COSMOS,
        "azurerm_cosmosdb_account",
        (
            Argument("kind", "kind", default="GlobalDocumentDB"),
            Argument("offer_type", "properties.databaseAccountOfferType"),
            PUBLIC_ACCESS,
            Argument(
                "local_authentication_enabled",
                "properties.disableLocalAuth",
                OPPOSITE,
                default=True,
            ),
            Argument(
                "access_key_metadata_writes_enabled",
                "properties.disableKeyBasedMetadataWriteAccess",
                OPPOSITE,
                default=True,
            ),
            Argument("minimal_tls_version", "properties.minimalTlsVersion"),
            Argument(
                "is_virtual_network_filter_enabled",
                "properties.isVirtualNetworkFilterEnabled",
                default=False,
            ),
            Argument("ip_range_filter", "properties.ipRules", each="ipAddressOrRange"),
            Blocks(
                "virtual_network_rule",
                "properties.virtualNetworkRules",
                (
                    Argument("id", "id"),
                    Argument(
                        "ignore_missing_vnet_service_endpoint", "ignoreMissingVNetServiceEndpoint"
                    ),
                ),
            ),
            Argument(
                "network_acl_bypass_for_azure_services", "properties.networkAclBypass", _BYPASS
            ),
            Argument("network_acl_bypass_ids", "properties.networkAclBypassResourceIds"),
            Argument("key_vault_key_id", "properties.keyVaultKeyUri"),
            Argument("default_identity_type", "properties.defaultIdentity"),
            Argument("analytical_storage_enabled", "properties.enableAnalyticalStorage"),
            Argument("automatic_failover_enabled", "properties.enableAutomaticFailover"),
            Argument("endpoint", "properties.documentEndpoint"),
            Blocks("capabilities", "properties.capabilities", (Argument("name", "name"),)),
            Blocks(
                "geo_location",
                "properties.locations",
                (
                    Argument("location", "locationName"),
                    Argument("failover_priority", "failoverPriority"),
                    Argument("zone_redundant", "isZoneRedundant"),
                ),
            ),
            Argument(
                "consistency_policy.consistency_level",
                "properties.consistencyPolicy.defaultConsistencyLevel",
            ),
            Argument("backup.type", "properties.backupPolicy.type"),
            Argument("backup.tier", "properties.backupPolicy.continuousModeProperties.tier"),
            Argument(
                "backup.interval_in_minutes",
                "properties.backupPolicy.periodicModeProperties.backupIntervalInMinutes",
            ),
            Argument(
                "backup.retention_in_hours",
                "properties.backupPolicy.periodicModeProperties.backupRetentionIntervalInHours",
            ),
        ),
    ),
    Kind(
        f"{_COSMOS}/sqlDatabases",
        "azurerm_cosmosdb_sql_database",
        (Argument("account_name", PARENT_NAME),),
    ),
    Kind(
        f"{_COSMOS}/sqlDatabases/containers",
        "azurerm_cosmosdb_sql_container",
        (
            Argument("database_name", PARENT_NAME),
            Argument("account_name", PARENT_NAME, up=2),
            Argument("partition_key_paths", "properties.resource.partitionKey.paths"),
            Argument("default_ttl", "properties.resource.defaultTtl"),
        ),
    ),
    Kind(
        f"{_COSMOS}/sqlRoleAssignments",
        "azurerm_cosmosdb_sql_role_assignment",
        (
            Argument("account_name", PARENT_NAME),
            Argument("principal_id", "properties.principalId"),
            Argument("role_definition_id", "properties.roleDefinitionId"),
            Argument("scope", "properties.scope"),
        ),
    ),
    Kind(
        _MONGO,
        "azurerm_mongo_cluster",
        (
            Argument("public_network_access", "properties.publicNetworkAccess"),
            Argument("administrator_username", "properties.administrator.userName"),
            Argument("administrator_password", "properties.administrator.password", sensitive=True),
            Argument("authentication_methods", "properties.authConfig.allowedModes"),
            *CUSTOMER_MANAGED_KEY,
        ),
    ),
    Kind(
        f"{_MONGO}/firewallRules",
        "azurerm_mongo_cluster_firewall_rule",
        (
            Argument("mongo_cluster_id", PARENT),
            Argument("start_ip_address", "properties.startIpAddress"),
            Argument("end_ip_address", "properties.endIpAddress"),
        ),
    ),
)

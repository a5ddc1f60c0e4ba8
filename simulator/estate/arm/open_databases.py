"""Databases and caches that are not SQL Server: PostgreSQL, MySQL, Cosmos DB, MongoDB, Redis.

Properties and defaults: Azure REST API reference, Microsoft.DBforPostgreSQL 2024-08-01,
Microsoft.DBforMySQL 2023-12-30, Microsoft.DocumentDB 2024-11-15, Microsoft.Cache 2024-11-01 and
2025-04-01 (Redis Enterprise).
"""

from typing import Final

from simulator.estate.arm.mapping import (
    ANY,
    ENABLED,
    NAME,
    OPPOSITE,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Blocks,
    Codec,
    Kind,
    OneOf,
    leaf,
    unless,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import UNSTATED, Known

_PG: Final = "Microsoft.DBforPostgreSQL/flexibleServers"
_MYSQL: Final = "Microsoft.DBforMySQL/flexibleServers"
_CLUSTERS: Final = "Microsoft.DBforPostgreSQL/serverGroupsv2"
_COSMOS: Final = "Microsoft.DocumentDB/databaseAccounts"
_MONGO: Final = "Microsoft.DocumentDB/mongoClusters"
_REDIS: Final = "Microsoft.Cache/Redis"
_ENTERPRISE: Final = "Microsoft.Cache/redisEnterprise"


def _megabytes(gigabytes: object) -> object:
    return gigabytes * 1024 if isinstance(gigabytes, int) else UNSTATED


def _gigabytes(megabytes: object) -> object:
    return megabytes // 1024 if isinstance(megabytes, int) else UNSTATED


def _range(holder: Argument) -> Arguments:
    return (
        holder,
        Argument("start_ip_address", "properties.startIpAddress"),
        Argument("end_ip_address", "properties.endIpAddress"),
    )


_BACKUP: Final = (
    Argument("backup_retention_days", "properties.backup.backupRetentionDays", default=7),
    Argument(
        "geo_redundant_backup_enabled",
        "properties.backup.geoRedundantBackup",
        ENABLED,
        default=False,
    ),
)
_SERVER: Final = (
    Argument("version", "properties.version"),
    Argument("administrator_login", "properties.administratorLogin"),
    Argument("administrator_password", "properties.administratorLoginPassword", sensitive=True),
    Argument("delegated_subnet_id", "properties.network.delegatedSubnetResourceId"),
    Argument("create_mode", "properties.createMode"),
    Argument("fqdn", "properties.fullyQualifiedDomainName"),
    *_BACKUP,
    Blocks(
        "customer_managed_key",
        "properties.dataEncryption",
        (
            Argument("key_vault_key_id", "primaryKeyURI"),
            Argument("primary_user_assigned_identity_id", "primaryUserAssignedIdentityId"),
            Argument("geo_backup_key_vault_key_id", "geoBackupKeyURI"),
            Argument("geo_backup_user_assigned_identity_id", "geoBackupUserAssignedIdentityId"),
        ),
        when=unless("type", "SystemManaged"),
    ),
    Blocks(
        "high_availability",
        "properties.highAvailability",
        (Argument("mode", "mode"),),
        when=unless("mode", "Disabled"),
    ),
)

_FLEXIBLE: Final = (
    Kind(
        _PG,
        "azurerm_postgresql_flexible_server",
        (
            *_SERVER,
            Argument(
                "storage_mb", "properties.storage.storageSizeGB", Codec(_megabytes, _gigabytes)
            ),
            Argument("private_dns_zone_id", "properties.network.privateDnsZoneArmResourceId"),
            Argument(
                "public_network_access_enabled",
                "properties.network.publicNetworkAccess",
                ENABLED,
            ),
            Argument(
                "authentication.active_directory_auth_enabled",
                "properties.authConfig.activeDirectoryAuth",
                ENABLED,
                default=False,
            ),
            Argument(
                "authentication.password_auth_enabled",
                "properties.authConfig.passwordAuth",
                ENABLED,
                default=True,
            ),
            Argument("authentication.tenant_id", "properties.authConfig.tenantId"),
        ),
    ),
    Kind(
        f"{_PG}/configurations",
        "azurerm_postgresql_flexible_server_configuration",
        (Argument("server_id", PARENT), Argument("value", "properties.value")),
    ),
    Kind(
        f"{_PG}/firewallRules",
        "azurerm_postgresql_flexible_server_firewall_rule",
        _range(Argument("server_id", PARENT)),
    ),
    Kind(
        f"{_PG}/databases",
        "azurerm_postgresql_flexible_server_database",
        (Argument("server_id", PARENT),),
    ),
    Kind(
        f"{_PG}/administrators",
        "azurerm_postgresql_flexible_server_active_directory_administrator",
        (
            Argument("server_name", PARENT_NAME),
            Argument("object_id", NAME),
            Argument("principal_name", "properties.principalName"),
            Argument("principal_type", "properties.principalType"),
            Argument("tenant_id", "properties.tenantId"),
        ),
    ),
    Kind(
        _MYSQL,
        "azurerm_mysql_flexible_server",
        (
            *_SERVER,
            Argument("private_dns_zone_id", "properties.network.privateDnsZoneResourceId"),
            Argument("public_network_access", "properties.network.publicNetworkAccess"),
        ),
    ),
    Kind(
        f"{_MYSQL}/configurations",
        "azurerm_mysql_flexible_server_configuration",
        (Argument("server_name", PARENT_NAME), Argument("value", "properties.value")),
    ),
    Kind(
        f"{_MYSQL}/firewallRules",
        "azurerm_mysql_flexible_server_firewall_rule",
        _range(Argument("server_name", PARENT_NAME)),
    ),
    Kind(
        f"{_MYSQL}/databases",
        "azurerm_mysql_flexible_database",
        (Argument("server_name", PARENT_NAME),),
    ),
    Kind(
        f"{_MYSQL}/administrators",
        "azurerm_mysql_flexible_server_active_directory_administrator",
        (
            Argument("server_id", PARENT),
            Argument("login", "properties.login"),
            Argument("object_id", "properties.sid"),
            Argument("tenant_id", "properties.tenantId"),
            Argument("identity_id", "properties.identityResourceId"),
        ),
    ),
    Kind(
        _CLUSTERS,
        "azurerm_cosmosdb_postgresql_cluster",
        (
            Argument(
                "administrator_login_password",
                "properties.administratorLoginPassword",
                sensitive=True,
            ),
            Argument(
                "coordinator_public_ip_access_enabled",
                "properties.coordinatorEnablePublicIpAccess",
            ),
            Argument("node_public_ip_access_enabled", "properties.nodeEnablePublicIpAccess"),
            Argument("node_count", "properties.nodeCount"),
        ),
    ),
    Kind(
        f"{_CLUSTERS}/firewallRules",
        "azurerm_cosmosdb_postgresql_firewall_rule",
        _range(Argument("cluster_id", PARENT)),
    ),
)

_BYPASS: Final = words({"AzureServices": True, "None": False})

_DOCUMENTS: Final = (
    Kind(
        _COSMOS,
        "azurerm_cosmosdb_account",
        (
            Argument("kind", "kind", default="GlobalDocumentDB"),
            Argument("offer_type", "properties.databaseAccountOfferType"),
            Argument("public_network_access_enabled", "properties.publicNetworkAccess", ENABLED),
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
            Argument(
                "customer_managed_key.key_vault_key_id",
                "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl",
            ),
            Argument(
                "customer_managed_key.user_assigned_identity_id",
                "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyIdentity"
                ".userAssignedIdentityResourceId",
            ),
        ),
    ),
    Kind(
        f"{_MONGO}/firewallRules",
        "azurerm_mongo_cluster_firewall_rule",
        _range(Argument("mongo_cluster_id", PARENT)),
    ),
)


def _enterprise(resource: ArmResource) -> str | None:
    """Both generations have one ARM type; only the older one's SKUs begin with its name."""
    sku = leaf(resource.body, "sku.name")
    if not isinstance(sku, Known):
        return None
    old = str(sku.value).casefold().startswith("enterprise")
    return "azurerm_redis_enterprise_cluster" if old else "azurerm_managed_redis"


_TRUE: Final = words({"true": True, "false": False})
_NOT_TRUE: Final = words({"true": False, "false": True})

_CACHES: Final = (
    Kind(
        _REDIS,
        "azurerm_redis_cache",
        (
            Argument("sku_name", "properties.sku.name"),
            Argument("family", "properties.sku.family"),
            Argument("capacity", "properties.sku.capacity"),
            Argument("non_ssl_port_enabled", "properties.enableNonSslPort", default=False),
            Argument("minimum_tls_version", "properties.minimumTlsVersion"),
            Argument(
                "public_network_access_enabled",
                "properties.publicNetworkAccess",
                ENABLED,
                default=True,
            ),
            Argument(
                "access_keys_authentication_enabled",
                "properties.disableAccessKeyAuthentication",
                OPPOSITE,
                default=True,
            ),
            Argument("subnet_id", "properties.subnetId"),
            Argument("hostname", "properties.hostName"),
            Argument(
                "redis_configuration.active_directory_authentication_enabled",
                "properties.redisConfiguration.aad-enabled",
                _TRUE,
            ),
            Argument(
                "redis_configuration.authentication_enabled",
                "properties.redisConfiguration.authnotrequired",
                _NOT_TRUE,
            ),
            Argument(
                "redis_configuration.rdb_backup_enabled",
                "properties.redisConfiguration.rdb-backup-enabled",
                _TRUE,
            ),
            Argument(
                "redis_configuration.rdb_storage_connection_string",
                "properties.redisConfiguration.rdb-storage-connection-string",
                sensitive=True,
            ),
        ),
    ),
    Kind(
        f"{_REDIS}/firewallRules",
        "azurerm_redis_firewall_rule",
        (
            Argument("redis_cache_name", PARENT_NAME),
            Argument("start_ip", "properties.startIP"),
            Argument("end_ip", "properties.endIP"),
        ),
    ),
    Kind(
        _ENTERPRISE,
        OneOf(("azurerm_managed_redis", "azurerm_redis_enterprise_cluster"), _enterprise),
        (
            Argument("sku_name", "sku.name"),
            Argument("minimum_tls_version", "properties.minimumTlsVersion"),
            Argument("public_network_access", "properties.publicNetworkAccess"),
            Argument("hostname", "properties.hostName"),
            Argument(
                "customer_managed_key.key_vault_key_id",
                "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl",
            ),
            Argument(
                "customer_managed_key.user_assigned_identity_id",
                "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyIdentity"
                ".userAssignedIdentityResourceId",
            ),
        ),
    ),
    # Its one database is a block of the newer cluster; the older one is read like it.
    Kind(
        f"{_ENTERPRISE}/databases",
        ANY,
        (
            Argument("default_database.client_protocol", "properties.clientProtocol"),
            Argument(
                "default_database.access_keys_authentication_enabled",
                "properties.accessKeysAuthentication",
                ENABLED,
            ),
            Argument("default_database.clustering_policy", "properties.clusteringPolicy"),
            Argument("default_database.eviction_policy", "properties.evictionPolicy"),
        ),
        part=True,
    ),
)

OPEN_DATABASES: Final = (*_FLEXIBLE, *_DOCUMENTS, *_CACHES)

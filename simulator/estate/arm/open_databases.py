"""PostgreSQL and MySQL: flexible servers, their parameters and rules, and clusters of them.

Properties and defaults: Azure REST API reference, Microsoft.DBforPostgreSQL 2024-08-01,
Microsoft.DBforMySQL 2023-12-30.
"""

from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    NAME,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Blocks,
    Codec,
    Kind,
    unless,
)
from simulator.estate.model import UNSTATED

_PG: Final = "Microsoft.DBforPostgreSQL/flexibleServers"
_MYSQL: Final = "Microsoft.DBforMySQL/flexibleServers"
_CLUSTERS: Final = "Microsoft.DBforPostgreSQL/serverGroupsv2"


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

OPEN_DATABASES: Final = (
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

"""What holds data and keys: storage, databases, vaults."""

from dataclasses import replace
from typing import Final

from simulator.estate.azure.reads import How, Json, Kind, Read, at, extension, lists, ones

_SQL: Final = "2023-08-01-preview"
_NO_SQL_API: Final = frozenset({"BadRequest", "MethodNotAllowed"})  # Cosmos with another API


def _may_be_immutable(container: Json) -> bool:
    return at(container, "properties.hasImmutabilityPolicy") is not False


def _hierarchical(account: Json) -> bool:
    """Local users are SFTP's, and SFTP needs a hierarchical namespace."""
    return at(account, "properties.isHnsEnabled") is True


def _not_system(database: Json) -> bool:
    """``master`` has no encryption and no policies of its own."""
    return "system" not in str(database.get("kind", ""))


def _paid(search: Json) -> bool:
    return at(search, "sku.name") != "free"


def _sql_audit(*more: str) -> tuple[Read, ...]:
    return ones("auditingSettings/default", "extendedAuditingSettings/default", *more, version=_SQL)


STORAGE: Final = (
    Kind(
        "Microsoft.Storage/storageAccounts",
        "2023-05-01",
        (
            *ones(
                *(f"{service}Services/default" for service in ("blob", "queue", "table", "file"))
            ),
            *ones("managementPolicies/default"),
            *lists("encryptionScopes"),
            Read("/localUsers", when=_hierarchical),
            extension(
                "Microsoft.Security/defenderForStorageSettings/current",
                "2022-12-01-preview",
                How.ONE,
            ),
            extension(
                "Microsoft.Security/advancedThreatProtectionSettings/current",
                "2019-01-01",
                How.ONE,
            ),
        ),
    ),
    *(
        Kind(
            f"Microsoft.Storage/storageAccounts/{service}Services",
            "2023-05-01",
            lists(inside),
            diagnosed=True,
        )
        for service, inside in (
            ("blob", "containers"),
            ("queue", "queues"),
            ("table", "tables"),
            ("file", "shares"),
        )
    ),
    Kind(
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "2023-05-01",
        (Read("/immutabilityPolicies/default", How.ONE, when=_may_be_immutable),),
    ),
)

DATABASES: Final = (
    Kind(
        "Microsoft.Sql/servers",
        _SQL,
        (
            *lists("firewallRules", "virtualNetworkRules", "outboundFirewallRules"),
            *lists("administrators", "azureADOnlyAuthentications", "databases"),
            *ones("encryptionProtector/current", "connectionPolicies/default"),
            *_sql_audit("securityAlertPolicies/Default"),
        ),
    ),
    Kind(
        "Microsoft.Sql/servers/databases",
        _SQL,
        tuple(
            replace(read, when=_not_system)
            for read in (
                *ones("transparentDataEncryption/current"),
                *_sql_audit("securityAlertPolicies/Default"),
            )
        ),
        diagnosed=True,
    ),
    Kind(
        "Microsoft.Sql/managedInstances",
        _SQL,
        (
            *lists("administrators", "azureADOnlyAuthentications"),
            *ones("encryptionProtector/current", "securityAlertPolicies/Default"),
        ),
    ),
    Kind(
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "2024-08-01",
        lists("configurations", "firewallRules", "administrators", "databases"),
    ),
    Kind("Microsoft.DBforPostgreSQL/serverGroupsv2", "2022-11-08", lists("firewallRules")),
    Kind(
        "Microsoft.DBforMySQL/flexibleServers",
        "2023-12-30",
        lists("configurations", "firewallRules", "administrators", "databases"),
    ),
    Kind(
        "Microsoft.DocumentDB/databaseAccounts",
        "2024-08-15",
        tuple(Read(f"/{n}", absent=_NO_SQL_API) for n in ("sqlRoleAssignments", "sqlDatabases")),
    ),
    Kind("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "2024-08-15", lists("containers")),
    Kind("Microsoft.DocumentDB/mongoClusters", "2024-07-01", lists("firewallRules")),
    Kind("Microsoft.Cache/Redis", "2024-11-01", lists("firewallRules", "accessPolicyAssignments")),
    Kind("Microsoft.Cache/redisEnterprise", "2025-07-01", lists("databases")),
    Kind(
        "Microsoft.Search/searchServices",
        "2023-11-01",
        (Read("/sharedPrivateLinkResources", when=_paid),),
    ),
    Kind(
        "Microsoft.Synapse/workspaces",
        "2021-06-01",
        (
            *lists("firewallRules", "azureADOnlyAuthentications", "sqlPools"),
            *ones("administrators/activeDirectory", "auditingSettings/default"),
            *ones("extendedAuditingSettings/default", "securityAlertPolicies/Default"),
        ),
    ),
    Kind("Microsoft.Kusto/clusters", "2023-08-15", lists("databases", "managedPrivateEndpoints")),
    Kind("Microsoft.Purview/accounts", "2021-12-01"),
    Kind(
        "Microsoft.DataFactory/factories",
        "2018-06-01",
        lists("linkedservices", "managedVirtualNetworks"),
    ),
    Kind(
        "Microsoft.DataFactory/factories/managedVirtualNetworks",
        "2018-06-01",
        lists("managedPrivateEndpoints"),
    ),
    Kind("Microsoft.RecoveryServices/vaults", "2024-04-01", lists("backupPolicies")),
    Kind("Microsoft.DataProtection/backupVaults", "2024-04-01"),
)

SECRETS: Final = (
    Kind(
        "Microsoft.KeyVault/vaults",
        "2023-07-01",
        tuple(Read(f"/{name}", whole=True) for name in ("keys", "secrets")),
        beyond=("azurerm_key_vault_certificate",),
    ),
    Kind("Microsoft.KeyVault/vaults/keys", "2023-07-01"),
    Kind("Microsoft.KeyVault/vaults/secrets", "2023-07-01"),
    Kind("Microsoft.KeyVault/managedHSMs", "2023-07-01"),
    Kind(
        "Microsoft.AppConfiguration/configurationStores",
        "2023-03-01",
        beyond=("azurerm_app_configuration_key",),
    ),
)

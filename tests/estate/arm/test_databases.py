"""Databases and caches as Azure answers them."""

import pytest

from simulator.estate.model import Known, Omitted, Unresolvable
from tests.controls.build import from_azapi, resource
from tests.estate.arm.live import an_id, estate, one, said

SERVER = an_id("Microsoft.Sql/servers/sql-shop")
DATABASE = f"{SERVER}/databases/orders"
INSTANCE = an_id("Microsoft.Sql/managedInstances/mi-shop")
SUBNET = an_id("Microsoft.Network/virtualNetworks/vnet/subnets/data")
KEY = "https://kv-shop.vault.azure.net/keys/tde/1"
AZURE = "Azure default"

SQL_SERVER = {
    "identity": {"principalId": "p", "type": "SystemAssigned", "tenantId": "t"},
    "kind": "v12.0",
    "properties": {
        "administratorLogin": "shopadmin",
        "version": "12.0",
        "state": "Ready",
        "fullyQualifiedDomainName": "sql-shop.database.windows.net",
        "privateEndpointConnections": [],
        "minimalTlsVersion": "1.2",
        "publicNetworkAccess": "Disabled",
        "administrators": {
            "administratorType": "ActiveDirectory",
            "principalType": "Group",
            "login": "sql-admins",
            "sid": "00000000-1111-0000-0000-000000000000",
            "tenantId": "00000000-2222-0000-0000-000000000000",
            "azureADOnlyAuthentication": True,
        },
        "restrictOutboundNetworkAccess": "Disabled",
        "keyId": KEY,
    },
    "location": "westus",
    "id": SERVER,
    "name": "sql-shop",
    "type": "Microsoft.Sql/servers",
}
SQL_DATABASE = {
    "sku": {"name": "GP_S_Gen5", "tier": "GeneralPurpose", "family": "Gen5", "capacity": 2},
    "kind": "v12.0,user,vcore,serverless",
    "properties": {
        "collation": "SQL_Latin1_General_CP1_CI_AS",
        "maxSizeBytes": 34359738368,
        "status": "Online",
        "zoneRedundant": False,
        "isLedgerOn": False,
        "requestedBackupStorageRedundancy": "Geo",
    },
    "location": "westus",
    "id": DATABASE,
    "name": "orders",
}


def child(of: str, path: str, **properties: object) -> dict[str, object]:
    return {"id": f"{of}/{path}", "name": path.rpartition("/")[2], "properties": properties}


def test_a_sql_server_is_told_in_azurerm_s_words() -> None:
    assert said("azurerm_mssql_server", SQL_SERVER) == {
        "version": "12.0",
        "administrator_login": "shopadmin",
        "minimum_tls_version": "1.2",
        "public_network_access_enabled": False,
        "outbound_network_restriction_enabled": False,
        "transparent_data_encryption_key_vault_key_id": KEY,
        "fully_qualified_domain_name": "sql-shop.database.windows.net",
        "azuread_administrator.0.login_username": "sql-admins",
        "azuread_administrator.0.object_id": "00000000-1111-0000-0000-000000000000",
        "azuread_administrator.0.tenant_id": "00000000-2222-0000-0000-000000000000",
        "azuread_administrator.0.azuread_authentication_only": True,
    }


def test_an_administrator_of_its_own_is_the_server_s() -> None:
    bare = SQL_SERVER | {"properties": {"publicNetworkAccess": "Enabled"}}
    who = child(SERVER, "administrators/ActiveDirectory", login="admins", sid="s", tenantId="t")
    alone = child(SERVER, "azureADOnlyAuthentications/Default", azureADOnlyAuthentication=True)
    server = one("azurerm_mssql_server", bare, who, alone)
    assert server.get("azuread_administrator.login_username") == Known("admins")
    assert server.get("azuread_administrator.azuread_authentication_only") == Known(True)
    assert one("azurerm_mssql_server", bare).blocks("azuread_administrator") == ()


def test_a_server_without_a_minimum_has_it_disabled() -> None:
    old = SQL_SERVER | {"properties": {"minimalTlsVersion": "None"}}
    assert one("azurerm_mssql_server", old).get("minimum_tls_version") == Known("Disabled")


@pytest.mark.parametrize("spelling", ["state", "status"])
@pytest.mark.parametrize(("answered", "on"), [("Enabled", True), ("Disabled", False)])
def test_encryption_of_its_own_is_the_database_s(spelling: str, answered: str, on: bool) -> None:
    tde = child(DATABASE, "transparentDataEncryption/current", **{spelling: answered})
    database = one("azurerm_mssql_database", SQL_SERVER, SQL_DATABASE, tde)
    assert database.get("transparent_data_encryption_enabled") == Known(on)
    assert database.declared_name == "orders"
    assert database.get("server_id") == Known(SERVER)


def test_a_database_that_says_nothing_of_it_is_encrypted_and_a_warehouse_is_not_known_to_be() -> (
    None
):
    told = one("azurerm_mssql_database", SQL_DATABASE)
    assert told.get("transparent_data_encryption_enabled") == Omitted(True, AZURE)
    warehouse = SQL_DATABASE | {"sku": {"name": "DW100c", "tier": "DataWarehouse"}}
    told = one("azurerm_mssql_database", warehouse)
    assert told.get("transparent_data_encryption_enabled") == Omitted()


def test_the_database_that_azure_makes_unasked_is_none_of_the_estate() -> None:
    master = SQL_DATABASE | {"id": f"{SERVER}/databases/master", "name": "master"}
    assert estate(master).resources == ()


def test_auditing_alerts_and_rules_of_a_server_are_resources() -> None:
    found = estate(
        SQL_SERVER,
        child(
            SERVER,
            "extendedAuditingSettings/Default",
            state="Enabled",
            isAzureMonitorTargetEnabled=True,
            retentionDays=0,
            auditActionsAndGroups=["BATCH_COMPLETED_GROUP"],
            storageAccountSubscriptionId="00000000-0000-0000-0000-000000000000",
        ),
        child(SERVER, "securityAlertPolicies/Default", state="Enabled", emailAccountAdmins=True),
        child(SERVER, "encryptionProtector/current", serverKeyType="AzureKeyVault", uri=KEY),
        child(SERVER, "firewallRules/azure", startIpAddress="0.0.0.0", endIpAddress="0.0.0.0"),
        child(SERVER, "virtualNetworkRules/data", virtualNetworkSubnetId=SUBNET),
    )
    (audit,) = found.of_type("azurerm_mssql_server_extended_auditing_policy")
    assert audit.get("enabled") == Known(True)
    assert audit.get("log_monitoring_enabled") == Known(True)
    assert audit.get("server_id") == Known(SERVER)
    (alerts,) = found.of_type("azurerm_mssql_server_security_alert_policy")
    assert (alerts.get("state"), alerts.get("server_name")) == (
        Known("Enabled"),
        Known("sql-shop"),
    )
    (protector,) = found.of_type("azurerm_mssql_server_transparent_data_encryption")
    assert protector.get("key_vault_key_id") == Known(KEY)
    (firewall,) = found.of_type("azurerm_mssql_firewall_rule")
    assert firewall.get("end_ip_address") == Known("0.0.0.0")
    (rule,) = found.of_type("azurerm_mssql_virtual_network_rule")
    assert rule.get("subnet_id") == Known(SUBNET)


def test_the_auditing_that_azure_shows_twice_is_one_policy() -> None:
    shown = [
        child(of, f"{name}/Default", state="Enabled")
        for of in (SERVER, DATABASE)
        for name in ("extendedAuditingSettings", "auditingSettings")
    ]
    assert [r.type for r in estate(*shown).resources] == [
        "azurerm_mssql_server_extended_auditing_policy",
        "azurerm_mssql_database_extended_auditing_policy",
    ]


@pytest.mark.parametrize(
    "unasked",
    [
        child(SERVER, "extendedAuditingSettings/Default", state="Disabled"),
        child(SERVER, "securityAlertPolicies/Default", state="Disabled"),
        child(SERVER, "encryptionProtector/current", serverKeyType="ServiceManaged"),
        child(DATABASE, "extendedAuditingSettings/Default", state="Disabled"),
    ],
    ids=lambda answer: answer["id"].rpartition("servers/")[2],
)
def test_what_azure_shows_of_a_server_that_nobody_asked_it_for_is_nothing(
    unasked: dict[str, object],
) -> None:
    assert estate(unasked).resources == ()


def test_auditing_that_somebody_turned_off_in_azapi_is_told() -> None:
    off = resource(
        "azapi_resource.audit",
        type="Microsoft.Sql/servers/extendedAuditingSettings@2023-08-01",
        name="Default",
        body={"properties": {"state": "Disabled"}},
    )
    (policy,) = from_azapi(off).of_type("azurerm_mssql_server_extended_auditing_policy")
    assert policy.get("enabled") == Known(False)


def test_a_managed_instance_is_told_in_azurerm_s_words() -> None:
    answer = {
        "sku": {"name": "GP_Gen5", "tier": "GeneralPurpose"},
        "properties": {
            "administratorLogin": "mi",
            "subnetId": SUBNET,
            "publicDataEndpointEnabled": True,
            "minimalTlsVersion": "1.1",
            "administrators": {"login": "g", "azureADOnlyAuthentication": False},
        },
        "id": INSTANCE,
        "name": "mi-shop",
    }
    instance = one("azurerm_mssql_managed_instance", answer)
    assert instance.get("public_data_endpoint_enabled") == Known(True)
    assert instance.get("minimum_tls_version") == Known("1.1")
    only = "azure_active_directory_administrator.azuread_authentication_only_enabled"
    assert instance.get(only) == Known(False)


POSTGRESQL = an_id("Microsoft.DBforPostgreSQL/flexibleServers/pg-shop")
PG_ANSWER = {
    "sku": {"name": "Standard_D4s_v3", "tier": "GeneralPurpose"},
    "properties": {
        "fullyQualifiedDomainName": "pg-shop.postgres.database.azure.com",
        "version": "16",
        "administratorLogin": "shopadmin",
        "state": "Ready",
        "storage": {"storageSizeGB": 512, "tier": "P20", "autoGrow": "Enabled"},
        "backup": {"backupRetentionDays": 35, "geoRedundantBackup": "Enabled"},
        "network": {
            "publicNetworkAccess": "Disabled",
            "delegatedSubnetResourceId": SUBNET,
            "privateDnsZoneArmResourceId": an_id(
                "Microsoft.Network/privateDnsZones/x.postgres.database.azure.com"
            ),
        },
        "dataEncryption": {"type": "SystemManaged"},
        "highAvailability": {"mode": "Disabled", "state": "NotEnabled"},
        "authConfig": {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled"},
    },
    "location": "westus",
    "id": POSTGRESQL,
    "name": "pg-shop",
}


def test_a_postgresql_server_is_told_in_azurerm_s_words() -> None:
    assert said("azurerm_postgresql_flexible_server", PG_ANSWER) == {
        "version": "16",
        "administrator_login": "shopadmin",
        "fqdn": "pg-shop.postgres.database.azure.com",
        "delegated_subnet_id": SUBNET,
        "private_dns_zone_id": an_id(
            "Microsoft.Network/privateDnsZones/x.postgres.database.azure.com"
        ),
        "storage_mb": 524288,
        "backup_retention_days": 35,
        "geo_redundant_backup_enabled": True,
        "public_network_access_enabled": False,
        "authentication.0.active_directory_auth_enabled": True,
        "authentication.0.password_auth_enabled": False,
    }


def test_a_server_s_own_key_is_a_customer_managed_key() -> None:
    encrypted = {
        "type": "AzureKeyVault",
        "primaryKeyURI": KEY,
        "primaryUserAssignedIdentityId": SUBNET,
    }
    answer = PG_ANSWER | {"properties": {"dataEncryption": encrypted}}
    server = one("azurerm_postgresql_flexible_server", answer)
    assert server.get("customer_managed_key.key_vault_key_id") == Known(KEY)


def test_parameters_and_rules_find_their_server_by_id_or_by_name() -> None:
    mysql = an_id("Microsoft.DBforMySQL/flexibleServers/my-shop")
    found = estate(
        child(POSTGRESQL, "configurations/require_secure_transport", value="on"),
        child(
            POSTGRESQL, "firewallRules/a", startIpAddress="203.0.113.1", endIpAddress="203.0.113.9"
        ),
        child(mysql, "configurations/tls_version", value="TLSv1.2,TLSv1.3"),
    )
    (parameter,) = found.of_type("azurerm_postgresql_flexible_server_configuration")
    assert (parameter.declared_name, parameter.get("value")) == (
        "require_secure_transport",
        Known("on"),
    )
    assert parameter.get("server_id") == Known(POSTGRESQL)
    (parameter,) = found.of_type("azurerm_mysql_flexible_server_configuration")
    assert parameter.get("server_name") == Known("my-shop")
    assert len(found.of_type("azurerm_postgresql_flexible_server_firewall_rule")) == 1


COSMOS = an_id("Microsoft.DocumentDB/databaseAccounts/cosmos-shop")


def test_a_cosmos_account_is_told_in_azurerm_s_words() -> None:
    answer = {
        "id": COSMOS,
        "name": "cosmos-shop",
        "location": "West US",
        "kind": "GlobalDocumentDB",
        "properties": {
            "provisioningState": "Succeeded",
            "documentEndpoint": "https://cosmos-shop.documents.azure.com:443/",
            "ipRules": [{"ipAddressOrRange": "203.0.113.0/24"}],
            "isVirtualNetworkFilterEnabled": True,
            "virtualNetworkRules": [{"id": SUBNET, "ignoreMissingVNetServiceEndpoint": False}],
            "databaseAccountOfferType": "Standard",
            "disableKeyBasedMetadataWriteAccess": True,
            "disableLocalAuth": True,
            "minimalTlsVersion": "Tls12",
            "publicNetworkAccess": "Enabled",
            "keyVaultKeyUri": KEY,
            "networkAclBypass": "None",
            "networkAclBypassResourceIds": [],
            "consistencyPolicy": {"defaultConsistencyLevel": "Session"},
            "locations": [
                {"locationName": "West US", "failoverPriority": 0, "isZoneRedundant": True}
            ],
            "capabilities": [],
        },
    }
    assert said("azurerm_cosmosdb_account", answer) == {
        "kind": "GlobalDocumentDB",
        "offer_type": "Standard",
        "public_network_access_enabled": True,
        "local_authentication_enabled": False,
        "access_key_metadata_writes_enabled": False,
        "minimal_tls_version": "Tls12",
        "is_virtual_network_filter_enabled": True,
        "ip_range_filter": ("203.0.113.0/24",),
        "virtual_network_rule.0.id": SUBNET,
        "virtual_network_rule.0.ignore_missing_vnet_service_endpoint": False,
        "network_acl_bypass_for_azure_services": False,
        "network_acl_bypass_ids": (),
        "key_vault_key_id": KEY,
        "endpoint": "https://cosmos-shop.documents.azure.com:443/",
        "geo_location.0.location": "West US",
        "geo_location.0.failover_priority": 0,
        "geo_location.0.zone_redundant": True,
        "consistency_policy.0.consistency_level": "Session",
    }


def test_a_cosmos_container_names_what_it_is_in() -> None:
    database = f"{COSMOS}/sqlDatabases/shop"
    container = child(
        database,
        "containers/customers",
        resource={"id": "customers", "partitionKey": {"paths": ["/id"]}, "defaultTtl": 86400},
    )
    assert said("azurerm_cosmosdb_sql_container", container) == {
        "database_name": "shop",
        "account_name": "cosmos-shop",
        "partition_key_paths": ("/id",),
        "default_ttl": 86400,
    }


def test_a_redis_cache_is_told_in_azurerm_s_words() -> None:
    answer = {
        "id": an_id("Microsoft.Cache/Redis/redis-shop"),
        "name": "redis-shop",
        "properties": {
            "redisVersion": "6.0",
            "sku": {"name": "Premium", "family": "P", "capacity": 1},
            "enableNonSslPort": False,
            "minimumTlsVersion": "1.2",
            "publicNetworkAccess": "Disabled",
            "disableAccessKeyAuthentication": True,
            "redisConfiguration": {"aad-enabled": "true", "maxclients": "7500"},
            "hostName": "redis-shop.redis.cache.windows.net",
            "port": 6379,
            "sslPort": 6380,
        },
    }
    assert said("azurerm_redis_cache", answer) == {
        "sku_name": "Premium",
        "family": "P",
        "capacity": 1,
        "non_ssl_port_enabled": False,
        "minimum_tls_version": "1.2",
        "public_network_access_enabled": False,
        "access_keys_authentication_enabled": False,
        "hostname": "redis-shop.redis.cache.windows.net",
        "redis_configuration.0.active_directory_authentication_enabled": True,
    }


@pytest.mark.parametrize(
    ("sku", "type_"),
    [
        ("Balanced_B5", "azurerm_managed_redis"),
        ("Enterprise_E10", "azurerm_redis_enterprise_cluster"),
    ],
)
def test_managed_redis_is_told_from_enterprise_by_its_sku(sku: str, type_: str) -> None:
    cluster = an_id("Microsoft.Cache/redisEnterprise/redis-shop")
    answer = {"id": cluster, "name": "redis-shop", "sku": {"name": sku}, "properties": {}}
    assert [r.type for r in estate(answer).resources] == [type_]


def test_managed_redis_has_its_database_within() -> None:
    cluster = an_id("Microsoft.Cache/redisEnterprise/redis-shop")
    answer = {"id": cluster, "name": "r", "sku": {"name": "Balanced_B5"}, "properties": {}}
    database = child(
        cluster,
        "databases/default",
        clientProtocol="Plaintext",
        accessKeysAuthentication="Disabled",
    )
    redis = one("azurerm_managed_redis", answer, database)
    assert redis.get("default_database.client_protocol") == Known("Plaintext")
    assert redis.get("default_database.access_keys_authentication_enabled") == Known(False)


def test_mongo_and_citus_clusters_are_told_with_their_rules() -> None:
    mongo = an_id("Microsoft.DocumentDB/mongoClusters/mongo-shop")
    citus = an_id("Microsoft.DBforPostgreSQL/serverGroupsv2/citus-shop")
    found = estate(
        {
            "id": mongo,
            "name": "mongo-shop",
            "properties": {
                "administrator": {"userName": "shopadmin"},
                "publicNetworkAccess": "Disabled",
                "authConfig": {"allowedModes": ["NativeAuth"]},
            },
        },
        child(mongo, "firewallRules/a", startIpAddress="203.0.113.1", endIpAddress="203.0.113.1"),
        {
            "id": citus,
            "name": "citus-shop",
            "properties": {
                "coordinatorEnablePublicIpAccess": True,
                "nodeEnablePublicIpAccess": False,
            },
        },
    )
    (cluster,) = found.of_type("azurerm_mongo_cluster")
    assert cluster.get("public_network_access") == Known("Disabled")
    assert cluster.get("authentication_methods") == Known(("NativeAuth",))
    (rule,) = found.of_type("azurerm_mongo_cluster_firewall_rule")
    assert rule.get("mongo_cluster_id") == Known(mongo)
    (cluster,) = found.of_type("azurerm_cosmosdb_postgresql_cluster")
    assert cluster.get("coordinator_public_ip_access_enabled") == Known(True)


def test_access_by_a_perimeter_alone_is_not_judged() -> None:
    answer = SQL_SERVER | {"properties": {"publicNetworkAccess": "SecuredByPerimeter"}}
    public = one("azurerm_mssql_server", answer).get("public_network_access_enabled")
    assert isinstance(public, Unresolvable)

"""Azure SQL: servers, databases and managed instances.

Properties and defaults: Azure REST API reference, Microsoft.Sql 2023-08-01.
"""

from collections.abc import Mapping
from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    NOTHING,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Codec,
    Kind,
    OneOf,
    leaf,
    made_unasked,
    written_alone,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS
from simulator.estate.model import Known, Node, Omitted, Reference, Unresolvable, effective

_SERVERS: Final = "Microsoft.Sql/servers"
_DATABASES: Final = f"{_SERVERS}/databases"
_INSTANCES: Final = "Microsoft.Sql/managedInstances"
_DATABASE: Final = "azurerm_mssql_database"
_SERVER: Final = "azurerm_mssql_server"
_INSTANCE: Final = "azurerm_mssql_managed_instance"
_SERVER_POLICY: Final = "azurerm_mssql_server_extended_auditing_policy"
_DATABASE_POLICY: Final = "azurerm_mssql_database_extended_auditing_policy"


def _tls(version: object) -> object:
    return "Disabled" if version == "None" else version


_TLS: Final = Codec(_tls, lambda version: "None" if version == "Disabled" else version)
_REDUNDANCY: Final = Argument("storage_account_type", "properties.requestedBackupStorageRedundancy")


def _database(resource: ArmResource) -> str:
    return NOTHING if effective(resource.name) == "master" else _DATABASE


def _encrypted_unless_told(database: ArmResource) -> Mapping[str, Node]:
    """A new database is encrypted (Azure SQL documentation on TDE); a new warehouse is not."""
    sku = leaf(database.body, "sku.name")
    if database.update or isinstance(sku, Reference | Unresolvable):
        return {}
    name = str(effective(sku)).casefold() if isinstance(sku, Known) else ""
    if name.startswith(("dw", "datawarehouse")):
        return {}
    return {
        "transparent_data_encryption_enabled": Omitted(default=True, decided_by="Azure default")
    }


def _unless_off(type_: str) -> OneOf:
    return made_unasked(type_, "properties.state", "Disabled")


def _unless_azure_s(type_: str) -> OneOf:
    return made_unasked(type_, "properties.serverKeyType", "ServiceManaged")


def _protector(holder: str) -> Arguments:
    """The key that encrypts all of a server: an id only if the customer keeps it."""
    return (
        Argument(holder, PARENT),
        Argument("key_vault_key_id", "properties.uri"),
        Argument("auto_rotation_enabled", "properties.autoRotationEnabled", default=False),
    )


def _auditing(holder: str) -> Arguments:
    return (
        Argument(holder, PARENT),
        Argument("enabled", "properties.state", ENABLED),
        Argument("storage_endpoint", "properties.storageEndpoint"),
        Argument(
            "storage_account_access_key", "properties.storageAccountAccessKey", sensitive=True
        ),
        Argument("retention_in_days", "properties.retentionDays", default=0),
        Argument("log_monitoring_enabled", "properties.isAzureMonitorTargetEnabled", default=False),
    )


_SERVER_AUDITING: Final = (
    *_auditing("server_id"),
    Argument("audit_actions_and_groups", "properties.auditActionsAndGroups"),
    Argument("predicate_expression", "properties.predicateExpression"),
)


_ALERTS: Final = (
    Argument("state", "properties.state"),
    Argument("disabled_alerts", "properties.disabledAlerts"),
    Argument("email_addresses", "properties.emailAddresses"),
    Argument("email_account_admins", "properties.emailAccountAdmins"),
    Argument("retention_days", "properties.retentionDays"),
    Argument("storage_endpoint", "properties.storageEndpoint"),
)


def _administrator(block: str, only: str, source: str) -> Arguments:
    return (
        Argument(f"{block}.login_username", f"{source}.login"),
        Argument(f"{block}.object_id", f"{source}.sid"),
        Argument(f"{block}.tenant_id", f"{source}.tenantId"),
        Argument(f"{block}.{only}", f"{source}.azureADOnlyAuthentication", default=False),
    )


_ADMINISTRATOR: Final = ("azuread_administrator", "azuread_authentication_only")
_INSTANCE_ADMINISTRATOR: Final = (
    "azure_active_directory_administrator",
    "azuread_authentication_only_enabled",
)


def _administrators(of: str, type_: str, names: tuple[str, str]) -> tuple[Kind, ...]:
    """An administrator, and whether no other sign-in works, as resources of their own in ARM."""
    block, only = names
    who = _administrator(block, only, "properties")[:3]
    alone = Argument(f"{block}.{only}", "properties.azureADOnlyAuthentication")
    return (
        Kind(f"{of}/administrators", type_, who, part=True),
        Kind(f"{of}/azureADOnlyAuthentications", type_, (alone,), part=True),
    )


SQL: Final = (
    Kind(
        _SERVERS,
        _SERVER,
        (
            Argument("version", "properties.version"),
            Argument("administrator_login", "properties.administratorLogin"),
            Argument(
                "administrator_login_password",
                "properties.administratorLoginPassword",
                sensitive=True,
            ),
            Argument("minimum_tls_version", "properties.minimalTlsVersion", _TLS),
            PUBLIC_ACCESS,
            Argument(
                "outbound_network_restriction_enabled",
                "properties.restrictOutboundNetworkAccess",
                ENABLED,
                default=False,
            ),
            Argument("transparent_data_encryption_key_vault_key_id", "properties.keyId"),
            Argument(
                "primary_user_assigned_identity_id", "properties.primaryUserAssignedIdentityId"
            ),
            Argument("fully_qualified_domain_name", "properties.fullyQualifiedDomainName"),
            *_administrator(*_ADMINISTRATOR, "properties.administrators"),
        ),
    ),
    *_administrators(_SERVERS, _SERVER, _ADMINISTRATOR),
    Kind(
        f"{_SERVERS}/encryptionProtector",
        _unless_azure_s("azurerm_mssql_server_transparent_data_encryption"),
        _protector("server_id"),
    ),
    Kind(f"{_SERVERS}/extendedAuditingSettings", _unless_off(_SERVER_POLICY), _SERVER_AUDITING),
    Kind(f"{_SERVERS}/auditingSettings", written_alone(_SERVER_POLICY), _SERVER_AUDITING),
    Kind(
        f"{_SERVERS}/securityAlertPolicies",
        _unless_off("azurerm_mssql_server_security_alert_policy"),
        (Argument("server_name", PARENT_NAME), *_ALERTS),
    ),
    Kind(
        f"{_SERVERS}/firewallRules",
        "azurerm_mssql_firewall_rule",
        (
            Argument("server_id", PARENT),
            Argument("start_ip_address", "properties.startIpAddress"),
            Argument("end_ip_address", "properties.endIpAddress"),
        ),
    ),
    Kind(
        f"{_SERVERS}/virtualNetworkRules",
        "azurerm_mssql_virtual_network_rule",
        (
            Argument("server_id", PARENT),
            Argument("subnet_id", "properties.virtualNetworkSubnetId"),
            Argument(
                "ignore_missing_vnet_service_endpoint",
                "properties.ignoreMissingVnetServiceEndpoint",
                default=False,
            ),
        ),
    ),
    Kind(
        f"{_SERVERS}/outboundFirewallRules",
        "azurerm_mssql_outbound_firewall_rule",
        (Argument("server_id", PARENT),),
    ),
    Kind(
        f"{_SERVERS}/elasticPools",
        "azurerm_mssql_elasticpool",
        (Argument("server_name", PARENT_NAME), Argument("sku.name", "sku.name")),
    ),
    Kind(
        _DATABASES,
        OneOf((_DATABASE,), _database),
        (
            Argument("server_id", PARENT),
            Argument("sku_name", "sku.name"),
            Argument("collation", "properties.collation"),
            Argument("create_mode", "properties.createMode"),
            Argument("elastic_pool_id", "properties.elasticPoolId"),
            Argument("ledger_enabled", "properties.isLedgerOn", default=False),
            Argument("enclave_type", "properties.preferredEnclaveType"),
            Argument("zone_redundant", "properties.zoneRedundant"),
            Argument(
                "transparent_data_encryption_key_vault_key_id", "properties.encryptionProtector"
            ),
            Argument(
                "transparent_data_encryption_key_automatic_rotation_enabled",
                "properties.encryptionProtectorAutoRotation",
                default=False,
            ),
            _REDUNDANCY,
        ),
        more=_encrypted_unless_told,
    ),
    Kind(
        f"{_DATABASES}/transparentDataEncryption",
        _DATABASE,
        (
            Argument("transparent_data_encryption_enabled", "properties.state", ENABLED),
            Argument("transparent_data_encryption_enabled", "properties.status", ENABLED),
        ),
        part=True,
    ),
    Kind(
        f"{_DATABASES}/extendedAuditingSettings",
        _unless_off(_DATABASE_POLICY),
        _auditing("database_id"),
    ),
    Kind(
        f"{_DATABASES}/auditingSettings", written_alone(_DATABASE_POLICY), _auditing("database_id")
    ),
    Kind(
        f"{_DATABASES}/securityAlertPolicies",
        _DATABASE,
        (
            Argument("threat_detection_policy.state", "properties.state"),
            Argument("threat_detection_policy.disabled_alerts", "properties.disabledAlerts"),
            Argument("threat_detection_policy.email_addresses", "properties.emailAddresses"),
            Argument("threat_detection_policy.retention_days", "properties.retentionDays"),
        ),
        part=True,
    ),
    Kind(
        f"{_DATABASES}/backupShortTermRetentionPolicies",
        _DATABASE,
        (Argument("short_term_retention_policy.retention_days", "properties.retentionDays"),),
        part=True,
    ),
    Kind(
        f"{_DATABASES}/backupLongTermRetentionPolicies",
        _DATABASE,
        tuple(
            Argument(
                f"long_term_retention_policy.{every}_retention", f"properties.{every}Retention"
            )
            for every in ("weekly", "monthly", "yearly")
        ),
        part=True,
    ),
    Kind(
        _INSTANCES,
        _INSTANCE,
        (
            Argument("sku_name", "sku.name"),
            Argument("administrator_login", "properties.administratorLogin"),
            Argument(
                "administrator_login_password",
                "properties.administratorLoginPassword",
                sensitive=True,
            ),
            Argument("subnet_id", "properties.subnetId"),
            Argument("minimum_tls_version", "properties.minimalTlsVersion", _TLS),
            Argument(
                "public_data_endpoint_enabled",
                "properties.publicDataEndpointEnabled",
                default=False,
            ),
            Argument("proxy_override", "properties.proxyOverride"),
            Argument("zone_redundant_enabled", "properties.zoneRedundant"),
            _REDUNDANCY,
            *_administrator(*_INSTANCE_ADMINISTRATOR, "properties.administrators"),
        ),
    ),
    *_administrators(_INSTANCES, _INSTANCE, _INSTANCE_ADMINISTRATOR),
    Kind(
        f"{_INSTANCES}/encryptionProtector",
        _unless_azure_s("azurerm_mssql_managed_instance_transparent_data_encryption"),
        _protector("managed_instance_id"),
    ),
    Kind(
        f"{_INSTANCES}/securityAlertPolicies",
        _unless_off("azurerm_mssql_managed_instance_security_alert_policy"),
        (
            Argument("managed_instance_name", PARENT_NAME),
            Argument("enabled", "properties.state", ENABLED),
        ),
    ),
    Kind(
        f"{_INSTANCES}/databases",
        "azurerm_mssql_managed_database",
        (Argument("managed_instance_id", PARENT),),
    ),
)

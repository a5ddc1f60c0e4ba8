"""Microsoft.Storage: accounts and their services.

Properties and defaults: Azure REST API reference, Microsoft.Storage 2023-05-01. The blob, file and
queue services have no resource of their own in azurerm: they are blocks of the account.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.keys import key_id
from simulator.estate.arm.mapping import (
    COMMAS,
    ENABLED,
    Argument,
    Arguments,
    Blocks,
    Codec,
    Kind,
    leaf,
    unless,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_BY_DEFAULT
from simulator.estate.model import UNSTATED, Block, Known, Node, Unresolvable

_ACCOUNTS: Final = "Microsoft.Storage/storageAccounts"
_ACCOUNT: Final = "azurerm_storage_account"
_ENCRYPTION: Final = "properties.encryption"
_KEY: Final = f"{_ENCRYPTION}.keyvaultproperties"


def _part_of_sku(index: int) -> Codec:
    def read(name: object) -> object:
        parts = name.split("_") if isinstance(name, str) else ()
        return parts[index] if len(parts) == 2 else UNSTATED

    return Codec(read, lambda _: UNSTATED)


def _between_semicolons() -> Codec:
    def read(text: object) -> object:
        return tuple(filter(None, text.split(";"))) if isinstance(text, str) else UNSTATED

    return Codec(
        read, lambda value: ";".join(value) + ";" if isinstance(value, tuple) else UNSTATED
    )


def _customer_managed_key(account: ArmResource) -> Mapping[str, Node]:
    """The key of the customer that an account is encrypted with; none if Microsoft keeps it."""
    source = leaf(account.body, f"{_ENCRYPTION}.keySource")
    if isinstance(source, Known) and str(source.value).casefold() != "microsoft.keyvault":
        return {}
    key = key_id(
        account.body, *(f"{_KEY}.{name}" for name in ("keyvaulturi", "keyname", "keyversion"))
    )
    if key is None:
        return {} if not isinstance(source, Unresolvable) else {"customer_managed_key": source}
    values: dict[str, Node] = {"key_vault_key_id": key}
    identity = leaf(account.body, f"{_ENCRYPTION}.identity.userAssignedIdentity")
    if identity is not None:
        values["user_assigned_identity_id"] = identity
    return {"customer_managed_key": (Block(MappingProxyType(values), account.origin),)}


_DAYS: Final = (Argument("days", "days"),)


def _cors(service: str) -> Blocks:
    return Blocks(
        f"{service}.cors_rule",
        "properties.cors.corsRules",
        (
            Argument("allowed_origins", "allowedOrigins"),
            Argument("allowed_methods", "allowedMethods"),
            Argument("allowed_headers", "allowedHeaders"),
            Argument("exposed_headers", "exposedHeaders"),
            Argument("max_age_in_seconds", "maxAgeInSeconds"),
        ),
    )


def _endpoints(*services: str) -> Arguments:
    return tuple(
        Argument(f"primary_{name}_endpoint", f"properties.primaryEndpoints.{name}")
        for name in services
    )


STORAGE: Final = (
    Kind(
        _ACCOUNTS,
        _ACCOUNT,
        (
            Argument("account_kind", "kind"),
            Argument("account_tier", "sku.name", _part_of_sku(0)),
            Argument("account_replication_type", "sku.name", _part_of_sku(1)),
            Argument("access_tier", "properties.accessTier"),
            Argument("allow_nested_items_to_be_public", "properties.allowBlobPublicAccess"),
            PUBLIC_BY_DEFAULT,
            Argument(
                "https_traffic_only_enabled", "properties.supportsHttpsTrafficOnly", default=True
            ),
            Argument("min_tls_version", "properties.minimumTlsVersion"),
            Argument("shared_access_key_enabled", "properties.allowSharedKeyAccess", default=True),
            Argument(
                "default_to_oauth_authentication",
                "properties.defaultToOAuthAuthentication",
                default=False,
            ),
            Argument("cross_tenant_replication_enabled", "properties.allowCrossTenantReplication"),
            Argument("allowed_copy_scope", "properties.allowedCopyScope"),
            Argument("local_user_enabled", "properties.isLocalUserEnabled"),
            Argument("sftp_enabled", "properties.isSftpEnabled", default=False),
            Argument("nfsv3_enabled", "properties.isNfsV3Enabled", default=False),
            Argument("is_hns_enabled", "properties.isHnsEnabled", default=False),
            Argument("large_file_share_enabled", "properties.largeFileSharesState", ENABLED),
            Argument(
                "infrastructure_encryption_enabled",
                f"{_ENCRYPTION}.requireInfrastructureEncryption",
                default=False,
            ),
            Argument(
                "queue_encryption_key_type",
                f"{_ENCRYPTION}.services.queue.keyType",
                default="Service",
            ),
            Argument(
                "table_encryption_key_type",
                f"{_ENCRYPTION}.services.table.keyType",
                default="Service",
            ),
            Argument("sas_policy.expiration_period", "properties.sasPolicy.sasExpirationPeriod"),
            Argument("sas_policy.expiration_action", "properties.sasPolicy.expirationAction"),
            Blocks(
                "immutability_policy",
                "properties.immutableStorageWithVersioning.immutabilityPolicy",
                (
                    Argument("state", "state"),
                    Argument(
                        "period_since_creation_in_days", "immutabilityPeriodSinceCreationInDays"
                    ),
                    Argument("allow_protected_append_writes", "allowProtectedAppendWrites"),
                ),
            ),
            Argument(
                "network_rules.default_action",
                "properties.networkAcls.defaultAction",
                default="Allow",
            ),
            Argument("network_rules.bypass", "properties.networkAcls.bypass", COMMAS),
            Argument("network_rules.ip_rules", "properties.networkAcls.ipRules", each="value"),
            Argument(
                "network_rules.virtual_network_subnet_ids",
                "properties.networkAcls.virtualNetworkRules",
                each="id",
            ),
            Blocks(
                "network_rules.private_link_access",
                "properties.networkAcls.resourceAccessRules",
                (
                    Argument("endpoint_resource_id", "resourceId"),
                    Argument("endpoint_tenant_id", "tenantId"),
                ),
            ),
            Blocks(
                "azure_files_authentication",
                "properties.azureFilesIdentityBasedAuthentication",
                (
                    Argument("directory_type", "directoryServiceOptions"),
                    Argument("default_share_level_permission", "defaultSharePermission"),
                ),
                when=unless("directoryServiceOptions", "None"),
            ),
            *_endpoints("blob", "file", "queue", "table", "web", "dfs"),
        ),
        more=_customer_managed_key,
    ),
    Kind(
        f"{_ACCOUNTS}/blobServices",
        _ACCOUNT,
        (
            Argument(
                "blob_properties.versioning_enabled",
                "properties.isVersioningEnabled",
                default=False,
            ),
            Argument(
                "blob_properties.change_feed_enabled",
                "properties.changeFeed.enabled",
                default=False,
            ),
            Argument(
                "blob_properties.change_feed_retention_in_days",
                "properties.changeFeed.retentionInDays",
            ),
            Argument(
                "blob_properties.last_access_time_enabled",
                "properties.lastAccessTimeTrackingPolicy.enable",
                default=False,
            ),
            Argument("blob_properties.default_service_version", "properties.defaultServiceVersion"),
            Blocks(
                "blob_properties.delete_retention_policy",
                "properties.deleteRetentionPolicy",
                (
                    *_DAYS,
                    Argument("permanent_delete_enabled", "allowPermanentDelete", default=False),
                ),
                switch="enabled",
            ),
            Blocks(
                "blob_properties.container_delete_retention_policy",
                "properties.containerDeleteRetentionPolicy",
                _DAYS,
                switch="enabled",
            ),
            Blocks(
                "blob_properties.restore_policy",
                "properties.restorePolicy",
                _DAYS,
                switch="enabled",
            ),
            _cors("blob_properties"),
        ),
        part=True,
    ),
    Kind(
        f"{_ACCOUNTS}/fileServices",
        _ACCOUNT,
        (
            Blocks(
                "share_properties.retention_policy",
                "properties.shareDeleteRetentionPolicy",
                _DAYS,
                switch="enabled",
            ),
            *(
                Argument(
                    f"share_properties.smb.{name}",
                    f"properties.protocolSettings.smb.{source}",
                    _between_semicolons(),
                )
                for name, source in (
                    ("versions", "versions"),
                    ("authentication_types", "authenticationMethods"),
                    ("kerberos_ticket_encryption_type", "kerberosTicketEncryption"),
                    ("channel_encryption_type", "channelEncryption"),
                )
            ),
            Argument(
                "share_properties.smb.multichannel_enabled",
                "properties.protocolSettings.smb.multichannel.enabled",
            ),
            _cors("share_properties"),
        ),
        part=True,
    ),
    Kind(f"{_ACCOUNTS}/queueServices", _ACCOUNT, (_cors("queue_properties"),), part=True),
    # Nothing of the table service's own is an argument in azurerm; its tables are resources.
    Kind(f"{_ACCOUNTS}/tableServices", _ACCOUNT, (), part=True),
)

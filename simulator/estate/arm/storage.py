"""Microsoft.Storage: accounts, their services and containers.

Properties and defaults: Azure REST API reference, Microsoft.Storage 2023-05-01.
"""

from typing import Final

from simulator.estate.arm.mapping import ENABLED, PARENT, Argument, Codec, Kind, words
from simulator.estate.model import UNSTATED

_ACCOUNTS: Final = "Microsoft.Storage/storageAccounts"
_ACCOUNT: Final = "azurerm_storage_account"


def _part_of_sku(index: int) -> Codec:
    def read(name: object) -> object:
        parts = name.split("_") if isinstance(name, str) else ()
        return parts[index] if len(parts) == 2 else UNSTATED

    return Codec(read, lambda _: UNSTATED)


def _bypass(value: object) -> object:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else UNSTATED


_PUBLIC: Final = words({"None": "private", "Blob": "blob", "Container": "container"})

STORAGE: Final = (
    Kind(
        _ACCOUNTS,
        _ACCOUNT,
        (
            Argument("account_kind", "kind"),
            Argument("account_tier", "sku.name", _part_of_sku(0)),
            Argument("account_replication_type", "sku.name", _part_of_sku(1)),
            Argument("allow_nested_items_to_be_public", "properties.allowBlobPublicAccess"),
            Argument(
                "public_network_access_enabled",
                "properties.publicNetworkAccess",
                ENABLED,
                default=True,
            ),
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
            Argument("local_user_enabled", "properties.isLocalUserEnabled"),
            Argument("sftp_enabled", "properties.isSftpEnabled", default=False),
            Argument("nfsv3_enabled", "properties.isNfsV3Enabled", default=False),
            Argument("is_hns_enabled", "properties.isHnsEnabled", default=False),
            Argument(
                "infrastructure_encryption_enabled",
                "properties.encryption.requireInfrastructureEncryption",
                default=False,
            ),
            Argument(
                "network_rules.default_action",
                "properties.networkAcls.defaultAction",
                default="Allow",
            ),
            Argument("network_rules.bypass", "properties.networkAcls.bypass", Codec(_bypass)),
            Argument("network_rules.ip_rules", "properties.networkAcls.ipRules", each="value"),
            Argument(
                "network_rules.virtual_network_subnet_ids",
                "properties.networkAcls.virtualNetworkRules",
                each="id",
            ),
        ),
    ),
    Kind(
        f"{_ACCOUNTS}/blobServices/containers",
        "azurerm_storage_container",
        (
            Argument("storage_account_id", PARENT, up=2),
            Argument(
                "container_access_type", "properties.publicAccess", _PUBLIC, default="private"
            ),
        ),
    ),
)

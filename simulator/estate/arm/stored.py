"""Microsoft.Storage: what accounts hold: containers, shares, queues, tables, rules and users.

Properties and defaults: Azure REST API reference, Microsoft.Storage 2023-05-01.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    NAME,
    OPPOSITE,
    PARENT,
    Argument,
    Arguments,
    Blocks,
    Kind,
    leaf,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Block, Known

_ACCOUNTS: Final = "Microsoft.Storage/storageAccounts"


def _held_policy(container: ArmResource) -> Iterator[ArmResource]:
    """The immutability policy that Azure shows in a container; in azapi it stands by itself."""
    policy = leaf(container.body, "properties.immutabilityPolicy")
    if isinstance(policy, Block) and isinstance(container.id, Known):
        values = {
            **policy.values,
            "id": Known(f"{container.id.value}/immutabilityPolicies/default"),
        }
        yield container.within("immutabilityPolicies", "default", Block(MappingProxyType(values)))


_PUBLIC: Final = words({"None": "private", "Blob": "blob", "Container": "container"})
_LOCKED: Final = words({"Locked": True, "Unlocked": False})
_ACL: Final = Blocks(
    "acl",
    "properties.signedIdentifiers",
    (
        Argument("id", "id"),
        Argument("access_policy.start", "accessPolicy.startTime"),
        Argument("access_policy.expiry", "accessPolicy.expiryTime"),
        Argument("access_policy.permissions", "accessPolicy.permission"),
    ),
)


def _after(action: str, prefix: str, *counts: tuple[str, str]) -> Arguments:
    return tuple(Argument(f"{action}_{name}", f"{prefix}.{source}") for name, source in counts)


_SINCE: Final = (
    ("after_days_since_modification_greater_than", "daysAfterModificationGreaterThan"),
    ("after_days_since_creation_greater_than", "daysAfterCreationGreaterThan"),
    ("after_days_since_last_access_time_greater_than", "daysAfterLastAccessTimeGreaterThan"),
)
_ACTIONS: Final = (
    Blocks(
        "base_blob",
        "baseBlob",
        (
            *_after("delete", "delete", *_SINCE),
            *_after("tier_to_cool", "tierToCool", *_SINCE),
            *_after("tier_to_archive", "tierToArchive", *_SINCE),
        ),
    ),
    Blocks(
        "snapshot",
        "snapshot",
        (
            Argument(
                "delete_after_days_since_creation_greater_than",
                "delete.daysAfterCreationGreaterThan",
            ),
        ),
    ),
    Blocks(
        "version",
        "version",
        (
            Argument(
                "delete_after_days_since_creation",
                "delete.daysAfterCreationGreaterThan",
            ),
        ),
    ),
)


STORED: Final = (
    Kind(
        f"{_ACCOUNTS}/blobServices/containers",
        "azurerm_storage_container",
        (
            Argument("storage_account_id", PARENT, up=2),
            Argument(
                "container_access_type", "properties.publicAccess", _PUBLIC, default="private"
            ),
            Argument("default_encryption_scope", "properties.defaultEncryptionScope"),
            Argument(
                "encryption_scope_override_enabled",
                "properties.denyEncryptionScopeOverride",
                OPPOSITE,
            ),
            Argument("has_immutability_policy", "properties.hasImmutabilityPolicy"),
            Argument("has_legal_hold", "properties.hasLegalHold"),
            Argument("metadata", "properties.metadata"),
        ),
        also=_held_policy,
    ),
    Kind(
        f"{_ACCOUNTS}/blobServices/containers/immutabilityPolicies",
        "azurerm_storage_container_immutability_policy",
        (
            Argument("storage_container_resource_manager_id", PARENT),
            Argument(
                "immutability_period_in_days", "properties.immutabilityPeriodSinceCreationInDays"
            ),
            Argument("locked", "properties.state", _LOCKED, default=False),
            Argument(
                "protected_append_writes_enabled",
                "properties.allowProtectedAppendWrites",
                default=False,
            ),
            Argument(
                "protected_append_writes_all_enabled",
                "properties.allowProtectedAppendWritesAll",
                default=False,
            ),
        ),
    ),
    Kind(
        f"{_ACCOUNTS}/fileServices/shares",
        "azurerm_storage_share",
        (
            Argument("storage_account_id", PARENT, up=2),
            Argument("quota", "properties.shareQuota"),
            Argument("enabled_protocol", "properties.enabledProtocols"),
            Argument("access_tier", "properties.accessTier"),
            Argument("metadata", "properties.metadata"),
            _ACL,
        ),
    ),
    Kind(
        f"{_ACCOUNTS}/queueServices/queues",
        "azurerm_storage_queue",
        (
            Argument("storage_account_id", PARENT, up=2),
            Argument("metadata", "properties.metadata"),
        ),
    ),
    Kind(
        f"{_ACCOUNTS}/tableServices/tables",
        "azurerm_storage_table",
        (Argument("storage_account_id", PARENT, up=2), _ACL),
    ),
    Kind(
        f"{_ACCOUNTS}/managementPolicies",
        "azurerm_storage_management_policy",
        (
            Argument("storage_account_id", PARENT),
            Blocks(
                "rule",
                "properties.policy.rules",
                (
                    Argument("name", "name"),
                    Argument("enabled", "enabled", default=True),
                    Argument("filters.prefix_match", "definition.filters.prefixMatch"),
                    Argument("filters.blob_types", "definition.filters.blobTypes"),
                    Blocks("actions", "definition.actions", _ACTIONS),
                ),
            ),
        ),
    ),
    Kind(
        f"{_ACCOUNTS}/encryptionScopes",
        "azurerm_storage_encryption_scope",
        (
            Argument("storage_account_id", PARENT),
            Argument("source", "properties.source"),
            Argument("key_vault_key_id", "properties.keyVaultProperties.keyUri"),
            Argument(
                "infrastructure_encryption_required", "properties.requireInfrastructureEncryption"
            ),
        ),
    ),
    Kind(
        f"{_ACCOUNTS}/localUsers",
        "azurerm_storage_account_local_user",
        (
            Argument("storage_account_id", PARENT),
            Argument("name", NAME),
            Argument("home_directory", "properties.homeDirectory"),
            Argument("ssh_key_enabled", "properties.hasSshKey"),
            Argument("ssh_password_enabled", "properties.hasSshPassword"),
            Blocks(
                "permission_scope",
                "properties.permissionScopes",
                (Argument("service", "service"), Argument("resource_name", "resourceName")),
            ),
        ),
    ),
)

"""Microsoft.KeyVault: vaults, their keys and secrets, and managed HSMs.

Properties and defaults: Azure REST API reference, Microsoft.KeyVault 2023-07-01. Whether a vault
without ``enableRbacAuthorization`` has roles depends on the API version that made it (2026-02-01
turned the default round), so that no default is stated. Certificates are no resources in ARM.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    EPOCH,
    PARENT,
    Argument,
    Blocks,
    Kind,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS, PUBLIC_BY_DEFAULT
from simulator.estate.model import Block, Known, Node, Reference, Unresolvable

_VAULTS: Final = "Microsoft.KeyVault/vaults"
_HSMS: Final = "Microsoft.KeyVault/managedHSMs"

_RECOVERY: Final = (
    # Protection cannot be taken off again; the property is only there where it is on.
    Argument("purge_protection_enabled", "properties.enablePurgeProtection", default=False),
    Argument("soft_delete_retention_days", "properties.softDeleteRetentionInDays", default=90),
)
_ACLS: Final = (
    Argument("network_acls.default_action", "properties.networkAcls.defaultAction"),
    Argument("network_acls.bypass", "properties.networkAcls.bypass"),
)
_DATES: Final = (
    Argument("expiration_date", "properties.attributes.exp", EPOCH),
    Argument("not_before_date", "properties.attributes.nbf", EPOCH),
)


def _rotation(key: ArmResource) -> Mapping[str, Node]:
    """``rotation_policy``: ARM has a list of actions, of which azurerm knows one of each kind."""
    policy = leaf(key.body, "properties.rotationPolicy")
    if isinstance(policy, Reference | Unresolvable):
        return {"rotation_policy": policy}
    if not isinstance(policy, Block):
        return {}
    values: dict[str, Node] = {}
    expiry = leaf(policy, "attributes.expiryTime")
    if expiry is not None:
        values["expire_after"] = expiry
    actions = leaf_blocks(policy, "lifetimeActions")
    if isinstance(actions, Reference | Unresolvable):
        values["automatic"] = actions
    for action in actions if isinstance(actions, tuple) else ():
        values.update(_action(action))
    return {"rotation_policy": (Block(MappingProxyType(values), key.origin),)} if values else {}


def leaf_blocks(body: Block, path: str) -> "Node | None":
    """What a body has at a path, one object being a list of one."""
    node = leaf(body, path)
    return (node,) if isinstance(node, Block) else node


def _action(action: Block) -> Mapping[str, Node]:
    type_ = leaf(action, "action.type")
    word = str(type_.value).casefold() if isinstance(type_, Known) else ""
    before = leaf(action, "trigger.timeBeforeExpiry")
    if word == "notify":
        return {} if before is None else {"notify_before_expiry": before}
    after = leaf(action, "trigger.timeAfterCreate")
    written = {"time_before_expiry": before, "time_after_creation": after}
    triggers: dict[str, Node] = {name: node for name, node in written.items() if node is not None}
    if word != "rotate":
        return {"automatic": Unresolvable("what a lifetime action does is not known")}
    return {"automatic": (Block(MappingProxyType(triggers), action.origin),)} if triggers else {}


VAULT: Final = (
    Kind(
        _VAULTS,
        "azurerm_key_vault",
        (
            Argument("tenant_id", "properties.tenantId"),
            Argument("sku_name", "properties.sku.name"),
            Argument("rbac_authorization_enabled", "properties.enableRbacAuthorization"),
            *_RECOVERY,
            PUBLIC_BY_DEFAULT,
            Argument("enabled_for_deployment", "properties.enabledForDeployment"),
            Argument("enabled_for_disk_encryption", "properties.enabledForDiskEncryption"),
            Argument("enabled_for_template_deployment", "properties.enabledForTemplateDeployment"),
            *_ACLS,
            Argument("network_acls.ip_rules", "properties.networkAcls.ipRules", each="value"),
            Argument(
                "network_acls.virtual_network_subnet_ids",
                "properties.networkAcls.virtualNetworkRules",
                each="id",
            ),
            Blocks(
                "access_policy",
                "properties.accessPolicies",
                (
                    Argument("tenant_id", "tenantId"),
                    Argument("object_id", "objectId"),
                    Argument("application_id", "applicationId"),
                    Argument("key_permissions", "permissions.keys"),
                    Argument("secret_permissions", "permissions.secrets"),
                    Argument("certificate_permissions", "permissions.certificates"),
                    Argument("storage_permissions", "permissions.storage"),
                ),
            ),
            Argument("vault_uri", "properties.vaultUri"),
        ),
    ),
    Kind(
        f"{_VAULTS}/keys",
        "azurerm_key_vault_key",
        (
            Argument("key_vault_id", PARENT),
            Argument("key_type", "properties.kty"),
            Argument("key_size", "properties.keySize"),
            Argument("curve", "properties.curveName"),
            Argument("key_opts", "properties.keyOps"),
            *_DATES,
        ),
        more=_rotation,
    ),
    Kind(
        f"{_VAULTS}/secrets",
        "azurerm_key_vault_secret",
        (
            Argument("key_vault_id", PARENT),
            Argument("content_type", "properties.contentType"),
            Argument("value", "properties.value", sensitive=True),
            *_DATES,
        ),
    ),
    Kind(
        _HSMS,
        "azurerm_key_vault_managed_hardware_security_module",
        (
            Argument("tenant_id", "properties.tenantId"),
            Argument("sku_name", "sku.name"),
            Argument("admin_object_ids", "properties.initialAdminObjectIds"),
            *_RECOVERY,
            PUBLIC_ACCESS,
            *_ACLS,
            Argument("hsm_uri", "properties.hsmUri"),
        ),
    ),
)

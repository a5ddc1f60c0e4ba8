"""Key Vaults, their keys and secrets."""

from datetime import UTC, datetime

from declared import Declared
from wire import Json, answer, listed, onoff, tracked

from simulator.estate.model import Resource


def key_vault(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    acls = (v.get("network_acls") or [None])[0]
    return [
        tracked(
            d,
            r,
            "Microsoft.KeyVault/vaults",
            {
                "tenantId": v["tenant_id"],
                "sku": {"family": "A", "name": v["sku_name"]},
                "enableRbacAuthorization": v["rbac_authorization_enabled"],
                "enableSoftDelete": True,
                "softDeleteRetentionInDays": v["soft_delete_retention_days"],
                # The service leaves it out where it is off: it cannot be set to false.
                "enablePurgeProtection": v["purge_protection_enabled"] or None,
                "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
                "networkAcls": acls
                and {
                    "bypass": acls["bypass"],
                    "defaultAction": acls["default_action"],
                    "ipRules": [{"value": ip} for ip in acls.get("ip_rules") or []],
                    "virtualNetworkRules": [
                        {"id": one} for one in listed(acls.get("virtual_network_subnet_ids"))
                    ],
                },
                "accessPolicies": [],
                "vaultUri": f"https://{v['name']}.vault.azure.net/",
            },
        )
    ]


def key_vault_key(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    policy = (v.get("rotation_policy") or [None])[0]
    rotation: Json | None = None
    if policy:
        actions = []
        for block in policy.get("automatic") or []:
            trigger = {
                "timeBeforeExpiry": block.get("time_before_expiry"),
                "timeAfterCreate": block.get("time_after_creation"),
            }
            actions.append({"trigger": trigger, "action": {"type": "rotate"}})
        if policy.get("notify_before_expiry"):
            notify = {"timeBeforeExpiry": policy["notify_before_expiry"]}
            actions.append({"trigger": notify, "action": {"type": "notify"}})
        rotation = {
            "attributes": {"expiryTime": policy.get("expire_after")},
            "lifetimeActions": actions,
        }
    return [
        answer(
            d.id(r),
            "Microsoft.KeyVault/vaults/keys",
            {
                "attributes": {"enabled": True, "exportable": False},
                "kty": v["key_type"],
                "keyOps": v["key_opts"],
                "keySize": v.get("key_size"),
                "rotationPolicy": rotation,
            },
            location="westus2",
            tags=v.get("tags") or None,
        )
    ]


def key_vault_secret(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    expires = v.get("expiration_date")
    at = datetime.fromisoformat(str(expires)).astimezone(UTC) if expires else None
    return [
        answer(
            d.id(r),
            "Microsoft.KeyVault/vaults/secrets",
            {
                "attributes": {"enabled": True, "exp": int(at.timestamp()) if at else None},
                "contentType": v.get("content_type"),
            },
            location="westus2",
            tags=v.get("tags") or None,
        )
    ]


WRITERS = {
    "azurerm_key_vault": key_vault,
    "azurerm_key_vault_key": key_vault_key,
    "azurerm_key_vault_secret": key_vault_secret,
}
INSIDE = ()

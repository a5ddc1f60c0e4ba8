"""Key vaults and what they hold, as Azure answers them."""

from simulator.estate.model import Known, Omitted
from tests.estate.arm.live import an_id, one, said

VAULT = an_id("Microsoft.KeyVault/vaults/kv-shop")
SUBNET = an_id("Microsoft.Network/virtualNetworks/vnet/subnets/apps")
ANSWER = {
    "id": VAULT,
    "name": "kv-shop",
    "location": "westus",
    "tags": {},
    "properties": {
        "sku": {"family": "A", "name": "premium"},
        "tenantId": "t",
        "networkAcls": {
            "bypass": "AzureServices",
            "defaultAction": "Deny",
            "ipRules": [{"value": "203.0.113.7/32"}],
            "virtualNetworkRules": [{"id": SUBNET, "ignoreMissingVnetServiceEndpoint": False}],
        },
        "accessPolicies": [
            {
                "tenantId": "t",
                "objectId": "o",
                "permissions": {"keys": ["get"], "secrets": ["get", "list"], "certificates": []},
            }
        ],
        "enabledForDeployment": False,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": 90,
        "enableRbacAuthorization": False,
        "enablePurgeProtection": True,
        "vaultUri": "https://kv-shop.vault.azure.net/",
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
    },
}


def test_a_vault_is_told_in_azurerm_s_words() -> None:
    assert said("azurerm_key_vault", ANSWER) == {
        "tenant_id": "t",
        "sku_name": "premium",
        "rbac_authorization_enabled": False,
        "purge_protection_enabled": True,
        "soft_delete_retention_days": 90,
        "public_network_access_enabled": True,
        "enabled_for_deployment": False,
        "vault_uri": "https://kv-shop.vault.azure.net/",
        "access_policy.0.tenant_id": "t",
        "access_policy.0.object_id": "o",
        "access_policy.0.key_permissions": ("get",),
        "access_policy.0.secret_permissions": ("get", "list"),
        "access_policy.0.certificate_permissions": (),
        "network_acls.0.default_action": "Deny",
        "network_acls.0.bypass": "AzureServices",
        "network_acls.0.ip_rules": ("203.0.113.7/32",),
        "network_acls.0.virtual_network_subnet_ids": (SUBNET,),
    }


def test_what_a_vault_does_not_say_is_its_default_or_not_known() -> None:
    bare = {"id": VAULT, "name": "kv-shop", "properties": {"tenantId": "t"}}
    vault = one("azurerm_key_vault", bare)
    assert vault.get("purge_protection_enabled") == Omitted(False, "Azure default")
    assert vault.get("soft_delete_retention_days") == Omitted(90, "Azure default")
    assert vault.blocks("network_acls") == ()
    # Which default holds depends on the API version that made the vault.
    assert vault.get("rbac_authorization_enabled") == Omitted()


def test_a_key_rotates_and_expires_as_its_policy_says() -> None:
    key = {
        "id": f"{VAULT}/keys/cmk",
        "name": "cmk",
        "properties": {
            "attributes": {"enabled": True, "created": 1598533051, "updated": 1598533051},
            "kty": "RSA",
            "keyOps": ["encrypt", "wrapKey"],
            "keySize": 2048,
            "rotationPolicy": {
                "attributes": {"expiryTime": "P1Y"},
                "lifetimeActions": [
                    {"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "notify"}},
                    {"trigger": {"timeAfterCreate": "P11M"}, "action": {"type": "rotate"}},
                ],
            },
        },
    }
    assert said("azurerm_key_vault_key", key) == {
        "key_vault_id": VAULT,
        "key_type": "RSA",
        "key_size": 2048,
        "key_opts": ("encrypt", "wrapKey"),
        "rotation_policy.0.expire_after": "P1Y",
        "rotation_policy.0.notify_before_expiry": "P30D",
        "rotation_policy.0.automatic.0.time_after_creation": "P11M",
    }


def test_a_key_that_nobody_rotates_has_no_policy() -> None:
    key = {"id": f"{VAULT}/keys/k", "name": "k", "properties": {"kty": "RSA"}}
    assert one("azurerm_key_vault_key", key).blocks("rotation_policy") == ()


def test_a_secret_s_last_day_is_counted_in_seconds() -> None:
    secret = {
        "id": f"{VAULT}/secrets/db",
        "name": "db",
        "properties": {
            "contentType": "text/plain",
            "attributes": {"enabled": True, "nbf": 1767225600, "exp": 1798761600},
            "secretUri": "https://kv-shop.vault.azure.net/secrets/db",
        },
    }
    assert said("azurerm_key_vault_secret", secret) == {
        "key_vault_id": VAULT,
        "content_type": "text/plain",
        "expiration_date": "2027-01-01T00:00:00Z",
        "not_before_date": "2026-01-01T00:00:00Z",
    }


def test_a_secret_that_is_written_out_stays_hidden() -> None:
    secret = {"id": f"{VAULT}/secrets/db", "name": "db", "properties": {"value": "hunter2"}}
    assert one("azurerm_key_vault_secret", secret).get("value") == Known("hunter2", sensitive=True)


def test_a_managed_hsm_is_told_in_azurerm_s_words() -> None:
    hsm = {
        "id": an_id("Microsoft.KeyVault/managedHSMs/hsm-shop"),
        "name": "hsm-shop",
        "sku": {"family": "B", "name": "Standard_B1"},
        "properties": {
            "tenantId": "t",
            "initialAdminObjectIds": ["o"],
            "enablePurgeProtection": True,
            "softDeleteRetentionInDays": 90,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {"bypass": "None", "defaultAction": "Deny"},
        },
    }
    told = one("azurerm_key_vault_managed_hardware_security_module", hsm)
    assert told.get("public_network_access_enabled") == Known(False)
    assert told.get("network_acls.default_action") == Known("Deny")

"""Storage accounts, their services and what these hold, as Azure answers them."""

from dataclasses import replace

import pytest

from simulator.estate.arm.translate import as_azurerm
from simulator.estate.model import Block, Known, Omitted, Unresolvable
from tests.estate.arm.answers import arm
from tests.estate.arm.live import an_id, estate, one, said

ACCOUNT = an_id("Microsoft.Storage/storageAccounts/stshop")
IDENTITY = an_id("Microsoft.ManagedIdentity/userAssignedIdentities/id-cmk")
SUBNET = an_id("Microsoft.Network/virtualNetworks/vnet/subnets/apps")
PROPERTIES = {
    "keyCreationTime": {"key1": "2026-01-10T08:00:00Z", "key2": "2026-01-10T08:00:00Z"},
    "privateEndpointConnections": [],
    "minimumTlsVersion": "TLS1_2",
    "allowBlobPublicAccess": False,
    "allowSharedKeyAccess": False,
    "allowCrossTenantReplication": False,
    "defaultToOAuthAuthentication": True,
    "publicNetworkAccess": "Enabled",
    "networkAcls": {
        "resourceAccessRules": [
            {"tenantId": "9d8e7b4a-0000-0000-0000-000000000009", "resourceId": IDENTITY}
        ],
        "bypass": "Logging, AzureServices",
        "virtualNetworkRules": [{"id": SUBNET, "action": "Allow", "state": "Succeeded"}],
        "ipRules": [{"value": "203.0.113.0/24", "action": "Allow"}],
        "defaultAction": "Deny",
    },
    "supportsHttpsTrafficOnly": True,
    "encryption": {
        "services": {
            "file": {"keyType": "Account", "enabled": True},
            "blob": {"keyType": "Account", "enabled": True},
            "queue": {"keyType": "Account", "enabled": True},
        },
        "keySource": "Microsoft.Keyvault",
        "keyvaultproperties": {
            "keyname": "cmk",
            "keyversion": "",
            "keyvaulturi": "https://kv-shop.vault.azure.net/",
            "currentVersionedKeyIdentifier": "https://kv-shop.vault.azure.net/keys/cmk/1",
        },
        "identity": {"userAssignedIdentity": IDENTITY},
        "requireInfrastructureEncryption": True,
    },
    "sasPolicy": {"sasExpirationPeriod": "1.00:00:00", "expirationAction": "Block"},
    "immutableStorageWithVersioning": {
        "enabled": True,
        "immutabilityPolicy": {
            "immutabilityPeriodSinceCreationInDays": 90,
            "state": "Locked",
            "allowProtectedAppendWrites": False,
        },
    },
    "accessTier": "Hot",
    "provisioningState": "Succeeded",
    "primaryEndpoints": {"blob": "https://stshop.blob.core.windows.net/"},
}
ANSWER = {
    "sku": {"name": "Standard_ZRS", "tier": "Standard"},
    "kind": "StorageV2",
    "id": ACCOUNT,
    "name": "stshop",
    "location": "westus",
    "tags": {"pii": "true"},
    "properties": PROPERTIES,
}
BLOBS = {
    "id": f"{ACCOUNT}/blobServices/default",
    "name": "default",
    "properties": {
        "cors": {"corsRules": []},
        "deleteRetentionPolicy": {"allowPermanentDelete": False, "enabled": True, "days": 30},
        "containerDeleteRetentionPolicy": {"enabled": True, "days": 14},
        "restorePolicy": {"enabled": False},
        "isVersioningEnabled": True,
        "changeFeed": {"enabled": True, "retentionInDays": 400},
    },
}
CONTAINER = {
    "id": f"{ACCOUNT}/blobServices/default/containers/orders",
    "name": "orders",
    "properties": {
        "immutableStorageWithVersioning": {"enabled": False},
        "deleted": False,
        "defaultEncryptionScope": "$account-encryption-key",
        "denyEncryptionScopeOverride": False,
        "publicAccess": "None",
        "hasImmutabilityPolicy": True,
        "hasLegalHold": False,
        "immutabilityPolicy": {
            "etag": "1",
            "updateHistory": [],
            "properties": {
                "immutabilityPeriodSinceCreationInDays": 90,
                "state": "Locked",
                "allowProtectedAppendWrites": True,
            },
        },
    },
}


def test_an_account_is_told_in_azurerm_s_words() -> None:
    assert said("azurerm_storage_account", ANSWER) == {
        "account_kind": "StorageV2",
        "account_tier": "Standard",
        "account_replication_type": "ZRS",
        "access_tier": "Hot",
        "allow_nested_items_to_be_public": False,
        "public_network_access_enabled": True,
        "https_traffic_only_enabled": True,
        "min_tls_version": "TLS1_2",
        "shared_access_key_enabled": False,
        "default_to_oauth_authentication": True,
        "cross_tenant_replication_enabled": False,
        "infrastructure_encryption_enabled": True,
        "queue_encryption_key_type": "Account",
        "sas_policy.0.expiration_period": "1.00:00:00",
        "sas_policy.0.expiration_action": "Block",
        "immutability_policy.0.state": "Locked",
        "immutability_policy.0.period_since_creation_in_days": 90,
        "immutability_policy.0.allow_protected_append_writes": False,
        "network_rules.0.default_action": "Deny",
        "network_rules.0.bypass": ("Logging", "AzureServices"),
        "network_rules.0.ip_rules": ("203.0.113.0/24",),
        "network_rules.0.virtual_network_subnet_ids": (SUBNET,),
        "network_rules.0.private_link_access.0.endpoint_resource_id": IDENTITY,
        "network_rules.0.private_link_access.0.endpoint_tenant_id": (
            "9d8e7b4a-0000-0000-0000-000000000009"
        ),
        "customer_managed_key.0.key_vault_key_id": "https://kv-shop.vault.azure.net/keys/cmk",
        "customer_managed_key.0.user_assigned_identity_id": IDENTITY,
        "primary_blob_endpoint": "https://stshop.blob.core.windows.net/",
    }


def test_a_key_of_microsoft_s_is_no_customer_managed_key() -> None:
    mine = {"keySource": "Microsoft.Storage", "services": {"blob": {"keyType": "Account"}}}
    account = one(
        "azurerm_storage_account", ANSWER | {"properties": PROPERTIES | {"encryption": mine}}
    )
    assert account.blocks("customer_managed_key") == ()
    assert account.get("infrastructure_encryption_enabled") == Omitted(False, "Azure default")
    assert account.get("table_encryption_key_type") == Omitted("Service", "Azure default")


def test_the_blob_service_is_a_block_of_its_account_and_leaves_its_name_alone() -> None:
    account = one("azurerm_storage_account", ANSWER, BLOBS)
    assert account.declared_name == "stshop"
    assert account.get("blob_properties.versioning_enabled") == Known(True)
    assert account.get("blob_properties.delete_retention_policy.days") == Known(30)
    assert account.get("blob_properties.container_delete_retention_policy.days") == Known(14)
    assert account.get("blob_properties.change_feed_retention_in_days") == Known(400)
    (blob_properties,) = account.blocks("blob_properties")
    assert blob_properties.blocks("restore_policy") == ()


def test_a_retention_that_is_off_is_none() -> None:
    off = {"deleteRetentionPolicy": {"enabled": False, "days": 30}, "isVersioningEnabled": False}
    account = one("azurerm_storage_account", ANSWER, BLOBS | {"properties": off})
    (blob_properties,) = account.blocks("blob_properties")
    assert blob_properties.blocks("delete_retention_policy") == ()
    assert blob_properties.get("versioning_enabled") == Known(False)


def test_a_retention_that_may_be_off_has_no_number_of_days() -> None:
    unsure = Block(
        {
            "properties": Block(
                {
                    "isVersioningEnabled": Known(True),
                    "deleteRetentionPolicy": Block(
                        {"enabled": Unresolvable("var.keep has no value"), "days": Known(30)}
                    ),
                }
            )
        }
    )
    _, (part,) = as_azurerm((replace(arm(BLOBS), body=unsure),))
    days = part.resource.get("blob_properties.delete_retention_policy.days")
    assert isinstance(days, Unresolvable)
    assert part.resource.get("blob_properties.versioning_enabled") == Known(True)


def test_the_file_service_s_retention_and_protocols_are_the_account_s() -> None:
    files = {
        "id": f"{ACCOUNT}/fileServices/default",
        "name": "default",
        "properties": {
            "protocolSettings": {"smb": {"versions": "SMB3.0;SMB3.1.1;"}},
            "shareDeleteRetentionPolicy": {"enabled": True, "days": 7},
        },
    }
    account = one("azurerm_storage_account", ANSWER, files)
    assert account.get("share_properties.retention_policy.days") == Known(7)
    assert account.get("share_properties.smb.versions") == Known(("SMB3.0", "SMB3.1.1"))


def test_a_container_and_the_policy_within_it_are_two_resources() -> None:
    found = estate(ANSWER, BLOBS, CONTAINER)
    (container,) = found.of_type("azurerm_storage_container")
    assert container.get("container_access_type") == Known("private")
    assert container.get("storage_account_id") == Known(ACCOUNT)
    assert container.get("encryption_scope_override_enabled") == Known(True)
    (policy,) = found.of_type("azurerm_storage_container_immutability_policy")
    assert policy.get("immutability_period_in_days") == Known(90)
    assert policy.get("locked") == Known(True)
    assert policy.get("storage_container_resource_manager_id") == Known(CONTAINER["id"])


def test_a_policy_that_is_also_listed_by_itself_is_there_once() -> None:
    listed = {
        "id": f"{CONTAINER['id']}/immutabilityPolicies/default",
        "name": "default",
        "properties": {"immutabilityPeriodSinceCreationInDays": 90, "state": "Locked"},
    }
    found = estate(ANSWER, CONTAINER, listed)
    assert len(found.of_type("azurerm_storage_container_immutability_policy")) == 1


@pytest.mark.parametrize(
    ("answered", "access"),
    [
        ("Blob", Known("blob")),
        ("Container", Known("container")),
        (None, Omitted("private", "Azure default")),
    ],
)
def test_a_container_s_access_has_azurerm_s_words(answered: str | None, access: object) -> None:
    container = CONTAINER | {"properties": {"publicAccess": answered}}
    assert one("azurerm_storage_container", container).get("container_access_type") == access


def test_a_word_that_nobody_knows_is_not_judged() -> None:
    container = CONTAINER | {"properties": {"publicAccess": "Everyone"}}
    access = one("azurerm_storage_container", container).get("container_access_type")
    assert isinstance(access, Unresolvable)


def test_lifecycle_rules_say_what_they_delete() -> None:
    policy = {
        "id": f"{ACCOUNT}/managementPolicies/default",
        "name": "DefaultManagementPolicy",
        "properties": {
            "lastModifiedTime": "2026-06-08T02:04:23Z",
            "policy": {
                "rules": [
                    {
                        "enabled": True,
                        "name": "old-orders",
                        "type": "Lifecycle",
                        "definition": {
                            "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["orders/"]},
                            "actions": {
                                "baseBlob": {
                                    "tierToCool": {"daysAfterModificationGreaterThan": 30},
                                    "delete": {"daysAfterModificationGreaterThan": 1000},
                                },
                                "version": {"delete": {"daysAfterCreationGreaterThan": 90}},
                            },
                        },
                    }
                ]
            },
        },
    }
    rule = "rule.0"
    actions = f"{rule}.actions.0"
    assert said("azurerm_storage_management_policy", policy) == {
        "storage_account_id": ACCOUNT,
        f"{rule}.name": "old-orders",
        f"{rule}.enabled": True,
        f"{rule}.filters.0.prefix_match": ("orders/",),
        f"{rule}.filters.0.blob_types": ("blockBlob",),
        f"{actions}.base_blob.0.tier_to_cool_after_days_since_modification_greater_than": 30,
        f"{actions}.base_blob.0.delete_after_days_since_modification_greater_than": 1000,
        f"{actions}.version.0.delete_after_days_since_creation": 90,
    }


def test_what_else_an_account_holds_belongs_to_it() -> None:
    share = {
        "id": f"{ACCOUNT}/fileServices/default/shares/invoices",
        "name": "invoices",
        "properties": {
            "shareQuota": 5,
            "enabledProtocols": "SMB",
            "signedIdentifiers": [
                {
                    "id": "a",
                    "accessPolicy": {"expiryTime": "2099-01-01T00:00:00Z", "permission": "r"},
                }
            ],
        },
    }
    scope = {
        "id": f"{ACCOUNT}/encryptionScopes/pii",
        "name": "pii",
        "properties": {
            "source": "Microsoft.KeyVault",
            "state": "Enabled",
            "keyVaultProperties": {"keyUri": "https://kv-shop.vault.azure.net/keys/scope"},
            "requireInfrastructureEncryption": True,
        },
    }
    user = {
        "id": f"{ACCOUNT}/localUsers/partner",
        "name": "partner",
        "properties": {
            "hasSshPassword": True,
            "hasSshKey": False,
            "permissionScopes": [{"permissions": "rwl", "service": "blob", "resourceName": "in"}],
        },
    }
    queue = {"id": f"{ACCOUNT}/queueServices/default/queues/q", "name": "q", "properties": {}}
    table = {"id": f"{ACCOUNT}/tableServices/default/tables/t", "name": "t", "properties": {}}
    found = estate(share, scope, user, queue, table)
    assert {r.type: r.get("storage_account_id") for r in found.resources} == dict.fromkeys(
        (
            "azurerm_storage_share",
            "azurerm_storage_encryption_scope",
            "azurerm_storage_account_local_user",
            "azurerm_storage_queue",
            "azurerm_storage_table",
        ),
        Known(ACCOUNT),
    )
    (told,) = found.of_type("azurerm_storage_share")
    assert told.get("acl.access_policy.expiry") == Known("2099-01-01T00:00:00Z")
    (told,) = found.of_type("azurerm_storage_encryption_scope")
    assert told.get("key_vault_key_id") == Known("https://kv-shop.vault.azure.net/keys/scope")
    (told,) = found.of_type("azurerm_storage_account_local_user")
    assert told.get("ssh_password_enabled") == Known(True)

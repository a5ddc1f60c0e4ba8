"""Storage accounts, their services and containers."""

from typing import Any

from declared import Declared
from wire import Json, answer, listed, onoff, tracked

from simulator.estate.model import Resource

STORAGE = "Microsoft.Storage/storageAccounts"


def storage_account(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    rules = (v.get("network_rules") or [{}])[0]
    blob = (v.get("blob_properties") or [{}])[0]
    sas = (v.get("sas_policy") or [None])[0]
    key = (v.get("customer_managed_key") or [None])[0]
    id_ = d.id(r)
    account = tracked(
        d,
        r,
        STORAGE,
        {
            "allowBlobPublicAccess": v["allow_nested_items_to_be_public"],
            "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
            "allowSharedKeyAccess": v["shared_access_key_enabled"],
            "defaultToOAuthAuthentication": v["default_to_oauth_authentication"],
            "allowCrossTenantReplication": v["cross_tenant_replication_enabled"],
            "supportsHttpsTrafficOnly": v["https_traffic_only_enabled"],
            "minimumTlsVersion": v["min_tls_version"],
            "isHnsEnabled": v.get("is_hns_enabled"),
            "isLocalUserEnabled": v.get("local_user_enabled"),
            "isSftpEnabled": v.get("sftp_enabled"),
            "allowedCopyScope": v.get("allowed_copy_scope"),
            "networkAcls": {
                "bypass": ", ".join(listed(rules.get("bypass"))) or "AzureServices",
                "defaultAction": rules.get("default_action") or "Allow",
                "ipRules": [{"value": ip, "action": "Allow"} for ip in rules.get("ip_rules") or []],
                "virtualNetworkRules": [
                    {"id": subnet, "action": "Allow", "state": "Succeeded"}
                    for subnet in listed(rules.get("virtual_network_subnet_ids"))
                ],
            },
            "encryption": {
                "keySource": "Microsoft.Keyvault" if key else "Microsoft.Storage",
                "requireInfrastructureEncryption": v.get("infrastructure_encryption_enabled"),
                "services": {
                    "blob": {"enabled": True, "keyType": "Account"},
                    "file": {"enabled": True, "keyType": "Account"},
                    "queue": {"enabled": True, "keyType": v.get("queue_encryption_key_type")},
                    "table": {"enabled": True, "keyType": v.get("table_encryption_key_type")},
                },
                "identity": key and {"userAssignedIdentity": key.get("user_assigned_identity_id")},
                "keyvaultproperties": key and _key_of(key.get("key_vault_key_id")),
            },
            "sasPolicy": sas
            and {
                "sasExpirationPeriod": sas["expiration_period"],
                "expirationAction": sas["expiration_action"],
            },
            "primaryEndpoints": {"blob": f"https://{v['name']}.blob.core.windows.net/"},
        },
        kind=v["account_kind"],
        sku={
            "name": f"{v['account_tier']}_{v['account_replication_type']}",
            "tier": v["account_tier"],
        },
    )
    deleted = (blob.get("delete_retention_policy") or [None])[0]
    containers = (blob.get("container_delete_retention_policy") or [None])[0]
    services = answer(
        f"{id_}/blobServices/default",
        f"{STORAGE}/blobServices",
        {
            "isVersioningEnabled": blob.get("versioning_enabled") or False,
            "changeFeed": {
                "enabled": blob.get("change_feed_enabled") or False,
                "retentionInDays": blob.get("change_feed_retention_in_days"),
            },
            "deleteRetentionPolicy": _retention(deleted),
            "containerDeleteRetentionPolicy": _retention(containers),
            "cors": {"corsRules": []},
        },
    )
    others = [
        answer(f"{id_}/{name}/default", f"{STORAGE}/{name}", {"cors": {"corsRules": []}})
        for name in ("queueServices", "tableServices", "fileServices")
    ]
    return [account, services, *others]


def _retention(policy: Any) -> Json:
    return {"enabled": True, "days": policy["days"]} if policy else {"enabled": False}


def _key_of(uri: Any) -> Json:
    vault, _, name = str(uri).rpartition("/keys/")
    return {"keyvaulturi": vault, "keyname": name.partition("/")[0], "keyversion": ""}


def container(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    policy = next(
        (
            p
            for p in d.estate.of_type("azurerm_storage_container_immutability_policy")
            if d.values(p)["storage_container_resource_manager_id"] == d.id(r)
        ),
        None,
    )
    access = {"private": "None", "blob": "Blob", "container": "Container"}
    type_ = f"{STORAGE}/blobServices/containers"
    properties = {
        "publicAccess": access[v["container_access_type"]],
        "hasImmutabilityPolicy": policy is not None,
        "hasLegalHold": False,
        "leaseState": "Available",
    }
    made = [answer(d.id(r), type_, properties)]
    if policy is not None:
        p = d.values(policy)
        made.append(
            answer(
                f"{d.id(r)}/immutabilityPolicies/default",
                f"{type_}/immutabilityPolicies",
                {
                    "immutabilityPeriodSinceCreationInDays": p["immutability_period_in_days"],
                    "state": "Locked" if p["locked"] else "Unlocked",
                    "allowProtectedAppendWrites": p["protected_append_writes_enabled"],
                    "allowProtectedAppendWritesAll": p["protected_append_writes_all_enabled"],
                },
            )
        )
    return made


WRITERS = {
    "azurerm_storage_account": storage_account,
    "azurerm_storage_container": container,
}
INSIDE = ("azurerm_storage_container_immutability_policy",)

"""Stores, vaults and networks."""

from datetime import UTC, datetime
from typing import Any

from declared import Declared, guid
from wire import Json, answer, listed, onoff, tracked

from simulator.estate.model import Resource

STORAGE = "Microsoft.Storage/storageAccounts"
SQL = "Microsoft.Sql/servers"
NETWORK = "Microsoft.Network"


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


def sql_server(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    id_ = d.id(r)
    admin = (v.get("azuread_administrator") or [None])[0]
    named = admin and {
        "administratorType": "ActiveDirectory",
        "principalType": "Group",
        "login": admin["login_username"],
        "sid": admin["object_id"],
        "tenantId": admin.get("tenant_id") or d.tenant,
        "azureADOnlyAuthentication": admin.get("azuread_authentication_only") or False,
    }
    server = tracked(
        d,
        r,
        SQL,
        {
            "administratorLogin": v.get("administrator_login"),
            "version": v["version"],
            "state": "Ready",
            "fullyQualifiedDomainName": f"{v['name']}.database.windows.net",
            "minimalTlsVersion": v["minimum_tls_version"],
            "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
            "restrictOutboundNetworkAccess": onoff(v["outbound_network_restriction_enabled"]),
            "administrators": named or None,
        },
        kind="v12.0",
    )
    return [server, *_audit(d, r), *_alerts(d, r), _protector(d, id_)]


def _audit(d: Declared, r: Resource) -> list[Json]:
    id_ = d.id(r)
    policy = _of(d, "azurerm_mssql_server_extended_auditing_policy", "server_id", id_)
    v = d.values(policy) if policy else {}
    on = bool(policy) and v["enabled"]
    settings = {
        "state": onoff(on),
        "isAzureMonitorTargetEnabled": bool(v.get("log_monitoring_enabled")) if on else False,
        "retentionDays": v.get("retention_in_days") or 0,
        "storageEndpoint": v.get("storage_endpoint") or "",
        "auditActionsAndGroups": [
            "SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP",
            "FAILED_DATABASE_AUTHENTICATION_GROUP",
            "BATCH_COMPLETED_GROUP",
        ]
        if on
        else [],
    }
    return [
        answer(f"{id_}/{name}/default", f"{SQL}/{name}", dict(settings))
        for name in ("auditingSettings", "extendedAuditingSettings")
    ]


def _alerts(d: Declared, r: Resource) -> list[Json]:
    named = d.values(r)["name"]
    policy = _of(d, "azurerm_mssql_server_security_alert_policy", "server_name", named)
    v = d.values(policy) if policy else {}
    return [
        answer(
            f"{d.id(r)}/securityAlertPolicies/Default",
            f"{SQL}/securityAlertPolicies",
            {
                "state": v.get("state", "Disabled"),
                "emailAccountAdmins": v.get("email_account_admins") or False,
                "emailAddresses": v.get("email_addresses") or [""],
                "disabledAlerts": [""],
                "retentionDays": 0,
            },
        )
    ]


def _protector(d: Declared, id_: str) -> Json:
    tde = _of(d, "azurerm_mssql_server_transparent_data_encryption", "server_id", id_)
    v = d.values(tde) if tde else {}
    key = v.get("key_vault_key_id")
    properties: Json = {"serverKeyName": "ServiceManaged", "serverKeyType": "ServiceManaged"}
    if key:
        vault, _, name = str(key).rpartition("/keys/")
        vault = vault.rpartition("/")[2]
        uri = f"https://{vault}.vault.azure.net/keys/{name}/{guid(str(key)).replace('-', '')}"
        properties = {
            "serverKeyName": f"{vault}_{name}_{uri.rpartition('/')[2]}",
            "serverKeyType": "AzureKeyVault",
            "uri": uri,
            "autoRotationEnabled": v.get("auto_rotation_enabled") or False,
        }
    return answer(f"{id_}/encryptionProtector/current", f"{SQL}/encryptionProtector", properties)


def _of(d: Declared, type_: str, argument: str, value: str) -> Resource | None:
    found = (one for one in d.estate.of_type(type_) if d.values(one).get(argument) == value)
    return next(found, None)


def sql_database(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    type_ = f"{SQL}/databases"
    database = answer(
        d.id(r),
        type_,
        {
            "status": "Online",
            "zoneRedundant": v.get("zone_redundant"),
            "requestedBackupStorageRedundancy": v.get("storage_account_type"),
            "isLedgerOn": v.get("ledger_enabled") or False,
        },
        location="westus2",
        tags=v.get("tags") or None,
        sku={"name": v.get("sku_name") or "GP_S_Gen5_1"},
        kind="v12.0,user,vcore",
    )
    encrypted = v["transparent_data_encryption_enabled"]
    tde = answer(
        f"{d.id(r)}/transparentDataEncryption/current",
        f"{type_}/transparentDataEncryption",
        {"state": onoff(encrypted)},
    )
    return [database, tde]


def sql_firewall_rule(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    ends = {"startIpAddress": v["start_ip_address"], "endIpAddress": v["end_ip_address"]}
    return [answer(d.id(r), f"{SQL}/firewallRules", ends)]


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


def virtual_network(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    own = [s for s in d.estate.of_type("azurerm_subnet") if d.id(s).startswith(f"{d.id(r)}/")]
    space = {"addressPrefixes": v["address_space"]}
    subnets = [_subnet(d, subnet) for subnet in own]
    properties = {"addressSpace": space, "subnets": subnets}
    return [tracked(d, r, f"{NETWORK}/virtualNetworks", properties)]


def _subnet(d: Declared, r: Resource) -> Json:
    v = d.values(r)
    id_ = d.id(r)
    joined = _of(d, "azurerm_subnet_network_security_group_association", "subnet_id", id_)
    group = d.values(joined)["network_security_group_id"] if joined else None
    endpoints = [{"service": name} for name in v.get("service_endpoints") or []]
    prefixes = v["address_prefixes"]
    return answer(
        id_,
        f"{NETWORK}/virtualNetworks/subnets",
        {
            "addressPrefix": prefixes[0] if len(prefixes) == 1 else None,
            "addressPrefixes": prefixes if len(prefixes) != 1 else None,
            "networkSecurityGroup": {"id": group} if group else None,
            "serviceEndpoints": endpoints,
            "delegations": [
                {
                    "name": one["name"],
                    "properties": {"serviceName": one["service_delegation"][0]["name"]},
                }
                for one in v.get("delegation") or []
            ],
            "defaultOutboundAccess": v.get("default_outbound_access_enabled"),
            "privateEndpointNetworkPolicies": v.get("private_endpoint_network_policies"),
        },
    )


def security_group(d: Declared, r: Resource) -> list[Json]:
    id_ = d.id(r)
    rules = [
        answer(
            f"{id_}/securityRules/{rule['name']}",
            f"{NETWORK}/networkSecurityGroups/securityRules",
            {
                "access": rule["access"],
                "direction": rule["direction"],
                "priority": rule["priority"],
                "protocol": rule["protocol"],
                "sourceAddressPrefix": rule.get("source_address_prefix"),
                "sourceAddressPrefixes": rule.get("source_address_prefixes") or [],
                "sourcePortRange": rule.get("source_port_range"),
                "sourcePortRanges": rule.get("source_port_ranges") or [],
                "destinationAddressPrefix": rule.get("destination_address_prefix"),
                "destinationAddressPrefixes": rule.get("destination_address_prefixes") or [],
                "destinationPortRange": rule.get("destination_port_range"),
                "destinationPortRanges": rule.get("destination_port_ranges") or [],
            },
        )
        for rule in d.values(r).get("security_rule") or []
    ]
    return [tracked(d, r, f"{NETWORK}/networkSecurityGroups", {"securityRules": rules})]


def private_endpoint(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    connections = [
        {
            "name": one["name"],
            "properties": {
                "privateLinkServiceId": one["private_connection_resource_id"],
                "groupIds": one["subresource_names"],
                "privateLinkServiceConnectionState": {"status": "Approved"},
            },
        }
        for one in v["private_service_connection"]
    ]
    properties = {
        "subnet": {"id": v["subnet_id"]},
        "privateLinkServiceConnections": connections,
        "manualPrivateLinkServiceConnections": [],
    }
    made = [tracked(d, r, f"{NETWORK}/privateEndpoints", properties)]
    for group in v.get("private_dns_zone_group") or []:
        zones = [
            {"name": id_.rpartition("/")[2], "properties": {"privateDnsZoneId": id_}}
            for id_ in listed(group["private_dns_zone_ids"])
        ]
        id_ = f"{d.id(r)}/privateDnsZoneGroups/{group['name']}"
        type_ = f"{NETWORK}/privateEndpoints/privateDnsZoneGroups"
        made.append(answer(id_, type_, {"privateDnsZoneConfigs": zones}))
    return made


def private_dns_zone(d: Declared, r: Resource) -> list[Json]:
    zone = tracked(d, r, f"{NETWORK}/privateDnsZones", {})
    return [{**zone, "location": "global"}]


def private_dns_link(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    type_ = f"{NETWORK}/privateDnsZones/virtualNetworkLinks"
    properties = {
        "virtualNetwork": {"id": v["virtual_network_id"]},
        "registrationEnabled": v.get("registration_enabled") or False,
    }
    return [answer(d.id(r), type_, properties, location="global", tags=v.get("tags") or None)]


WRITERS = {
    "azurerm_storage_account": storage_account,
    "azurerm_storage_container": container,
    "azurerm_mssql_server": sql_server,
    "azurerm_mssql_database": sql_database,
    "azurerm_mssql_firewall_rule": sql_firewall_rule,
    "azurerm_key_vault": key_vault,
    "azurerm_key_vault_key": key_vault_key,
    "azurerm_key_vault_secret": key_vault_secret,
    "azurerm_virtual_network": virtual_network,
    "azurerm_network_security_group": security_group,
    "azurerm_private_endpoint": private_endpoint,
    "azurerm_private_dns_zone": private_dns_zone,
    "azurerm_private_dns_zone_virtual_network_link": private_dns_link,
}
INSIDE = (
    "azurerm_storage_container_immutability_policy",
    "azurerm_mssql_server_extended_auditing_policy",
    "azurerm_mssql_server_security_alert_policy",
    "azurerm_mssql_server_transparent_data_encryption",
    "azurerm_subnet",
    "azurerm_subnet_network_security_group_association",
)
"""Types that are told with another resource."""

"""SQL servers and databases."""

from declared import Declared, guid
from wire import Json, answer, onoff, told_of, tracked

from simulator.estate.model import Resource

SQL = "Microsoft.Sql/servers"


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
    return [server, _master(id_), *_audit(d, r), *_alerts(d, r), _protector(d, id_)]


def _master(server: str) -> Json:
    """The database that every server has; what is said of it is said of the server."""
    return answer(
        f"{server}/databases/master",
        f"{SQL}/databases",
        {"status": "Online", "zoneRedundant": False},
        location="westus2",
        sku={"name": "System", "tier": "System", "capacity": 0},
        kind="v12.0,system",
    )


def _audit(d: Declared, r: Resource) -> list[Json]:
    id_ = d.id(r)
    policy = told_of(d, "azurerm_mssql_server_extended_auditing_policy", "server_id", id_)
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
    policy = told_of(d, "azurerm_mssql_server_security_alert_policy", "server_name", named)
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
    tde = told_of(d, "azurerm_mssql_server_transparent_data_encryption", "server_id", id_)
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


WRITERS = {
    "azurerm_mssql_server": sql_server,
    "azurerm_mssql_database": sql_database,
    "azurerm_mssql_firewall_rule": sql_firewall_rule,
}
INSIDE = (
    "azurerm_mssql_server_extended_auditing_policy",
    "azurerm_mssql_server_security_alert_policy",
    "azurerm_mssql_server_transparent_data_encryption",
)

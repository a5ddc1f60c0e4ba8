"""Services that data is moved and analysed in: Synapse, Data Explorer, Data Factory.

Properties: Azure REST API reference, Microsoft.Synapse 2021-06-01, Microsoft.Kusto 2023-08-15,
Microsoft.DataFactory 2018-06-01.
"""

from collections.abc import Mapping
from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    PARENT,
    PARENT_NAME,
    Argument,
    Kind,
    OneOf,
    leaf,
    words,
    written_alone,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS
from simulator.estate.model import Block, Known, Node, Reference, Unresolvable

_SYNAPSE: Final = "Microsoft.Synapse/workspaces"
_KUSTO: Final = "Microsoft.Kusto/clusters"
_FACTORIES: Final = "Microsoft.DataFactory/factories"
_POLICY: Final = "azurerm_synapse_workspace_extended_auditing_policy"
_AUDITING: Final = (
    Argument("synapse_workspace_id", PARENT),
    Argument("storage_endpoint", "properties.storageEndpoint"),
    Argument("retention_in_days", "properties.retentionDays", default=0),
    Argument("log_monitoring_enabled", "properties.isAzureMonitorTargetEnabled", default=False),
)

_SYNAPSES: Final = (
    Kind(
        _SYNAPSE,
        "azurerm_synapse_workspace",
        (
            PUBLIC_ACCESS,
            Argument(
                "azuread_authentication_only",
                "properties.azureADOnlyAuthentication",
                default=False,
            ),
            Argument("sql_administrator_login", "properties.sqlAdministratorLogin"),
            Argument(
                "sql_administrator_login_password",
                "properties.sqlAdministratorLoginPassword",
                sensitive=True,
            ),
            Argument(
                "data_exfiltration_protection_enabled",
                "properties.managedVirtualNetworkSettings.preventDataExfiltration",
                default=False,
            ),
            Argument(
                "managed_virtual_network_enabled",
                "properties.managedVirtualNetwork",
                words({"default": True, "": False}),
                default=False,
            ),
            Argument(
                "customer_managed_key.key_versionless_id",
                "properties.encryption.cmk.key.keyVaultUrl",
            ),
            Argument("customer_managed_key.key_name", "properties.encryption.cmk.key.name"),
            Argument("purview_id", "properties.purviewConfiguration.purviewResourceId"),
        ),
    ),
    Kind(
        f"{_SYNAPSE}/azureADOnlyAuthentications",
        "azurerm_synapse_workspace",
        (Argument("azuread_authentication_only", "properties.azureADOnlyAuthentication"),),
        part=True,
    ),
    Kind(
        f"{_SYNAPSE}/sqlPools",
        "azurerm_synapse_sql_pool",
        (Argument("synapse_workspace_id", PARENT), Argument("sku_name", "sku.name")),
    ),
    Kind(
        f"{_SYNAPSE}/sqlPools/transparentDataEncryption",
        "azurerm_synapse_sql_pool",
        (Argument("data_encrypted", "properties.status", ENABLED),),
        part=True,
    ),
    Kind(
        f"{_SYNAPSE}/firewallRules",
        "azurerm_synapse_firewall_rule",
        (
            Argument("synapse_workspace_id", PARENT),
            Argument("start_ip_address", "properties.startIpAddress"),
            Argument("end_ip_address", "properties.endIpAddress"),
        ),
    ),
    Kind(f"{_SYNAPSE}/extendedAuditingSettings", _POLICY, _AUDITING),
    Kind(f"{_SYNAPSE}/auditingSettings", written_alone(_POLICY), _AUDITING),
    Kind(
        f"{_SYNAPSE}/securityAlertPolicies",
        "azurerm_synapse_workspace_security_alert_policy",
        (
            Argument("synapse_workspace_id", PARENT),
            Argument("policy_state", "properties.state"),
            Argument("retention_days", "properties.retentionDays"),
        ),
    ),
)

_KUSTOS: Final = (
    Kind(
        _KUSTO,
        "azurerm_kusto_cluster",
        (
            Argument("sku.name", "sku.name"),
            Argument("sku.capacity", "sku.capacity"),
            PUBLIC_ACCESS,
            Argument("disk_encryption_enabled", "properties.enableDiskEncryption", default=False),
            Argument(
                "double_encryption_enabled", "properties.enableDoubleEncryption", default=False
            ),
            Argument("purge_enabled", "properties.enablePurge", default=False),
            Argument("allowed_ip_ranges", "properties.allowedIpRangeList"),
            Argument(
                "outbound_network_access_restricted",
                "properties.restrictOutboundNetworkAccess",
                ENABLED,
            ),
            Argument("trusted_external_tenants", "properties.trustedExternalTenants", each="value"),
            Argument("uri", "properties.uri"),
        ),
    ),
    Kind(
        f"{_KUSTO}/databases",
        "azurerm_kusto_database",
        (
            Argument("cluster_name", PARENT_NAME),
            Argument("soft_delete_period", "properties.softDeletePeriod"),
            Argument("hot_cache_period", "properties.hotCachePeriod"),
        ),
    ),
    Kind(
        f"{_KUSTO}/managedPrivateEndpoints",
        "azurerm_kusto_cluster_managed_private_endpoint",
        (
            Argument("cluster_name", PARENT_NAME),
            Argument("private_link_resource_id", "properties.privateLinkResourceId"),
            Argument("group_id", "properties.groupId"),
        ),
    ),
)

_LINKED: Final[Mapping[str, str]] = {
    "azureblobstorage": "azure_blob_storage",
    "azurefilestorage": "azure_file_storage",
    "azuretablestorage": "azure_table_storage",
    "azuresqldatabase": "azure_sql_database",
    "azuresqldw": "synapse",
    "sqlserver": "sql_server",
    "azuremysql": "mysql",
    "azurepostgresql": "postgresql",
    "cosmosdb": "cosmosdb",
    "cosmosdbmongodbapi": "cosmosdb_mongoapi",
    "azurekeyvault": "key_vault",
    "azureblobfs": "data_lake_storage_gen2",
    "azuredatabricks": "azure_databricks",
    "azurefunction": "azure_function",
    "azuresearch": "azure_search",
    "azuredataexplorer": "kusto",
    "odbc": "odbc",
    "snowflake": "snowflake",
}
_LINKED_TYPES: Final = tuple(
    f"azurerm_data_factory_linked_service_{name}" for name in _LINKED.values()
)


def _linked(service: ArmResource) -> str | None:
    type_ = leaf(service.body, "properties.type")
    found = _LINKED.get(str(type_.value).casefold()) if isinstance(type_, Known) else None
    return f"azurerm_data_factory_linked_service_{found}" if found else None


_PROPERTIES: Final = "properties.typeProperties"


def _connection_string(service: ArmResource) -> Mapping[str, Node]:
    """A connection string that is written out: one that is fetched from a vault is an object."""
    written = leaf(service.body, f"{_PROPERTIES}.connectionString")
    if isinstance(written, Block):
        kept = leaf(written, "type")
        in_vault = isinstance(kept, Known) and kept.value == "AzureKeyVaultSecret"
        written = None if in_vault else leaf(written, "value")
    if isinstance(written, Known):
        return {"connection_string": Known(written.value, sensitive=True)}
    if isinstance(written, Reference | Unresolvable):
        return {"connection_string": written}
    return {}


_FACTORY: Final = (
    Kind(
        _FACTORIES,
        "azurerm_data_factory",
        (
            Argument("public_network_enabled", "properties.publicNetworkAccess", ENABLED),
            Argument("purview_id", "properties.purviewConfiguration.purviewResourceId"),
        ),
    ),
    Kind(
        f"{_FACTORIES}/linkedservices",
        OneOf(_LINKED_TYPES, _linked),
        (
            Argument("data_factory_id", PARENT),
            Argument("url", f"{_PROPERTIES}.url"),
        ),
        more=_connection_string,
    ),
    Kind(
        f"{_FACTORIES}/managedVirtualNetworks/managedPrivateEndpoints",
        "azurerm_data_factory_managed_private_endpoint",
        (
            Argument("data_factory_id", PARENT, up=2),
            Argument("target_resource_id", "properties.privateLinkResourceId"),
            Argument("subresource_name", "properties.groupId"),
        ),
    ),
)

ANALYTICS: Final = (*_SYNAPSES, *_KUSTOS, *_FACTORY)

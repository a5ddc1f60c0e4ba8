"""Search, Databricks, App Configuration and backup vaults.

Properties: Azure REST API reference, Microsoft.Search 2023-11-01, Microsoft.Databricks 2024-05-01,
Microsoft.AppConfiguration 2023-03-01, Microsoft.RecoveryServices and Microsoft.DataProtection
2024-04-01.

"""

from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    OPPOSITE,
    PARENT,
    Argument,
    Kind,
    words,
)
from simulator.estate.arm.shared import PUBLIC_ACCESS

_SEARCH: Final = "Microsoft.Search/searchServices"
_OTHERS: Final = (
    Kind(
        _SEARCH,
        "azurerm_search_service",
        (
            Argument("sku", "sku.name"),
            PUBLIC_ACCESS,
            Argument(
                "local_authentication_enabled",
                "properties.disableLocalAuth",
                OPPOSITE,
                default=True,
            ),
            Argument("allowed_ips", "properties.networkRuleSet.ipRules", each="value"),
            Argument("network_rule_bypass_option", "properties.networkRuleSet.bypass"),
            Argument(
                "customer_managed_key_enforcement_enabled",
                "properties.encryptionWithCmk.enforcement",
                ENABLED,
            ),
        ),
    ),
    Kind(
        f"{_SEARCH}/sharedPrivateLinkResources",
        "azurerm_search_shared_private_link_service",
        (
            Argument("search_service_id", PARENT),
            Argument("target_resource_id", "properties.privateLinkResourceId"),
            Argument("subresource_name", "properties.groupId"),
            Argument("status", "properties.status"),
        ),
    ),
    Kind(
        "Microsoft.Databricks/workspaces",
        "azurerm_databricks_workspace",
        (
            Argument("sku", "sku.name"),
            PUBLIC_ACCESS,
            Argument(
                "infrastructure_encryption_enabled",
                "properties.parameters.requireInfrastructureEncryption.value",
                default=False,
            ),
            Argument(
                "customer_managed_key_enabled", "properties.parameters.prepareEncryption.value"
            ),
            Argument("network_security_group_rules_required", "properties.requiredNsgRules"),
            Argument(
                "custom_parameters.no_public_ip", "properties.parameters.enableNoPublicIp.value"
            ),
            Argument(
                "custom_parameters.virtual_network_id",
                "properties.parameters.customVirtualNetworkId.value",
            ),
        ),
    ),
    Kind(
        "Microsoft.AppConfiguration/configurationStores",
        "azurerm_app_configuration",
        (
            Argument("sku", "sku.name"),
            Argument("public_network_access", "properties.publicNetworkAccess"),
            Argument("local_auth_enabled", "properties.disableLocalAuth", OPPOSITE, default=True),
            Argument("purge_protection_enabled", "properties.enablePurgeProtection", default=False),
            Argument("soft_delete_retention_days", "properties.softDeleteRetentionInDays"),
            Argument("endpoint", "properties.endpoint"),
            Argument(
                "encryption.key_vault_key_identifier",
                "properties.encryption.keyVaultProperties.keyIdentifier",
            ),
            Argument(
                "encryption.identity_client_id",
                "properties.encryption.keyVaultProperties.identityClientId",
            ),
        ),
    ),
)


_BACKUPS: Final = (
    Kind(
        "Microsoft.RecoveryServices/vaults",
        "azurerm_recovery_services_vault",
        (
            Argument("sku", "sku.name"),
            PUBLIC_ACCESS,
            Argument("immutability", "properties.securitySettings.immutabilitySettings.state"),
            Argument(
                "soft_delete_enabled",
                "properties.securitySettings.softDeleteSettings.softDeleteState",
                words({"Enabled": True, "AlwaysON": True, "Disabled": False}),
            ),
            Argument("encryption.key_id", "properties.encryption.keyVaultProperties.keyUri"),
            Argument(
                "encryption.infrastructure_encryption_enabled",
                "properties.encryption.infrastructureEncryption",
                ENABLED,
            ),
        ),
    ),
    Kind(
        "Microsoft.DataProtection/backupVaults",
        "azurerm_data_protection_backup_vault",
        (
            Argument("immutability", "properties.securitySettings.immutabilitySettings.state"),
            Argument("soft_delete", "properties.securitySettings.softDeleteSettings.state"),
            Argument(
                "retention_duration_in_days",
                "properties.securitySettings.softDeleteSettings.retentionDurationInDays",
            ),
        ),
    ),
)

SERVICES: Final = (*_OTHERS, *_BACKUPS)

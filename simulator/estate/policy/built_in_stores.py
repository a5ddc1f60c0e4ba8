"""Built-in policies on what keeps data: who reaches it, how it is encrypted, whether it is logged.

Source: Azure/azure-policy, ``built-in-policies/policyDefinitions``, as of 2026-04-29.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.policy.definitions import Definition
from simulator.estate.policy.made import field_is, on, switch

_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_SQL: Final = "Microsoft.Sql/servers"
_KEY: Final = f"{_STORAGE}/encryption.keySource"
_STORAGE_CONTRIBUTOR: Final = "17d1049b-9a84-46fb-8f53-869881c3d3ab"
_SQL_CONTRIBUTOR: Final = "9b7fa17d-e63e-47b0-bb0a-15c516ac86ec"
_LOGGING: Final = ("749f88d5-cbae-40b8-bcfc-e573ddc772fa", "92aaf0da-9dab-42b6-94a3-d43ce8d16293")
_TLS: Final = "[parameters('minimumTlsVersion')]"
_SKUS: Final = "[parameters('listOfAllowedSKUs')]"


def _logs(name: str, service: str) -> Definition:
    return Definition(
        f"Configure diagnostic settings for {name} to Log Analytics workspace",
        field_is("type", equals=f"{_STORAGE}/{service}"),
        details={"type": "Microsoft.Insights/diagnosticSettings", "roleDefinitionIds": _LOGGING},
        defaults={"effect": "DeployIfNotExists", "logsEnabled": True},
        can=("DeployIfNotExists", "AuditIfNotExists", "Disabled"),
        mode="All",
    )


_MODIFY: Final = ("Modify", "Disabled")
PUBLIC_BLOBS: Final = switch(
    "Storage account public access should be disallowed",
    on(_STORAGE, {"not": field_is(f"{_STORAGE}/allowBlobPublicAccess", equals="false")}),
    default="Audit",
)
_CUSTOMER_KEY: Final = switch(
    "Storage accounts should use customer-managed key for encryption",
    on(_STORAGE, {"not": field_is(_KEY, equals="Microsoft.Keyvault")}),
    ("Audit", "Disabled"),
)

STORES: Final[Mapping[str, Definition]] = MappingProxyType(
    {
        # Storage, closed to strangers.
        "4fa4b6c0-31ca-4c0d-b10d-24b96f62a751": PUBLIC_BLOBS,
        "13502221-8df0-4414-9937-de9c5c4e396b": switch(
            "Configure your Storage account public access to be disallowed",
            on(_STORAGE, field_is(f"{_STORAGE}/allowBlobPublicAccess", equals="true")),
            _MODIFY,
            roleDefinitionIds=(_STORAGE_CONTRIBUTOR,),
        ),
        "b2982f36-99f2-4db5-8eff-283140c09693": switch(
            "Storage accounts should disable public network access",
            on(_STORAGE, field_is(f"{_STORAGE}/publicNetworkAccess", notEquals="Disabled")),
        ),
        "a06d0189-92e8-4dba-b0c4-08d7669fce7d": switch(
            "Configure storage accounts to disable public network access",
            on(_STORAGE, field_is(f"{_STORAGE}/publicNetworkAccess", notEquals="Disabled")),
            _MODIFY,
            roleDefinitionIds=(_STORAGE_CONTRIBUTOR,),
        ),
        "34c877ad-507e-4c82-993e-3452a6e0ad3c": switch(
            "Storage accounts should restrict network access",
            on(_STORAGE, field_is(f"{_STORAGE}/networkAcls.defaultAction", notEquals="Deny")),
        ),
        "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54": switch(
            "Storage accounts should prevent shared key access",
            on(_STORAGE, field_is(f"{_STORAGE}/allowSharedKeyAccess", equals="true")),
        ),
        "404c3081-a854-4457-ae30-26a93ef643f9": switch(
            "Secure transfer to storage accounts should be enabled",
            on(_STORAGE, field_is(f"{_STORAGE}/supportsHttpsTrafficOnly", equals="false")),
        ),
        "2a1a9cdf-e04d-429a-8416-3bfb72a1b26f": switch(
            "Storage accounts should restrict network access using virtual network rules",
            on(
                _STORAGE,
                {
                    "anyOf": (
                        field_is(f"{_STORAGE}/networkAcls.defaultAction", notEquals="Deny"),
                        {
                            "count": {"field": f"{_STORAGE}/networkAcls.ipRules[*]"},
                            "greaterOrEquals": 1,
                        },
                    )
                },
            ),
        ),
        "6edd7eda-6dd8-40f7-810d-67160c639cd9": switch(
            "Storage accounts should use private link",
            on(_STORAGE),
            ("AuditIfNotExists", "Disabled"),
            type="Microsoft.Storage/storageAccounts/privateEndpointConnections",
        ),
        "f81e3117-0093-4b17-8a60-82363134f0eb": switch(
            "Configure secure transfer of data on a storage account",
            on(_STORAGE, field_is(f"{_STORAGE}/supportsHttpsTrafficOnly", equals="false")),
            _MODIFY,
            roleDefinitionIds=(_STORAGE_CONTRIBUTOR,),
        ),
        "fe83a0eb-a853-422d-aac2-1bffd182c5d0": switch(
            "Storage accounts should have the specified minimum TLS version",
            on(_STORAGE, field_is(f"{_STORAGE}/minimumTlsVersion", notEquals=_TLS)),
        ),
        "92a89a79-6c52-4a7e-a03f-61306fc49312": switch(
            "Storage accounts should prevent cross tenant object replication",
            on(_STORAGE, field_is(f"{_STORAGE}/allowCrossTenantReplication", equals="true")),
        ),
        "7433c107-6db4-4ad1-b57a-a76dce0154a1": Definition(
            "Allowed storage account SKUs",
            on(_STORAGE, {"not": field_is(f"{_STORAGE}/sku.name", **{"in": _SKUS})}),
            "deny",
        ),
        # Encryption at rest.
        "6fac406b-40ca-413b-bf8e-0bf964659c25": _CUSTOMER_KEY,
        "4733ea7b-a883-42fe-8cac-97454c2a9e4a": switch(
            "Storage accounts should have infrastructure encryption",
            on(
                _STORAGE,
                field_is(
                    f"{_STORAGE}/encryption.requireInfrastructureEncryption", notEquals="true"
                ),
            ),
        ),
        **{
            id_: switch(
                f"{service.title()} Storage should use customer-managed key for encryption",
                on(
                    _STORAGE,
                    field_is(_KEY, equals="Microsoft.Keyvault"),
                    field_is(
                        f"{_STORAGE}/encryption.services.{service}.keyType", notEquals="Account"
                    ),
                ),
            )
            for id_, service in (
                ("f0e5abd0-2554-4736-b7c0-4ffef23475ef", "queue"),
                ("7c322315-e26d-4174-a99e-f49d351b4688", "table"),
            )
        },
        "b5ec538c-daa0-4006-8596-35468b9148e8": switch(
            "Storage account encryption scopes should use customer-managed keys to encrypt data "
            "at rest",
            on(f"{_STORAGE}/encryptionScopes"),
        ),
        "bfecdea6-31c4-4045-ad42-71b9dc87247d": switch(
            "Storage account encryption scopes should use double encryption for data at rest",
            on(f"{_STORAGE}/encryptionScopes"),
        ),
        # What it refuses cannot be had any more, so that an assignment of it does nothing.
        "7c5a74bf-ae94-4a74-8fcf-644d1e0e6e6f": Definition(
            "[Deprecated]: Require blob encryption for storage accounts", {"anyOf": ()}, "deny"
        ),
        "86a912f6-9a06-4e26-b447-11b16ba8659f": switch(
            "Deploy SQL DB transparent data encryption",
            on(f"{_SQL}/databases"),
            ("DeployIfNotExists", "Disabled"),
            type="Microsoft.Sql/servers/databases/transparentDataEncryption",
            roleDefinitionIds=(_SQL_CONTRIBUTOR,),
        ),
        # The "k" is not a slip: this id is not hexadecimal.
        "17k78e20-9358-41c9-923c-fb736d382a12": switch(
            "Transparent Data Encryption on SQL databases should be enabled",
            on(f"{_SQL}/databases"),
            ("AuditIfNotExists", "Disabled"),
            type="Microsoft.Sql/servers/databases/transparentDataEncryption",
        ),
        "0a370ff3-6cab-4e85-8995-295fd854c5b8": switch(
            "SQL servers should use customer-managed keys to encrypt data at rest",
            on(_SQL, field_is(f"{_SQL}/keyid", exists="false")),
        ),
        "1b8ca024-1d5c-4dec-8995-b1a932b41780": switch(
            "Public network access on Azure SQL Database should be disabled",
            on(_SQL, field_is(f"{_SQL}/publicNetworkAccess", notEquals="Disabled")),
        ),
        "1f905d99-2ab7-462c-a6b0-f709acca6c8f": switch(
            "Azure Cosmos DB accounts should use customer-managed keys to encrypt data at rest",
            on("Microsoft.DocumentDB/databaseAccounts"),
        ),
        # Logs.
        "b4fe1a3b-0715-4c6c-a5ea-ffc33cf823cb": _logs("Blob Services", "blobServices"),
        "25a70cc8-2bd4-47f1-90b6-1478e4662c96": _logs("File Services", "fileServices"),
        "7bd000e3-37c7-4928-9f31-86c4b77c5c45": _logs("Queue Services", "queueServices"),
        "2fb86bf3-d221-43d1-96d1-2434af34eaa0": _logs("Table Services", "tableServices"),
        # On the account itself there are metrics only, and this one sends no more than those.
        "59759c62-9a22-4cdf-ae64-074495983fef": switch(
            "Configure diagnostic settings for Storage Accounts to Log Analytics workspace",
            on(_STORAGE),
            ("DeployIfNotExists", "AuditIfNotExists", "Disabled"),
            roleDefinitionIds=_LOGGING,
        ),
    }
)
"""Definition by id, in lower case."""

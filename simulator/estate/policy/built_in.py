"""The built-in policies that matter to stored personal information, by their id.

Source: Azure/azure-policy, ``built-in-policies``, as of 2026-04-29. Each is told by what it looks
at and by the effects that it takes, not copied. There is no built-in CCPA or CPRA initiative.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.policy.definitions import Definition, Initiative, Member

_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_SQL: Final = "Microsoft.Sql/servers"
_KEY: Final = f"{_STORAGE}/encryption.keySource"
_CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_STORAGE_CONTRIBUTOR: Final = "17d1049b-9a84-46fb-8f53-869881c3d3ab"
_SQL_CONTRIBUTOR: Final = "9b7fa17d-e63e-47b0-bb0a-15c516ac86ec"
_LOGGING: Final = ("749f88d5-cbae-40b8-bcfc-e573ddc772fa", "92aaf0da-9dab-42b6-94a3-d43ce8d16293")
_TAG: Final = "[concat('tags[', parameters('tagName'), ']')]"
_OF_GROUP: Final = "[resourceGroup().tags[parameters('tagName')]]"
_OF_SUBSCRIPTION: Final = "[subscription().tags[parameters('tagName')]]"
_VALUE: Final = "[parameters('tagValue')]"
_MAY_DENY: Final = ("Audit", "Deny", "Disabled")


def _on(type_: str, *conditions: Mapping[str, object]) -> Mapping[str, object]:
    return {"allOf": ({"field": "type", "equals": type_}, *conditions)}


def _if(field: str, **test: object) -> Mapping[str, object]:
    return {"field": field, **test}


def _switch(
    name: str,
    condition: object,
    can: tuple[str, ...] = _MAY_DENY,
    default: str = "",
    **more: object,
) -> Definition:
    """A definition whose effect is a parameter, by default the first that it takes."""
    return Definition(
        name, condition, defaults={"effect": default or can[0]}, can=can, details=more or None
    )


def _logs(name: str, service: str) -> Definition:
    return Definition(
        f"Configure diagnostic settings for {name} to Log Analytics workspace",
        _if("type", equals=f"{_STORAGE}/{service}"),
        details={"type": "Microsoft.Insights/diagnosticSettings", "roleDefinitionIds": _LOGGING},
        defaults={"effect": "DeployIfNotExists", "logsEnabled": True},
        can=("DeployIfNotExists", "AuditIfNotExists", "Disabled"),
        mode="All",
    )


def _tags(name: str, condition: object, effect: str = "modify") -> Definition:
    details = {"roleDefinitionIds": (_CONTRIBUTOR,)} if effect == "modify" else None
    return Definition(name, condition, effect, details, can=(effect,))


_MISSING: Final = _if(_TAG, exists="false")
_MODIFY: Final = ("Modify", "Disabled")
_PUBLIC_BLOBS: Final = _switch(
    "Storage account public access should be disallowed",
    _on(_STORAGE, {"not": _if(f"{_STORAGE}/allowBlobPublicAccess", equals="false")}),
    default="Audit",
)
_CUSTOMER_KEY: Final = _switch(
    "Storage accounts should use customer-managed key for encryption",
    _on(_STORAGE, {"not": _if(_KEY, equals="Microsoft.Keyvault")}),
    ("Audit", "Disabled"),
)

DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType(
    {
        # Storage, closed to strangers.
        "4fa4b6c0-31ca-4c0d-b10d-24b96f62a751": _PUBLIC_BLOBS,
        "13502221-8df0-4414-9937-de9c5c4e396b": _switch(
            "Configure your Storage account public access to be disallowed",
            _on(_STORAGE, _if(f"{_STORAGE}/allowBlobPublicAccess", equals="true")),
            _MODIFY,
            roleDefinitionIds=(_STORAGE_CONTRIBUTOR,),
        ),
        "b2982f36-99f2-4db5-8eff-283140c09693": _switch(
            "Storage accounts should disable public network access",
            _on(_STORAGE, _if(f"{_STORAGE}/publicNetworkAccess", notEquals="Disabled")),
        ),
        "a06d0189-92e8-4dba-b0c4-08d7669fce7d": _switch(
            "Configure storage accounts to disable public network access",
            _on(_STORAGE, _if(f"{_STORAGE}/publicNetworkAccess", notEquals="Disabled")),
            _MODIFY,
            roleDefinitionIds=(_STORAGE_CONTRIBUTOR,),
        ),
        "34c877ad-507e-4c82-993e-3452a6e0ad3c": _switch(
            "Storage accounts should restrict network access",
            _on(_STORAGE, _if(f"{_STORAGE}/networkAcls.defaultAction", notEquals="Deny")),
        ),
        "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54": _switch(
            "Storage accounts should prevent shared key access",
            _on(_STORAGE, _if(f"{_STORAGE}/allowSharedKeyAccess", equals="true")),
        ),
        "404c3081-a854-4457-ae30-26a93ef643f9": _switch(
            "Secure transfer to storage accounts should be enabled",
            _on(_STORAGE, _if(f"{_STORAGE}/supportsHttpsTrafficOnly", equals="false")),
        ),
        # Encryption at rest.
        "6fac406b-40ca-413b-bf8e-0bf964659c25": _CUSTOMER_KEY,
        "4733ea7b-a883-42fe-8cac-97454c2a9e4a": _switch(
            "Storage accounts should have infrastructure encryption",
            _on(
                _STORAGE,
                _if(f"{_STORAGE}/encryption.requireInfrastructureEncryption", notEquals="true"),
            ),
        ),
        **{
            id_: _switch(
                f"{service.title()} Storage should use customer-managed key for encryption",
                _on(
                    _STORAGE,
                    _if(_KEY, equals="Microsoft.Keyvault"),
                    _if(f"{_STORAGE}/encryption.services.{service}.keyType", notEquals="Account"),
                ),
            )
            for id_, service in (
                ("f0e5abd0-2554-4736-b7c0-4ffef23475ef", "queue"),
                ("7c322315-e26d-4174-a99e-f49d351b4688", "table"),
            )
        },
        "b5ec538c-daa0-4006-8596-35468b9148e8": _switch(
            "Storage account encryption scopes should use customer-managed keys to encrypt data "
            "at rest",
            _on(f"{_STORAGE}/encryptionScopes"),
        ),
        "bfecdea6-31c4-4045-ad42-71b9dc87247d": _switch(
            "Storage account encryption scopes should use double encryption for data at rest",
            _on(f"{_STORAGE}/encryptionScopes"),
        ),
        # What it refuses cannot be had any more, so that an assignment of it does nothing.
        "7c5a74bf-ae94-4a74-8fcf-644d1e0e6e6f": Definition(
            "[Deprecated]: Require blob encryption for storage accounts", {"anyOf": ()}, "deny"
        ),
        "86a912f6-9a06-4e26-b447-11b16ba8659f": _switch(
            "Deploy SQL DB transparent data encryption",
            _on(f"{_SQL}/databases"),
            ("DeployIfNotExists", "Disabled"),
            type="Microsoft.Sql/servers/databases/transparentDataEncryption",
            roleDefinitionIds=(_SQL_CONTRIBUTOR,),
        ),
        # The "k" is not a slip: this id is not hexadecimal.
        "17k78e20-9358-41c9-923c-fb736d382a12": _switch(
            "Transparent Data Encryption on SQL databases should be enabled",
            _on(f"{_SQL}/databases"),
            ("AuditIfNotExists", "Disabled"),
            type="Microsoft.Sql/servers/databases/transparentDataEncryption",
        ),
        "0a370ff3-6cab-4e85-8995-295fd854c5b8": _switch(
            "SQL servers should use customer-managed keys to encrypt data at rest",
            _on(_SQL, _if(f"{_SQL}/keyid", exists="false")),
        ),
        "1b8ca024-1d5c-4dec-8995-b1a932b41780": _switch(
            "Public network access on Azure SQL Database should be disabled",
            _on(_SQL, _if(f"{_SQL}/publicNetworkAccess", notEquals="Disabled")),
        ),
        "1f905d99-2ab7-462c-a6b0-f709acca6c8f": _switch(
            "Azure Cosmos DB accounts should use customer-managed keys to encrypt data at rest",
            _on("Microsoft.DocumentDB/databaseAccounts"),
        ),
        # Logs.
        "b4fe1a3b-0715-4c6c-a5ea-ffc33cf823cb": _logs("Blob Services", "blobServices"),
        "25a70cc8-2bd4-47f1-90b6-1478e4662c96": _logs("File Services", "fileServices"),
        "7bd000e3-37c7-4928-9f31-86c4b77c5c45": _logs("Queue Services", "queueServices"),
        "2fb86bf3-d221-43d1-96d1-2434af34eaa0": _logs("Table Services", "tableServices"),
        # On the account itself there are metrics only, and this one sends no more than those.
        "59759c62-9a22-4cdf-ae64-074495983fef": _switch(
            "Configure diagnostic settings for Storage Accounts to Log Analytics workspace",
            _on(_STORAGE),
            ("DeployIfNotExists", "AuditIfNotExists", "Disabled"),
            roleDefinitionIds=_LOGGING,
        ),
        # Tags.
        "871b6d14-10aa-478d-b590-94f262ecfa99": _tags(
            "Require a tag on resources", _MISSING, "deny"
        ),
        "1e30110a-5ceb-460c-a204-c1c3969c6d62": _tags(
            "Require a tag and its value on resources",
            {"not": _if(_TAG, equals=_VALUE)},
            "deny",
        ),
        "96670d01-0a4d-4649-9c89-2d3abc0a5025": _tags(
            "Require a tag on resource groups",
            _on("Microsoft.Resources/subscriptions/resourceGroups", _MISSING),
            "deny",
        ),
        "8ce3da23-7156-49e4-b145-24f95f9dcb46": _tags(
            "Require a tag and its value on resource groups",
            _on("Microsoft.Resources/subscriptions/resourceGroups", _MISSING),
            "deny",
        ),
        "cd3aa116-8754-49c9-a813-ad46512ece54": _tags(
            "Inherit a tag from the resource group",
            {"allOf": (_if(_TAG, notEquals=_OF_GROUP), {"value": _OF_GROUP, "notEquals": ""})},
        ),
        "ea3f2387-9b95-492a-a190-fcdc54f7b070": _tags(
            "Inherit a tag from the resource group if missing",
            {"allOf": (_MISSING, {"value": _OF_GROUP, "notEquals": ""})},
        ),
        "b27a0cbd-a167-4dfa-ae64-4337be671140": _tags(
            "Inherit a tag from the subscription",
            {
                "allOf": (
                    _if(_TAG, notEquals=_OF_SUBSCRIPTION),
                    {"value": _OF_SUBSCRIPTION, "notEquals": ""},
                )
            },
        ),
        "40df99da-1232-49b1-a39a-6da8d878f469": _tags(
            "Inherit a tag from the subscription if missing",
            {"allOf": (_MISSING, {"value": _OF_SUBSCRIPTION, "notEquals": ""})},
        ),
        "4f9dc7db-30c1-420c-b61a-e1d640128d26": _tags("Add a tag to resources", _MISSING),
        "5ffd78d9-436d-4b41-a421-5baa819e3008": _tags(
            "Add or replace a tag on resources", _if(_TAG, notEquals=_VALUE)
        ),
        "2a0e14a6-b0a6-4fab-991a-187a4f81c498": _tags(
            "Append a tag and its value to resources", _MISSING, "append"
        ),
        "9ea02ca2-71db-412d-8b00-7c7ca9fcd32d": _tags(
            "Append a tag and its value from the resource group",
            {"allOf": (_MISSING, {"value": _OF_GROUP, "notEquals": ""})},
            "append",
        ),
        "36fd7371-8eb7-4321-9c30-a7100022d048": _switch(
            "Requires resources to not have a specific tag.", _if(_TAG, exists="true")
        ),
        # Where it is: nothing about how it is kept.
        "e56962a6-4747-49cd-b67b-bf8b01975c4c": _tags(
            "Allowed locations",
            {
                "allOf": (
                    _if("location", notIn="[parameters('listOfAllowedLocations')]"),
                    _if("location", notEquals="global"),
                )
            },
            "deny",
        ),
    }
)
"""Definition by id, in lower case."""


def _standard(name: str, *members: Member, **defaults: object) -> Initiative:
    return Initiative(name, members, defaults, benchmark=True)


INITIATIVES: Final[Mapping[str, Initiative]] = MappingProxyType(
    {
        "1f3afdf9-d0c9-4c3d-847f-89da613e70a8": _standard(
            "Microsoft cloud security benchmark",
            Member(
                _PUBLIC_BLOBS,
                "StorageDisallowPublicAccess",
                {"effect": "[parameters('disallowPublicBlobAccessEffect')]"},
            ),
            disallowPublicBlobAccessEffect="audit",
        ),
        "e3ec7e09-768c-4b64-882c-fcada3772047": _standard(
            "[Preview]: Microsoft cloud security benchmark v2"
        ),
        "470a962c-86a0-433b-803a-3c176b5ce79c": _standard("CIS Azure Foundations v3.0.0"),
        "fe7782e4-6ff3-4e39-8d8a-64b6f7b82c85": _standard("CIS Azure Foundations v2.1.0"),
        "06f19060-9e68-4070-92ca-f15cc126059e": _standard(
            "CIS Microsoft Azure Foundations Benchmark v2.0.0"
        ),
        "179d1daa-458f-4e47-8086-2a68d0d6c38f": _standard("NIST SP 800-53 Rev. 5"),
        "60205a79-6280-4e20-a147-e2011e09dc78": _standard("NIST SP 800-53 R5.1.1"),
        "a06d5deb-24aa-4991-9d58-fa7563154e31": _standard("PCI DSS v4.0.1"),
        "184a0e05-7b06-4a68-bbbe-13b8353bc613": _standard("NIST CSF v2.0"),
        "5e4ff661-23bf-42fa-8e3a-309a55091cc7": _standard("ISO/IEC 27001 2022"),
        "7326812a-86a4-40c8-af7c-8945de9c4913": _standard(
            "EU General Data Protection Regulation (GDPR) 2016/679"
        ),
        # Neither of the two for logs has storage in it, and the third switches on Defender's plans.
        "f5b29bc4-feca-4cc6-a58a-772dd5e290a5": Initiative(
            "Enable audit category group resource logging for supported resources to Log Analytics",
            (),
        ),
        "0884adba-2312-4468-abeb-5422caed1038": Initiative(
            "Enable allLogs category group resource logging for supported resources to Log "
            "Analytics",
            (),
        ),
        "f08c57cd-dbd6-49a4-a85e-9ae77ac959b0": Initiative(
            "Configure Microsoft Defender for Cloud plans", ()
        ),
    }
)
"""Initiative by id, in lower case: the standards, and three that are easily taken for one."""


def by_id(id_: str) -> Definition | Initiative | None:
    """The built-in definition or initiative of this id, in any case.

    >>> by_id("871B6D14-10aa-478d-b590-94f262ecfa99").name
    'Require a tag on resources'
    """
    found = DEFINITIONS.get(id_.lower())
    return INITIATIVES.get(id_.lower()) if found is None else found


def by_name(display_name: str) -> Definition | Initiative | None:
    """The built-in definition or initiative that Azure shows under this name, in any case."""
    wanted = _plain(display_name)
    every: tuple[Definition | Initiative, ...] = (*DEFINITIONS.values(), *INITIATIVES.values())
    return next((one for one in every if _plain(one.name) == wanted), None)


def _plain(name: str) -> str:
    return name.casefold().removeprefix("[preview]:").strip()

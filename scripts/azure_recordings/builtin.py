"""Azure's own roles and policies, as far as the estates use them.

Roles: Microsoft Learn, "Azure built-in roles"; of long ones, the actions that concern storage,
logs and response. Policies: their rules are left out, as nothing here reads them.
"""

from declared import Declared
from wire import Json, answer

AUTHORIZATION = "Microsoft.Authorization"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices"
_DELEGATE = f"{_BLOBS}/generateUserDelegationKey/action"
_VAULTS = "Microsoft.KeyVault/vaults"
_BUS = "Microsoft.ServiceBus/*"
_BUS_READS = [f"{_BUS}/{one}/read" for one in ("queues", "topics", "topics/subscriptions")]

ROLES: dict[str, tuple[str, dict[str, list[str]]]] = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": ("Owner", {"actions": ["*"]}),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": (
        "Contributor",
        {
            "actions": ["*"],
            "notActions": [
                "Microsoft.Authorization/*/Delete",
                "Microsoft.Authorization/*/Write",
                "Microsoft.Authorization/elevateAccess/Action",
                "Microsoft.Blueprint/blueprintAssignments/write",
                "Microsoft.Blueprint/blueprintAssignments/delete",
                "Microsoft.Compute/galleries/share/action",
                "Microsoft.Purview/consents/write",
                "Microsoft.Purview/consents/delete",
            ],
        },
    ),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": ("Reader", {"actions": ["*/read"]}),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": (
        "Storage Blob Data Owner",
        {
            "actions": [f"{_BLOBS}/containers/*", _DELEGATE],
            "dataActions": [f"{_BLOBS}/containers/blobs/*"],
        },
    ),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": (
        "Storage Blob Data Contributor",
        {
            "actions": [
                *(f"{_BLOBS}/containers/{verb}" for verb in ("delete", "read", "write")),
                _DELEGATE,
            ],
            "dataActions": [
                f"{_BLOBS}/containers/blobs/{verb}"
                for verb in ("delete", "read", "write", "move/action", "add/action")
            ],
        },
    ),
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": (
        "Storage Blob Data Reader",
        {
            "actions": [f"{_BLOBS}/containers/read", _DELEGATE],
            "dataActions": [f"{_BLOBS}/containers/blobs/read"],
        },
    ),
    "81a9662b-bebf-436f-a333-f67b29880f12": (
        "Storage Account Key Operator Service Role",
        {
            "actions": [
                "Microsoft.Storage/storageAccounts/listkeys/action",
                "Microsoft.Storage/storageAccounts/regeneratekey/action",
            ]
        },
    ),
    "4633458b-17de-408a-b874-0445c86b69e6": (
        "Key Vault Secrets User",
        {
            "dataActions": [
                f"{_VAULTS}/secrets/getSecret/action",
                f"{_VAULTS}/secrets/readMetadata/action",
            ]
        },
    ),
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": (
        "Key Vault Secrets Officer",
        {
            "actions": [f"{_VAULTS}/*/read"],
            "dataActions": [f"{_VAULTS}/secrets/*"],
        },
    ),
    "e147488a-f6f5-4113-8e2d-b22465e65bf6": (
        "Key Vault Crypto Service Encryption User",
        {
            "dataActions": [
                f"{_VAULTS}/keys/{verb}" for verb in ("read", "wrap/action", "unwrap/action")
            ]
        },
    ),
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": (
        "Azure Service Bus Data Receiver",
        {"actions": _BUS_READS, "dataActions": [f"{_BUS}/receive/action"]},
    ),
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": (
        "Azure Service Bus Data Sender",
        {"actions": _BUS_READS, "dataActions": [f"{_BUS}/send/action"]},
    ),
    "749f88d5-cbae-40b8-bcfc-e573ddc772fa": (
        "Monitoring Contributor",
        {"actions": ["*/read", "Microsoft.Insights/DiagnosticSettings/*"]},
    ),
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": (
        "Log Analytics Contributor",
        {
            "actions": [
                "*/read",
                "Microsoft.Insights/diagnosticSettings/*",
                "Microsoft.OperationalInsights/*",
                "Microsoft.OperationsManagement/*",
                "Microsoft.Storage/storageAccounts/listKeys/action",
            ]
        },
    ),
    "3e150937-b8fe-4cfb-8069-0eaf05ecd056": (
        "Microsoft Sentinel Responder",
        {
            "actions": [
                "Microsoft.SecurityInsights/*/read",
                "Microsoft.SecurityInsights/automationRules/*",
                "Microsoft.SecurityInsights/cases/*",
                "Microsoft.SecurityInsights/incidents/*",
                "Microsoft.SecurityInsights/entities/runPlaybook/action",
                "Microsoft.OperationalInsights/workspaces/*/read",
            ]
        },
    ),
    "f4c81013-99ee-4d62-a7ee-b3f1f648599a": (
        "Microsoft Sentinel Automation Contributor",
        {
            "actions": [
                "Microsoft.Authorization/*/read",
                "Microsoft.Logic/workflows/triggers/read",
                "Microsoft.Logic/workflows/triggers/listCallbackUrl/action",
                "Microsoft.Logic/workflows/runs/read",
            ]
        },
    ),
}


def used(d: Declared, made: list[Json]) -> list[Json]:
    """The built-in roles and policies that these answers name, each as its own answer."""
    found: dict[str, Json] = {}
    for one in made:
        properties = one.get("properties", {})
        role = str(properties.get("roleDefinitionId", "")).rpartition("/")[2]
        if role in ROLES:
            name, permissions = ROLES[role]
            id_ = (
                f"/subscriptions/{d.subscription}/providers/{AUTHORIZATION}/roleDefinitions/{role}"
            )
            whole = dict.fromkeys(("actions", "notActions", "dataActions", "notDataActions"))
            rights = {part: permissions.get(part, []) for part in whole}
            found[id_] = answer(
                id_,
                f"{AUTHORIZATION}/roleDefinitions",
                {
                    "roleName": name,
                    "type": "BuiltInRole",
                    "assignableScopes": ["/"],
                    "permissions": [rights],
                },
            )
        policy = str(properties.get("policyDefinitionId", ""))
        if policy.startswith(f"/providers/{AUTHORIZATION}/"):
            kind = policy.split("/")[3]
            words: Json = {"policyType": "BuiltIn", "displayName": properties.get("displayName")}
            words |= {"policyDefinitions": []} if "Set" in kind else {"policyRule": {}}
            found[policy] = answer(policy, f"{AUTHORIZATION}/{kind}", words)
    return list(found.values())

"""What Azure roles allow: the built-in ones that containment can rest on, and custom definitions.

Source: Microsoft Learn, "Azure built-in roles" (names, ids and the actions that matter here).
"""

import re
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
)

# A whole id begins with the subscription's own; a bare one is the role's.
_GUID: Final = re.compile(
    r"(?:^|/roleDefinitions/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role by name, with what it allows in the control plane and what it takes out of that."""

    name: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()

    def allows(self, operation: str) -> bool:
        """Whether the role covers an operation; ``*`` in an action stands for anything.

        >>> Role("r", ("Microsoft.Storage/storageAccounts/*",)).allows(
        ...     "Microsoft.Storage/storageAccounts/regenerateKey/action")
        True
        """
        return _covered(operation, self.actions) and not _covered(operation, self.not_actions)


def _covered(operation: str, patterns: tuple[str, ...]) -> bool:
    return any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), operation, re.IGNORECASE)
        for pattern in patterns
    )


_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_BUILT_IN: Final = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": Role("Owner", ("*",)),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": Role(
        "Contributor",
        ("*",),
        (
            "Microsoft.Authorization/*/delete",
            "Microsoft.Authorization/*/write",
            "Microsoft.Authorization/elevateAccess/action",
        ),
    ),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": Role("Reader", ("*/read",)),
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": Role(
        "User Access Administrator", ("*/read", "Microsoft.Authorization/*")
    ),
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": Role(
        "Role Based Access Control Administrator",
        (
            "*/read",
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
        ),
    ),
    "17d1049b-9a84-46fb-8f53-869881c3d3ab": Role("Storage Account Contributor", (f"{_STORAGE}/*",)),
    "81a9662b-bebf-436f-a333-f67b29880f12": Role(
        "Storage Account Key Operator Service Role",
        (f"{_STORAGE}/listKeys/action", f"{_STORAGE}/regenerateKey/action"),
    ),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": Role(
        "Storage Blob Data Owner", (f"{_STORAGE}/blobServices/containers/*",)
    ),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": Role(
        "Storage Blob Data Contributor",
        tuple(f"{_STORAGE}/blobServices/containers/{verb}" for verb in ("read", "write", "delete")),
    ),
    "4d97b98b-1d4f-4787-a291-c67834d212e7": Role("Network Contributor", ("Microsoft.Network/*",)),
    "3e150937-b8fe-4cfb-8069-0eaf05ecd056": Role(
        "Microsoft Sentinel Responder",
        ("Microsoft.SecurityInsights/*/read", "Microsoft.SecurityInsights/incidents/*"),
    ),
    "ab8e14d6-4a74-4a29-9ba8-549422addade": Role(
        "Microsoft Sentinel Contributor", ("Microsoft.SecurityInsights/*",)
    ),
    "f4c81013-99ee-4d62-a7ee-b3f1f648599a": Role(
        "Microsoft Sentinel Automation Contributor",
        (
            "Microsoft.Logic/workflows/triggers/read",
            "Microsoft.Logic/workflows/triggers/listCallbackUrl/action",
            "Microsoft.Logic/workflows/runs/read",
        ),
    ),
    "87a39d53-fc1b-424a-814c-f7e04687dc9e": Role("Logic App Contributor", ("Microsoft.Logic/*",)),
    "6d8ee4ec-f05a-4a1d-8b00-a9b17e38b437": Role(
        "SQL Server Contributor",
        ("Microsoft.Sql/servers/*",),
        ("Microsoft.Sql/*/auditingSettings/*",),
    ),
    "5bd9cd88-fe45-4216-938b-f97437e15450": Role(
        "DocumentDB Account Contributor", ("Microsoft.DocumentDB/databaseAccounts/*",)
    ),
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": Role(
        "Log Analytics Contributor",
        (
            "*/read",
            f"{_STORAGE}/listKeys/action",
            "Microsoft.Insights/diagnosticSettings/*",
            "Microsoft.OperationalInsights/*",
        ),
    ),
    "73c42c96-874c-492b-b04d-ab87d138a893": Role("Log Analytics Reader", ("*/read",)),
    "43d0d8ad-25c7-4714-9337-8ba259a9fe05": Role("Monitoring Reader", ("*/read",)),
    "39bc4728-0917-49c7-9d2c-d95423bc2eb4": Role("Security Reader", ("*/read",)),
    "8d289c81-5878-46d4-8554-54e1e3d8b5cb": Role("Microsoft Sentinel Reader", ("*/read",)),
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": Role("Storage Blob Data Reader", ("*/read",)),
    "f25e0fa2-a7c8-4377-a976-54943a77a395": Role(
        "Key Vault Contributor", ("Microsoft.KeyVault/*",)
    ),
}
_BY_NAME: Final = {role.name.casefold(): role for role in _BUILT_IN.values()}
AUTOMATION_CONTRIBUTOR: Final = _BUILT_IN["f4c81013-99ee-4d62-a7ee-b3f1f648599a"]


def built_in_name(text: str) -> str | None:
    """The name of the built-in role whose id is in a text, ``None`` for others.

    >>> built_in_name("/subscriptions/00000000-0000-0000-0000-000000000001/providers"
    ...     "/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7")
    'Reader'
    """
    guid = _GUID.search(text)
    role = _BUILT_IN.get(guid[1].lower()) if guid else None
    return role.name if role else None


def role_of(estate: Estate, assignment: Resource) -> Role | None:
    """The role that an ``azurerm_role_assignment`` gives, ``None`` if it cannot be told."""
    name = effective(assignment.get("role_definition_name"))
    if isinstance(name, str):
        return _named(estate, name)
    return _identified(estate, assignment.get("role_definition_id"))


def _named(estate: Estate, name: str) -> Role | None:
    built_in = _BY_NAME.get(name.casefold())
    custom = estate.named("azurerm_role_definition", name)
    return built_in or (_custom(custom) if custom else None)


def _identified(estate: Estate, value: Value) -> Role | None:
    text = value.text if isinstance(value, Reference) else effective(value)
    guid = _GUID.search(text) if isinstance(text, str) else None
    if guid is not None and guid[1].lower() in _BUILT_IN:
        return _BUILT_IN[guid[1].lower()]
    definition = estate.by_address.get(value.to) if isinstance(value, Reference) else None
    if guid is not None and isinstance(value, Known):
        named = (r for r in estate.of_type("azurerm_role_definition") if _is_called(r, guid[1]))
        definition = next(named, None)
    if definition is None or definition.type != "azurerm_role_definition":
        return None
    if definition.mode == "managed":
        return _custom(definition)
    name = effective(definition.get("name"))
    return _named(estate, name) if isinstance(name, str) else None


def _is_called(definition: Resource, guid: str) -> bool:
    own = effective(definition.get("role_definition_id"))
    return isinstance(own, str) and own.casefold() == guid.casefold()


def _custom(definition: Resource) -> Role | None:
    blocks = definition.blocks("permissions")
    if definition.unresolved("permissions"):
        return None
    actions = [_patterns(block, "actions") for block in blocks]
    less = [_patterns(block, "not_actions") for block in blocks]
    if None in actions or None in less:
        return None
    allowed, taken = (tuple(p for some in lists for p in some or ()) for lists in (actions, less))
    return Role(definition.declared_name or definition.name, allowed, taken)


def _patterns(block: Block, name: str) -> tuple[str, ...] | None:
    value = block.get(name)
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return tuple(map(str, value.value))
    return () if isinstance(value, Omitted) and value.default in {UNSTATED, ()} else None

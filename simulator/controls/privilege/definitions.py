"""What custom roles and access policies allow, whoever they are given to."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.judge import settle, true
from simulator.controls.privilege.assignments import LEAST
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.powers import CONTROL_PLANE, READS, Power, in_words, powers, wildcards
from simulator.estate.principals import for_emergencies
from simulator.estate.roles import Role, custom_role, permissions
from simulator.estate.scopes import Level, level

COSMOS: Final = "azurerm_cosmosdb_sql_role_definition"
VAULT: Final = "azurerm_key_vault"
POLICY: Final = "azurerm_key_vault_access_policy"

_WHY: Final = f"whoever gets this role gets more than anyone here needs or foresaw; {LEAST}"
_ALL: Final = {
    "secret_permissions": frozenset({"get", "list", "set", "delete", "purge"}),
    "key_permissions": frozenset({"get", "list", "create", "delete", "purge", "decrypt"}),
    "certificate_permissions": frozenset({"get", "list", "create", "delete", "purge", "import"}),
}
"""What together is the whole of a vault: to read, to replace and to destroy for good."""
_WHOLE_COSMOS: Final = ("*", "microsoft.documentdb/databaseaccounts/*", "microsoft.documentdb/*")


def judge_role(estate: Estate, definition: Resource) -> Iterator[Finding]:
    """What a custom role allows by wildcard, or must never allow, and where it can be given."""
    unread = definition.unresolved("permissions")
    if unread is not None:
        yield _unread(definition, "permissions", unread)
        return
    for block in definition.blocks("permissions"):
        role = permissions(block, definition.declared_name or definition.name)
        if role is None:
            for name in ("actions", "not_actions", "data_actions", "not_data_actions"):
                value = block.get(name)
                if not isinstance(value, Known | Omitted):
                    yield _unread(definition, f"permissions.{name}", value, block)
            continue
        yield from _actions(definition, block, role)
        yield from _data_actions(definition, block, role)
    role = custom_role(definition)
    if role is not None and powers(role):
        yield from _assignable(estate, definition, role)


def _actions(definition: Resource, block: Block, role: Role) -> Iterator[Finding]:
    found: dict[str, set[Power]] = {}
    for power, operations in CONTROL_PLANE.items():
        if power is Power.RUN:
            continue  # to manage apps of one's own is not yet to reach what they hold
        wide = wildcards(role.actions, operations, role.not_actions)
        exact = [
            one
            for one in role.actions
            if (power is Power.GRANT or (power is Power.BLIND and not for_emergencies(role.name)))
            and one.casefold() in {operation.casefold() for operation in operations}
        ]
        for pattern in (*wide, *exact):
            found.setdefault(pattern, set()).add(power)
    if found:
        told = {power for some in found.values() for power in some}
        yield finding(
            definition,
            "permissions.actions",
            Known(tuple(found)),
            expected=f"the actions that are needed, each by name, none to {in_words(told)}",
            why=_WHY,
            remedy='actions = ["Microsoft.Storage/storageAccounts/read"]',
            severity=Severity.CRITICAL if Power.GRANT in told else Severity.HIGH,
            block=block,
        )


def _data_actions(definition: Resource, block: Block, role: Role) -> Iterator[Finding]:
    wide = wildcards(role.data_actions, READS, role.not_data_actions)
    if wide:
        yield finding(
            definition,
            "permissions.data_actions",
            Known(tuple(wide)),
            expected="the operations on data that are needed, each by name",
            why=_WHY,
            remedy="data_actions = "
            '["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]',
            severity=Severity.CRITICAL,
            block=block,
        )


def _assignable(estate: Estate, definition: Resource, role: Role) -> Iterator[Finding]:
    """Where the role can be given: the root or a management group is everywhere."""
    listed = definition.get("assignable_scopes")
    scopes: tuple[Value, ...] = (definition.get("scope"),)
    attribute = "scope"
    if not isinstance(listed, Omitted):
        inner = effective(listed)
        scopes = tuple(map(Known, inner)) if isinstance(inner, tuple) else (listed,)
        attribute = "assignable_scopes"
    if any(level(estate, scope) is Level.TENANT for scope in scopes):
        yield finding(
            definition,
            attribute,
            listed if attribute == "assignable_scopes" else definition.get("scope"),
            expected="one subscription or resource group: the role can " + in_words(powers(role)),
            why=_WHY,
            remedy="assignable_scopes = [azurerm_resource_group.shop.id]",
        )


def judge_cosmos_role(definition: Resource) -> Iterator[Finding]:
    """Whether a role on Cosmos DB's data is all of it."""
    for block in definition.blocks("permissions"):
        value = block.get("data_actions")
        inner = effective(value)
        if inner is UNSTATED:
            yield _unread(definition, "permissions.data_actions", value, block)
        elif isinstance(inner, tuple):
            wide = tuple(one for one in inner if str(one).casefold() in _WHOLE_COSMOS)
            if wide:
                yield finding(
                    definition,
                    "permissions.data_actions",
                    Known(wide),
                    expected="the operations on data that are needed, each by name",
                    why=_WHY,
                    remedy='data_actions = ["Microsoft.DocumentDB/databaseAccounts/readMetadata", '
                    '"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"]',
                    severity=Severity.CRITICAL,
                    block=block,
                )


def judge_access_policies(estate: Estate) -> Iterator[Finding]:
    """Access policies of vaults that go by them, with which one holder has the whole vault."""
    for vault in estate.of_type(VAULT):
        if not true(effective(vault.get("rbac_authorization_enabled"))):
            for block in vault.blocks("access_policy"):
                yield from _policy(vault, block, "access_policy.")
    for policy in estate.of_type(POLICY):
        target = estate.target(policy.get("key_vault_id"))
        owner = target.resource if target else None
        if owner is None or not true(effective(owner.get("rbac_authorization_enabled"))):
            yield from _policy(policy, policy.body, "")


def _policy(holder: Resource, body: Block, prefix: str) -> Iterator[Finding]:
    for attribute, whole in _ALL.items():
        value = body.get(attribute)
        inner = effective(value)
        if isinstance(inner, tuple):
            listed = {str(one).casefold() for one in inner}
            if not listed >= whole and "all" not in listed:
                continue
        elif isinstance(value, Omitted):
            continue
        yield finding(
            holder,
            f"{prefix}{attribute}",
            value,
            expected="what this holder needs, such as Get",
            why=f"one stolen identity is then enough to read and destroy them all; {LEAST}",
            remedy=f'{attribute} = ["Get"]'
            if isinstance(inner, tuple)
            else settle(value, f'{attribute} = ["Get"]'),
            unknown=not isinstance(inner, tuple),
            block=body if prefix else None,
        )


def _unread(
    definition: Resource, attribute: str, value: Value | Unresolvable, block: Block | None = None
) -> Finding:
    return finding(
        definition,
        attribute,
        value,
        expected="permissions that can be read",
        why=_WHY,
        remedy=settle(value, 'actions = ["Microsoft.Storage/storageAccounts/read"]'),
        unknown=True,
        block=block,
    )

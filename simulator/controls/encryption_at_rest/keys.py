"""The key that a storage account is encrypted with: whose it is, and whether it covers all."""

import re
from collections.abc import Iterator
from typing import Final

from simulator.controls.accounts import CONTAINER, Storage
from simulator.controls.judge import Demand, ignored, judge, one_of, true
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
    show,
)

KEY: Final = "azurerm_storage_account_customer_managed_key"
SCOPE: Final = "azurerm_storage_encryption_scope"
_INLINE: Final = "customer_managed_key"
_ID: Final = "key_vault_key_id"
_VAULTS: Final = {
    "vault": "azurerm_key_vault",
    "managedhsm": "azurerm_key_vault_managed_hardware_security_module",
}
_ADDRESS: Final = re.compile(r"https://([^./]+)\.(vault|managedhsm)\.[^/]+/.*", re.IGNORECASE)
_VERSION: Final = re.compile(r".*/keys/[^/]+/[0-9a-f]{32}/?", re.IGNORECASE)
_HSM_KEY: Final = "managed_hardware_security_module_key"

_WHY: Final = (
    "a key that Microsoft holds cannot be withdrawn when storage or a copy of it leaks; encryption "
    "at rest is an audit component of 11 CCR 7123(c)(2), part of the security owed under Civ. Code "
    "1798.81.5(b)"
)
_LOST: Final = (
    "whoever purges the key destroys the data and the proof with it; backups and recovery are an "
    "audit component of 11 CCR 7123(c)(18)"
)
_PINNED: Final = (
    "a key that leaked stays in use after it was rotated; reasonable security is owed under Civ. "
    "Code 1798.81.5(b), and encryption is an audit component of 11 CCR 7123(c)(2)"
)
_REMEDY: Final = (
    "customer_managed_key { key_vault_key_id = azurerm_key_vault_key.k.versionless_id, "
    "user_assigned_identity_id = azurerm_user_assigned_identity.i.id }"
)
_PURGE: Final = Demand(
    "purge_protection_enabled", true, "true", _LOST, "purge_protection_enabled = true"
)


def judge_keys(storage: Storage, account: Resource) -> Iterator[Finding]:
    """What keeps the data of ``account`` from being under a key that can be withdrawn."""
    held = tuple(_keys(storage, account))
    if not held:
        yield from _without(storage, account)
        return
    for holder, attribute, value, block in held:
        yield from _judge_key(storage.estate, holder, attribute, value, block)
    for service in ("queue", "table"):
        if any(storage.held_by(account, f"azurerm_storage_{service}")):
            yield from judge(account, _covering(service))
    for scope in storage.held_by(account, SCOPE):
        yield from _judge_scope(storage.estate, scope)


def _keys(
    storage: Storage, account: Resource
) -> Iterator[tuple[Resource, str, Value, Block | None]]:
    """Each key that the account is given: by whom, under what name, which, and in what block."""
    for block in account.blocks(_INLINE):
        yield account, f"{_INLINE}.{_ID}", block.get(_ID), block
    for one in storage.held_by(account, KEY):
        yield one, _ID, one.get(_ID), None


def _without(storage: Storage, account: Resource) -> Iterator[Finding]:
    """An account without a key of its own; every container may have one by its scope instead."""
    containers = tuple(storage.held_by(account, CONTAINER))
    scoped = [_scope_of(storage, one) for one in containers]
    if containers and all(scope is not None and _own(scope) for scope in scoped):
        for container in containers:
            yield from judge(container, _FIXED)
        return
    lost = account.unresolved(_INLINE)
    adrift = next((r for r in storage.estate.of_type(KEY) if storage.account_of(r) is None), None)
    actual = "none, so that Microsoft holds the key"
    if lost:
        actual = show(lost)
    elif adrift is not None:
        actual = f"none, unless {adrift.address}, whose account cannot be told, is it"
    elif ignored(account, _INLINE):
        actual = "none here, and lifecycle leaves it to somebody else"
    unknown = bool(lost or adrift or ignored(account, _INLINE))
    yield finding(
        account,
        _INLINE,
        actual,
        expected="a key in a vault of the team's own",
        why=_WHY,
        remedy=f"show which key it has, or {_REMEDY}" if unknown else _REMEDY,
        unknown=unknown,
    )


def _judge_key(
    estate: Estate, holder: Resource, attribute: str, value: Value, block: Block | None
) -> Iterator[Finding]:
    if isinstance(value, Omitted | Unresolvable) or value == Known(None):
        yield finding(
            holder,
            attribute,
            value,
            expected="a key in a vault of the team's own",
            why=_WHY,
            remedy=_REMEDY,
            unknown=isinstance(value, Unresolvable),
            block=block,
        )
    elif _is_pinned(holder, value):
        yield finding(
            holder,
            attribute,
            f"one version of a key: {show(value)}",
            expected="the key without a version, so that a rotated one is taken up",
            why=_PINNED,
            remedy=f"{_ID} = azurerm_key_vault_key.k.versionless_id",
            severity=Severity.MEDIUM,
            block=block,
        )
    vault = _vault_of(estate, value)
    if vault is not None and vault.mode == "managed":
        yield from judge(vault, _PURGE)


def _is_pinned(holder: Resource, value: Value) -> bool:
    """Whether a key is given with its version: the ``id`` of a key in Terraform has one."""
    if isinstance(value, Reference) and not value.suffix:
        if _HSM_KEY in value.to:
            return value.attribute == "versioned_id"
        # ARM has vault, name and version apart, and there the reference is to the name.
        in_parts = "azapi_resource." in holder.address
        return "azurerm_key_vault_key." in value.to and value.attribute == "id" and not in_parts
    text = value.text if isinstance(value, Reference) else effective(value)
    return isinstance(text, str) and _VERSION.fullmatch(text) is not None


def _vault_of(estate: Estate, value: Value) -> Resource | None:
    """The vault that a key is in, if this estate declares it.

    Storage takes no key of a vault that can be purged, so that another estate's needs no asking.
    """
    target = estate.target(value)
    found = target.resource if target else None
    if found is not None and found.type not in _VAULTS.values():
        holder = found.get("key_vault_id")
        target = estate.target(holder if not isinstance(holder, Omitted) else value)
        found = target.resource if target else None
    if found is not None:
        return found if found.type in _VAULTS.values() else None
    text = effective(value)
    named = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    return estate.named(_VAULTS[named[2].lower()], named[1]) if named else None


def _covering(service: str) -> Demand:
    name = f"{service}_encryption_key_type"
    return Demand(
        name,
        one_of("Account"),
        '"Account", which only a new account can be given',
        f"the key of the account leaves its {service}s out: {_WHY}",
        f'{name} = "Account"  # replaces the account: copy the data first',
    )


_FIXED: Final = Demand(
    "encryption_scope_override_enabled",
    lambda value: value is False,
    "false",
    f"whoever writes a blob can choose another scope, and with it Microsoft's key: {_WHY}",
    "encryption_scope_override_enabled = false",
    Severity.MEDIUM,
)


def _judge_scope(estate: Estate, scope: Resource) -> Iterator[Finding]:
    own = one_of("Microsoft.KeyVault")
    demand = Demand(
        "source",
        own,
        '"Microsoft.KeyVault"',
        f"what is written in this scope is outside the team's own key: {_WHY}",
        'source = "Microsoft.KeyVault", key_vault_key_id = azurerm_key_vault_key.k.versionless_id',
        Severity.MEDIUM,
    )
    yield from judge(scope, demand)
    if own(effective(scope.get("source"))):
        yield from _judge_key(estate, scope, _ID, scope.get(_ID), None)


def _scope_of(storage: Storage, container: Resource) -> Resource | None:
    """The encryption scope that a container's blobs are in by default."""
    value = container.get("default_encryption_scope")
    if isinstance(value, Reference):
        found = storage.estate.by_address.get(value.to)
        return found if found is not None and found.type == SCOPE else None
    name = effective(value)
    if name is UNSTATED:
        return None
    account = storage.account_of(container)
    scopes = storage.held_by(account, SCOPE) if account is not None else ()
    return next((one for one in scopes if one.declared_name == name), None)


def _own(scope: Resource) -> bool:
    return one_of("Microsoft.KeyVault")(effective(scope.get("source")))

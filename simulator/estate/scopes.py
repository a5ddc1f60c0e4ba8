"""The scope of a role assignment or a lock, and which resources lie in it.

The answers are ``True``, ``False``, and ``None`` where the estate does not show enough.
"""

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final, TypeAlias

from simulator.estate.address import parse_address
from simulator.estate.model import (
    Estate,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

Answer: TypeAlias = bool | None

_EXPRESSION: Final = re.compile(r"\$\{([^}]*)\}")
_GROUP: Final = re.compile(r"/subscriptions/[^/]+/resourceGroups/([^/]+)/?", re.IGNORECASE)
_WIDER: Final = re.compile(
    r"/|/subscriptions/[^/]+/?|/providers/Microsoft\.Management/managementGroups/[^/]+/?",
    re.IGNORECASE,
)
_RESOURCE_GROUP: Final = "azurerm_resource_group"
_SCOPES_ABOVE: Final = frozenset({"azurerm_subscription", "azurerm_management_group"})


class Level(IntEnum):
    """How much a scope holds, the least first."""

    RESOURCE = 0
    GROUP = 1
    SUBSCRIPTION = 2
    TENANT = 3  # the root, or a management group


_LEVELS: Final = (
    (Level.TENANT, re.compile(r"/|/providers/Microsoft\.Management/managementGroups/[^/]+")),
    (Level.SUBSCRIPTION, re.compile(r"/subscriptions/[^/]+")),
    (Level.GROUP, re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+")),
    (Level.RESOURCE, re.compile(r"/subscriptions/[^/]+/(?:resourceGroups/[^/]+/)?providers/.+")),
)
_ID_OF: Final = {
    "azurerm_management_group": "/providers/Microsoft.Management/managementGroups/x",
    "azurerm_subscription": "/subscriptions/x",
    _RESOURCE_GROUP: "/subscriptions/x/resourceGroups/x",
}
_INSIDE: Final = "/subscriptions/x/resourceGroups/x/providers/x/x/x"
_IDS: Final = frozenset({"id", "resource_manager_id", "resource_id", "versionless_id"})


def level(estate: Estate, scope: Value) -> Level | None:
    """How much ``scope`` holds; ``None`` where the estate does not show it.

    >>> from simulator.estate.model import Known
    >>> level(Estate((), "", "hcl"), Known("/subscriptions/s/resourceGroups/rg/")).name
    'GROUP'
    >>> level(Estate((), "", "hcl"), Reference("azurerm_storage_account.a")).name
    'RESOURCE'
    """
    if isinstance(scope, Reference):
        found = estate.target(scope)
        if found is not None and _is_id(scope, found.resource):
            return _measured(_id_of(found.resource.address, "id") + (found.suffix or ""))
        whole = scope.text or "${" + f"{scope.to}.{scope.attribute}" + "}"
        return _measured(_EXPRESSION.sub(lambda part: _id_of(*_split(part[1])), whole))
    text = effective(scope)
    return _measured(text) if isinstance(text, str) else None


def scope_key(estate: Estate, scope: Value) -> str | None:
    """What two ways to write one scope share; ``None`` where it is not known.

    >>> from simulator.estate.model import Known
    >>> scope_key(Estate((), "", "hcl"), Known("/subscriptions/S/"))
    '/subscriptions/s'
    """
    if isinstance(scope, Unresolvable | Omitted):
        return None
    found = estate.target(scope)
    if found is not None and (not isinstance(scope, Reference) or _is_id(scope, found.resource)):
        return f"{found.resource.address}{(found.suffix or '').casefold()}"
    text = effective(scope)
    if isinstance(scope, Reference):
        text = scope.text or "${" + f"{scope.to}.{scope.attribute}" + "}"
    return text.rstrip("/").casefold() if isinstance(text, str) and text else None


def _is_id(scope: Reference, found: Resource) -> bool:
    """Whether a reference is an id, and not some text with another attribute in it."""
    begins = scope.text is None or scope.suffix is not None
    return begins and (scope.attribute in _IDS or found.address != scope.to)


def _measured(text: str) -> Level | None:
    whole = text.rstrip("/") or text
    for measure, form in _LEVELS:
        if re.fullmatch(form.pattern, whole, re.IGNORECASE):
            return measure
    return None


def _split(expression: str) -> tuple[str, str]:
    address, _, attribute = expression.rpartition(".")
    return address, attribute


def _id_of(address: str, attribute: str) -> str:
    """An id such as that of a resource has; a text without a meaning for any other attribute."""
    type_ = _type_of(address)
    if attribute not in _IDS or not type_.startswith(("azurerm_", "azapi_")):
        return "x"
    return _ID_OF.get(type_, _INSIDE)


def _type_of(address: str) -> str:
    try:
        return parse_address(address).type
    except ValueError:
        return ""


def covers(estate: Estate, scope: Value, target: Resource) -> Answer:
    """Whether the scope of a role assignment or a lock contains ``target``."""
    if isinstance(scope, Unresolvable | Omitted):
        return None
    if _is_above(scope):
        return True
    found = estate.target(scope)
    if found is not None and not found.suffix:
        if found.resource.type == _RESOURCE_GROUP:
            return in_group(found.resource, target)
        own_id = effective(found.resource.get("id"))
        above = isinstance(own_id, str) and _WIDER.fullmatch(own_id) is not None
        return above or found.resource.address == target.address
    text = scope.text if isinstance(scope, Reference) else effective(scope)
    if not isinstance(text, str):
        return None
    return _text_covers(_EXPRESSION.sub(lambda part: _id_of(*_split(part[1])), text), target)


def _is_above(scope: Value) -> bool:
    """Whether a scope is a whole subscription or more, as far as a plan still tells."""
    if not isinstance(scope, Reference) or scope.suffix:
        return False
    return _type_of(scope.to) in _SCOPES_ABOVE


def in_group(group: Resource, target: Resource) -> Answer:
    """Whether ``target`` is declared in this resource group."""
    if target.address == group.address:
        return True
    name = target.get("resource_group_name")
    if isinstance(name, Reference):
        return name.to == group.address
    known, own = effective(name), group.declared_name
    if not isinstance(known, str) or own is None:
        return None
    return known.casefold() == own.casefold()


def _text_covers(text: str, target: Resource) -> Answer:
    if _WIDER.fullmatch(text):
        return True
    group = _GROUP.fullmatch(text)
    if group is not None:
        name = effective(target.get("resource_group_name"))
        return name.casefold() == group[1].casefold() if isinstance(name, str) else None
    own = target.declared_name
    return None if own is None else text.rstrip("/").casefold().endswith(f"/{own.casefold()}")


def near(estate: Estate, scope: Value, asked: Mapping[str, Resource]) -> Iterable[str]:
    """The addresses, of those that are ``asked`` about, of all that the scope may contain.

    Each of a thousand shops has its own group and its own playbook: to ask of every playbook and
    every resource whether one may change the other would take a million answers.
    """
    found = estate.target(scope)
    if found is None or found.suffix or _is_above(scope) or len(asked) == 1:
        return asked
    if found.resource.type != _RESOURCE_GROUP:
        return asked.keys() & {found.resource.address}
    keys = group_keys(estate, scope)
    members = estate.derived(_members)
    inside = (members.get(key, frozenset()) for key in (None, *keys))
    return asked.keys() & {found.resource.address}.union(*inside) if keys else asked


def _members(estate: Estate) -> Mapping[str | None, frozenset[str]]:
    """The addresses of the resources in each resource group, by its address and by its name.

    Those of which neither is known are under ``None``.
    """
    found: dict[str | None, set[str]] = {}
    for resource in estate.resources:
        found.setdefault(group_key(resource), set()).add(resource.address)
    return {key: frozenset(addresses) for key, addresses in found.items()}


def group_key(resource: Resource) -> str | None:
    """The resource group that a resource is in: its address, or its name; ``None`` if unknown."""
    name = resource.get("resource_group_name")
    if isinstance(name, Reference):
        return name.to
    known = effective(name)
    return known.casefold() if isinstance(known, str) else None


def group_keys(estate: Estate, scope: Value) -> tuple[str, ...]:
    """The keys of a scope that is one resource group; none for any other, or without a name."""
    found = estate.target(scope)
    if found is None or found.suffix or found.resource.type != _RESOURCE_GROUP:
        return ()
    own = found.resource.declared_name
    return () if own is None or _is_above(scope) else (found.resource.address, own.casefold())

"""What Azure roles allow: the built-in ones of ``roles.toml``, and custom definitions."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
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
from simulator.estate.provider_table import read_table

# A whole id begins with the subscription's own; a bare one is the role's.
_GUID: Final = re.compile(
    r"(?:^|/roleDefinitions/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)

DEFINITION: Final = "azurerm_role_definition"
_PLANES: Final = ("actions", "not_actions", "data_actions", "not_data_actions")


@dataclass(frozen=True, slots=True)
class Role:
    """A role by name: what it allows in the control and the data plane, and what it takes out.

    ``more`` are further sets of permissions of the same role: what one takes out, another may give.
    """

    name: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    more: tuple["Role", ...] = ()

    def allows(self, operation: str) -> bool:
        """Whether the role covers an operation; ``*`` in an action stands for anything.

        >>> Role("r", ("Microsoft.Storage/storageAccounts/*",)).allows(
        ...     "Microsoft.Storage/storageAccounts/regenerateKey/action")
        True
        """
        mine = covered(operation, self.actions) and not covered(operation, self.not_actions)
        return mine or any(other.allows(operation) for other in self.more)

    def allows_data(self, operation: str) -> bool:
        """Whether the role covers an operation on data: what the control plane allows is not that.

        >>> Role("r", ("*",)).allows_data("Microsoft.KeyVault/vaults/secrets/getSecret/action")
        False
        """
        given, taken = self.data_actions, self.not_data_actions
        mine = covered(operation, given) and not covered(operation, taken)
        return mine or any(other.allows_data(operation) for other in self.more)


def covered(operation: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of these patterns of actions is about ``operation``, in any case.

    >>> covered("Microsoft.Sql/servers/read", ("*/read",))
    True
    """
    return any(_pattern(pattern).fullmatch(operation) for pattern in patterns)


@lru_cache(maxsize=1024)  # the same few hundred patterns are asked of every assignment
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*"), re.IGNORECASE)


_BUILT_IN: Final = {
    guid: Role(
        row["name"],
        *(tuple(row.get(name, ())) for name in _PLANES),
    )
    for guid, row in read_table("roles.toml").items()
}
_BY_NAME: Final = {role.name.casefold(): role for role in _BUILT_IN.values()}
_IDS: Final = {role.name.casefold(): guid for guid, role in _BUILT_IN.items()}
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


def role_of(estate: Estate, assignment: Resource | Block) -> Role | None:
    """The role that an assignment gives by its name or id, ``None`` if it cannot be told."""
    name = effective(assignment.get("role_definition_name"))
    if isinstance(name, str):
        return _named(estate, name)
    return role_at(estate, assignment.get("role_definition_id"))


def _named(estate: Estate, name: str) -> Role | None:
    built_in = _BY_NAME.get(name.casefold())
    custom = estate.named(DEFINITION, name)
    return built_in or (custom_role(custom) if custom else None)


def role_at(estate: Estate, value: Value) -> Role | None:
    """The role with this id, ``None`` if it cannot be told."""
    guid = _guid(value)
    if guid in _BUILT_IN:
        return _BUILT_IN[guid]
    definition = definition_at(estate, value)
    if definition is None:
        return None
    if definition.mode == "managed":
        return custom_role(definition)
    name = effective(definition.get("name"))
    return _named(estate, name) if isinstance(name, str) else role_at(estate, _own_id(definition))


def definition_at(estate: Estate, value: Value) -> Resource | None:
    """The role definition, declared or read as data, that a role's id is that of."""
    if isinstance(value, Reference):
        # The id of a subscription before it, as many write it, changes nothing.
        named = map(estate.by_address.get, (value.to, *value.also))
        return next((r for r in named if r is not None and r.type == DEFINITION), None)
    guid = _guid(value)
    own = (r for r in estate.of_type(DEFINITION) if guid and _is_called(r, guid))
    return next(own, None)


def role_key(estate: Estate, assignment: Resource | Block) -> str | None:
    """What two assignments of one role share: its id, else what defines it, else its name."""
    value = assignment.get("role_definition_id")
    guid = _guid(value)
    if guid is not None:
        own = definition_at(estate, value)
        return own.address if own is not None else guid
    definition = definition_at(estate, value)
    if definition is not None and definition.mode == "managed":
        return definition.address
    holder = assignment if definition is None else definition
    name = effective(holder.get("role_definition_name" if definition is None else "name"))
    if not isinstance(name, str):
        return _guid(_own_id(definition)) if definition is not None else None
    custom = estate.named(DEFINITION, name)
    return custom.address if custom else _IDS.get(name.casefold(), name.casefold())


def _own_id(definition: Resource) -> Value:
    return definition.get("role_definition_id")


def _guid(value: Value) -> str | None:
    text = value.text if isinstance(value, Reference) else effective(value)
    found = _GUID.search(text) if isinstance(text, str) else None
    return found[1].lower() if found else None


def _is_called(definition: Resource, guid: str) -> bool:
    own = effective(definition.get("role_definition_id"))
    return isinstance(own, str) and own.casefold() == guid.casefold()


def custom_role(definition: Resource) -> Role | None:
    """What an ``azurerm_role_definition`` allows; ``None`` if some of it cannot be read."""
    if definition.unresolved("permissions"):
        return None
    name = definition.declared_name or definition.name
    parts = [permissions(block, name) for block in definition.blocks("permissions")]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    first, *more = known or [Role(name, ())]
    return replace(first, more=tuple(more))


def permissions(block: Block, name: str) -> Role | None:
    """What one ``permissions`` block allows; ``None`` if some of it cannot be read."""
    lists = [patterns for plane in _PLANES if (patterns := _patterns(block, plane)) is not None]
    if len(lists) < len(_PLANES):
        return None
    actions, not_actions, data_actions, not_data_actions = lists
    return Role(name, actions, not_actions, data_actions, not_data_actions)


def _patterns(block: Block, name: str) -> tuple[str, ...] | None:
    value = block.get(name)
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return tuple(map(str, value.value))
    return () if isinstance(value, Omitted) and value.default in {UNSTATED, ()} else None

"""Every spelling of azurerm and azuread read as one: renames, inversions and defaults.

Readers pass what they built through :func:`normalise`; a control then reads the newest spelling of
azurerm v4 and azuread v3 alone. What differs, and what is the default, is in the two TOML tables
beside this module; what changed its shape is in ``provider_shapes.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from simulator.estate.model import UNSTATED, Block, Known, Node, Omitted, Resource
from simulator.estate.provider_defaults import MAJORS, in_force, provider_of
from simulator.estate.provider_shapes import SHAPES
from simulator.estate.provider_spelling import (
    RESPELLINGS,
    Identify,
    Rename,
    Respelling,
    as_terraform_reads,
)
from simulator.estate.versions import majors_among

_OURS: Final = ("azurerm_", "azuread_")


def normalise(resource: Resource) -> Resource:
    """The resource in the newest spelling, with the defaults in force filled in.

    What is set stays as it is but for its name, its sense (``local_authentication_disabled = true``
    becomes ``local_authentication_enabled = false``) and its type (``"true"`` is ``true``, as
    Terraform reads it). What is not set becomes ``Omitted`` with the default of the provider's
    major version. A block that is absent stays absent: only what is in it has defaults. Resources
    of other providers come back unchanged; the function applied twice changes nothing more.

    >>> from simulator.estate.model import Origin, Provider
    >>> vault = Block({"enable_rbac_authorization": Known(True)})
    >>> old = Resource("azurerm_key_vault.v", "azurerm_key_vault", "v", vault,
    ...     Origin("main.tf"), Provider("azurerm", 3))
    >>> normalise(old).get("rbac_authorization_enabled")
    Known(True)
    >>> normalise(old).get("soft_delete_retention_days")
    Omitted(default=90, decided_by='azurerm 3.x default')
    """
    if not resource.type.startswith(_OURS):
        return resource
    kind, managed, stated = resource.type, resource.mode == "managed", resource.provider
    allowed = _allowed(kind, stated.stated) if stated.major is None and stated.stated else ()
    body = _edited(resource.body, _level(kind, managed, stated.major, allowed))
    reshape = SHAPES.get(kind)
    if reshape is not None:
        body = reshape(body)
    return resource if body is resource.body else replace(resource, body=body)


def respell(kind: str, body: Block) -> Block:
    """The body of a resource of type ``kind`` in the newest spelling, without any defaults.

    >>> respell("azurerm_redis_cache", Block({"enable_non_ssl_port": Known(True)})).values
    mappingproxy({'non_ssl_port_enabled': Known(True)})
    """
    body = _edited(body, _compiled(RESPELLINGS.get(kind, ()), ()))
    reshape = SHAPES.get(kind)
    return body if reshape is None else reshape(body)


# --- one pass over a body -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Level:
    """All that is to be done in one block, and in the blocks inside it by their newest names."""

    rules: list[Rename | Identify] = field(default_factory=list)
    defaults: list[tuple[str, object, Omitted]] = field(default_factory=list)
    inside: "dict[str, _Level]" = field(default_factory=dict)

    def at(self, path: str) -> "_Level":
        level = self
        for name in path.split(".") if path else ():
            level = level.inside.setdefault(name, _Level())
        return level


_NOTHING: Final = _Level()


@cache
def _allowed(kind: str, constraint: str) -> tuple[int, ...]:
    """The known major versions that a constraint leaves."""
    return majors_among([constraint], MAJORS[provider_of(kind)])


@cache
def _level(
    kind: str,
    managed: bool,  # noqa: FBT001
    major: int | None,
    allowed: tuple[int, ...],
) -> _Level:
    # A data source reads what exists: nothing is defaulted unless its own schema says so.
    defaults = in_force(kind if managed else f"data.{kind}", major, allowed)
    return _compiled(RESPELLINGS.get(kind, ()), defaults)


def _compiled(
    respellings: Iterable[Respelling],
    defaults: Iterable[tuple[str, object, Omitted]],
) -> _Level:
    root = _Level()
    for each in respellings:
        root.at(each.parent).rules.append(each.rule)
    for path, sample, omitted in defaults:
        parent, _, leaf = path.rpartition(".")
        root.at(parent).defaults.append((leaf, sample, omitted))
    return root


def _edited(block: Block, level: _Level) -> Block:
    """``block`` without nulls (Terraform takes those for not written), respelled and defaulted.

    Nothing is copied unless something changes: most of an estate needs no change at all.
    """
    source: Mapping[str, Node] = block.values
    values: dict[str, Node] = {}
    changed = nested = False
    for name, node in source.items():
        if isinstance(node, Known):
            if node.value is None:
                changed = True
                continue
        elif isinstance(node, tuple | Block):
            nested = True
        values[name] = node
    for rule in level.rules:
        if rule.old in values:
            changed = rule.apply(values) or changed
    if nested:
        changed = _edit_inside(values, level.inside) or changed
    for name, sample, omitted in level.defaults:
        present = values.get(name)
        node = omitted if present is None else _defaulted(present, sample, omitted)
        if node is not present:
            values[name] = node
            changed = True
    return Block(MappingProxyType(values), block.origin) if changed else block


def _edit_inside(values: dict[str, Node], levels: Mapping[str, _Level]) -> bool:
    changed = False
    for name, node in values.items():
        if isinstance(node, tuple):
            level = levels.get(name, _NOTHING)
            edited = tuple([_edited(block, level) for block in node])
            if any(after is not before for after, before in zip(edited, node, strict=True)):
                values[name] = edited
                changed = True
        elif isinstance(node, Block) and name in levels:  # a map such as ``tags`` has no schema
            after = _edited(node, levels[name])
            if after is not node:
                values[name] = after
                changed = True
    return changed


def _defaulted(node: Node, sample: object, omitted: Omitted) -> Node:
    if node == () or (isinstance(node, Omitted) and node.default is UNSTATED):
        return omitted if node != omitted else node
    if isinstance(node, Known):
        value = as_terraform_reads(node.value, sample)
        return node if value is node.value else Known(value, node.sensitive)
    return node

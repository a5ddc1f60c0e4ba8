"""ARM resources -> azurerm resources, by the tables of kinds.

A resource of a type that no table has stays what it is: an ``azapi_resource`` with its REST body.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.kinds import KINDS
from simulator.estate.arm.mapping import (
    KEY,
    NAME,
    NOTHING,
    Argument,
    Kind,
    OneOf,
    leaf,
)
from simulator.estate.arm.reading import Reading, above
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import (
    Block,
    Known,
    Node,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
)

AZAPI: Final = "azapi_resource"
_EVERY: Final = (
    Argument("name", NAME),
    Argument("location", "location"),
    Argument("identity.type", "identity.type"),
    Argument("identity.principal_id", "identity.principalId"),
    Argument("identity.tenant_id", "identity.tenantId"),
    Argument("identity.identity_ids", "identity.userAssignedIdentities", each=KEY),
)
"""What azurerm calls the same in every resource."""
_GROUP: Final = re.compile(r"\.(azurerm_resource_group|azapi_resource)\.")
_PLACE: Final = ("id", "resource_group_name")
_OF_A_RESOURCE: Final = (*_PLACE, "name", "location", "identity", "tags")
"""What an update, and what a part of a resource, does not change in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Arguments that belong to another resource: the one that ``of``, an id, points at.

    ``resource`` is what declares them; its body holds the arguments, under azurerm's names.
    """

    of: Value
    resource: Resource


def as_azurerm(resources: Sequence[ArmResource]) -> tuple[tuple[Resource, ...], tuple[Part, ...]]:
    """The azurerm resources that these ARM resources are, and the parts of other resources."""
    every = tuple(_with_inner(resources))
    parents = {one.address: one.parent for one in every if _is_part(one)}
    whole: list[Resource] = []
    parts: list[Part] = []
    for one in every:
        kind, type_ = kind_of(one)
        if kind is None or type_ is None:
            whole.append(_untranslated(one))
            parts += _nameless(one, parents)
            continue
        if type_ == NOTHING:
            continue
        made = _resource(one, kind, type_, parents)
        if kind.part:
            parts.append(Part(_owner(one, kind, parents), _without(made, *_OF_A_RESOURCE)))
        elif one.update:
            parts.append(Part(one.id, _without(made, *_PLACE)))
        else:
            whole.append(made)
    return tuple(whole), tuple(parts)


def _with_inner(resources: Sequence[ArmResource]) -> Iterator[ArmResource]:
    """The resources and those within them, each once: Azure also lists some on their own."""
    yield from resources
    seen = {one.address.casefold() for one in resources}
    for one in resources:
        kind, _ = kind_of(one)
        for inner in kind.also(one) if kind is not None and kind.also is not None else ():
            if inner.address.casefold() not in seen:
                seen.add(inner.address.casefold())
                yield from _with_inner((inner,))


def kind_of(one: ArmResource) -> tuple[Kind | None, str | None]:
    """The kind of a resource and its azurerm type, ``None`` where no table has it."""
    for kind in KINDS.get(one.type.casefold(), ()):
        if (type_ := kind.type_of(one)) is not None:
            return kind, type_
    return None, None


def _is_part(one: ArmResource) -> bool:
    return any(kind.part for kind in KINDS.get(one.type.casefold(), ()))


def _untranslated(one: ArmResource) -> Resource:
    values: dict[str, Node] = {
        "type": Known(one.type),
        "name": one.name,
        "parent_id": one.parent,
        "id": one.id,
        "body": one.body,
    }
    present = {name: node for name, node in values.items() if not isinstance(node, Omitted)}
    return _made(one, AZAPI, MappingProxyType(present))


def _resource(one: ArmResource, kind: Kind, type_: str, parents: Mapping[str, Value]) -> Resource:
    body = replace(one.body, origin=one.origin)
    values = dict(Reading(one, parents).arguments(body, (*_EVERY, *kind.arguments)))
    tags = leaf(body, "tags")
    if tags is not None:
        values["tags"] = tags
    if not isinstance(one.id, Omitted) and not one.update:
        values["id"] = one.id
    group = _resource_group(one.parent) if one.type.count("/") == 1 or _is_live(one) else None
    if group is not None:
        values.setdefault("resource_group_name", group)
    if kind.more is not None:
        values.update(kind.more(one))
    return _made(one, type_, MappingProxyType(values))


def nameless(address: str) -> Unresolvable:
    """Why nothing is known of what the part at ``address`` may change."""
    return Unresolvable(f"{address} changes it or something else: its name is not known")


def _nameless(one: ArmResource, parents: Mapping[str, Value]) -> Iterator[Part]:
    """What a part without a known name may change: nothing of that is known then.

    A plan's JSON keeps the site of ``"${azapi_resource.site.id}/config/web"`` alone.
    """
    kinds = [
        kind
        for kind in KINDS.get(one.type.casefold(), ())
        if kind.part and isinstance(kind.azurerm, OneOf) and kind.azurerm.named
    ]
    if kinds and not isinstance(one.name, Known):
        why = nameless(one.address)
        heads = {a.name.partition(".")[0] for kind in kinds for a in kind.arguments}
        values = MappingProxyType(dict.fromkeys(sorted(heads), why))
        made = _made(one, kinds[0].types[0], values)
        yield Part(_owner(one, kinds[0], parents), made)


def _without(made: Resource, *names: str) -> Resource:
    values = {name: node for name, node in made.body.values.items() if name not in names}
    return replace(made, body=replace(made.body, values=MappingProxyType(values)))


def _made(one: ArmResource, type_: str, values: Mapping[str, Node]) -> Resource:
    name = one.name.value if isinstance(one.name, Known) else one.address
    label = one.address.rpartition(".")[2].partition("[")[0] if _in_hcl(one) else str(name)
    return Resource(
        one.address,
        type_,
        label,
        Block(values, one.origin),
        one.origin,
        one.provider,
        one.mode,
        one.actions,
    )


def _is_live(one: ArmResource) -> bool:
    return isinstance(one.parent, Known)


def _in_hcl(one: ArmResource) -> bool:
    return not one.address.startswith("/")


def _resource_group(parent: Value) -> Value | None:
    if isinstance(parent, Known) and isinstance(parent.value, str):
        segments = parent.value.strip("/").split("/")
        if len(segments) >= 4 and segments[2].casefold() == "resourcegroups":
            return Known(segments[3])
    if isinstance(parent, Reference) and _GROUP.search(f".{parent.to}") and not parent.suffix:
        return Reference(parent.to, "name", "${" + parent.to + ".name}", parent.also)
    return None


def _owner(one: ArmResource, kind: Kind, parents: Mapping[str, Value]) -> Value:
    """The id of the resource whose arguments a part is; an update may name the part by its id."""
    if not isinstance(one.parent, Omitted):
        return above(one.parent, kind.up, parents)
    return above(above(one.id, 2, parents), kind.up, parents)

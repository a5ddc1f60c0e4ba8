"""ARM resources -> azurerm resources, by the tables of kinds.

A resource of a type that no table has stays what it is: an ``azapi_resource`` with its REST body.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.kinds import KINDS
from simulator.estate.arm.mapping import (
    KEY,
    NAME,
    NOTHING,
    PAIRS,
    PARENT,
    PARENT_NAME,
    SAME,
    Argument,
    Arguments,
    Blocks,
    Kind,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.document import as_value
from simulator.estate.model import (
    UNSTATED,
    Block,
    Known,
    Node,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    show,
)

AZAPI: Final = "azapi_resource"
_AZURE: Final = "Azure default"
_EVERY: Final = (
    Argument("name", NAME),
    Argument("location", "location"),
    Argument("identity.type", "identity.type"),
    Argument("identity.principal_id", "identity.principalId"),
    Argument("identity.tenant_id", "identity.tenantId"),
    Argument("identity.identity_ids", "identity.userAssignedIdentities", each=KEY),
)
"""What azurerm calls the same in every resource."""


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
            continue
        if type_ == NOTHING:
            continue
        made = _resource(one, kind, type_, parents)
        if kind.part:
            parts.append(Part(_owner(one, kind, parents), made))
        elif one.update:
            parts.append(Part(one.id, made))
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
    values = dict(_Reading(one, parents).arguments(body, (*_EVERY, *kind.arguments)))
    tags = leaf(body, "tags")
    if tags is not None:
        values["tags"] = tags
    if not isinstance(one.id, Omitted) and not one.update:
        values["id"] = one.id
    if (group := _resource_group(one.parent)) is not None:
        values.setdefault("resource_group_name", group)
    if kind.more is not None:
        values.update(kind.more(one))
    return _made(one, type_, MappingProxyType(values))


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


def _in_hcl(one: ArmResource) -> bool:
    return not one.address.startswith("/")


def _resource_group(parent: Value) -> Value | None:
    if isinstance(parent, Known) and isinstance(parent.value, str):
        segments = parent.value.strip("/").split("/")
        if len(segments) >= 4 and segments[2].casefold() == "resourcegroups":
            return Known(segments[3])
    if isinstance(parent, Reference) and ".azurerm_resource_group." in f".{parent.to}":
        return Reference(parent.to, "name", "${" + parent.to + ".name}", parent.also)
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One resource's arguments; ``parents`` are those of the parts that an id may go through."""

    one: ArmResource
    parents: Mapping[str, Value]

    def arguments(self, body: Block, arguments: Arguments) -> Iterator[tuple[str, Node]]:
        """The arguments of a block, those with a dotted name gathered into single blocks."""
        nested: dict[str, list[Argument | Blocks]] = {}
        for argument in arguments:
            head, dot, _ = argument.name.partition(".")
            if dot:
                nested.setdefault(head, []).append(argument)
                continue
            node = self._node(body, argument)
            if node is not None:
                yield argument.name, node
        for head, inside in nested.items():
            unknown = _unknown_as_a_whole(body, inside)
            if unknown is not None:
                yield head, unknown
            elif any(self._is_set(body, argument) for argument in inside):
                rest = tuple(replace(a, name=a.name.partition(".")[2]) for a in inside)
                values = dict(self.arguments(body, rest))
                yield head, (Block(MappingProxyType(values), self.one.origin),)

    def _is_set(self, body: Block, argument: Argument | Blocks) -> bool:
        node = leaf(body, argument.source)
        return not (node is None or isinstance(node, Omitted) or node == () or _is_null(node))

    def _node(self, body: Block, argument: Argument | Blocks) -> "Node | None":
        if isinstance(argument, Blocks):
            return self._blocks(leaf(body, argument.source), argument)
        node: Node | None
        if argument.source in {NAME, PARENT, PARENT_NAME}:
            own = self.one.name if argument.source == NAME else self.one.parent
            node = _above(own, argument.up, self.parents)
            node = _name_in(node) if argument.source == PARENT_NAME else node
        else:
            node = leaf(body, argument.source)
            if argument.up and isinstance(node, Value):
                node = _above(node, argument.up, {})
        if argument.each:
            node = _each(node, argument)
        if argument.sensitive and node is not None:
            node = _secret(node)
        if node is None or isinstance(node, Omitted) or _is_null(node):
            return None if argument.default is UNSTATED else Omitted(argument.default, _AZURE)
        if isinstance(node, Known):
            read = argument.codec.read(node.value)
            if read is UNSTATED:
                return Unresolvable(f"{argument.source} is {show(node)}, which is not judged here")
            return node if read is node.value else replace(node, value=read)
        if isinstance(node, Reference) and argument.codec is not SAME:
            return Unresolvable(f"{argument.source} comes from {node.to}.{node.attribute}")
        return node

    def _blocks(self, node: "Node | None", blocks: Blocks) -> "Node | None":
        if node is None or isinstance(node, Omitted) or _is_null(node):
            return None
        if isinstance(node, Known):
            return () if node.value == () else None
        if isinstance(node, Value):
            return node
        objects = (node,) if isinstance(node, Block) else node
        return tuple(self._blocks_of(objects, blocks))

    def _blocks_of(self, objects: tuple[Block, ...], blocks: Blocks) -> Iterator[Block]:
        for one in filter(blocks.when, objects):
            values = dict(self.arguments(one, blocks.arguments))
            if blocks.switch:
                on = leaf(one, blocks.switch)
                if isinstance(on, Reference | Unresolvable):
                    why = Unresolvable(f"{blocks.switch} is not known, and with it the block")
                    values = dict.fromkeys(values, why)
                elif not isinstance(on, Known) or on.value in (False, None, "Disabled"):
                    continue
            yield Block(MappingProxyType(values), self.one.origin)


def _unknown_as_a_whole(body: Block, inside: Sequence[Argument | Blocks]) -> Value | None:
    """What hides everything that a block would be made of, if something above it does."""
    above = {a.source.rpartition(".")[0] for a in inside}
    nodes = [leaf(body, path) if path else None for path in above]
    unknown = [node for node in nodes if isinstance(node, Reference | Unresolvable)]
    return unknown[0] if len(unknown) == len(nodes) and unknown else None


def _secret(node: Node) -> Node:
    """``node`` with every known value in it marked sensitive."""
    match node:
        case Known(value=value):
            return Known(value, sensitive=True)
        case Block(values=values):
            return replace(
                node, values=MappingProxyType({k: _secret(v) for k, v in values.items()})
            )
        case tuple():
            return tuple(block for block in map(_secret, node) if isinstance(block, Block))
    return node


def _is_null(node: "Node | None") -> bool:
    return isinstance(node, Known) and node.value is None


def _each(node: "Node | None", argument: Argument) -> "Node | None":
    """A list of objects as the list of one property of theirs; an object as its names."""
    if argument.each.startswith(PAIRS):
        return _map(node, argument.each.partition(":")[2] or "value")
    if argument.each == KEY:
        if isinstance(node, Block):
            return _listed(map(as_value, node.values))
        return node if not isinstance(node, tuple) else None
    if isinstance(node, tuple | Block):
        objects = (node,) if isinstance(node, Block) else node
        found = (leaf(one, argument.each) for one in objects)
        return _listed(one for one in found if isinstance(one, Value))
    return node


def _map(node: "Node | None", property_: str) -> "Node | None":
    """A list of objects with a ``name`` and a value as one map."""
    if not isinstance(node, tuple | Block):
        return Block() if isinstance(node, Known) and node.value == () else node
    values: dict[str, Node] = {}
    for one in (node,) if isinstance(node, Block) else node:
        name, value = leaf(one, "name"), leaf(one, property_)
        if not isinstance(name, Known):
            return Unresolvable("one of the names in it is not known")
        values[str(name.value)] = Omitted() if value is None else value
    return Block(MappingProxyType(values))


def _listed(values: Iterable[Value]) -> Value:
    """One value for a list: its members if all are known, else what they refer to."""
    members = [value for value in values if not isinstance(value, Omitted)]
    unknown = next((value for value in members if isinstance(value, Unresolvable)), None)
    if unknown is not None:
        return unknown
    references = [value for value in members if isinstance(value, Reference)]
    if not references:
        known = [value for value in members if isinstance(value, Known)]
        sensitive = any(value.sensitive for value in known)
        return Known(tuple(value.value for value in known), sensitive)
    first, *others = references
    also = (*first.also, *(one.to for one in others))
    return replace(first, also=tuple(dict.fromkeys(also)))


def _name_in(id_: Value) -> Value:
    """The name at the end of an id; of a reference to an id, that resource's name."""
    if isinstance(id_, Known) and isinstance(id_.value, str):
        return replace(id_, value=id_.value.rstrip("/").rpartition("/")[2])
    if not isinstance(id_, Reference) or id_.attribute != "id":
        return id_
    if id_.suffix:
        return Known(id_.suffix.rstrip("/").rpartition("/")[2])
    return replace(id_, attribute="name", text="${" + f"{id_.to}.name" + "}")


def _owner(one: ArmResource, kind: Kind, parents: Mapping[str, Value]) -> Value:
    """The id of the resource whose arguments a part is; an update may name the part by its id."""
    if not isinstance(one.parent, Omitted):
        return _above(one.parent, kind.up, parents)
    return _above(_above(one.id, 2, parents), kind.up, parents)


def _above(value: Value, up: int, parents: Mapping[str, Value]) -> Value:
    """An id without its last ``up`` segments, or the id of what those stand on.

    A reference to a part (``azapi_update_resource.blob.id``) is followed to that part's parent.
    """
    if not up:
        return value
    if isinstance(value, Known) and isinstance(value.value, str):
        return replace(value, value="/".join(value.value.rstrip("/").split("/")[:-up]))
    if not isinstance(value, Reference) or value.attribute != "id":
        return value
    if value.to in parents:
        return parents[value.to]
    # What follows the id is what is dropped; a plan has lost it already.
    return replace(value, text="${" + f"{value.to}.id" + "}")

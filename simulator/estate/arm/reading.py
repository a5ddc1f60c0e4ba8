"""One ARM resource's body read by a table: which argument holds what, with every state kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    KEY,
    LAST,
    NAME,
    PAIRS,
    PARENT,
    PARENT_NAME,
    SAME,
    VALUES,
    Argument,
    Arguments,
    Blocks,
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
    Unresolvable,
    Value,
    show,
)

_AZURE: Final = "Azure default"


@dataclass(frozen=True, slots=True)
class Reading:
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
        node = self._written(body, argument)
        if argument.each == VALUES and isinstance(node, Block):
            alone = replace(argument, each="")
            told = {name: _in_azurerm_s_words(one, alone) for name, one in node.values.items()}
            present = {name: one for name, one in told.items() if one is not None}
            node, argument = (
                Block(MappingProxyType(present), node.origin),
                replace(alone, codec=SAME),
            )
        if argument.each:
            node = _each(node, argument)
        if argument.sensitive and node is not None:
            node = _secret(node)
        return _in_azurerm_s_words(node, argument)

    def _written(self, body: Block, argument: Argument) -> "Node | None":
        if argument.source in {NAME, PARENT, PARENT_NAME}:
            own = self.one.name if argument.source == NAME else self.one.parent
            id_ = above(own, argument.up, self.parents)
            return _name_in(id_) if argument.source == PARENT_NAME else id_
        node = leaf(body, argument.source)
        return above(node, argument.up, {}) if argument.up and isinstance(node, Value) else node

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


def _in_azurerm_s_words(node: "Node | None", argument: Argument) -> "Node | None":
    match node:
        case None | Omitted() | Known(value=None):
            return None if argument.default is UNSTATED else Omitted(argument.default, _AZURE)
        case Known():
            return _read(node, argument)
        case Reference() if argument.codec is LAST:
            return _name_in(node)
        case Reference() if argument.codec is not SAME:
            return Unresolvable(f"{argument.source} comes from {node.to}.{node.attribute}")
        case Block() | tuple() if not _may_be_an_object(argument):
            return Unresolvable(f"{argument.source} is an object, which is not judged here")
    return node


def _read(node: Known, argument: Argument) -> "Node | None":
    read = argument.codec.read(node.value)
    if read is UNSTATED:
        return Unresolvable(f"{argument.source} is {show(node)}, which is not judged here")
    return None if read is None else replace(node, value=read)


def _may_be_an_object(argument: Argument) -> bool:
    return argument.codec is SAME and argument.default is UNSTATED


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
            return listed(map(as_value, node.values))
        return node if not isinstance(node, tuple) else None
    if isinstance(node, tuple | Block):
        objects = (node,) if isinstance(node, Block) else node
        found = (leaf(one, argument.each) for one in objects)
        return listed(one for one in found if isinstance(one, Value))
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


def listed(values: Iterable[Value]) -> Value:
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


def above(value: Value, up: int, parents: Mapping[str, Value]) -> Value:
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

"""azapi in Terraform: resources written in ARM's own words, read as the azurerm ones that they are.

An ``azapi_resource`` becomes the azurerm resource of its type, an ``azapi_update_resource`` changes
the resource that it names. Both keep their address. A type that has no table here stays an
``azapi_resource``, so that a control can say that it was not read.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.estate.arm.mapping import ANY
from simulator.estate.arm.reading import listed
from simulator.estate.arm.resource import ArmResource, rest_body
from simulator.estate.document import as_value, references
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Node,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

if TYPE_CHECKING:
    from simulator.estate.arm.translate import Part

RESOURCE: Final = "azapi_resource"
UPDATE: Final = "azapi_update_resource"
_KINDS: Final = frozenset({RESOURCE, UPDATE})


def with_azapi(estate: Estate) -> Estate:
    """The estate with its azapi resources told in azurerm's words.

    What an update changes is changed in the resource that it names, where that is in the estate;
    the update itself stays as it is. Nothing is told twice: the estate of this function's own
    making comes back unchanged.
    """
    written = {r.address: arm for r in estate.resources if (arm := as_arm(r)) is not None}
    if not written:
        return estate
    # Few estates have azapi resources, and the tables of every kind are many modules.
    from simulator.estate.arm.translate import AZAPI, as_azurerm, nameless  # noqa: PLC0415

    named = {nameless(a) for a, arm in written.items() if isinstance(arm.name, Known)}
    whole, parts = as_azurerm(tuple(written.values()))
    made = {one.address: _kept(one, estate) for one in whole if one.type != AZAPI}
    # A part stays where it is as well: other ids may go through it.
    resources = tuple(_forgetting(named, made.pop(r.address, r)) for r in estate.resources)
    return with_parts(replace(estate, resources=(*resources, *made.values())), parts)


def _kept(made: Resource, estate: Estate) -> Resource:
    """``made`` with what Terraform itself reads in the block that it was made from."""
    written = estate.by_address.get(made.address)
    lifecycle = written.blocks("lifecycle") if written is not None else ()
    if not lifecycle:
        return made
    ignored = effective(lifecycle[0].get("ignore_changes"))
    if isinstance(ignored, tuple) and "body" in ignored:
        every = {**lifecycle[0].values, "ignore_changes": Known("all")}
        lifecycle = (replace(lifecycle[0], values=MappingProxyType(every)),)
    values = MappingProxyType({**made.body.values, "lifecycle": lifecycle})
    return replace(made, body=replace(made.body, values=values))


def _forgetting(why: Collection[Unresolvable], resource: Resource) -> Resource:
    """``resource`` without what was unknown for want of a name that is known now."""
    values = {
        name: node
        for name, node in resource.body.values.items()
        if not (isinstance(node, Unresolvable) and node in why)
    }
    if len(values) == len(resource.body.values):
        return resource
    return replace(resource, body=replace(resource.body, values=MappingProxyType(values)))


def with_parts(estate: Estate, parts: "Sequence[Part]") -> Estate:
    """The estate with each part laid over the resource that it belongs to."""
    laid: dict[str, Resource] = {}
    for part in parts:
        found = estate.target(part.of)
        if found is None:
            continue
        base = laid.get(found.resource.address, found.resource)
        if part.resource.type in {base.type, ANY}:
            laid[base.address] = replace(base, body=overlay(base.body, part.resource.body))
    resources = tuple(laid.get(resource.address, resource) for resource in estate.resources)
    return replace(estate, resources=resources)


def overlay(base: Block, over: Block) -> Block:
    """``base`` with what ``over`` sets; what it leaves out is as it was.

    >>> base = Block({"a": Known(1), "b": (Block({"c": Known(2)}),)})
    >>> overlay(base, Block({"b": (Block({"d": Known(3)}),), "a": Omitted()})).get("b.d")
    Known(3)
    """
    values = dict(base.values)
    for name, node in over.values.items():
        present = values.get(name)
        if isinstance(node, Omitted) and present is not None:
            continue
        values[name] = _laid(present, node)
    return replace(base, values=MappingProxyType(values))


def _laid(present: "Node | None", node: Node) -> Node:
    match present, node:
        case Block(), Block():
            return overlay(present, node)
        case (Block() as one,), (Block() as other,):
            return (overlay(one, other),)
    return node


def as_arm(resource: Resource) -> ArmResource | None:
    """What an azapi resource sends to ARM; ``None`` for other resources, or of an unknown type."""
    if resource.type not in _KINDS or resource.mode != "managed":
        return None
    type_ = effective(resource.get("type"))
    if not isinstance(type_, str):
        return None
    update = resource.type == UPDATE
    named = resource.get("resource_id") if update else resource.get("id")
    values = dict(body_of(resource).values)
    for name in ("location", "tags", "identity"):
        node = resource.body.values.get(name)
        if node is not None and name not in values:
            values[name] = _identity(node) if name == "identity" else node
    id_ = _updated(resource, named) if update else named
    return ArmResource(
        address=resource.address,
        type=type_.partition("@")[0],
        name=_last_name(id_) if update else resource.get("name"),
        parent=resource.get("parent_id"),
        body=Block(MappingProxyType(values), resource.origin),
        origin=resource.origin,
        provider=resource.provider,
        id=id_,
        update=update,
        mode=resource.mode,
        actions=resource.actions,
    )


def _updated(resource: Resource, named: Value) -> Value:
    """The id of what is updated: written whole, or as a name in a parent."""
    if not isinstance(named, Omitted):
        return named
    parent, name = resource.get("parent_id"), effective(resource.get("name"))
    kind = str(effective(resource.get("type"))).partition("@")[0].rpartition("/")[2]
    text = parent.text if isinstance(parent, Reference) else effective(parent)
    if not isinstance(text, str) or not isinstance(name, str):
        return Unresolvable("what is updated is not known")
    return as_value(f"{text}/{kind}/{name}")


def _last_name(id_: Value) -> Value:
    """The name that an id ends in; of a reference to a whole id, it is not looked for."""
    text = id_.suffix if isinstance(id_, Reference) else effective(id_)
    last = text.rstrip("/").rpartition("/")[2] if isinstance(text, str) else ""
    return Known(last) if last else Omitted()


def body_of(resource: Resource) -> Block:
    """The REST body of an azapi resource, an object or (azapi 1.x) JSON text.

    In text that is written around references, those become references again.
    """
    body = _rest(resource, "body")
    secret = _rest(resource, "sensitive_body", sensitive=True)
    return overlay(body, secret) if "sensitive_body" in resource.body.values else body


def _rest(resource: Resource, name: str, *, sensitive: bool = False) -> Block:
    node: Node = resource.body.values.get(name, Omitted())
    text = node.value if isinstance(node, Known) else None
    sensitive = sensitive or (isinstance(node, Known) and node.sensitive)
    if isinstance(node, Reference):
        text = node.text
    if isinstance(text, str):
        try:
            parsed = json.loads(text)
        except ValueError:
            return Block({"properties": Unresolvable(f"{name} is not JSON")}, resource.origin)
        node = rest_body(parsed)
    node = _with_references(node, sensitive=sensitive)
    if isinstance(node, tuple) and len(node) == 1:
        node = node[0]
    if isinstance(node, Block):
        return replace(node, origin=resource.origin)
    if isinstance(node, Reference):  # of JSON text that a plan has lost but for a reference in it
        node = Unresolvable(f"{name} depends on {node.to}, known only after apply")
    rest = node if isinstance(node, Unresolvable) else Omitted()
    return Block({"properties": rest}, resource.origin)


def _with_references(node: Node, *, sensitive: bool) -> Node:
    """A REST body in one form: objects as blocks, and references in JSON text as references."""
    match node:
        case Block(values=values):
            inner = {k: _with_references(v, sensitive=sensitive) for k, v in values.items()}
            return replace(node, values=MappingProxyType(inner))
        case tuple():
            blocks = (_with_references(block, sensitive=sensitive) for block in node)
            return tuple(block for block in blocks if isinstance(block, Block))
        case Known():
            return _known(node, sensitive=sensitive or node.sensitive)
    return node


def _known(node: Known, *, sensitive: bool) -> Node:
    if isinstance(node.value, str) and "${" in node.value:
        return _text(node.value)
    if isinstance(node.value, tuple) and any("${" in str(one) for one in node.value):
        texts = [_text(one) if isinstance(one, str) else Known(one) for one in node.value]
        return listed(texts) if all(map(_is_plain, node.value)) else Unresolvable("in part unknown")
    shaped = rest_body(node.value)
    if isinstance(shaped, Known):
        return Known(shaped.value, sensitive)
    return _with_references(shaped, sensitive=sensitive)


def _is_plain(value: object) -> bool:
    return not isinstance(value, tuple | Mapping)


def _text(text: str) -> Value:
    """A text of a JSON body: with a reference in it, it is one, and keeps its words."""
    if "${" not in text:
        return Known(text)
    found = references(text)
    if not found:
        return as_value(text)
    first = found[0]
    also = dict.fromkeys(one.to for one in found[1:] if one.to != first.to)
    return Reference(first.to, first.attribute, text, tuple(also))


def _identity(node: Node) -> Node:
    """The ``identity`` block of azapi itself (``type``, ``identity_ids``) in ARM's words."""
    if not isinstance(node, tuple) or not node:
        return node
    block = node[0]
    renamed = {
        "principal_id": "principalId",
        "tenant_id": "tenantId",
        "identity_ids": "userAssignedIdentities",
    }
    values = {renamed.get(name, name): inner for name, inner in block.values.items()}
    return replace(block, values=MappingProxyType(values))

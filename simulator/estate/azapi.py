"""azapi in Terraform: resources written in ARM's own words, read as the azurerm ones that they are.

An ``azapi_resource`` becomes the azurerm resource of its type, an ``azapi_update_resource`` changes
the resource that it names. Both keep their address. A type that has no table here stays an
``azapi_resource``, so that a control can say that it was not read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.resource import ArmResource, rest_body
from simulator.estate.arm.translate import Part, as_azurerm
from simulator.estate.document import as_value
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

RESOURCE: Final = "azapi_resource"
UPDATE: Final = "azapi_update_resource"
_KINDS: Final = frozenset({RESOURCE, UPDATE})


def with_azapi(estate: Estate) -> Estate:
    """The estate with its azapi resources told in azurerm's words.

    What an update changes is changed in the resource that it names, where that is in the estate;
    else the update stays, as an azurerm resource of its own with these arguments alone.
    """
    written = {r.address: arm for r in estate.resources if (arm := as_arm(r)) is not None}
    if not written:
        return estate
    whole, parts = as_azurerm(tuple(written.values()))
    made = {resource.address: resource for resource in whole}
    kept = {resource.address: resource for resource in estate.resources} | made
    # A part stays where it is as well: other ids may go through it.
    resources = tuple(kept[resource.address] for resource in estate.resources)
    return with_parts(replace(estate, resources=resources), parts)


def with_parts(estate: Estate, parts: Sequence[Part]) -> Estate:
    """The estate with each part laid over the resource that it belongs to."""
    laid: dict[str, Resource] = {}
    for part in parts:
        found = estate.target(part.of)
        if found is None:
            continue
        base = laid.get(found.resource.address, found.resource)
        if base.type == part.resource.type:
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
    return ArmResource(
        address=resource.address,
        type=type_.partition("@")[0],
        name=resource.get("name"),
        parent=resource.get("parent_id"),
        body=Block(MappingProxyType(values), resource.origin),
        origin=resource.origin,
        provider=resource.provider,
        id=named if not update else _updated(resource, named),
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


def body_of(resource: Resource) -> Block:
    """The REST body of an azapi resource, an object or (azapi 1.x) JSON text.

    In text that is written around references, those become references again.
    """
    node: Node = resource.body.values.get("body", Omitted())
    text = node.value if isinstance(node, Known) else None
    sensitive = isinstance(node, Known) and node.sensitive
    if isinstance(node, Reference):
        text = node.text
    if isinstance(text, str):
        try:
            parsed = json.loads(text)
        except ValueError:
            return Block({"properties": Unresolvable("body is not JSON")}, resource.origin)
        node = _with_references(rest_body(parsed), sensitive=sensitive)
    elif isinstance(node, Known) and isinstance(node.value, Mapping):
        node = _with_references(rest_body(node.value), sensitive=sensitive)
    if isinstance(node, tuple) and len(node) == 1:
        node = node[0]
    if isinstance(node, Block):
        return replace(node, origin=resource.origin)
    rest = node if isinstance(node, Reference | Unresolvable) else Omitted()
    return Block({"properties": rest}, resource.origin)


def _with_references(node: Node, *, sensitive: bool) -> Node:
    match node:
        case Block(values=values):
            inner = {k: _with_references(v, sensitive=sensitive) for k, v in values.items()}
            return replace(node, values=MappingProxyType(inner))
        case tuple():
            blocks = (_with_references(block, sensitive=sensitive) for block in node)
            return tuple(block for block in blocks if isinstance(block, Block))
        case Known(value=str(text)) if "${" in text:
            return as_value(text)
        case Known(value=value) if sensitive:
            return Known(value, sensitive=True)
    return node


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

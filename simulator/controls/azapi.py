"""azapi resources read as the azurerm resource that they stand for.

An ``azapi_resource`` holds the Azure REST body itself: an object, or JSON text in azapi 1.x.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.controls.verdict import Finding
from simulator.estate.model import (
    UNSTATED,
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
    freeze,
    show,
)


def of_kind(estate: Estate, *kinds: str) -> Iterator[Resource]:
    """The azapi resources whose ``type``, without its API version, is one of ``kinds``."""
    wanted = {kind.casefold() for kind in kinds}
    for resource in estate.of_type("azapi_resource"):
        kind = effective(resource.get("type"))
        if isinstance(kind, str) and kind.partition("@")[0].casefold() in wanted:
            yield resource


def body(resource: Resource) -> Block:
    """The REST body as a block, with ``properties`` in it; unknown if the body is.

    A body written as JSON text around references keeps them as text: ``${address.attribute}``.
    """
    node: Node = resource.body.values.get("body", Omitted())
    text = node.value if isinstance(node, Known) else None
    if isinstance(node, Reference):
        text = node.text
    if isinstance(text, str):
        try:
            node = Known(freeze(json.loads(text)))
        except ValueError:
            node = Unresolvable("body is not JSON")
    if isinstance(node, Known) and isinstance(node.value, Mapping):
        return Block({key: Known(value) for key, value in node.value.items()}, resource.origin)
    if isinstance(node, Block):
        return _with_lists_as_values(node)
    return Block({"properties": node if isinstance(node, Value) else Omitted()}, resource.origin)


def _with_lists_as_values(block: Block) -> Block:
    """A REST object has no nested blocks: what looks like a run of them is a list of objects."""
    values: dict[str, Node] = {}
    for name, node in block.values.items():
        if isinstance(node, tuple):
            values[name] = _list(node, name)
        else:
            values[name] = _with_lists_as_values(node) if isinstance(node, Block) else node
    return Block(values, block.origin)


def _list(items: tuple[Block, ...], name: str) -> Value:
    if all(isinstance(value, Known) for item in items for _, value in item.walk()):
        return Known(tuple(freeze({k: effective(v) for k, v in i.walk()}) for i in items))
    return Unresolvable(f"part of {name} is not known")


@dataclass(frozen=True, slots=True)
class Argument:
    """An azurerm argument, the REST property it sends, and how the latter's value is read."""

    name: str
    path: str
    remedy: str
    read: Callable[[object], object] = lambda value: value
    default: Omitted = Omitted()  # noqa: RUF009 - frozen


def _switched_on(value: object) -> object:
    return {"enabled": True, "disabled": False}.get(str(value).casefold(), UNSTATED)


def _lower(value: object) -> object:
    return str(value).lower()


def _addresses(value: object) -> object:
    rules = value if isinstance(value, tuple) else ()
    return tuple(rule.get("value") for rule in rules if isinstance(rule, Mapping))


_ACCOUNT: Final = (
    Argument(
        "allow_nested_items_to_be_public",
        "properties.allowBlobPublicAccess",
        "allowBlobPublicAccess = false",
    ),
    Argument(
        "public_network_access_enabled",
        "properties.publicNetworkAccess",
        'publicNetworkAccess = "Disabled"',
        _switched_on,
        Omitted(default=True, decided_by="Azure default"),
    ),
    Argument(
        "network_rules.default_action",
        "properties.networkAcls.defaultAction",
        'publicNetworkAccess = "Disabled"',
        default=Omitted("Allow", "Azure default"),
    ),
    Argument(
        "network_rules.ip_rules",
        "properties.networkAcls.ipRules",
        'ipRules = [{ value = "203.0.113.0/24" }]',
        _addresses,
    ),
)
_CONTAINER: Final = (
    Argument(
        "container_access_type",
        "properties.publicAccess",
        'publicAccess = "None"',
        lambda value: {"none": "private"}.get(str(value).casefold(), _lower(value)),
        Omitted("private", "Azure default"),
    ),
)


def storage_account(resource: Resource) -> Resource:
    """A ``Microsoft.Storage/storageAccounts`` resource with azurerm's argument names."""
    return _renamed(resource, _ACCOUNT, "azurerm_storage_account")


def storage_container(resource: Resource) -> Resource:
    """A ``…/blobServices/containers`` resource with azurerm's argument names."""
    container = _renamed(resource, _CONTAINER, "azurerm_storage_container")
    parent = resource.get("parent_id")
    values = MappingProxyType({**container.body.values, "storage_account_id": parent})
    return replace(container, body=Block(values, resource.origin))


def _renamed(resource: Resource, arguments: tuple[Argument, ...], type_: str) -> Resource:
    source = body(resource)
    flat = {a.name: _read(source.get(a.path), a) for a in arguments}
    values: dict[str, Node] = {
        name: value for name, value in resource.body.values.items() if name in {"name", "tags"}
    }
    nested: dict[str, dict[str, Node]] = {}
    for name, value in flat.items():
        block, _, leaf = name.rpartition(".")
        if block:
            nested.setdefault(block, {})[leaf] = value
        else:
            values[name] = value
    blocks = {name: (Block(inner, resource.origin),) for name, inner in nested.items()}
    return replace(resource, type=type_, body=Block({**values, **blocks}, resource.origin))


def _read(value: Value, argument: Argument) -> Value:
    if isinstance(value, Known):
        read = argument.read(value.value)
        if read is UNSTATED:
            return Unresolvable(f"body.{argument.path} is {show(value)}, which is not judged here")
        return replace(value, value=read)
    if isinstance(value, Omitted):
        return argument.default
    return value


def in_azapi_words(found: Finding) -> Finding:
    """A finding made on a renamed resource, told in the names that its author wrote."""
    for argument in (*_ACCOUNT, *_CONTAINER):
        if argument.name == found.attribute:
            remedy = f"write it out: {argument.remedy}" if found.unknown else argument.remedy
            return replace(found, attribute=f"body.{argument.path}", remedy=remedy)
    return found

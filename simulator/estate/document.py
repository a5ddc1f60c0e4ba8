"""JSON documents inside a configuration: playbook bodies, conditions, templates.

The same document reaches us in several dresses - a JSON string, an HCL object, or a string with
references in it - and leaves here as plain JSON in which a reference is the text
``${address.attribute}`` and a value that is not known is ``UNKNOWN_TEXT``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.estate.address import parse_steps
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
    freeze,
)

UNKNOWN_TEXT: Final = "${unknown}"
_EXPRESSION = re.compile(r'\$\{((?:[^{}"]|"(?:\\.|[^"\\])*")*)\}')


def document(node: "Node | None") -> object:
    """The JSON that an argument holds, objects read-only; ``Unresolvable`` if it cannot be told.

    A string is parsed as JSON; an object (azapi's ``body``) is taken as it is.

    >>> document(Known('{"type": "Http"}'))["type"]
    'Http'
    >>> document(Reference("azurerm_storage_account.a"))
    Unresolvable(why='it depends on azurerm_storage_account.a, known only after apply')
    """
    match node:
        case Known(value=str(text)) | Reference(text=str(text)):
            return _parsed(text)
        case Reference(to=to):
            return Unresolvable(f"it depends on {to}, known only after apply")
        case Unresolvable():
            return node
        case Omitted() | None:
            return Unresolvable("it is not set")
    return freeze(_plain(node))


def as_json(node: "Node | None") -> Value:
    """The JSON text of an object or a list, as azurerm has it where ARM has the thing itself.

    What :func:`document` reads back: a reference is the text ``${address.attribute}``. A text that
    has a secret in it is sensitive as a whole, and not known beside a reference.

    >>> as_json(Block({"id": Reference("azurerm_x.a", text="${azurerm_x.a.id}"), "n": Known(1)}))
    Reference(to='azurerm_x.a', attribute='id', text='{"id": "${azurerm_x.a.id}", "n": 1}', also=())
    >>> as_json(Known((1, 2)))
    Known('[1, 2]')
    """
    if isinstance(node, Omitted) or node is None:
        return Omitted()
    if isinstance(node, Reference | Unresolvable):
        return node
    secret = any(isinstance(v, Known) and v.sensitive for v in _values(node))
    found = tuple(reference for value in _values(node) for reference in _references_in(value))
    if not found:
        return Known(json.dumps(_plain(node), default=_thawed), secret)
    if secret:
        return Unresolvable(f"it has a secret in it, and depends on {found[0].to}")
    others = dict.fromkeys(a for r in found for a in (r.to, *r.also) if a != found[0].to)
    # Where the source lost the literal part of one text in it, it lost that of the whole.
    lost = any(reference.text is None for reference in found)
    text = None if lost else json.dumps(_plain(node), default=_thawed)
    return Reference(found[0].to, found[0].attribute, text, tuple(others))


def _values(node: "Node") -> Iterator[Value]:
    if isinstance(node, Block):
        yield from (value for _, value in node.walk())
    elif isinstance(node, tuple):
        for block in node:
            yield from _values(block)
    else:
        yield node


def _references_in(value: Value) -> tuple[Reference, ...]:
    if isinstance(value, Reference):
        return (value,)
    return references(str(value.value)) if isinstance(value, Known) else ()


def _thawed(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def references(text: str) -> tuple[Reference, ...]:
    """The references in a text, in order; each carries what follows it as its suffix.

    >>> found, = references("https://management.azure.com${azurerm_storage_account.a.id}/x?y=1")
    >>> found.to, found.suffix
    ('azurerm_storage_account.a', '/x')
    >>> references("${var.account_id}/x")
    ()
    """
    found = []
    for match in _EXPRESSION.finditer(text):
        named = _resource_attribute(match[1])
        if named is not None:
            rest = text[match.end() :].partition("?")[0]
            found.append(Reference(*named, "${" + ".".join(named) + "}" + rest))
    return tuple(found)


def _resource_attribute(expression: str) -> tuple[str, str] | None:
    """The address of a resource and its attribute, if that is what the expression is."""
    try:
        steps = parse_steps(expression)
    except ValueError:
        return None
    start = 0
    while start < len(steps) and steps[start].name == "module":
        start += 2
    start += start < len(steps) and steps[start].name == "data"
    if len(steps) < start + 3 or "_" not in steps[start].name:
        return None
    if len(steps[start + 1].keys) > 1:
        return None
    address = ".".join(str(step) for step in steps[: start + 2])
    return address, ".".join(str(step) for step in steps[start + 2 :])


def as_value(text: str) -> Value:
    """A text of a document as a value: what it refers to, else itself; ``""`` was omitted.

    >>> as_value("${azurerm_storage_account.a.id}/blobServices/default").to
    'azurerm_storage_account.a'
    """
    if not text:
        return Omitted()
    found = references(text)
    if found and text.startswith("${"):
        return found[0]
    unread = _EXPRESSION.search(text)
    return Unresolvable(f"{unread[1]} is not known") if unread else Known(text)


def at(value: object, path: str) -> object:
    """What a JSON value holds at a dotted path, ``None`` if nothing.

    >>> at({"inputs": {"method": "PATCH"}}, "inputs.method")
    'PATCH'
    """
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text_at(value: object, path: str) -> str:
    """The string at a dotted path, ``""`` if there is none."""
    found = at(value, path)
    return found if isinstance(found, str) else ""


def object_at(value: object, path: str) -> Mapping[str, object]:
    """The object at a dotted path, empty if there is none."""
    found = at(value, path)
    return found if isinstance(found, Mapping) else {}


def _parsed(text: str) -> object:
    try:
        return freeze(json.loads(text))
    except ValueError as error:
        return Unresolvable(f"it is not JSON ({error})")
    except RecursionError:
        return Unresolvable("it is JSON nested too deep to be read")


def _plain(node: "Node") -> object:
    match node:
        case Block():
            return {name: _plain(inner) for name, inner in node.values.items()}
        case tuple():
            return [_plain(inner) for inner in node]
        case Known(value=value):
            return value
        case Reference(to=to, attribute=attribute):
            text = node.text or "${" + f"{to}.{attribute}" + "}"
            return _listed(text) if text.startswith("[") else text
        case Omitted():
            return None
        case Unresolvable():
            return UNKNOWN_TEXT


def _listed(text: str) -> object:
    """A list with references in it, which is one reference to the reader, as a list again."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def azapi_kind(resource: Resource) -> str:
    """The Azure resource type of an ``azapi_resource`` in lower case, without its API version."""
    declared = effective(resource.get("type")) if resource.type == "azapi_resource" else ""
    return declared.partition("@")[0].casefold() if isinstance(declared, str) else ""


def azapi_of_kind(estate: Estate, kind: str) -> tuple[Resource, ...]:
    """The ``azapi_resource`` blocks of this Azure resource type."""
    return tuple(r for r in estate.of_type("azapi_resource") if azapi_kind(r) == kind.casefold())

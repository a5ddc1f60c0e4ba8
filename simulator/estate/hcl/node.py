"""What evaluation gave, as the Estate's values and blocks."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.hcl.access import iterate
from simulator.estate.hcl.expansion import safely
from simulator.estate.hcl.scope import Scope
from simulator.estate.hcl.sensitive import is_sensitive
from simulator.estate.hcl.source import Argument, Body, JsonExpression, SourceBlock
from simulator.estate.hcl.value import (
    Evaluated,
    Ref,
    Secret,
    Text,
    Unknown,
    is_known,
    json_text,
    reveal,
    secret,
    text_of,
    unknowns,
    why_unknown,
)
from simulator.estate.model import Block, Known, Node, Origin, Reference, Unresolvable, freeze

# Arguments and blocks that speak to Terraform, not to the provider.
_META_ARGUMENTS: Final = frozenset({"count", "for_each", "depends_on", "provider"})
_MOST: Final = 10_000  # blocks that one dynamic block may make
_OBJECTS: Final = frozenset({"sensitive_body"})  # arguments whose objects are no nested blocks
_META_BLOCKS: Final = frozenset({"provisioner", "connection"})


def resource_body(block: SourceBlock, scope: Scope, type_: str) -> Block:
    """The contents of a resource block as one instance of it sees them."""
    arguments = {
        name: argument
        for name, argument in block.body.arguments.items()
        if name not in _META_ARGUMENTS
    }
    blocks = tuple(b for b in block.body.blocks if b.type not in _META_BLOCKS)
    return _block(Body(arguments, blocks), scope, type_, block.origin)


def _block(body: Body, scope: Scope, type_: str, origin: Origin, name: str = "") -> Block:
    """The contents of a resource, or of the nested block ``name`` of one."""
    values: dict[str, Node] = {}
    for argument_name, argument in body.arguments.items():
        # Only a schema tells a nested block in JSON syntax from a map; a block can be read as both.
        in_json = isinstance(argument.expression, JsonExpression)
        value = safely(argument, scope)
        if in_json and argument_name not in _OBJECTS:
            value = _marked(value, type_, argument_name, name)
        elif is_sensitive(type_, argument_name, name):
            value = secret(value)
        node = to_node(value, argument.origin, maps_are_blocks=in_json)
        if node is not None:
            values[argument_name] = node
    for block in body.blocks:
        if block.type == "lifecycle":
            values[block.type] = (_lifecycle(block, scope),)
        elif block.type == "dynamic" and block.labels:
            _add(values, block.labels[0], _dynamic(block, scope, type_))
        else:
            nested = _block(block.body, scope, type_, block.origin, block.type)
            _add(values, block.type, (nested,))
    return Block(MappingProxyType(values), origin)


def _marked(value: Evaluated, type_: str, name: str, block: str) -> Evaluated:
    """A value in JSON syntax, where any object may be a nested block, with its secrets marked."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return [_marked(item, type_, name, block) for item in value]
    if isinstance(value, dict):
        return {key: _marked(item, type_, key, name) for key, item in value.items()}
    return secret(value) if is_sensitive(type_, name, block) else value


def _add(values: dict[str, Node], name: str, more: tuple[Block, ...] | Unresolvable) -> None:
    """More blocks of one name; if one lot of them is unknown, so is the whole."""
    before = values.get(name, ())
    if isinstance(before, tuple):
        values[name] = (*before, *more) if isinstance(more, tuple) else more


def _lifecycle(block: SourceBlock, scope: Scope) -> Block:
    """``ignore_changes`` and its like name arguments, they do not evaluate them."""
    values: dict[str, Node] = {}
    for name, argument in block.body.arguments.items():
        if name in {"ignore_changes", "replace_triggered_by"}:
            values[name] = Known(_words(argument))
        elif (node := to_node(safely(argument, scope), argument.origin)) is not None:
            values[name] = node
    return Block(MappingProxyType(values), block.origin)


def _words(argument: Argument) -> str | tuple[str, ...]:
    expression = argument.expression
    if isinstance(expression, JsonExpression):
        value = expression.value
        return tuple(map(str, value)) if isinstance(value, list) else str(value)
    while expression.kind == "expr_term":
        expression = expression.parts()[0]
    if expression.kind == "tuple":
        return tuple(part.text for part in expression.parts())
    return expression.text


def _dynamic(block: SourceBlock, scope: Scope, type_: str) -> tuple[Block, ...] | Unresolvable:
    """The blocks that a ``dynamic`` block makes; unresolvable if nobody can tell how many."""
    name = block.labels[0]
    arguments = block.body.arguments
    if "for_each" not in arguments:
        return Unresolvable(f'dynamic "{name}" has no for_each')
    given = safely(arguments["for_each"], scope)
    pairs = iterate(given) if isinstance(reveal(given)[0], list | dict) else None
    if pairs is not None and len(pairs) > _MOST:
        return Unresolvable(f'dynamic "{name}" makes {len(pairs):,} blocks, too many to be read')
    if pairs is None:
        return Unresolvable(
            f'dynamic "{name}": {why_unknown(given) or "for_each is no collection"}'
        )
    iterator = str(_words(arguments["iterator"])) if "iterator" in arguments else name
    content = next(block.body.of("content"), None)
    if content is None:
        return Unresolvable(f'dynamic "{name}" has no content')
    return tuple(
        _block(
            content.body,
            scope.having({iterator: {"key": key, "value": value}}),
            type_,
            content.origin,
            name,
        )
        for key, value in pairs
    )


def to_node(
    value: Evaluated, origin: Origin | None = None, *, maps_are_blocks: bool = False
) -> "Node | None":
    """``value`` as the Estate holds it; ``None`` for ``null``, which omits the argument.

    A map of known values is one value, unless ``maps_are_blocks``.

    >>> to_node([Ref("t.a", "id")])
    Reference(to='t.a', attribute='id', text='${t.a.id}', also=())
    """
    plain, marked = reveal(value)
    if plain is None:
        return None
    if isinstance(plain, list) and plain and all(isinstance(item, dict) for item in plain):
        items = _elements(value)
        return tuple(_map(item, origin, maps_are_blocks=maps_are_blocks) for item in items)
    partly_marked = marked and not isinstance(value, Secret)
    if isinstance(plain, dict) and (maps_are_blocks or partly_marked or not is_known(plain)):
        return _map(value, origin, maps_are_blocks=maps_are_blocks)
    if is_known(plain):
        return Known(freeze(plain), marked)
    return _open(plain, marked=marked)


def _elements(value: Evaluated) -> Iterator[Evaluated]:
    for _, item in iterate(value) or []:
        yield item


def _map(value: Evaluated, origin: Origin | None, *, maps_are_blocks: bool) -> Block:
    entries: Mapping[str, Evaluated] = {}
    if isinstance(value, Secret) and isinstance(value.value, dict):
        entries = {key: secret(item) for key, item in value.value.items()}
    elif isinstance(value, dict):
        entries = value
    nodes = {
        key: to_node(item, origin, maps_are_blocks=maps_are_blocks) or Known(None)
        for key, item in entries.items()
    }
    return Block(MappingProxyType(nodes), origin)


def _open(value: Evaluated, *, marked: bool) -> Reference | Unresolvable:
    """A string or list of which something is not known."""
    references = [part for part in unknowns(value) if isinstance(part, Ref) and part.path]
    if not references:
        why = why_unknown(value)
        # The expression may hold a part of the secret between its quotes.
        why = "it is sensitive, and not known" if marked and '"' in why else why
        return Unresolvable(why, value.after_run if isinstance(value, Unknown) else None)
    first = references[0]
    others = dict.fromkeys(r.address for r in references if r.address != first.address)
    # What surrounds the reference may be the secret itself, so it is not kept.
    text = None if marked else _text(value)
    return Reference(first.address, first.path, text, tuple(others), marked)


def _text(value: Evaluated) -> str:
    if isinstance(value, list):
        return _text(value[0]) if len(value) == 1 else str(json_text(value))
    return str(value) if isinstance(value, Ref | Text) else text_of(value)

"""What a resource has at the path of a protection, wherever Terraform lets it be written."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.controls.change.both import Both
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
)

_APART: Final[Mapping[tuple[str, str], tuple[str, str]]] = MappingProxyType(
    {
        ("azurerm_storage_account", "network_rules"): (
            "azurerm_storage_account_network_rules",
            "storage_account_id",
        ),
        ("azurerm_storage_account", "customer_managed_key"): (
            "azurerm_storage_account_customer_managed_key",
            "storage_account_id",
        ),
    }
)
"""Blocks that can be a resource of their own instead, and what names the resource they are of."""


def value_at(estate: Estate, resource: Resource, path: str) -> tuple[Value, Resource]:
    """The value at a dotted path, and the resource that it is written in."""
    head, _, rest = path.partition(".")
    holder = _apart(estate, resource, head)
    if holder is None:
        return _get(resource.body, path), resource
    return _get(holder.body, rest), holder


def _get(body: Block, path: str) -> Value:
    try:
        return body.get(path)
    except TypeError:  # somebody wrote a block where there is an argument
        return Unresolvable("it is a block")


def _apart(estate: Estate, resource: Resource, block: str) -> Resource | None:
    """The resource that takes the place of a block which is not written."""
    kind = _APART.get((resource.type, block))
    if kind is None or resource.body.values.get(block) not in (None, ()):
        return None
    return estate.derived(_holders).get((kind[0], resource.address))


def _holders(estate: Estate) -> Mapping[tuple[str, str], Resource]:
    """The resources that take the place of a block, by their type and the address of the owner."""
    found: dict[tuple[str, str], Resource] = {}
    for type_, owner in _APART.values():
        for one in estate.of_type(type_):
            target = estate.target(one.get(owner))
            if target is not None:
                found.setdefault((type_, target.resource.address), one)
    return found


def is_written(estate: Estate, resource: Resource, path: str) -> bool:
    """Whether the block that a path goes through is there, or may be; so is one without a block."""
    head, _, rest = path.partition(".")
    written = resource.body.values.get(head) not in (None, ())
    return not rest or written or _apart(estate, resource, head) is not None


def members(
    made: Both, estate: Estate, resource: Resource, path: str
) -> tuple[frozenset[str], bool]:
    """The members of the list at a path, in every block of it, and whether these are all.

    ``None``, the word by which Azure's lists say that they are empty, is no member.
    """
    head, _, rest = path.partition(".")
    holder = _apart(estate, resource, head)
    found = list(_values(resource.body, path) if holder is None else _values(holder.body, rest))
    shown = [v for v in found if isinstance(v, Known | Reference) and not _is_secret(v)]
    whole = len(shown) == len(found)
    flat = [one for value in shown for one in _each(value)]
    return frozenset(made.word(one, estate) for one in flat) - {"none", ""}, whole


def _values(body: Block, path: str) -> Iterator[Value]:
    name, _, rest = path.partition(".")
    node = body.values.get(name)
    if isinstance(node, Known) and rest and isinstance(node.value, Mapping):
        node = Block({key: Known(item, node.sensitive) for key, item in node.value.items()})
    match node:
        case None:
            return
        case Block():
            yield from _values(node, rest) if rest else (Unresolvable("it is a block"),)
        case tuple():
            for block in node:
                yield from _values(block, rest) if rest else (Unresolvable("it is a block"),)
        case Omitted(default=default):
            if default is not UNSTATED and not rest:
                yield Known(default)
        case _:
            yield Unresolvable("the block is not known") if rest else node


def _is_secret(value: Value) -> bool:
    return isinstance(value, Known) and value.sensitive


def _each(value: Value) -> Iterable[Value]:
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return tuple(Known(item, value.sensitive) for item in value.value)
    return (value,) if isinstance(value, Known | Reference) and value != Known(None) else ()

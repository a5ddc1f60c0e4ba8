"""Changing frozen blocks: each function gives a new block, or the same one if nothing changed."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from simulator.estate.model import Block, Known, Node


def edit(body: Block, path: str, change: "Callable[[Node | None], Node]") -> Block:
    """``body`` with the node at ``path`` changed, in every nested block that is present."""
    parent, _, leaf = path.rpartition(".")

    def inside(block: Block) -> Block:
        present = block.values.get(leaf)
        changed = change(present)
        if changed is present:
            return block
        return replace(block, values=MappingProxyType({**block.values, leaf: changed}))

    return edit_block(body, parent, inside)


def edit_block(body: Block, path: str, change: Callable[[Block], Block]) -> Block:
    """``body`` with each block at the dotted ``path`` changed; ``""`` is the body itself."""
    if not path:
        return change(body)
    name, _, rest = path.partition(".")
    node = body.values.get(name)
    changed: Node
    if isinstance(node, Block):
        changed = edit_block(node, rest, change)
        same = changed is node
    elif isinstance(node, tuple):
        changed = tuple(edit_block(block, rest, change) for block in node)
        same = all(after is before for after, before in zip(changed, node, strict=True))
    else:
        return body
    if same:
        return body
    return replace(body, values=MappingProxyType({**body.values, name: changed}))


def without_nulls(body: Block) -> Block:
    """``body`` without arguments set to ``null``: Terraform treats those as not written."""
    values: dict[str, Node] = {}
    changed = False
    for name, node in body.values.items():
        if isinstance(node, Known) and node.value is None:
            changed = True
            continue
        if isinstance(node, tuple):
            values[name] = tuple(map(without_nulls, node))
            changed = True
        else:
            values[name] = node
    return replace(body, values=MappingProxyType(values)) if changed else body

"""What is declared, piece by piece: blocks of values, resources, variables, and what is missing.

The states of a value are in ``values.py``; all of it together is an ``Estate`` (``model.py``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from simulator.estate.values import (
    Known,
    Omitted,
    Origin,
    Reference,
    Unresolvable,
    Value,
    effective,
)

Node: TypeAlias = "Value | Block | tuple[Block, ...]"

GONE: Final = {("delete",), ("forget",)}
"""The actions of a plan on what it leaves nothing of that Terraform manages."""

_NOTHING: Final[Mapping[str, Node]] = MappingProxyType({})
_INDEX: Final = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Block:
    """The contents of a resource, of a nested block, or of a map attribute such as ``tags``.

    ``values`` maps a name to a value, to one ``Block`` (a map attribute) or to a tuple of them
    (nested blocks, in the order written). A name that is missing was omitted.

    >>> rules = Block({"default_action": Known("Deny")})
    >>> account = Block({"network_rules": (rules,), "tags": Block({"pii": Known("true")})})
    >>> account.get("network_rules.default_action")
    Known('Deny')
    >>> account.get("min_tls_version")
    Omitted(default=UNSTATED, decided_by='')
    """

    values: Mapping[str, Node] = field(default_factory=lambda: _NOTHING)
    origin: Origin | None = None

    def get(self, path: str) -> Value:
        """The value at a dotted ``path``; through repeated blocks, that of the first.

        A block or map where a value was asked for counts as set: ``Known(True)`` would be a lie,
        so it raises ``TypeError`` (a mistake in the calling code, never in the input).
        """
        name, _, rest = path.partition(".")
        node = self.values.get(name)
        if node is None or node == ():
            return Omitted()
        if isinstance(node, tuple):
            node = node[0]
        if isinstance(node, Block):
            if not rest:
                raise TypeError(f"{path!r} is a block; use blocks() or entries()")
            return node.get(rest)
        if rest and isinstance(node, Known) and isinstance(node.value, Mapping):
            return Block({k: Known(v, node.sensitive) for k, v in node.value.items()}).get(rest)
        # Below a value that is no block, the answer is that of the value: a block that is unknown
        # as a whole leaves each attribute of it unknown, one that is omitted leaves it omitted.
        if rest and isinstance(node, Omitted):
            return Omitted()
        return node

    def blocks(self, name: str) -> tuple["Block", ...]:
        """The nested blocks called ``name``, in order; none if there are none or none are known."""
        node = self.values.get(name)
        if isinstance(node, Block):
            return (node,)
        return node if isinstance(node, tuple) else ()

    def entries(self, name: str) -> Mapping[str, Value]:
        """The entries of the map attribute ``name``; empty if omitted or not known as a whole."""
        node = self.values.get(name)
        if isinstance(node, Known) and isinstance(node.value, Mapping):
            return {key: Known(item, node.sensitive) for key, item in node.value.items()}
        if isinstance(node, tuple):
            node = node[0] if node else None
        if not isinstance(node, Block):
            return {}
        return {k: v for k, v in node.values.items() if not isinstance(v, Block | tuple)}

    def unresolved(self, name: str) -> Unresolvable | None:
        """Why the block or map ``name`` cannot be read as a whole, or ``None`` if it can."""
        node = self.values.get(name)
        if isinstance(node, Reference):
            return Unresolvable(f"{name} comes from {node.to}.{node.attribute}")
        return node if isinstance(node, Unresolvable) else None

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Value]]:
        """Every value below this block with its dotted path (repeated blocks by index)."""
        for name, node in self.values.items():
            path = f"{prefix}{name}"
            if isinstance(node, Block):
                yield from node.walk(f"{path}.")
            elif isinstance(node, tuple):
                for index, block in enumerate(node):
                    yield from block.walk(f"{path}.{index}.")
            else:
                yield path, node


@dataclass(frozen=True, slots=True)
class Provider:
    """A resource's provider: its local name and, where stated, its major version."""

    name: str
    major: int | None = None
    stated: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.major}.x" if self.major is not None else self.name


EXISTING: Final = Provider("azure")
"""What stands for the provider of a resource that was read from a subscription."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One declared resource instance.

    ``address`` is Terraform's, with module path and index. ``mode`` is ``managed`` or ``data``.
    ``actions`` are the plan's (``("create",)``, ``("delete",)`` …); an HCL directory has none.
    """

    address: str
    type: str
    name: str
    body: Block
    origin: Origin
    provider: Provider
    mode: str = "managed"
    actions: tuple[str, ...] = ()

    def get(self, path: str) -> Value:
        """See :meth:`Block.get`."""
        return self.body.get(path)

    def blocks(self, name: str) -> tuple[Block, ...]:
        """See :meth:`Block.blocks`."""
        return self.body.blocks(name)

    def entries(self, name: str) -> Mapping[str, Value]:
        """See :meth:`Block.entries`."""
        return self.body.entries(name)

    def unresolved(self, name: str) -> Unresolvable | None:
        """See :meth:`Block.unresolved`."""
        return self.body.unresolved(name)

    @property
    def stays(self) -> bool:
        """Whether Terraform manages it and goes on to: no data source, nothing that a plan ends."""
        return self.mode == "managed" and self.actions not in GONE

    @property
    def declared_name(self) -> str | None:
        """The Azure name (``name`` argument), or ``None`` if it is not known."""
        value = effective(self.get("name"))
        return value if isinstance(value, str) else None


class Fate(StrEnum):
    """What a plan does with a resource that exists now."""

    DELETED = "deleted"
    REPLACED = "replaced"  # deleted, and made anew under the same address
    FORGOTTEN = "forgotten"  # it stays in Azure, and Terraform manages it no more
    LEFTOVER = "leftover"  # deleted, after an earlier replacement of it failed half-way


@dataclass(frozen=True, slots=True)
class Removal:
    """A resource as it is before the plan, and what the plan does with it."""

    resource: Resource
    fate: Fate


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the configuration that could not be read; verdicts that need it are unknown."""

    where: str
    why: str
    origin: Origin | None = None


class Given(StrEnum):
    """What gives a variable its value."""

    DEFAULT = "default"
    FILE = "value"  # a file of variables
    ELSEWHERE = "elsewhere"  # a plan does not say: a file, the environment, the command line


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the root module: its value, what gives it, and where that is written.

    ``sensitive`` is what the declaration says. Not everybody says it, and so no value shows itself.
    """

    name: str
    value: Value = field(repr=False)
    sensitive: bool
    origin: Origin
    given: Given = Given.DEFAULT


@dataclass(frozen=True, slots=True)
class Target:
    """What a resource id points at: a resource, and the rest of the id after the resource's own.

    ``suffix`` is ``None`` where the source lost it. The suffix has no trailing slash.
    """

    resource: Resource
    suffix: str | None


def base_address(address: str) -> str:
    """The address without its ``count`` / ``for_each`` indices: the block as written in HCL.

    >>> base_address('module.a[0].azurerm_subnet.s["a.b"]')
    'module.a.azurerm_subnet.s'
    """
    return _INDEX.sub("", address)

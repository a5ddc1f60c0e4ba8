"""The Estate: everything that a team's Terraform declares, as frozen values.

Readers (``hcl``, ``plan.py``) build these; ``provider.py`` has already renamed, inverted and
defaulted attributes by then, so that a control reads one spelling only. The states of a value are
in ``values.py``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, cast

from simulator.estate import resource_ids
from simulator.estate.values import (
    UNSTATED,
    Drift,
    Known,
    Omitted,
    Origin,
    Reference,
    Unresolvable,
    Value,
    effective,
    freeze,
    printable,
    show,
)

__all__ = [
    "UNSTATED",
    "Block",
    "Drift",
    "Estate",
    "Fate",
    "Gap",
    "Given",
    "Known",
    "Node",
    "Omitted",
    "Origin",
    "Provider",
    "Reference",
    "Removal",
    "Resource",
    "Target",
    "Unresolvable",
    "Value",
    "Variable",
    "base_address",
    "effective",
    "freeze",
    "printable",
    "show",
]

Node: TypeAlias = "Value | Block | tuple[Block, ...]"
Derived = TypeVar("Derived")

SHORTEST_SECRET: Final = 6
"""A shorter text is as likely to be a word such as ``true`` or ``admin``, and is not looked for."""

_GONE: Final = {("delete",), ("forget",)}
_NOTHING: Final[Mapping[str, Node]] = MappingProxyType({})


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


@dataclass(frozen=True)
class Estate:
    """Everything declared, from one source.

    ``reader`` says how it was read (``hcl``, ``plan``), ``source`` from where. What a plan removes
    is in ``removals`` and not among the ``resources``; ``drift`` is what it found changed. ``why``
    says why this reader was taken where a better one was looked for.
    """

    resources: tuple[Resource, ...]
    source: str
    reader: str
    gaps: tuple[Gap, ...] = ()
    removals: tuple[Removal, ...] = ()
    drift: tuple[Drift, ...] = ()
    why: str = ""
    variables: tuple[Variable, ...] = ()

    @cached_property
    def by_address(self) -> Mapping[str, Resource]:
        """Every resource by its address."""
        return {r.address: r for r in self.resources}

    @cached_property
    def _by_id(self) -> Mapping[str, Resource]:
        known = ((effective(r.get("id")), r) for r in self.resources)
        return {text.lower(): r for text, r in known if isinstance(text, str) and text}

    @cached_property
    def sensitive_texts(self) -> tuple[str, ...]:
        """Every text that must not be shown, the longest first; very short ones are left out."""
        every = (*self.resources, *(one.resource for one in self.removals))
        values = (value for one in every for _, value in one.body.walk())
        given = (variable.value for variable in self.variables)
        found = {text for value in chain(values, given) for text in _secrets(value)}
        return tuple(sorted(found, key=lambda text: (-len(text), text)))

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[tuple[int, Resource], ...]]:
        """The managed resources that stay, by type, each with its place in the order read."""
        found: dict[str, list[tuple[int, Resource]]] = {}
        for place, one in enumerate(self.resources):
            if one.mode == "managed" and one.actions not in _GONE:
                found.setdefault(one.type, []).append((place, one))
        return {type_: tuple(placed) for type_, placed in found.items()}

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The managed resources of these types, in the order read, without those that go."""
        groups = [self._by_type[type_] for type_ in dict.fromkeys(types) if type_ in self._by_type]
        placed = groups[0] if len(groups) == 1 else sorted(chain(*groups), key=itemgetter(0))
        return tuple(one for _, one in placed)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Resource]:
        """The managed resources by type and Azure name: of several, the first that was read."""
        named: dict[tuple[str, str], Resource] = {}
        for type_, placed in self._by_type.items():
            for _, one in placed:
                if (name := one.declared_name) is not None:
                    named.setdefault((type_, name), one)
        return named

    def named(self, type_: str, name: str) -> Resource | None:
        """The resource of this type with this Azure name (some arguments link by name)."""
        return self._by_name.get((type_, name))

    @cached_property
    def _derived(self) -> dict[object, object]:
        return {}

    def derived(self, make: Callable[["Estate"], Derived]) -> Derived:
        """What the function ``make`` says of this estate, asked once: a value, never an iterator.

        An index over all resources, for questions that are asked of each of them.
        """
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast("Derived", self._derived[make])

    def target(self, value: Value) -> Target | None:
        """The resource that an id argument points at, or ``None`` if it is not in the estate.

        Follows references through attributes that only pass an id on, such as
        ``azurerm_sentinel_log_analytics_workspace_onboarding.x.workspace_id``.
        """
        for _ in range(16):  # a chain of references is short; a cycle must not hang
            if isinstance(value, Known) and isinstance(value.value, str):
                return self._target_of_id(value.value)
            if not isinstance(value, Reference):
                return None
            resource = self.by_address.get(value.to)
            if resource is None:
                return None
            onward = resource.body.values.get(value.attribute)
            if value.attribute == "id" or not isinstance(onward, Known | Reference):
                suffix = value.suffix
                return Target(resource, None if suffix is None else suffix.rstrip("/"))
            if value.suffix:
                found = self.target(onward)
                joined = None if found is None or found.suffix is None else found.suffix
                return found and Target(
                    found.resource, None if joined is None else (joined + value.suffix).rstrip("/")
                )
            value = onward
        return None

    def _target_of_id(self, text: str) -> Target | None:
        """Match a literal resource id against known ids, the longest first, then against names.

        By name, a resource whose own id is known is another one, and so is one that is known to be
        in another resource group; where several could be meant, none is.
        """
        whole = text.rstrip("/")
        head = whole
        while head:
            resource = self._by_id.get(head.lower())
            if resource is not None:
                return Target(resource, whole[len(head) :])
            head = head.rpartition("/")[0]

        for one in resource_ids.named(whole):
            found = [
                resource
                for resource in self.of_type(*one.types)
                if one.may_be(resource, self.by_address)
            ]
            if found:
                return Target(found[0], one.suffix) if len(found) == 1 else None
        return None


def _secrets(value: Value) -> Iterator[str]:
    """The texts in a sensitive value that are too long to be a word like ``true``."""
    waiting = [value.value] if isinstance(value, Known) and value.sensitive else []
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            if len(inner) >= SHORTEST_SECRET:
                yield inner
        elif isinstance(inner, Mapping):
            waiting.extend(inner.values())
        elif isinstance(inner, tuple):
            waiting.extend(inner)


_INDEX = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]]*)\]")


def base_address(address: str) -> str:
    """The address without its ``count`` / ``for_each`` indices: the block as written in HCL.

    >>> base_address('module.a[0].azurerm_subnet.s["a.b"]')
    'module.a.azurerm_subnet.s'
    """
    return _INDEX.sub("", address)

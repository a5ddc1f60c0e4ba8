"""The Estate: everything that a team's Terraform declares, as frozen values.

A value is in one of four states, because "not written down" and "not known yet" are different
facts and a control must never mistake one for the other:

* ``Known`` - the configuration gives the value itself;
* ``Reference`` - the value comes from another resource (``azurerm_storage_account.a.id``);
* ``Omitted`` - the configuration does not set it, so the provider's default applies;
* ``Unresolvable`` - it is set, but nothing here can tell to what (a variable without a value, a
  data source, a function of unknown values).

Readers (``hcl.py``, ``plan.py``) build these; ``provider.py`` has already renamed, inverted and
defaulted attributes by then, so that a control reads one spelling only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is declared.

    ``file`` is relative to the estate's root (or the plan file's name); ``line`` counts from 1 and
    is ``None`` where the source has no lines to speak of (plan JSON, a live subscription).
    """

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the configuration gives.

    ``value`` is JSON-like: ``str``, ``int``, ``float``, ``bool``, ``None``, ``tuple`` or a
    read-only mapping. A ``sensitive`` value never shows itself.

    >>> Known("Deny")
    Known('Deny')
    >>> Known("hunter2", sensitive=True)
    Known(<sensitive>)
    """

    value: object
    sensitive: bool = False

    def __repr__(self) -> str:
        return "Known(<sensitive>)" if self.sensitive else f"Known({self.value!r})"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that comes from another resource.

    ``to`` is that resource's address and ``attribute`` the attribute read from it. ``text`` is the
    whole value with every reference written as ``${address.attribute}``; it is ``None`` where the
    source lost the literal part (plan JSON keeps references alone). ``also`` names any further
    addresses in the text.

    >>> Reference("azurerm_storage_account.a", text="${azurerm_storage_account.a.id}/x").suffix
    '/x'
    >>> Reference("azurerm_storage_account.a").suffix is None
    True
    """

    to: str
    attribute: str = "id"
    text: str | None = None
    also: tuple[str, ...] = ()

    @property
    def suffix(self) -> str | None:
        """What follows the reference; ``""`` if nothing, ``None`` if the source lost it."""
        if self.text is None:
            return None
        head = "${" + f"{self.to}.{self.attribute}" + "}"
        return self.text[len(head) :] if self.text.startswith(head) else None


class _Unstated:
    """The provider default that nobody has written down."""

    def __repr__(self) -> str:
        return "UNSTATED"


UNSTATED: Final = _Unstated()


@dataclass(frozen=True, slots=True)
class Omitted:
    """A value that the configuration does not set.

    ``default`` is what the provider (or the service) then uses, ``UNSTATED`` if that is not known
    here; ``decided_by`` says whose default it is, for the finding ("azurerm 4.x default").
    """

    default: object = UNSTATED
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Unresolvable:
    """A value that is set, but to something that cannot be known from this source."""

    why: str


Value: TypeAlias = Known | Reference | Omitted | Unresolvable
Node: TypeAlias = "Value | Block | tuple[Block, ...]"

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


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the configuration that could not be read; verdicts that need it are unknown."""

    where: str
    why: str
    origin: Origin | None = None


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

    ``reader`` says how it was read (``hcl``, ``plan``), ``source`` from where.
    """

    resources: tuple[Resource, ...]
    source: str
    reader: str
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def by_address(self) -> Mapping[str, Resource]:
        """Every resource by its address."""
        return {r.address: r for r in self.resources}

    @cached_property
    def _by_id(self) -> Mapping[str, Resource]:
        known = ((effective(r.get("id")), r) for r in self.resources)
        return {text.lower(): r for text, r in known if isinstance(text, str) and text}

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The managed resources of these types, in the order read, without those being deleted."""
        return tuple(
            r
            for r in self.resources
            if r.type in types and r.mode == "managed" and r.actions != ("delete",)
        )

    def named(self, type_: str, name: str) -> Resource | None:
        """The resource of this type with this Azure name (some arguments link by name)."""
        return next((r for r in self.of_type(type_) if r.declared_name == name), None)

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
        """Match a literal resource id against known ids, the longest first."""
        whole = text.rstrip("/")
        head = whole
        while head:
            resource = self._by_id.get(head.lower())
            if resource is not None:
                return Target(resource, whole[len(head) :])
            head = head.rpartition("/")[0]
        return None


def effective(value: Value) -> object:
    """The value in force: what is set, else the provider's default, else ``UNSTATED``.

    References and unresolvable values have no value in force here: they give ``UNSTATED`` too, so
    test for them first where the difference matters.

    >>> effective(Known("Deny")), effective(Omitted(default=True)), effective(Omitted())
    ('Deny', True, UNSTATED)
    """
    if isinstance(value, Known):
        return value.value
    return value.default if isinstance(value, Omitted) else UNSTATED


def show(value: Value) -> str:
    """A value in words for a finding; sensitive values stay hidden.

    >>> show(Omitted(default=True, decided_by="azurerm 4.x default"))
    'not set (azurerm 4.x default: true)'
    >>> show(Known("s3cret", sensitive=True))
    '(sensitive value)'
    """
    match value:
        case Known(sensitive=True):
            return "(sensitive value)"
        case Known(value=inner):
            return _words(inner)
        case Reference(to=to, attribute=attribute):
            return value.text or f"a reference to {to}.{attribute}"
        case Omitted(default=default, decided_by=decided_by):
            if default is UNSTATED:
                return f"not set ({decided_by})" if decided_by else "not set"
            return f"not set ({decided_by or 'default'}: {_words(default)})"
        case Unresolvable(why=why):
            return f"not known ({why})"


def _words(inner: object) -> str:
    if isinstance(inner, bool) or inner is None:
        return {True: "true", False: "false", None: "null"}[inner]
    if isinstance(inner, str):
        return f'"{inner}"'
    if isinstance(inner, tuple):
        return "[" + ", ".join(map(_words, inner)) + "]"
    if isinstance(inner, Mapping):
        return "{" + ", ".join(f"{k} = {_words(v)}" for k, v in inner.items()) + "}"
    return str(inner)


def freeze(value: object) -> object:
    """A JSON value with its lists as tuples and its objects read-only, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({str(k): freeze(v) for k, v in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(v) for v in value)
    return value


_INDEX = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]]*)\]")


def base_address(address: str) -> str:
    """The address without its ``count`` / ``for_each`` indices: the block as written in HCL.

    >>> base_address('module.a[0].azurerm_subnet.s["a.b"]')
    'module.a.azurerm_subnet.s'
    """
    return _INDEX.sub("", address)

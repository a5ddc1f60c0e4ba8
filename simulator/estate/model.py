"""The Estate: everything that a team's Terraform declares, as frozen values.

Readers (``hcl``, ``plan.py``) build these; ``provider.py`` has already renamed, inverted and
defaulted attributes by then, so that a control reads one spelling only. The states of a value are
in ``values.py``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Final, TypeVar, cast

from simulator.estate import resource_ids
from simulator.estate.declared import (
    Block,
    Fate,
    Gap,
    Given,
    Node,
    Provider,
    Removal,
    Resource,
    Target,
    Variable,
    base_address,
)
from simulator.estate.statements import Statement
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
    "Statement",
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

Derived = TypeVar("Derived")

LIVE: Final = "live"
"""The reader of an estate that is what exists, not what is declared."""

LONGEST_ID: Final = 4096
"""More characters than an id of Azure has; a longer text is looked up nowhere."""

SHORTEST_SECRET: Final = 6
"""A shorter text is as likely to be a word such as ``true`` or ``admin``, and is not looked for."""


@dataclass(frozen=True)
class Estate:
    """Everything declared, from one source.

    ``reader`` says how it was read (``hcl``, ``plan``), ``source`` from where. What a plan removes
    is in ``removals`` and not among the ``resources``; ``drift`` is what it found changed. ``why``
    says why this reader was taken where a better one was looked for. ``statements`` are what the
    team says of its stores beside what is declared.
    """

    resources: tuple[Resource, ...]
    source: str
    reader: str
    gaps: tuple[Gap, ...] = ()
    removals: tuple[Removal, ...] = ()
    drift: tuple[Drift, ...] = ()
    why: str = ""
    variables: tuple[Variable, ...] = ()
    statements: tuple[Statement, ...] = ()

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
            if one.stays:
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
        if len(text) > LONGEST_ID:
            return None
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

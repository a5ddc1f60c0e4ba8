"""A resource as Azure Policy sees it: its type, its tags and its properties by alias.

An alias is the resource type and the path of a property in the REST body, so that the tables that
tell ARM's words from azurerm's give most of them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import Argument, Kind
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
)
from simulator.estate.policy.places import group_of, home_of

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_TAG: Final = re.compile(r"tags(?:\.(.+)|\[\s*'?(.*?)'?\s*\])", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a policy rule asks about a resource; ``UNSTATED`` is what is not known of it.

    ``tags`` is ``None`` if they are not known as a whole. ``aliases`` are by alias in lower case.
    ``group`` is the resource group as ``resourceGroup()`` gives it. Only a resource that is
    ``indexed``, with tags and a location of its own, is seen by a definition of that mode.
    """

    type: object
    name: object = UNSTATED
    location: object = UNSTATED
    tags: Mapping[str, object] | None = None
    aliases: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    group: object = UNSTATED
    indexed: bool = True

    def field(self, name: str) -> object:
        """The value of a field or an alias; ``None`` if the resource surely has none.

        >>> shop = Subject("Microsoft.Storage/storageAccounts", tags={"PII": "true"})
        >>> shop.field("tags['pii']"), shop.field("tags.owner"), shop.field("kind")
        ('true', None, UNSTATED)
        """
        folded = name.casefold()
        if folded in {"type", "name", "fullname", "location"}:
            return {"type": self.type, "location": self.location}.get(folded, self.name)
        if folded == "tags":
            return UNSTATED if self.tags is None else self.tags
        key = tag_of(name)
        return self.aliases.get(folded, UNSTATED) if key is None else self._tag(key)

    def _tag(self, key: str) -> object:
        if self.tags is None:
            return UNSTATED
        wanted = key.casefold()
        return next((v for name, v in self.tags.items() if name.casefold() == wanted), None)

    def but(self, **properties: object) -> "Subject":
        """The same with other properties, named by what follows the type in their alias.

        A dot in the alias is written as two underscores.
        """
        changed = {
            f"{self.type}/{name.replace('__', '.')}".casefold(): value
            for name, value in properties.items()
        }
        return replace(self, aliases=MappingProxyType({**self.aliases, **changed}))

    def tagged(self, keep: Callable[[str], bool]) -> "Subject":
        """The same with only the tags whose key is to be kept."""
        tags = None if self.tags is None else {k: v for k, v in self.tags.items() if keep(k)}
        return replace(self, tags=tags)


def tag_of(field: str) -> str | None:
    """The key of the tag that a field is, ``None`` for any other field.

    >>> tag_of("tags['Data Class']"), tag_of("tags.pii"), tag_of("tags[pii]"), tag_of("name")
    ('Data Class', 'pii', 'pii', None)
    """
    match = _TAG.fullmatch(field)
    return None if match is None else match[1] or match[2] or ""


def subject_of(estate: Estate, resource: Resource) -> Subject:
    """``resource`` as a policy rule sees it."""
    known = estate.derived(_subjects)
    seen = known.get(resource.address)
    if seen is None or seen[0] is not resource:
        seen = known[resource.address] = (resource, _subject(estate, resource))
    return seen[1]


def _subjects(_: Estate) -> dict[str, tuple[Resource, Subject]]:
    """What was asked before: every policy is asked about every store."""
    return {}


def _subject(estate: Estate, resource: Resource) -> Subject:
    kind = _kinds().get(resource.type)
    home = home_of(estate, resource)
    aliases = {} if kind is None else dict(_aliases(kind, resource))
    return Subject(
        type=UNSTATED if kind is None else kind.arm,
        name=effective(resource.get("name")),
        location=_location(estate, home),
        tags=_tags(resource),
        aliases=MappingProxyType(aliases),
        group=_group(group_of(estate, home)),
    )


def _tags(resource: Resource) -> Mapping[str, object] | None:
    if resource.unresolved("tags") is not None:
        return None
    return {key: effective(value) for key, value in resource.entries("tags").items()}


def _location(estate: Estate, resource: Resource) -> object:
    value = resource.get("location")
    if isinstance(value, Reference) and value.attribute == "location":
        source = estate.by_address.get(value.to)
        return UNSTATED if source is None else effective(source.get("location"))
    return effective(value)


def _group(group: Resource | None) -> object:
    if group is None:
        return UNSTATED
    tags = _tags(group)
    return {
        "name": effective(group.get("name")),
        "location": effective(group.get("location")),
        "tags": UNSTATED if tags is None else tags,
    }


@cache
def _kinds() -> Mapping[str, Kind]:
    from simulator.estate.arm.kinds import KINDS  # noqa: PLC0415 - few estates need the tables

    found: dict[str, Kind] = {}
    for kind in (kind for kinds in KINDS.values() for kind in kinds if not kind.part):
        for type_ in kind.types:
            found.setdefault(type_, kind)
    return found


def _aliases(kind: Kind, resource: Resource) -> Iterable[tuple[str, object]]:
    for argument in kind.arguments:
        if isinstance(argument, Argument) and not argument.each and argument.source[0] != "@":
            path = argument.source.removeprefix("properties.")
            alias = path if path == "kind" else f"{kind.arm}/{path}"
            yield alias.casefold(), _sent(argument, resource)


def _sent(argument: Argument, resource: Resource) -> object:
    try:
        value: Value = resource.get(argument.name)
    except TypeError:  # a block, of which no single value is sent
        return UNSTATED
    known = effective(value)
    if known is UNSTATED and isinstance(value, Omitted):
        known = argument.default
    return UNSTATED if known is UNSTATED or known is None else argument.codec.write(known)

"""Which server a rule, a policy or a parameter belongs to, named by its id or by its Azure name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.estate.model import Estate, Known, Omitted, Reference, Resource, Unresolvable

LOST: Final = ""
"""Stands for the address of an owner that is not declared here, or that cannot be told."""


@dataclass(frozen=True, slots=True)
class Link:
    """How a type of resource names what it belongs to.

    ``argument`` holds the id of the owner or, where ``by_name``, its Azure name; ``owners`` are the
    types that the owner may have.
    """

    argument: str
    owners: tuple[str, ...]
    by_name: bool = False


def owner(estate: Estate, child: Resource, link: Link) -> Resource | None:
    """The declared resource that ``child`` belongs to; ``None`` if there is none to be found."""
    value = child.get(link.argument)
    if isinstance(value, Omitted | Unresolvable):
        return None
    if link.by_name and isinstance(value, Known):
        named = (estate.named(type_, str(value.value)) for type_ in link.owners)
        return next((one for one in named if one is not None), None)
    if link.by_name and isinstance(value, Reference):
        found = estate.by_address.get(value.to)
    else:
        target = estate.target(value)
        found = target.resource if target is not None else None
    return found if found is not None and found.stays and found.type in link.owners else None


def placed(
    links: Mapping[str, Link],
) -> Callable[[Estate], Mapping[str, tuple[Resource, ...]]]:
    """A question for :meth:`Estate.derived`: the resources of these types, by owner's address.

    Those whose owner is lost are under :data:`LOST`.
    """

    def by_owner(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for child in estate.of_type(*links):
            belongs = owner(estate, child, links[child.type])
            found.setdefault(LOST if belongs is None else belongs.address, []).append(child)
        return MappingProxyType({address: tuple(children) for address, children in found.items()})

    return by_owner

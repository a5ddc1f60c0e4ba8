"""Which resource of one estate is which of another: by address, or by type and Azure name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from simulator.estate.arm.kinds import KINDS
from simulator.estate.model import LIVE, Estate, Known, Resource, base_address
from simulator.estate.sameness import Sides, azure_name, plain, same

PLACES: Final = (
    "resource_group_name",
    "storage_account_name",
    "storage_account_id",
    "virtual_network_name",
    "virtual_network_id",
    "key_vault_id",
    "server_name",
    "server_id",
    "account_name",
    "namespace_name",
    "namespace_id",
    "eventhub_name",
    "workspace_name",
    "log_analytics_workspace_id",
    "network_security_group_name",
    "route_table_name",
    "target_resource_id",
    "scope",
)
"""Arguments that say where a resource sits: a name alone is unique only there."""

_OWN_WORDS: Final = "azapi_resource"
_READABLE: Final = frozenset(
    type_ for kind in chain.from_iterable(KINDS.values()) if not kind.part for type_ in kind.types
)
"""What a subscription can be read for; Entra and Terraform's own resources are not in it."""


@dataclass(frozen=True, slots=True)
class Counterparts:
    """Resources in pairs, and those of either estate without a counterpart.

    ``untold`` are those for which it cannot be told whether there is one, each with the reason.
    """

    pairs: tuple[tuple[Resource, Resource], ...]
    before: tuple[Resource, ...]
    after: tuple[Resource, ...]
    untold: tuple[tuple[Resource, str], ...] = ()


def counterparts(before: Estate, after: Estate) -> Counterparts:
    """The managed resources of both estates, matched.

    The same address is the same resource. Where one estate is live, whose addresses are ids, the
    same type, name and place are too. What the other estate had no way to show is untold.
    """
    ones, others = list(_managed(before)), list(_managed(after))
    known = {_address(r, after): r for r in others}
    pairs = [
        (one, other)
        for one in ones
        if (other := known.get(_address(one, before))) is not None and other.type == one.type
    ]
    taken = _Taken({id(r) for pair in pairs for r in pair})
    if (before.reader == LIVE) != (after.reader == LIVE):
        sides = Sides(before, after)
        pairs += _by_name(list(taken.rest(ones)), list(taken.rest(others)), sides)
        taken = _Taken({id(r) for pair in pairs for r in pair})
        pairs += _by_links(list(taken.rest(ones)), list(taken.rest(others)), sides)
        taken = _Taken({id(r) for pair in pairs for r in pair})
    lost, fresh = list(taken.rest(ones)), list(taken.rest(others))
    untold = [
        *_untold(lost, after, fresh, live=before.reader == LIVE),
        *_untold(fresh, before, lost, live=after.reader == LIVE),
    ]
    unsure = _Taken({id(resource) for resource, _ in untold})
    return Counterparts(
        tuple(pairs), tuple(unsure.rest(lost)), tuple(unsure.rest(fresh)), tuple(untold)
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """Resources by identity: two equal ones are still two."""

    ids: set[int] = field(default_factory=set)

    def rest(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        return (resource for resource in resources if id(resource) not in self.ids)


def _managed(estate: Estate) -> Iterator[Resource]:
    return (resource for resource in estate.resources if resource.stays)


def _address(resource: Resource, estate: Estate) -> str:
    return resource.address.lower() if estate.reader == LIVE else resource.address


def _by_name(
    ones: list[Resource], others: list[Resource], sides: Sides
) -> Iterator[tuple[Resource, Resource]]:
    """Resources of one type, name and place; those with a single candidate first."""
    names: dict[tuple[str, str], list[Resource]] = {}
    for other in others:
        if (name := azure_name(other)) is not None:
            names.setdefault((other.type, name.lower()), []).append(other)
    yield from _settled(
        (one, [c for c in names.get(_key(one), ()) if _may_be_in_one_place(one, c, sides)])
        for one in ones
    )


def _by_links(
    ones: list[Resource], others: list[Resource], sides: Sides
) -> Iterator[tuple[Resource, Resource]]:
    """Resources without a name of their own, such as associations, by what they tie together."""
    names = [{r.type for r in run if azure_name(r) is None} for run in (ones, others)]
    types: dict[str, list[Resource]] = {}
    for other in others:
        types.setdefault(other.type, []).append(other)
    yield from _settled(
        (one, [c for c in types.get(one.type, ()) if _are_tied_alike(one, c, sides)])
        for one in ones
        if one.type in names[0] | names[1]
    )


def _are_tied_alike(one: Resource, other: Resource, sides: Sides) -> bool:
    """Whether no id says otherwise, and at least one says so."""
    found = [
        same(plain(one, name), plain(other, name), sides, name)
        for name in one.body.values
        if name in other.body.values and (name in PLACES or name.endswith("_id"))
    ]
    return True in found and False not in found


def _settled(
    candidates: Iterable[tuple[Resource, list[Resource]]],
) -> Iterator[tuple[Resource, Resource]]:
    """Each resource with its only candidate, which is then nobody else's."""
    waiting = dict(enumerate(candidates))
    while (index := next((i for i, (_, found) in waiting.items() if len(found) == 1), -1)) >= 0:
        one, (other,) = waiting.pop(index)
        yield one, other
        for _, found in waiting.values():
            found[:] = [candidate for candidate in found if candidate is not other]


def _key(resource: Resource) -> tuple[str, str]:
    return resource.type, (azure_name(resource) or "").lower()


def _may_be_in_one_place(one: Resource, other: Resource, sides: Sides) -> bool:
    return all(
        same(plain(one, place), plain(other, place), sides, place) is not False
        for place in PLACES
        if place in one.body.values and place in other.body.values
    )


def _untold(
    resources: Iterable[Resource], other: Estate, there: Iterable[Resource], *, live: bool
) -> Iterator[tuple[Resource, str]]:
    """The resources that the other estate may have without its being seen, and why."""
    nameless = {r.type for r in there if azure_name(r) is None}
    left = {r.type for r in there}
    for resource in resources:
        hides = _hides_live if other.reader == LIVE else _hides
        gap = next((g for g in other.gaps if hides(g.where, resource)), None)
        if gap is not None:
            yield resource, f"{gap.where} could not be read there: {gap.why}"
        elif other.reader == LIVE and not live:
            if resource.type not in _READABLE and not other.of_type(resource.type):
                yield resource, "a subscription is not read for this type"
            elif azure_name(resource) is None and resource.type in left:
                yield resource, "its name is not known, so it cannot be looked for"
        elif live and resource.type == _OWN_WORDS:
            yield resource, "it is read in Azure's words, and may be declared in azurerm's"
        elif live and resource.type in nameless:
            yield resource, "one of its type is declared with a name that is not known"


def _hides(where: str, resource: Resource) -> bool:
    """Whether a gap may hide a resource: one about it or its module, or about everything."""
    base, gap = base_address(resource.address), base_address(where)
    return "." not in gap or base == gap or base.startswith(f"{gap}.")


def _hides_live(where: str, resource: Resource) -> bool:
    """Whether a gap of a live estate may: one about its type, the subscription, or what it is in.

    Such a gap is called by a type (``azurerm_x.of_something``) or by the path of what was asked.
    """
    if not where.startswith("/"):
        return where.partition(".")[0] == resource.type
    steps = where.lower().strip("/").split("/")
    places = (plain(resource, name) for name in ("name", *PLACES))
    texts = [p.value.lower() for p in places if isinstance(p, Known) and isinstance(p.value, str)]
    return len(steps) <= 2 or any(text in steps for text in texts)


def translation(before: Estate, after: Estate) -> Mapping[str, str]:
    """For each resource of ``before`` with a counterpart: its address -> its address after."""
    return {one.address: other.address for one, other in counterparts(before, after).pairs}

"""The two estates of a change: which resource is which, and whether two values say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from simulator.estate.address import parse_address
from simulator.estate.counterparts import PLACES, counterparts
from simulator.estate.model import Estate, Known, Reference, Resource, Value
from simulator.estate.sameness import Sides, azure_name, plain, same

_FEW: Final = 40
"""Of so many resources without a name each is compared with each."""


@dataclass(frozen=True)
class Both:
    """An estate before and after a change, and their resources in ``pairs``.

    ``gone`` and ``fresh`` are those of either without a counterpart: neither one of the same
    address, nor one that was renamed or moved in Terraform and is the same in Azure. ``untold`` are
    those of which that cannot be told, with the reason.
    """

    before: Estate
    after: Estate
    pairs: tuple[tuple[Resource, Resource], ...]
    gone: tuple[Resource, ...]
    fresh: tuple[Resource, ...]
    untold: tuple[tuple[Resource, str], ...]

    @cached_property
    def _sides(self) -> Sides:
        return Sides(self.before, self.after)

    @cached_property
    def _later(self) -> Mapping[str, Resource]:
        return {one.address: other for one, other in self.pairs}

    @cached_property
    def _earlier(self) -> Mapping[str, Resource]:
        return {other.address: one for one, other in self.pairs}

    def later(self, resource: Resource) -> Resource | None:
        """The counterpart of a resource of the estate before."""
        return self._later.get(resource.address)

    def earlier(self, resource: Resource) -> Resource | None:
        """The counterpart of a resource of the estate after."""
        return self._earlier.get(resource.address)

    @cached_property
    def _gone(self) -> frozenset[str]:
        return frozenset(resource.address for resource in self.gone)

    def is_gone(self, resource: Resource) -> bool:
        """Whether a resource of the estate before has no counterpart."""
        return resource.address in self._gone

    def is_fresh(self, resource: Resource) -> bool:
        """Whether a resource of the estate after surely has no counterpart."""
        return resource.address in self._new

    @cached_property
    def _new(self) -> frozenset[str]:
        return frozenset(resource.address for resource in self.fresh)

    def same(self, one: Value, other: Value, name: str = "") -> bool | None:
        """Whether two values are the same, though what they refer to may have been moved."""
        if isinstance(one, Reference) and isinstance(other, Reference):
            moved = self._later.get(one.to)
            if (moved.address if moved else one.to, one.attribute) == (other.to, other.attribute):
                if one.text is None or other.text is None:
                    return True  # one source has lost the literal part
                return one.text.replace(one.to, other.to) == other.text
        mine, theirs = self.before.target(one), self.after.target(other)
        if mine is None or theirs is None:
            return same(one, other, self._sides, name)
        if self.later(mine.resource) is not theirs.resource:
            return False
        if mine.suffix is None or theirs.suffix is None:
            return None
        return mine.suffix.casefold() == theirs.suffix.casefold()

    def word(self, value: object, estate: Estate) -> str:
        """A member of a list in one spelling for both estates: its resource after the change."""
        found = estate.target(value) if isinstance(value, Known | Reference) else None
        if found is not None:
            here = found.resource
            later = here if estate is self.after else self.later(here)
            return f"{(later or here).address}{found.suffix or ''}".casefold()
        if isinstance(value, Reference):
            return f"{value.to}.{value.attribute}".casefold()
        return str(value.value if isinstance(value, Known) else value).casefold()


def both(before: Estate, after: Estate) -> Both:
    """The change from one estate to the other.

    What a plan of the later one removes was there before, whether or not the earlier one has it.
    """
    known = {resource.address for resource in before.resources}
    removed = (one.resource for one in after.removals)
    there = {one.address: one for one in removed if one.address not in known}
    taken = tuple(one for one in there.values() if one.address not in after.by_address)
    found = counterparts(before, after)
    made = Both(before, after, found.pairs, (*found.before, *taken), found.after, found.untold)
    while moved := dict(_moved(made)):
        arrived = {other.address for other in moved.values()}
        left = {one.address: one for one in made.gone}
        made = Both(
            before,
            after,
            (*made.pairs, *((left.pop(address), other) for address, other in moved.items())),
            tuple(left.values()),
            tuple(one for one in made.fresh if one.address not in arrived),
            made.untold,
        )
    return made


def _moved(made: Both) -> Iterator[tuple[str, Resource]]:
    """Each resource that has another address and is the same in Azure, by its address before.

    It is the only one that may be it, seen from either side. What that rests on may have been moved
    as well, so that there may be more once these are known.
    """
    candidates: dict[str, list[Resource]] = {}
    rivals: dict[str, int] = {}
    for one, other in _alike(made):
        if _may_be(made, one, other):
            candidates.setdefault(one.address, []).append(other)
            rivals[other.address] = rivals.get(other.address, 0) + 1
    for address, found in candidates.items():
        if len(found) == 1 and rivals[found[0].address] == 1:
            yield address, found[0]


def _alike(made: Both) -> Iterator[tuple[Resource, Resource]]:
    """Pairs of one type that may be one: of the same name, or where one is not known, of any.

    Where there are many of these, only one that kept its own name in Terraform is looked at.
    """
    named: dict[tuple[str, str], list[Resource]] = {}
    others: dict[str, list[Resource]] = {}
    local: dict[tuple[str, object], list[Resource]] = {}
    for other in made.fresh:
        name = _name(other)
        others.setdefault(other.type, []).append(other)
        local.setdefault((other.type, _local(other)), []).append(other)
        if name is not None:
            named.setdefault((other.type, name), []).append(other)
    for one in made.gone:
        name = _name(one)
        if name is not None:
            yield from ((one, other) for other in named.get((one.type, name), ()))
        near = others.get(one.type, ())
        near = near if len(near) <= _FEW else local.get((one.type, _local(one)), ())
        yield from ((one, other) for other in near if name is None or _name(other) is None)


def _name(resource: Resource) -> str | None:
    name = azure_name(resource)
    return None if name is None else name.casefold()


def _may_be(made: Both, one: Resource, other: Resource) -> bool:
    places = [name for name in one.body.values if name in other.body.values and _is_place(name)]
    placed = [made.same(plain(one, name), plain(other, name), name) for name in places]
    if False in placed:
        return False
    named = _name(one) is not None and _name(other) is not None
    return named or True in placed or _local(one) == _local(other)


def _is_place(name: str) -> bool:
    return name in PLACES or name.endswith("_id")


def _local(resource: Resource) -> tuple[str, object]:
    """The name in its own module, which a move into another one keeps."""
    try:
        return resource.name, parse_address(resource.address).key
    except ValueError:
        return resource.name, None

"""Groups whose membership is itself just in time (PIM for groups)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.estate.model import (
    Estate,
    Known,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

ELIGIBILITY: Final = "azuread_privileged_access_group_eligibility_schedule"
ASSIGNMENT: Final = "azuread_privileged_access_group_assignment_schedule"
_GROUPS: Final = ("azuread_group", "azuread_group_without_members")


@dataclass(frozen=True, slots=True)
class Membership:
    """What is declared about who is in a group, and how they come to be in it.

    ``eligible`` are the schedules that let people in for a while; ``standing`` says who, or what
    lets somebody, in for good, and ``unclear`` what may.
    """

    eligible: tuple[Resource, ...]
    standing: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


def group_key(value: Value) -> str | None:
    """What two mentions of one group or person share; ``None`` if it is not known.

    >>> group_key(Known("ABC-1")), group_key(Reference("azuread_group.g", "object_id"))
    ('abc-1', 'azuread_group.g')
    """
    if isinstance(value, Reference):
        return value.to
    known = effective(value)
    return known.casefold() if isinstance(known, str) and known else None


def membership(estate: Estate, principal: Value) -> Membership:
    """Who is in the group with this id, and how; nobody that is seen for any other principal."""
    key = group_key(principal)
    return estate.derived(_memberships).get(key, _NONE) if key is not None else _NONE


_NONE: Final = Membership(())


def _memberships(estate: Estate) -> Mapping[str, Membership]:
    """The memberships of every group that something names, by whatever names it."""
    found: dict[str, tuple[list[Resource], list[str], list[str]]] = {}
    for key, schedule, always, perhaps in _mentions(estate):
        eligible, standing, unclear = found.setdefault(key, ([], [], []))
        eligible.extend([schedule] if schedule is not None else [])
        standing.extend([always] if always else [])
        unclear.extend([perhaps] if perhaps else [])
    return {
        key: Membership(tuple(eligible), tuple(standing), tuple(unclear))
        for key, (eligible, standing, unclear) in found.items()
    }


_Mention: TypeAlias = tuple[str, Resource | None, str, str]


def _mentions(estate: Estate) -> Iterator[_Mention]:
    """A group, and what of it lets somebody in: for a while, for good, or perhaps for good."""
    for schedule in estate.of_type(ELIGIBILITY):
        for key in _keys(schedule.get("group_id")):
            yield key, schedule, "", ""
    for group in estate.of_type(*_GROUPS):
        for key in (group.address, *_keys(group.get("object_id"))):
            yield from ((key, None, *how) for how in _in_group(estate, group))
    for member in estate.of_type("azuread_group_member"):
        for key in _keys(member.get("group_object_id")):
            yield key, None, member.address, ""
    for schedule in estate.of_type(ASSIGNMENT):
        for key in _keys(schedule.get("group_id")) if _for_good(schedule) else ():
            yield key, None, f"{schedule.address}, for good", ""


def _keys(value: Value) -> tuple[str, ...]:
    key = group_key(value)
    return () if key is None else (key,)


def _in_group(estate: Estate, group: Resource) -> Iterator[tuple[str, str]]:
    members = group.get("members")
    if _names_somebody(members):
        yield f"{group.address}.members", ""
    if isinstance(members, Unresolvable):
        yield "", f"{group.address}.members"
    if _names_a_person(estate, group.get("owners")):
        yield f"{group.address}.owners, who can add themselves", ""


def _names_somebody(members: Value) -> bool:
    return isinstance(members, Reference) or bool(isinstance(members, Known) and members.value)


def _names_a_person(estate: Estate, owners: Value) -> bool:
    if not isinstance(owners, Reference):
        return False
    named = map(estate.by_address.get, (owners.to, *owners.also))
    return any(one is not None and one.type == "azuread_user" for one in named)


def _for_good(schedule: Resource) -> bool:
    ends = any(isinstance(schedule.get(n), Known) for n in ("duration", "expiration_date"))
    return effective(schedule.get("permanent_assignment")) is True or not ends

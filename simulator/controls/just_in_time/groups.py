"""Groups whose membership is itself just in time (PIM for groups)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

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
_MEMBERSHIPS: Final = ("azuread_group_member",)


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
    eligible = tuple(
        one
        for one in estate.of_type(ELIGIBILITY)
        if key is not None and group_key(one.get("group_id")) == key
    )
    if key is None:
        return Membership(eligible)
    members = [(g, g.get("members")) for g in estate.of_type(*_GROUPS) if _is(g, key)]
    unclear = (f"{g.address}.members" for g, who in members if isinstance(who, Unresolvable))
    return Membership(eligible, tuple(_standing(estate, key)), tuple(unclear))


def _is(group: Resource, key: str) -> bool:
    return key in {group.address, group_key(group.get("object_id"))}


def _standing(estate: Estate, key: str) -> Iterator[str]:
    for group in estate.of_type(*_GROUPS):
        if not _is(group, key):
            continue
        if _names_somebody(group.get("members")):
            yield f"{group.address}.members"
        if _names_a_person(estate, group.get("owners")):
            yield f"{group.address}.owners, who can add themselves"
    for member in estate.of_type(*_MEMBERSHIPS):
        if group_key(member.get("group_object_id")) == key:
            yield member.address
    for schedule in estate.of_type(ASSIGNMENT):
        if group_key(schedule.get("group_id")) == key and _for_good(schedule):
            yield f"{schedule.address}, for good"


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

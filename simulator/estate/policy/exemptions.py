"""Exemptions: what is taken out of an assignment for a while, or for good."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from simulator.estate.model import (
    UNSTATED,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    effective,
    show,
)
from simulator.estate.policy.assignments import ABOVE, LEVELS, Assignment
from simulator.estate.policy.obstacle import Obstacle
from simulator.estate.policy.places import contains
from simulator.estate.policy.rules import every
from simulator.estate.scopes import Answer

EXEMPTIONS: Final = tuple(f"azurerm_{level}_policy_exemption" for level in LEVELS)


@dataclass(frozen=True, slots=True)
class _Exemption:
    resource: Resource
    level: str


def _exemptions(estate: Estate) -> Mapping[str, list[_Exemption]]:
    """Every exemption, by the address of its assignment; ``""`` where that cannot be told."""
    found: dict[str, list[_Exemption]] = {}
    for level, type_ in zip(LEVELS, EXEMPTIONS, strict=True):
        for resource in estate.of_type(type_):
            found.setdefault(_assignment_of(estate, resource), []).append(
                _Exemption(resource, level)
            )
    return found


def _assignment_of(estate: Estate, exemption: Resource) -> str:
    value = exemption.get("policy_assignment_id")
    target = estate.target(value)
    if target is not None:
        return target.resource.address
    if isinstance(value, Reference):
        return value.to
    known = effective(value)
    if not isinstance(known, str):
        return ""
    name = known.rstrip("/").rpartition("/")[2]
    named = (estate.named(f"azurerm_{level}_policy_assignment", name) for level in LEVELS)
    return next((one.address for one in named if one is not None), known)


def exempted(
    estate: Estate,
    assignment: Assignment,
    reference_id: str | None,
    target: Resource,
    today: date,
) -> Iterator[Obstacle]:
    """The exemptions that take ``target`` out of what ``assignment`` enforces.

    Asked of one member of an initiative by its ``reference_id``, or of all of it (``None``). A
    waiver accepts that the policy is not met. One that says ``Mitigated`` claims that something
    else meets it, which cannot be seen here.
    """
    every_one = estate.derived(_exemptions)
    for one in (*every_one.get(assignment.resource.address, ()), *every_one.get("", ())):
        lost = one in every_one.get("", ())
        category = effective(one.resource.get("exemption_category"))
        applies = every(
            (
                None if lost else True,
                _covers(estate, one, target),
                _refers(one.resource, reference_id),
                _lasts(one.resource, today),
            )
        )
        if applies is False:
            continue
        mitigated = str(category).casefold() == "mitigated"
        until = one.resource.get("expires_on")
        yield Obstacle(
            one.resource,
            "exemption_category",
            f"{category if isinstance(category, str) else 'not known'}, "
            f"{'for good' if isinstance(until, Omitted) else f'until {show(until)}'}",
            f"no exemption of {target.address} from {assignment.resource.address}",
            f"show what meets the policy instead, or delete {one.resource.address}"
            if mitigated
            else f"delete {one.resource.address}",
            unknown=applies is None or mitigated or not isinstance(category, str),
        )


def _covers(estate: Estate, exemption: _Exemption, target: Resource) -> Answer:
    scope = exemption.resource.get(f"{exemption.level}_id")
    if exemption.level in ABOVE:
        return True
    return contains(estate, scope, target)


def _refers(exemption: Resource, reference_id: str | None) -> Answer:
    """Whether an exemption is about this member of an initiative; ``None``: about all of it."""
    value = exemption.get("policy_definition_reference_ids")
    if isinstance(value, Omitted) or value == Known(None):
        return True
    ids = effective(value)
    if not isinstance(ids, tuple):
        return None
    if not ids or reference_id is None:
        return not ids
    return reference_id.casefold() in {str(one).casefold() for one in ids}


def _lasts(exemption: Resource, today: date) -> Answer:
    value = exemption.get("expires_on")
    if isinstance(value, Omitted) or value == Known(None):
        return True
    text = effective(value)
    if text is UNSTATED:
        return None
    try:
        return datetime.fromisoformat(str(text)).date() >= today
    except ValueError:
        return None

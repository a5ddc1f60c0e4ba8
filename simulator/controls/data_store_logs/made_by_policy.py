"""Whether an assigned policy may make the diagnostic setting that nobody declares.

An assignment whose policy cannot work on the store is no doubt in the store's favour.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from simulator.estate.model import Estate, Resource
from simulator.estate.policy.assignments import Assignment, Policy
from simulator.estate.policy.coverage import assigned_to
from simulator.estate.policy.definitions import Definition
from simulator.estate.policy.enforcement import obstacle_of, obstacles, standing
from simulator.estate.policy.obstacle import Obstacle
from simulator.estate.policy.repair import repairs
from simulator.estate.policy.rules import matches, some
from simulator.estate.policy.subjects import Subject, subject_of

_SETTINGS: Final = "microsoft.insights/diagnosticsettings"


@dataclass(frozen=True, slots=True)
class Maker:
    """The assignment that comes nearest to making the setting, and what keeps it from doing so."""

    assignment: Assignment
    hindered: Obstacle | None

    def __str__(self) -> str:
        address = self.assignment.resource.address
        if self.hindered is None:
            return f"only {address} may make the setting, once it has run"
        one = self.hindered
        where = "" if one.resource.address == address else f"{one.resource.address}, "
        return f"{address} cannot make one ({where}{one.attribute}: {one.actual})"


def maker(estate: Estate, store: Resource, service: str, today: date) -> Maker | None:
    """What may make a setting on ``service`` of ``store``, ``""`` for the store itself.

    ``None`` if no assignment whose scope contains the store is about such settings.
    """
    candidates = [
        (assignment, [one for one in against if not one.unknown])
        for assignment in assigned_to(estate, store)
        for against in _against(estate, assignment, store, service, today)
    ]
    if not candidates:
        return None
    assignment, sure = min(candidates, key=lambda candidate: len(candidate[1]))
    return Maker(assignment, sure[0] if sure else None)


def _against(
    estate: Estate, assignment: Assignment, store: Resource, service: str, today: date
) -> Iterator[tuple[Obstacle, ...]]:
    """What is in the way of each policy of an assignment that may make such a setting."""
    subject = subject_of(estate, store)
    for policy in assignment.policies:
        if _about(policy, subject, service):
            found = obstacles(estate, assignment, policy, store, today)
            if found is not None:
                yield found
    # What cannot be read may be such a policy, if it repairs anything at all.
    if assignment.unread and not assignment.audits:
        looks = standing(estate, assignment, store, today)
        if looks is not None:
            lacks = repairs(estate, assignment.resource, Definition(""), store)
            yield (*looks, *(obstacle_of(assignment, lack) for lack in lacks))


def _about(policy: Policy, store: Subject, service: str) -> bool:
    definition, parameters = policy.definition, policy.parameters
    if definition.unread or definition.makes != _SETTINGS:
        return False
    if str((parameters or {}).get("logsEnabled", True)).casefold() == "false":
        return False  # then it sends metrics alone
    seen = [_part(store, service) if service else store]
    # On the account itself there are metrics only; a template may still reach its services.
    if service and service.casefold() in str(definition.details).casefold():
        seen.append(store)
    everything = definition.mode.casefold() == "all"
    looked_at = (one for one in seen if everything or one.indexed)
    return some(matches(definition.condition, one, parameters) for one in looked_at) is not False


def _part(account: Subject, service: str) -> Subject:
    return Subject(
        f"{account.type}/{service}",
        name="default",
        location=account.location,
        tags={},
        group=account.group,
        indexed=False,
    )

"""Settings that nobody declares because an assigned policy may make them once it runs."""

from collections.abc import Iterator

from simulator.estate.model import Estate, Reference, Resource, effective
from simulator.estate.policy.assignments import ASSIGNMENTS, Assignment, assignments
from simulator.estate.policy.definitions import Definition
from simulator.estate.policy.enforcement import enforce
from simulator.estate.policy.repair import repairs

__all__ = ["ASSIGNMENTS", "maker"]


def maker(estate: Estate, *definitions: str) -> Resource | None:
    """The first assignment of a policy, or of an initiative, with one of these definition ids.

    The ids are the last part of the full one, in lower case. An assignment that is not enforced, or
    has no identity to repair with, makes nothing and is none.
    """
    found = (one for one in _assigning(estate, definitions) if _can_work(estate, one))
    return next((one.resource for one in found), None)


def _assigning(estate: Estate, definitions: tuple[str, ...]) -> Iterator[Assignment]:
    for assignment in assignments(estate):
        value = assignment.resource.get("policy_definition_id")
        text = value.text if isinstance(value, Reference) else effective(value)
        if any(one in str(text).lower() for one in definitions):
            yield assignment


def _can_work(estate: Estate, assignment: Assignment) -> bool:
    lacks = repairs(estate, assignment.resource, Definition(""), None)
    return all(one.unknown for one in enforce(assignment)) and all(one.unknown for one in lacks)

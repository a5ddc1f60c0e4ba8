"""A standard that Azure Policy holds every store against, day after day."""

from collections.abc import Iterator
from datetime import date

from simulator.controls.policy_guards import (
    NO_LOGS,
    PUBLIC_ACCESS,
    WEAK_ENCRYPTION,
    Words,
    as_findings,
    missing,
    nearest,
)
from simulator.controls.verdict import Finding
from simulator.estate.model import Estate, Resource
from simulator.estate.policy.assignments import Assignment
from simulator.estate.policy.coverage import assigned_to
from simulator.estate.policy.enforcement import in_scope, standing
from simulator.estate.policy.obstacle import Obstacle
from simulator.estate.policy.subjects import Subject, subject_of


def judge_benchmark(
    estate: Estate, stores: tuple[Resource, ...], words: Words, today: date
) -> Iterator[Finding]:
    """What keeps the stores from being held against a standard."""
    bare = []
    for store in stores:
        found = _unchecked(estate, store, today)
        if found is None:
            bare.append(store)
        else:
            yield from as_findings(found, words)
    yield from missing(estate, bare, "no benchmark checks the configuration", words)


def _unchecked(estate: Estate, store: Resource, today: date) -> tuple[Obstacle, ...] | None:
    """What keeps the nearest standard from looking at ``store``; ``None`` if there is none."""
    candidates: list[tuple[Obstacle, ...]] = []
    for assignment in assigned_to(estate, store):
        subject = subject_of(estate, store)  # once, and only where something is assigned
        doubt = _doubt(estate, assignment, store)
        if not (assignment.benchmark or doubt or _is_standard(assignment, subject)):
            continue
        found = standing(estate, assignment, store, today)
        if found is not None:
            candidates.append((*found, *doubt))
    return nearest(candidates)


def _is_standard(assignment: Assignment, subject: Subject) -> bool:
    """Whether an initiative of the team's own looks at what matters here, if only to audit it.

    One about names and costs is none.
    """
    if assignment.initiative is None:
        return False
    return any(
        guard.noticed(policy, subject) and assignment.effect(policy, subject).word != "disabled"
        for policy in assignment.policies
        for guard in (PUBLIC_ACCESS, WEAK_ENCRYPTION, NO_LOGS)
    )


def _doubt(estate: Estate, assignment: Assignment, store: Resource) -> tuple[Obstacle, ...]:
    """Where what is assigned cannot be told, it may be a standard."""
    if not assignment.unread or assignment.benchmark or assignment.policies:
        return ()
    if in_scope(estate, assignment, store) is False:
        return ()
    return (
        Obstacle(
            assignment.resource,
            "policy_definition_id",
            assignment.unread,
            "an initiative whose members can be read",
            "read the estate that declares it, or assign a built-in that is named by its id",
            unknown=True,
        ),
    )

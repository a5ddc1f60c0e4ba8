"""Azure Policies that an assignment no longer brings, or that do less than before the change."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.change.both import Both
from simulator.controls.verdict import Finding, finding
from simulator.estate.model import UNSTATED
from simulator.estate.policy.assignments import Assignment, Policy, assignments
from simulator.estate.policy.subjects import Subject

_STRENGTH: Final[Mapping[str | None, int]] = {
    "audit": 1,
    "auditifnotexists": 1,
    "append": 2,
    "modify": 2,
    "deployifnotexists": 2,
    "denyaction": 3,
    "deny": 3,
}
"""How much an effect does: it tells of something, repairs it, or refuses it."""
_ANYTHING: Final = Subject(UNSTATED)


def slackened(made: Both) -> Iterator[Finding]:
    """The findings about the assignments of both estates."""
    after = {one.resource.address: one for one in assignments(made.after)}
    for one in assignments(made.before):
        later = made.later(one.resource)
        other = after.get(later.address) if later is not None else None
        if other is not None:
            yield from _compared(made, one, other)


def _compared(made: Both, one: Assignment, other: Assignment) -> Iterator[Finding]:
    now = {_key(made, policy): word for policy, word in _effects(other)}
    for policy, was in _effects(one):
        key = _key(made, policy)
        word = now.get(key)
        unknown = word is None and (key in now or bool(other.unread))
        if was in _STRENGTH and (unknown or _STRENGTH.get(word, 0) < _STRENGTH[was]):
            said = "not known" if unknown else "it is not assigned" if word is None else word
            yield finding(
                other.resource,
                f"effect of {policy.definition.name}",
                f"{said}; before the change: {was}",
                expected=f"{was} or stronger, as before the change",
                why="what the policy kept from being declared can be declared now "
                "(11 CCR 7123(c)(5))",
                remedy=f'parameters = jsonencode({{ effect = {{ value = "{was}" }} }})',
                unknown=unknown,
            )


def _effects(one: Assignment) -> Iterator[tuple[Policy, str | None]]:
    """Each policy of an assignment, and its effect."""
    return ((policy, one.effect(policy, _ANYTHING).word) for policy in one.policies)


def _key(made: Both, policy: Policy) -> tuple[str, str]:
    """What a policy shares with itself after the change: its place in an initiative, and its name.

    A definition that Terraform makes may be called by its address, and that may have been moved.
    """
    source = policy.definition.resource
    if source is None or source.mode != "managed":
        return policy.reference_id, policy.definition.name
    return policy.reference_id, (made.later(source) or source).address

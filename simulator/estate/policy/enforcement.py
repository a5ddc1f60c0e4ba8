"""What stands between an assigned policy and its being enforced on one resource.

Each thing is an ``Obstacle``: with none, the policy is enforced there.
"""

from collections.abc import Iterator
from datetime import date

from simulator.estate.document import as_value, document
from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
    show,
)
from simulator.estate.policy.assignments import (
    ABOVE,
    ENFORCING,
    REPAIRING,
    Assignment,
    Policy,
    selects,
)
from simulator.estate.policy.exemptions import exempted
from simulator.estate.policy.obstacle import Obstacle
from simulator.estate.policy.places import contains, in_subscription
from simulator.estate.policy.repair import Lack, repairs
from simulator.estate.policy.rules import some
from simulator.estate.policy.subjects import Subject, subject_of
from simulator.estate.scopes import Answer


def in_scope(estate: Estate, assignment: Assignment, target: Resource) -> Answer:
    """Whether an assignment stands on something that contains ``target``, exclusions aside."""
    scope = assignment.scope
    if isinstance(scope, Unresolvable | Omitted):
        return None
    if assignment.level in ABOVE:
        return in_subscription(scope, target)
    return contains(estate, scope, target)


def obstacles(
    estate: Estate, assignment: Assignment, policy: Policy, target: Resource, today: date
) -> tuple[Obstacle, ...] | None:
    """What keeps ``policy`` from being enforced on ``target``; ``None`` if it is not about it."""
    if in_scope(estate, assignment, target) is False:
        return None
    subject = subject_of(estate, target)
    found = [
        *_standing(estate, assignment, target, subject),
        *_effect(assignment, policy, subject),
        *exempted(estate, assignment, policy.reference_id, target, today),
    ]
    if assignment.effect(policy, subject).word in REPAIRING:
        lacks = repairs(estate, assignment.resource, policy.definition, target)
        found += [obstacle_of(assignment, lack) for lack in lacks]
    return tuple(found)


def standing(
    estate: Estate, assignment: Assignment, target: Resource, today: date
) -> tuple[Obstacle, ...] | None:
    """What keeps an assignment from looking at ``target`` at all, whatever it then does."""
    if in_scope(estate, assignment, target) is False:
        return None
    subject = subject_of(estate, target)
    return (
        *_standing(estate, assignment, target, subject),
        *_switched_off(assignment, subject),
        *exempted(estate, assignment, None, target, today),
    )


def obstacle_of(assignment: Assignment, lack: Lack) -> Obstacle:
    """What an assignment lacks to repair anything, as an obstacle."""
    return Obstacle(
        assignment.resource,
        lack.attribute,
        lack.actual,
        lack.expected,
        lack.remedy,
        lack.unknown,
    )


def _standing(
    estate: Estate, assignment: Assignment, target: Resource, subject: Subject
) -> Iterator[Obstacle]:
    if in_scope(estate, assignment, target) is None:
        attribute = f"{assignment.level}_id" if assignment.level else "scope_id"
        yield _unsure(
            assignment.resource,
            attribute,
            show(assignment.scope),
            f"a scope that contains {target.address}",
        )
    yield from enforce(assignment)
    yield from _left_out(estate, assignment, target, subject)


def _switched_off(assignment: Assignment, subject: Subject) -> Iterator[Obstacle]:
    """An override of everything that an assignment brings to ``Disabled``."""
    for block in assignment.resource.blocks("overrides"):
        value = effective(block.get("value"))
        if str(value).casefold() == "disabled" and selects(block, subject):
            yield Obstacle(
                assignment.resource,
                "overrides",
                "every policy in it is set to Disabled",
                "no override that switches it off",
                "take the override out",
                block=block,
            )


def _unsure(resource: Resource, attribute: str, actual: str, expected: str) -> Obstacle:
    settle = f"write {attribute} out, or read a plan in which it is known"
    return Obstacle(resource, attribute, actual, expected, settle, unknown=True)


def enforce(assignment: Assignment) -> Iterator[Obstacle]:
    """The obstacle that an assignment in mode ``DoNotEnforce`` is."""
    if assignment.enforced is not True:
        yield Obstacle(
            assignment.resource,
            "enforce",
            show(assignment.resource.get("enforce")),
            "true: an assignment that is not enforced only looks",
            "enforce = true",
            unknown=assignment.enforced is None,
        )


def _effect(assignment: Assignment, policy: Policy, subject: Subject) -> Iterator[Obstacle]:
    effect = assignment.effect(policy, subject)
    if effect.word in ENFORCING:
        return
    can = next((one for one in policy.definition.can if one.casefold() in ENFORCING), "")
    remedy = f'parameters = jsonencode({{ effect = {{ value = "{can or "Deny"}" }} }})'
    if policy.definition.can and not can:
        remedy = "this definition can only audit: assign an azurerm_policy_definition that denies"
    elif assignment.initiative is not None:
        remedy = f"policy_definition_reference: parameter_values = {remedy.partition('= ')[2]}"
    if effect.attribute == "overrides":
        remedy = f'overrides {{ value = "{can or "Deny"}" }}'
    yield Obstacle(
        assignment.resource,
        effect.attribute,
        f"the effect of {policy.definition.name!r} is {effect.said}",
        "Deny, Modify, Append or DeployIfNotExists: an audit sees and changes nothing",
        remedy,
        unknown=effect.word is None,
    )


def _left_out(
    estate: Estate, assignment: Assignment, target: Resource, subject: Subject
) -> Iterator[Obstacle]:
    resource = assignment.resource
    out = some(
        None if one is None else contains(estate, one, target)
        for one in scopes_in(resource, "not_scopes")
    )
    if out is not False:
        yield Obstacle(
            resource,
            "not_scopes",
            show(resource.get("not_scopes")),
            f"exclusions that leave {target.address} in",
            "not_scopes = []",
            unknown=out is None,
        )
    blocks = resource.blocks("resource_selectors")
    chosen = some(selects(block, subject) for block in blocks) if blocks else True
    if resource.unresolved("resource_selectors") is not None:
        chosen = None
    if chosen is not True:
        yield Obstacle(
            resource,
            "resource_selectors",
            "selectors that do not select it" if chosen is False else "selectors that may not",
            f"selectors that {target.address} is among",
            "take resource_selectors out",
            unknown=chosen is None,
            block=blocks[0] if blocks else None,
        )


def scopes_in(resource: Resource, name: str) -> tuple[Value | None, ...]:
    """The scopes in a list argument; ``None`` for one that cannot be told."""
    value = resource.get(name)
    if isinstance(value, Omitted) or value == Known(None):
        return ()
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return tuple(as_value(str(one)) for one in value.value)
    listed = document(value) if isinstance(value, Reference) and value.text else None
    if isinstance(listed, tuple):
        return tuple(as_value(str(one)) for one in listed)
    return (None,)

"""How a right is activated: the policy of one role at one scope, or of one group."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from simulator.controls.judge import Demand, judge, true
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.duration import iso_duration
from simulator.estate.model import Known, Omitted, Reference, Resource, Value, effective

ROLE_POLICY: Final = "azurerm_role_management_policy"
GROUP_POLICY: Final = "azuread_group_role_management_policy"

LONGEST: Final = timedelta(hours=4)
"""The longest activation for what reaches personal information: half a working day."""

WHY: Final = (
    "a right that is there day and night is there for whoever steals the sign-in; privileged "
    "access that is given just in time is part of the audit component of 11 CCR 7123(c)(3), and "
    "multifactor authentication of 7123(c)(1)"
)
_KEEPS: Final = Omitted(decided_by="Azure keeps what the policy of the tenant says now")


def _short(value: object) -> bool:
    try:
        return isinstance(value, str) and iso_duration(value) <= LONGEST
    except ValueError:
        return False


_DEMANDS: Final = (
    Demand(
        "activation_rules.maximum_duration",
        _short,
        "4 hours or less",
        WHY,
        'maximum_duration = "PT2H"',
    ),
    Demand(
        "activation_rules.require_approval",
        true,
        "true",
        WHY,
        "require_approval = true",
    ),
    Demand(
        "activation_rules.require_justification",
        true,
        "true",
        WHY,
        "require_justification = true",
        Severity.MEDIUM,
    ),
)
_STRONG: Final = Demand(
    "activation_rules.require_multifactor_authentication",
    true,
    "true, or an authentication context of Conditional Access",
    WHY,
    "require_multifactor_authentication = true",
)
_EXPIRES: Final = Demand(
    "active_assignment_rules.expiration_required",
    true,
    "true: nobody is given the right for good past the activation",
    WHY,
    'active_assignment_rules { expiration_required = true, expire_after = "P15D" }',
    Severity.MEDIUM,
)
_CONTEXT: Final = "activation_rules.required_conditional_access_authentication_context"
_STAGE: Final = "activation_rules.approval_stage"
_TOLD: Final = "notification_rules.eligible_activations.admin_notifications"


def judge_policy(policy: Resource, requester: Value) -> Iterator[Finding]:
    """What an activation by this policy lacks; ``requester`` is who may ask for it.

    Whatever a policy does not state stays as the tenant has it, which no file shows.
    """
    for demand in _DEMANDS:
        yield from judge(policy, demand, _stated(policy, demand.attribute))
    if not _by_context(policy):
        yield from judge(policy, _STRONG, _stated(policy, _STRONG.attribute))
    yield from _approvers(policy, requester)
    yield from _expiry(policy)
    yield from _notification(policy)


def _stated(policy: Resource, path: str) -> Value:
    """What is written, where ``null`` is nothing: then what the tenant has stays in force."""
    value = policy.get(path)
    return _KEEPS if isinstance(value, Omitted) or value == Known(None) else value


def _by_context(policy: Resource) -> bool:
    value = _stated(policy, _CONTEXT)
    return isinstance(value, Reference) or bool(isinstance(value, Known) and value.value)


def _approvers(policy: Resource, requester: Value) -> Iterator[Finding]:
    if effective(policy.get("activation_rules.require_approval")) is not True:
        return
    rules = policy.blocks("activation_rules")[0]
    if rules.unresolved("approval_stage"):
        yield _approver(policy, _STAGE, "approvers that cannot be read", unknown=True)
        return
    stages = rules.blocks("approval_stage")
    approvers = [one for stage in stages for one in stage.blocks("primary_approver")]
    if not approvers:
        unread = any(stage.unresolved("primary_approver") for stage in stages)
        yield _approver(policy, _STAGE, "no approver", unknown=unread)
    elif all(_same(one.get("object_id"), requester) for one in approvers):
        attribute = f"{_STAGE}.primary_approver.object_id"
        yield _approver(policy, attribute, "those who ask approve it themselves")


def _approver(policy: Resource, attribute: str, actual: str, *, unknown: bool = False) -> Finding:
    return finding(
        policy,
        attribute,
        actual,
        expected="at least one approver who is not the one who asks",
        why=WHY,
        remedy="approval_stage { primary_approver { object_id = azuread_group.privacy.object_id, "
        'type = "Group" } }',
        unknown=unknown,
    )


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Reference) and isinstance(other, Reference):
        return one.to == other.to
    both = effective(one), effective(other)
    return all(isinstance(id_, str) for id_ in both) and (
        str(both[0]).casefold() == str(both[1]).casefold()
    )


def _expiry(policy: Resource) -> Iterator[Finding]:
    required = _stated(policy, _EXPIRES.attribute)
    after = _stated(policy, "active_assignment_rules.expire_after")
    if isinstance(required, Omitted) and isinstance(after, Known) and after.value:
        return
    yield from judge(policy, _EXPIRES, required)


def _notification(policy: Resource) -> Iterator[Finding]:
    """Whether an activation is told to nobody: Azure tells the administrators unless it is off."""
    by_default = effective(policy.get(f"{_TOLD}.default_recipients"))
    others = effective(policy.get(f"{_TOLD}.additional_recipients"))
    if by_default is False and (others is None or not isinstance(others, tuple) or not others):
        yield finding(
            policy,
            _TOLD,
            "the default recipients are off, and no others are named",
            expected="somebody who hears of each activation",
            why=f"an activation that nobody hears of is not seen to be a thief's; {WHY}",
            remedy='admin_notifications { notification_level = "All", default_recipients = true }',
            severity=Severity.LOW,
        )

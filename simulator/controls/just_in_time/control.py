"""RESP-08: people reach production data by just-in-time activation alone."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from simulator.controls.findings import once
from simulator.controls.just_in_time.activation import (
    GROUP_POLICY,
    ROLE_POLICY,
    WHY,
    judge_policy,
)
from simulator.controls.just_in_time.groups import ELIGIBILITY, group_key, membership
from simulator.controls.just_in_time.standing import (
    ACTIVE,
    ASSIGNMENT,
    COSMOS,
    ELIGIBLE,
    Right,
    judge_active,
    judge_cosmos,
    judge_standing,
    rights,
)
from simulator.controls.just_in_time.weakenings import WEAKENINGS
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.roles import role_key
from simulator.estate.scopes import scope_key

_MISSING: Final = ("role_management_policy", "group_role_management_policy")
_MAKERS: Final = (ROLE_POLICY, GROUP_POLICY, "azapi_")


def _assess(estate: Estate) -> Verdict:
    standing = tuple(rights(estate, ASSIGNMENT))
    active, eligible = tuple(rights(estate, ACTIVE)), tuple(rights(estate, ELIGIBLE))
    cosmos = estate.of_type(COSMOS)
    found = [
        *(f for right in standing for f in judge_standing(estate, right)),
        *(f for right in active for f in judge_active(right)),
        *(f for one in cosmos for f in judge_cosmos(estate, one)),
        *(f for right in eligible for f in _eligible(estate, right)),
        *(
            f
            for one in _joined(estate, (*standing, *active, *eligible))
            for f in _group(estate, one)
        ),
    ]
    looked_at = (
        *(right.assignment for right in (*standing, *active, *eligible)),
        *cosmos,
        *estate.of_type(ROLE_POLICY, ELIGIBILITY, GROUP_POLICY),
    )
    if not looked_at:
        return not_applicable(
            "RESP-08", ELIGIBLE, f"{ASSIGNMENT} of people over personal information"
        )
    return verdict("RESP-08", looked_at, in_doubt(estate, once(found), _MISSING, _MAKERS))


def _eligible(estate: Estate, right: Right) -> Iterator[Finding]:
    """The policy of exactly this role at exactly this scope: no other governs its activation."""
    scope = scope_key(estate, right.assignment.get("scope"))
    role = role_key(estate, right.assignment)
    policies = estate.derived(_policies)
    mine = () if None in (scope, role) else policies.get((scope, role), ())
    for policy in mine:
        yield from judge_policy(policy, right.principal)
    if not mine:
        near = [p.address for (_, one), some in policies.items() if one == role for p in some]
        lost = scope is None or role is None or any(None in key for key in policies)
        elsewhere = f" ({', '.join(near)}: for it at another scope)" if near and role else ""
        yield _without(
            right.assignment,
            "role_management_policy",
            f"none for this role at this scope{elsewhere}",
            f'resource "{ROLE_POLICY}" with the same scope and role_definition_id',
            unknown=lost or not right.surely,
        )


_Key: TypeAlias = tuple[str | None, str | None]


def _policies(estate: Estate) -> Mapping[_Key, tuple[Resource, ...]]:
    """The policies by the scope and the role that each is for, ``None`` where it is not known."""
    found: dict[_Key, tuple[Resource, ...]] = {}
    for policy in estate.of_type(ROLE_POLICY):
        key = scope_key(estate, policy.get("scope")), role_key(estate, policy)
        found[key] = (*found.get(key, ()), policy)
    return found


def _joined(estate: Estate, held: tuple[Right, ...]) -> Iterator[Resource]:
    """The schedules by which people come into the groups that hold these rights."""
    found = {
        schedule.address: schedule
        for right in held
        for schedule in membership(estate, right.principal).eligible
    }
    yield from found.values()


def _group(estate: Estate, schedule: Resource) -> Iterator[Finding]:
    group, role = group_key(schedule.get("group_id")), effective(schedule.get("assignment_type"))
    policies = estate.of_type(GROUP_POLICY)
    mine = [
        policy
        for policy in policies
        if group_key(policy.get("group_id")) == group and effective(policy.get("role_id")) == role
    ]
    for policy in mine:
        yield from judge_policy(policy, schedule.get("principal_id"))
    if not mine:
        yield _without(
            schedule,
            "group_role_management_policy",
            f"none for being {role} of this group",
            f'resource "{GROUP_POLICY}" with the same group_id, role_id = "member"',
            unknown=any(group_key(policy.get("group_id")) is None for policy in policies),
        )


def _without(
    holder: Resource, attribute: str, actual: str, remedy: str, *, unknown: bool
) -> Finding:
    return finding(
        holder,
        attribute,
        actual,
        expected="a policy of its own: those of other scopes are not inherited",
        why=f"what an activation then takes is as the tenant happens to have it; {WHY}",
        remedy=remedy,
        unknown=unknown,
    )


RESP_08: Final = Control(
    id="RESP-08",
    title="People reach production data only by just-in-time activation, with strong "
    "authentication, approval, a reason, and an end after a few hours",
    gap="Configure Azure AD Privileged Identity Management for just-in-time access to production "
    "data.",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(1)",
        "11 CCR 7123(c)(3)",
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
    ),
    frameworks=(
        ("CIS Azure 5.0", ("5.3.4",)),
        ("CIS Azure 6.0", ("5.3.4",)),
        ("MCSB", ("PA-1", "PA-2", "PA-4")),
        (
            "NIST SP 800-53",
            ("AC-2(1)", "AC-2(5)", "AC-5", "AC-6(2)", "AC-6(5)", "IA-2(1)", "AC-17(4)"),
        ),
    ),
    techniques=("T1078.004", "T1098.003", "T1548.005", "T1530"),
    remedy='activation_rules { maximum_duration = "PT2H", require_approval = true, '
    "require_justification = true, require_multifactor_authentication = true }",
    cannot_show=(
        "who activated what, when, and who approved it",
        "what the tenant's policies say where a rule is left out, and the licence that PIM needs",
        "rights given in the portal or by access packages, and the policies of directory roles",
        "whether the approver is in the group that asks",
        "shared keys and shared access signatures, which no activation stands before (DATA-02)",
    ),
    assess=_assess,
    weakenings=WEAKENINGS,
)

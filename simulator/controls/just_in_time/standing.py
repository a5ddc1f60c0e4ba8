"""Rights of people over personal information that are there whether or not they are needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from simulator.controls.just_in_time.activation import WHY
from simulator.controls.just_in_time.groups import Membership, membership
from simulator.controls.reach import personal_stores, reached_powers
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
    show,
)
from simulator.estate.powers import Power, in_words
from simulator.estate.principals import Holder, break_glass, holder
from simulator.estate.roles import Role, role_of

ASSIGNMENT: Final = "azurerm_role_assignment"
ACTIVE: Final = "azurerm_pim_active_role_assignment"
ELIGIBLE: Final = "azurerm_pim_eligible_role_assignment"
COSMOS: Final = "azurerm_cosmosdb_sql_role_assignment"

LONGEST_ACTIVE: Final = timedelta(days=30)
_ENDS: Final = ("duration_days", "duration_hours", "end_date_time")
_REMEDY: Final = (
    f'resource "{ELIGIBLE}" instead: the same scope, role_definition_id and principal_id'
)


@dataclass(frozen=True, slots=True)
class Right:
    """A right of somebody who is, or may be, a person, over what may be personal information.

    ``surely`` and ``perhaps`` are what it lets its holder do.
    """

    assignment: Resource
    role: Role | None
    holder: Holder
    surely: frozenset[Power]
    perhaps: frozenset[Power]

    @property
    def principal(self) -> Value:
        """The id of whom it is for."""
        return self.assignment.get("principal_id")


def rights(estate: Estate, type_: str) -> Iterator[Right]:
    """The assignments of one type that reach, or may reach, personal information."""
    for assignment in estate.of_type(type_):
        who = holder(estate, assignment)
        if who not in {Holder.PEOPLE, Holder.UNCLEAR} or break_glass(estate, assignment):
            continue
        scope, role = assignment.get("scope"), role_of(estate, assignment)
        if role is None:
            if _may_reach(estate, scope):
                yield Right(assignment, None, who, frozenset(), frozenset())
            continue
        surely, perhaps = reached_powers(estate, scope, role)
        if surely or perhaps:
            yield Right(assignment, role, who, surely, perhaps)


def _may_reach(estate: Estate, scope: Value) -> bool:
    """Whether a role with every right would reach personal information at the scope."""
    everything = Role("*", ("*",), (), ("*",))
    return any(reached_powers(estate, scope, everything))


def judge_standing(estate: Estate, right: Right) -> Iterator[Finding]:
    """A right given for good, unless it is to a group that people join for a while alone."""
    group = membership(estate, right.principal)
    if group.eligible and not (group.standing or group.unclear):
        return
    unknown = bool(group.eligible) and not group.standing
    yield _standing(right, "pim_eligible_role_assignment", _always(group), unknown=unknown)


def _always(group: Membership) -> str:
    if group.eligible:
        through = ", ".join(group.standing or group.unclear)
        return f"day and night through {through}"
    return "day and night"


def judge_active(right: Right) -> Iterator[Finding]:
    """A right given through PIM without an activation: it has to end, and soon."""
    unread = right.assignment.unresolved("schedule")
    how = show(unread) if unread else "without an end"
    for schedule in right.assignment.blocks("schedule"):
        unread = unread or schedule.unresolved("expiration")
        for expiration in schedule.blocks("expiration"):
            length = _length(schedule, expiration)
            if length is not None and length <= LONGEST_ACTIVE:
                return
            if length is not None:
                how = f"for {length.days} days"
            elif any(map(_is_set, map(expiration.get, _ENDS))):
                return
    yield _standing(right, "schedule.expiration", how, unknown=unread is not None)


def _is_set(value: Value) -> bool:
    return not isinstance(value, Omitted) and value != Known(None)


def _length(schedule: Block, expiration: Block) -> timedelta | None:
    """How long a right lasts, ``None`` if that is not known."""
    days, hours = (effective(expiration.get(f"duration_{unit}")) for unit in ("days", "hours"))
    if isinstance(days, int) and not isinstance(days, bool) and 0 <= days < 100_000:
        return timedelta(days=days)
    if isinstance(hours, int) and not isinstance(hours, bool) and 0 <= hours < 1_000_000:
        return timedelta(hours=hours)
    start, end = (
        _moment(block.get(name))
        for block, name in ((schedule, "start_date_time"), (expiration, "end_date_time"))
    )
    return end - start if start is not None and end is not None else None


def _moment(value: Value) -> datetime | None:
    text = effective(value)
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _standing(right: Right, attribute: str, how: str, *, unknown: bool = False) -> Finding:
    unclear = right.holder is Holder.UNCLEAR
    told = right.surely or right.perhaps
    name = right.role.name if right.role else "a role that cannot be read"
    does = f"it can {in_words(told)}" if told else "what it can do is not known"
    doubt = unknown or unclear or not right.surely
    remedy = _REMEDY
    if attribute.startswith("schedule"):
        remedy = "schedule { expiration { duration_hours = 8 } }, or better " + _REMEDY
    if doubt:
        remedy = (
            f'write principal_type = "ServicePrincipal" if it is no person; else {remedy}'
            if unclear
            else f"write out its role, its scope and who is in its group; else {remedy}"
        )
    return finding(
        right.assignment,
        attribute,
        f"{name} for {right.holder} ({show(right.principal)}), {how}: {does}",
        expected="no right of people over personal information but one that they activate",
        why=WHY,
        remedy=remedy,
        severity=Severity.CRITICAL if Power.GRANT in right.surely else Severity.HIGH,
        unknown=doubt,
    )


def judge_cosmos(estate: Estate, assignment: Resource) -> Iterator[Finding]:
    """A role on the data of Cosmos DB, which PIM does not know: only a group can be in time."""
    if holder(estate, assignment) is not Holder.PEOPLE:
        return
    name = assignment.get("account_name")
    account = estate.by_address.get(name.to) if isinstance(name, Reference) else None
    personal = {store.address for store in personal_stores(estate)}
    if account is not None and account.address not in personal:
        return
    group = membership(estate, assignment.get("principal_id"))
    if group.eligible and not (group.standing or group.unclear):
        return
    yield finding(
        assignment,
        "principal_id",
        f"{show(assignment.get('principal_id'))}, {_always(group)}",
        expected="a group that people join for a while alone: PIM knows no roles of Cosmos DB",
        why=WHY,
        remedy='resource "azuread_privileged_access_group_eligibility_schedule" for its group',
        unknown=bool(group.eligible) and not group.standing,
    )

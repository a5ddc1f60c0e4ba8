"""Azure roles as they are given: what each lets its holder do at the scope where it has it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from simulator.controls.judge import settle
from simulator.controls.privilege.narrower import apart, narrower
from simulator.controls.reach import Reached, reached_at, reached_in_group
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Resource,
    Unresolvable,
    Value,
    show,
)
from simulator.estate.powers import Power, in_words, powers
from simulator.estate.principals import Holder, break_glass, holder
from simulator.estate.roles import Role, definition_at, role_of
from simulator.estate.scopes import Level, level
from simulator.estate.workspaces import WORKSPACE

ASSIGNMENTS: Final = ("azurerm_role_assignment", "azurerm_pim_active_role_assignment")
DELEGATION: Final = "azurerm_lighthouse_definition"

LEAST: Final = (
    "least privilege is an audit component of 11 CCR 7123(c)(3), part of the security owed under "
    "Civ. Code 1798.81.5(b)"
)
_WORST: Final = frozenset({Power.GRANT, Power.KEYS, Power.READ, Power.OWN})
_ADMINISTRATORS: Final = frozenset(
    {
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
    }
)
_CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_GUIDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NARROWS: Final = re.compile(r"containers:name|blobs:path|blobs/tags|@Resource\[", re.IGNORECASE)
_PLACES: Final = {
    Level.TENANT: "in every subscription below its management group",
    Level.SUBSCRIPTION: "in the whole subscription",
    Level.GROUP: "in the whole resource group",
}


@dataclass(frozen=True, slots=True)
class Given:
    """One role given to one principal at one scope, and where that is written.

    ``block`` is the nested block in which it is, if it is not the resource itself.
    """

    estate: Estate
    resource: Resource
    scope: Value
    block: Block | None = None

    @property
    def body(self) -> Block:
        """Where the role and the principal are."""
        return self.block or self.resource.body

    @property
    def attribute(self) -> str:
        """The argument that names the role."""
        named = not isinstance(self.body.get("role_definition_name"), Omitted)
        argument = "role_definition_name" if named else "role_definition_id"
        return f"authorization.{argument}" if self.block else argument

    @property
    def role(self) -> Role | None:
        """What it allows, ``None`` if that cannot be told."""
        return role_of(self.estate, self.body)

    @property
    def holder(self) -> Holder:
        """Whom it is for."""
        return holder(self.estate, self.body)


def given(estate: Estate) -> Iterator[Given]:
    """Every role that is given for good, or by another tenant's delegation."""
    for assignment in estate.of_type(*ASSIGNMENTS):
        yield Given(estate, assignment, assignment.get("scope"))
    for delegation in estate.of_type(DELEGATION):
        for block in delegation.blocks("authorization"):
            yield Given(estate, delegation, delegation.get("scope"), block)


def exempt(one: Given) -> str:
    """Why a right is left out, ``""`` if it is not."""
    if break_glass(one.estate, one.body):
        return "kept for emergencies"
    role = one.role
    if one.holder is Holder.POLICY and role and Power.GRANT not in powers(role):
        return "the identity of a policy, which repairs what the policy names"
    return ""


def judge_given(one: Given, faulty: frozenset[str]) -> Iterator[Finding]:
    """What is too much about one right; nothing if it is narrow.

    ``faulty`` are the addresses of role definitions that are told already.
    """
    definition = definition_at(one.estate, one.body.get("role_definition_id"))
    if exempt(one) or (definition is not None and definition.address in faulty):
        return
    measure, role = level(one.estate, one.scope), one.role
    if role is None:
        if _matters(one, measure):
            yield _unknown_role(one)
        return
    held, unsure = _held(one, role)
    if measure is None and held:
        yield _unknown_scope(one, role, held)
    elif measure is not None and measure >= Level.SUBSCRIPTION:
        yield from _told(one, role, held, _PLACES[measure], unsure)
    elif measure is Level.GROUP:
        yield from _in_group(one, role, held, unsure)
    elif measure is Level.RESOURCE:
        yield from _at_store(one, role, held, unsure)


def _matters(one: Given, measure: Level | None) -> bool:
    if measure is Level.GROUP:
        return any(reached_in_group(one.estate, one.scope))
    if measure is Level.RESOURCE:
        return reached_at(one.estate, one.scope) is not None
    return True


def _held(one: Given, role: Role) -> tuple[frozenset[Power], frozenset[Power]]:
    """The powers of the role as it is given, and those of which a condition decides unseen."""
    condition, held = one.body.get("condition"), powers(role)
    if isinstance(condition, Omitted):
        return held, frozenset()
    if not isinstance(condition, Known) or not isinstance(condition.value, str):
        return held, held & {Power.GRANT, Power.READ, Power.OWN}
    text = condition.value
    if _only_harmless(text) and not role.allows("Microsoft.Authorization/roleDefinitions/write"):
        held -= {Power.GRANT}
    if _NARROWS.search(text):
        held -= {Power.READ, Power.OWN}
    return held, frozenset()


def _only_harmless(condition: str) -> bool:
    """Whether a condition lets its holder give only roles that cannot give any themselves.

    >>> _only_harmless("@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
    ...     "ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7}")
    True
    >>> _only_harmless("@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
    ...     "ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635}")
    False
    """
    if "@request[microsoft.authorization/roleassignments:roledefinitionid]" not in (
        condition.casefold()
    ):
        return False
    named = {guid.casefold() for guid in _GUIDS.findall(condition)}
    if "guidnotequals" in condition.casefold():
        return named >= _ADMINISTRATORS
    return bool(named) and not named & (_ADMINISTRATORS | {_CONTRIBUTOR})


def _in_group(
    one: Given, role: Role, held: frozenset[Power], unsure: frozenset[Power]
) -> Iterator[Finding]:
    inside = tuple(reached_in_group(one.estate, one.scope))
    excess = _group_excess(one, role, held, inside)
    surely = _group_excess(one, role, held, tuple(store for store in inside if store.sure))
    if one.holder is Holder.UNCLEAR:
        surely -= {Power.KEYS}
    yield from _told(one, role, excess, _PLACES[Level.GROUP], unsure | (excess - surely))


def _group_excess(
    one: Given, role: Role, held: frozenset[Power], inside: tuple[Reached, ...]
) -> frozenset[Power]:
    """What is too much where these stores are in the group."""
    if not inside:
        return frozenset()
    read = sum(store.read_by(role) for store in inside)
    excess = held & {Power.GRANT}
    if read:
        excess |= held & {Power.OWN}
    if read > 1:
        excess |= held & {Power.READ}
    # A pipeline that deploys the group has to be able to; who runs in it, or looks at it, not.
    # Keys that are off can be switched on again by whoever may change the account.
    opens = any(role.allows(operation) for store in inside for operation in store.key_operations)
    if opens and one.holder is not Holder.SERVICE:
        excess |= {Power.KEYS}
    return excess


def _at_store(
    one: Given, role: Role, held: frozenset[Power], unsure: frozenset[Power]
) -> Iterator[Finding]:
    store = reached_at(one.estate, one.scope)
    if store is None:
        return
    excess = held & {Power.GRANT, Power.OWN}
    if one.holder in {Holder.PEOPLE, Holder.UNCLEAR}:
        by_people = frozenset({Power.KEYS}) if store.opened_by(role) else frozenset()
        if store.type == WORKSPACE:  # whose rows are the evidence of a leak
            by_people |= held & {Power.BLIND}
        excess |= by_people
        unsure |= by_people if one.holder is Holder.UNCLEAR else frozenset()
    place = f"at {store.store.address}" if store.store else "at what may hold personal information"
    for found in _told(one, role, excess, place, unsure):
        needed = apart(one.estate, one.body, store.store)
        yield replace(found, remedy=needed) if needed else found


def _told(
    one: Given, role: Role, excess: frozenset[Power], place: str, unsure: frozenset[Power]
) -> Iterator[Finding]:
    if not excess:
        return
    unknown = excess <= unsure
    told = excess if unknown else excess - unsure
    remedy = narrower(role, told)
    yield finding(
        one.resource,
        one.attribute,
        f"{role.name} for {one.holder} ({show(one.body.get('principal_id'))}), {place}: "
        f"it can {in_words(told)}",
        expected=f"a role that cannot {in_words(told)}, or a narrower scope",
        why=f"who takes over this principal has all that it can reach; {LEAST}",
        remedy=f"{_settling(one)}, or narrow it: {remedy}" if unknown else remedy,
        severity=Severity.CRITICAL if told & _WORST else Severity.HIGH,
        unknown=unknown,
        block=one.block,
    )


def _settling(one: Given) -> str:
    """What would show whether a right is too much."""
    if not isinstance(one.body.get("condition"), Known | Omitted):
        return "write its condition out"
    if one.holder is Holder.UNCLEAR:
        return 'write principal_type = "ServicePrincipal" if it is no person'
    return "write out which resource group the stores are in"


def _unknown_role(one: Given) -> Finding:
    argument = one.attribute.rpartition(".")[2]
    value = one.body.get(argument)
    why = f"what {show(value)} allows does not show here"
    return finding(
        one.resource,
        one.attribute,
        Unresolvable(why),
        expected="a role whose rights can be read",
        why=f"whether it reaches personal information is not proven; {LEAST}",
        remedy=settle(value, 'role_definition_name = "Reader"'),
        unknown=True,
        block=one.block,
    )


def _unknown_scope(one: Given, role: Role, held: frozenset[Power]) -> Finding:
    return finding(
        one.resource,
        "scope",
        one.scope,
        expected=f"a scope that can be read: {role.name} can {in_words(held)}",
        why=f"whether it reaches personal information is not proven; {LEAST}",
        remedy=settle(one.scope, "scope = azurerm_storage_container.orders.id"),
        unknown=True,
    )

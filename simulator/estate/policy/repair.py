"""What a policy that repairs needs: an identity, where that lives, and the roles of its definition.

Learn, "Remediate non-compliant resources with Azure Policy": the portal grants the roles that a
definition names, Terraform does not, and without them nothing is repaired and nobody is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.document import references
from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
    show,
)
from simulator.estate.policy.definitions import Definition
from simulator.estate.policy.places import contains
from simulator.estate.policy.rules import every, some
from simulator.estate.roles import role_of
from simulator.estate.scopes import Answer

REMEDIATIONS: Final = tuple(
    f"azurerm_{level}_policy_remediation"
    for level in ("subscription", "resource_group", "management_group", "resource")
)
_NAMES: Final = {
    "749f88d5-cbae-40b8-bcfc-e573ddc772fa": "Monitoring Contributor",
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Log Analytics Contributor",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "17d1049b-9a84-46fb-8f53-869881c3d3ab": "Storage Account Contributor",
    "9b7fa17d-e63e-47b0-bb0a-15c516ac86ec": "SQL DB Contributor",
    "056cd41c-7e88-42e1-933e-88ba6a50c9c3": "SQL Security Manager",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "4d97b98b-1d4f-4787-a291-c67834d212e7": "Network Contributor",
    "fb1c8493-542b-48eb-b624-b4c8fea62acd": "Security Admin",
}
"""Built-in roles that definitions ask for, by id (Learn, "Azure built-in roles")."""
_GRANT: Final = "azurerm_role_assignment"
_MORE: Final = frozenset({"owner", "contributor"})


@dataclass(frozen=True, slots=True)
class Lack:
    """What an assignment lacks to repair anything, or may lack (``unknown``)."""

    attribute: str
    actual: str
    expected: str
    remedy: str
    unknown: bool = False


def repairs(
    estate: Estate, assignment: Resource, definition: Definition, target: Resource | None
) -> Iterator[Lack]:
    """What ``assignment`` lacks for ``definition`` to repair ``target``, or anything at all."""
    identity = assignment.blocks("identity")
    if not identity:
        lost = assignment.unresolved("identity")
        read = assignment.mode == "data"
        yield Lack(
            "identity",
            "not known" if lost or read else "none",
            "the identity that repairs are made with",
            'identity { type = "SystemAssigned" }',
            unknown=lost is not None or read,
        )
        return
    location = assignment.get("location")
    if isinstance(location, Omitted) or location == Known(None):
        yield Lack(
            "location", show(location), "where the identity lives", "location = var.location"
        )
    yield from _roles(estate, assignment, definition, target)


def _roles(
    estate: Estate, assignment: Resource, definition: Definition, target: Resource | None
) -> Iterator[Lack]:
    """Each role has to be granted somewhere, and one of them where the target is.

    A definition that writes to a workspace needs a role there, and no right to the rest.
    """
    mine = _granted(estate, assignment)
    answers = []
    missing = []
    for role in definition.roles:
        of_role = [(g, every((answer, _is(estate, g, role)))) for g, answer in mine]
        answer = some(one for _, one in of_role)
        answers.append(answer)
        if answer is not True:
            missing.append(_NAMES.get(role, role))
    if missing:
        unknown = False not in answers
        yield _lack(assignment, f"no grant of {', '.join(missing)}", missing[0], unknown=unknown)
        return
    if target is None or not definition.roles:
        return
    here = some(
        every((answer, contains(estate, grant.get("scope"), target)))
        for grant, answer in mine
        if any(_is(estate, grant, role) is not False for role in definition.roles)
    )
    if here is not True:
        name = _NAMES.get(definition.roles[0], definition.roles[0])
        actual = f"its roles are granted, but not on {target.address}"
        yield _lack(assignment, actual, name, unknown=here is None)


def _granted(estate: Estate, assignment: Resource) -> list[tuple[Resource, Answer]]:
    """The grants that may be to an identity of ``assignment``, and whether they surely are."""
    known = estate.derived(_grants)
    if assignment.address not in known:
        principals = _principals(estate, assignment)
        every_one = ((g, _holds(estate, g, principals)) for g in estate.of_type(_GRANT))
        known[assignment.address] = [pair for pair in every_one if pair[1] is not False]
    return known[assignment.address]


def _grants(_: Estate) -> dict[str, list[tuple[Resource, Answer]]]:
    """What was asked before, by the address of the assignment."""
    return {}


def _lack(assignment: Resource, actual: str, role: str, *, unknown: bool) -> Lack:
    return Lack(
        "role_assignment",
        actual,
        "the roles that the definition names, granted to the identity of the assignment",
        f'azurerm_role_assignment: role_definition_name = "{role}", principal_id = '
        f"{assignment.address}.identity[0].principal_id, scope = the assignment's own",
        unknown=unknown,
    )


def _principals(estate: Estate, assignment: Resource) -> frozenset[str]:
    """The addresses of the identities of an assignment: its own, and those that it is given."""
    found = {assignment.address}
    for block in assignment.blocks("identity"):
        ids = block.get("identity_ids")
        if isinstance(ids, Reference):
            found |= {ids.to, *ids.also}
        listed = effective(ids)
        if isinstance(listed, tuple):
            found |= {one.to for text in listed for one in references(str(text))}
            declared = (estate.target(Known(text)) for text in listed)
            found |= {one.resource.address for one in declared if one is not None}
    return frozenset(found)


def _holds(estate: Estate, grant: Resource, principals: frozenset[str]) -> Answer:
    value: Value = grant.get("principal_id")
    if isinstance(value, Reference):
        return value.to in principals
    known = effective(value)
    if not isinstance(known, str):
        return None
    own = [estate.by_address[a] for a in principals if a in estate.by_address]
    ids = {effective(one.get("principal_id")) for one in own}
    ids |= {effective(b.get("principal_id")) for one in own for b in one.blocks("identity")}
    return known in ids


def _is(estate: Estate, grant: Resource, role: str) -> Answer:
    """Whether a grant is of the role with this id, or of one that has all its rights and more."""
    by_name = effective(grant.get("role_definition_name"))
    if isinstance(by_name, str):
        return by_name.casefold() in _MORE | {_NAMES.get(role, role).casefold()}
    value = grant.get("role_definition_id")
    text = value.text if isinstance(value, Reference) else effective(value)
    if isinstance(text, str) and role in text.lower():
        return True
    found = role_of(estate, grant)
    if found is None:
        return None
    return found.name.casefold() in _MORE | {_NAMES.get(role, role).casefold()}

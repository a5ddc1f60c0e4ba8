"""What a managed identity may do: its Azure role assignments and its Microsoft Graph app roles.

Every question here has three answers: ``True``, ``False``, and ``None`` where the estate does not
show enough. A principal written as a literal id belongs to somebody that this estate does not
make, so it is nobody's here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeAlias

from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.roles import AUTOMATION_CONTRIBUTOR, Role, role_of
from simulator.estate.scopes import Answer, covers, group_key, group_keys, near

GRAPH_ROLES: Final = {
    "77f3a031-c388-4f99-b373-dc68676a979e": "User.RevokeSessions.All",
    "3011c876-62b7-4ada-afa2-506cbbecc68c": "User.EnableDisableAccount.All",
    "df021288-bdef-4463-88db-98f22de89214": "User.Read.All",
    "741f803b-c850-494e-b5df-cde7c675a1ca": "User.ReadWrite.All",
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": "Directory.ReadWrite.All",
    "7ab1d382-f21e-4acd-a863-ba3e13f7da61": "Directory.Read.All",
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
}
"""Microsoft Graph application permissions (Learn, "Microsoft Graph permissions reference")."""

_DIRECTORY_ROLES: Final = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
}
_SERVICE_PRINCIPAL: Final = "azuread_service_principal"
_SENTINEL_APP: Final = "98785600-1bb7-4fb9-b9fa-19afe2c8a360"
_RUN_PLAYBOOK: Final = "Microsoft.Logic/workflows/triggers/listCallbackUrl/action"


def may(estate: Estate, principals: frozenset[str], operation: str, target: Resource) -> Answer:
    """Whether a role assignment lets one of the principals carry out ``operation`` on ``target``.

    ``principals`` are the addresses of the resources whose identities they are.
    """
    return may_on(estate, principals, operation, (target,)).get(target.address, False)


def may_on(
    estate: Estate, principals: frozenset[str], operation: str, targets: Iterable[Resource]
) -> dict[str, Answer]:
    """:func:`may`, asked of many targets at once: every answer but ``False``, by address."""
    asked = {target.address: target for target in targets}
    found: dict[str, Answer] = {}
    for answer, scope in _held(estate, principals, operation):
        for address in near(estate, scope, asked):
            covered = _every(answer, covers(estate, scope, asked[address]))
            if covered is not False:
                found[address] = _some((found.get(address, False), covered))
    return {address: found[address] for address in asked if address in found}


def _held(
    estate: Estate, principals: frozenset[str], operation: str
) -> Iterator[tuple[Answer, Value]]:
    """The scopes on which an assignment may allow ``operation``, and whether it surely does."""
    grants = estate.derived(_grants)
    for assignment, role in grants.perhaps_to(_known_ids(estate, principals), principals):
        answer = _every(
            _is_one(estate, assignment.get("principal_id"), principals),
            role.allows(operation) if role else None,
        )
        if answer is not False:
            yield answer, assignment.get("scope")
    for assignment, role in grants.unclear:
        if role is None or role.allows(operation) is not False:
            yield None, assignment.get("scope")


def sentinel_may_run(estate: Estate, workflow: Resource) -> Answer:
    """Whether Sentinel's own service principal may start a playbook.

    Learn, "Automate threat response with playbooks": it needs Microsoft Sentinel Automation
    Contributor on the playbook's resource group.
    """
    grants = estate.derived(_sentinel_grants)
    group = group_key(workflow)
    some = chain(*grants.values()) if group is None else (*grants.get(group, ()), *grants[None])
    return _some(_every(answer, covers(estate, scope, workflow)) for scope, answer in some)


def holds_graph(
    estate: Estate, principals: frozenset[str], alternatives: Iterable[frozenset[str]]
) -> Answer:
    """Whether the principals hold all of one of these sets of Graph permissions."""
    held: dict[str | None, Answer] = {}
    for name, answer in _graph_grants(estate, principals):
        held[name] = _some((held.get(name, False), answer))
    answer = _some(_every(*(held.get(name, False) for name in needed)) for needed in alternatives)
    # A grant of a permission that cannot be told (key None) may be the one that is missing.
    return None if answer is False and held.get(None, False) is not False else answer


_Grant: TypeAlias = tuple[Resource, Role | None]


@dataclass(frozen=True, slots=True)
class _Grants:
    """Every Azure role assignment with its role, by whom it is for.

    ``by_address`` holds those for the identity of a declared resource, ``by_id`` those for a known
    principal id, ``groups`` those for a declared group and ``unclear`` those for nobody knows whom.
    """

    by_address: dict[str, list[_Grant]] = field(default_factory=dict)
    by_id: dict[object, list[_Grant]] = field(default_factory=dict)
    groups: list[_Grant] = field(default_factory=list)
    unclear: list[_Grant] = field(default_factory=list)

    def perhaps_to(self, ids: Iterable[object], principals: Iterable[str]) -> Iterator[_Grant]:
        """Those that may be for one of these principals, but for the ``unclear`` ones."""
        for address in principals:
            yield from self.by_address.get(address, ())
        for known in set(ids):
            yield from self.by_id.get(known, ())
        yield from self.groups


def _grants(estate: Estate) -> _Grants:
    found = _Grants()
    for assignment in estate.of_type("azurerm_role_assignment"):
        grant = (assignment, role_of(estate, assignment))
        principal = assignment.get("principal_id")
        if isinstance(principal, Known):
            found.by_id.setdefault(principal.value, []).append(grant)
        elif not isinstance(principal, Reference):
            found.unclear.append(grant)
        elif _is_group(estate, principal):
            found.groups.append(grant)
        else:
            found.by_address.setdefault(principal.to, []).append(grant)
    return found


def _sentinel_grants(estate: Estate) -> Mapping[str | None, list[tuple[Value, Answer]]]:
    """The scopes on which Sentinel may start playbooks, and whether it surely may.

    Those that are one resource group are under its keys, all others under ``None``.
    """
    found: dict[str | None, list[tuple[Value, Answer]]] = {None: []}
    for assignment in estate.of_type("azurerm_role_assignment"):
        role = role_of(estate, assignment)
        principal = _is_sentinel(estate, assignment.get("principal_id"))
        if principal is False and role is AUTOMATION_CONTRIBUTOR and _is_literal(assignment):
            principal = None  # a role made for Sentinel alone, for an id that does not say whose
        answer = _every(principal, role.allows(_RUN_PLAYBOOK) if role else None)
        if answer is not False:
            scope = assignment.get("scope")
            for key in group_keys(estate, scope) or (None,):
                found.setdefault(key, []).append((scope, answer))
    return found


def _is_one(estate: Estate, principal: Value, principals: frozenset[str]) -> Answer:
    """Whether a principal id is that of one of these identities, or of a group they are in."""
    if isinstance(principal, Unresolvable | Omitted):
        return None
    if isinstance(principal, Known):
        return principal.value in set(_known_ids(estate, principals))
    if principal.to in principals:
        return True
    group = estate.by_address.get(principal.to)
    if group is None or not _is_group(estate, principal):
        return False
    members = [group.get("members")]
    for member in estate.of_type("azuread_group_member"):
        of = member.get("group_object_id")
        if isinstance(of, Reference) and of.to == group.address:
            members.append(member.get("member_object_id"))
    mentioned = {a for m in members if isinstance(m, Reference) for a in (m.to, *m.also)}
    return not mentioned.isdisjoint(principals)


def _is_group(estate: Estate, principal: Reference) -> bool:
    resource = estate.by_address.get(principal.to)
    return resource is not None and resource.type == "azuread_group"


def _known_ids(estate: Estate, principals: frozenset[str]) -> Iterator[object]:
    """The principal ids that a plan over existing resources knows."""
    for address in principals:
        resource = estate.by_address.get(address)
        if resource is not None:
            yield effective(resource.get("principal_id"))
            yield from (effective(b.get("principal_id")) for b in resource.blocks("identity"))


def _is_sentinel(estate: Estate, principal: Value) -> Answer:
    if isinstance(principal, Unresolvable | Omitted):
        return None
    if isinstance(principal, Known):  # a plan has read the data source already
        read = (r for r in estate.resources if r.type == _SERVICE_PRINCIPAL)
        owners = [r for r in read if effective(r.get("object_id")) == principal.value]
        return any(map(_is_sentinel_app, owners))
    resource = estate.by_address.get(principal.to)
    return None if resource is None else _is_sentinel_app(resource)


def _is_sentinel_app(service_principal: Resource) -> bool:
    ids = {effective(service_principal.get(name)) for name in ("client_id", "application_id")}
    named = effective(service_principal.get("display_name")) == "Azure Security Insights"
    return _SENTINEL_APP in ids or named


def _is_literal(assignment: Resource) -> bool:
    return isinstance(assignment.get("principal_id"), Known)


def _graph_grants(
    estate: Estate, principals: frozenset[str]
) -> Iterator[tuple[str | None, Answer]]:
    """Each permission, directory role or action granted, and whether to one of the principals."""
    for grant in estate.of_type("azuread_app_role_assignment"):
        mine = _is_one(estate, grant.get("principal_object_id"), principals)
        yield _named_in(grant.get("app_role_id"), GRAPH_ROLES), mine
    for grant in estate.of_type("azuread_directory_role_assignment"):
        mine = _is_one(estate, grant.get("principal_object_id"), principals)
        role = grant.get("role_id")
        definition = estate.by_address.get(role.to) if isinstance(role, Reference) else None
        for name in (
            _directory_rights(definition) if definition else (_named_in(role, _DIRECTORY_ROLES),)
        ):
            yield name, mine


def _directory_rights(role: Resource) -> Iterator[str | None]:
    """What a directory role is called, or the actions that a custom one allows."""
    if role.type == "azuread_custom_directory_role":
        for block in role.blocks("permissions"):
            actions = effective(block.get("allowed_resource_actions"))
            yield from map(str, actions) if isinstance(actions, tuple) else (None,)
    else:
        name = effective(role.get("display_name"))
        yield name if isinstance(name, str) else None


def _named_in(value: Value, names: dict[str, str]) -> str | None:
    """A permission by the key that it is looked up with, or by its id."""
    if isinstance(value, Reference):
        key = re.search(r"app_role_ids\W+([A-Za-z][\w.]*[A-Za-z])", value.attribute)
        return key[1] if key else None
    if not isinstance(value, Known):
        return None
    return names.get(str(value.value).casefold(), "another")


def _every(*answers: Answer) -> Answer:
    if False in answers:
        return False
    return None if None in answers else True


def _some(answers: Iterable[Answer]) -> Answer:
    answers = tuple(answers)
    if True in answers:
        return True
    return None if None in answers else False

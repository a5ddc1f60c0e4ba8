"""Rights in Microsoft Entra: directory roles, permissions of applications, and who owns those."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.judge import settle
from simulator.controls.privilege.assignments import LEAST
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.entra import privileged_role, wide_permission
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
from simulator.estate.principals import Holder, break_glass, holder

ROLE_ASSIGNMENT: Final = "azuread_directory_role_assignment"
ROLE_MEMBER: Final = "azuread_directory_role_member"
APP_ROLE: Final = "azuread_app_role_assignment"
CONSENT: Final = "azuread_service_principal_delegated_permission_grant"
APPLICATION: Final = "azuread_application"
API_ACCESS: Final = "azuread_application_api_access"
FEDERATED: Final = (
    "azuread_application_federated_identity_credential",
    "azuread_application_flexible_federated_identity_credential",
    "azurerm_federated_identity_credential",
)
DIRECTORY: Final = (
    ROLE_ASSIGNMENT,
    ROLE_MEMBER,
    APP_ROLE,
    CONSENT,
    APPLICATION,
    API_ACCESS,
    *FEDERATED,
)

_TENANT: Final = f"whoever takes it over has the whole tenant, or all of its mail or files; {LEAST}"
_EVERYWHERE: Final = frozenset({"Global Administrator", "Privileged Role Administrator"})
_WIDE_CONSENT: Final = re.compile(
    r"\w[\w.-]*\.(?:ReadWrite|FullControl|AccessAsUser)\.All|"
    r"(?:RoleManagement|Policy)\.ReadWrite\.\w+",
    re.IGNORECASE,
)
_REPOSITORY: Final = re.compile(r"repo:[^:]*(?::pull_request)?", re.IGNORECASE)


def judge_directory(estate: Estate) -> Iterator[Finding]:
    """What is too much about the rights that an estate gives in Microsoft Entra."""
    for assignment in estate.of_type(ROLE_ASSIGNMENT):
        yield from _directory_role(estate, assignment, "role_id", "principal_object_id")
    for member in estate.of_type(ROLE_MEMBER):
        yield from _directory_role(estate, member, "role_object_id", "member_object_id")
    for grant in estate.of_type(APP_ROLE):
        if not _of_own_application(estate, grant):
            yield from _permission(grant, "app_role_id", grant.get("app_role_id"))
    for grant in estate.of_type(CONSENT):
        yield from _consent(grant)
    for application in estate.of_type(APPLICATION):
        yield from _requested(application)
        yield from _owners(estate, application)
    for access in estate.of_type(API_ACCESS):
        yield from _listed(access)
    for credential in estate.of_type(*FEDERATED):
        yield from _subject(credential)


def _directory_role(
    estate: Estate, assignment: Resource, role: str, principal: str
) -> Iterator[Finding]:
    name = privileged_role(estate, assignment.get(role))
    if name == "" or break_glass(estate, assignment, principal):
        return
    if _within(assignment) and name not in _EVERYWHERE:
        return
    kind = holder(estate, assignment, principal)
    given = f"{name or show(assignment.get(role))} for {kind}, day and night"
    remedy = (
        "azuread_directory_role_eligibility_schedule_request instead"
        if kind is Holder.PEOPLE
        else "azuread_custom_directory_role with the actions that are needed, for one object"
    )
    yield finding(
        assignment,
        role,
        given,
        expected="no privileged directory role but for emergencies; people activate theirs",
        why=_TENANT,
        remedy=remedy if name else settle(assignment.get(role), f"{role} = the id of the role"),
        severity=Severity.CRITICAL,
        unknown=name is None,
    )


def _within(assignment: Resource) -> bool:
    """Whether a directory role is held over one object or administrative unit alone."""
    scope = assignment.get("directory_scope_id")
    if isinstance(scope, Reference):
        return True
    known = effective(scope)
    return isinstance(known, str) and known not in {"", "/"}


def _of_own_application(estate: Estate, grant: Resource) -> bool:
    """Whether an app role is one that an application of this estate defines: no right in Entra."""
    target = grant.get("resource_object_id")
    found = estate.by_address.get(target.to) if isinstance(target, Reference) else None
    client = found.get("client_id") if found is not None and found.mode == "managed" else None
    application = estate.by_address.get(client.to) if isinstance(client, Reference) else None
    return application is not None and application.type == APPLICATION


def _permission(
    holder_: Resource, attribute: str, value: Value, block: Block | None = None
) -> Iterator[Finding]:
    name = wide_permission(value)
    if name == "":
        return
    yield finding(
        holder_,
        attribute,
        f"{name} for an application, with nobody signed in" if name else value,
        expected="a permission for what the application does, not for everybody's data",
        why=_TENANT,
        remedy='app_role_id = azuread_service_principal.graph.app_role_ids["User.Read.All"]'
        if name
        else settle(value, "app_role_id = the id of the permission"),
        severity=Severity.CRITICAL,
        unknown=name is None,
        block=block,
    )


def _consent(grant: Resource) -> Iterator[Finding]:
    """Delegated permissions: given for all users where none is named."""
    if not isinstance(grant.get("user_object_id"), Omitted):
        return
    value = grant.get("claim_values")
    inner = effective(value)
    names = tuple(map(str, inner)) if isinstance(inner, tuple) else ()
    wide = tuple(name for name in names if _WIDE_CONSENT.fullmatch(name))
    if wide or not isinstance(inner, tuple):
        yield finding(
            grant,
            "claim_values",
            Known(wide) if wide else value,
            expected='permissions of the signed-in user alone, such as "User.Read"',
            why=f"consent for all users lets the application act as any of them; {LEAST}",
            remedy='claim_values = ["openid", "User.Read"]'
            if wide
            else settle(value, 'claim_values = ["openid", "User.Read"]'),
            unknown=not wide,
        )


def _requested(application: Resource) -> Iterator[Finding]:
    """What an application asks for: one careless consent away from having it."""
    wide: dict[str, Block] = {}
    for api in application.blocks("required_resource_access"):
        for access in api.blocks("resource_access"):
            if str(effective(access.get("type"))).casefold() == "role":
                name = wide_permission(access.get("id"))
                if name:
                    wide.setdefault(name, access)
    if wide:
        yield _asked(
            application, "required_resource_access", tuple(wide), next(iter(wide.values()))
        )


def _listed(access: Resource) -> Iterator[Finding]:
    inner = effective(access.get("role_ids"))
    names = [wide_permission(Known(one)) for one in inner] if isinstance(inner, tuple) else []
    wide = tuple(name for name in names if name)
    if wide:
        yield _asked(access, "role_ids", wide)


def _asked(
    holder_: Resource, attribute: str, wide: tuple[str, ...], block: Block | None = None
) -> Finding:
    return finding(
        holder_,
        attribute,
        f"asks for {', '.join(wide)}",
        expected="permissions for what the application does, not for everybody's data",
        why=f"one careless consent gives it that; {_TENANT}",
        remedy="ask for User.Read.All, Sites.Selected or the like instead",
        severity=Severity.MEDIUM,
        block=block,
    )


def _owners(estate: Estate, application: Resource) -> Iterator[Finding]:
    """People who own an application that holds rights: each can add a credential and be it."""
    owners = application.get("owners")
    if not isinstance(owners, Reference) or not _holds_rights(estate, application):
        return
    named = (estate.by_address.get(address) for address in (owners.to, *owners.also))
    people = [one.address for one in named if one is not None and one.type == "azuread_user"]
    if people:
        yield finding(
            application,
            "owners",
            f"owned by {', '.join(people)}, while its service principal holds rights",
            expected="no person as the owner of an application that holds rights",
            why=f"an owner adds a credential, and then is the application, unapproved; {LEAST}",
            remedy="owners = []",
            severity=Severity.MEDIUM,
        )


_HOLDINGS: Final[Mapping[str, str]] = {
    "azurerm_role_assignment": "principal_id",
    APP_ROLE: "principal_object_id",
    ROLE_ASSIGNMENT: "principal_object_id",
}


def _holds_rights(estate: Estate, application: Resource) -> bool:
    principals = {
        principal.address
        for principal in estate.of_type("azuread_service_principal")
        if isinstance(client := principal.get("client_id"), Reference)
        and client.to == application.address
    }
    return any(
        isinstance(who := right.get(argument), Reference) and who.to in principals
        for type_, argument in _HOLDINGS.items()
        for right in estate.of_type(type_)
    )


def _subject(credential: Resource) -> Iterator[Finding]:
    """Whose tokens of another provider are taken: a wildcard, or any branch, is anybody's."""
    value = credential.get("subject")
    if isinstance(value, Omitted):
        value = credential.get("claims_matching_expression")
        attribute = "claims_matching_expression"
    else:
        attribute = "subject"
    text = effective(value)
    if not isinstance(text, str):
        return
    anybody = "*" in text or _REPOSITORY.fullmatch(text) is not None
    if anybody:
        yield finding(
            credential,
            attribute,
            value,
            expected='one branch or environment of one repository, such as "repo:shop/api:'
            'environment:production"',
            why=f"whoever can open a branch or a pull request there becomes this identity; {LEAST}",
            remedy='subject = "repo:shop/api:environment:production"',
        )

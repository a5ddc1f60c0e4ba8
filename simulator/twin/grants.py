"""Who holds roles on storage, as declared."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.estate.model import (
    Estate,
    Known,
    Reference,
    Resource,
    Target,
    Value,
    effective,
    show,
)
from simulator.twin.declared import Survey, literal_account
from simulator.twin.plan import ROLE_IDS, ROLES, Grant, PrincipalKind

_CONTAINER: Final = re.compile(r"/blobServices/default/containers/([^/]+)/?", re.IGNORECASE)
_GROUP: Final = re.compile(r"/resourceGroups/([^/]+)/?$", re.IGNORECASE)
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/[^/]+/?", re.IGNORECASE)
_WHOLE: Final = frozenset({"", "/blobservices", "/blobservices/default"})
_EVERYWHERE: Final = frozenset({"azurerm_subscription", "azurerm_management_group"})
_IS_EVERYWHERE: Final = re.compile(r"(?:^|\.)azurerm_(?:subscription|management_group)\.")
_KINDS: Final[Mapping[str, PrincipalKind]] = {
    "user": PrincipalKind.USER,
    "group": PrincipalKind.GROUP,
    "serviceprincipal": PrincipalKind.WORKLOAD,
    "azuread_user": PrincipalKind.USER,
    "azuread_group": PrincipalKind.GROUP,
    "azuread_service_principal": PrincipalKind.WORKLOAD,
    "azurerm_client_config": PrincipalKind.UNKNOWN,
}


def grants(survey: Survey, names: Mapping[str, str]) -> tuple[Grant, ...]:
    """Every declared role assignment that reaches blobs or account keys.

    ``names`` gives the Azure name of each storage account and container by address.
    """
    return tuple(
        grant
        for assignment in survey.estate.of_type("azurerm_role_assignment")
        for grant in _of(survey, assignment, names)
    )


def _of(survey: Survey, assignment: Resource, names: Mapping[str, str]) -> Iterator[Grant]:
    role = _role(survey, assignment)
    if role not in ROLES:
        return
    principal = _principal(survey, assignment)
    kind = _kind(survey.estate, assignment, principal)
    for account, container in _scope(survey, assignment, names):
        where = names[account] if container is None else f"{names[account]}/{container}"
        line = f"{assignment.address} ({assignment.origin}): {role} on {where} for {principal}"
        yield Grant(principal, kind, role, names[account], container, line)


def _role(survey: Survey, assignment: Resource) -> str:
    by_name = effective(assignment.get("role_definition_name"))
    if isinstance(by_name, str):
        return by_name
    by_id = assignment.get("role_definition_id")
    known = effective(by_id)
    if isinstance(known, str):
        return ROLE_IDS.get(known.rpartition("/")[2].lower(), "")
    found = survey.estate.by_address.get(by_id.to) if isinstance(by_id, Reference) else None
    if found is not None and found.mode == "data" and found.declared_name:
        return found.declared_name
    if found is None or found.type != "azurerm_role_definition":
        value = assignment.get("role_definition_name")
        survey.assume(assignment, "role_definition_name", f"is {show(value)}", "no role on blobs")
    return ""  # a custom role: its actions are not read


def _principal(survey: Survey, assignment: Resource) -> str:
    """Who gets the role; an identity that cannot be known counts as one of its own."""
    value = assignment.get("principal_id")
    if isinstance(value, Reference):
        return value.to
    known = effective(value)
    if isinstance(known, str):
        return known
    survey.assume(assignment, "principal_id", f"is {show(value)}", "an identity of its own")
    return assignment.address


def _kind(estate: Estate, assignment: Resource, principal: str) -> PrincipalKind:
    stated = effective(assignment.get("principal_type"))
    if isinstance(stated, str) and stated.casefold() in _KINDS:
        return _KINDS[stated.casefold()]
    holder = estate.by_address.get(principal)
    if holder is None:
        return PrincipalKind.UNKNOWN
    default = PrincipalKind.WORKLOAD if "identity" in holder.type else None
    if holder.blocks("identity"):
        default = PrincipalKind.WORKLOAD
    return _KINDS.get(holder.type, default or PrincipalKind.UNKNOWN)


def _scope(
    survey: Survey, assignment: Resource, names: Mapping[str, str]
) -> Iterator[tuple[str, str | None]]:
    """The accounts (addresses) that an assignment reaches, each with a container or ``None``."""
    value = assignment.get("scope")
    accounts = survey.estate.of_type("azurerm_storage_account")
    literal = literal_account(value)
    if literal is not None:
        by_name = next((a for a in accounts if names[a.address] == literal[0]), None)
        if by_name is not None:
            yield from _within(survey, assignment, by_name, literal[1])
        return
    target = survey.estate.target(value)
    if target is not None:
        yield from _on_target(survey, assignment, target, names)
    elif isinstance(value, Known) and isinstance(value.value, str):
        yield from _on_text(survey, value.value)
    elif isinstance(value, Reference) and _IS_EVERYWHERE.search(value.to):
        yield from ((account.address, None) for account in accounts)
    else:
        survey.assume(assignment, "scope", f"is {show(value)}", "no storage account of this estate")


def _on_target(
    survey: Survey, assignment: Resource, target: Target, names: Mapping[str, str]
) -> Iterator[tuple[str, str | None]]:
    resource = target.resource
    if resource.type == "azurerm_storage_account":
        if resource.address in names:
            yield from _within(survey, assignment, resource, target.suffix)
    elif resource.type == "azurerm_storage_container":
        account = survey.holder(resource)
        if account is not None:
            yield account.address, names[resource.address]
    elif resource.type == "azurerm_resource_group" or resource.type in _EVERYWHERE:
        for account in survey.estate.of_type("azurerm_storage_account"):
            if _holds(survey.estate, resource, target.suffix or "", account):
                yield account.address, None


def _on_text(survey: Survey, text: str) -> Iterator[tuple[str, str | None]]:
    """A scope that is written out: a management group, a subscription or a resource group."""
    whole = _SUBSCRIPTION.fullmatch(text) or "/managementgroups/" in text.casefold()
    for account in survey.estate.of_type("azurerm_storage_account"):
        if whole or _in_group(survey.estate, account, text):
            yield account.address, None


def _within(
    survey: Survey, assignment: Resource, account: Resource, suffix: str | None
) -> Iterator[tuple[str, str | None]]:
    if suffix is None:
        why = "lost what follows the account in the plan"
        survey.assume(assignment, "scope", why, "the whole account")
        yield account.address, None
    elif suffix.casefold() in _WHOLE:
        yield account.address, None
    elif found := _CONTAINER.fullmatch(suffix):
        yield account.address, found[1]


def _holds(estate: Estate, scope: Resource, suffix: str, account: Resource) -> bool:
    """Whether a resource group or something above it, with what follows it, holds ``account``."""
    if scope.type in _EVERYWHERE:
        return not suffix or _in_group(estate, account, suffix)
    value = account.get("resource_group_name")
    if suffix:
        return False
    if isinstance(value, Reference):
        return value.to == scope.address
    return scope.declared_name is not None and effective(value) == scope.declared_name


def _in_group(estate: Estate, account: Resource, text: str) -> bool:
    """Whether an id that ends in a resource group names that of ``account``."""
    group = _GROUP.search(text)
    name = _group_name(estate, account.get("resource_group_name"))
    return group is not None and name == group[1].casefold()


def _group_name(estate: Estate, value: Value) -> str | None:
    if isinstance(value, Reference):
        found = estate.by_address.get(value.to)
        return found.declared_name.casefold() if found and found.declared_name else None
    known = effective(value)
    return known.casefold() if isinstance(known, str) else None

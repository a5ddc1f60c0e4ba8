"""Whom a right is given to: people, a workload, a policy's own identity, or who knows whom."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from simulator.estate.address import parse_address
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Reference,
    Resource,
    Value,
    effective,
)


class Holder(StrEnum):
    """The kind of principal that holds a right."""

    PEOPLE = "people"
    WORKLOAD = "a workload"
    """The identity of something that this estate runs."""
    SERVICE = "a service principal"
    """Of a pipeline, a partner or a service: nothing here says what it is for."""
    POLICY = "a policy's own identity"
    UNCLEAR = "a principal that is not known to be a person or a workload"


_TYPES: Final[Mapping[str, Holder]] = {
    "azuread_group": Holder.PEOPLE,
    "azuread_group_without_members": Holder.PEOPLE,
    "azuread_user": Holder.PEOPLE,
    "azuread_service_principal": Holder.SERVICE,
    "azuread_application": Holder.SERVICE,
    "azurerm_client_config": Holder.UNCLEAR,  # whoever runs Terraform
    "azuread_client_config": Holder.UNCLEAR,
}
_STATED: Final = {"user": Holder.PEOPLE, "group": Holder.PEOPLE, "foreigngroup": Holder.PEOPLE}
_BREAK_GLASS: Final = re.compile(r"break.?glass|emergency", re.IGNORECASE)
_ID_ARGUMENTS: Final = ("object_id", "principal_id")


def holder(estate: Estate, assignment: Resource | Block, principal: str = "principal_id") -> Holder:
    """The kind of principal that ``assignment`` is for: what it says, else what it refers to.

    ``principal`` is the argument with the principal's id.
    """
    referred = _kind(estate, assignment.get(principal))
    stated = effective(assignment.get("principal_type"))
    if isinstance(stated, str):
        if stated.casefold() == "serviceprincipal":
            return referred if referred in {Holder.WORKLOAD, Holder.POLICY} else Holder.SERVICE
        return _STATED.get(stated.casefold(), Holder.UNCLEAR)
    return referred


def _kind(estate: Estate, principal: Value) -> Holder:
    owner = principal_at(estate, principal)
    type_ = owner.type if owner else _type(principal)
    if "policy_assignment" in type_:
        return Holder.POLICY
    known = _TYPES.get(type_)
    if known is not None:
        return known
    runs = type_.startswith(("azurerm_", "azapi_"))
    return Holder.WORKLOAD if runs else Holder.UNCLEAR


def _type(principal: Value) -> str:
    try:
        return parse_address(principal.to).type if isinstance(principal, Reference) else ""
    except ValueError:
        return ""


def principal_at(estate: Estate, principal: Value) -> Resource | None:
    """The resource whose identity, or which itself, has this principal id; ``None`` if unseen."""
    if isinstance(principal, Reference):
        return estate.by_address.get(principal.to)
    if not isinstance(principal, Known):
        return None
    return estate.derived(_by_id).get(str(principal.value).casefold())


def _by_id(estate: Estate) -> Mapping[str, Resource]:
    """Whoever has a principal id that is known: what exists, or a plan over it."""
    found: dict[str, Resource] = {}
    for resource in estate.resources:
        if not resource.type.startswith(("azuread_", "azurerm_user_assigned", "azapi_")):
            holders: tuple[Resource | Block, ...] = resource.blocks("identity")
        else:
            holders = (resource, *resource.blocks("identity"))
        for one in holders:
            for argument in _ID_ARGUMENTS:
                id_ = one.get(argument)
                if isinstance(id_, Known) and isinstance(id_.value, str) and id_.value:
                    found.setdefault(id_.value.casefold(), resource)
    return found


def break_glass(
    estate: Estate, assignment: Resource | Block, principal: str = "principal_id"
) -> bool:
    """Whether a right is for the accounts kept for emergencies: their name or its description says.

    A literal id says nothing of whose it is, and so the description has to.
    """
    owner = principal_at(estate, assignment.get(principal))
    told = [assignment.get("description")]
    if owner is not None:
        told += [owner.get(name) for name in ("display_name", "user_principal_name")]
        if owner.type.startswith("azuread_"):
            told.append(Known(owner.name))
    return any(for_emergencies(str(value.value)) for value in told if isinstance(value, Known))


def for_emergencies(text: str) -> bool:
    """Whether a name or a description says that something is kept for emergencies.

    >>> for_emergencies("Break-glass accounts"), for_emergencies("glassware team")
    (True, False)
    """
    return _BREAK_GLASS.search(text) is not None

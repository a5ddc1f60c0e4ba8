"""The Azure role assignments of a declared identity, found by whom they are for."""

from collections.abc import Mapping
from typing import Final

from simulator.estate.model import Estate, Reference, Resource

ASSIGNMENT: Final = "azurerm_role_assignment"


def assignments_of(estate: Estate, *addresses: str) -> tuple[Resource, ...]:
    """The role assignments whose principal is read from one of these resources."""
    index = estate.derived(_by_principal)
    return tuple(one for address in addresses for one in index.get(address, ()))


def _by_principal(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for assignment in estate.of_type(ASSIGNMENT):
        principal = assignment.get("principal_id")
        if isinstance(principal, Reference):
            found.setdefault(principal.to, []).append(assignment)
    return {address: tuple(some) for address, some in found.items()}

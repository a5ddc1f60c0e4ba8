"""The Azure role assignments of an identity, found by whom they are for."""

from collections.abc import Mapping
from typing import Final

from simulator.estate.model import Estate, Reference, Resource
from simulator.estate.principals import principal_at

ASSIGNMENT: Final = "azurerm_role_assignment"


def assignments_of(estate: Estate, *addresses: str) -> tuple[Resource, ...]:
    """The role assignments whose principal is one of these resources, or is read from one."""
    index = estate.derived(_by_principal)
    return tuple(one for address in addresses for one in index.get(address, ()))


def _by_principal(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for assignment in estate.of_type(ASSIGNMENT):
        principal = assignment.get("principal_id")
        # In what exists a principal is an id, and the identity that has it is known by it.
        owner = principal_at(estate, principal)
        address = principal.to if isinstance(principal, Reference) else owner and owner.address
        if address:
            found.setdefault(address, []).append(assignment)
    return {address: tuple(some) for address, some in found.items()}

"""A flow of personal information: from where to where, by what means, and what declares it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from simulator.estate.model import Estate, Reference, Resource, Value
from simulator.estate.personal_information import owner_of_part


class Means(StrEnum):
    """How personal information gets from one place to the next."""

    REACHED = "is reached through"
    USED = "is used by"
    LOGGED = "is logged to"
    EXPORTED = "is exported to"
    COPIED = "is copied to"
    SHARED = "is shared with"


@dataclass(frozen=True, slots=True)
class Flow:
    """Personal information gets from ``source`` to ``to`` because ``by`` is declared.

    ``source`` and ``to`` are addresses of resources, or for ``Means.SHARED`` and copies the name of
    a host, region or principal that is not declared here.
    """

    source: str
    to: str
    means: Means
    by: Resource


PUBLIC: Final = "the public network"
"""What a store is reached through where its public endpoint is not known to be off."""


def place(estate: Estate, value: Value) -> Resource | None:
    """The store that an argument means: itself, or the one that the thing it means is a part of."""
    target = estate.target(value)
    resource = target.resource if target else None
    if resource is None and isinstance(value, Reference):
        resource = estate.by_address.get(value.to)
    return None if resource is None else (owner_of_part(estate, resource) or resource)

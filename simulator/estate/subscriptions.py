"""The subscriptions that a configuration is about, and which of them an argument means.

A provider's own subscription is no resource; every other one that Terraform makes, or puts under a
management group, is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Estate, Known, Omitted, Reference, Resource, Value, effective

SUBSCRIPTION: Final = "azurerm_subscription"
_ASSOCIATION: Final = "azurerm_management_group_subscription_association"
_LITERAL: Final = re.compile(r"(?:/subscriptions/)?([^/$]+)/?", re.IGNORECASE)
_NAMED: Final = re.compile(r"(?:^|\.)azurerm_subscription\.")

CURRENT: Final = ""
"""The key of the subscription that the configuration is applied to."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription: ``key`` is its id in lower case, or the address of what stands for it.

    ``declared`` is the resource that makes it, or puts it in its place; of the current one, none.
    """

    key: str
    declared: Resource | None


def subscriptions(estate: Estate) -> tuple[Subscription, ...]:
    """The current subscription, and every other that the estate declares, each once."""
    found = {CURRENT: Subscription(CURRENT, None)}
    for one in _declared(estate):
        found.setdefault(one.key, one)
    return tuple(found.values())


def _declared(estate: Estate) -> Iterator[Subscription]:
    for resource in estate.of_type(SUBSCRIPTION):
        yield Subscription(resource.address, resource)
    for association in estate.of_type(_ASSOCIATION):
        key = subscription_of(estate, association.get("subscription_id"))
        yield Subscription(association.address if key is None else key, association)


def subscription_of(estate: Estate, value: Value) -> str | None:
    """The key of the subscription whose id this is; ``None`` if that cannot be told."""
    if isinstance(value, Reference):
        if not _NAMED.search(value.to) or (value.suffix and value.suffix.strip("/")):
            return None
        found = estate.by_address.get(value.to)
        if found is not None and found.mode == "managed":
            return found.address
        named = Omitted() if found is None else found.get("subscription_id")
        if isinstance(named, Omitted):
            return CURRENT
        known = effective(named)
        return known.lower() if isinstance(known, str) else value.to
    literal = value.value if isinstance(value, Known) else None
    match = _LITERAL.fullmatch(literal) if isinstance(literal, str) else None
    return match[1].lower() if match else None

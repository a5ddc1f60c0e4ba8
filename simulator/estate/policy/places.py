"""Where a resource is: its resource group, and the scopes that contain it."""

import re
from typing import Final

from simulator.estate import scopes
from simulator.estate.model import Estate, Omitted, Reference, Resource, Value, effective
from simulator.estate.scopes import Answer

GROUP: Final = "azurerm_resource_group"
_ABOVE: Final = re.compile(
    r"/subscriptions/[^/]+/?|/providers/Microsoft\.Management/managementGroups/[^/]+/?",
    re.IGNORECASE,
)
_GROUP_ID: Final = re.compile(r"/subscriptions/[^/]+/resourceGroups/([^/]+)/?", re.IGNORECASE)


def home_of(estate: Estate, resource: Resource) -> Resource:
    """The resource whose resource group and location ``resource`` shares: a database's server."""
    if isinstance(resource.get("resource_group_name"), Omitted):
        server = estate.target(resource.get("server_id"))
        if server is not None:
            return server.resource
    return resource


def group_of(estate: Estate, resource: Resource) -> Resource | None:
    """The resource group that ``resource`` is declared in, ``None`` if that cannot be told."""
    name = home_of(estate, resource).get("resource_group_name")
    if isinstance(name, Reference):
        found = estate.by_address.get(name.to)
        return found if found is not None and found.type == GROUP else None
    known = effective(name)
    return estate.named(GROUP, known) if isinstance(known, str) else None


def contains(estate: Estate, scope: Value, target: Resource) -> Answer:
    """Whether ``scope`` contains ``target``, or the server that it is on."""
    text = effective(scope)
    if isinstance(text, str) and _ABOVE.fullmatch(text):
        return in_subscription(scope, target)
    answers = {scopes.covers(estate, scope, place) for place in (target, home_of(estate, target))}
    if True in answers:
        return True
    return _by_group(estate, scope, target) if None in answers else False


def in_subscription(scope: Value, target: Resource) -> Answer:
    """Whether ``target`` may be in this subscription: ``False`` if both are known and differ.

    Which one a reference is, is not asked, nor what a management group contains.
    """
    ids = [effective(value) for value in (scope, target.get("id"))]
    named = [_subscription(id_) for id_ in ids if isinstance(id_, str)]
    return not (len(named) == len(ids) and None not in named and named[0] != named[1])


def _subscription(id_: str) -> str | None:
    parts = id_.casefold().strip("/").split("/")
    return parts[1] if parts[0] == "subscriptions" and len(parts) > 1 else None


def _by_group(estate: Estate, scope: Value, target: Resource) -> Answer:
    """The same of a resource group that is written out, for a resource that refers to its own."""
    named, group = group_named(scope), group_of(estate, target)
    if named is None or group is None or group.declared_name is None:
        return None
    return named.casefold() == group.declared_name.casefold()


def group_named(scope: Value) -> str | None:
    """The name of the resource group that a scope is, if it is one that is written out."""
    text = effective(scope)
    named = _GROUP_ID.fullmatch(text) if isinstance(text, str) else None
    return named[1] if named else None

"""Management locks, and what they keep from being deleted or changed.

Microsoft Learn, "Lock your resources": a lock acts on the control plane alone and is inherited by
all that lies below its scope, extension resources such as diagnostic settings too. It protects
neither blobs nor rows: it does not stop a purge.
"""

import re
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Estate, Known, Reference, Resource, Value, effective
from simulator.estate.scopes import Answer, covers

LOCK: Final = "azurerm_management_lock"
_SUBSCRIPTION: Final = re.compile(r"(?:^|\.)azurerm_subscription\.")


@dataclass(frozen=True, slots=True)
class Locked:
    """A lock that is, or may be (``surely`` is ``None``), over a resource."""

    lock: Resource
    surely: Answer


def locks_over(estate: Estate, resource: Resource) -> tuple[Locked, ...]:
    """The locks whose scope is the resource or contains it, in the order read."""
    asked = ((lock, covers(estate, _scope(lock), resource)) for lock in estate.of_type(LOCK))
    return tuple(Locked(lock, answer) for lock, answer in asked if answer is not False)


def _scope(lock: Resource) -> Value:
    """The scope as written; what is put together from a subscription's id is an id of its own."""
    scope = lock.get("scope")
    if isinstance(scope, Reference) and _SUBSCRIPTION.search(scope.to):
        rest = (scope.suffix or "").rstrip("/")
        return Known(f"/subscriptions/0{rest}") if rest else scope
    return scope


def level(lock: Resource) -> str:
    """``CanNotDelete``, ``ReadOnly``, or ``""`` where the level is not known."""
    word = str(effective(lock.get("lock_level"))).casefold()
    return {"cannotdelete": "CanNotDelete", "readonly": "ReadOnly"}.get(word, "")


def undeletable(estate: Estate, resource: Resource) -> Answer:
    """Whether a lock refuses the deletion of the resource: one of either level does."""
    found = locks_over(estate, resource)
    if any(one.surely and level(one.lock) for one in found):
        return True
    return None if found else False


def read_only(estate: Estate, resource: Resource) -> Resource | None:
    """The lock that surely keeps everybody, automation too, from changing the resource."""
    found = (
        o.lock for o in locks_over(estate, resource) if o.surely and level(o.lock) == "ReadOnly"
    )
    return next(found, None)

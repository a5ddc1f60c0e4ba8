"""Which assignments may be about a resource: each of a thousand shops may have its own.

To ask every assignment about every store would take a million answers.
"""

from collections.abc import Iterator, Mapping

from simulator.estate.model import Estate, Resource
from simulator.estate.policy.assignments import Assignment, assignments
from simulator.estate.policy.places import GROUP, group_named, group_of, home_of

_Placed = tuple[int, Assignment]


def assigned_to(estate: Estate, target: Resource) -> tuple[Assignment, ...]:
    """The assignments whose scope may contain ``target``, in their own order."""
    group = group_of(estate, target)
    if group is None or group.declared_name is None:
        return assignments(estate)
    index = estate.derived(_by_scope)
    keys = (None, target.address, home_of(estate, target).address, *_keys_of(group))
    found = dict(placed for key in dict.fromkeys(keys) for placed in index.get(key, ()))
    return tuple(found[place] for place in sorted(found))


def _keys_of(resource: Resource) -> Iterator[str]:
    yield resource.address
    if resource.type == GROUP and resource.declared_name is not None:
        yield f"/{resource.declared_name.casefold()}"


def _by_scope(estate: Estate) -> Mapping[str | None, list[_Placed]]:
    """The assignments by what they stand on: a resource, or a group by its address or ``/NAME``.

    Those that stand on more, or on what cannot be told, are under ``None``.
    """
    found: dict[str | None, list[_Placed]] = {}
    for place, assignment in enumerate(assignments(estate)):
        for key in _keys(estate, assignment):
            found.setdefault(key, []).append((place, assignment))
    return found


def _keys(estate: Estate, assignment: Assignment) -> Iterator[str | None]:
    narrow = assignment.level in {"resource_group", "resource"}
    target = estate.target(assignment.scope) if narrow else None
    name = group_named(assignment.scope) if narrow else None
    if target is not None and not target.suffix:
        yield from _keys_of(target.resource)
    else:
        yield None if name is None else f"/{name.casefold()}"

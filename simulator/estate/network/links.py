"""What a resource is tied to: by reference, by id, or by a name within a resource group."""

from collections.abc import Iterator, Mapping

from simulator.estate.model import Estate, Known, Omitted, Reference, Resource, Value, effective
from simulator.estate.scopes import group_key


def each(value: Value) -> Iterator[Value]:
    """The single values of a list, which a source may give as references alone.

    >>> list(each(Reference("a.b", also=("a.c",))))[1].to
    'a.c'
    >>> list(each(Known(("x", None)))), list(each(Omitted()))
    ([Known('x')], [])
    """
    if isinstance(value, Known) and isinstance(value.value, tuple):
        yield from (Known(item) for item in value.value if item is not None)
    elif isinstance(value, Reference) and value.also:
        yield from (Reference(to, value.attribute) for to in (value.to, *value.also))
    elif not isinstance(value, Omitted) and value != Known(None):
        yield value


def linked(
    estate: Estate, child: Resource, by_id: str, by_name: str, type_: str
) -> Resource | None:
    """The resource of this type that ``child`` belongs to, by its id or its name; else ``None``.

    Of several with one name, the one in the same resource group is meant; where that leaves more
    than one, or the group cannot be told, none is.
    """
    target = estate.target(child.get(by_id))
    if target is not None:
        return target.resource if target.resource.type == type_ else None
    named = child.get(by_name)
    if isinstance(named, Reference):
        return estate.by_address.get(named.to)
    text = effective(named)
    if not isinstance(text, str):
        return None
    found = estate.derived(_by_name).get((type_, text.rpartition("/")[2].casefold()), ())
    here = [one for one in found if group_key(one) == group_key(child)]
    chosen = here if len(found) > 1 else found
    return chosen[0] if len(chosen) == 1 else None


def _by_name(estate: Estate) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    named: dict[tuple[str, str], tuple[Resource, ...]] = {}
    for one in estate.resources:
        if one.stays and one.declared_name is not None:
            key = one.type, one.declared_name.casefold()
            named[key] = (*named.get(key, ()), one)
    return named

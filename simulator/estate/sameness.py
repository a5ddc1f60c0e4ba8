"""Whether two declared values are the same thing, though two sources may word them differently."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)


@dataclass(frozen=True, slots=True)
class Sides:
    """The two estates whose values are compared.

    What one reader reads twice is compared to the letter. Between two readers a number may be a
    text, the order of a list and the case of an id say nothing, and neither does the layout of
    JSON.
    """

    before: Estate
    after: Estate

    @property
    def alike(self) -> bool:
        """Whether one kind of reader has read both."""
        return self.before.reader == self.after.reader


def same(  # noqa: PLR0911 - one answer for each pair of states
    one: Value, other: Value, sides: Sides, name: str = ""
) -> bool | None:
    """Whether a value is the same before and after; ``None`` where that cannot be told.

    ``name`` is the attribute's. A default is the same as its value written out. A reference is the
    same as the id or name of what it refers to.
    """
    if isinstance(one, Unresolvable) or isinstance(other, Unresolvable):
        return None
    if isinstance(one, Reference) and isinstance(other, Reference):
        return _both_refer(one, other, sides)
    if isinstance(one, Reference):
        return _refers_to(one, sides.before, other, sides.after)
    if isinstance(other, Reference):
        return _refers_to(other, sides.after, one, sides.before)
    mine, theirs = effective(one), effective(other)
    if isinstance(one, Omitted) and isinstance(other, Omitted) and UNSTATED in (mine, theirs):
        return True if mine is theirs else None
    if _nothing(mine) and _nothing(theirs):
        return True
    return _equal(mine, theirs, name, exact=sides.alike)


def is_nothing(value: Value) -> bool:
    """Whether a value is as good as not set: omitted without a known default, or empty."""
    return isinstance(value, Known | Omitted) and _nothing(effective(value))


def _nothing(inner: object) -> bool:
    return inner is UNSTATED or inner is None or inner in ("", (), {})


def _equal(one: object, other: object, name: str, *, exact: bool) -> bool:
    if _shape(one, name, exact=exact) == _shape(other, name, exact=exact):
        return True
    return isinstance(one, str) and isinstance(other, str) and _same_json(one, other)


def _shape(inner: object, name: str, *, exact: bool) -> object:
    """What has to be equal of a value; a truth value is never a number."""
    if isinstance(inner, Mapping):
        return frozenset((key, _shape(item, "", exact=exact)) for key, item in inner.items())
    if isinstance(inner, tuple):
        items = [_shape(item, name, exact=exact) for item in inner]
        return tuple(items if exact else sorted(items, key=repr))
    if isinstance(inner, bool) or inner is None or inner is UNSTATED:
        word = repr(inner)
        return (bool, word) if exact else word.lower()
    if isinstance(inner, int | float):
        return (int, inner) if exact else f"{inner:.15g}"
    text = str(inner)
    if name == "location":  # "West US 2" and "westus2" are the same place, as azurerm has it
        return text.replace(" ", "").lower()
    # Azure reads ids and names in any case, and does not always give them back as they were.
    anycase = text.startswith("/") or name == "name" or name.endswith("_name")
    return text.lower() if anycase and not exact else text


def _same_json(one: str, other: str) -> bool:
    if not (one.lstrip().startswith(("{", "[")) and other.lstrip().startswith(("{", "["))):
        return False
    try:
        return bool(json.loads(one) == json.loads(other))
    except (ValueError, RecursionError):
        return False


def _both_refer(one: Reference, other: Reference, sides: Sides) -> bool | None:
    if (one.to, one.attribute) == (other.to, other.attribute):
        if one.text is None or other.text is None:
            return True  # one source has lost the literal part
        return one.text == other.text
    mine, theirs = sides.before.target(one), sides.after.target(other)
    if mine is not None and theirs is not None:
        if mine.resource.address != theirs.resource.address:
            return False
        if mine.suffix is not None and theirs.suffix is not None:
            return mine.suffix == theirs.suffix
    return False if sides.alike else None


def _refers_to(  # noqa: PLR0911 - each step may end in not knowing
    reference: Reference, own: Estate, value: Value, its: Estate
) -> bool | None:
    """Whether a reference in one estate comes to a value of the other."""
    if isinstance(value, Omitted):
        return False if value.default is UNSTATED else None
    if not isinstance(value, Known) or not isinstance(value.value, str):
        return None
    resource = own.by_address.get(reference.to)
    if resource is None:
        return None
    if reference.attribute != "id":
        literal = UNSTATED if reference.suffix else effective(plain(resource, reference.attribute))
        return literal.lower() == value.value.lower() if isinstance(literal, str) else None
    target = own.target(reference)
    if target is None or (name := azure_name(target.resource)) is None:
        return None
    theirs = its.target(value)
    if theirs is not None:
        same_end = target.suffix is None or (theirs.suffix or "").lower() == target.suffix.lower()
        return is_same_resource(target.resource, theirs.resource) and same_end
    return _ends_in(value.value, name, target.suffix)


def _ends_in(id_: str, name: str, suffix: str | None) -> bool | None:
    """Whether an id is that of something of this name, as far as an id alone can tell."""
    if not id_.startswith("/"):
        return None
    id_, name = id_.lower().rstrip("/"), name.lower()
    if suffix is None:
        return f"/{name}/" in f"{id_}/"
    return id_.endswith(f"/{name}{suffix.lower()}")


def plain(resource: Resource, attribute: str) -> Value:
    """A value of the resource; where somebody wrote a block in its place, it is not known."""
    node = resource.body.values.get(attribute, Omitted())
    return Unresolvable("it is a block") if isinstance(node, Block | tuple) else node


def azure_name(resource: Resource) -> str | None:
    """The name of the resource in Azure, or ``None`` if it is not known."""
    name = effective(plain(resource, "name"))
    return name if isinstance(name, str) and name else None


def is_same_resource(one: Resource, other: Resource) -> bool:
    """Whether two resources have the same type and Azure name, which Azure reads in any case."""
    mine, theirs = azure_name(one), azure_name(other)
    return (
        one.type == other.type
        and mine is not None
        and theirs is not None
        and mine.lower() == theirs.lower()
    )

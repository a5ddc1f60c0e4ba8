"""Looking into values: attributes, elements and iteration, where any of them may be unknown."""

from simulator.estate.address import Step
from simulator.estate.hcl.conversion import to_number
from simulator.estate.hcl.value import (
    Anywhere,
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    Secret,
    Set,
    Unknown,
    is_known,
    reveal,
    secret,
    text_of,
    through,
    unknown,
)


def member(value: Evaluated, name: str) -> Evaluated:
    """``value.name``. Raises :class:`EvaluationError` if there is no such attribute."""
    match value:
        case Secret():
            return through(value, lambda inner: member(inner, name))
        case Members():
            return value.member(name)
        case Ref():
            return Ref(value.address, f"{value.path}.{name}")
        case Unknown():
            return Unknown(value.why, f"{value.text}.{name}")
        case dict() if name in value:
            return value[name]
        case dict():
            raise EvaluationError(f"there is no attribute {name!r}")
    raise EvaluationError(f"attribute {name!r} of a value that has none")


def element(value: Evaluated, key: Evaluated) -> Evaluated:
    """``value[key]``. Raises :class:`EvaluationError` if there is no such element."""
    if isinstance(value, Secret):
        return through(value, lambda inner: element(inner, key))
    if isinstance(value, Anywhere):
        return value
    plain, _ = reveal(key)
    return _at(value, plain) if is_known(plain) else unknown("the index", plain)


def _at(value: Evaluated, plain: Evaluated) -> Evaluated:
    if isinstance(value, dict | Members):
        return member(value, text_of(plain))
    shown = str(Step("", (plain if isinstance(plain, str | int) else text_of(plain),)))
    match value:
        case Unknown():
            return Unknown(value.why, value.text + shown)
        case Ref():
            return Ref(value.address, value.path + shown)
        case list():
            position = to_number(plain)
            if isinstance(position, int) and 0 <= position < len(value):
                return value[position]
    raise EvaluationError(f"there is no element {shown}")


def iterate(collection: Evaluated) -> list[tuple[Evaluated, Evaluated]] | None:
    """The keys and values of ``collection``; ``None`` if it is not known how many it has."""
    if isinstance(collection, Secret):
        pairs = iterate(collection.value)
        return None if pairs is None else [(key, secret(value)) for key, value in pairs]
    if isinstance(collection, Set):
        return [(value, value) for value in collection]
    if isinstance(collection, list):
        return list(enumerate(collection))
    if isinstance(collection, dict):
        return [(key, collection[key]) for key in sorted(collection)]
    if isinstance(collection, Ref | Unknown | Members):
        return None
    raise EvaluationError(f"{collection!r} cannot be iterated over")

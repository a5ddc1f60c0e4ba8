"""Type constraints of variables: what ``type = object({...})`` makes of a value."""

from collections.abc import Callable, Mapping
from typing import Final

from simulator.estate.hcl.conversion import to_bool, to_number, to_set
from simulator.estate.hcl.source import Expression
from simulator.estate.hcl.value import (
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    Secret,
    Text,
    Unknown,
    is_known,
    text_of,
    through,
)

Default = Callable[[Expression], Evaluated]


def convert(value: Evaluated, constraint: Expression, default: Default) -> Evaluated:
    """``value`` as the type ``constraint`` has it; ``default`` evaluates an optional's default.

    Raises :class:`EvaluationError` if Terraform would refuse the value.
    """
    if isinstance(value, Secret):
        return through(value, lambda inner: convert(inner, constraint, default))
    if value is None or isinstance(value, Ref | Unknown | Text | Members):
        return value
    while constraint.kind == "expr_term":
        constraint = constraint.parts()[0]
    if constraint.kind != "function_call":
        converter = _CONVERTERS.get(constraint.text)
        return converter(value) if converter else value
    name, *rest = constraint.parts()
    inner = rest[0].parts() if rest else []
    if name.text == "object" and inner:
        return _object(value, inner[0], default)
    if name.text in {"list", "set", "map"} and inner:
        return _collection(value, name.text, inner[0], default)
    return value


_CONVERTERS: Final[Mapping[str, Callable[[Evaluated], Evaluated]]] = {
    "string": text_of,
    "number": to_number,
    "bool": to_bool,
}


def _collection(value: Evaluated, name: str, inner: Expression, default: Default) -> Evaluated:
    if name == "map":
        if not isinstance(value, dict):
            raise EvaluationError("the variable needs a map")
        return {key: convert(item, inner, default) for key, item in value.items()}
    if not isinstance(value, list):
        raise EvaluationError(f"the variable needs a {name}")
    items = [convert(item, inner, default) for item in value]
    return to_set(items) if name == "set" and is_known(items) else items


def _object(value: Evaluated, attributes: Expression, default: Default) -> Evaluated:
    if not isinstance(value, dict):
        raise EvaluationError("the variable needs an object")
    while attributes.kind == "expr_term":
        attributes = attributes.parts()[0]
    result: dict[str, Evaluated] = {}
    for pair in attributes.parts():
        key, constraint = pair.parts()
        name = key.text.strip('"')
        wanted, fallback, required = _optional(constraint)
        if name not in value and required:
            raise EvaluationError(f"the attribute {name!r} is required")
        given = value.get(name)
        if given is None and fallback is not None:
            given = default(fallback)
        result[name] = convert(given, wanted, default)
    return result


def _optional(constraint: Expression) -> tuple[Expression, Expression | None, bool]:
    """The type inside ``optional(...)``, its default, and whether the attribute is required."""
    call_ = constraint
    while call_.kind == "expr_term":
        call_ = call_.parts()[0]
    if call_.kind != "function_call" or call_.parts()[0].text != "optional":
        return constraint, None, True
    wanted, *fallback = call_.parts()[1].parts()
    return wanted, fallback[0] if fallback else None, False

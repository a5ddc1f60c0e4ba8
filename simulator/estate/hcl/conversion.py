"""Terraform's types: equality, and turning one primitive into another."""

import math

from simulator.estate.hcl.effort import spend
from simulator.estate.hcl.value import Evaluated, EvaluationError, Set, text_of


class NotEvaluated(Exception):  # noqa: N818 - an outcome, not an error
    """A form of a function that is not evaluated here."""


def kind(value: Evaluated) -> str:
    """What ``value`` is, in words for a message."""
    names = {type(None): "null", bool: "a bool", str: "a string", dict: "a map"}
    return names.get(type(value), "a list" if isinstance(value, list) else "a number")


def same(left: Evaluated, right: Evaluated) -> bool:
    """Terraform's ``==``: types count, so ``1`` is neither ``"1"`` nor ``true``.

    >>> same(1, True), same(1, 1.0), same([{"a": 1}], [{"a": 1}])
    (False, True, True)
    """
    spend()
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def among(value: Evaluated, others: list[Evaluated]) -> bool:
    """Whether a value the :func:`same` as ``value`` is among ``others``."""
    return any(same(value, other) for other in others)


def unified(values: list[Evaluated]) -> list[Evaluated]:
    """The elements as one type, as a list or set holds them: strings if the types differ.

    >>> unified(["a", 1, True])
    ['a', '1', 'true']
    """
    kinds = {kind(value) for value in values if value is not None}
    if len(kinds) < 2 or not kinds <= {"a string", "a number", "a bool"}:
        return values
    return [None if value is None else text_of(value) for value in values]


def distinct(values: list[Evaluated]) -> list[Evaluated]:
    """Each of the ``values`` once, in the order of first appearance."""
    kept: list[Evaluated] = []
    others: list[Evaluated] = []  # those that cannot be looked up
    seen: set[tuple[bool, object]] = set()
    for value in unified(values):
        if isinstance(value, list | dict):
            if not among(value, others):
                others.append(value)
                kept.append(value)
        elif (key := (isinstance(value, bool), value)) not in seen:
            seen.add(key)
            kept.append(value)
    return kept


def to_set(values: list[Evaluated]) -> Set:
    """The distinct ``values``, ordered as Terraform orders a set of strings or numbers.

    >>> to_set(["b", "a", "b"])
    ['a', 'b']
    """
    kept = distinct(values)
    if all(isinstance(value, str) for value in kept):
        return Set(sorted(kept, key=str))
    numbers = [value for value in kept if isinstance(value, int | float)]
    return Set(sorted(numbers) if len(numbers) == len(kept) else kept)


def to_number(value: Evaluated) -> int | float:
    """``value`` as a number. Raises :class:`EvaluationError` if it is none.

    >>> to_number("1.50"), to_number("2.0")
    (1.5, 2)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise EvaluationError(f"a number is needed, not {kind(value)}")
    if isinstance(value, str) and len(value) < 300 and value.isascii() and value.isdecimal():
        return int(value)  # exactly, where a float would round
    try:
        number = float(value) if isinstance(value, str) else value
        return int(number) if number == math.floor(number) else number
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"{str(value)[:50]!r} is no number") from error


def to_bool(value: Evaluated) -> bool | None:
    """``value`` as a bool, or null. Raises :class:`EvaluationError` if it is neither."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    raise EvaluationError(f"a bool is needed, not {kind(value)}")

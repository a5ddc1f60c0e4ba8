"""Whether the ``if`` of a policy rule holds for a resource: yes, no, or not to be told.

Operators: Azure Policy, "Policy rule: conditions". Texts are compared in any case, as Azure does:
the built-in for transparent data encryption asks for ``enabled`` where the API says ``Enabled``.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from simulator.estate.model import UNSTATED
from simulator.estate.policy.expressions import Context, Parameters, evaluate
from simulator.estate.policy.subjects import Subject
from simulator.estate.scopes import Answer

_DEEPEST: Final = 60


def matches(condition: object, subject: Subject, parameters: Parameters) -> Answer:
    """Whether ``condition``, the JSON of an ``if``, holds for ``subject``.

    >>> account = Subject("Microsoft.Storage/storageAccounts", tags={"pii": "true"})
    >>> rule = {"allOf": [{"field": "type", "equals": "microsoft.storage/storageaccounts"},
    ...                   {"field": "tags['pii']", "notEquals": "false"}]}
    >>> matches(rule, account, {}), matches({"not": rule}, account, {})
    (True, False)
    >>> matches({"field": "Microsoft.Storage/storageAccounts/x", "exists": False}, account, {})
    """
    context = Context(parameters, subject.field, subject.group)
    return _holds(condition, context, 0)


def mentions(
    condition: object, wanted: Callable[[str], bool], parameters: Parameters, depth: int = 0
) -> Answer:
    """Whether ``condition`` asks about a field that is ``wanted``; ``None`` if it may.

    A rule that does not can be about everything else, and need not be understood.

    >>> rule = {"allOf": [{"field": "type", "equals": "x"}, {"field": "tags['a']", "equals": "b"}]}
    >>> mentions(rule, lambda name: "tags" in name, {}), mentions(rule, str.isupper, {})
    (True, False)
    """
    if depth > _DEEPEST:
        return None
    if isinstance(condition, tuple | list):
        return some(mentions(one, wanted, parameters, depth + 1) for one in condition)
    if not isinstance(condition, Mapping):
        return False
    return some(
        _named(str(key).casefold(), inner, wanted, parameters, depth)
        for key, inner in condition.items()
    )


def _named(
    key: str, inner: object, wanted: Callable[[str], bool], parameters: Parameters, depth: int
) -> Answer:
    if key == "field":
        field = evaluate(inner, Context(parameters))
        return wanted(field) if isinstance(field, str) else None
    if key == "value" and isinstance(inner, str) and "field(" in inner.casefold():
        return None
    return mentions(inner, wanted, parameters, depth + 1)


def _holds(condition: object, context: Context, depth: int) -> Answer:
    if not isinstance(condition, Mapping) or depth > _DEEPEST:
        return None
    named = {str(key).casefold(): inner for key, inner in condition.items()}
    if "allof" in named:
        return every(_each(named["allof"], context, depth))
    if "anyof" in named:
        return some(_each(named["anyof"], context, depth))
    if "not" in named:
        return _opposite(_holds(named["not"], context, depth + 1))
    return _compared(named, context)


def _compared(named: dict[str, object], context: Context) -> Answer:
    """A condition on a field, on a value, or on how many elements a field has."""
    left: object = UNSTATED
    counted = named.pop("count", None)
    if isinstance(counted, Mapping):
        left = _count(counted, context)
    elif "field" in named:
        field = evaluate(named.pop("field"), context)
        left = context.field(field) if isinstance(field, str) else UNSTATED
    elif "value" in named:
        left = evaluate(named.pop("value"), context)
    if len(named) != 1:
        return None
    ((word, right),) = named.items()
    return compare(word, left, evaluate(right, context))


def _count(counted: Mapping[str, object], context: Context) -> object:
    """How many elements a field has; which of them some condition holds for is not told."""
    field = evaluate(counted.get("field"), context)
    held = context.field(field) if isinstance(field, str) and len(counted) == 1 else UNSTATED
    return len(held) if isinstance(held, tuple) else UNSTATED


def _each(conditions: object, context: Context, depth: int) -> Iterable[Answer]:
    if not isinstance(conditions, tuple | list):
        return (None,)
    return [_holds(one, context, depth + 1) for one in conditions]


def compare(word: str, left: object, right: object) -> Answer:
    """Whether ``left`` stands to ``right`` as an operator says, in lower case.

    >>> compare("equals", False, "false"), compare("notequals", None, "Deny")
    (True, True)
    >>> compare("in", "b", ("a", UNSTATED)) is None, compare("exists", None, "false")
    (True, True)
    """
    if left is UNSTATED or right is UNSTATED:
        return None
    if word == "exists":
        return _same(left is not None, right)
    negated = word.startswith("not")
    test = _TESTS.get(word.removeprefix("not"))
    if test is None:
        return None
    answer = False if left is None else test(left, right)
    return _opposite(answer) if negated else answer


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).casefold()
    return str(value).casefold() if isinstance(value, str | int | float) else None


def _same(left: object, right: object) -> Answer:
    pair = _text(left), _text(right)
    return None if None in pair else pair[0] == pair[1]


def _like(left: object, right: object) -> Answer:
    text, pattern = _text(left), _text(right)
    if text is None or pattern is None:
        return None
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.DOTALL) is not None


def _contains(left: object, right: object) -> Answer:
    text, part = _text(left), _text(right)
    return None if text is None or part is None else part in text


def _in(left: object, right: object) -> Answer:
    if not isinstance(right, tuple | list):
        return None
    return some(None if one is UNSTATED else _same(left, one) for one in right)


def _contains_key(left: object, right: object) -> Answer:
    if not isinstance(left, Mapping):
        return None
    return some(_same(key, right) for key in left)


def _ordered(test: Callable[[int, int], bool]) -> Callable[[object, object], Answer]:
    """A comparison of numbers; texts and dates are not compared."""

    def compared(left: object, right: object) -> Answer:
        if isinstance(left, bool) or isinstance(right, bool):
            return None
        return test(left, right) if isinstance(left, int) and isinstance(right, int) else None

    return compared


_TESTS: Final[Mapping[str, Callable[[object, object], Answer]]] = {
    "equals": _same,
    "like": _like,
    "contains": _contains,
    "in": _in,
    "containskey": _contains_key,
    "less": _ordered(operator.lt),
    "lessorequals": _ordered(operator.le),
    "greater": _ordered(operator.gt),
    "greaterorequals": _ordered(operator.ge),
}


def every(answers: Iterable[Answer]) -> Answer:
    """``False`` if one is, else ``None`` if one is, else ``True``."""
    answers = tuple(answers)
    if False in answers:
        return False
    return None if None in answers else True


def some(answers: Iterable[Answer]) -> Answer:
    """``True`` if one is, else ``None`` if one is, else ``False``."""
    answers = tuple(answers)
    if True in answers:
        return True
    return None if None in answers else False


def _opposite(answer: Answer) -> Answer:
    return None if answer is None else not answer

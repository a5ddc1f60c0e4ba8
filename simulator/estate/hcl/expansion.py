"""How many instances ``count`` and ``for_each`` make of a block, and what each of them sees."""

from dataclasses import dataclass
from typing import Final

from simulator.estate.address import Key
from simulator.estate.hcl.effort import current
from simulator.estate.hcl.expression import evaluate
from simulator.estate.hcl.scope import Names, Scope
from simulator.estate.hcl.source import Argument, SourceBlock
from simulator.estate.hcl.value import (
    Evaluated,
    EvaluationError,
    Secret,
    TooLargeError,
    Unknown,
    bounded,
    is_known,
    reveal,
    why_unknown,
)


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One instance of a resource or module block: its key, and the scope its arguments see.

    ``unexpanded`` says why it is not known how many instances there are; such a block has this
    one, without a key.
    """

    key: Key | None
    scope: Scope
    unexpanded: str = ""


_MOST: Final = 10_000
"""How many instances one block may make; a block of more is read once, as of unknown number."""


def instances(block: SourceBlock, names: Names) -> tuple[Instance, ...]:
    """The instances that ``count`` or ``for_each`` make of ``block``; one if it has neither."""
    made = _instances(block, names)
    current().make(len(made))
    return made


def _instances(block: SourceBlock, names: Names) -> tuple[Instance, ...]:
    outer = Scope(names, {})
    if (argument := block.body.arguments.get("count")) is not None:
        return _counted(argument, outer)
    if (argument := block.body.arguments.get("for_each")) is not None:
        return _for_each(argument, outer)
    return (Instance(None, outer),)


def _counted(argument: Argument, outer: Scope) -> tuple[Instance, ...]:
    number = safely(argument, outer)
    plain, _ = reveal(number)
    if isinstance(plain, str) and plain.isdecimal():
        plain = int(plain)
    if isinstance(plain, int | float) and not isinstance(plain, bool) and plain <= _MOST:
        return tuple(
            Instance(index, outer.having({"count": {"index": index}}))
            for index in range(int(plain))
        )
    index = Unknown(_reason("count", plain), "count.index")
    return (Instance(None, outer.having({"count": {"index": index}}), index.why),)


def _for_each(argument: Argument, outer: Scope) -> tuple[Instance, ...]:
    given = safely(argument, outer)
    plain = given.value if isinstance(given, Secret) else given
    if isinstance(plain, dict) and len(plain) <= _MOST:
        return tuple(
            Instance(key, outer.having({"each": {"key": key, "value": plain[key]}}))
            for key in sorted(plain)
        )
    if isinstance(plain, list) and len(plain) <= _MOST and is_known(plain):
        keys = [str(reveal(item)[0]) for item in plain]
        return tuple(
            Instance(key, outer.having({"each": {"key": key, "value": key}})) for key in keys
        )
    why = _reason("for_each", plain)
    each = {"key": Unknown(why, "each.key"), "value": Unknown(why, "each.value")}
    return (Instance(None, outer.having({"each": each}), why),)


def _reason(name: str, value: Evaluated) -> str:
    many = len(value) if isinstance(value, list | dict) else value
    if isinstance(many, int | float) and many > _MOST:
        return f"{name} is {many:,}, and more than {_MOST:,} instances are not read one by one"
    return f"{name} is not known: {why_unknown(value) or 'it is no number, map or set'}"


def safely(argument: Argument, scope: Scope) -> Evaluated:
    """The value of ``argument``; an :class:`Unknown` where Terraform would refuse it."""
    text = argument.expression.text
    try:
        return bounded(evaluate(argument.expression, scope))
    except EvaluationError as error:
        return Unknown(f"{text}: {error}" if text not in str(error) else str(error), text)
    except TooLargeError as error:
        return Unknown(f"{text}: {error}", text)
    except RecursionError:
        return Unknown(f"{text} is nested too deeply", text)

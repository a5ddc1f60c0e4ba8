"""Terraform's operators, over values that may not be known."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import fmod
from typing import Final, TypeAlias

from simulator.estate.hcl.conversion import same, to_number
from simulator.estate.hcl.value import (
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    Text,
    is_known,
    unknown,
)

_Arithmetic: TypeAlias = Callable[[int | float, int | float], Evaluated]

# The operand that settles a logical operator, whatever the other one is.
DECIDED_BY: Final = {"DOUBLE_AMP": False, "DOUBLE_PIPE": True}


def operate(symbol: str, left: Evaluated, right: Evaluated, text: str) -> Evaluated:
    """``left`` and ``right`` under the operator named ``symbol``; ``text`` is the whole as written.

    Raises :class:`EvaluationError` for operands that Terraform refuses.
    """
    if symbol in {"DOUBLE_EQ", "NEQ"}:
        equal = _equal(left, right)
        if equal is not None:
            return equal if symbol == "DOUBLE_EQ" else not equal
    if symbol in DECIDED_BY and is_known(right) and truth(right) is DECIDED_BY[symbol]:
        return DECIDED_BY[symbol]
    if not (is_known(left) and is_known(right)):
        return unknown(text, left, right)
    if symbol in DECIDED_BY:
        return not DECIDED_BY[symbol]
    try:
        return _ARITHMETIC[symbol](to_number(left), to_number(right))
    except EvaluationError as error:
        raise EvaluationError(f"{text}: numbers are needed") from error  # a secret is not repeated
    except (ValueError, ArithmeticError) as error:
        raise EvaluationError(f"{text}: {error}") from error


def _equal(left: Evaluated, right: Evaluated) -> bool | None:
    """Whether two values are equal; ``None`` if that cannot be told."""
    for one, other in ((left, right), (right, left)):
        # A resource that is declared is there, and so is its id.
        exists = isinstance(one, Members) or (isinstance(one, Ref) and one.path == "id")
        if exists and (other is None or other == ""):
            return False
        if isinstance(one, Text) and (other is None or other == ""):
            return False if other is None or any(isinstance(p, str) for p in one.parts) else None
    if is_known(left) and is_known(right):
        return same(left, right)
    return None


def _exactly(operation: Callable[[Fraction, Fraction], Fraction]) -> _Arithmetic:
    """Terraform computes with 512 bits: ``0.1 + 0.2`` is ``0.3``."""

    def over(left: float, right: float) -> Evaluated:
        return to_number(float(operation(Fraction(repr(left)), Fraction(repr(right)))))

    return over


_ARITHMETIC: Final[Mapping[str, _Arithmetic]] = {
    "PLUS": _exactly(lambda a, b: a + b),
    "MINUS": _exactly(lambda a, b: a - b),
    "ASTERISK": _exactly(lambda a, b: a * b),
    "SLASH": _exactly(lambda a, b: a / b),
    "PERCENT": lambda a, b: to_number(fmod(a, b)),
    "LT": lambda a, b: a < b,
    "GT": lambda a, b: a > b,
    "LEQ": lambda a, b: a <= b,
    "GEQ": lambda a, b: a >= b,
}


def truth(value: Evaluated) -> bool:
    """A known value as a condition. Raises :class:`EvaluationError` if it is neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    raise EvaluationError("a condition must be true or false")

"""Arguments of functions: what may be looked into, and what has to be known."""

from simulator.estate.hcl.conversion import kind
from simulator.estate.hcl.value import (
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    Secret,
    Text,
    Unknown,
    is_known,
    reveal,
    why_unknown,
)


class Undecided(Exception):  # noqa: N818 - an outcome, not an error
    """The result hangs on ``value``, which is not known."""

    def __init__(self, value: Evaluated) -> None:
        super().__init__(why_unknown(value))
        self.value = value


def looked_into(value: Evaluated) -> Evaluated:
    """``value``, unless it is not known as a whole."""
    if isinstance(unmarked(value), Ref | Unknown | Text | Members):
        raise Undecided(value)
    return value


def unmarked(value: Evaluated) -> Evaluated:
    """``value`` without the sensitivity mark on it as a whole."""
    return value.value if isinstance(value, Secret) else value


def items_of(value: Evaluated) -> list[Evaluated]:
    """The elements of a list, each marked if the list is."""
    bare = unmarked(looked_into(value))
    if not isinstance(bare, list):
        raise EvaluationError(f"a list is needed, not {kind(bare)}")
    return [Secret(item) for item in bare] if isinstance(value, Secret) else bare


def entries_of(value: Evaluated) -> dict[str, Evaluated]:
    """The entries of a map, each marked if the map is."""
    bare = unmarked(looked_into(value))
    if not isinstance(bare, dict):
        raise EvaluationError(f"a map is needed, not {kind(bare)}")
    if isinstance(value, Secret):
        return {key: Secret(item) for key, item in bare.items()}
    return bare


def needed(value: Evaluated) -> Evaluated:
    """``value`` if it is known, without its mark."""
    plain, _ = reveal(value)
    if not is_known(plain):
        raise Undecided(plain)
    return plain


def whole_number(value: Evaluated) -> int:
    """``value`` if it is a known whole number."""
    number = needed(value)
    if not isinstance(number, int):
        raise EvaluationError(f"a whole number is needed, not {kind(number)}")
    return number

"""A value of a plan with what is unknown and what is sensitive about it: trees of one shape."""

from typing import Final, NamedTuple

from simulator.estate.model import freeze
from simulator.estate.plan_format import PlanShapeError

ABSENT: Final = object()
_DEEPEST: Final = 100  # levels of one value; no real one has a fifth of that


class Trees(NamedTuple):
    """A value with what is unknown and what is sensitive about it."""

    value: object
    unknown: object = False
    sensitive: object = False

    def at(self, part: str | int) -> "Trees":
        """The three trees below a name or an index."""
        return Trees(_at(self.value, part), below(self.unknown, part), below(self.sensitive, part))

    @property
    def names(self) -> dict[str, object]:
        """Every attribute that the plan says anything about."""
        return as_object(self.value) | as_object(self.unknown)


def has_true(tree: object) -> bool:
    """Whether a tree of what is unknown or sensitive is true anywhere."""
    if isinstance(tree, dict):
        return any(map(has_true, tree.values()))
    return any(map(has_true, tree)) if isinstance(tree, list) else tree is True


def as_object(tree: object) -> dict[str, object]:
    """The object that a tree is, empty if it is none."""
    return tree if isinstance(tree, dict) else {}


def are_blocks(value: object) -> bool:
    """Whether a value is a list of objects, as nested blocks are."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def length(value: object) -> int:
    """How many items a list has; 0 for anything else."""
    return len(value) if isinstance(value, list) else 0


def frozen(value: object) -> object:
    """A value of a plan, frozen. Raises :class:`PlanShapeError` if it is nested without end."""
    return freeze(value) if _depth(value) else value


def _depth(tree: object, left: int = _DEEPEST) -> int:
    """How many levels of lists and objects a tree has."""
    if not isinstance(tree, dict | list):
        return 0
    if left == 0:
        raise PlanShapeError(f"a value in it is nested more than {_DEEPEST} levels deep")
    below = tree.values() if isinstance(tree, dict) else tree
    return 1 + max((_depth(item, left - 1) for item in below), default=0)


def below(tree: object, part: str | int) -> object:
    """What a tree of what is unknown or sensitive has at a name or an index.

    ``True`` holds for all that is below it.
    """
    return tree if tree is True or tree is False else _at(tree, part)


def _at(tree: object, part: str | int) -> object:
    if isinstance(tree, dict):
        return tree.get(part, ABSENT)
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    return ABSENT

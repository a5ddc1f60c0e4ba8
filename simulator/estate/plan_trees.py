"""A value of a plan with what is unknown and what is sensitive about it: trees of one shape."""

from typing import Final, NamedTuple

from simulator.estate.model import freeze
from simulator.estate.plan_format import PlanShapeError

ABSENT: Final = object()
_DEEPEST: Final = 100  # levels of one value; no real one has a fifth of that
_SECRETS: Final = (
    "access_key",
    "connection_string",
    "password",
    "primary_key",
    "private_key",
    "secondary_key",
    "secret",
    "token",
)


class Trees(NamedTuple):
    """A value with what is unknown and what is sensitive about it."""

    value: object
    unknown: object = False
    sensitive: object = False

    def at(self, part: str | int) -> "Trees":
        """The three trees below a name or an index; ``True`` holds for all that is below it."""
        return Trees(
            _at(self.value, part),
            True if self.unknown is True else _at(self.unknown, part),
            True if self.sensitive is True else _at(self.sensitive, part),
        )

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


def is_secret(name: str, value: object) -> bool:
    """Whether a value that nothing marks as sensitive is a secret, by its name.

    Providers mark secrets as sensitive, but Terraform loses the mark inside computed lists: an
    existing web app's ``site_credential[0].password`` is in the plan in plain text and unmarked.
    """
    return isinstance(value, str) and name.lower().endswith(_SECRETS)


def named_secrets(value: object) -> object:
    """What is sensitive in a value by the names in it, as a tree.

    Terraform before 1.0 marks nothing, or not what a provider calls sensitive. An application's
    settings are free text under any name: all of them count.

    >>> named_secrets({"name": "a", "administrator_login_password": "hunter2", "ports": [1]})
    {'administrator_login_password': True}
    """
    if isinstance(value, list):
        below = [named_secrets(item) for item in value]
        return below if any(below) else False
    if not isinstance(value, dict):
        return False
    found = {
        name: name == "app_settings" or is_secret(name, item) or named_secrets(item)
        for name, item in value.items()
    }
    return {name: mark for name, mark in found.items() if mark}


def either(one: object, other: object) -> object:
    """Two trees as one that is true where either is.

    >>> either({"a": True}, {"a": False, "b": [False, True]})
    {'a': True, 'b': [False, True]}
    """
    if one is True or other is True:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: either(one.get(name), other.get(name)) for name in one | other}
    if isinstance(one, list) and isinstance(other, list):
        longer = max(one, other, key=len)
        return [either(_at(one, i), _at(other, i)) for i in range(len(longer))]
    return one if isinstance(one, dict | list) else other


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


def _at(tree: object, part: str | int) -> object:
    if isinstance(tree, dict):
        return tree.get(part, ABSENT)
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    return ABSENT

"""What to read below a resource of one type: the words in which ``table.py`` is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Json = Mapping[str, Any]


class How(Enum):
    """How ARM gives it: a collection, one resource that may be there, or settings by ``POST``."""

    LIST = "list"
    ONE = "one"
    SETTINGS = "settings"


def _any(_: Json) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Read:
    """One read below a resource.

    ``path`` follows the resource's id; with ``beside`` that of what the resource sits in; with
    ``tenant`` nothing. ``version`` is the API version, that of the kind if empty. ``whole`` asks
    for each member again, because the list leaves properties out. ``keep`` picks members, ``when``
    says by the resource whether to read at all. ``absent`` are further error codes that mean "there
    is none", ``concerns`` the azurerm type that a gap here is about, where it is about one alone.
    """

    path: str
    how: How = How.LIST
    version: str = ""
    filter: str = ""
    whole: bool = False
    beside: bool = False
    tenant: bool = False
    keep: Callable[[Json], bool] = _any
    when: Callable[[Json], bool] = _any
    absent: frozenset[str] = frozenset()
    concerns: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A resource type, the API version whose shape is relied on, and what to read below it.

    ``refers`` are properties that hold the id of something to read too. ``diagnosed`` marks a part
    of a resource that has diagnostic settings of its own. ``beyond`` are azurerm types that Azure
    keeps outside ARM's reads: a resource of this kind may have some, which nothing here can tell.
    """

    type: str
    version: str
    below: tuple[Read, ...] = ()
    refers: tuple[str, ...] = ()
    diagnosed: bool = False
    beyond: tuple[str, ...] = ()


def lists(*names: str, version: str = "") -> tuple[Read, ...]:
    """Collections below a resource.

    >>> [read.path for read in lists("keys", "secrets")]
    ['/keys', '/secrets']
    """
    return tuple(Read(f"/{name}", version=version) for name in names)


def ones(*names: str, version: str = "") -> tuple[Read, ...]:
    """Single resources below a resource, which may be there or not."""
    return tuple(Read(f"/{name}", How.ONE, version) for name in names)


def extension(type_: str, version: str, how: How = How.LIST, **more: Any) -> Read:  # noqa: ANN401
    """What another provider keeps on a resource: ``…/providers/{type}``."""
    return Read(f"/providers/{type_}", how, version, **more)


def at(body: Json, path: str) -> object:
    """What a JSON body has at a dotted path, or ``None``.

    >>> at({"properties": {"policyType": "Custom"}}, "properties.policyType")
    'Custom'
    """
    found: object = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found

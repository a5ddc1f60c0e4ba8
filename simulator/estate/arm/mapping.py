"""The words in which one ARM resource type is told as an azurerm resource: tables, no code.

A :class:`Kind` pairs an ARM type with an azurerm type and says, argument by argument, which REST
property an azurerm argument sends. The kinds themselves are in the modules beside this one, one per
family.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import UNSTATED, Block, Known, Node, Value, effective

Convert: TypeAlias = Callable[[object], object]

NAME: Final = "@name"
PARENT: Final = "@parent"
PARENT_NAME: Final = "@parent.name"
"""Sources that are no property: the resource's own name, the id of what it sits in, its name."""
KEY: Final = "@key"
PAIRS: Final = "@pairs"
VALUES: Final = "@values"
"""What to take of ``each`` object other than a property.

``KEY``: its names; ``PAIRS``: it as a name and its value; ``VALUES``: of a map, each value, told by
the codec.

``f"{PAIRS}:secureValue"`` takes the value from a property of another name.
"""
NOTHING: Final = ""
"""The type of what azurerm has no resource for, because Azure makes it unasked: ``master``."""
ANY: Final = "azurerm"
"""The azurerm type of a part that means the same in several: the settings of any kind of site."""


def _same(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True)
class Codec:
    """How a REST value becomes azurerm's (``read``) and the other way round (``write``).

    Both give ``UNSTATED`` for a value that they have no answer to; ``read`` gives ``None`` for one
    that azurerm does not write under this name.
    """

    read: Convert = _same
    write: Convert = _same


SAME: Final = Codec()


def words(pairs: Mapping[str, object]) -> Codec:
    """A fixed choice of words, in any case.

    >>> switch = words({"Enabled": True, "Disabled": False})
    >>> switch.read("enabled"), switch.write(False), switch.read("Other")
    (True, 'Disabled', UNSTATED)
    """
    by_word = {word.casefold(): value for word, value in pairs.items()}
    by_value = {value: word for word, value in reversed(tuple(pairs.items()))}

    def read(word: object) -> object:
        return by_word.get(word.casefold(), UNSTATED) if isinstance(word, str) else UNSTATED

    def write(value: object) -> object:
        return by_value.get(value, UNSTATED) if isinstance(value, str | bool) else UNSTATED

    return Codec(read, write)


def _opposite(value: object) -> object:
    return not value if isinstance(value, bool) else UNSTATED


ENABLED: Final = words({"Enabled": True, "Disabled": False})
OPPOSITE: Final = Codec(_opposite, _opposite)


def _split(text: object) -> object:
    parts = text.split(",") if isinstance(text, str) else None
    return UNSTATED if parts is None else tuple(part.strip() for part in parts if part.strip())


def _joined(parts: object) -> object:
    return ", ".join(map(str, parts)) if isinstance(parts, tuple) else UNSTATED


COMMAS: Final = Codec(_split, _joined)
"""A list that ARM writes as words between commas."""


def _only(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else UNSTATED


ALONE: Final = Codec(lambda value: (value,), _only)
"""A list of one that ARM writes without the list."""


def _last(id_: object) -> object:
    return id_.rstrip("/").rpartition("/")[2] if isinstance(id_, str) and id_ else UNSTATED


LAST: Final = Codec(_last, lambda _: UNSTATED)
"""A name for which ARM writes the whole id."""


def _moment(seconds: object) -> object:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return UNSTATED
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):
        return UNSTATED
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(moment: object) -> object:
    try:
        return int(datetime.fromisoformat(str(moment)).timestamp())
    except ValueError:
        return UNSTATED


EPOCH: Final = Codec(_moment, _seconds)
"""A moment that ARM counts in seconds since 1970 and azurerm writes by RFC 3339."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An azurerm argument (a dotted path through single blocks) and the REST property it sends.

    ``source`` is a dotted path in the body, ``NAME``, ``PARENT`` or ``PARENT_NAME``. Two arguments
    of one name are two API versions' spellings, and what is written counts. ``default`` is what
    Azure itself uses where the body says nothing. ``up`` drops so many last segments of an id: the
    account's id is that of a container's parent without ``/blobServices/default`` (2). ``each``
    takes this property of every object in a list; ``KEY`` the names of an object; ``PAIRS`` makes
    a map of a list of objects with a name and a value. ``sensitive`` marks what holds secrets,
    whether or not the author did.
    """

    name: str
    source: str
    codec: Codec = SAME
    default: object = UNSTATED
    up: int = 0
    each: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Blocks:
    """Nested azurerm blocks, one for each object of a list (or for the one object) in the body.

    ``when`` leaves out objects that azurerm does not write, such as a log category that is off.
    ``switch`` is the property of an object that turns it on: without it there is no block, and
    where it is not known, nothing in the block is.
    """

    name: str
    source: str
    arguments: "tuple[Argument | Blocks, ...]"
    when: Callable[[Block], bool] = lambda _: True
    switch: str = ""


Arguments: TypeAlias = tuple[Argument | Blocks, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """An ARM type and what it is called in azurerm.

    ``azurerm`` is the type, or tells it from the resource (``Microsoft.Web/sites`` is one of
    several by its ``kind``); it gives ``None`` for one that azurerm has no word for. A ``part`` is
    no resource in azurerm but arguments of the one ``up`` levels above its own parent (0: its
    parent). ``more`` makes the nodes that no table can tell; it gets the resource whole.
    """

    arm: str
    azurerm: str | Callable[[ArmResource], str | None]
    arguments: Arguments
    part: bool = False
    up: int = 0
    more: Callable[[ArmResource], Mapping[str, Node]] | None = None
    also: Callable[[ArmResource], Iterable[ArmResource]] | None = None

    def type_of(self, resource: ArmResource) -> str | None:
        """The azurerm type of a resource of this kind."""
        return self.azurerm if isinstance(self.azurerm, str) else self.azurerm(resource)

    @property
    def types(self) -> tuple[str, ...]:
        """Every azurerm type that a resource of this kind may be of."""
        if isinstance(self.azurerm, str):
            return (self.azurerm,)
        return self.azurerm.types if isinstance(self.azurerm, OneOf) else ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """Tells which of ``types`` in azurerm a resource is: what ``choose`` says.

    ``named`` marks a choice by the resource's own name, which may be lost: ``…/config/web``.
    """

    types: tuple[str, ...]
    choose: Callable[[ArmResource], str | None]
    named: bool = False

    def __call__(self, resource: ArmResource) -> str | None:
        """The azurerm type of ``resource``, ``None`` if it is of none of them."""
        return self.choose(resource)


def unless(path: str, *words_: str) -> Callable[[Block], bool]:
    """For ``Blocks.when``: all objects but those that are known to have one of these words."""
    out = {word.casefold() for word in words_}

    def wanted(one: Block) -> bool:
        value = leaf(one, path)
        return not (isinstance(value, Known) and str(value.value).casefold() in out)

    return wanted


def only(path: str, *words_: str) -> Callable[[Block], bool]:
    """For ``Blocks.when``: the objects that have one of these words, or may have."""
    wanted = {word.casefold() for word in words_}

    def kept(one: Block) -> bool:
        value = leaf(one, path)
        if isinstance(value, Known):
            return str(value.value).casefold() in wanted
        return isinstance(value, Value)

    return kept


def by_property(path: str, types: Mapping[str, str]) -> OneOf:
    """Tells the azurerm type by a property of the body, in any case."""
    folded = {word.casefold(): type_ for word, type_ in types.items()}

    def type_of(resource: ArmResource) -> str | None:
        value = leaf(resource.body, path)
        word = effective(value) if isinstance(value, Known) else None
        return folded.get(word.casefold()) if isinstance(word, str) else None

    return OneOf(tuple(dict.fromkeys(types.values())), type_of)


def written_alone(type_: str) -> OneOf:
    """``type_`` where somebody wrote it; Azure itself shows it a second time, as something else."""
    return OneOf((type_,), lambda one: NOTHING if isinstance(one.id, Known) else type_)


def made_unasked(type_: str, path: str, word: str) -> OneOf:
    """``type_``, but for what Azure shows of everything that nobody asked for: ``word`` at a path.

    Where nobody turned auditing on, there is a policy that says ``Disabled``.
    """
    asked = unless(path, word)

    def type_of(one: ArmResource) -> str:
        return NOTHING if isinstance(one.id, Known) and not asked(one.body) else type_

    return OneOf((type_,), type_of)


def by_name(types: Mapping[str, str]) -> OneOf:
    """Tells the azurerm type by the resource's own name, in any case."""
    folded = {name.casefold(): type_ for name, type_ in types.items()}

    def type_of(resource: ArmResource) -> str | None:
        name = effective(resource.name)
        return folded.get(name.casefold()) if isinstance(name, str) else None

    return OneOf(tuple(dict.fromkeys(types.values())), type_of, named=True)


def leaf(body: Block, path: str) -> "Node | None":
    """What a body has at a dotted path; ``None`` if nothing. Names are compared in any case.

    Below a value that is not known as a whole, the answer is that value.
    """
    node: Node | None = body
    for name in path.split("."):
        if isinstance(node, tuple):
            node = node[0] if node else None
        if isinstance(node, Known) and isinstance(node.value, Mapping):
            node = Block({key: Known(inner, node.sensitive) for key, inner in node.value.items()})
        if not isinstance(node, Block):
            return node if isinstance(node, Value) and not isinstance(node, Known) else None
        node = node.values.get(name, _in_any_case(node, name))
    return node


def _in_any_case(block: Block, name: str) -> "Node | None":
    folded = name.casefold()
    return next((node for key, node in block.values.items() if key.casefold() == folded), None)

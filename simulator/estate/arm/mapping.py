"""The words in which one ARM resource type is told as an azurerm resource: tables, no code.

A :class:`Kind` pairs an ARM type with an azurerm type and says, argument by argument, which REST
property an azurerm argument sends. The kinds themselves are in the modules beside this one, one per
family.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import UNSTATED, Block, Known, Node, Value, effective

Convert: TypeAlias = Callable[[object], object]

NAME: Final = "@name"
PARENT: Final = "@parent"
"""Sources that are no property: the resource's own name, and the id of what it sits in."""


def _same(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True)
class Codec:
    """How a REST value becomes azurerm's (``read``) and the other way round (``write``).

    Both give ``UNSTATED`` for a value that they have no answer to.
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


@dataclass(frozen=True, slots=True)
class Argument:
    """An azurerm argument (a dotted path through single blocks) and the REST property it sends.

    ``source`` is a dotted path in the body, ``NAME`` or ``PARENT``. ``default`` is what Azure
    itself uses where the body says nothing. ``up`` drops so many last segments from an id: the
    account's id is that of a container's parent without ``/blobServices/default`` (2). ``each``
    takes this property of every object in a list, or ``"@key"`` the names of an object.
    """

    name: str
    source: str
    codec: Codec = SAME
    default: object = UNSTATED
    up: int = 0
    each: str = ""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Nested azurerm blocks, one for each object of a list (or for the one object) in the body.

    ``when`` leaves out objects that azurerm does not write, such as a log category that is off.
    """

    name: str
    source: str
    arguments: "tuple[Argument | Blocks, ...]"
    when: Callable[[Block], bool] = lambda _: True


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

    def type_of(self, resource: ArmResource) -> str | None:
        """The azurerm type of a resource of this kind."""
        return self.azurerm if isinstance(self.azurerm, str) else self.azurerm(resource)


def by_property(path: str, types: Mapping[str, str]) -> Callable[[ArmResource], str | None]:
    """Tells the azurerm type by a property of the body, in any case."""
    folded = {word.casefold(): type_ for word, type_ in types.items()}

    def type_of(resource: ArmResource) -> str | None:
        value = leaf(resource.body, path)
        word = effective(value) if isinstance(value, Known) else None
        return folded.get(word.casefold()) if isinstance(word, str) else None

    return type_of


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

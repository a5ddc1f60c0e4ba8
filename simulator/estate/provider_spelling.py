"""Other major versions' names for an argument: renames, inversions, values that are spelled anew.

The table is ``provider_spelling.toml``; here is what its words mean. What changed its shape rather
than its name is in ``provider_shapes.py``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from simulator.estate.model import UNSTATED, Known, Node, Omitted, Reference, Unresolvable, freeze
from simulator.estate.provider_table import read_table

Convert: TypeAlias = Callable[[object], object]


def as_terraform_reads(value: object, sample: object) -> object:
    """``value`` converted to the type of ``sample`` as Terraform converts primitives.

    >>> as_terraform_reads("false", True), as_terraform_reads(1.2, "1.2")
    (False, '1.2')
    """
    if isinstance(sample, bool):
        return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if isinstance(sample, str):
        if isinstance(value, bool):
            return "true" if value else "false"
        return f"{value:g}" if isinstance(value, int | float) else value
    if isinstance(sample, int) and isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() else value
    return value


@dataclass(frozen=True, slots=True)
class Rename:
    """The argument ``old`` is now called ``new``, in the same block.

    ``convert`` changes a value on the way; it gives ``UNSTATED`` for one it has no answer to. Where
    ``old`` is ``new`` it only changes values that it has an answer to.
    """

    old: str
    new: str
    convert: Convert | None = None

    def apply(self, values: dict[str, Node]) -> bool:
        """Rename within ``values``, which holds ``old``; where both are set, the new one counts."""
        node = values[self.old]
        if self.old == self.new:
            values[self.new] = again = self._respelled(node)
            return again is not node
        del values[self.old]
        values[self.new] = prefer(values.get(self.new), self._converted(node))
        return True

    def _respelled(self, node: Node) -> Node:
        if not isinstance(node, Known) or self.convert is None:
            return node
        changed = self.convert(node.value)
        return node if changed in {UNSTATED, node.value} else Known(changed, node.sensitive)

    def _converted(self, node: Node) -> Node:
        if self.convert is None:
            return node
        match node:
            case Known(value=value, sensitive=sensitive):
                changed = self.convert(value)
                if changed is UNSTATED:
                    return Unresolvable(f"{self.old} has a value that cannot be read as {self.new}")
                return Known(changed, sensitive)
            case Omitted(default=default, decided_by=decided_by) if default is not UNSTATED:
                return Omitted(self.convert(default), decided_by)
            case Reference(to=to, attribute=attribute):
                return Unresolvable(f"{self.old} comes from {to}.{attribute}")
        return node


@dataclass(frozen=True, slots=True)
class Identify:
    """The argument ``old`` names a resource whose id a later version asks for as ``new``.

    ``storage_account_name = azurerm_storage_account.a.name`` says which account it is as surely as
    ``storage_account_id`` does. The name stays; what a literal name means is not guessed.
    """

    old: str
    new: str

    def apply(self, values: dict[str, Node]) -> bool:
        """Add the id to ``values``, which holds ``old``."""
        name = values[self.old]
        if not isinstance(values.get(self.new, Omitted()), Omitted):
            return False
        if not isinstance(name, Reference) or name.attribute != "name" or name.suffix:
            return False
        values[self.new] = Reference(name.to, text="${" + name.to + ".id}", also=name.also)
        return True


@dataclass(frozen=True, slots=True)
class Respelling:
    """A rule for the blocks at ``parent``, a dotted path by its newest names.

    ``written`` is the argument's whole path as the other version writes it.
    """

    written: str
    parent: str
    rule: Rename | Identify

    @property
    def read_as(self) -> str:
        """The argument's whole path by its newest name."""
        return f"{self.parent}.{self.rule.new}" if self.parent else self.rule.new


def prefer(new: "Node | None", old: Node) -> Node:
    """Of two spellings, the one that is set; of two that are not, the one with a default."""
    if new is None:
        return old
    if not isinstance(new, Omitted):
        return new
    if not isinstance(old, Omitted):
        return old
    return new if new.default is not UNSTATED else old


# --- the words of the table -----------------------------------------------------------------


def _opposite(value: object) -> object:
    value = as_terraform_reads(value, sample=True)
    return not value if isinstance(value, bool) else UNSTATED


def _choice(choices: Mapping[object, object]) -> Convert:
    def convert(value: object) -> object:
        value = as_terraform_reads(value, sample=True)
        return choices.get(value, UNSTATED) if isinstance(value, str | bool) else UNSTATED

    return convert


def _split(value: object) -> object:
    """``"10.0.0.0/8, 0.0.0.0"`` as a set of ranges; what is one already stays so."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


_CONVERSIONS: Final[Mapping[str, Convert]] = {
    "opposite": _opposite,
    "enabled": _choice({True: "Enabled", False: "Disabled"}),
    "disabled": _choice({True: "Disabled", False: "Enabled"}),
    # SecuredByPerimeter leaves it to the perimeter's own rules: whether it is on is not known.
    "switched_on": _choice({"Enabled": True, "Disabled": False}),
    "single": lambda value: freeze([value]),
    "split": _split,
}


def _rename(old: str, stated: object) -> Rename | Identify:
    match stated:
        case str(new):
            return Rename(old, new)
        case {"id": str(new)}:
            return Identify(old, new)
        case {"each": dict(words)}:
            return Rename(old, old, _choice(words))
        case dict(conversion):
            ((how, new),) = conversion.items()
            return Rename(old, new, _CONVERSIONS[how])
    raise TypeError(f"{old}: {stated!r} is no respelling")


def _respellings(rows: Mapping[str, object]) -> Iterator[Respelling]:
    """The rules of one type, those within a block that has a newer name under that name."""
    for path, stated in rows.items():
        parent, _, leaf = path.rpartition(".")
        outer, _, inner = parent.partition(".")
        newest = rows.get(outer, outer)
        parent = f"{newest}.{inner}" if inner else str(newest)
        yield Respelling(path, parent, _rename(leaf, stated))


RESPELLINGS: Final[Mapping[str, tuple[Respelling, ...]]] = MappingProxyType(
    {kind: tuple(_respellings(rows)) for kind, rows in read_table("provider_spelling.toml").items()}
)
"""Resource type -> its respellings, those of a block before those within it."""

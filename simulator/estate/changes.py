"""What differs between two estates: resources, and attributes of those in both."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Final, TypeAlias

from simulator.estate.counterparts import counterparts
from simulator.estate.model import (
    LIVE,
    UNSTATED,
    Block,
    Estate,
    Known,
    Node,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    show,
)
from simulator.estate.sameness import Sides, is_nothing, same

_KEYS: Final = ("name", "key", "category", "category_group", "object_id", "priority", "type")
"""Arguments that tell one of several like blocks from the others, the best first."""

_NOT_SET: Final = Omitted()
_ASIDE: Final = ("id", "lifecycle", "depends_on", "timeouts")
"""What is no property of the resource in Azure; an id follows from the rest."""

Secret: TypeAlias = Callable[[str, Value], bool]


class Kind(StrEnum):
    """What became of a resource. ``UNTOLD``: whether the other estate has it cannot be told."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two estates.

    ``address`` is that of the later estate, of the earlier one for what is removed, and Terraform's
    for what is declared on one side and live on the other. ``attribute``
    is a dotted path, ``""`` for a whole resource; like blocks in it are told apart by their name or
    number. ``before`` and ``after`` are in words, and sensitive values stay hidden; for what is
    untold, one of them says why.
    """

    kind: Kind
    address: str
    attribute: str = ""
    before: str = ""
    after: str = ""


def changes(
    before: Estate, after: Estate, secret: Secret = lambda _, __: False
) -> tuple[Change, ...]:
    """What the second estate has other than the first, in the order of its resources.

    An attribute that is not known on either side is no change, and neither is a default written
    out. Of a live estate only what the other one sets or defaults is compared. ``secret`` may hide
    further values, by attribute and value. Swapping the estates swaps what is said of them.
    """
    found = counterparts(before, after)
    sides = Sides(before, after)
    other_names = {other.address: one for one, other in found.pairs}
    fresh = {r.address for r in found.after}
    return (
        *(Change(Kind.REMOVED, resource.address) for resource in found.before),
        *(
            change
            for resource in after.resources
            for change in (
                _changed(other_names[resource.address], resource, sides, secret)
                if resource.address in other_names
                else [Change(Kind.ADDED, resource.address)]
                if resource.address in fresh
                else []
            )
        ),
        *(Change(Kind.UNTOLD, resource.address, after=why) for resource, why in found.untold),
    )


def _changed(one: Resource, other: Resource, sides: Sides, secret: Secret) -> Iterator[Change]:
    address = one.address if sides.after.reader == LIVE else other.address
    for path, mine, theirs in _Comparison(sides).blocks((), one.body, other.body):
        name = ".".join(path)
        hidden = any(
            (isinstance(value, Known) and value.sensitive) or secret(name, value)
            for value in (mine, theirs)
        )
        words = [_hidden(value) if hidden else show(value) for value in (mine, theirs)]
        yield Change(Kind.CHANGED, address, name, *words)


def _hidden(value: Value) -> str:
    """A value in words where the value on either side may be a secret."""
    return show(Known("", sensitive=True)) if isinstance(value, Known | Reference) else show(value)


Path: TypeAlias = tuple[str, ...]
Difference: TypeAlias = tuple[Path, Value, Value]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The walk through two bodies at once; one side of it may be live."""

    sides: Sides

    def blocks(self, path: Path, one: Block, other: Block) -> Iterator[Difference]:
        """What differs in two blocks, in the order of the later one."""
        for name in dict.fromkeys((*other.values, *one.values)):
            if path or name not in _ASIDE:
                yield from self._nodes((*path, name), one.values.get(name), other.values.get(name))

    def _nodes(self, path: Path, one: "Node | None", other: "Node | None") -> Iterator[Difference]:
        mine, theirs = _opened(one), _opened(other)
        if not self._compared(path, mine, theirs):
            return
        if isinstance(mine, tuple) or isinstance(theirs, tuple):
            ours, its = _as_blocks(mine), _as_blocks(theirs)
            if ours is not None and its is not None:
                yield from self._runs(path, ours, its)
                return
        a, b = _as_value(mine), _as_value(theirs)
        if same(a, b, self.sides, path[-1]) is False:
            yield path, a, b

    def _compared(self, path: Path, one: "_Opened", other: "_Opened") -> bool:
        """Whether a difference would say anything: a live estate sets far more than it was told."""
        live = [self.sides.before.reader == LIVE, self.sides.after.reader == LIVE]
        if live[0] == live[1]:
            return True
        declared, seen = (other, one) if live[0] else (one, other)
        # What a live estate lacks may be what Azure does not tell of; of tags it tells them all.
        return not _is_absent(declared) and (path[0] == "tags" or not _is_absent(seen))

    def _runs(
        self, path: Path, ones: Sequence[Block], others: Sequence[Block]
    ) -> Iterator[Difference]:
        for label, one, other in _paired(ones, others):
            at = (*path, label) if label else path
            found = list(self.blocks(at, one or Block(), other or Block()))
            if one is None or other is None:
                whole = Known({})  # a block may matter by being there alone
                ends = (_NOT_SET, whole) if one is None else (whole, _NOT_SET)
                yield from found or [(at, *ends)]
            else:
                yield from found


_Opened: TypeAlias = "Value | tuple[Block, ...] | None"


def _opened(node: "Node | None") -> _Opened:
    """Objects, however a reader holds them, as a run of blocks; everything else as it is."""
    if isinstance(node, Block):
        return (node,) if node.values else None  # an empty map, which is none
    if isinstance(node, Known):
        inner = node.value
        if isinstance(inner, Mapping) and inner:
            return (_block(inner, sensitive=node.sensitive),)
        if isinstance(inner, tuple) and inner and all(isinstance(i, Mapping) for i in inner):
            return tuple(_block(item, sensitive=node.sensitive) for item in inner)
    return node


def _block(inner: Mapping[str, object], *, sensitive: bool) -> Block:
    return Block({name: Known(value, sensitive) for name, value in inner.items()})


def _is_absent(node: _Opened) -> bool:
    return node is None or node == () or (isinstance(node, Omitted) and node.default is UNSTATED)


def _as_blocks(node: _Opened) -> tuple[Block, ...] | None:
    if isinstance(node, tuple):
        return node
    return () if node is None or is_nothing(node) else None


def _as_value(node: _Opened) -> Value:
    if isinstance(node, tuple):
        return Unresolvable("it is written as a block") if node else _NOT_SET
    return node or _NOT_SET


def _paired(
    ones: Sequence[Block], others: Sequence[Block]
) -> Iterator[tuple[str, Block | None, Block | None]]:
    """Like blocks in pairs, each with what tells it from the others (nothing, for a single one)."""
    if not ones and not others:
        return
    if len(ones) <= 1 and len(others) <= 1:
        yield "", next(iter(ones), None), next(iter(others), None)
        return
    key = next((k for k in _KEYS if _tells_apart(k, ones) and _tells_apart(k, others)), None)
    if key is not None:
        mine, theirs = ({str(_key(b, key)): b for b in run} for run in (ones, others))
        for name in dict.fromkeys((*theirs, *mine)):
            yield name, mine.get(name), theirs.get(name)
        return
    left = [(index, _text(one), one) for index, one in enumerate(ones)]
    rest = []
    for index, other in enumerate(others):
        text = _text(other)
        equal = next((place for place, (_, mine, _) in enumerate(left) if mine == text), None)
        if equal is None:
            rest.append((index, other))
        else:
            del left[equal]
    for old, new in zip_longest(left, rest):
        index = new[0] if new else old[0]
        yield str(index), old and old[2], new and new[1]


def _tells_apart(key: str, run: Sequence[Block]) -> bool:
    found = [_key(block, key) for block in run]
    return None not in found and len(set(map(str, found))) == len(found)


def _key(block: Block, key: str) -> object:
    node = block.values.get(key)
    if not isinstance(node, Known) or node.sensitive:  # it becomes a part of the path
        return None
    return node.value if isinstance(node.value, str | int) else None


def _text(block: Block) -> str:
    """What a block says, in words, wherever it is written."""
    return repr(
        sorted(
            (path, repr(value.value if isinstance(value, Known) else value))
            for path, value in block.walk()
        )
    )

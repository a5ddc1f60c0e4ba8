"""A plan together with the HCL that it was made from: what each knows best.

A plan has Terraform's own values, for every instance. Its JSON has lost the literal parts of
unknown texts (``"${azurerm_storage_account.a.id}/blobServices/default"`` keeps the reference
alone), every local, ``lifecycle``, and the lines. All of that is in the HCL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Final

from simulator.estate.azapi import with_azapi
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Node,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    base_address,
)
from simulator.estate.plan_secrets import LABELS

_NOT_PLANNED: Final = ("lifecycle",)
"""Blocks that Terraform keeps to itself: no plan's JSON has them."""


def join(planned: Estate, written: Estate) -> Estate:
    """The estate of a plan, with what its JSON lost read back from the HCL.

    ``written`` is the reading of the directory that the plan was made from. Every value that the
    plan knows stands; the HCL answers only where the plan cannot tell, and it says where each
    resource, block and variable is written. Resources that only the HCL finds are left out: how
    many there are is for the plan to say.
    """
    source = _Written(written)
    resources = tuple(_joined(resource, source.of(resource)) for resource in planned.resources)
    # What was lost may have hidden what an azapi resource changes.
    return with_azapi(replace(planned, resources=resources, variables=written.variables))


def same_configuration(planned: Estate, written: Estate) -> bool:
    """Whether the HCL declares just the managed resources that the plan leaves behind."""
    return _bases(planned) == _bases(written)


def _bases(estate: Estate) -> frozenset[str]:
    return frozenset(base_address(one.address) for one in estate.resources if one.stays)


@dataclass(frozen=True)
class _Written:
    """The HCL's resources, by address and by the block that they are instances of."""

    estate: Estate

    @cached_property
    def _by_base(self) -> Mapping[str, Resource]:
        return {base_address(r.address): r for r in reversed(self.estate.resources)}

    def of(self, planned: Resource) -> Resource | None:
        """The same instance, else its block alone: an instance of it says where it is written."""
        own = self.estate.by_address.get(planned.address)
        if own is not None:
            return own
        other = self._by_base.get(base_address(planned.address))
        return other and replace(other, body=Block(origin=other.body.origin))


def _joined(planned: Resource, written: Resource | None) -> Resource:
    if written is None or written.type != planned.type:
        return planned
    body = _block(planned.body, written.body)
    kept = {name: written.body.values[name] for name in _NOT_PLANNED if name in written.body.values}
    values = MappingProxyType({**body.values, **kept})
    return replace(planned, body=replace(body, values=values), origin=written.origin)


def _block(planned: Block, written: Block) -> Block:
    values = {name: _node(node, written.values.get(name)) for name, node in planned.values.items()}
    shown = {name: node for name, node in written.values.items() if _is_label(values, name, node)}
    return Block(MappingProxyType(values | shown), written.origin or planned.origin)


def _is_label(planned: Mapping[str, Node], name: str, written: Node) -> bool:
    """Whether the HCL shows a label that the plan masks with the whole of a set of blocks."""
    if name not in LABELS or not isinstance(written, Known):
        return False
    return planned.get(name) == Known(written.value, sensitive=True)


def _node(planned: Node, written: "Node | None") -> Node:
    match planned, written:
        case Block(), Block():
            return _block(planned, written)
        case tuple(), tuple():
            return tuple(
                block if match is None else _block(block, match)
                for block, match in zip(planned, _matches(planned, written), strict=True)
            )
        case Reference(text=None), Reference() if written.text is not None:
            return _worded(planned, written)
        case Unresolvable(), Known() | Reference() | Block():
            return written
        case Unresolvable(), tuple() if written:
            return written
    return planned


def _worded(planned: Reference, written: Reference) -> Reference:
    """The reference of a plan in the HCL's words, if both mean the same resource."""
    if base_address(planned.to) != base_address(written.to):
        return planned
    if planned.attribute != written.attribute:
        return planned
    head = "${" + f"{written.to}.{written.attribute}" + "}"
    text = (written.text or "").replace(head, "${" + f"{planned.to}.{planned.attribute}" + "}")
    return replace(planned, text=text)


def _matches(planned: Sequence[Block], written: Sequence[Block]) -> list[Block | None]:
    """For each block of a plan the one that it was written as.

    A plan sorts the blocks of a set, so that their order says nothing unless their number is one.
    """
    if len(planned) == len(written) == 1:
        return list(written)
    left = list(written)
    found: list[Block | None] = []
    for block in planned:
        likeness = [_likeness(block, other) for other in left]
        best = max(likeness, default=-1)
        found.append(None if best < 0 else left.pop(likeness.index(best)))
    return found


def _likeness(planned: Block, written: Block) -> int:
    """How many values two blocks share; below zero if they contradict each other."""
    others = dict(written.walk())
    pairs: Iterable[tuple[Value, Value | None]] = (
        (value, others.get(path)) for path, value in planned.walk()
    )
    shared = 0
    for value, other in pairs:
        if isinstance(value, Omitted) or other is None or isinstance(other, Omitted):
            continue
        if isinstance(value, Known) and isinstance(other, Known):
            if value.value != other.value:
                return -1
            shared += 1
        elif isinstance(value, Reference) and isinstance(other, Reference):
            if base_address(value.to) != base_address(other.to):
                return -1
            shared += 1
    return shared

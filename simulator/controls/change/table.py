"""Every argument that protects data, by the type of the resource that it is of."""

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from simulator.controls.change import stores, watch, ways
from simulator.controls.change.protection import Protection
from simulator.estate.provider_table import kinds


def _by_type() -> Mapping[str, tuple[Protection, ...]]:
    found: dict[str, tuple[Protection, ...]] = {}
    for heading, rows in chain.from_iterable(one.ROWS.items() for one in (stores, watch, ways)):
        for kind in kinds(heading):
            found[kind] = (*found.get(kind, ()), *rows)
    return MappingProxyType(found)


PROTECTIONS: Final[Mapping[str, tuple[Protection, ...]]] = _by_type()
"""Resource type -> the arguments of it that protect."""

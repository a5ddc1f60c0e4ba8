"""Every ARM type that has a name in azurerm here, by type in lower case."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.identity import IDENTITY
from simulator.estate.arm.logic import LOGIC
from simulator.estate.arm.mapping import Kind
from simulator.estate.arm.monitor import MONITOR
from simulator.estate.arm.sentinel import SENTINEL
from simulator.estate.arm.storage import STORAGE

_ALL: Final = (*STORAGE, *IDENTITY, *LOGIC, *MONITOR, *SENTINEL)


def _by_type(kinds: tuple[Kind, ...]) -> Mapping[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {}
    for kind in kinds:
        found[kind.arm.casefold()] = (*found.get(kind.arm.casefold(), ()), kind)
    return MappingProxyType(found)


KINDS: Final = _by_type(_ALL)

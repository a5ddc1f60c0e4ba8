"""Findings about resources that azapi wrote, in the words of whoever wrote them.

Controls read azurerm's arguments alone. The tables that made those from a REST body tell here, the
other way round, which property a finding is about and how its remedy is written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from simulator.controls.verdict import Finding, Verdict
from simulator.estate.arm.mapping import (
    ANY,
    KEY,
    NAME,
    PAIRS,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Blocks,
    Kind,
)
from simulator.estate.model import UNSTATED, Estate, base_address, freeze

_WRITTEN: Final = re.compile(r"(?:^|\.)azapi_resource\.")
_AZURERM: Final = "azurerm_"
_OLDER: Final = "  # azurerm "  # what a version of azurerm calls it is nothing to ARM
_NO_PROPERTY: Final = frozenset({NAME, PARENT, PARENT_NAME})
# What is to be written, in a remedy that may say first why and last what for.
_ASSIGNMENT: Final = re.compile(
    r"^(?P<why>.*(?:: |, (?:or )?))?(?P<name>[\w.]+) = (?P<value>[^{]+?)(?P<note>\s+#.*)?$"
)


@dataclass(frozen=True, slots=True)
class _Property:
    """Where in a REST body an azurerm argument is sent; ``of`` is the part that has that body."""

    path: str
    argument: Argument | Blocks
    of: str = ""

    def __str__(self) -> str:
        return f"body.{self.path}" + (f" of {self.of}" if self.of else "")


def in_azapi_words(estate: Estate, verdict: Verdict) -> Verdict:
    """``verdict`` with the findings about azapi's resources told as their authors would tell them.

    An attribute becomes the path in the body; a remedy ``name = value`` the property that sends it.
    A remedy that has no such form stays azurerm's, and says which property it means.
    """
    return replace(verdict, findings=tuple(_told(estate, one) for one in verdict.findings))


def _told(estate: Estate, found: Finding) -> Finding:
    if _WRITTEN.search(base_address(found.address)) is None:
        return found
    resource = estate.by_address.get(found.address)
    if resource is None or not resource.type.startswith(_AZURERM):
        return found
    properties = _properties(resource.type)
    named, rest = _longest(properties, found.attribute)
    if named is None:
        return found
    attribute = f"{named}{rest}"
    return replace(found, attribute=attribute, remedy=_remedy(found, named, properties, rest=rest))


def _longest(properties: Mapping[str, _Property], attribute: str) -> tuple[_Property | None, str]:
    """The property that sends an attribute, or what it is in, and the rest of the attribute."""
    head, rest = attribute, ""
    while head:
        if head in properties:
            return properties[head], rest
        head, _, last = head.rpartition(".")
        rest = f".{last}{rest}"
    return None, ""


def _remedy(
    found: Finding, named: _Property, properties: Mapping[str, _Property], *, rest: str
) -> str:
    if rest and isinstance(named.argument, Argument) and named.argument.each.startswith(PAIRS):
        return found.remedy  # a setting is called what the application calls it
    remedy = found.remedy.partition(_OLDER)[0]
    written = _ASSIGNMENT.fullmatch(remedy)
    block = found.attribute.rpartition(".")[0]
    if written is not None:
        for name in (f"{block}.{written['name']}", written["name"]):
            value = _sent(properties.get(name), written["value"])
            if value is not None:
                why, note = written["why"] or "", written["note"] or ""
                return f"{why}{value}{note}"
    return f"{remedy}, as {named}"


def _sent(property_: _Property | None, literal: str) -> str | None:
    """``name = value`` of a REST body for what azurerm writes as ``literal``."""
    if property_ is None or not isinstance(property_.argument, Argument):
        return None
    try:
        value = freeze(json.loads(literal))
    except ValueError:
        return None
    sent = property_.argument.codec.write(value)
    each = property_.argument.each
    if sent is UNSTATED or each == KEY or each.startswith(PAIRS):
        return None
    if each and isinstance(sent, tuple):
        listed = ", ".join(f"{{ {each} = {_hcl(one)} }}" for one in sent)
        return f"{_leaf(property_)} = [{listed}]"
    return f"{_leaf(property_)} = {_hcl(sent)}"


def _leaf(property_: _Property) -> str:
    return property_.path.rpartition(".")[2]


def _hcl(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


@cache
def _properties(type_: str) -> Mapping[str, _Property]:
    """Every argument of an azurerm type by its dotted path, and every block around some."""
    found: dict[str, _Property] = {}
    for kind in _kinds(type_):
        for path, property_ in _of(kind.arguments, "", "", kind.arm if kind.part else ""):
            found.setdefault(path, property_)
    for path, property_ in tuple(found.items()):
        block, dot, _ = path.rpartition(".")
        if dot and block not in found:
            found[block] = replace(property_, path=property_.path.rpartition(".")[0])
    return MappingProxyType(found)


def _kinds(type_: str) -> Iterator[Kind]:
    """The kinds that make resources of an azurerm type, those of its parts last."""
    from simulator.estate.arm.kinds import KINDS  # noqa: PLC0415 - few estates need the tables

    every = [kind for kinds in KINDS.values() for kind in kinds]
    whole = [kind for kind in every if not kind.part and type_ in kind.types]
    yield from whole
    arms = {kind.arm for kind in whole}
    for kind in every:
        shared = ANY in kind.types and kind.arm.rpartition("/")[0] in arms
        if kind.part and (type_ in kind.types or shared):
            yield kind


def _of(arguments: Arguments, name: str, source: str, of: str) -> Iterator[tuple[str, _Property]]:
    for argument in arguments:
        if argument.source in _NO_PROPERTY:
            continue
        path, place = f"{name}{argument.name}", f"{source}{argument.source}"
        yield path, _Property(place, argument, of)
        if isinstance(argument, Blocks):
            yield from _of(argument.arguments, f"{path}.", f"{place}.", of)

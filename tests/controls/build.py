"""Estates built by hand, for tests of one predicate at a time.

Plain Python values stand for what the configuration gives: a dict is a map or a nested block, a
list of dicts is a run of nested blocks, anything else is ``Known``; a ``Value`` stays as it is.

>>> shop = estate(resource("azurerm_storage_account.a", network_rules=[{"bypass": ["None"]}]))
>>> shop.by_address["azurerm_storage_account.a"].get("network_rules.bypass")
Known(('None',))
>>> resource("azurerm_app_service.a", app_settings=id_of("azurerm_key_vault.v")).get("app_settings")
Reference(to='azurerm_key_vault.v', attribute='id', text=None, also=())
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from simulator.controls.verdict import Verdict
from simulator.estate.azapi import with_azapi
from simulator.estate.hcl import read_hcl
from simulator.estate.model import (
    Block,
    Estate,
    Gap,
    Known,
    Node,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
    base_address,
    freeze,
)
from simulator.estate.plan import read_plan

ESTATES = Path(__file__).parents[2] / "fixtures" / "estates"
ORIGIN = Origin("main.tf", 1)
AZURERM = Provider("azurerm", 4, "~> 4.0")
SOMETHING = Unresolvable("var.something has no value")


def node(value: object) -> Node:
    """A plain value as the model holds it."""
    if isinstance(value, Known | Reference | Omitted | Unresolvable | Block):
        return value
    if isinstance(value, Mapping):
        return block(**value)
    if isinstance(value, list | tuple) and value:
        if all(isinstance(item, Mapping) for item in value):
            return tuple(block(**item) for item in value)
        if all(isinstance(item, Block) for item in value):
            return cast("tuple[Block, ...]", tuple(value))
    return Known(freeze(value))


def block(**values: object) -> Block:
    """A nested block or map with these values."""
    return Block({name: node(value) for name, value in values.items()}, ORIGIN)


def resource(
    address: str,
    *,
    provider: Provider = AZURERM,
    mode: str = "managed",
    actions: tuple[str, ...] = (),
    origin: Origin = ORIGIN,
    **values: object,
) -> Resource:
    """A resource with these arguments; type and name come from ``address``.

    ``data.azurerm_x.y`` addresses make data sources; module paths and indices are allowed.
    """
    parts = base_address(address).split(".")
    while parts[0] == "module":
        parts = parts[2:]
    if parts[0] == "data":
        mode, parts = "data", parts[1:]
    type_, name = parts
    return Resource(address, type_, name, block(**values), origin, provider, mode, actions)


def estate(*resources: Resource, reader: str = "hcl", gaps: tuple[Gap, ...] = ()) -> Estate:
    """An estate of these resources."""
    return Estate(resources, "built by hand", reader, gaps)


def from_azapi(*resources: Resource, gaps: tuple[Gap, ...] = ()) -> Estate:
    """An estate of these resources, its azapi ones told in azurerm's words as readers tell them."""
    return with_azapi(estate(*resources, gaps=gaps))


def id_of(address: str, attribute: str = "id", suffix: str | None = None) -> Reference:
    """A reference to another resource; ``suffix`` is what follows it, ``None`` if lost."""
    text = None if suffix is None else "${" + f"{address}.{attribute}" + "}" + suffix
    return Reference(address, attribute, text)


def azurerm(major: int) -> Provider:
    """The azurerm provider of this major version."""
    return Provider("azurerm", major, f"~> {major}.0")


def declared(control: str, case: str, reader: str) -> Estate:
    """The small estate ``fixtures/estates/CONTROL/CASE``, by the ``hcl`` or the ``plan`` reader."""
    directory = ESTATES / control / case
    return read_hcl(directory) if reader == "hcl" else read_plan(directory / "plan.json")


def wrong(verdict: Verdict, *, unknown: bool = False) -> set[tuple[str, str]]:
    """Address and attribute of the findings that failed, or of those that are unknown."""
    return {(f.address, f.attribute) for f in verdict.findings if f.unknown is unknown}

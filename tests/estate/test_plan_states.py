"""Every real plan among the fixtures: what is written is never omitted, what is not never known."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.estate import plan as plan_module
from simulator.estate.address import parse_address
from simulator.estate.model import Block, Known, Node, Omitted, Reference, Resource
from simulator.estate.plan import read_plan

FIXTURES = Path(__file__).parents[2] / "fixtures"
PLANS = sorted(p for p in FIXTURES.rglob("*.json") if '"resource_changes":' in p.read_text("utf-8"))
Part = tuple[str, dict[str, Any], Any, Any, Block]


def written(module: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Each resource that a configuration has, by its modules and its address there."""
    for resource in module.get("resources", []):
        yield (path, resource["address"]), resource.get("expressions", {})
    for name, call in module.get("module_calls", {}).items():
        yield from written(call["module"], (*path, name))


def parts(
    where: str, expressions: dict[str, Any], after: Any, unknown: Any, block: Block
) -> Iterator[Part]:
    """A block and those in it that are written one by one, so that it is known which is which."""
    yield where, expressions, after, unknown, block
    for name, expression in expressions.items():
        inside, node = after.get(name), block.values.get(name)
        if not isinstance(expression, list) or not isinstance(node, tuple):
            continue
        if len(expression) == len(node) == 1:  # else a set, or dynamic blocks among them
            below = (unknown.get(name) or [{}])[0]
            yield from parts(f"{where}.{name}", expression[0], inside[0], below, node[0])


def every_part(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """Every managed resource of a plan, as it is before other spellings are made azurerm 4's."""
    monkeypatch.setattr(plan_module, "normalise", lambda resource: resource)
    monkeypatch.setattr(plan_module, "with_azapi", lambda estate: estate)
    document = json.loads(path.read_bytes())
    by_place = dict(written(document["configuration"]["root_module"]))
    changes = {entry["address"]: entry["change"] for entry in document["resource_changes"]}
    for resource in read_plan(path).resources:
        if resource.mode != "managed" or resource.address not in changes:
            continue
        change = changes[resource.address]
        yield from parts(
            resource.address,
            by_place[_place(resource)],
            change["after"],
            change["after_unknown"],
            resource.body,
        )


def _place(resource: Resource) -> tuple[tuple[str, ...], str]:
    modules = tuple(step.name for step in parse_address(resource.address).modules)
    return modules, f"{resource.type}.{resource.name}"


def settled(node: Node) -> bool:
    """Whether a node says that somebody gave it a value."""
    if isinstance(node, Block):
        return any(map(settled, node.values.values()))
    if isinstance(node, tuple):
        return any(map(settled, node))
    return isinstance(node, Known | Reference)


def test_there_are_plans_to_look_at() -> None:
    assert len(PLANS) > 20


@pytest.mark.parametrize("path", PLANS, ids=lambda path: str(path.relative_to(FIXTURES).parent))
def test_what_is_written_is_never_omitted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    for where, expressions, after, unknown, block in every_part(path, monkeypatch):
        for name in expressions:
            if after.get(name) in (None, [], {}) and not unknown.get(name):
                continue  # it is written, and null or empty
            looked += 1
            node = block.values.get(name)
            assert node is not None, f"{where}.{name} is missing"
            assert not isinstance(node, Omitted), f"{where}.{name} is {node}"
    assert looked


@pytest.mark.parametrize("path", PLANS, ids=lambda path: str(path.relative_to(FIXTURES).parent))
def test_what_is_not_written_is_never_taken_for_given(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    for where, expressions, after, _, block in every_part(path, monkeypatch):
        for name, node in block.values.items():
            if name in expressions or name == "id":
                continue
            looked += 1
            blocks = isinstance(after.get(name), list) and isinstance(node, tuple)
            secret = isinstance(node, Known) and node.sensitive
            assert blocks or secret or not settled(node), f"{where}.{name} is {node}"
    assert looked


@pytest.mark.parametrize("path", PLANS, ids=lambda path: str(path.relative_to(FIXTURES).parent))
def test_every_reference_leads_to_what_the_plan_has(path: Path) -> None:
    estate = read_plan(path)
    for resource in estate.resources:
        for name, value in resource.body.walk():
            if isinstance(value, Reference):
                ends = value.also or (value.to,)
                assert all(end in estate.by_address for end in ends), f"{resource.address}.{name}"

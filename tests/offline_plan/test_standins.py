import json
from collections.abc import Iterator
from typing import Any

import msgpack
import pytest

from simulator.offline_plan import wire
from simulator.offline_plan.schema import Block, Provider, Type, providers
from simulator.offline_plan.standins import ALIKE, FIRST, OPPOSITE, Kind, read

SOURCES = [
    (provider, name) for provider in providers().values() for name in provider.data_source_types()
]
GROUP = providers()["hashicorp/azurerm"].data_source("azurerm_resource_group")
KINDS = (FIRST, OPPOSITE, ALIKE)


def answers(provider: Provider, name: str, kind: Kind) -> dict[str, Any]:
    block = provider.data_source(name)
    return read(name, block, dict.fromkeys([*block.attributes, *block.blocks]), kind)


def fits(value: Any, type_: Type) -> bool:
    match type_:
        case "string" | "bool" | "number":
            return type(value).__name__ == {"string": "str", "bool": "bool", "number": "int"}[type_]
        case "dynamic":
            return fits(value[1], json.loads(value[0]))
        case ["object", fields]:
            return value.keys() == fields.keys() and all(fits(value[f], fields[f]) for f in fields)
        case ["list" | "set", element]:
            return isinstance(value, list) and all(fits(item, element) for item in value)
        case ["map", element]:
            return isinstance(value, dict) and all(fits(v, element) for v in value.values())
    raise AssertionError(type_)


def computed(block: Block) -> Iterator[tuple[str, Type]]:
    return ((n, a.type) for n, a in block.attributes.items() if a.computed)


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_of_every_data_source_is_of_the_right_type(kind: Kind) -> None:
    for provider, name in SOURCES:
        state = answers(provider, name, kind)
        for attribute, type_ in computed(provider.data_source(name)):
            assert fits(state[attribute], type_), f"{name}.{attribute}"
        assert msgpack.unpackb(wire.encode(state), strict_map_key=False).keys() == state.keys()


def test_whatever_a_data_source_would_decide_differs_between_the_two_kinds() -> None:
    for provider, name in SOURCES:
        first, other = (answers(provider, name, kind) for kind in (FIRST, OPPOSITE))
        for attribute, _ in computed(provider.data_source(name)):
            assert first[attribute] != other[attribute], f"{name}.{attribute}"


def test_the_alike_kind_keeps_truth_and_lengths_and_differs_in_every_text() -> None:
    def same(one: Any, other: Any) -> bool:
        if isinstance(one, list):
            return len(one) == len(other) and all(map(same, one, other))
        return one == other if isinstance(one, bool | dict | bytes) else one != other

    for provider, name in SOURCES:
        first, other = (answers(provider, name, kind) for kind in (FIRST, ALIKE))
        for attribute, type_ in computed(provider.data_source(name)):
            if type_ in ("string", "bool", "number", ["list", "string"]):
                assert same(first[attribute], other[attribute]), f"{name}.{attribute}"


def test_the_same_question_has_the_same_answer_and_another_one_another() -> None:
    asked = {"name": "rg"}
    answer = read("azurerm_resource_group", GROUP, asked)
    assert answer == read("azurerm_resource_group", GROUP, asked)
    assert answer["id"] != read("azurerm_resource_group", GROUP, {"name": "other"})["id"]


def test_the_id_of_a_management_group_is_made_of_its_name_alone() -> None:
    group = "azurerm_management_group"
    ids = [read(group, GROUP, {"name": "shop"}, kind)["id"] for kind in KINDS]
    assert set(ids) == {"/providers/Microsoft.Management/managementGroups/shop"}
    shown = {str(read(group, GROUP, {"display_name": "Shop"}, k)["id"]) for k in (FIRST, OPPOSITE)}
    assert len(shown) == 2
    assert all(one.startswith("/providers/Microsoft.Management/") for one in shown)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_configuration_gives_is_kept_and_shows_in_the_id(kind: Kind) -> None:
    answer = read("azurerm_resource_group", GROUP, {"name": "rg"}, kind)
    assert answer["name"] == "rg"
    assert answer["id"] == f"/subscriptions/{kind.zeros}/resourceGroups/rg"

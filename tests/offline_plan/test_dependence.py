import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.model import Gap, Known, Origin, Reference, Unresolvable
from simulator.offline_plan.dependence import common, stand_ins
from tests.estate.planned import change, configured, constant, module, plan, read, reference

GROUP = "data.azurerm_resource_group.g"
ACCOUNT = "azurerm_storage_account.a"
WRITTEN = module(
    configured(ACCOUNT, name=constant("a"), location=reference(f"{GROUP}.location", GROUP)),
    configured(GROUP, name=constant("rg")),
)


def answered(address: str, provider: str = "h.example.net/x/azurerm", **values: Any) -> Any:
    """A data source as it is in the state that a plan starts from."""
    type_, name = address.split(".")[-2:]
    return {
        "address": address,
        "mode": "data",
        "type": type_,
        "name": name,
        "provider_name": provider,
        "values": values,
        "sensitive_values": {},
    }


def made(changes: list[Any], data: list[Any] = (), outputs: dict[str, Any] | None = None) -> Any:  # type: ignore[assignment]
    """A plan as Terraform makes it, with its values in both places."""
    document: Any = plan(WRITTEN, *changes)
    resources = [c | {"values": c["change"]["after"]} for c in changes]
    document["planned_values"] = {"root_module": {"resources": resources}}
    document["prior_state"] = {"values": {"root_module": {"resources": list(data)}}}
    for name, value in (outputs or {}).items():
        document.setdefault("output_changes", {})[name] = {"after": value, "after_unknown": False}
        values = document["planned_values"].setdefault("outputs", {})
        values[name] = {"sensitive": False, "type": "string", "value": value}
    return document


def account(place: str, **more: Any) -> Any:
    return change(ACCOUNT, {"name": "a", "location": place, **more}, {})


def two(place: str = "x", other: str = "y", **more: Any) -> tuple[Any, Any]:
    """Two plans that differ in where the resource group is said to be."""
    one, another = (
        made(
            [account(where, **more)],
            [answered(GROUP, name="rg", location=where, id=f"/{where}")],
            {"where": where, "what": "fixed"},
        )
        for where in (place, other)
    )
    return one, another


def test_the_answered_data_sources_are_listed_without_terraforms_own() -> None:
    state = answered("data.terraform_remote_state.s", "terraform.example.net/builtin/terraform")
    below = {"child_modules": [{"resources": [answered("module.m.data.azurerm_subnet.s")]}]}
    document = made([], [answered(GROUP), state])
    document["prior_state"]["values"]["root_module"] |= below
    assert stand_ins(document) == (GROUP, "module.m.data.azurerm_subnet.s")


def test_what_differs_is_unknown_and_what_does_not_is_known() -> None:
    found = common(*two())["resource_changes"][0]["change"]
    assert found["after"] == {"name": "a"}
    assert found["after_unknown"] == {"location": True}


def test_the_values_agree_with_the_changes() -> None:
    document = common(*two())
    (resource,) = document["planned_values"]["root_module"]["resources"]
    assert resource["values"] == {"name": "a"}


def test_a_data_source_is_a_read_that_is_still_to_be_made() -> None:
    document = common(*two())
    entry = document["resource_changes"][1]
    assert (entry["address"], entry["mode"]) == (GROUP, "data")
    assert entry["change"]["actions"] == ["read"]
    assert entry["change"]["after"] == {"name": "rg"}
    assert entry["change"]["after_unknown"] == {"location": True, "id": True}
    assert "prior_state" not in document


def test_an_output_that_depends_on_a_data_source_is_unknown() -> None:
    document = common(*two())
    assert document["output_changes"]["where"] == {"after_unknown": True}
    assert document["planned_values"]["outputs"]["where"] == {"sensitive": False}
    assert document["output_changes"]["what"]["after"] == "fixed"
    assert document["planned_values"]["outputs"]["what"]["value"] == "fixed"


def test_what_only_one_of_the_plans_has_is_deferred_once_and_without_values() -> None:
    one, other = two()
    one["resource_changes"] += [change('azurerm_subnet.s["x"]', {"name": "x"})]
    other["resource_changes"] += [change('azurerm_subnet.s["y"]', {"name": "y"})]
    document = common(one, other)
    (deferred,) = document["deferred_changes"]
    assert deferred["resource_change"]["address"] == "azurerm_subnet.s"
    assert deferred["resource_change"]["change"]["after"] is None
    assert "azurerm_subnet" not in str(document["resource_changes"])


def test_an_imported_resource_stays_in_the_state() -> None:
    one, other = two()
    for document in (one, other):
        imported = {"address": ACCOUNT, "mode": "managed", "values": {"id": "/a"}}
        document["prior_state"]["values"]["root_module"]["resources"].append(imported)
        document["prior_state"]["values"]["outputs"] = {"where": {"value": "made up"}}
    state = common(one, other)["prior_state"]["values"]
    assert state == {"root_module": {"resources": [imported]}}


def test_the_plan_reader_takes_no_stand_in_for_real(tmp_path: Path) -> None:
    estate = read(tmp_path, common(*two()))
    account, group = estate.by_address[ACCOUNT], estate.by_address[GROUP]
    assert account.get("location") == Reference(GROUP, "location")
    assert account.get("name") == Known("a")
    assert group.get("name") == Known("rg")
    assert isinstance(group.get("location"), Unresolvable)
    assert isinstance(group.get("id"), Unresolvable)


def test_the_plan_reader_has_a_gap_for_what_is_deferred(tmp_path: Path) -> None:
    one, other = two()
    one["resource_changes"] += [change("azurerm_key_vault.k[0]", {"name": "k"})]
    gap = Gap("azurerm_key_vault.k", "deferred: instance_count_unknown", Origin("plan.json"))
    assert gap in read(tmp_path, common(one, other)).gaps


@pytest.mark.parametrize(
    ("one", "other", "after", "unknown"),
    [
        ([1, 2], [1, 3], [1, None], [False, True]),
        ([1], [1, 2], None, True),
        ({"a": "x"}, {"a": "x", "b": "y"}, None, True),
        ([{"a": 1, "b": 2}], [{"a": 1, "b": 3}], [{"a": 1}], [{"b": True}]),
        (True, 1, None, True),
        (None, "x", None, True),
        (None, None, None, None),
        ([], [], [], []),
    ],
)
def test_parts_of_a_value(one: Any, other: Any, after: Any, unknown: Any) -> None:
    changes = [made([account("x", part=value)]) for value in (one, other)]
    found = common(*changes)["resource_changes"][0]["change"]
    assert found["after"].get("part") == after
    assert found["after_unknown"].get("part") == unknown


@pytest.mark.parametrize("first", [0, 1])
def test_what_either_plan_does_not_know_is_unknown(first: int) -> None:
    known = change(ACCOUNT, {"name": "a"}, {})
    unknown = change(ACCOUNT, {}, {"name": True})
    both = [made([known]), made([unknown])]
    found = common(both[first], both[1 - first])["resource_changes"][0]["change"]
    assert (found["after"], found["after_unknown"]) == ({}, {"name": True})


@pytest.mark.parametrize(
    ("value", "open_one", "open_other"),
    [
        ([None], [False], [True]),  # a list keeps the place of what is unknown
        ([None], [True], [False]),
        ({"a": 1}, {}, {"b": True}),  # so that there may be more keys
        ({"a": 1}, {"b": True}, {}),
    ],
)
def test_what_looks_alike_is_not_known_if_one_plan_does_not_know_it(
    value: Any, open_one: Any, open_other: Any
) -> None:
    both = [
        made([change(ACCOUNT, {"part": value}, {"part": unknown})])
        for unknown in (open_one, open_other)
    ]
    found = common(*both)["resource_changes"][0]["change"]["after_unknown"]["part"]
    assert found in (True, [True])


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
NAMES = st.sampled_from("abc")
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner)
)


@given(VALUES, VALUES)
def test_nothing_is_known_that_the_plans_do_not_agree_on(one: Any, other: Any) -> None:
    plans = [made([account("x", part=value)]) for value in (one, other)]
    before = copy.deepcopy(plans)
    found = common(*plans)["resource_changes"][0]["change"]
    assert plans == before

    def check(value: Any, unknown: Any, *given: Any) -> None:
        if unknown is True:
            return
        if isinstance(value, dict):
            for name in value.keys() | (unknown or {}).keys():
                below = unknown.get(name, False) if isinstance(unknown, dict) else False
                check(value.get(name), below, *(g[name] for g in given))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                below = unknown[index] if isinstance(unknown, list) else False
                check(item, below, *(g[index] for g in given))
        else:
            assert all(g == value and type(g) is type(value) for g in given)

    check(found["after"].get("part"), found["after_unknown"].get("part", False), one, other)


@given(VALUES)
def test_two_plans_that_agree_stay_as_they_are(value: Any) -> None:
    document = made([account("x", part=value)])
    changes = common(document, document)["resource_changes"]
    assert [c["change"]["after"] for c in changes] == [
        document["resource_changes"][0]["change"]["after"]
    ]

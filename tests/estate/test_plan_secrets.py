"""What a plan marks as sensitive anywhere is shown nowhere: not by the estate, not by a control."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.controls.registry import CONTROLS, assess
from simulator.estate.model import Estate, Known, effective, show
from simulator.estate.plan import read_plan
from simulator.estate.plan_secrets import Secrets
from tests.estate.planned import change, configured, constant, module, plan, read, reference

PLANS = Path(__file__).parents[2] / "fixtures/plans"
SHOP = json.loads((PLANS / "shop/plan.json").read_bytes())
SECRET = "hunter2-of-the-drill"
ACCOUNT = "azurerm_storage_account.a"


def told(estate: Estate) -> Iterator[str]:
    """Everything that an estate and the controls say of it."""
    yield repr(estate)
    yield str(estate)
    for resource in (*estate.resources, *(one.resource for one in estate.removals)):
        yield repr(resource)
        for path, value in resource.body.walk():
            yield from (path, repr(value), show(value))
    for control in CONTROLS.values():
        verdict = assess(control, estate)
        yield repr(verdict)
        yield from map(str, verdict.findings)


def leaves(tree: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all texts in a tree."""
    items = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, item in items:
        yield from leaves(item, (*path, key))
    if isinstance(tree, str) and path:
        yield path


def marked(tree: object, path: tuple[Any, ...]) -> object:
    """A tree of marks of the same shape, true at the path."""
    if not path:
        return True
    if isinstance(tree, dict):
        return {path[0]: marked(tree[path[0]], path[1:])}
    assert isinstance(tree, list)
    return [marked(item, path[1:]) if i == path[0] else {} for i, item in enumerate(tree)]


def put(tree: Any, path: tuple[Any, ...], value: object) -> None:
    for key in path[:-1]:
        tree = tree[key]
    tree[path[-1]] = value


TEXTS = [
    (index, path)
    for index, entry in enumerate(SHOP["resource_changes"])
    for path in leaves(entry["change"]["after"])
]


@given(st.sampled_from(TEXTS), st.sampled_from(["after", "before", "drift", "whole"]))
@settings(deadline=None, max_examples=150)
def test_a_secret_put_anywhere_in_a_plan_is_never_told(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[int, tuple[Any, ...]], where: str
) -> None:
    document = copy.deepcopy(SHOP)
    index, path = place
    entry = document["resource_changes"][index]
    values = entry["change"]["after"]
    put(values, path, SECRET)
    depth = 1 if where == "whole" else len(path)
    marks = marked(values, path[:depth])
    if where == "before":
        entry["change"] = {"actions": ["delete"], "before": values, "before_sensitive": marks}
    else:
        entry["change"]["after_sensitive"] = marks
    if where == "drift":
        changed = {"actions": ["update"], "before": {}, "after": values, "after_sensitive": marks}
        document["resource_drift"] = [entry | {"change": changed}]
    file = tmp_path_factory.getbasetemp() / "secret.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    for text in told(read_plan(file)):
        assert SECRET not in text


ROOT = module(configured(ACCOUNT, name=constant("a")))


@pytest.mark.parametrize(
    "extra",
    [
        {
            "variables": {"p": {"value": {"inner": [SECRET]}}},
            "configuration": {"root_module": ROOT | {"variables": {"p": {"sensitive": True}}}},
        },
        {"planned_values": {"outputs": {"o": {"sensitive": True, "value": SECRET}}}},
        {"prior_state": {"values": {"outputs": {"o": {"sensitive": True, "value": SECRET}}}}},
        {"output_changes": {"o": {"after": SECRET, "after_sensitive": True}}},
        {"output_changes": {"o": {"before": {"a": SECRET}, "before_sensitive": {"a": True}}}},
        {
            "resource_drift": [
                change(ACCOUNT, {"key": SECRET}, sensitive={"key": True}, actions=("update",))
            ]
        },
    ],
)
def test_a_text_that_is_marked_elsewhere_in_the_plan_is_hidden(
    tmp_path: Path, extra: dict[str, object]
) -> None:
    entry = change(ACCOUNT, {"name": "a", "copied": SECRET, "policy": [{"inner": {"x": SECRET}}]})
    estate = read(tmp_path, plan(ROOT, entry) | extra)
    assert not [text for text in told(estate) if SECRET in text]
    assert effective(estate.by_address[ACCOUNT].get("copied")) == SECRET


def test_a_short_text_that_is_marked_hides_no_word(tmp_path: Path) -> None:
    outputs = {"outputs": {"o": {"sensitive": True, "value": "Deny"}}}
    entry = change(ACCOUNT, {"name": "Deny"})
    estate = read(tmp_path, plan(ROOT, entry, planned_values=outputs))
    assert estate.by_address[ACCOUNT].get("name") == Known("Deny")


def test_what_a_masked_block_is_called_is_no_secret_elsewhere() -> None:
    """Terraform marks the blocks of a set as wholes."""
    strings = [{"name": "commerce", "type": "SQLAzure", "value": "Password=hunter2"}]
    after = {"connection_string": strings}
    marked = {"after": after, "after_sensitive": {"connection_string": True}}
    secrets = Secrets.of({"resource_changes": [{"change": marked}]})
    assert secrets.texts == {"Password=hunter2"}


def test_a_masked_block_is_called_what_is_written(tmp_path: Path) -> None:
    block = {"name": "commerce", "type": "SQLAzure", "value": "Password=hunter2"}
    entry = change(
        "azurerm_linux_web_app.a",
        {"connection_string": [block]},
        sensitive={"connection_string": True},
    )
    expressions = {
        "name": constant("commerce"),
        "type": reference("var.type"),
        "value": constant("Password=hunter2"),
    }
    root = module(configured("azurerm_linux_web_app.a", connection_string=[expressions]))
    (app,) = read(tmp_path, plan(root, entry)).resources
    (found,) = app.blocks("connection_string")
    assert found.get("name") == Known("commerce")
    assert found.get("type") == Known("SQLAzure", sensitive=True)
    assert found.get("value") == Known("Password=hunter2", sensitive=True)


def test_a_plan_without_secrets_marks_nothing() -> None:
    document = plan(ROOT, change(ACCOUNT, {"name": "a"}))
    assert Secrets.of(document) == Secrets()


@pytest.mark.parametrize(
    "values",
    [
        {"administrator_login_password": SECRET},
        {"app_settings": {"ANYTHING": SECRET}},
        {"site_credential": [{"password": SECRET}]},
        {"connection_string": [{"name": "db", "Secret": SECRET}]},
    ],
)
@pytest.mark.parametrize("old", [True, False])
def test_where_marks_are_missing_names_tell(
    tmp_path: Path, values: dict[str, object], old: bool
) -> None:
    """Terraform 0.12 writes no marks, 0.14 only those of variables."""
    entry = change(ACCOUNT, {"name": "a"} | values)
    if not old:
        del entry["change"]["after_sensitive"]  # type: ignore[attr-defined]
    expressions = {name: constant(value) for name, value in values.items()}
    root = module(configured(ACCOUNT, **expressions))
    document = plan(root, entry) | {"format_version": "0.2" if old else "1.0"}
    assert not [text for text in told(read(tmp_path, document)) if SECRET in text]


WRITTEN = {"value_wo": reference("var.s")}
VERSION = {"value_wo_version": 1}


@pytest.mark.parametrize(
    ("values", "expressions", "is_set"),
    [
        ({"value_wo": None} | VERSION, WRITTEN, True),
        ({"value_wo": None} | VERSION, {}, True),  # the configuration does not say
        (VERSION, {}, True),  # nor do the values
        ({"value_wo": None, "value_wo_version": None}, WRITTEN, False),  # var.s is null
        ({"value_wo": None}, WRITTEN, True),  # a provider without a version for it
        ({"value_wo": None}, {"value_wo": constant(None)}, False),
        ({"value_wo": None}, {}, False),
        ({"block": [{"value_wo": None} | VERSION]}, {}, True),  # a dynamic block
        ({"block": [{"value_wo": None} | VERSION]}, {"block": [WRITTEN]}, True),
        ({"block": [{"value_wo": None} | VERSION]}, {"block": reference("var.all")}, True),
        ({"sensitive_body": None}, {"sensitive_body": reference("var.body")}, True),
        ({"sensitive_body": None}, {}, False),
    ],
)
def test_a_write_only_argument_is_set_if_its_version_is(
    tmp_path: Path, values: dict[str, object], expressions: dict[str, object], is_set: bool
) -> None:
    root = module(configured(ACCOUNT, **expressions))
    account = read(tmp_path, plan(root, change(ACCOUNT, values))).by_address[ACCOUNT]
    found = {
        path.rpartition(".")[2]: value
        for path, value in account.body.walk()
        if path.endswith(("value_wo", "sensitive_body"))
    }
    words = "not known (is set, but write-only: a plan never holds its value)"
    assert [show(value) for value in found.values()] == ([words] if is_set else [])


def test_a_write_only_version_that_is_not_known_yet_is_set(tmp_path: Path) -> None:
    entry = change(ACCOUNT, {"value_wo": None}, {"value_wo_version": True})
    root = module(configured(ACCOUNT, value_wo_version=reference("var.v")))
    account = read(tmp_path, plan(root, entry)).by_address[ACCOUNT]
    assert "is set, but write-only" in show(account.get("value_wo"))

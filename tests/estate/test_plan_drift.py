from pathlib import Path

import pytest

from simulator.estate.model import Drift
from tests.estate.planned import change, configured, module, plan, read

ACCOUNT = "azurerm_storage_account.a"
ROOT = module(configured(ACCOUNT))
SECRET = "hunter2-hunter2"


def drifted(directory: Path, before: object, after: object, **changed: object) -> list[Drift]:
    """The drift of one storage account, in a plan that leaves it alone."""
    entry = change(ACCOUNT, after, actions=("update",), before=before)
    entry["change"] |= changed  # type: ignore[operator]
    stays = change(ACCOUNT, before, actions=("no-op",), before=before)
    return list(read(directory, plan(ROOT, stays, resource_drift=[entry])).drift)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (
            {"name": "a", "public_network_access_enabled": False},
            {"name": "a", "public_network_access_enabled": True},
            [("public_network_access_enabled", "false", "true")],
        ),
        (
            {"a": 1, "b": None},
            {"b": "x", "c": [1]},
            [
                ("a", "1", "not set"),
                ("b", "not set", '"x"'),
                ("c", "not set", "[1]"),
            ],
        ),
        (
            {"network_rules": [{"bypass": ["None"], "default_action": "Deny"}]},
            {"network_rules": [{"bypass": ["None"], "default_action": "Allow"}]},
            [("network_rules.0.default_action", '"Deny"', '"Allow"')],
        ),
        (
            {"network_rules": []},
            {"network_rules": [{"default_action": "Allow"}]},
            [("network_rules", "[]", '[{default_action = "Allow"}]')],
        ),
        ({"tags": {"a": "1"}}, {"tags": {"a": "2\n"}}, [("tags.a", '"1"', '"2\\n"')]),
        ({"tags": {"\x1b": "1"}}, {"tags": {}}, [("tags.\\x1b", '"1"', "not set")]),
        ({"name": "a"}, {"name": "a"}, []),
        ({"name": "a"}, None, [("", "there", "deleted outside Terraform")]),
    ],
)
def test_every_attribute_that_changed_is_told(
    tmp_path: Path, before: object, after: object, found: list[tuple[str, str, str]]
) -> None:
    assert [
        (one.attribute, one.before, one.after) for one in drifted(tmp_path, before, after)
    ] == found


@pytest.mark.parametrize("side", ["before_sensitive", "after_sensitive"])
@pytest.mark.parametrize(
    ("marks", "attribute"),
    [(True, ""), ({"rules": True}, "rules"), ({"rules": [{"key": True}]}, "rules.0.key")],
)
def test_a_secret_that_changed_is_told_without_its_values(
    tmp_path: Path, side: str, marks: object, attribute: str
) -> None:
    before, after = ({"rules": [{"key": f"{SECRET}{n}"}]} for n in (1, 2))
    (one,) = drifted(tmp_path, before, after, **{side: marks})
    assert (one.before, one.after) == ("(sensitive value)", "(sensitive value)")
    assert one.attribute == attribute
    assert SECRET not in repr(one)


@pytest.mark.parametrize("more", ["before", "after"])
def test_blocks_that_came_or_went_are_hidden_if_one_holds_a_secret(
    tmp_path: Path, more: str
) -> None:
    few, many = ({"rules": [{"key": "short"}] * n} for n in (1, 2))
    before, after = (many, few) if more == "before" else (few, many)
    marks = {f"{more}_sensitive": {"rules": [{}, {"key": True}]}}
    (one,) = drifted(tmp_path, before, after, **marks)
    assert (one.attribute, one.before) == ("rules", "(sensitive value)")


def test_a_secret_that_nothing_marks_is_known_by_its_name(tmp_path: Path) -> None:
    (one,) = drifted(tmp_path, {"primary_access_key": "k1"}, {"primary_access_key": "k2"})
    assert (one.before, one.after) == ("(sensitive value)", "(sensitive value)")


def test_data_sources_and_leftovers_do_not_drift(tmp_path: Path) -> None:
    data = change("data.azurerm_x.d", {"a": 2}, actions=("update",), before={"a": 1})
    left = change(ACCOUNT, {"a": 2}, actions=("update",), before={"a": 1}, deposed="00")
    stays = change(ACCOUNT, {})
    assert read(tmp_path, plan(ROOT, stays, resource_drift=[data, left])).drift == ()

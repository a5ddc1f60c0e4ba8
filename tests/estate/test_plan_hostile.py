"""A plan that somebody or something broke: an estate or one clear error, and nothing else."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.estate.errors import EstateError
from simulator.estate.model import Estate, show
from simulator.estate.plan import read_plan
from tests.estate.planned import change, configured, constant, module, plan, read

PLANS = Path(__file__).parents[2] / "fixtures/plans"
WHOLE = [
    json.loads((PLANS / name).read_bytes())
    for name in (
        "shop/plan.json",
        "changes/plan.json",
        "families/terraform-0.12.json",
        "families/terraform-1.11.json",
    )
]
for _document in WHOLE[:1]:  # no real plan here has these
    _entry = copy.deepcopy(_document["resource_changes"][0])
    _entry["change"]["before"] = {**_entry["change"]["after"], "name": "old"}
    _document["resource_drift"] = [_entry]
    _document["deferred_changes"] = [{"reason": "unknown", "resource_change": _entry}]
ACCOUNT = "azurerm_storage_account.a"
EVIL = "\x1b[31mred\r\n\x00<script>alert(1)</script>\u202e\ud800"


def nested(levels: int, value: object = "x") -> object:
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


WRONG = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from([EVIL, 10**400, "x" * 50_000, 'm["', "module.a", "data.x", "*", "${x}"])
    | st.builds(nested, st.sampled_from([3, 60, 150, 400]))
)
WRONG = WRONG | st.lists(WRONG, max_size=2)
WRONG = WRONG | st.dictionaries(
    st.sampled_from(["name", "id", "references", "value_wo_version", EVIL]), WRONG, max_size=2
)


def words(estate: Estate) -> list[str]:
    """All that an estate says of itself."""
    said = [str(gap.where) + gap.why for gap in estate.gaps]
    said += [f"{d.address}{d.attribute}{d.before}{d.after}" for d in estate.drift]
    for resource in (*estate.resources, *(one.resource for one in estate.removals)):
        said += [resource.address, str(resource.origin), str(resource.provider)]
        said += [show(value) for _, value in resource.body.walk()]
    return said


def broken(document: dict[str, Any], data: st.DataObject) -> None:
    """Put something wrong in a place of a plan, or take something away."""
    tree: Any = document
    while True:
        keys = sorted(tree) if isinstance(tree, dict) else list(range(len(tree)))
        key = data.draw(st.sampled_from(keys))
        inside = tree[key]
        if not inside or not isinstance(inside, dict | list) or data.draw(st.integers(0, 5)) == 0:
            break
        tree = inside
    action = data.draw(st.sampled_from(["replace", "remove", "double", "rename"]))
    if action == "remove":
        del tree[key]
    elif action == "double" and isinstance(tree, list):
        tree.append(copy.deepcopy(tree[key]))
    elif action == "rename" and isinstance(tree, dict):
        tree[data.draw(st.sampled_from([EVIL, "", "x_wo_version", "id"]))] = tree.pop(key)
    else:
        tree[key] = data.draw(WRONG)


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_a_plan_broken_anywhere_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 3))):
        broken(document, data)
    path = tmp_path_factory.getbasetemp() / "broken.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        estate = read_plan(path)
    except EstateError as error:
        assert str(error).startswith(str(path))  # noqa: PT017 - either outcome is right
        assert str(error).isprintable()  # noqa: PT017
        return
    assert all(text.isprintable() for text in words(estate))
    repr(estate)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_plan_cut_off_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = json.dumps(WHOLE[1]).encode()
    path = tmp_path_factory.getbasetemp() / "cut.json"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(EstateError, match="terraform show -json"):
        read_plan(path)


@pytest.mark.parametrize("levels", [2, 50, 99, 101, 200, 400, 900, 5_000, 100_000])
@pytest.mark.parametrize("how", ["known", "unknown", "written", "sensitive", "configuration"])
def test_nesting_without_end_is_refused_and_what_is_read_can_be_shown(
    tmp_path: Path, levels: int, how: str
) -> None:
    entry = change(ACCOUNT, {"name": "a", "deep": "DEEP"})
    expressions: dict[str, object] = {"name": constant("a")}
    if how == "written":
        expressions["deep"] = constant(None)
    elif how == "configuration":
        expressions["deep"] = "DEEP"
    elif how == "unknown":
        entry["change"]["after_unknown"] = {"deep": "DEEP"}  # type: ignore[index]
        expressions["deep"] = constant(None)
    elif how == "sensitive":
        entry["change"]["after_sensitive"] = {"deep": "DEEP"}  # type: ignore[index]
    deep = '{"a":[' * (levels // 2) + "true" + "]}" * (levels // 2)
    text = json.dumps(plan(module(configured(ACCOUNT, **expressions)), entry))
    path = tmp_path / "plan.json"
    path.write_text(text.replace('"DEEP"', deep), encoding="utf-8")
    try:
        estate = read_plan(path)
    except EstateError as error:
        assert levels > 99, error  # noqa: PT017
        assert "nested" in str(error) or "not the JSON of a plan" in str(error)  # noqa: PT017
        return
    assert levels < 450
    assert all(text.isprintable() for text in words(estate))


def test_hostile_names_and_values_are_shown_as_they_are_on_one_line(tmp_path: Path) -> None:
    address = 'azurerm_storage_account.a["\\u001b[31m<b>\\n"]'
    values = {"name": EVIL, "tags": {EVIL: EVIL}, "unset": EVIL, "list": [EVIL, {EVIL: 1}]}
    expressions = {"name": constant(EVIL), "tags": constant({EVIL: EVIL})}
    root = module(configured("azurerm_storage_account.a", **expressions))
    estate = read(tmp_path, plan(root, change(address, values)))
    (account,) = estate.resources
    assert account.address.isprintable()
    assert show(account.get("name")) == (
        '"\\x1b[31mred\\r\\n\\x00<script>alert(1)</script>\\u202e\\ud800"'
    )
    assert all(text.isprintable() for text in words(estate))


def test_a_very_long_text_is_read_and_shown_cut(tmp_path: Path) -> None:
    long = "x" * 1_000_000
    root = module(configured(ACCOUNT, name=constant(long)))
    (account,) = read(tmp_path, plan(root, change(ACCOUNT, {"name": long}))).resources
    assert account.declared_name == long
    assert show(account.get("name")).endswith('... (998000 more characters)"')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format_version": "1.2", "format_version": "1.2"}', "'format_version' stands twice"),
        (
            '{"format_version": "1.2", "a": {"\\u001b": 1, "\\u001b": 2}}',
            r"'\\x1b' stands twice",
        ),
        ('{"format_version": "1.2", "a": Infinity}', "Infinity is no JSON number"),
        ('{"format_version": "1.2", "a": 1' + "0" * 5000 + "}", "not the JSON of a plan"),
    ],
)
def test_json_that_no_terraform_writes_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EstateError, match=message):
        read_plan(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with path.open("wb") as file:
        file.truncate(600 << 20)  # a hole: it takes no room on the disk
    with pytest.raises(EstateError, match="600 MiB, more than the 512 MiB"):
        read_plan(path)

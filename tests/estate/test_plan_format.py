import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.estate.errors import EstateError
from simulator.estate.model import show
from simulator.estate.plan import read_plan
from simulator.estate.plan_format import load_plan
from tests.estate.planned import change, configured, module, plan

PLAN = json.dumps(plan(module(configured("azurerm_x.x")), change("azurerm_x.x", {"name": "x"})))
SHOW = "terraform show -json"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file"),
        (b" \n", "an empty file"),
        (b"PK\x03\x04rest", "binary plan file"),
        (PLAN.encode("utf-16"), "UTF-16 text"),
        (b'{"format_version": "\xff"}', "no UTF-8 text at byte 21"),
        (b"resource x {}", "plan.json:1:1: not JSON"),
        (b'{\n  "format_version": 1.2.3', "plan.json:2:24: not JSON"),
        (PLAN[:-40].encode(), "plan.json:1:\\d+: the JSON ends too early"),
        (b'{"a": "cut of', "the JSON ends too early"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b"[" * 200_000, "not the JSON of a plan"),
        (b"[1]", "a list, not a plan"),
        (b"null", "null, not a plan"),
        (b"{}", "no format_version .found no keys"),
        (b'{"Resources": {}}', r"no format_version .found Resources"),
        (b'{"format_version": "1.0", "provider_schemas": {}}', "no planned values"),
        (
            b'{"format_version": "1.0", "terraform_version": "1", "values": {}}',
            "a state, not a plan",
        ),
        (b'{"version": 4, "lineage": "x", "resources": []}', "a state, not a plan"),
        (b'{"@level":"info"}\n{"@level":"info"}', "log of `terraform plan -json`"),
        (b'{"@level":"info"}', "log of `terraform plan -json`"),
        (
            b'{"serial":1,"encrypted_data":"x","encryption_version":"v0"}',
            "an encrypted plan of Open",
        ),
        (b'{"format_version": "2.\\u001b[31m", "configuration": {}}', r"plan format 2\.\\x1b\[31m"),
        (b'{"\\u001b[31m": 1}', r"found \\x1b\[31m"),
        (b'{"format_version": "one", "configuration": {}}', "'one' is no version"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_next_step(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(EstateError, match=message) as raised:
        read_plan(path)
    assert str(path) in str(raised.value)
    assert "show -json" in str(raised.value) or "newer release" in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EstateError, match=f"no such file; make it with `{SHOW}"):
        read_plan(tmp_path / "plan.json")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EstateError, match="a directory"):
        read_plan(tmp_path)


def test_a_newer_major_format_is_refused_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(json.loads(PLAN) | {"format_version": "2.0"}), encoding="utf-8")
    with pytest.raises(EstateError, match=r"plan format 2\.0 is newer than 1\.x"):
        read_plan(path)


@pytest.mark.parametrize("version", ["0.1", "1.0", "1.2", "1.99"])
def test_older_formats_and_newer_minor_formats_are_read(tmp_path: Path, version: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(json.loads(PLAN) | {"format_version": version}), encoding="utf-8")
    assert len(read_plan(path).resources) == 1


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(PLAN, encoding="utf-8-sig")
    assert len(read_plan(path).resources) == 1


SHOP = json.loads((Path(__file__).parents[2] / "fixtures/plans/shop/plan.json").read_bytes())
WRONG = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
WRONG = WRONG | st.lists(WRONG, max_size=2) | st.dictionaries(st.just("name"), WRONG)


@given(st.data())
@settings(deadline=None)
def test_a_plan_with_any_part_replaced_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    document = copy.deepcopy(SHOP)
    below = document
    while True:
        keys = sorted(below) if isinstance(below, dict) else range(len(below))
        key = data.draw(st.sampled_from(list(keys)))
        if not below[key] or not isinstance(below[key], dict | list) or data.draw(st.booleans()):
            break
        below = below[key]
    below[key] = data.draw(WRONG)
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        estate = read_plan(path)
    except EstateError as error:
        assert str(path) in str(error)  # noqa: PT017 - either outcome is right, no other is
        return
    assert all(show(value) for resource in estate.resources for _, value in resource.body.walk())


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bytes"
    path.write_bytes(content)
    with pytest.raises(EstateError):
        load_plan(path)

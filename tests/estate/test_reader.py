"""One way in: what a source is decides how it is read."""

import json
import sys
from pathlib import Path

import pytest

from simulator.estate.errors import EstateError
from simulator.estate.model import Known
from simulator.estate.reader import read_estate

PLAN = Path(__file__).parents[2] / "fixtures/plans/shop/plan.json"


@pytest.fixture
def directory(tmp_path):
    root = tmp_path / "estate"
    root.mkdir()
    (root / "main.tf").write_text(
        'variable "x" {}\nresource "azurerm_x" "a" {\n  x = var.x\n}\n', encoding="utf-8"
    )
    return root


def test_a_directory_is_read_as_hcl(directory):
    values = directory / "v.tfvars"
    values.write_text("x = 1\n", encoding="utf-8")
    estate = read_estate(str(directory), [values])
    assert estate.reader == "hcl"
    assert estate.by_address["azurerm_x.a"].get("x") == Known(1)


def test_a_file_is_read_as_a_plan():
    estate = read_estate(str(PLAN))
    assert estate.reader == "plan"
    assert estate.resources


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("azure:00000000-0000-0000-0000-000000000000", "cannot be read yet"),
        ("no/such/place", "no such file or directory. Check --estate"),
        ("", "no such file or directory"),
    ],
)
def test_a_source_that_cannot_be_read_says_what_to_do(source, message):
    with pytest.raises(EstateError, match=message):
        read_estate(source)


def test_a_plan_takes_no_variable_files(tmp_path):
    with pytest.raises(EstateError, match="--var-file"):
        read_estate(str(PLAN), [tmp_path / "v.tfvars"])


def test_a_file_that_is_no_plan_is_an_error(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
    with pytest.raises(EstateError, match=r"x\.json"):
        read_estate(str(tmp_path / "x.json"))


def test_the_native_parser_is_loaded_only_for_a_directory(directory):
    loaded = sys.modules.pop("tfparse", None)
    try:
        read_estate(str(PLAN))
        assert "tfparse" not in sys.modules
        read_estate(str(directory))
        assert "tfparse" in sys.modules
    finally:
        if loaded is not None:
            sys.modules["tfparse"] = loaded

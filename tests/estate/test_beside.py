"""What a plan's JSON has lost is read from the HCL in its own directory, if that is its source."""

import json
import shutil
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome
from simulator.estate.beside import with_hcl_beside
from simulator.estate.model import Estate, Reference
from simulator.estate.plan import read_plan

ROOT = Path(__file__).parents[2]
PASSING = ROOT / "fixtures/estates/RESP-01/pass"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with the plan that was made from it."""
    return Path(shutil.copytree(PASSING, tmp_path / "shop"))


def read(directory: Path, said: list[str] | None = None) -> Estate:
    plan = directory / "plan.json"
    heard = said if said is not None else []
    return with_hcl_beside(read_plan(plan), plan, heard.append)


def lost(estate: Estate) -> list[str]:
    return [
        f"{resource.address}.{path}"
        for resource in estate.resources
        for path, value in resource.body.walk()
        if isinstance(value, Reference) and value.text is None
    ]


def test_a_plan_in_its_own_directory_has_the_words_around_its_references(directory: Path) -> None:
    assert lost(read_plan(directory / "plan.json"))
    estate = read(directory)
    assert not lost(estate)
    assert "beside" in estate.why
    assert assess(CONTROLS["RESP-01"], estate).outcome is Outcome.PASSED


def test_a_plan_elsewhere_stays_as_it_is(directory: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copy(directory / "plan.json", tmp_path / "plan.json"))
    planned = read_plan(plan)
    assert with_hcl_beside(planned, plan) is planned


def test_hcl_that_declares_something_else_answers_nothing(directory: Path) -> None:
    with (directory / "main.tf").open("a", encoding="utf-8") as file:
        file.write('\nresource "azurerm_resource_group" "more" {\n  name = "more"\n}\n')
    said: list[str] = []
    assert lost(read(directory, said))
    assert any("other resources" in line for line in said)


def test_hcl_that_cannot_be_read_is_told_and_answers_nothing(directory: Path) -> None:
    (directory / "main.tf").write_text("resource {", encoding="utf-8")
    said: list[str] = []
    assert lost(read(directory, said))
    assert any("cannot be read" in line for line in said)


def test_variables_have_the_values_that_the_plan_gives_them(tmp_path: Path) -> None:
    """The same reference with another suffix, by a variable that is set for this plan alone."""
    (tmp_path / "main.tf").write_text(
        'variable "service" {\n  default = "queueServices"\n}\n'
        'resource "azurerm_storage_account" "a" {\n  name = "a"\n}\n'
        'resource "azurerm_monitor_diagnostic_setting" "s" {\n'
        '  name               = "s"\n'
        '  target_resource_id = "${azurerm_storage_account.a.id}/${var.service}/default"\n}\n',
        encoding="utf-8",
    )
    address = "azurerm_monitor_diagnostic_setting.s"
    references = ["azurerm_storage_account.a.id", "azurerm_storage_account.a", "var.service"]

    def created(address: str, after: dict[str, str], unknown: dict[str, bool]) -> dict[str, object]:
        type_, name = address.split(".")
        change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}
        return {
            "address": address,
            "mode": "managed",
            "type": type_,
            "name": name,
            "change": change,
        }

    def configured(address: str, expressions: dict[str, object]) -> dict[str, object]:
        type_, name = address.split(".")
        where = {"address": address, "mode": "managed", "type": type_, "name": name}
        return {**where, "expressions": expressions}

    constant = {"constant_value": "s"}
    plan = {
        "format_version": "1.2",
        "variables": {"service": {"value": "blobServices"}},
        "resource_changes": [
            created("azurerm_storage_account.a", {"name": "a"}, {"id": True}),
            created(address, {"name": "s"}, {"id": True, "target_resource_id": True}),
        ],
        "configuration": {
            "root_module": {
                "variables": {"service": {"default": "queueServices"}},
                "resources": [
                    configured("azurerm_storage_account.a", {"name": {"constant_value": "a"}}),
                    configured(
                        address,
                        {"name": constant, "target_resource_id": {"references": references}},
                    ),
                ],
            }
        },
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    target = read(tmp_path).by_address[address].get("target_resource_id")
    assert isinstance(target, Reference)
    assert target.suffix == "/blobServices/default"

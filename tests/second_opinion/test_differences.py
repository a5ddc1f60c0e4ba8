"""Every difference between the controls and checkov on the shipped estates has its reason."""

import json
import tomllib
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.estate.model import base_address
from simulator.estate.reader import read_estate
from simulator.second_opinion.checkov import Answer, Opinion
from simulator.second_opinion.comparison import Compared, compare

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures/second_opinion"
REASONS = tomllib.loads((FIXTURES / "differences.toml").read_text(encoding="utf-8"))


def compared(name: str) -> tuple[Compared, ...]:
    recorded = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    answers = (
        Answer(check, title, address, passed, file, line)
        for check, address, passed, file, line, title in recorded["answers"]
    )
    estate = read_estate(str(ROOT / "terraform" / name), reader="hcl")
    verdicts = {id_: assess(control, estate) for id_, control in CONTROLS.items()}
    return compare(verdicts, Opinion(recorded["version"], tuple(answers)))


def found(name: str) -> set[tuple[str, str, str]]:
    """Control, check and address of every difference; ``""`` for the check where none fails."""
    asked = [one for one in compared(name) if one.asked]
    theirs = {
        (one.control, a.check, base_address(a.address)) for one in asked for a in one.only_theirs
    }
    return theirs | {(one.control, "", address) for one in asked for address in one.only_ours}


@pytest.mark.parametrize("name", ["reference", "exposed"])
def test_each_difference_is_explained_and_each_explanation_is_of_one(name):
    explained = {
        (entry["control"], entry["check"], base_address(address))
        for entry in REASONS["difference"]
        if entry["estate"] == name
        for address in entry["addresses"]
    }
    assert found(name) == explained


def test_no_check_is_right_where_a_control_is_wrong():
    assert {entry["right"] for entry in REASONS["difference"]} == {"control", "each"}
    assert all(len(entry["reason"]) > 20 for entry in REASONS["difference"])


def test_where_checkov_has_no_check_that_is_said():
    silent = {one.control for one in compared("exposed") if not one.asked}
    assert silent == set(REASONS["silent"])

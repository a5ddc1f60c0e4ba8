"""The control of a change, where there is no change to judge."""

from simulator.controls.change.control import CHANGE
from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Outcome
from tests.controls.build import estate


def test_of_one_estate_there_is_nothing_to_judge():
    result = CHANGE.assess(estate())
    assert (result.outcome, result.control) == (Outcome.NOT_APPLICABLE, CHANGE.id)


def test_it_is_none_of_those_that_judge_one_estate():
    assert CHANGE.id not in CONTROLS

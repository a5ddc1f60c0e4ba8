"""Which findings a waiver covers."""

from dataclasses import replace
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.verdict import Finding, Outcome, verdict
from simulator.controls.waivers import State, Waiver, as_yaml, counts_as, left, standings
from simulator.estate.model import Origin

HERE = Origin("waivers.yaml", 1)
TODAY = date(2026, 3, 1)
FOUND = Finding("azurerm_storage_account.a", Origin("main.tf", 3), "tls", "1.0", "1.2", "w", "r")
WAIVER = Waiver("DATA-03", FOUND.address, "1.0", "jo", "because", TODAY, HERE)


def judged(*findings, waiver=WAIVER, today=TODAY, holds=lambda _: True):
    made = verdict("DATA-03", ["x"], findings)
    return made, standings([waiver], {"DATA-03": made}, today, holds)


@pytest.mark.parametrize(
    ("pattern", "address", "covered"),
    [
        ("azurerm_storage_account.*", "azurerm_storage_account.a", True),
        ("*", 'module.a["x"].azurerm_subnet.s[0]', True),
        ("azurerm_subnet.s[0]", "azurerm_subnet.s[0]", True),
        ("azurerm_subnet.s[0]", "azurerm_subnet.s0", False),
        ("azurerm_subnet.s[*]", 'azurerm_subnet.s["a.b"]', True),
        ("azurerm_subnet.s", "azurerm_subnet.s2", False),
        ("azurerm_subnet.s", "module.m.azurerm_subnet.s", False),
        ("a.b?", "a.bc", False),
        ("azurerm_x.a+", "azurerm_x.aa", False),
        ("*.a", "x\n.a", True),
    ],
)
def test_an_address_is_a_pattern_of_stars_alone(pattern, address, covered):
    waiver = replace(WAIVER, address=pattern)
    made, standing = judged(replace(FOUND, address=address), waiver=waiver)
    assert (left(made, standing) == ()) is covered
    assert (counts_as(made, standing) == "waived") is covered


def test_the_last_day_counts_and_the_one_after_it_does_not():
    assert judged(FOUND)[1][0].state is State.IN_FORCE
    late = judged(FOUND, today=date(2026, 3, 2))
    assert late[1][0].state is State.EXPIRED
    assert left(*late) == (FOUND,)


def test_another_attribute_or_value_is_not_covered():
    other = replace(FOUND, attribute="open")
    assert judged(other, waiver=replace(WAIVER, attribute="tls"))[1][0].state is State.UNUSED
    assert left(*judged(FOUND, other)) == ()  # whichever attribute it is
    changed = judged(replace(FOUND, actual="1.1"))
    assert changed[1][0].state is State.CHANGED
    assert "was 1.0 when it was waived, and is 1.1" in changed[1][0].why


def test_of_several_findings_in_one_place_those_as_they_were_are_covered():
    other = replace(FOUND, address="azurerm_storage_account.b", actual="1.1")
    made, standing = judged(FOUND, other, waiver=replace(WAIVER, address="*"))
    assert standing[0].covers == (FOUND,)
    assert left(made, standing) == (other,)
    assert counts_as(made, standing) == "failed"


def test_another_controls_finding_is_not_covered():
    made = verdict("DATA-01", ["x"], [FOUND])
    standing = standings([WAIVER], {"DATA-01": made}, TODAY, lambda _: True)
    assert standing[0].state is State.NOT_ASSESSED
    assert left(made, standing) == (FOUND,)


def test_an_equal_finding_of_another_control_is_not_covered():
    two = {id_: verdict(id_, ["x"], [FOUND]) for id_ in ("DATA-01", "DATA-03")}
    standing = standings([WAIVER], two, TODAY, lambda _: True)
    assert left(two["DATA-03"], standing) == ()
    assert left(two["DATA-01"], standing) == (FOUND,)


def test_a_compensating_control_has_to_pass():
    waiver = replace(WAIVER, compensating="RESP-01")
    asked = []
    assert judged(FOUND, waiver=waiver)[1][0].state is State.IN_FORCE
    failed = judged(FOUND, waiver=waiver, holds=lambda control: bool(asked.append(control)))
    assert failed[1][0].state is State.UNCOMPENSATED
    assert asked == ["RESP-01"]
    assert left(*failed) == (FOUND,)


def test_what_counts_is_what_is_left():
    unknown = replace(FOUND, attribute="other", unknown=True, actual="not known")
    made, standing = judged(FOUND, unknown)
    assert made.outcome is Outcome.FAILED
    assert counts_as(made, standing) == "unknown"
    assert counts_as(made, ()) == "failed"
    assert counts_as(verdict("DATA-03", ["x"], []), ()) == "passed"


@given(st.text(), st.text(), st.text())
def test_the_entry_that_is_offered_is_the_finding_word_for_word(address, attribute, actual):
    text = as_yaml("DATA-03", replace(FOUND, address=address, attribute=attribute, actual=actual))
    (entry,) = yaml.safe_load(text)
    assert (entry["address"], entry["attribute"], entry["actual"]) == (address, attribute, actual)
    assert {entry["owner"], entry["reason"], entry["expires"]} == {None}

"""What holds for every control, on its own estates: how findings are told, waived and left open."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Finding, finding
from simulator.controls.waivers import Waiver, counts_as, left, standings
from simulator.estate.model import Block, Known, Origin
from tests.controls.build import declared, resource

BOTH = pytest.mark.parametrize("reader", ["hcl", "plan"])
EVERY = pytest.mark.parametrize("control", CONTROLS)
TODAY = date(2026, 3, 1)
_DOTTED = re.compile(r"(?:^|, (?:or )?)\w+(?:\.\w+)+ = ")


def failing(control: str, reader: str) -> tuple[Finding, ...]:
    return assess(CONTROLS[control], declared(control, "fail", reader)).findings


@EVERY
@BOTH
def test_one_attribute_of_a_resource_is_told_of_once(control, reader):
    told = Counter((f.address, f.attribute) for f in failing(control, reader))
    assert set(told.values()) == {1}


@EVERY
@BOTH
def test_what_is_waived_counts_as_waived_until_one_of_its_values_changes(control, reader):
    verdict = assess(CONTROLS[control], declared(control, "fail", reader))
    signed = [
        Waiver(control, f.address, f.actual, "jo", "because", TODAY, f.origin, f.attribute)
        for f in verdict.findings
    ]
    in_force = standings(signed, {control: verdict}, TODAY, lambda _: True)
    assert left(verdict, in_force) == ()
    assert counts_as(verdict, in_force) == "waived"
    changed = replace(verdict.findings[0], actual="something else")
    later = replace(verdict, findings=(changed, *verdict.findings[1:]))
    void = standings(signed, {control: later}, TODAY, lambda _: True)
    assert left(later, void) == (changed,)
    assert counts_as(later, void) != "waived"


@EVERY
def test_a_remedy_is_one_line_that_terraform_could_read(control):
    """HCL has no dotted names on the left: what is in a block is written in the block."""
    for found in failing(control, "hcl"):
        assert "\n" not in found.remedy
        assert _DOTTED.search(found.remedy) is None, found


@EVERY
def test_a_finding_names_a_line_of_the_resource_that_it_is_about(control):
    held = declared(control, "fail", "hcl")
    for found in assess(CONTROLS[control], held).findings:
        about = held.by_address.get(found.address)
        assert found.origin.line
        assert about is None or found.origin.line >= (about.origin.line or 0)


def test_a_finding_stands_at_the_innermost_block_of_which_there_is_one_alone():
    inner = Block({"days": Known(1)}, Origin("main.tf", 4))
    outer = Block({"one": (inner,), "two": (inner, inner)}, Origin("main.tf", 3))
    account = resource("azurerm_storage_account.a", outer=[outer], origin=Origin("main.tf", 2))

    def line(attribute: str) -> int | None:
        told = finding(account, attribute, "1", expected="7", why="it is", remedy="days = 7")
        return told.origin.line

    assert [line(path) for path in ("tls", "outer", "outer.tls")] == [2, 2, 3]
    assert [line(path) for path in ("outer.one", "outer.one.days", "outer.two.days")] == [3, 4, 3]
    assert line("no.such.block") == 2

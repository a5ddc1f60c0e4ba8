"""The two shipped estates: what they say of themselves is what the controls find."""

import re
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome
from simulator.estate.model import base_address
from simulator.estate.reader import read_estate

ROOT = Path(__file__).parents[1]
EXPOSED = ROOT / "terraform/exposed"
_GAP = re.compile(r"\s*# GAP ((?:DATA|RESP)-\d\d) (\S+): \S")
_RESOURCE = re.compile(r'resource "(\w+)" "([\w-]+)"')


def marked() -> set[tuple[str, str, str]]:
    """(control, address, attribute) of every comment that names a gap.

    A comment inside a resource block is about that one, a comment before it about the next.
    """
    found, waiting, address = set(), [], ""
    for file in sorted(EXPOSED.rglob("*.tf")):
        folders = file.relative_to(EXPOSED).parts[:-1]
        module = f"module.{folders[1]}." if folders else ""
        for line in file.read_text(encoding="utf-8").splitlines():
            opened = _RESOURCE.match(line)
            if opened:
                address = f"{module}{opened[1]}.{opened[2]}"
                found |= {(control, address, what) for control, what in waiting}
                waiting = []
            elif line.startswith("}"):
                address = ""
            elif gap := _GAP.match(line):
                if address:
                    found.add((gap[1], address, gap[2]))
                else:
                    waiting.append((gap[1], gap[2]))
        assert not waiting, f"{file}: {waiting} is about no resource"
    return found


@pytest.fixture(scope="module")
def exposed():
    return read_estate(str(EXPOSED))


@pytest.mark.parametrize("control", CONTROLS)
def test_the_exposed_shop_has_exactly_the_findings_that_its_comments_name(control, exposed):
    findings = assess(CONTROLS[control], exposed).findings
    assert not any(finding.unknown for finding in findings)
    found = {(control, base_address(f.address), f.attribute) for f in findings}
    assert found == {gap for gap in marked() if gap[0] == control}


def test_the_exposed_shop_has_a_gap_for_every_control():
    """Also for those that are still to come."""
    expected = {f"DATA-{n:02}" for n in range(1, 12)} | {f"RESP-{n:02}" for n in range(1, 15)}
    assert {control for control, _, _ in marked()} == expected


def test_the_reference_shop_passes_every_control():
    estate = read_estate(str(ROOT / "terraform/reference"))
    assert not estate.gaps
    outcomes = {id_: assess(control, estate).outcome for id_, control in CONTROLS.items()}
    assert outcomes == dict.fromkeys(CONTROLS, Outcome.PASSED)

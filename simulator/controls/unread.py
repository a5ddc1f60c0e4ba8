"""Where a part of the configuration could not be read, what is missing may be in that part."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.verdict import Finding
from simulator.estate.address import parse_address
from simulator.estate.model import Estate, Gap

_SETTLE: Final = "make it readable (run terraform init), or read a plan; else"


def in_doubt(
    estate: Estate, findings: Iterable[Finding], absences: tuple[str, ...], types: tuple[str, ...]
) -> Iterator[Finding]:
    """The findings, with those that something is absent made unknown if a gap may hold it.

    ``absences`` are the attributes (or their beginnings) under which an absence is told; ``types``
    the resource types (or their beginnings) that could make up for it.
    """
    gap = next((gap for gap in estate.gaps if _may_hold(gap, types)), None)
    for finding in findings:
        if gap is None or finding.unknown or not finding.attribute.startswith(absences):
            yield finding
        else:
            yield replace(
                finding,
                actual=f"{finding.actual}; but {gap.where} could not be read ({gap.why})",
                remedy=f"{_SETTLE} {finding.remedy}",
                unknown=True,
            )


def _may_hold(gap: Gap, types: tuple[str, ...]) -> bool:
    try:
        return parse_address(gap.where).type.startswith(types)
    except ValueError:
        return True  # a module or a file: anything may be in it

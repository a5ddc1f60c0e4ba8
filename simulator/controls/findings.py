"""Findings put together: one for each attribute of a resource, whatever is wrong with it."""

from collections.abc import Iterable
from dataclasses import replace

from simulator.controls.verdict import Finding, Severity

_WORST_FIRST = tuple(Severity)


def once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with those about one attribute of one resource made one, in order.

    What failed outweighs what is not known; the worst severity counts.
    """
    merged: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        place = finding.address, finding.attribute
        merged[place] = _both(merged[place], finding) if place in merged else finding
    return tuple(merged.values())


def _both(first: Finding, second: Finding) -> Finding:
    if first.unknown != second.unknown:
        return second if first.unknown else first
    return replace(
        first,
        actual=_joined(first.actual, second.actual),
        expected=_joined(first.expected, second.expected),
        why=_joined(first.why, second.why),
        remedy=_joined(first.remedy, second.remedy),
        severity=min(first.severity, second.severity, key=_WORST_FIRST.index),
    )


def _joined(first: str, second: str) -> str:
    return first if second in first else f"{first}; {second}"

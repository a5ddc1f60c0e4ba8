"""The words of RESP-06: what is wrong with how people are told."""

from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Block, Resource, Value

WHY: Final = (
    "the notices of Civ. Code 1798.82 are owed within 30 calendar days of discovery, and nobody "
    "can prepare them who has not been told; a documented and tested incident response is an audit "
    "component of 11 CCR 7123(c)(17)"
)


def notification_finding(  # noqa: PLR0913 - a finding has this many parts
    resource: Resource,
    attribute: str,
    actual: Value | str,
    *,
    expected: str,
    remedy: str,
    severity: Severity = Severity.HIGH,
    unknown: bool = False,
    why: str = WHY,
    block: Block | None = None,
) -> Finding:
    """A finding about people who are not told, with its citation."""
    return finding(
        resource,
        attribute,
        actual,
        expected=expected,
        why=why,
        remedy=remedy,
        severity=severity,
        unknown=unknown,
        block=block,
    )

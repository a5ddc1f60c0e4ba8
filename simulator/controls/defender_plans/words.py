"""The words of RESP-05: what is not watched."""

from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Resource, Value

PRICING: Final = "azurerm_security_center_subscription_pricing"
CONTACT: Final = "azurerm_security_center_contact"
_WHY: Final = (
    "a pattern that no single rule sees, a stolen token or a strange amount of data, goes unseen; "
    "monitoring of what happens to personal information is an audit component of 11 CCR "
    "7123(c)(7) and (8)"
)


def plan_finding(  # noqa: PLR0913 - a finding has this many parts
    resource: Resource,
    attribute: str,
    actual: Value | str,
    *,
    expected: str,
    remedy: str,
    severity: Severity = Severity.HIGH,
    unknown: bool = False,
) -> Finding:
    """A finding about a plan or a contact, with its citation."""
    return finding(
        resource,
        attribute,
        actual,
        expected=expected,
        why=_WHY,
        remedy=remedy,
        severity=severity,
        unknown=unknown,
    )

"""The words of RESP-05: what is not watched."""

from functools import partial
from typing import Final

from simulator.controls.verdict import finding

PRICING: Final = "azurerm_security_center_subscription_pricing"
CONTACT: Final = "azurerm_security_center_contact"
_WHY: Final = (
    "a pattern that no single rule sees, a stolen token or a strange amount of data, goes unseen; "
    "monitoring of what happens to personal information is an audit component of 11 CCR "
    "7123(c)(7) and (8)"
)


plan_finding: Final = partial(finding, why=_WHY)
"""A finding about a plan or a contact, with its citation."""

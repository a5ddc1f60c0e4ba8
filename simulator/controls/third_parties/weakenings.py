"""Single changes to a careful estate after which RESP-12 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_GATEWAY: Final = "azurerm_api_management"
_NOTHING: Final = (
    '"<policies><inbound><base /></inbound><backend><base /></backend>'
    '<outbound><base /></outbound><on-error><base /></on-error></policies>"'
)
_NO_BASE: Final = '"<policies><inbound></inbound></policies>"'

WEAKENINGS: Final = (
    Weakening(Harm.DELETE, f"{_GATEWAY}_api_policy"),
    Weakening(Harm.WEAKEN, f"{_GATEWAY}_api_policy", "xml_content", _NOTHING),
    Weakening(Harm.WEAKEN, f"{_GATEWAY}_api_policy", "xml_content", _NO_BASE),
    Weakening(Harm.MISSPELL, f"{_GATEWAY}_api_policy", "xml_content", '"<policies><inbound>"'),
    Weakening(Harm.UNLINK, f"{_GATEWAY}_api_policy", "api_name", '"partner-order"'),
    Weakening(Harm.DELETE, f"{_GATEWAY}_product_policy"),
    Weakening(Harm.WEAKEN, f"{_GATEWAY}_product_policy", "xml_content", _NOTHING),
    Weakening(Harm.FLIP, f"{_GATEWAY}_api", "subscription_required"),
    Weakening(Harm.FLIP, f"{_GATEWAY}_product", "approval_required"),
    Weakening(Harm.DELETE, f"{_GATEWAY}_product", "subscriptions_limit"),
    Weakening(Harm.DELETE, f"{_GATEWAY}_subscription", "product_id"),
    Weakening(Harm.FLIP, f"{_GATEWAY}_subscription", "allow_tracing"),
    Weakening(Harm.FLIP, _GATEWAY, "tenant_access.enabled"),
    Weakening(Harm.WIDEN, _GATEWAY, "virtual_network_type", '"External"'),
)

"""What stands behind the gateway: an application that anybody can call needs no gateway."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.judge import settle
from simulator.controls.third_parties.calls import WHY
from simulator.controls.verdict import Finding, finding
from simulator.estate.api_gateway import API
from simulator.estate.data_uses import behind
from simulator.estate.model import Estate, Reference, Resource, Unresolvable, Value, effective

APPS: Final = (
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard",
)
_FRONTS: Final = (API, "azurerm_api_management_backend")
_SWITCH: Final = "public_network_access_enabled"


def open_backends(estate: Estate) -> Iterator[Finding]:
    """The applications behind an API that can be called past it, each told once."""
    found = {
        app.address: (front, app)
        for front in reversed(estate.of_type(*_FRONTS))
        for app in behind(estate, front)
        if app.type in APPS
    }
    for front, app in reversed(found.values()):
        doubt = _unknown(app)
        if doubt is not None or _is_open(app):
            value = app.get(_SWITCH) if doubt is None else doubt
            remedy = f"{_SWITCH} = false"
            yield finding(
                app,
                _SWITCH,
                value,
                expected=f"closed to all but the gateway, as {front.address} calls it",
                why=f"whoever knows its address calls it past every limit of the gateway; {WHY}",
                remedy=remedy if doubt is None else settle(doubt, remedy),
                unknown=doubt is not None,
            )


def _is_open(app: Resource) -> bool:
    """Whether the public endpoint is on, without a list of who may call or a sign-in."""
    denied = effective(app.get("site_config.ip_restriction_default_action")) == "Deny"
    listed = any(site.blocks("ip_restriction") for site in app.blocks("site_config"))
    signs_in = effective(app.get("auth_settings_v2.require_authentication")) is True
    return effective(app.get(_SWITCH)) is not False and not (denied or listed or signs_in)


def _unknown(app: Resource) -> Value | None:
    """The value that leaves open whether it is open, if one does and nothing else closes it."""
    value = app.get(_SWITCH)
    return value if isinstance(value, Reference | Unresolvable) and _is_open(app) else None

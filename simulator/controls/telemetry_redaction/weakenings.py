"""Single changes to a careful estate after which DATA-10 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_RULE: Final = "azurerm_monitor_data_collection_rule"
_COMPONENT: Final = "azurerm_application_insights"
WEAKENINGS: Final = (
    Weakening(Harm.DELETE, _RULE),
    Weakening(Harm.DELETE, "azapi_update_resource", where="redaction"),
    Weakening(Harm.UNLINK, "azapi_update_resource", "resource_id", '"/subscriptions/s"'),
    Weakening(Harm.UNLINK, _COMPONENT, "workspace_id", "null"),
    Weakening(Harm.MISSPELL, _RULE, "kind", '"Linux"'),
    Weakening(Harm.WEAKEN, _RULE, "data_flow.transform_kql", '"source"'),
    Weakening(
        Harm.WEAKEN,
        _RULE,
        "data_flow.transform_kql",
        '"source | where TimeGenerated > ago(1d)"',
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_api_management_diagnostic",
        "frontend_request.body_bytes",
        "8192",
        also=("RESP-12",),
    ),
    Weakening(
        Harm.WIDEN,
        "azurerm_api_management_diagnostic",
        "backend_request.headers_to_log",
        '["authorization"]',
    ),
    Weakening(Harm.FLIP, _COMPONENT, "local_authentication_disabled"),
    Weakening(Harm.FLIP, _COMPONENT, "disable_ip_masking"),
)

"""Changes to one place of a configuration after which RESP-03 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_RULE: Final = "azurerm_sentinel_alert_rule_scheduled"
_ONBOARDING: Final = "azurerm_sentinel_log_analytics_workspace_onboarding"
# One of two rules of a kind may fall silent; of these there is one each.
_MASS_READ: Final = ".mass_read"
_ELSEWHERE: Final = (
    '"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/'
    'Microsoft.OperationalInsights/workspaces/log-another"'
)

WEAKENINGS: Final = (
    Weakening(Harm.UNLINK, _ONBOARDING, "workspace_id", _ELSEWHERE, also=("RESP-04",)),
    Weakening(Harm.DELETE, _RULE, where=_MASS_READ),
    Weakening(Harm.FLIP, _RULE, "enabled", "false", where=_MASS_READ),
    Weakening(Harm.WEAKEN, _RULE, "severity", '"Informational"', where=_MASS_READ),
    Weakening(Harm.WEAKEN, _RULE, "query_frequency", '"PT5H"', where=_MASS_READ),
    Weakening(Harm.WEAKEN, _RULE, "query_period", '"PT1M"', where=_MASS_READ),
    Weakening(Harm.FLIP, _RULE, "incident.create_incident_enabled", "false", where=_MASS_READ),
    Weakening(Harm.WIDEN, _RULE, "trigger_operator", '"LessThan"', where=_MASS_READ),
    Weakening(Harm.DELETE, _RULE, "entity_mapping", where=_MASS_READ),
    Weakening(Harm.UNLINK, _RULE, "log_analytics_workspace_id", _ELSEWHERE, where=_MASS_READ),
    Weakening(
        Harm.MISSPELL,
        _RULE,
        "query",
        '"StorageBlobLog | where OperationName == \\"GetBlob\\" | summarize n = count() by X"',
        where=_MASS_READ,
    ),
    Weakening(
        Harm.WEAKEN,
        _RULE,
        "query",
        '"StorageBlobLogs | where OperationName == \\"DeleteBlob\\" | summarize n = count() by X"',
        where=_MASS_READ,
    ),
    Weakening(
        Harm.WEAKEN,
        _RULE,
        "query",
        '"StorageBlobLogs | where OperationName == \\"GetBlob\\" '
        '| summarize n = count() by CallerIpAddress | where n > 20"',
        where=_MASS_READ,
    ),
)

"""Changes to one place of a configuration after which RESP-04 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_RULE: Final = "azurerm_sentinel_automation_rule"
_WORKFLOW: Final = "azurerm_logic_app_workflow"
_TRIGGER: Final = "azurerm_logic_app_trigger_custom"
_ACTION: Final = "azurerm_logic_app_action_custom"
_ROLE: Final = "azurerm_role_assignment"
_DEFINITION: Final = "azurerm_role_definition"
_CONTAIN: Final = "contain_leak"

WEAKENINGS: Final = (
    Weakening(Harm.DELETE, _RULE, where=_CONTAIN),
    Weakening(Harm.FLIP, _RULE, "enabled", "false", where=_CONTAIN),
    Weakening(Harm.EXPIRE, _RULE, "expiration", '"2020-01-01T00:00:00Z"', where=_CONTAIN),
    Weakening(Harm.WEAKEN, _RULE, "triggers_when", '"Updated"', where=_CONTAIN),
    Weakening(Harm.WEAKEN, _RULE, "triggers_on", '"Alerts"', where=_CONTAIN),
    Weakening(Harm.DELETE, _RULE, "action_playbook", where=_CONTAIN),
    Weakening(
        Harm.UNLINK,
        _RULE,
        "log_analytics_workspace_id",
        '"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/'
        'Microsoft.OperationalInsights/workspaces/log-another"',
        where=_CONTAIN,
    ),
    Weakening(
        Harm.WEAKEN,
        _RULE,
        "condition_json.conditionProperties.propertyValues",
        '["Informational"]',
        where=_CONTAIN,
    ),
    Weakening(Harm.FLIP, _WORKFLOW, "enabled", "false", where=_CONTAIN),
    Weakening(Harm.DELETE, _WORKFLOW, "identity", where=_CONTAIN),
    Weakening(Harm.DELETE, _TRIGGER),
    Weakening(Harm.MISSPELL, _TRIGGER, "body.inputs.path", '"/incident-deletion"'),
    Weakening(Harm.DELETE, _ACTION, where="close_storage"),
    Weakening(
        Harm.WEAKEN,
        _ACTION,
        "body.inputs.body.properties",
        "{ supportsHttpsTrafficOnly = true }",
        where="close_storage",
    ),
    Weakening(Harm.WEAKEN, _ACTION, "body.inputs.method", '"GET"', where="close_storage"),
    Weakening(
        Harm.UNLINK,
        _ACTION,
        "body.inputs.uri",
        '"https://management.azure.com/subscriptions/00000000-0000-0000-0000-000000000000/'
        "resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/another"
        '?api-version=2023-05-01"',
        where="close_storage",
    ),
    Weakening(Harm.MISSPELL, _ACTION, "body.type", '"Htpp"', where="close_storage"),
    Weakening(
        Harm.WEAKEN,
        _ACTION,
        "body.inputs.authentication.type",
        '"None"',
        where="close_storage",
    ),
    Weakening(
        Harm.WEAKEN,
        _ACTION,
        "body.runAfter",
        '{ Preserve_evidence = ["Failed"] }',
        where="close_storage",
    ),
    Weakening(Harm.DELETE, _ROLE, where="sentinel_runs_playbook"),
    Weakening(
        Harm.MISSPELL,
        _ROLE,
        "role_definition_name",
        '"Microsoft Sentinel Reader"',
        where="sentinel_runs_playbook",
    ),
    Weakening(Harm.DELETE, _ROLE, where="close_storage"),
    Weakening(Harm.DELETE, _ROLE, where="response.azurerm_role_assignment.keys"),
    Weakening(
        Harm.UNLINK,
        _ROLE,
        "principal_id",
        '"00000000-0000-0000-0000-000000000001"',
        where="close_storage",
    ),
    Weakening(
        Harm.WEAKEN,
        _DEFINITION,
        "permissions.actions",
        '["Microsoft.Storage/storageAccounts/read"]',
        where="close_storage",
    ),
    Weakening(Harm.DELETE, _ROLE, where="response.azurerm_role_assignment.remove_roles"),
    Weakening(Harm.DELETE, "azuread_app_role_assignment", where="revoke_sessions"),
)

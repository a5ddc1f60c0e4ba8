"""Single changes to a careful estate after which RESP-08 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_POLICY: Final = "azurerm_role_management_policy"
_ELIGIBLE: Final = "azurerm_pim_eligible_role_assignment"
_READER: Final = (
    '"/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"'
)

WEAKENINGS: Final = (
    Weakening(Harm.DELETE, _POLICY),
    Weakening(Harm.DELETE, _POLICY, "activation_rules"),
    Weakening(Harm.WEAKEN, _POLICY, "activation_rules.maximum_duration", '"P1D"'),
    Weakening(Harm.FLIP, _POLICY, "activation_rules.require_approval"),
    Weakening(Harm.FLIP, _POLICY, "activation_rules.require_justification"),
    Weakening(Harm.FLIP, _POLICY, "activation_rules.require_multifactor_authentication"),
    Weakening(Harm.DELETE, _POLICY, "activation_rules.approval_stage"),
    Weakening(Harm.FLIP, _POLICY, "active_assignment_rules.expiration_required"),
    Weakening(Harm.UNLINK, _POLICY, "scope", "var.subscription_scope"),
    Weakening(Harm.UNLINK, _POLICY, "role_definition_id", _READER),
    Weakening(Harm.UNLINK, _ELIGIBLE, "scope", "var.subscription_scope"),
    Weakening(
        Harm.WIDEN,
        "azurerm_role_assignment",
        "principal_type",
        '"Group"',
        where="worker_blobs",
    ),
)

"""Changes to one place of a configuration after which DATA-05 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_ACCOUNT: Final = "azurerm_storage_account"
_ASSIGNMENT: Final = "azurerm_subscription_policy_assignment"
_DEFINITION: Final = "azurerm_policy_definition"
_CUSTOMER: Final = "customer_storage"
_POLICY: Final = "personal_encryption"
_ALL: Final = ("DATA-04", "RESP-13")

WEAKENINGS: Final = (
    Weakening(Harm.DELETE, _ACCOUNT, "customer_managed_key", where=_CUSTOMER),
    Weakening(
        Harm.WEAKEN,
        _ACCOUNT,
        "customer_managed_key.key_vault_key_id",
        '"https://kv-gpoppy.vault.azure.net/keys/customer-storage/0123456789abcdef0123456789abcdef"',
        where=_CUSTOMER,
    ),
    Weakening(Harm.UNLINK, _ACCOUNT, "customer_managed_key.key_vault_key_id", "null", _CUSTOMER),
    Weakening(Harm.FLIP, "azurerm_key_vault", "purge_protection_enabled", also=("DATA-07",)),
    Weakening(Harm.DELETE, _DEFINITION, where=_POLICY, also=("RESP-13",)),
    Weakening(
        Harm.WEAKEN,
        _DEFINITION,
        "policy_rule",
        'jsonencode({ if = { field = "Microsoft.Storage/storageAccounts/encryption.keySource", '
        'notEquals = "Microsoft.Keyvault" }, then = { effect = "audit" } })',
        where=_POLICY,
        also=("RESP-13",),
    ),
    Weakening(
        Harm.MISSPELL,
        _DEFINITION,
        "policy_rule",
        'jsonencode({ if = { field = "Microsoft.Storage/storageAccounts/encryption.keySource", '
        'equals = "Microsoft.Keyvault" }, then = { effect = "deny" } })',
        where=_POLICY,
        also=("RESP-13",),
    ),
    Weakening(Harm.DELETE, _ASSIGNMENT, where="refused", also=_ALL),
    Weakening(Harm.FLIP, _ASSIGNMENT, "enforce", where="refused", also=_ALL),
    Weakening(
        Harm.WIDEN,
        _ASSIGNMENT,
        "not_scopes",
        "[var.subscription_scope]",
        where="refused",
        also=_ALL,
    ),
    Weakening(
        Harm.WEAKEN,
        _ASSIGNMENT,
        "parameters",
        'jsonencode({ effect = { value = "Audit" } })',
        where="refused",
        also=_ALL,
    ),
)

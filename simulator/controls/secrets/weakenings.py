"""Changes to one place of a configuration after which DATA-07 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_VAULT: Final = "azurerm_key_vault"
_SECRET: Final = "azurerm_key_vault_secret"  # noqa: S105 - a resource type
_KEY: Final = "azurerm_key_vault_key"
_APP: Final = "azurerm_linux_web_app"

WEAKENINGS: Final = (
    # A key that can be purged takes what it encrypts with it.
    Weakening(Harm.FLIP, _VAULT, "purge_protection_enabled", "false", also=("DATA-05",)),
    Weakening(Harm.DELETE, _VAULT, "purge_protection_enabled", also=("DATA-05",)),
    Weakening(Harm.WEAKEN, _VAULT, "soft_delete_retention_days", "7"),
    Weakening(Harm.FLIP, _VAULT, "rbac_authorization_enabled", "false"),
    Weakening(Harm.DELETE, _VAULT, "rbac_authorization_enabled"),
    Weakening(Harm.EXPIRE, _SECRET, "expiration_date", '"2020-01-01T00:00:00Z"'),
    Weakening(Harm.WIDEN, _SECRET, "expiration_date", '"2099-01-01T00:00:00Z"'),
    Weakening(Harm.DELETE, _SECRET, "expiration_date"),
    Weakening(Harm.DELETE, _KEY, "rotation_policy"),
    Weakening(Harm.DELETE, _KEY, "rotation_policy.automatic"),
    Weakening(Harm.MISSPELL, _KEY, "rotation_policy.expire_after", '"1 year"'),
    Weakening(Harm.WEAKEN, _APP, "app_settings.SESSION_SIGNING_SECRET", '"not-a-real-secret"'),
    Weakening(
        Harm.MISSPELL,
        _APP,
        "app_settings.PAYMENT_PROCESSOR_KEY",
        '"@Microsoft.KeyVaults(VaultName=kv-shop;SecretName=payment-processor-key)"',
    ),
    Weakening(
        Harm.WIDEN,
        _APP,
        "app_settings.ORDERS_DATABASE",
        '"Server=tcp:orders.example,1433;User ID=shop;Password=not-a-real-password;Encrypt=True"',
    ),
    Weakening(Harm.DELETE, _APP, "identity"),
    Weakening(
        Harm.WEAKEN,
        "azurerm_linux_function_app",
        "storage_account_access_key",
        '"bm90LWEtcmVhbC1zdG9yYWdlLWtleQ=="',
    ),
    Weakening(
        Harm.WEAKEN,
        "azurerm_api_management_backend",
        "credentials.header.x-courier-key",
        '"not-a-real-courier-key"',
        where="courier",
    ),
)

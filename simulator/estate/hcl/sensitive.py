"""Which arguments hold secrets, whether or not a variable says so."""

from typing import Final

# The azurerm schema marks these sensitive, whichever resource has them; azapi the last one.
_ENDINGS: Final = (
    "password",
    "access_key",
    "connection_string",
    "client_secret",
    "shared_key",
    "sas_token",
    "private_key",
    "private_key_pem",
    "passphrase",
    "instrumentation_key",
    "protected_settings",
    "secret_value",
    "sensitive_body",
    "_wo",  # write-only arguments exist for secrets
)


def is_sensitive(type_: str, name: str) -> bool:
    """Whether the provider treats the argument ``name`` of this resource type as a secret.

    >>> is_sensitive("azurerm_mssql_server", "administrator_login_password")
    True
    >>> is_sensitive("azurerm_storage_account", "shared_access_key_enabled")
    False
    """
    return name.endswith(_ENDINGS) or (type_ == "azurerm_key_vault_secret" and name == "value")

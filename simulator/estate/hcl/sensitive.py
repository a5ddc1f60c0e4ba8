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


_HOLDERS: Final = ("secret", *_ENDINGS)
"""Blocks called so hold a secret as their ``value``, beside its name and its type."""


def is_sensitive(type_: str, name: str, block: str = "") -> bool:
    """Whether the provider treats the argument ``name`` of this resource type as a secret.

    ``block`` is the type of the nested block that it stands in, if it does in one.

    >>> is_sensitive("azurerm_mssql_server", "administrator_login_password")
    True
    >>> is_sensitive("azurerm_storage_account", "shared_access_key_enabled")
    False
    >>> [is_sensitive("azurerm_linux_web_app", n, "connection_string") for n in ("name", "value")]
    [False, True]
    """
    if name == "value":
        return block.endswith(_HOLDERS) or (not block and type_ == "azurerm_key_vault_secret")
    return name.endswith(_ENDINGS)

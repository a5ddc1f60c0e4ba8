"""With whose key a database is encrypted that is declared to hold personal information."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.verdict import Finding, finding
from simulator.estate.model import Estate, Omitted, Resource, Unresolvable, effective
from simulator.estate.personal_information import Holds, holding

_WHY: Final = (
    "a key that Microsoft holds cannot be withdrawn when the data or a copy of it leaks; "
    "encryption at rest is an audit component of 11 CCR 7123(c)(2), part of the security owed "
    "under Civ. Code 1798.81.5(b)"
)
_NEW: Final = "  # only a new one can be given it: copy the data first"
_IN_BLOCK: Final = (
    "customer_managed_key { key_vault_key_id = azurerm_key_vault_key.data.versionless_id, "
    f"primary_user_assigned_identity_id = azurerm_user_assigned_identity.data.id }}{_NEW}"
)
_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "azurerm_cosmosdb_account": (
        "key_vault_key_id",
        f"key_vault_key_id = azurerm_key_vault_key.data.versionless_id{_NEW}",
    ),
    "azurerm_postgresql_flexible_server": ("customer_managed_key.key_vault_key_id", _IN_BLOCK),
    "azurerm_mysql_flexible_server": (
        "customer_managed_key.key_vault_key_id",
        _IN_BLOCK.removesuffix(_NEW),
    ),
}
"""Where the key is named, by type, and how it is written."""


def encryption(estate: Estate, store: Resource) -> Iterator[Finding]:
    """That ``store`` has no key of its team's own, though it is declared to need one."""
    if store.type not in _KEYS or holding(estate, store).holds is not Holds.DECLARED:
        return
    attribute, remedy = _KEYS[store.type]
    value = store.get(attribute)
    unknown = isinstance(value, Unresolvable)
    if isinstance(value, Omitted) or unknown or effective(value) in {None, ""}:
        yield finding(
            store,
            attribute,
            value if unknown else "none, so that Microsoft holds the key",
            expected="a key in a vault of the team's own",
            why=_WHY,
            remedy=f"say which key it is, or {remedy}" if unknown else remedy,
            unknown=unknown,
        )

"""Whether the files and backups of a SQL server are encrypted, and with whose key.

TDE is on unless told otherwise. With a service-managed key, what is taken away whole stays readable
to whoever has the server: of data that is declared personal, the key is to be one that the team can
withdraw, and one that rotates.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.judge import Demand, judge, one_of, true
from simulator.controls.owners import LOST, Link, placed
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    Estate,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.personal_information import Holds, holding
from simulator.estate.scopes import Answer

PROTECTORS: Final[Mapping[str, Link]] = {
    "azurerm_mssql_server_transparent_data_encryption": Link(
        "server_id", ("azurerm_mssql_server",)
    ),
    "azurerm_mssql_managed_instance_transparent_data_encryption": Link(
        "managed_instance_id", ("azurerm_mssql_managed_instance",)
    ),
}
"""What gives a server its key from beside it, by type."""

ABSENT: Final = "customer_managed_key"
"""The attribute under which a key that is not the team's own is told."""

_CLEAR: Final = (
    "files and backups that are taken away hold nonencrypted personal information (Civ. Code "
    "1798.150(a)(1)); encryption at rest is an audit component of 11 CCR 7123(c)(2)"
)
_THEIRS: Final = (
    "a key that Microsoft holds cannot be withdrawn when files or backups leak; encryption at rest "
    "is an audit component of 11 CCR 7123(c)(2), part of the security owed under Civ. Code "
    "1798.81.5(b)"
)
_ENCRYPTED: Final[Mapping[str, Demand]] = {
    type_: Demand(attribute, true, "true", _CLEAR, f"{attribute} = true")
    for type_, attribute in (
        ("azurerm_mssql_database", "transparent_data_encryption_enabled"),
        ("azurerm_synapse_sql_pool", "data_encrypted"),
    )
}
_KEY: Final = "transparent_data_encryption_key_vault_key_id"
_SYNAPSE: Final = "azurerm_synapse_workspace"


def _rotates(attribute: str) -> Demand:
    still = Omitted(default=False, decided_by="azurerm default")
    why = f"a key that leaked stays in use after it was rotated; {_THEIRS}"
    return Demand(attribute, true, "true", why, f"{attribute} = true", Severity.MEDIUM, still)


_ROTATES: Final = _rotates("auto_rotation_enabled")
_ONE_ROTATES: Final = _rotates("transparent_data_encryption_key_automatic_rotation_enabled")

_placed = placed(PROTECTORS)


def findings(
    estate: Estate, server: Resource, databases: tuple[Resource, ...]
) -> Iterator[Finding]:
    """What leaves ``server`` and its ``databases`` in clear, or under a key of Microsoft's."""
    primaries = tuple(one for one in databases if not _is_copy(one))
    for database in primaries:
        if database.type in _ENCRYPTED:
            yield from judge(database, _ENCRYPTED[database.type])
    restricted = primaries if _is_declared(estate, server) else ()
    restricted = restricted or tuple(one for one in primaries if _is_declared(estate, one))
    if restricted or _is_declared(estate, server):
        yield from _own_key(estate, server, restricted)


def _is_copy(database: Resource) -> bool:
    """Whether it is encrypted as its primary is."""
    return one_of("Secondary", "OnlineSecondary")(effective(database.get("create_mode")))


def _is_declared(estate: Estate, store: Resource) -> bool:
    return holding(estate, store).holds is Holds.DECLARED


def _own_key(
    estate: Estate, server: Resource, restricted: tuple[Resource, ...]
) -> Iterator[Finding]:
    by_owner = estate.derived(_placed)
    beside = by_owner.get(server.address, ())
    held = [_is_key(one.get("key_vault_key_id")) for one in beside]
    if True in held:
        yield from (f for one in beside for f in judge(one, _ROTATES))
        return
    of_each = [_is_key(database.get(_KEY)) for database in restricted]
    if of_each and all(of_each):
        yield from (f for database in restricted for f in judge(database, _ONE_ROTATES))
        return
    answers = [*held, _of_server(server), *(a for a in of_each if a is not True)]
    if True not in answers:
        lost = by_owner.get(LOST, ())
        yield _theirs(server, lost, unknown=bool(lost) or None in answers)


def _of_server(server: Resource) -> Answer:
    if server.type != _SYNAPSE:
        return _is_key(server.get(_KEY))
    unread = server.unresolved("customer_managed_key") is not None
    return None if unread else bool(server.blocks("customer_managed_key"))


def _is_key(value: Value) -> Answer:
    if isinstance(value, Unresolvable):
        return None
    if isinstance(value, Omitted):
        return False
    return isinstance(value, Reference) or effective(value) not in {None, ""}


def _theirs(server: Resource, lost: tuple[Resource, ...], *, unknown: bool) -> Finding:
    actual = "a key that Microsoft holds"
    if lost:
        actual += f", unless {lost[0].address}, whose server cannot be told, says otherwise"
    elif unknown:
        actual = "a key that is not known"
    return finding(
        server,
        ABSENT,
        actual,
        expected="a key in a vault of the team's own, which rotates",
        why=_THEIRS,
        remedy=f"say which key it is, or {_remedy(server)}" if unknown else _remedy(server),
        unknown=unknown,
    )


def _remedy(server: Resource) -> str:
    if server.type == _SYNAPSE:
        return (
            'customer_managed_key { key_name = "data", key_versionless_id = '
            "azurerm_key_vault_key.data.versionless_id }  # replaces the workspace"
        )
    type_, link = next((t, k) for t, k in PROTECTORS.items() if server.type in k.owners)
    return (
        f"{type_}: {link.argument} = {server.address}.id, "
        "key_vault_key_id = azurerm_key_vault_key.data.id, auto_rotation_enabled = true"
    )

"""Whether a SQL server takes Entra sign-ins only: no password of its own opens it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulator.controls.judge import Demand, judge, true
from simulator.controls.owners import Link, placed
from simulator.controls.verdict import Finding, finding
from simulator.estate.model import Estate, Omitted, Resource

ADMINISTRATORS: Final[Mapping[str, Link]] = {
    "azurerm_mssql_managed_instance_active_directory_administrator": Link(
        "managed_instance_id", ("azurerm_mssql_managed_instance",)
    ),
}
"""What makes an Entra administrator beside the server, by type."""

_WHY: Final = (
    "a SQL login has a password that leaks with a connection string, knows no second factor and "
    "outlives the person; authentication is an audit component of 11 CCR 7123(c)(1)"
)
_BLOCKS: Final[Mapping[str, tuple[str, str]]] = {
    "azurerm_mssql_server": ("azuread_administrator", "azuread_authentication_only"),
    "azurerm_mssql_managed_instance": (
        "azure_active_directory_administrator",
        "azuread_authentication_only_enabled",
    ),
}
_ALONE: Final = Demand(
    "azuread_authentication_only",
    true,
    "true",
    _WHY,
    "azuread_authentication_only = true",
    default=Omitted(default=False, decided_by="Azure default"),
)

_placed = placed(ADMINISTRATORS)


def sign_in(estate: Estate, server: Resource) -> Iterator[Finding]:
    """What lets anyone sign in to ``server`` without Entra ID."""
    if server.type not in _BLOCKS:
        yield from judge(server, _ALONE)
        return
    name, switch = _BLOCKS[server.type]
    attribute = f"{name}.{switch}"
    demand = replace(_ALONE, attribute=attribute, remedy=f"{name} {{ {switch} = true }}")
    blocks, unread = server.blocks(name), server.unresolved(name)
    beside = estate.derived(_placed).get(server.address, ())
    if unread is not None:
        yield from judge(server, demand, unread)
    elif blocks:
        within = replace(demand, remedy=f"{switch} = true")
        yield from judge(server, within, blocks[0].get(switch), block=blocks[0])
    elif beside:
        yield from (f for one in beside for f in judge(one, _ALONE))
    else:
        yield finding(
            server,
            name,
            "no Entra administrator, so that SQL logins with passwords are the only way in",
            expected=f"an Entra administrator with {switch} = true",
            why=_WHY,
            remedy=f'{name} {{ login_username = "sql-admins", object_id = "…", {switch} = true }}',
        )

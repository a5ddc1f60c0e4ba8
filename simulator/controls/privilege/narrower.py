"""The narrower right that does what a wide one is mostly given for, in one line of HCL."""

from typing import Final

from simulator.controls.apps import FUNCTION_APPS
from simulator.estate.model import Block, Estate, Reference, Resource, effective
from simulator.estate.powers import Power
from simulator.estate.principals import principal_at
from simulator.estate.roles import Role

_BLOBS: Final = (
    'scope = azurerm_storage_container.orders.id, role_definition_name = "Storage Blob Data Reader"'
)
_VAULT: Final = 'scope = azurerm_key_vault.v.id, role_definition_name = "Key Vault Secrets User"'


def narrower(role: Role, told: frozenset[Power]) -> str:
    """What to give in place of ``role``, of which ``told`` is too much."""
    if told == {Power.BLIND}:
        return 'role_definition_name = "Log Analytics Reader"'
    if told <= {Power.BLIND, Power.RUN}:
        return "scope = azurerm_resource_group.<of one workload>.id"
    of_vaults = role.name.casefold().startswith("key vault")
    return f"{_VAULT if of_vaults else _BLOBS}, to one workload"


def apart(estate: Estate, given: Block, store: Resource | None) -> str:
    """What to do where the runtime of a function app needs its right on its own account.

    Microsoft Learn, "Connecting to host storage with an identity": it has to own the blobs there.
    ``""`` if ``given`` is not for such an app.
    """
    app = principal_at(estate, given.get("principal_id"))
    if app is None or store is None or app.type not in FUNCTION_APPS:
        return ""
    name = app.get("storage_account_name")
    named = name.to if isinstance(name, Reference) else effective(name)
    if named not in {store.address, store.declared_name}:
        return ""
    return (
        f"an account with nothing but the runtime of {app.address} in it, which needs this role "
        'there: tags = { purpose = "function-runtime" }'
    )

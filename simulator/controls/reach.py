"""What a scope reaches of the stores that may hold personal information."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.controls.accounts import ACCOUNT, Storage, storage_of
from simulator.controls.stores import stores_of
from simulator.estate.address import parse_address
from simulator.estate.model import Estate, Known, Reference, Resource, Value, effective
from simulator.estate.personal_information import holding, holdings
from simulator.estate.powers import KEYS_OF, STORES_READ, Power, powers
from simulator.estate.resource_ids import named
from simulator.estate.roles import Role
from simulator.estate.scopes import Answer, Level, covers, level, near

_OWNER_ARGUMENTS: Final = (
    "server_id",
    "account_id",
    "namespace_id",
    "key_vault_id",
    "server_name",
    "account_name",
    "namespace_name",
)
_PARTS: Final[Mapping[str, str]] = {
    "azurerm_storage_": ACCOUNT,
    "azurerm_key_vault_": "azurerm_key_vault",
    "azurerm_servicebus_": "azurerm_servicebus_namespace",
    "azurerm_eventhub": "azurerm_eventhub_namespace",
    "azurerm_cosmosdb_": "azurerm_cosmosdb_account",
}
"""What a resource of such a type is a part of, where the estate does not show of which one."""
_KEYS_OFF: Final[Mapping[str, tuple[str, object]]] = {
    ACCOUNT: ("shared_access_key_enabled", False),
    "azurerm_cosmosdb_account": ("local_authentication_enabled", False),
    "azurerm_key_vault": ("rbac_authorization_enabled", True),
    "azurerm_redis_cache": ("access_keys_authentication_enabled", False),
    "azurerm_eventhub_namespace": ("local_authentication_enabled", False),
    "azurerm_servicebus_namespace": ("local_auth_enabled", False),
    "azurerm_search_service": ("local_authentication_enabled", False),
}


@dataclass(frozen=True, slots=True)
class Reached:
    """A store, or a part of one, that a scope reaches: its type, and itself where it is seen."""

    type: str
    store: Resource | None = None
    sure: bool = True

    def read_by(self, role: Role) -> bool:
        """Whether the role lets its holder read what is in it."""
        return any(map(role.allows_data, STORES_READ.get(self.type, ())))

    def opened_by(self, role: Role) -> bool:
        """Whether the role lets its holder take keys that work."""
        return self.has_keys and any(map(role.allows, self.key_operations))

    @property
    def key_operations(self) -> tuple[str, ...]:
        """The control-plane operations that would give access to what is in it."""
        return KEYS_OF.get(self.type, ())

    @property
    def has_keys(self) -> bool:
        """Whether keys, or policies of its own, open it: unless they are known to be off."""
        attribute, off = _KEYS_OFF.get(self.type, ("", None))
        return (
            self.store is None or not attribute or effective(self.store.get(attribute)) is not off
        )


def personal_stores(estate: Estate) -> tuple[Resource, ...]:
    """The declared stores that may hold personal information, vaults with its keys among them."""
    return tuple(estate.derived(_personal).values())


def _personal(estate: Estate) -> Mapping[str, Resource]:
    stores = stores_of(estate)
    found = {store.address: store for store in stores.all if holding(estate, store).may_hold}
    more = (one.store for one in holdings(estate) if one.may_hold)
    return found | {one.address: one for one in more if one.address not in stores.exempt}


def reached_in_group(estate: Estate, scope: Value) -> Iterator[Reached]:
    """The stores in a resource group that may hold personal information."""
    personal = estate.derived(_personal)
    for address in sorted(near(estate, scope, personal)):
        store = personal[address]
        inside: Answer = covers(estate, scope, store)
        if inside is not False:
            yield Reached(store.type, store, inside is True)


def reached_at(estate: Estate, scope: Value) -> Reached | None:
    """The store at a scope that is one resource; ``None`` if it is none, or holds nothing personal.

    What another estate declares may hold personal information.
    """
    target = estate.target(scope)
    if target is None:
        type_ = _type_outside(scope)
        return Reached(type_) if type_ in STORES_READ.keys() | KEYS_OF.keys() else None
    personal = estate.derived(_personal)
    one = target.resource
    owner = one if one.address in personal else _owner(estate, one)
    if owner is not None and owner.mode == "managed":
        return Reached(owner.type, owner) if owner.address in personal else None
    if one.mode == "data" or owner is not None:
        type_ = (owner or one).type
        type_ = _PARTS.get(type_, type_)
        return Reached(type_) if type_ in STORES_READ.keys() | KEYS_OF.keys() else None
    part_of = next((whole for start, whole in _PARTS.items() if one.type.startswith(start)), None)
    known = one.type in STORES_READ.keys() | KEYS_OF.keys()
    return Reached(part_of) if part_of and not known else None


def _owner(estate: Estate, part: Resource) -> Resource | None:
    """The store that a container, a queue, a database or a secret is in."""
    if part.type.startswith("azurerm_storage_") and part.type != ACCOUNT:
        storage: Storage = storage_of(estate)
        return storage.account_of(part)
    for argument in _OWNER_ARGUMENTS:
        value = part.get(argument)
        target = estate.target(value)
        if target is not None:
            return target.resource
        if isinstance(value, Reference) and value.to in estate.by_address:
            return estate.by_address[value.to]
    return None


def _type_outside(scope: Value) -> str:
    """The type of what a scope names, though the estate does not declare it."""
    if isinstance(scope, Reference):
        try:
            return parse_address(scope.to).type
        except ValueError:
            return ""
    text = scope.value if isinstance(scope, Known) else None
    if not isinstance(text, str):
        return ""
    return next((one.types[0] for one in named(text)), "")


def reached_powers(
    estate: Estate, scope: Value, role: Role
) -> tuple[frozenset[Power], frozenset[Power]]:
    """What a role at a scope lets its holder do to personal information: surely, and perhaps.

    The powers are those to read it, to open it with keys, and to give oneself such a right.
    """
    held = powers(role) & {Power.GRANT, Power.KEYS, Power.READ, Power.OWN}
    measure = level(estate, scope)
    if measure is None:
        return frozenset(), held
    if measure >= Level.SUBSCRIPTION:
        return held, held
    if measure is Level.GROUP:
        inside = tuple(reached_in_group(estate, scope))
    else:
        at = reached_at(estate, scope)
        inside = (at,) if at is not None else ()
    each = [(one, _powers_at(one, role, held)) for one in inside]
    surely = (found for one, found in each if one.sure)
    none: frozenset[Power] = frozenset()
    return none.union(*surely), none.union(*(found for _, found in each))


def _powers_at(one: Reached, role: Role, held: frozenset[Power]) -> frozenset[Power]:
    found = held & {Power.GRANT}
    if one.read_by(role):
        found |= held & {Power.READ, Power.OWN}
    if one.opened_by(role):
        found |= {Power.KEYS}
    return found

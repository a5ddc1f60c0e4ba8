"""Storage accounts and what belongs to them, however a team tied the two together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.estate.model import Estate, Known, Reference, Resource, effective

ACCOUNT: Final = "azurerm_storage_account"
CONTAINER: Final = "azurerm_storage_container"
WEBSITE: Final = "azurerm_storage_account_static_website"
RULES: Final = "azurerm_storage_account_network_rules"
_NEVER_BLOBS: Final = ("azurerm_storage_share", "azurerm_storage_queue")
_BLOBS: Final = (
    CONTAINER,
    WEBSITE,
    "azurerm_storage_blob",
    "azurerm_storage_data_lake_gen2_filesystem",
    # The Functions runtime makes containers of its own in its account.
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
)
_LITERAL_ACCOUNT: Final = re.compile(r"/storageAccounts/([^/]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Storage:
    """The storage that an estate declares, with its parts tied together.

    ``accounts`` and ``containers`` are keyed by address.
    """

    estate: Estate
    accounts: Mapping[str, Resource]
    containers: Mapping[str, Resource]

    def account_of(self, child: Resource) -> Resource | None:
        """The account, declared or read as data, that ``child`` belongs to; ``None`` if unseen."""
        by_id, by_name = child.get("storage_account_id"), child.get("storage_account_name")
        target = self.estate.target(by_id)
        if target is None and isinstance(by_name, Reference):
            found = self.estate.by_address.get(by_name.to)
        else:
            found = target.resource if target else self._named(by_id, by_name)
        return None if found is None else self.accounts.get(found.address, found)

    def _named(self, by_id: object, by_name: object) -> Resource | None:
        name = by_name.value if isinstance(by_name, Known) else None
        if isinstance(by_id, Known):
            match = _LITERAL_ACCOUNT.search(str(by_id.value))
            name = match[1] if match else None
        return self.estate.derived(_by_name).get(name) if isinstance(name, str) else None

    @property
    def outside(self) -> tuple[Resource, ...]:
        """The accounts that this estate only reads, as data sources."""
        return self.estate.derived(_outside)

    def holds_no_blobs(self, account: Resource) -> bool:
        """Whether an account is for files and queues alone: it has some, and nothing for blobs."""
        if str(effective(account.get("account_kind"))).casefold() == "filestorage":
            return True
        others = any(self.held_by(account, *_NEVER_BLOBS))
        return others and not any(self.held_by(account, *_BLOBS))

    def held_by(self, account: Resource, *types: str) -> Iterator[Resource]:
        """The resources of these types that belong to ``account``."""
        for child in self.estate.of_type(*types):
            owner = self.account_of(child)
            if owner is not None and owner.address == account.address:
                yield child


def _outside(estate: Estate) -> tuple[Resource, ...]:
    return tuple(r for r in estate.resources if r.type == ACCOUNT and r.mode == "data")


def _by_name(estate: Estate) -> Mapping[str, Resource]:
    """The accounts by Azure name: of several, the first that is declared, else that is read."""
    named: dict[str, Resource] = {}
    for account in (*estate.of_type(ACCOUNT), *_outside(estate)):
        if account.declared_name:
            named.setdefault(account.declared_name, account)
    return named


def storage_of(estate: Estate) -> Storage:
    """The storage that ``estate`` declares."""
    accounts = {r.address: r for r in estate.of_type(ACCOUNT)}
    containers = {r.address: r for r in estate.of_type(CONTAINER)}
    return Storage(estate, MappingProxyType(accounts), MappingProxyType(containers))

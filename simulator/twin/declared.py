"""Reading declared settings for the twin, and noting what had to be assumed.

What cannot be known never counts as protection: it is taken as open, and said so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Omitted,
    Origin,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
    show,
)
from simulator.twin.plan import Setting

_ACCOUNT_ID: Final = re.compile(r"/storageAccounts/([^/${}]+)(.*)", re.IGNORECASE | re.DOTALL)


def place(resource: Resource, attribute: str, value: Value, origin: Origin | None = None) -> str:
    """A declaration in words: address, file and line, attribute and value."""
    return f"{resource.address} ({origin or resource.origin}): {attribute} = {show(value)}"


@dataclass(frozen=True, slots=True)
class Survey:
    """An estate being read; ``assumptions`` gathers what could not be known."""

    estate: Estate
    assumptions: list[str] = field(default_factory=list)

    def assume(self, resource: Resource, attribute: str, why: str, taken: str) -> None:
        """Note one assumption."""
        line = f"{resource.address} ({resource.origin}): {attribute} {why}; taken as {taken}"
        if line not in self.assumptions:
            self.assumptions.append(line)

    def flag(
        self, resource: Resource, attribute: str, *, if_unknown: bool, sense: bool = True
    ) -> Setting[bool]:
        """A boolean setting; ``sense`` false reads it the other way round."""
        value = resource.get(attribute)
        known = effective(value)
        if isinstance(known, bool):
            return Setting(known is sense, place(resource, attribute, value))
        self.assume(resource, attribute, f"is {show(value)}", str(if_unknown).lower())
        return Setting(if_unknown is sense, place(resource, attribute, value))

    def word(
        self, resource: Resource, attribute: str, allowed: tuple[str, ...], if_unknown: str
    ) -> Setting[str]:
        """A setting that is one of a few words (Azure ignores their case)."""
        value = resource.get(attribute)
        known = effective(value)
        for one in allowed:
            if isinstance(known, str) and known.casefold() == one.casefold():
                return Setting(one, place(resource, attribute, value))
        self.assume(resource, attribute, f"is {show(value)}", if_unknown)
        return Setting(if_unknown, place(resource, attribute, value))

    def texts(self, resource: Resource, block: Block, attribute: str) -> tuple[str, ...]:
        """A list of texts; empty if it is not set or not known, which is then noted."""
        value = block.get(attribute)
        known = effective(value)
        if isinstance(known, tuple):
            return tuple(str(item) for item in known)
        if not isinstance(value, Omitted):
            self.assume(resource, attribute, f"is {show(value)}", "an empty list")
        return ()

    def referenced(self, resource: Resource, attribute: str, value: Value) -> Iterator[Resource]:
        """The resources that an argument names, in order; what cannot be followed is noted."""
        if isinstance(value, Reference):
            for address in (value.to, *value.also):
                found = self.estate.by_address.get(address)
                if found is not None:
                    yield found
                else:
                    self.assume(resource, attribute, f"names {address}, not declared here", "none")
            return
        ids = value.value if isinstance(value, Known) else ()
        for text in ids if isinstance(ids, tuple) else (ids,):
            target = self.estate.target(Known(text))
            if target is not None:
                yield target.resource
            elif text is not None:
                self.assume(resource, attribute, f"names {text}, not declared here", "none")
        if isinstance(value, Unresolvable):
            self.assume(resource, attribute, f"is {show(value)}", "none")

    def account_of(self, value: Value) -> Resource | None:
        """The declared storage account that an id points at (at or below it)."""
        target = self.estate.target(value)
        if target is not None and target.resource.type == "azurerm_storage_account":
            return target.resource
        literal = literal_account(value)
        return self.estate.named("azurerm_storage_account", literal[0]) if literal else None

    def holder(self, child: Resource) -> Resource | None:
        """The declared storage account that a container or a set of rules belongs to."""
        found = self.account_of(child.get("storage_account_id"))
        by_name = child.get("storage_account_name")
        if found is None and isinstance(by_name, Reference):
            named = self.estate.by_address.get(by_name.to)
            found = named if named and named.type == "azurerm_storage_account" else None
        if found is None and isinstance(by_name, Known):
            found = self.estate.named("azurerm_storage_account", str(by_name.value))
        return found


def literal_account(value: Value) -> tuple[str, str] | None:
    """Name and rest of a storage account id that is written out, at least in that part.

    >>> literal_account(Known("/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/"
    ...     "storageAccounts/stshop/blobServices/default/containers/orders"))
    ('stshop', '/blobServices/default/containers/orders')
    """
    text = value.text if isinstance(value, Reference) else effective(value)
    match = _ACCOUNT_ID.search(text) if isinstance(text, str) else None
    return (match[1], match[2].rstrip("/")) if match else None

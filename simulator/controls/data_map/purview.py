"""What a Purview data map is told in Terraform: sources, scans of them, and what starts the scans.

azurerm knows the account alone; the rest is ``azapi_data_plane_resource`` of the types
``Microsoft.Purview/accounts/Scanning/...`` with a host for a parent. REST: Purview "Scanning Data
Plane" 2023-09-01.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from simulator.estate.document import as_value, at, document, references, text_at
from simulator.estate.model import (
    Estate,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.service_hosts import services_named, text_in

ACCOUNT: Final = "azurerm_purview_account"
DATA_PLANE: Final = "azapi_data_plane_resource"
_SCANNING: Final = "microsoft.purview/accounts/scanning/"
_REFERENCE: Final = re.compile(r"\$\{[^}]*\}")
_PARENT: Final = re.compile(r"/datasources/([^/]+)(?:/scans/([^/]+))?/?$", re.IGNORECASE)
_WIDE: Final = frozenset({"azureresourcegroup", "azuresubscription"})
_HOST: Final = re.compile(r"^(?:https://)?([\w-]+)\.purview\.azure\.com", re.IGNORECASE)


@dataclass(frozen=True)
class DataMap:
    """The parts of the data maps that an estate declares."""

    estate: Estate
    accounts: tuple[Resource, ...]
    sources: tuple[Resource, ...]
    scans: tuple[Resource, ...]
    triggers: tuple[Resource, ...]
    runtimes: tuple[Resource, ...] = ()
    endpoints: tuple[Resource, ...] = ()

    @property
    def parts(self) -> tuple[Resource, ...]:
        """Everything but the accounts."""
        return (*self.sources, *self.scans, *self.triggers)

    @cached_property
    def _scans_of(self) -> Mapping[str, list[Resource]]:
        return _by_parent(self.scans, self.sources, 1)

    @cached_property
    def _triggers_of(self) -> Mapping[str, list[Resource]]:
        return _by_parent(self.triggers, self.scans, 2)

    def scans_of(self, source: Resource) -> tuple[Resource, ...]:
        """The scans of a source."""
        return tuple(self._scans_of.get(source.address, ()))

    def triggers_of(self, scan: Resource) -> tuple[Resource, ...]:
        """What starts a scan."""
        return tuple(self._triggers_of.get(scan.address, ()))

    @cached_property
    def _sources_by_store(self) -> Mapping[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for source in self.sources:
            for address in {store.address for store in _stores_of(self.estate, source)}:
                found.setdefault(address, []).append(source)
        return found

    def sources_at(self, address: str) -> tuple[Resource, ...]:
        """The sources that are the resource at an address."""
        return tuple(self._sources_by_store.get(address, ()))

    @cached_property
    def wide_sources(self) -> tuple[Resource, ...]:
        """The sources that are a whole resource group or subscription."""
        return tuple(s for s in self.sources if text_at(body(s), "kind").casefold() in _WIDE)

    @cached_property
    def unread_sources(self) -> tuple[Resource, ...]:
        """The sources of which it cannot be told which store they are."""
        return tuple(source for source in self.sources if _is_unread(source))

    def account_of(self, source: Resource) -> Resource | None:
        """The account in which a source is registered; ``None`` if it is not in the estate."""
        parent = source.get("parent_id")
        for account in self.accounts:
            if isinstance(parent, Reference) and account.address in {parent.to, *parent.also}:
                return account
            host = _HOST.match(text_in(parent))
            name = account.declared_name
            if host and name and host[1].casefold() == name.casefold():
                return account
        return None


def data_map(estate: Estate) -> DataMap:
    """The data maps of an estate."""
    kinds: dict[str, list[Resource]] = {}
    for part in sorted(estate.of_type(DATA_PLANE), key=lambda part: part.address):
        kind = str(effective(part.get("type"))).partition("@")[0].casefold()
        if kind.startswith(_SCANNING):
            kinds.setdefault(kind.removeprefix(_SCANNING), []).append(part)
    return DataMap(
        estate,
        estate.of_type(ACCOUNT),
        tuple(kinds.get("datasources", ())),
        tuple(kinds.get("datasources/scans", ())),
        tuple(kinds.get("datasources/scans/triggers", ())),
        tuple(kinds.get("integrationruntimes", ())),
        tuple(kinds.get("managedvirtualnetworks/managedprivateendpoints", ())),
    )


def _by_parent(
    children: tuple[Resource, ...], parents: tuple[Resource, ...], depth: int
) -> Mapping[str, list[Resource]]:
    """The children by the address of their parent: by its name in a path, or by a reference."""
    called: dict[str | None, list[Resource]] = {}
    for parent in parents:
        called.setdefault(parent.declared_name, []).append(parent)
    by_address = {parent.address: parent for parent in parents}
    found: dict[str, list[Resource]] = {}
    for child in children:
        value = child.get("parent_id")
        text = text_in(value)
        path = _PARENT.search(_REFERENCE.sub(_literal, text))
        if path is not None and path[depth]:
            some = called.get(path[depth], ())
            mine = next((p for p in some if depth == 1 or _same_source(text, p)), None)
        else:
            to = (value.to, *value.also) if isinstance(value, Reference) else ()
            mine = next((by_address[one] for one in to if one in by_address), None)
        if mine is not None:
            found.setdefault(mine.address, []).append(child)
    return found


def _literal(match: re.Match[str]) -> str:
    """A reference in a path, without what would end the path."""
    return match[0].replace("/", "|")


def _same_source(text: str, scan: Resource) -> bool:
    """Whether a trigger's path goes through the same source as its scan's does."""
    of_trigger = re.search(r"/datasources/([^/]+)/", text)
    of_scan = re.search(r"/datasources/([^/]+)/?$", text_in(scan.get("parent_id")))
    return of_trigger is None or of_scan is None or of_trigger[1] == of_scan[1]


def body(part: Resource) -> object:
    """The body of a part as plain JSON; ``Unresolvable`` if it cannot be told."""
    return document(part.body.values.get("body"))


def _stores_of(estate: Estate, source: Resource) -> Iterator[Resource]:
    """The resources that a source is: by its resource id, or by the host that it names."""
    read = body(source)
    target = estate.target(as_value(text_at(read, "properties.resourceId")))
    if target is not None:
        yield target.resource
    for name in ("endpoint", "serverEndpoint", "accountUri", "dedicatedSqlEndpoint"):
        text = text_at(read, f"properties.{name}")
        yield from services_named(estate, text)
        for reference in references(text):
            resource = estate.by_address.get(reference.to)
            if resource is not None:
                yield resource


def scope_of(source: Resource) -> Value:
    """The resource id of a source, which may be that of a whole group or subscription."""
    return as_value(text_at(body(source), "properties.resourceId"))


def _is_unread(part: Resource) -> bool:
    """Whether what a part says cannot be told."""
    read = body(part)
    return isinstance(read, Unresolvable) or isinstance(
        as_value(text_at(read, "properties.resourceId")), Unresolvable
    )


def days_between(trigger: Resource) -> float | None:
    """The days between two scans that a trigger starts, ``None`` if that cannot be told.

    A trigger without a recurrence starts one scan: infinitely many days.
    """
    read = body(trigger)
    recurrence = at(read, "properties.recurrence")
    if isinstance(read, Unresolvable):
        return None
    if not isinstance(recurrence, Mapping):
        return float("inf")
    unit = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0}.get(
        str(recurrence.get("frequency")).casefold()
    )
    every = recurrence.get("interval", 1)
    if unit is None or not isinstance(every, int | float) or isinstance(every, bool):
        return None
    return unit * every

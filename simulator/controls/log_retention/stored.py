"""Which logs of the stores need an immutable copy, and which of them have one of their own.

A table that Log Analytics can export is copied from the workspace; what lands in AzureDiagnostics
cannot be, so a diagnostic setting, or SQL auditing, has to write it to storage itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.copies import Copies
from simulator.controls.data_store_logs.log_categories import Requirement, requirement_of
from simulator.controls.stores import stores_of
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.diagnostics import STORAGE_TABLES, Feed, tables_of
from simulator.estate.model import Estate, Omitted, Resource, Value, effective

_STORAGE: Final = Requirement(("StorageRead", "StorageWrite", "StorageDelete"))
_DIAGNOSTICS: Final = "AzureDiagnostics"
_TO_STORAGE: Final = "storage_account_id"
_POLICIES: Final = (
    ("azurerm_mssql_server_extended_auditing_policy", "server_id"),
    ("azurerm_mssql_database_extended_auditing_policy", "database_id"),
)


@dataclass(frozen=True, slots=True)
class StoreLog:
    """The access log of a store as one diagnostic setting sends it to a workspace.

    ``tables`` says where its rows land and whether that is sure; several are alternatives.
    """

    feed: Feed
    tables: Mapping[str, bool]

    @property
    def exportable(self) -> bool:
        """Whether an export of the workspace can hold every row of it."""
        return bool(self.tables) and _DIAGNOSTICS not in self.tables


def store_logs(estate: Estate, feeds: tuple[Feed, ...]) -> Iterator[StoreLog]:
    """The access logs that these settings send."""
    stores = stores_of(estate)
    for feed in feeds:
        if not _requirement(feed).met_by(feed) and not feed.unread:
            continue  # what access it does not record is RESP-01's to say
        if feed.store.type == ACCOUNT and feed.service is None:
            services = stores.services(feed.store)
            yield StoreLog(feed, dict.fromkeys((STORAGE_TABLES[s] for s in services), False))
        else:
            found = tuple(tables_of(feed))
            yield StoreLog(feed, dict.fromkeys(found, len(found) == 1 and not feed.unread))


def copied_directly(estate: Estate, copies: Copies, log: StoreLog) -> tuple[Finding, ...] | None:
    """What is wrong with the copy that a setting itself writes; ``None`` if it writes none."""
    found = [tuple(one) for one in _direct(estate, copies, log)]
    return min(found, key=len) if found else None


def _direct(estate: Estate, copies: Copies, log: StoreLog) -> Iterator[Iterator[Finding]]:
    value = log.feed.setting.get(_TO_STORAGE)
    if not isinstance(value, Omitted):
        names = _requirement(log.feed).required
        containers = [f"insights-logs-{name.lower()}" for name in names]
        yield _in_account(estate, copies, log.feed.setting, value, containers, _TO_STORAGE)
    if log.feed.store.type.startswith("azurerm_mssql_"):
        for policy, endpoint in _auditing(estate, log.feed.store):
            yield _in_account(
                estate, copies, policy, endpoint, ["sqldbauditlogs"], "storage_endpoint"
            )


def _in_account(  # noqa: PLR0913, PLR0917 - where it is written, and what is to be there
    estate: Estate,
    copies: Copies,
    writer: Resource,
    value: Value,
    containers: list[str],
    attribute: str,
) -> Iterator[Finding]:
    account = _account_at(estate, value)
    if account is None or account.mode != "managed":
        yield finding(
            writer,
            attribute,
            value,
            expected="a storage account whose immutability can be read",
            why=copies.why,
            remedy="declare the account in the same estate, or check the estate that declares it",
            severity=Severity.HIGH,
            unknown=True,
        )
    else:
        yield from copies.in_containers(account, containers)


def _account_at(estate: Estate, value: Value) -> Resource | None:
    """The account with this id, or with this blob endpoint."""
    target = estate.target(value)
    if target is not None:
        return target.resource if target.resource.type == ACCOUNT else None
    url = effective(value)
    name = url.removeprefix("https://").partition(".")[0] if isinstance(url, str) else ""
    return estate.named(ACCOUNT, name)


def _auditing(estate: Estate, store: Resource) -> Iterator[tuple[Resource, Value]]:
    """The auditing policies of a SQL database or its server that write to storage."""
    server = estate.target(store.get("server_id"))
    owners = dict.fromkeys((store.address, server.resource.address if server else store.address))
    writing = estate.derived(_writing)
    yield from (one for owner in owners for one in writing.get(owner, ()))


def _writing(estate: Estate) -> Mapping[str, list[tuple[Resource, Value]]]:
    """The auditing policies that are on and write to storage, by the address that they are of."""
    found: dict[str, list[tuple[Resource, Value]]] = {}
    for type_, of in _POLICIES:
        for policy in estate.of_type(type_):
            owner, endpoint = estate.target(policy.get(of)), policy.get("storage_endpoint")
            on = effective(policy.get("enabled")) is not False
            if on and owner is not None and not isinstance(endpoint, Omitted):
                found.setdefault(owner.resource.address, []).append((policy, endpoint))
    return found


def not_copied(copies: Copies, log: StoreLog) -> Finding:
    """A log that no export can hold, and that nothing else writes to storage."""
    setting = log.feed.setting
    sure = len(log.tables) == 1 and not log.feed.unread
    where = " or ".join(sorted(log.tables)) or "a table that cannot be told"
    return replace(
        finding(
            setting,
            _TO_STORAGE,
            setting.get(_TO_STORAGE),
            expected="a storage account that nobody can change",
            why=copies.why,
            remedy=f"{_TO_STORAGE} = azurerm_storage_account.<evidence>.id",
            severity=Severity.HIGH,
            unknown=not sure,
        ),
        actual=f"not set, and the rows of {log.feed.store.address} land in {where}, which no data "
        "export rule copies",
    )


def _requirement(feed: Feed) -> Requirement:
    return _STORAGE if feed.store.type == ACCOUNT else requirement_of(feed.store)

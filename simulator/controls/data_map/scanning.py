"""Whether a store is in the data map: registered, scanned again and again, and readable."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.data_map.purview import (
    ACCOUNT,
    DataMap,
    body,
    days_between,
    scope_of,
)
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.assignments import assignments_of
from simulator.estate.document import as_value, at, references, text_at
from simulator.estate.model import Estate, Reference, Resource, Value, effective
from simulator.estate.personal_information import Holding
from simulator.estate.scopes import covers

SCANNED: Final = (
    "azurerm_storage_account",
    "azurerm_mssql_server",
    "azurerm_mssql_database",
    "azurerm_mssql_managed_instance",
    "azurerm_mssql_managed_database",
    "azurerm_cosmosdb_account",
    "azurerm_postgresql_server",
    "azurerm_postgresql_flexible_server",
    "azurerm_mysql_flexible_server",
    "azurerm_synapse_workspace",
    "azurerm_synapse_sql_pool",
    "azurerm_kusto_cluster",
    "azurerm_databricks_workspace",
)
"""The kinds of store that a data map can scan (Learn, "Supported data sources and file types")."""

WHY: Final = (
    "what is in a store that nobody scanned has to be guessed when it leaks; the inventory and the "
    "classification of personal information are audit components of 11 CCR 7123(c)(4)"
)
_MOST_DAYS: Final = 31
_ABOVE: Final = ("azurerm_resource_group", "azurerm_subscription", "azurerm_management_group")
_HOLDERS: Final = ("server_id", "managed_instance_id", "synapse_workspace_id")


def findings(data: DataMap, one: Holding) -> Iterator[Finding]:
    """What keeps a store out of the data map."""
    sources = tuple(_sources(data, one.store))
    if not sources:
        yield _unregistered(data, one)
        return
    scans = [(s, scan) for s in sources for scan in data.scans_of(s) if _covers(scan, one.store)]
    if not scans:
        yield _finding(
            sources[0],
            f"scan.{one.store.address}",
            f"registered, and no scan of {one.store.address}",
            'azapi_data_plane_resource: type = "Microsoft.Purview/accounts/Scanning/datasources/'
            'scans@2023-09-01"',
            unknown=any(is_unread_parent(scan) for scan in data.scans),
        )
        return
    for source, scan in scans:
        yield from _scan(data, source, scan, one.store)


def _sources(data: DataMap, store: Resource) -> Iterator[Resource]:
    """The sources that are a store, what it is in, or a group or subscription around it."""
    for place in (store, *holders(data.estate, store)):
        yield from data.sources_at(place.address)
    for source in data.wide_sources:
        if covers(data.estate, scope_of(source), store) is True:
            yield source


def holders(estate: Estate, store: Resource) -> Iterator[Resource]:
    """The server or the workspace that a database is on."""
    for argument in _HOLDERS:
        found = estate.target(store.get(argument))
        if found is not None:
            yield found.resource


def _covers(scan: Resource, store: Resource) -> bool:
    """Whether a scan is of this store: one of a server may be of a single database on it."""
    database = text_at(body(scan), "properties.databaseName")
    if not database or store.type not in {"azurerm_mssql_database", "azurerm_synapse_sql_pool"}:
        return True
    return store.declared_name in {None, database}


def is_unread_parent(part: Resource) -> bool:
    """Whether what a scan or a trigger belongs to cannot be told."""
    parent = part.get("parent_id")
    return not isinstance(effective(parent), str) and not isinstance(parent, Reference)


def _unregistered(data: DataMap, one: Holding) -> Finding:
    lost = data.unread_sources
    said = "no source in the data map is this store"
    if lost:
        said = f"{said}, unless {lost[0].address} is, which cannot be read"
    elif not data.sources:
        said = "no source is registered here; sources are often registered in the portal"
    elif not one.surely_holds:
        said = f"{said}, and nothing says whether it holds personal information"
    return _finding(
        one.store,
        "purview_source",
        said,
        'azapi_data_plane_resource: type = "Microsoft.Purview/accounts/Scanning/datasources@'
        f'2023-09-01", body = {{ properties = {{ resourceId = {one.store.address}.id }} }}',
        unknown=bool(lost) or not data.sources or not one.surely_holds,
    )


def _scan(data: DataMap, source: Resource, scan: Resource, store: Resource) -> Iterator[Finding]:
    triggers = data.triggers_of(scan)
    if not triggers:
        yield _finding(
            scan,
            "trigger",
            "nothing starts it again",
            'azapi_data_plane_resource: type = "Microsoft.Purview/accounts/Scanning/datasources/'
            'scans/triggers@2023-09-01", body = { properties = { recurrence = { frequency = '
            '"Week", interval = 1 } } }',
            unknown=any(is_unread_parent(trigger) for trigger in data.triggers),
        )
    for trigger in triggers:
        yield from _often(trigger)
    if text_at(body(scan), "properties.scanRulesetType").casefold() == "custom":
        yield _finding(
            scan,
            "body.properties.scanRulesetType",
            "a rule set of one's own: which personal information it looks for does not show",
            'scanRulesetType = "System"',
            unknown=True,
        )
    yield from _allowed(data, source, scan, store)
    if _is_shut(store, data.estate):
        yield from _runtime(data, scan, store)


def _runtime(data: DataMap, scan: Resource, store: Resource) -> Iterator[Finding]:
    """A closed store is scanned from a network from which an endpoint leads to it."""
    name = text_at(body(scan), "properties.connectedVia.referenceName")
    named = [reference.to for reference in references(name)]
    lost = [to for to in named if to not in data.estate.by_address]
    if name.startswith("${") and not named:
        lost = ["a runtime"]
    said = ""
    if not at(body(scan), "properties.connectedVia"):
        said = "not set: the shared runtime does not reach what is closed to the public network"
    elif lost:
        said = f"{lost[0]}, which is not known here"
    elif _is_managed(data, name) and not any(_leads_to(data, e, store) for e in data.endpoints):
        said = f"a managed network from which no endpoint leads to {store.address}"
    if said:
        yield _finding(
            scan,
            "body.properties.connectedVia",
            said,
            'connectedVia = { referenceName = "<runtime in a managed network>" }, and a managed '
            "private endpoint to the store",
            expected="a runtime that reaches the store, in a managed network or one of one's own",
            unknown=bool(lost),
        )


def _is_managed(data: DataMap, name: str) -> bool:
    """Whether a runtime is declared as one in a managed network."""
    named = {reference.to for reference in references(name)}
    return any(
        text_at(body(runtime), "kind").casefold() == "managed"
        for runtime in data.runtimes
        if runtime.address in named or runtime.declared_name == name
    )


def _leads_to(data: DataMap, endpoint: Resource, store: Resource) -> bool:
    """Whether a managed endpoint leads to a store, or to what it is in; or may, if unread."""
    to = as_value(text_at(body(endpoint), "properties.privateLinkResourceId"))
    target = data.estate.target(to)
    places = {store.address, *(holder.address for holder in holders(data.estate, store))}
    return target is None or target.resource.address in places


def _often(trigger: Resource) -> Iterator[Finding]:
    days = days_between(trigger)
    if days is not None and days <= _MOST_DAYS:
        return
    once = days == float("inf")
    said = "cannot be told" if days is None else "once" if once else f"every {days:g} days"
    yield _finding(
        trigger,
        "body.properties.recurrence",
        said,
        'recurrence = { frequency = "Week", interval = 1 }',
        unknown=days is None,
    )


def _is_shut(store: Resource, estate: Estate) -> bool:
    """Whether the public network is off, and Azure's own services are not let in either."""
    places = (store, *holders(estate, store))
    if not any(effective(one.get("public_network_access_enabled")) is False for one in places):
        return False
    let_in = {
        str(name)
        for rules in store.blocks("network_rules")
        for names in (effective(rules.get("bypass")),)
        if isinstance(names, tuple)
        for name in names
    }
    return "AzureServices" not in let_in


def _allowed(data: DataMap, source: Resource, scan: Resource, store: Resource) -> Iterator[Finding]:
    """A scan with the account's own identity needs a role on what it reads."""
    account = data.account_of(source)
    if account is None or not text_at(body(scan), "kind").casefold().endswith("msi"):
        return
    answers = tuple(_rights(data.estate, account, store))
    if True in answers:
        return
    yield _finding(
        source,
        f"role_assignment.{store.address}",
        f"{account.address} has no role on {store.address}"
        + (", unless one whose scope cannot be told is on it" if answers else ""),
        "azurerm_role_assignment: principal_id = "
        f"{account.address}.identity[0].principal_id, scope = {store.address}.id",
        expected="a role that lets the account read it",
        unknown=bool(answers),
    )


def _rights(estate: Estate, account: Resource, store: Resource) -> Iterator[bool | None]:
    """Whether each role of the account is on the store, or on what it is in, without those not."""
    places = (store, *holders(estate, store))
    on, wide = estate.derived(_held).get(account.address, (frozenset(), ()))
    if any(place.address in on for place in places):
        yield True
    for scope in wide:
        answers = [covers(estate, scope, place) for place in places]
        if True in answers:
            yield True
        elif None in answers:
            yield None


def _held(estate: Estate) -> Mapping[str, tuple[frozenset[str], tuple[Value, ...]]]:
    """What each account has a role on: resources by address, and scopes that are none or wider."""
    found = {}
    for account in estate.of_type(ACCOUNT):
        scopes = [right.get("scope") for right in assignments_of(estate, account.address)]
        targets = [(scope, estate.target(scope)) for scope in scopes]
        wide = tuple(s for s, t in targets if t is None or t.resource.type in _ABOVE)
        on = frozenset(t.resource.address for _, t in targets if t is not None and not t.suffix)
        found[account.address] = (on, wide)
    return found


def _finding(  # noqa: PLR0913 - a finding has this many parts
    resource: Resource,
    attribute: str,
    actual: str,
    remedy: str,
    *,
    unknown: bool = False,
    expected: str = "a source in the data map, scanned at least once a month",
) -> Finding:
    return finding(
        resource,
        attribute,
        actual,
        expected=expected,
        why=WHY,
        remedy=remedy,
        severity=Severity.MEDIUM,
        unknown=unknown,
    )

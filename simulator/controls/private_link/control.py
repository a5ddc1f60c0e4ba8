"""DATA-09: stores are reached through private endpoints, with private DNS and no public door."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.accounts import ACCOUNT, RULES, storage_of
from simulator.controls.judge import ignored, judge, settle
from simulator.controls.managed_stores.reach import STORES as MANAGED
from simulator.controls.managed_stores.reach import reach
from simulator.controls.network import Firewall, in_block, openings
from simulator.controls.private_link.names import LINK, ZONE, named_in_dns
from simulator.controls.private_link.services import SERVICES, needed, served, zones_of
from simulator.controls.stores import stores_of
from simulator.controls.tiers import with_endpoints
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, Known, Omitted, Resource, Unresolvable, Value, effective
from simulator.estate.personal_information import holding
from simulator.estate.private_endpoints import (
    ENDPOINT,
    PrivateEndpoint,
    endpoints_of,
    perhaps_of,
)

_WHY: Final = (
    "the store is reached over the internet, where a leaked key or password works for anyone; "
    "segmentation is an audit component of 11 CCR 7123(c)(10), and reasonable security is owed "
    "under Civ. Code 1798.81.5(b)"
)
_ELSEWHERE: Final = (
    "whether its clients come by a private way does not show, and without one they cannot come at "
    "all; segmentation is an audit component of 11 CCR 7123(c)(10)"
)
_PENDING: Final = (
    "until somebody approves it the endpoint leads nowhere, and its clients go over the internet; "
    "segmentation is an audit component of 11 CCR 7123(c)(10)"
)
_EXPECTED: Final = "a private endpoint for {}, approved by itself, in a private DNS zone"
_KINDS: Final = "private_service_connection.subresource_names"
_MANUAL: Final = "private_service_connection.is_manual_connection"


def _assess(estate: Estate) -> Verdict:
    exempt = estate.derived(stores_of).exempt
    stores = [
        store
        for store in estate.of_type(*SERVICES)
        if store.address not in exempt and holding(estate, store).may_hold
    ]
    if not stores:
        return not_applicable("DATA-09", *SERVICES)
    found = tuple(one for store in stores for one in _store(estate, store))
    unique = {(one.address, one.attribute): one for one in reversed(found)}
    left_out = [f"{address} (left out: {why})" for address, why in exempt.items()]
    doubted = in_doubt(estate, reversed(unique.values()), ("private_endpoint",), (ENDPOINT,))
    return verdict("DATA-09", [*(store.address for store in stores), *left_out], doubted)


def _store(estate: Estate, store: Resource) -> Iterator[Finding]:
    service = SERVICES[store.type]
    inside = store.get(service.subnet) if service.subnet else Omitted()
    if _is_set(inside) and not (service.groups and isinstance(inside, Unresolvable)):
        # In a subnet of its own network it has no other door, but for one that is opened by hand.
        if service.switch is not None and not service.groups:
            yield from judge(store, service.switch)
        return
    mine = endpoints_of(estate, store)
    for endpoint in mine:
        yield from _endpoint(estate, store, endpoint)
    missing = [groups for groups in needed(estate, store) if not _serves(mine, groups)]
    if missing or not service.groups:
        yield _missing(estate, store, missing, inside)
    if mine:
        yield from _front_door(estate, store)


def _is_set(value: Value) -> bool:
    return not isinstance(value, Omitted) and value != Known(None) and value != Known("")


def _serves(endpoints: tuple[PrivateEndpoint, ...], groups: tuple[str, ...]) -> bool:
    """Whether an endpoint for one of these is declared; what is wrong with it is told there."""
    folded = {group.casefold() for group in groups}
    return any(folded & served(one) for one in endpoints)


def _missing(
    estate: Estate, store: Resource, missing: list[tuple[str, ...]], inside: Value
) -> Finding:
    """That a store has no endpoint: a failure if it is public, else there may be one elsewhere."""
    words = " and ".join(" or ".join(groups) for groups in missing) or "it"
    mine = endpoints_of(estate, store)
    unread = [one for one in mine if one.subresources is None]
    perhaps = (*perhaps_of(estate, store), *unread)
    switch = SERVICES[store.type].switch
    shut = switch is not None and not tuple(judge(store, switch))
    public = switch is not None and any(not one.unknown for one in judge(store, switch))
    actual = f"no private endpoint for {words}"
    if perhaps:
        actual = f"what {perhaps[0].resource.address} leads to cannot be told"
    elif _is_set(inside):
        service = SERVICES[store.type]
        actual = f"{actual}; {service.subnet} cannot be told"
    elif shut:
        actual = f"{actual} is declared here, and its public endpoint is off"
    elif mine:
        kinds = sorted({kind for one in mine for kind in one.subresources or ()})
        actual = f"{actual}, but for {', '.join(kinds) or 'nothing'}"
    unknown = bool(perhaps) or _is_set(inside) or (switch is not None and not public)
    group = missing[0][0] if missing else ""
    remedy = (
        f"{ENDPOINT}: private_service_connection {{ private_connection_resource_id = "
        f'{store.address}.id, subresource_names = ["{group}"], '
        "is_manual_connection = false }"
    )
    if tier := with_endpoints(store):
        remedy = f"{tier}, as its tier has no private endpoints, then {remedy}"
    return finding(
        store,
        "private_endpoint",
        actual,
        expected=_EXPECTED.format(words),
        why=_ELSEWHERE if shut and not perhaps else _WHY,
        remedy=f"declare it in the same estate, or check the one that does: {remedy}"
        if unknown
        else remedy,
        unknown=unknown,
    )


def _endpoint(estate: Estate, store: Resource, endpoint: PrivateEndpoint) -> Iterator[Finding]:
    """What is wrong with one endpoint of a store."""
    zones = zones_of(store, endpoint)
    if not zones:
        return
    if endpoint.manual is not False:
        value = endpoint.connection.get("is_manual_connection")
        remedy = "is_manual_connection = false"
        yield finding(
            endpoint.resource,
            _MANUAL,
            value,
            expected="false",
            why=_PENDING,
            remedy=remedy if endpoint.manual else settle(value, remedy),
            severity=Severity.MEDIUM,
            unknown=endpoint.manual is None,
            block=endpoint.connection,
        )
    yield from named_in_dns(
        estate,
        endpoint,
        zones,
        by_others=ignored(endpoint.resource, "private_dns_zone_group"),
    )


def _front_door(estate: Estate, store: Resource) -> Iterator[Finding]:
    """What of the public endpoint is open beside a private one: less than all is not enough."""
    switch = SERVICES[store.type].switch
    if switch is None or effective(store.get(switch.attribute)) in {False, "Disabled"}:
        return
    if store.type == ACCOUNT:
        found = _account(estate, store, switch.why, switch.remedy)
    elif store.type in MANAGED:
        found = reach(estate, store)
    else:
        found = judge(store, switch)
    for one in found:
        yield replace(one, why=switch.why, severity=Severity.MEDIUM)


def _account(estate: Estate, store: Resource, why: str, remedy: str) -> Iterator[Finding]:
    apart = tuple(storage_of(estate).held_by(store, RULES))
    for rules in apart:
        firewall = Firewall(rules, "", rules.get("default_action"), rules.get("ip_rules"))
        yield from openings(store, firewall, why, remedy)
    if not apart:
        yield from openings(store, in_block(store, "network_rules"), why, remedy)


DATA_09: Final = Control(
    id="DATA-09",
    title="Stores that may hold personal information are reached through private endpoints with "
    "private DNS, or from a subnet of their own, and the public door is shut",
    gap="network security groups fail to restrict east-west traffic between microservices handling "
    "PII",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(10)",
        "11 CCR 7123(c)(5)",
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("3.10", "4.5.2")),
        ("CIS Azure 3.0", ("4.9", "5.4.2")),
        ("CIS Azure 4.0", ("10.3.2.1",)),
        ("CIS Azure 5.0", ("9.3.2.1",)),
        ("CIS Azure 6.0", ("9.3.2.1",)),
        ("MCSB", ("NS-2",)),
        ("NIST SP 800-53", ("AC-4", "AC-17", "AC-17(1)", "SC-7", "SC-7(3)")),
    ),
    techniques=("T1530", "T1190"),
    remedy='private_service_connection { subresource_names = ["blob"], is_manual_connection = '
    "false }, private_dns_zone_group { private_dns_zone_ids = [...] }",
    cannot_show=(
        "whether a connection is approved, and endpoints that others made",
        "what name servers the clients really ask",
        "routes and firewalls on the way",
        "Log Analytics and Application Insights, which a private link scope reaches",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.DELETE, ENDPOINT, where="customer_storage"),
        Weakening(Harm.DELETE, ENDPOINT, "private_dns_zone_group", where="commerce_data"),
        Weakening(Harm.FLIP, ENDPOINT, _MANUAL, where="customer_storage"),
        Weakening(Harm.MISSPELL, ENDPOINT, _KINDS, '["web"]', where="customer_storage"),
        Weakening(
            Harm.UNLINK,
            ENDPOINT,
            "private_service_connection.private_connection_resource_id",
            '"/subscriptions/0/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/other"',
            where="customer_storage",
        ),
        Weakening(
            Harm.MISSPELL,
            ENDPOINT,
            "private_dns_zone_group.private_dns_zone_ids",
            '["/subscriptions/0/resourceGroups/r/providers/Microsoft.Network/privateDnsZones/'
            'internal.example"]',
            where="servicebus",
        ),
        Weakening(Harm.DELETE, LINK),
        Weakening(Harm.MISSPELL, ZONE, "name", '"internal.example"'),
        Weakening(
            Harm.FLIP,
            "azurerm_mssql_server",
            "public_network_access_enabled",
            also=("DATA-06",),
        ),
        Weakening(
            Harm.FLIP,
            "azurerm_servicebus_namespace",
            "public_network_access_enabled",
            also=("DATA-11",),
        ),
    ),
)

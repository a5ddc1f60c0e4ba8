"""RESP-01: every data store sends its read, write and delete logs to a Log Analytics workspace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.accounts import ACCOUNT
from simulator.controls.data_store_logs import audit_switches, log_workspace
from simulator.controls.data_store_logs.log_categories import (
    REQUIREMENTS,
    Requirement,
    requirement_of,
)
from simulator.controls.data_store_logs.made_by_policy import maker
from simulator.controls.data_store_logs.weakenings import WEAKENINGS
from simulator.controls.stores import DATA_STORES, Stores, stores_of
from simulator.controls.tiers import with_logs
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.diagnostics import Feed, feeds, unplaced
from simulator.estate.model import Estate, Resource

_WHY: Final = (
    "without these logs nobody can see that data leaves, nor later say whose data it was; "
    "audit-log management with central storage and monitoring is an audit component of 11 CCR "
    "7123(c)(7)"
)
_STORAGE: Final = ("StorageRead", "StorageWrite", "StorageDelete")


_NONE: Final = "no diagnostic setting"
_ABSENCES: Final = (
    "diagnostic_setting",
    "extended_auditing_policy",
    "pgaudit.log",
    "audit_log_enabled",
)
_MAKERS: Final = (
    "azurerm_monitor_",
    "azurerm_mssql_",
    "azurerm_postgresql_",
    "azurerm_mysql_",
    "azapi_",
)
_NOT_STORES: Final = tuple(t for t in REQUIREMENTS if t not in DATA_STORES)


def _assess(estate: Estate, today: date) -> Verdict:
    stores = stores_of(estate)
    supporting = estate.of_type(*_NOT_STORES)
    if not stores.all and not supporting:
        return not_applicable("RESP-01", ACCOUNT, *DATA_STORES, *_NOT_STORES, *stores.looked_at)
    sources = (*stores.others, *supporting)
    sent = _sent(estate, today)
    found = (
        *(f for account in stores.accounts for f in _account(sent, stores, account)),
        *(f for store in sources for f in _store(sent, store)),
        *log_workspace.findings(estate, (*stores.all, *supporting)),
    )
    looked_at = (*stores.looked_at, *(r.address for r in supporting))
    return verdict("RESP-01", looked_at, in_doubt(estate, found, _ABSENCES, _MAKERS))


@dataclass(frozen=True, slots=True)
class Sent:
    """The diagnostic settings of an estate, by the address of the store that they stand on."""

    estate: Estate
    by_store: Mapping[str, list[Feed]]
    unplaced: tuple[Resource, ...]
    today: date


def _sent(estate: Estate, today: date) -> Sent:
    by_store: dict[str, list[Feed]] = {}
    for feed in feeds(estate):
        by_store.setdefault(feed.store.address, []).append(feed)
    return Sent(estate, by_store, unplaced(estate), today)


def _account(sent: Sent, stores: Stores, account: Resource) -> Iterator[Finding]:
    """One finding for all the sub-services of an account whose logs are lost."""
    judged = {
        service: _judge(sent, account, Requirement(_STORAGE, places=(service,)))
        for service in stores.services(account)
    }
    lost = {service: answer for service, answer in judged.items() if answer is not None}
    # What is surely lost fails; only if nothing is, the finding is that it cannot be known.
    sure = {service: actual for service, (actual, unknown) in lost.items() if not unknown}
    told = sure or {service: actual for service, (actual, _) in lost.items()}
    if told:
        actual = "; ".join(f"{service}: {actual}" for service, actual in told.items())
        yield _finding(account, [*told], actual, ", ".join(_STORAGE), unknown=not sure)


def _store(sent: Sent, store: Resource) -> Iterator[Finding]:
    requirement = requirement_of(store)
    if store.type == "azurerm_mssql_server" and audit_switches.has_databases(sent.estate, store):
        return  # judged by its databases, which a setting on master covers as well
    judged = _judge(sent, store, requirement)
    if judged is not None and store.type == "azurerm_mssql_database":
        server = sent.estate.target(store.get("server_id"))
        if server is not None:
            judged = _through_server(sent, server.resource, judged)
    if judged is None:  # then only a store that writes no audit rows leaves the log empty
        yield from audit_switches.findings(sent.estate, store)
        if tier := with_logs(store):
            yield _silent_tier(store, tier)
    else:
        actual, unknown = judged
        yield _finding(store, list(requirement.places), actual, requirement.words, unknown=unknown)


def _silent_tier(store: Resource, tier: str) -> Finding:
    argument = tier.partition(" ")[0]
    return finding(
        store,
        argument,
        store.get(argument),
        expected="a tier that logs who reads what: in this one the setting that is there sends "
        "none of that",
        why=_WHY,
        remedy=tier,
    )


def _through_server(
    sent: Sent, server: Resource, on_database: tuple[str, bool]
) -> tuple[str, bool] | None:
    """The same for a database whose server's auditing may cover it, through the master database."""
    on_server = _judge(sent, server, REQUIREMENTS["azurerm_mssql_server"])
    if on_server is None or on_database[1] or not on_database[0].startswith(_NONE):
        return on_server and on_database
    return on_database if on_server[0] == _NONE else on_server


def _judge(sent: Sent, store: Resource, requirement: Requirement) -> tuple[str, bool] | None:
    """What is wrong with the logs of a store and whether that is only not known; else ``None``."""
    mine = sent.by_store.get(store.address, [])
    # Only a store that is logged below its own id needs to know what follows the id.
    here = [f for f in mine if f.service in requirement.places or _is_whole(f, requirement)]
    lost = [f for f in mine if f.service is None and f not in here]
    if any(feed.workspace and requirement.met_by(feed) for feed in _together(here)):
        return None
    doubt = _doubt(sent, here, lost, requirement)
    if doubt:
        return doubt, True
    service = requirement.places[0] if store.type == ACCOUNT else ""
    made = maker(sent.estate, store, service, sent.today)
    if made is not None and made.hindered is None:
        return str(made), True
    lack = _lack(mine, here or lost, requirement)
    return (lack if made is None else f"{lack}, and {made}"), False


def _is_whole(feed: Feed, requirement: Requirement) -> bool:
    return feed.service is None and requirement.places == ("",)


def _together(here: list[Feed]) -> Iterator[Feed]:
    """The settings of one target, put together by workspace: Azure allows five on a resource."""
    merged: dict[str | None, Feed] = {}
    for feed in here:
        known = merged.get(feed.workspace, feed)
        merged[feed.workspace] = Feed(
            feed.store,
            feed.service,
            known.categories | feed.categories,
            known.groups | feed.groups,
            known.unread or feed.unread,
            feed.workspace,
            feed.setting,
            feed.dedicated,
        )
    yield from merged.values()


def _doubt(sent: Sent, here: list[Feed], lost: list[Feed], requirement: Requirement) -> str:
    """Why the logs may be sent although that does not show, ``""`` if there is no such reason."""
    for feed in _together([*here, *lost]):
        enough = requirement.met_by(feed)
        if feed.workspace != "" and feed.unread:
            return f"{feed.setting.address}: {feed.unread}"
        if feed.workspace is None and enough:
            return f"{feed.setting.address} sends them to a workspace that cannot be told"
        if feed.workspace and enough:
            return (
                f"{feed.setting.address} sends them, but its target has lost what follows the id "
                "of the store, so it may stand on this part of it, on another or on none"
            )
    for setting in sent.unplaced:
        return f"the target of {setting.address} cannot be told; it may be this store"
    return ""


def _lack(mine: list[Feed], here: list[Feed], requirement: Requirement) -> str:
    to_workspace = [feed for feed in here if feed.workspace != ""]
    if to_workspace:
        on = sorted({c for feed in to_workspace for c in (*feed.categories, *feed.groups)})
        settings = ", ".join(feed.setting.address for feed in to_workspace)
        wrong = ""
        if on == ["AuditEvent"]:
            wrong = ": that is a category of Key Vault, which this target does not have"
        return f"{settings} sends {', '.join(on) or 'metrics alone'}{wrong}"
    if here:
        feed = here[0]
        places = " and ".join(feed.elsewhere) or "no destination"
        return f"{feed.setting.address} sends them to {places}, not to Log Analytics"
    bare = [feed for feed in mine if feed.service == "" and requirement.places != ("",)]
    if bare:
        return f"{bare[0].setting.address} stands on the resource itself, where only metrics are"
    return _NONE


def _finding(
    store: Resource, places: list[str], actual: str, demanded: str, *, unknown: bool
) -> Finding:
    suffix = f"/{places[0]}" if places[0] else ""
    suffix += "/default" if places[0].endswith("Services") else ""
    target = f'"${{{store.address}.id}}{suffix}"' if suffix else f"{store.address}.id"
    known = REQUIREMENTS.get(store.type)
    group = known.remedy if known else 'category_group = "audit"'
    if store.type.startswith("azurerm_mssql"):
        group = 'category = "SQLSecurityAuditEvents"'  # and auditing itself, see audit_switches
    fix = f"target_resource_id = {target}, enabled_log {{ {group} }}"
    remedy = f"azurerm_monitor_diagnostic_setting: {fix}, log_analytics_workspace_id = ..."
    if tier := with_logs(store):
        remedy = f"{tier}, as its tier logs no access to data, then {remedy}"
    settle = (
        "read the HCL directory, or a plan made after the store exists, or the subscription itself "
        f"(azure:SUBSCRIPTION_ID), and check {fix}"
    )
    return finding(
        store,
        "diagnostic_setting",
        actual,
        expected=f"{demanded} sent to a Log Analytics workspace",
        why=_WHY,
        remedy=settle if unknown else remedy,
        severity=Severity.HIGH,
        unknown=unknown,
    )


RESP_01: Final = Control(
    id="RESP-01",
    title="Every data store sends its read, write and delete (data-plane audit) logs to a Log "
    "Analytics workspace",
    gap="insufficient logging in Azure Monitor for exfiltration detection",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(7)",
        "11 CCR 7123(c)(8)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.81.5(b)",
    ),
    frameworks=(
        ("CIS Azure 3.0", ("4.12", "4.13", "4.14", "5.1.1", "6.1.4", "6.4")),
        ("CIS Azure 5.0", ("6.1.1.4", "6.1.4")),
        ("CIS Azure 6.0", ("6.1.1.4", "6.1.4")),
        ("MCSB", ("LT-3", "DP-8")),
        ("NIST SP 800-53", ("AU-2", "AU-3", "AU-12", "AU-12(1)", "AU-6(4)", "SI-4")),
    ),
    techniques=("T1530", "T1619", "T1537", "T1552.001", "T1562.008"),
    remedy="azurerm_monitor_diagnostic_setting: "
    'target_resource_id = "${azurerm_storage_account.x.id}/blobServices/default", '
    'enabled_log { category_group = "audit" }',
    cannot_show=(
        "that the events arrive (ingestion delay, caps, drops)",
        "diagnostic settings made outside this configuration",
        "who an end user was: shared-key and SAS requests log no principal",
        "which categories the API really offers in the region",
    ),
    assess=lambda estate: _assess(estate, wall_clock().date()),
    weakenings=WEAKENINGS,
)

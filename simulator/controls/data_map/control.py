"""RESP-11: a private Purview account registers and scans every store of personal information."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.data_map import scanning
from simulator.controls.data_map.purview import ACCOUNT, DATA_PLANE, DataMap, data_map
from simulator.controls.data_map.scanning import SCANNED, WHY
from simulator.controls.findings import once
from simulator.controls.judge import Demand, false, judge
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
from simulator.estate.model import Estate, Reference, Resource, effective
from simulator.estate.personal_information import Holding, holdings
from simulator.estate.private_endpoints import endpoints_of, perhaps_of

LOSS_PREVENTION: Final = (
    "Data loss prevention policies are no part of this verdict: they are written in the Purview "
    "portal or with Security & Compliance PowerShell, and no Terraform provider reads them. Keep "
    "an export of Get-DlpCompliancePolicy with the evidence."
)
_PUBLIC: Final = Demand(
    "public_network_enabled",
    false,
    "false",
    "the map of all personal information answers the whole internet; segmentation is an audit "
    "component of 11 CCR 7123(c)(10)",
    "public_network_enabled = false",
    Severity.MEDIUM,
)
_ENDPOINTS: Final = frozenset({"account", "platform"})


def _assess(estate: Estate) -> Verdict:
    data = data_map(estate)
    held = sorted((h for h in holdings(estate) if h.may_hold), key=lambda h: h.store.address)
    scannable = [one for one in held if one.store.type in SCANNED]
    if not scannable and not data.accounts and not data.parts:
        return not_applicable("RESP-11", ACCOUNT, DATA_PLANE, *SCANNED)
    found = tuple(_findings(data, scannable))
    doubted = in_doubt(
        estate, found, (ACCOUNT, "purview_source", "scan", "trigger"), ("azapi_", ACCOUNT)
    )
    looked_at = (*data.accounts, *data.parts, *(one.store for one in scannable))
    result = verdict("RESP-11", looked_at, once(doubted))
    return replace(result, notes=(LOSS_PREVENTION, *_beyond(held)))


def _findings(data: DataMap, stores: list[Holding]) -> Iterator[Finding]:
    if not data.accounts and not data.parts:
        yield _no_account(data.estate, stores)
        return
    for account in data.accounts:
        yield from judge(account, _PUBLIC)
        yield from _endpoint(data.estate, account)
    if not data.accounts:
        yield _account_elsewhere(data)
    for one in stores:
        yield from scanning.findings(data, one)


def _no_account(estate: Estate, stores: list[Holding]) -> Finding:
    """One account serves a whole tenant: where a right is given to one, it is elsewhere."""
    sign = next((r for r in estate.of_type("azurerm_role_assignment") if _for_purview(r)), None)
    places = [one.store for one in stores]
    groups = (group for store in places if (group := _group(estate, store)) is not None)
    return finding(
        next(groups, places[0]),
        ACCOUNT,
        f"none, but {sign.address} gives one a right" if sign else "none",
        expected="a Purview account that registers and scans every store of personal information",
        why=WHY,
        remedy="check the estate that declares the account"
        if sign
        else f'{ACCOUNT}: public_network_enabled = false, identity {{ type = "SystemAssigned" }}',
        severity=Severity.MEDIUM,
        unknown=sign is not None,
    )


def _for_purview(right: Resource) -> bool:
    said = (right.address, effective(right.get("description")), effective(right.get("name")))
    return any("purview" in str(text).casefold() for text in said)


def _group(estate: Estate, store: Resource) -> Resource | None:
    name = store.get("resource_group_name")
    if isinstance(name, Reference):
        found = estate.by_address.get(name.to)
        return found if found is not None and found.type == "azurerm_resource_group" else None
    return estate.named("azurerm_resource_group", str(effective(name)))


def _endpoint(estate: Estate, account: Resource) -> Iterator[Finding]:
    """A closed account without an endpoint can be used by nobody, scans included."""
    if effective(account.get("public_network_enabled")) is not False:
        return
    groups = [one.subresources for one in endpoints_of(estate, account)]
    if any(names is None or _ENDPOINTS & set(names) for names in groups):
        return
    perhaps = perhaps_of(estate, account)
    yield finding(
        account,
        "private_endpoint",
        f"none, unless {perhaps[0].resource.address} leads to it" if perhaps else "none here",
        expected="a private endpoint for account (and portal), or for platform",
        why=f"nobody can use the map through the network of this estate; {WHY}",
        remedy='azurerm_private_endpoint: subresource_names = ["account"]',
        severity=Severity.LOW,
        unknown=True,
    )


def _account_elsewhere(data: DataMap) -> Finding:
    return finding(
        data.parts[0],
        "parent_id",
        data.parts[0].get("parent_id"),
        expected="an account whose network can be read",
        why=WHY,
        remedy="declare the account in the same estate, or check the estate that declares it",
        severity=Severity.MEDIUM,
        unknown=True,
    )


def _beyond(held: list[Holding]) -> Iterator[str]:
    others = [one.store.address for one in held if one.store.type not in SCANNED]
    if others:
        yield f"A data map cannot scan {', '.join(others)}: say by hand what is in there."


RESP_11: Final = Control(
    id="RESP-11",
    title="A Purview account closed to the public network registers every data store that may hold "
    "personal information, and scans it at least once a month",
    gap="Data mapping exercises must be automated using Azure Purview Data Map to track data "
    "lineage across microservices",
    severity=Severity.MEDIUM,
    citations=("11 CCR 7123(c)(4)", "11 CCR 7123(c)(10)", "Civ. Code 1798.100(e)"),
    frameworks=(
        ("MCSB", ("DP-1", "DP-2", "AM-1")),
        (
            "NIST SP 800-53",
            ("CM-12", "CM-12(1)", "CM-13", "PM-5(1)", "RA-2", "SC-7(10)", "SI-4(18)", "PT-7"),
        ),
    ),
    techniques=("T1213", "T1530", "T1567", "T1048"),
    remedy='azapi_data_plane_resource: type = "Microsoft.Purview/accounts/Scanning/datasources@'
    '2023-09-01", body = { kind = "AzureStorage", properties = { resourceId = <store>.id } }',
    cannot_show=(
        "data loss prevention policies and whether they enforce: they are out of Terraform's reach",
        "what the scans found, classifications, sensitivity labels and lineage",
        "sources that were registered in the portal, and other catalogues",
        "the database users of the account, and its roles inside collections",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.DELETE, ACCOUNT),
        Weakening(Harm.FLIP, ACCOUNT, "public_network_enabled"),
        Weakening(Harm.DELETE, "azurerm_private_endpoint", where="purview"),
        Weakening(Harm.DELETE, DATA_PLANE, where=".source"),
        Weakening(Harm.DELETE, DATA_PLANE, where=".scan"),
        Weakening(Harm.DELETE, DATA_PLANE, where=".weekly"),
        Weakening(Harm.WEAKEN, DATA_PLANE, "body.properties.recurrence.interval", "12", "weekly"),
        Weakening(
            Harm.UNLINK,
            DATA_PLANE,
            "parent_id",
            '"other.purview.azure.com/scan/datasources/x"',
            ".scan",
        ),
        Weakening(Harm.DELETE, DATA_PLANE, where=".endpoint"),
        Weakening(Harm.DELETE, DATA_PLANE, where=".runtime"),
        Weakening(
            Harm.MISSPELL, DATA_PLANE, "body.properties.scanRulesetType", '"Custom"', ".scan"
        ),
        Weakening(Harm.DELETE, "azurerm_role_assignment", where="purview"),
    ),
)

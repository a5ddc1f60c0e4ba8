"""DATA-08: what is deleted or altered can be had back: soft delete, versions, backups.

Copies of logs that nobody can change are judged with the logs (RESP-02). Personal information is
not to be immutable: consumers have the right to deletion (Civ. Code 1798.105).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.accounts import ACCOUNT, CONTAINER, storage_of
from simulator.controls.findings import once
from simulator.controls.judge import Demand, judge, one_of, true
from simulator.controls.owners import LOST, Link, placed
from simulator.controls.recovery.accounts import HCL, SHARE, account
from simulator.controls.recovery.demands import DAYS, WHY, days_for, kept
from simulator.controls.recovery.lifecycle import LIFECYCLE, too_early
from simulator.controls.stores import stores_of
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
from simulator.estate.model import Estate, Omitted, Resource, effective
from simulator.estate.personal_information import holding

_DATABASE: Final = "azurerm_mssql_database"
_rules = placed({LIFECYCLE: Link("storage_account_id", (ACCOUNT,))})
_SCRATCH: Final = one_of("scratch", "cache", "temporary")
_VAULTS: Final[Mapping[str, Demand]] = {
    "azurerm_recovery_services_vault": Demand(
        "soft_delete_enabled",
        true,
        "true",
        WHY,
        "soft_delete_enabled = true",
        default=Omitted(default=True, decided_by="Azure default"),
    ),
    "azurerm_data_protection_backup_vault": Demand(
        "soft_delete", one_of("On", "AlwaysOn"), '"On"', WHY, 'soft_delete = "On"'
    ),
}


def _assess(estate: Estate) -> Verdict:
    left_out = {r.address: why for r in _candidates(estate) if (why := _exempt(estate, r))}
    about = tuple(r for r in _candidates(estate) if r.address not in left_out)
    said = tuple(f"{address} (left out: {why})" for address, why in left_out.items())
    adrift = tuple(r for r in estate.of_type(CONTAINER, SHARE, LIFECYCLE) if _lost(estate, r))
    if not (about or adrift):
        return not_applicable("DATA-08", ACCOUNT, _DATABASE, *_VAULTS, *said)
    found = (
        *(f for one in about for f in _JUDGES.get(one.type, _vault)(estate, one)),
        *(_unseen(one) for one in adrift),
    )
    return verdict("DATA-08", (*(r.address for r in (*about, *adrift)), *said), once(found))


def _candidates(estate: Estate) -> tuple[Resource, ...]:
    return (*estate.of_type(ACCOUNT, _DATABASE), *estate.of_type(*_VAULTS))


def _exempt(estate: Estate, one: Resource) -> str:
    """Why a store is not judged: it holds nothing personal, or nothing that anybody would miss."""
    held = holding(estate, one)
    if not held.may_hold:
        return held.because
    tags = {name.casefold(): effective(value) for name, value in one.entries("tags").items()}
    if _SCRATCH(tags.get("purpose")) and not held.surely_holds:
        return f"tag purpose = {tags['purpose']}"
    return estate.derived(stores_of).exempt.get(one.address, "") if one.type == ACCOUNT else ""


def _account(estate: Estate, one: Resource) -> Iterator[Finding]:
    yield from account(estate, one)
    for policy in estate.derived(_rules).get(one.address, ()):
        yield from too_early(policy, days_for(estate, one))


def _database(_: Estate, database: Resource) -> Iterator[Finding]:
    """Azure keeps a week of a database's changes unless told otherwise."""
    path = "short_term_retention_policy"
    unread = database.unresolved(path)
    demand = kept(f"{path}.retention_days", DAYS)
    if unread is not None:
        yield from judge(database, demand, unread, attribute=path)
    for policy in database.blocks(path):
        yield from judge(database, demand, policy.get("retention_days"), block=policy)


def _vault(_: Estate, vault: Resource) -> Iterator[Finding]:
    yield from judge(vault, _VAULTS[vault.type])


_JUDGES: Final = {ACCOUNT: _account, _DATABASE: _database}


def _lost(estate: Estate, part: Resource) -> bool:
    if part.type == LIFECYCLE:
        return part in estate.derived(_rules).get(LOST, ())
    found = estate.derived(storage_of).account_of(part)
    return found is None or not found.stays


def _unseen(part: Resource) -> Finding:
    return finding(
        part,
        "storage_account_id",
        part.get("storage_account_id"),
        expected="an account whose soft delete and versions can be read",
        why=WHY,
        remedy="declare the account in the same estate, or check the estate that declares it",
        unknown=True,
    )


DATA_08: Final = Control(
    id="DATA-08",
    title="What is deleted or overwritten can be had back: soft delete of blobs and containers, "
    "versions, and backups that outlive a deletion",
    gap="Establish immutable logging ... with 90-day retention for audit trails",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
        "11 CCR 7123(c)(16)",
        "11 CCR 7123(c)(18)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("3.11",)),
        ("CIS Azure 3.0", ("4.10",)),
        ("CIS Azure 4.0", ("10.1.1", "10.2.1", "10.2.2", "10.3.6")),
        ("CIS Azure 5.0", ("9.1.1", "9.2.1", "9.2.2", "9.2.3")),
        ("CIS Azure 6.0", ("9.1.1", "9.2.1", "9.2.2", "9.2.3")),
        ("MCSB", ("BR-1", "BR-2")),
        ("NIST SP 800-53", ("CP-9", "SI-12")),
    ),
    techniques=("T1485", "T1490", "T1070"),
    remedy=HCL,
    cannot_show=(
        "whether anybody has tried to restore anything",
        "what was written before these settings, and legal holds",
        "whether the role that deletes may also purge",
        "copies of logs that nobody can change: RESP-02 judges them with the logs",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.DELETE, ACCOUNT, "blob_properties", where="customer"),
        Weakening(Harm.FLIP, ACCOUNT, "blob_properties.versioning_enabled", where="customer"),
        Weakening(Harm.DELETE, ACCOUNT, "blob_properties.versioning_enabled", where="customer"),
        Weakening(
            Harm.DELETE, ACCOUNT, "blob_properties.delete_retention_policy", where="customer"
        ),
        Weakening(
            Harm.WEAKEN,
            ACCOUNT,
            "blob_properties.delete_retention_policy.days",
            "1",
            where="customer",
        ),
        Weakening(
            Harm.DELETE, ACCOUNT, "blob_properties.delete_retention_policy.days", where="customer"
        ),
        Weakening(
            Harm.WEAKEN,
            ACCOUNT,
            "blob_properties.delete_retention_policy.permanent_delete_enabled",
            "true",
            where="customer",
        ),
        Weakening(
            Harm.DELETE,
            ACCOUNT,
            "blob_properties.container_delete_retention_policy",
            where="customer",
        ),
        Weakening(
            Harm.WEAKEN,
            ACCOUNT,
            "blob_properties.container_delete_retention_policy.days",
            "1",
            where="customer",
        ),
        Weakening(Harm.WEAKEN, _DATABASE, "short_term_retention_policy.retention_days", "1"),
    ),
)

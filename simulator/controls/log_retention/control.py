"""RESP-02: security logs are kept for 90 days or more, with a copy that nobody can change."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.copies import Copies
from simulator.controls.evidence_logs import LEAKS_FROM, EvidenceLogs, evidence_logs
from simulator.controls.findings import once
from simulator.controls.log_retention import kept, stored
from simulator.controls.stores import stores_of, told_first
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
from simulator.estate.diagnostics import STORAGE_TABLES, maybe_fed, tables_fed
from simulator.estate.exports import EXPORT
from simulator.estate.immutability import POLICY
from simulator.estate.model import Estate, Resource
from simulator.estate.workspaces import WORKSPACE, sentinel_workspaces

_COPY: Final = (
    "rows of a workspace can be purged by an intruder with enough rights, and a lock does not stop "
    "that: only a copy that nobody can change stands up as evidence; audit-log management is an "
    "audit component of 11 CCR 7123(c)(7)"
)
_TOO: Final = ("RESP-14",)  # the same copies hold the record of the control plane
_OF_SENTINEL: Final = ("SecurityAlert", "SecurityIncident")
_TABLE: Final = "azurerm_log_analytics_workspace_table"
_RULES: Final = "azurerm_log_analytics_data_export_rule"
_ACCOUNT: Final = "azurerm_storage_account"
_ABSENCES: Final = (WORKSPACE, "data_export_rule", "immutability_policy", "retention_in_days")
_MAKERS: Final = ("azurerm_log_analytics_", "azurerm_storage_", "azurerm_monitor_", "azapi_")


def _assess(estate: Estate) -> Verdict:
    logs = evidence_logs(estate)
    if not logs.workspaces and not logs.stores:
        return not_applicable("RESP-02", WORKSPACE, *LEAKS_FROM)
    copies = Copies(estate, _COPY)
    found: list[Finding] = [*_outside(logs), *_nowhere(logs)]
    for workspace in logs.workspaces:
        fed = dict.fromkeys(
            (*tables_fed(estate, workspace.address), *_own(estate, workspace)), True
        )
        perhaps = dict.fromkeys(_perhaps(estate, workspace), False)
        found += kept.findings(estate, workspace, perhaps | fed)
        found += _copied(estate, copies, workspace, logs)
    looked_at = dict.fromkeys(
        r.address
        for r in (
            *logs.workspaces,
            *estate.of_type(*kept.TABLES, EXPORT, POLICY),
            *logs.stores,
        )
    )
    return verdict("RESP-02", looked_at, in_doubt(estate, once(found), _ABSENCES, _MAKERS))


def _copied(
    estate: Estate, copies: Copies, workspace: Resource, logs: EvidenceLogs
) -> Iterator[Finding]:
    """What is wrong with the copies of the logs that this workspace has of the stores."""
    mine = tuple(feed for feed in logs.feeds if feed.workspace == workspace.address)
    needed: dict[str, bool] = {}
    direct = False
    for log in stored.store_logs(estate, mine):
        written = stored.copied_directly(estate, copies, log)
        if written is not None and (not written or not log.exportable):
            direct = direct or not written
            yield from written
        elif log.exportable:
            needed |= {t: surely or needed.get(t, False) for t, surely in log.tables.items()}
        else:
            yield stored.not_copied(copies, log)
    needed |= dict.fromkeys(_own(estate, workspace), True)
    if needed:
        yield from copies.of_tables(workspace, needed)
    elif not direct and not copies.has_rule(workspace):
        yield copies.no_rule(workspace, "nothing is copied out of it", unknown=False)


def _perhaps(estate: Estate, workspace: Resource) -> frozenset[str]:
    """The tables that may be fed, without those of parts of storage accounts that none uses."""
    stores = stores_of(estate)
    accounts = stores.storage.accounts.values()
    used = {STORAGE_TABLES[service] for one in accounts for service in stores.services(one)}
    return maybe_fed(estate, workspace.address) - (set(STORAGE_TABLES.values()) - used)


def _own(estate: Estate, workspace: Resource) -> tuple[str, ...]:
    """The tables that Sentinel writes itself."""
    return _OF_SENTINEL if workspace.address in sentinel_workspaces(estate) else ()


def _outside(logs: EvidenceLogs) -> Iterator[Finding]:
    """Settings that send to a workspace which another configuration declares."""
    for feed in logs.outside:
        yield finding(
            feed.setting,
            "log_analytics_workspace_id",
            feed.setting.get("log_analytics_workspace_id"),
            expected="a workspace whose retention and copies can be read",
            why=_COPY,
            remedy="declare the workspace in the same estate, or assess the estate that declares "
            "it as well",
            severity=Severity.HIGH,
            unknown=True,
        )


def _nowhere(logs: EvidenceLogs) -> Iterator[Finding]:
    """Stores, and no workspace at all that could keep their logs."""
    if logs.workspaces or logs.outside or not logs.stores:
        return
    elsewhere = next((feed for feed in logs.feeds if feed.elsewhere), None)
    sent = f"; {elsewhere.setting.address}: {elsewhere.elsewhere[0]}" if elsewhere else ""
    yield finding(
        min(logs.stores, key=told_first),
        WORKSPACE,
        f"no workspace keeps its logs{sent}",
        expected="its logs in a workspace that keeps them for 90 days or more",
        why=kept.WHY,
        remedy=f"{WORKSPACE}: retention_in_days = 90, and first meet RESP-01",
        severity=Severity.HIGH,
        unknown=elsewhere is not None,
    )


RESP_02: Final = Control(
    id="RESP-02",
    title="Security logs are kept at least 90 days and cannot be altered: the workspace and its "
    "tables keep them, and they are exported to storage under a locked immutability policy",
    gap="Establish immutable logging to Azure Log Analytics with 90-day retention for audit "
    "trails.",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(7)",
        "11 CCR 7123(c)(17)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.81.5(b)",
    ),
    frameworks=(
        ("CIS Azure 3.0", ("5.1.6", "7.5", "10.1")),
        ("CIS Azure 5.0", ("6.2", "7.5", "7.8", "9.3.9", "9.3.10")),
        ("CIS Azure 6.0", ("6.2", "7.5", "7.8", "9.3.9", "9.3.10")),
        ("MCSB", ("LT-5", "LT-6")),
        ("NIST SP 800-53", ("AU-4", "AU-9", "AU-9(2)", "AU-9(3)", "AU-11")),
        ("PCI DSS 4.0.1", ("10.5.1",)),
    ),
    techniques=("T1070", "T1562.008", "T1485"),
    remedy=f"azurerm_log_analytics_data_export_rule: enabled = true, to an account with {POLICY}: "
    "locked = true, immutability_period_in_days = 90, protected_append_writes_all_enabled = true",
    cannot_show=(
        "whether rows were purged from the workspace: a lock does not stop that",
        "legal holds set in the portal",
        "that the copy is complete, or holds anything from before its rule",
        "a policy or a table set by another configuration, or by hand",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.DELETE, _RULES, also=_TOO),
        Weakening(Harm.FLIP, _RULES, "enabled", also=_TOO),
        Weakening(Harm.MISSPELL, _RULES, "table_names", '["StorageBlobLog"]', also=_TOO),
        Weakening(Harm.DELETE, POLICY, also=_TOO),
        Weakening(Harm.FLIP, POLICY, "locked", also=_TOO),
        Weakening(Harm.WEAKEN, POLICY, "immutability_period_in_days", "30", also=_TOO),
        Weakening(Harm.FLIP, POLICY, "protected_append_writes_all_enabled", also=_TOO),
        Weakening(
            Harm.UNLINK,
            POLICY,
            "storage_container_resource_manager_id",
            '"${azurerm_storage_account.evidence.id}/blobServices/default/containers/other"',
            also=_TOO,
        ),
        Weakening(Harm.UNLINK, _RULES, "destination_resource_id", "var.key_vault_id", also=_TOO),
        # One of these tables holds the consumers' requests, which are kept for 24 months.
        Weakening(Harm.WEAKEN, _TABLE, "total_retention_in_days", "30", also=("RESP-10",)),
        Weakening(Harm.WEAKEN, WORKSPACE, "retention_in_days", "30"),
        Weakening(
            Harm.DELETE,
            "azurerm_monitor_diagnostic_setting",
            "storage_account_id",
            where="module.commerce_data",
        ),
        Weakening(Harm.WEAKEN, WORKSPACE, "daily_quota_gb", "1", also=("RESP-01",)),
    ),
)

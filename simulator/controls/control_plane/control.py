"""RESP-14: the record of who changed what is exported, copied and protected."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.control_plane.protection import passing, query_audit, unlocked
from simulator.controls.control_plane.records import (
    ACTIVITY,
    ENTRA,
    Record,
    Sent,
    settings_of_subscriptions,
)
from simulator.controls.copies import Copies
from simulator.controls.evidence_logs import LEAKS_FROM, EvidenceLogs, evidence_logs, home_of
from simulator.controls.findings import once
from simulator.controls.policy_made import ASSIGNMENTS, maker
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
from simulator.estate.diagnostic_settings import SETTING, unplaced
from simulator.estate.diagnostics import ENTRA_SETTING
from simulator.estate.exports import EXPORT, exports
from simulator.estate.immutability import ACCOUNT, POLICY
from simulator.estate.locks import LOCK
from simulator.estate.model import Estate, Resource
from simulator.estate.subscriptions import (
    CURRENT,
    SUBSCRIPTION,
    Subscription,
    subscription_of,
    subscriptions,
)
from simulator.estate.workspaces import WORKSPACE

_WHY: Final = (
    "whoever opened the door, read a key or blinded the watch shows in this record alone; "
    "audit-log management is an audit component of 11 CCR 7123(c)(7)"
)
_BY_POLICY: Final = "2465583e-4e78-4c15-b6be-a36cbc7c8b0f"
_ABSENCES: Final = (ACTIVITY.missing, ENTRA.missing, "management_lock", "data_export_rule")
_MAKERS: Final = (
    "azurerm_monitor_",
    "azurerm_management_lock",
    "azurerm_log_analytics_",
    "azurerm_storage_container",
    *ASSIGNMENTS,
    "azapi_",
)


def _assess(estate: Estate, today: date) -> Verdict:
    logs = evidence_logs(estate)
    on_subscriptions = settings_of_subscriptions(estate)
    of_entra = estate.of_type(ENTRA_SETTING)
    if not (logs.workspaces or logs.stores or on_subscriptions or of_entra):
        return not_applicable("RESP-14", WORKSPACE, SETTING, ENTRA_SETTING, *LEAKS_FROM)
    home = home_of(estate, logs, *on_subscriptions, *of_entra)
    copies = Copies(estate, _WHY)
    found: list[Finding] = []
    written: list[Resource] = []
    for subscription in subscriptions(estate):
        mine = _settings(estate, subscription, on_subscriptions)
        sent = Sent(estate, ACTIVITY, mine, _WHY)
        place = subscription.declared or home
        found += _judged(sent, copies, place, _maybe_on(estate, subscription))
        written += sent.accounts()
    entra = Sent(estate, ENTRA, of_entra, _WHY)
    found += _judged(entra, copies, home, "")
    evidence = (*logs.workspaces, *_copies_in(estate, logs), *written, *entra.accounts())
    guarded = {one.address: one for one in evidence}.values()
    found += (f for workspace in logs.workspaces for f in query_audit(estate, workspace))
    found += (f for one in guarded for f in unlocked(estate, one, today))
    looked_at = dict.fromkeys(
        r.address for r in (home, *guarded, *on_subscriptions, *of_entra, *estate.of_type(LOCK))
    )
    doubted = in_doubt(estate, once(found), _ABSENCES, _MAKERS)
    return replace(verdict("RESP-14", looked_at, doubted), notes=passing(estate, guarded))


def _settings(
    estate: Estate, subscription: Subscription, every: Sequence[Resource]
) -> tuple[Resource, ...]:
    """The settings on one subscription; on the current one all that are on no other declared."""
    keyed = [(subscription_of(estate, one.get("target_resource_id")), one) for one in every]
    if subscription.key != CURRENT:
        return tuple(one for key, one in keyed if key == subscription.key)
    others = {one.key for one in subscriptions(estate)} - {CURRENT}
    return tuple(one for key, one in keyed if key not in others)


def _maybe_on(estate: Estate, subscription: Subscription) -> str:
    """What may make up for a missing setting on a subscription, ``""`` if nothing does."""
    policy = maker(estate, _BY_POLICY)
    if policy is not None:
        return f"the policy that {policy.address} assigns makes one"
    lost = next(iter(unplaced(estate)), None)
    if subscription.declared is not None:
        for setting in settings_of_subscriptions(estate):
            if subscription_of(estate, setting.get("target_resource_id")) is None:
                lost = setting
        if subscription.key == subscription.declared.address and not _is_made(subscription):
            return "one that is declared is on it: its id cannot be told"
    return "" if lost is None else f"{lost.address}, whose target cannot be told, does"


def _is_made(subscription: Subscription) -> bool:
    return subscription.declared is not None and subscription.declared.type == SUBSCRIPTION


def _judged(sent: Sent, copies: Copies, place: Resource, unless: str) -> Iterator[Finding]:
    if not sent.settings:
        yield _missing(sent.record, place, unless)
        return
    yield from sent.findings()
    yield from sent.copy(copies)


def _missing(record: Record, place: Resource, unless: str) -> Finding:
    actual = f"no {record.type} sends {record.name} anywhere"
    return finding(
        place,
        record.missing,
        f"{actual}, unless {unless}" if unless else actual,
        expected=f"{record.name} ({', '.join(record.categories)}) in a workspace and in a copy "
        "that nobody can change",
        why=_WHY,
        remedy=f"{record.type}: {record.target}log_analytics_workspace_id = <workspace>.id, "
        f"storage_account_id = <evidence>.id, and for each of {', '.join(record.categories)} "
        f'enabled_log {{ category = "{record.categories[0]}" }}',
        severity=Severity.HIGH,
        unknown=bool(unless),
    )


def _copies_in(estate: Estate, logs: EvidenceLogs) -> Iterator[Resource]:
    """The declared accounts that the workspaces are exported to."""
    addresses = {workspace.address for workspace in logs.workspaces}
    for export in exports(estate):
        account = export.destination
        if export.workspace not in addresses or account is None:
            continue
        if (account.type, account.mode) == (ACCOUNT, "managed"):
            yield account


RESP_14: Final = Control(
    id="RESP-14",
    title="The control-plane record is exported and protected: every subscription's activity log "
    "and the Entra logs go to the workspace and a write-once copy, and locks guard the evidence",
    gap="Budget for annual third-party assessments and potential California Privacy Protection "
    "Agency audits ... Establish immutable logging ... for audit trails.",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(3)",
        "11 CCR 7123(c)(7)",
        "11 CCR 7123(c)(17)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.81.5(b)",
    ),
    frameworks=(
        ("CIS Azure 3.0", ("6.1.1", "6.1.2", "6.1.3", "10.1", "2.24")),
        (
            "CIS Azure 5.0",
            ("6.1.1.1", "6.1.1.2", "6.1.1.3", "6.1.1.8", "6.1.1.9", "6.2", "9.3.9", "9.3.10"),
        ),
        (
            "CIS Azure 6.0",
            ("6.1.1.1", "6.1.1.2", "6.1.1.7", "6.1.1.8", "6.2", "9.3.9", "9.3.10"),
        ),
        ("MCSB", ("LT-3", "LT-5", "LT-6")),
        (
            "NIST SP 800-53",
            ("AU-2", "AU-6", "AU-9", "AU-10", "AU-11", "AU-12", "AU-12(1)", "AC-6(9)"),
        ),
    ),
    techniques=("T1562.008", "T1070", "T1485", "T1490", "T1078.004"),
    remedy="azurerm_monitor_diagnostic_setting: target_resource_id = "
    'data.azurerm_subscription.current.id, enabled_log { category = "Administrative" }; '
    'azurerm_management_lock: lock_level = "CanNotDelete"',
    cannot_show=(
        "that the logs are complete, or the chain of custody of what is taken from them",
        "subscriptions that only another provider configuration reaches",
        "settings, locks and deny assignments of a central platform team",
        "a purge or a deleted blob: a lock acts on the control plane alone",
        "elevateAccess, which is in the directory's own activity log",
    ),
    assess=lambda estate: _assess(estate, wall_clock().date()),
    weakenings=(
        Weakening(Harm.DELETE, LOCK, where="module.evidence"),
        Weakening(Harm.UNLINK, LOCK, "scope", "var.key_vault_id", where="module.evidence"),
        Weakening(Harm.DELETE, ENTRA_SETTING),
        Weakening(Harm.DELETE, ENTRA_SETTING, "enabled_log"),
        Weakening(
            Harm.DELETE,
            ENTRA_SETTING,
            "log_analytics_workspace_id",
        ),
        Weakening(
            Harm.DELETE,
            SETTING,
            where="module.evidence.azurerm_monitor_diagnostic_setting.activity",
        ),
        Weakening(
            Harm.DELETE,
            SETTING,
            "log_analytics_workspace_id",
            where="module.evidence.azurerm_monitor_diagnostic_setting.activity",
        ),
        Weakening(
            Harm.MISSPELL,
            SETTING,
            "enabled_log.category",
            '"Administration"',
            where="module.evidence.azurerm_monitor_diagnostic_setting.activity",
        ),
        Weakening(
            Harm.UNLINK,
            SETTING,
            "target_resource_id",
            "var.resource_group_id",
            where="module.evidence.azurerm_monitor_diagnostic_setting.activity",
        ),
        Weakening(Harm.DELETE, SETTING, where="azurerm_monitor_diagnostic_setting.workspace"),
        Weakening(
            Harm.MISSPELL,
            SETTING,
            "enabled_log.category",
            '"SummaryLogs"',
            where="azurerm_monitor_diagnostic_setting.workspace",
        ),
        Weakening(Harm.FLIP, POLICY, "locked", also=("RESP-02",)),
        Weakening(Harm.DELETE, EXPORT, also=("RESP-02",)),
    ),
)

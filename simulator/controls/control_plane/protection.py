"""What keeps the evidence from being taken away, and who looks at it from going unseen."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.diagnostic_settings import feeds, unplaced
from simulator.estate.locks import LOCK, locks_over, undeletable
from simulator.estate.model import Estate, Resource

_LOCKED: Final = (
    "whoever gets in can delete it, and the diagnostic settings on it, in one call; a documented "
    "and tested incident response is an audit component of 11 CCR 7123(c)(17)"
)
_WATCHED: Final = (
    "an intruder who searches the logs learns what is known of the leak, and where personal "
    "information lies; audit-log management is an audit component of 11 CCR 7123(c)(7)"
)


def unlocked(estate: Estate, resource: Resource) -> Iterator[Finding]:
    """That no lock keeps a resource of the evidence from being deleted."""
    answer = undeletable(estate, resource)
    if answer is True:
        return
    perhaps = next((one.lock.address for one in locks_over(estate, resource)), "")
    yield finding(
        resource,
        "management_lock",
        f"none, unless {perhaps}, of which that cannot be told, is one" if perhaps else "none",
        expected='a lock "CanNotDelete" on it, or on what it is in',
        why=_LOCKED,
        remedy=f'{LOCK}: scope = {resource.address}.id, lock_level = "CanNotDelete"',
        severity=Severity.HIGH,
        unknown=answer is None,
    )


def query_audit(estate: Estate, workspace: Resource) -> Iterator[Finding]:
    """That nobody can tell who searched the evidence."""
    mine = [feed for feed in feeds(estate) if feed.store.address == workspace.address]
    if any(feed.workspace != "" and feed.carries("Audit") for feed in mine):
        return
    unread = next((feed.setting.address for feed in mine if feed.unread), "")
    lost = unread or next((setting.address for setting in unplaced(estate)), "")
    what = "no diagnostic setting sends its Audit log (LAQueryLogs) to a workspace"
    yield finding(
        workspace,
        "diagnostic_setting",
        f"{what}, unless {lost}, which cannot be read, does" if lost else what,
        expected="who queried the workspace, and with what, in a workspace",
        why=_WATCHED,
        remedy="azurerm_monitor_diagnostic_setting: target_resource_id = the workspace, "
        'enabled_log { category = "Audit" }',
        severity=Severity.MEDIUM,
        unknown=bool(lost),
    )

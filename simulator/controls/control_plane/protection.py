"""What keeps the evidence from being taken away, and who looks at it from going unseen."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.diagnostic_settings import feeds, unplaced
from simulator.estate.document import object_at
from simulator.estate.locks import LOCK, locks_over, undeletable
from simulator.estate.model import Estate, Resource, effective, printable
from simulator.estate.policy.assignments import Policy
from simulator.estate.policy.coverage import assigned_to
from simulator.estate.policy.enforcement import standing
from simulator.estate.policy.rules import every, matches, some
from simulator.estate.policy.subjects import subject_of
from simulator.estate.scopes import Answer

_PASSING: Final = re.compile(r"\btemp(?:orar(?:y|ily))?\b|\btmp\b|\bremove\b", re.IGNORECASE)
_LOCKED: Final = (
    "whoever gets in can delete it, and the diagnostic settings on it, in one call; a documented "
    "and tested incident response is an audit component of 11 CCR 7123(c)(17)"
)
_WATCHED: Final = (
    "an intruder who searches the logs learns what is known of the leak, and where personal "
    "information lies; audit-log management is an audit component of 11 CCR 7123(c)(7)"
)


def unlocked(estate: Estate, resource: Resource, today: date) -> Iterator[Finding]:
    """That no lock, and no policy, keeps a resource of the evidence from being deleted."""
    denied = dict(_denials(estate, resource, today))
    answer = some((undeletable(estate, resource), *denied.values()))
    if answer is True:
        return
    over = [one.lock.address for one in locks_over(estate, resource)]
    over += [address for address, one in denied.items() if one is None]
    perhaps = over[0] if over else ""
    yield finding(
        resource,
        "management_lock",
        f"none, unless {perhaps}, of which that cannot be told, is one" if perhaps else "none",
        expected='a lock "CanNotDelete" on it, or on what it is in, or a policy that denies it',
        why=_LOCKED,
        remedy=f'{LOCK}: scope = {resource.address}.id, lock_level = "CanNotDelete"',
        severity=Severity.HIGH,
        unknown=answer is None,
    )


def _denials(estate: Estate, resource: Resource, today: date) -> Iterator[tuple[str, Answer]]:
    """The assignments of policies that deny the deletion of a resource, and whether they surely do.

    Azure Policy, "denyAction": what a policy denies cannot be deleted by its owner either.
    """
    for assignment in assigned_to(estate, resource):
        subject = subject_of(estate, resource)
        for policy in assignment.policies:
            if assignment.effect(policy, subject).word != "denyaction" or not _deletion(policy):
                continue
            against = standing(estate, assignment, resource, today)
            looks = matches(policy.definition.condition, subject, policy.parameters)
            if against is not None and all(one.unknown for one in against):
                yield assignment.resource.address, every((looks, None if against else True))


def _deletion(policy: Policy) -> bool:
    names = object_at({"details": policy.definition.details}, "details").get("actionNames")
    return isinstance(names, tuple) and "delete" in {str(name).casefold() for name in names}


def passing(estate: Estate, resources: Iterable[Resource]) -> tuple[str, ...]:
    """The locks over these resources that say of themselves that they will not stay, in words."""
    over = {o.lock.address: o.lock for one in resources for o in locks_over(estate, one)}
    said = {address: effective(lock.get("notes")) for address, lock in over.items()}
    return tuple(
        f"{address} says of itself that it will not stay: {printable(note)}"
        for address, note in said.items()
        if isinstance(note, str) and _PASSING.search(note)
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
        remedy=f"azurerm_monitor_diagnostic_setting: target_resource_id = {workspace.address}.id, "
        f"log_analytics_workspace_id = {workspace.address}.id, "
        'enabled_log { category = "Audit" }',
        severity=Severity.MEDIUM,
        unknown=bool(lost),
    )

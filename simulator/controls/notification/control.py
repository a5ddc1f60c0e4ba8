"""RESP-06: people are told of a leak by itself, by more than one channel."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.evidence_logs import LEAKS_FROM, evidence_logs, home_of
from simulator.controls.findings import once
from simulator.controls.notification.leak_alerts import LeakAlert, defects, leak_alerts
from simulator.controls.notification.operations import operation_findings
from simulator.controls.notification.people import EXPECTED, group_findings, people, short
from simulator.controls.notification.ways import Way, unread_playbook, ways
from simulator.controls.notification.words import notification_finding
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    not_applicable,
    verdict,
)
from simulator.estate.alerts import ACTIVITY, GROUP, QUERY, alerts
from simulator.estate.model import Estate, Resource
from simulator.estate.playbook import Playbook

_ABSENCES: Final = ("notification", "activity_log_alert")
_MAKERS: Final = (
    "azurerm_monitor_",
    "azurerm_sentinel_",
    "azurerm_logic_app_",
    "azurerm_resource_group_template_deployment",
    "azurerm_security_center_",
    "azapi_",
)


def _assess(estate: Estate, now: datetime) -> Verdict:
    logs = evidence_logs(estate)
    groups = estate.of_type(GROUP)
    rules = tuple(alert.rule for alert in alerts(estate))
    if not (logs.stores or logs.workspaces or groups or rules):
        return not_applicable("RESP-06", GROUP, QUERY, ACTIVITY, *LEAKS_FROM)
    home = home_of(estate, logs, *groups, *rules)
    leaks = leak_alerts(estate, logs)
    found = ways(estate, leaks, now)
    judged = {group.address: group for group in _judged_groups(leaks) or (() if found else groups)}
    problems = (
        *_wrong_alerts(estate, leaks, found),
        *(f for group in judged.values() for f in group_findings(group)),
        *_together(home, found, judged, unread_playbook(estate, now)),
        *operation_findings(estate, home),
    )
    looked_at = dict.fromkeys(
        r.address for r in (home, *groups, *rules, *(way.through for way in found))
    )
    return verdict("RESP-06", looked_at, in_doubt(estate, once(problems), _ABSENCES, _MAKERS))


def _judged_groups(leaks: tuple[LeakAlert, ...]) -> tuple[Resource, ...]:
    """The groups of the alerts on incidents; where there are none, those of any about leaks."""
    on = [leak for leak in leaks if leak.alert.enabled is not False]
    counted = [leak for leak in on if leak.of_incidents] or on
    return tuple(group for leak in counted for group in leak.alert.groups.resources)


def _wrong_alerts(
    estate: Estate, leaks: tuple[LeakAlert, ...], found: tuple[Way, ...]
) -> Iterator[Finding]:
    """What is wrong with alerts on incidents, and, where nothing else tells, with all of them."""
    sure = any(way.sure for way in found)
    for leak in leaks:
        off = leak.alert.enabled is False
        if not sure or (leak.of_incidents and not off):
            yield from defects(estate, leak)


def _together(
    home: Resource, found: tuple[Way, ...], judged: dict[str, Resource], hidden: Playbook | None
) -> Iterator[Finding]:
    """That nothing tells people, or that what tells them besides action groups is too little.

    ``hidden`` is a playbook that may tell anybody, because its steps cannot be read.
    """
    through_playbook = hidden.workflow.address if hidden else ""
    if not found:
        remedy = (
            f"{QUERY}: criteria {{ query = \"SecurityIncident | where Severity == 'High'\" }}, "
            "action { action_groups = [azurerm_monitor_action_group.<leak>.id] }"
        )
        yield notification_finding(
            home,
            "notification",
            f"nothing tells anybody of a leak by itself, unless {through_playbook} does: "
            f"{hidden.unreadable}"
            if hidden
            else "nothing tells anybody of a leak by itself",
            expected=f"an alert, or a playbook, that tells {EXPECTED}",
            remedy=f"declare the steps of the playbook in the same estate, or {remedy}"
            if hidden
            else remedy,
            unknown=hidden is not None,
        )
        return
    if judged:
        return  # each group is judged by itself: it has to do when nothing else works
    sure = people(told for way in found if way.sure for told in way.told)
    perhaps = people(told for way in found for told in way.told)
    unclear = next((way.through.address for way in found if not way.sure), "")
    unread = unclear if perhaps.enough and not sure.enough else through_playbook
    through = max(found, key=lambda way: (way.sure, len(way.told))).through
    yield from short(through, "notification", sure, unread)


_ALERTS: Final = "azurerm_monitor_activity_log_alert"


def resp_06(now: Callable[[], datetime]) -> Control:
    """The control as it judges at the moment that ``now`` gives: automation rules can expire."""
    return Control(
        id="RESP-06",
        title="A leak alert tells privacy, legal and security people automatically, by at least "
        "two channels, well inside the clock of the notices that are owed",
        gap="CPRA mandates specific technical and operational requirements for data leak response "
        "within 72 hours of discovery ... lack the automated detection, containment, and "
        "notification capabilities required",
        severity=Severity.HIGH,
        citations=(
            "Civ. Code 1798.82(a)(2)",
            "11 CCR 7123(c)(7)",
            "11 CCR 7123(c)(17)",
            "Civ. Code 1798.100(e)",
            "Civ. Code 1798.81.5(b)",
        ),
        frameworks=(
            ("CIS Azure 3.0", ("6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6", "6.2.7")),
            ("CIS Azure 5.0", ("6.1.2.1", "6.1.2.2", "6.1.2.3", "6.1.2.4", "8.1.12", "8.1.13")),
            ("CIS Azure 6.0", ("6.1.2.1", "6.1.2.2", "6.1.2.3", "6.1.2.4", "8.1.12", "8.1.13")),
            ("MCSB", ("IR-2", "IR-5", "LT-3")),
            (
                "NIST SP 800-53",
                ("IR-6", "IR-6(1)", "IR-6(2)", "IR-7", "SI-4(5)", "SI-4(12)", "AU-5"),
            ),
        ),
        techniques=("T1562.008", "T1098", "T1530"),
        remedy=f"{QUERY}: severity = 0, action {{ action_groups = [a group with email_receiver "
        "and sms_receiver] }",
        cannot_show=(
            "that a message arrives, or that anybody reads it",
            "who is behind a mailbox, a number or a role",
            "consent of a playbook's API connections, which a person has to give",
            "the moment of discovery, and the text of the notice to consumers",
            "notification by Power Automate or by another company's service",
        ),
        assess=lambda estate: _assess(estate, now()),
        weakenings=(
            Weakening(Harm.FLIP, GROUP, "enabled"),
            Weakening(Harm.DELETE, GROUP, "email_receiver"),
            Weakening(Harm.MISSPELL, GROUP, "email_receiver.email_address", '"x@example.com"'),
            Weakening(Harm.DELETE, QUERY, "action", where=".incident"),
            Weakening(Harm.WEAKEN, QUERY, "severity", "3", where=".incident"),
            Weakening(Harm.WEAKEN, QUERY, "evaluation_frequency", '"P1D"', where=".incident"),
            Weakening(
                Harm.WEAKEN, QUERY, "mute_actions_after_alert_duration", '"P2D"', where=".incident"
            ),
            Weakening(Harm.DELETE, _ALERTS),
            Weakening(Harm.FLIP, _ALERTS, "enabled"),
            Weakening(Harm.DELETE, _ALERTS, "action"),
            Weakening(
                Harm.MISSPELL,
                _ALERTS,
                "criteria.operation_name",
                '"Microsoft.Storage/storageAccounts/read"',
            ),
            Weakening(Harm.UNLINK, _ALERTS, "scopes", '[azurerm_resource_group.shop["data"].id]'),
        ),
    )


RESP_06: Final = resp_06(wall_clock)

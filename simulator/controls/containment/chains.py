"""Everything that starts a playbook when data leaks, and where the way to it is broken."""

from collections.abc import Iterator
from datetime import UTC, datetime

from simulator.controls.containment.alert_chains import by_defender, by_monitor
from simulator.controls.containment.links import (
    Chain,
    containment_finding,
    playbook_cannot_run,
    switched_off,
)
from simulator.controls.detection.rule_defects import readable
from simulator.controls.findings import once
from simulator.controls.verdict import Finding
from simulator.estate.conditions import properties
from simulator.estate.model import Estate, Omitted, Reference, Unresolvable
from simulator.estate.playbook import Playbook, TriggerKind, playbook
from simulator.estate.sentinel import (
    AnalyticsRule,
    AutomationRule,
    analytics_rules,
    automation_rules,
    selected,
)


def chains(estate: Estate, now: datetime) -> tuple[Chain, ...]:
    """Every declared way from an alert to a playbook, Sentinel's first."""
    return (*_by_sentinel(estate, now), *by_defender(estate), *by_monitor(estate))


def _by_sentinel(estate: Estate, now: datetime) -> Iterator[Chain]:
    automation = automation_rules(estate)
    starts = tuple(filter(_may_start, analytics_rules(estate)))
    watching = tuple(s for s in starts if s.query is None or readable(estate, s))
    for number, rule in enumerate(automation):
        wanted = TriggerKind.ALERT if rule.triggers_on == "Alerts" else TriggerKind.INCIDENT
        for address in rule.playbooks:
            book = playbook(estate, address)
            broken = (
                *_rule_is_off(rule),
                *_expired(rule, now),
                *_selects_nothing(rule, watching),
                *_closed_before(rule, automation[:number], starts),
                *playbook_cannot_run(book, (wanted,)),
                *_may_not_run(book),
            )
            yield Chain(rule.resource, book, once(broken))


def _may_start(rule: AnalyticsRule) -> bool:
    return rule.query is None or (rule.enabled and rule.creates_incident)


def _rule_is_off(rule: AutomationRule) -> Iterator[Finding]:
    yield from switched_off(rule.resource)
    when, on = rule.resource.get("triggers_when"), rule.resource.get("triggers_on")
    if rule.triggers_when != "Created":
        yield containment_finding(
            rule.resource,
            "triggers_when",
            when,
            expected='"Created": a new incident is not an update',
            remedy='triggers_when = "Created"',
            unknown=isinstance(when, Reference | Unresolvable),
        )
    if isinstance(on, Reference | Unresolvable):
        yield containment_finding(
            rule.resource,
            "triggers_on",
            on,
            expected='"Incidents" or "Alerts", as the playbook\'s trigger',
            remedy='triggers_on = "Incidents"',
            unknown=True,
        )


def _expired(rule: AutomationRule, now: datetime) -> Iterator[Finding]:
    value = rule.resource.get("expiration")
    if isinstance(value, Omitted):
        return
    ends = _moment(rule.expires)
    if ends is None or ends <= now:
        yield containment_finding(
            rule.resource,
            "expiration",
            value,
            expected="not set, or in the future: the rule is dead from then on",
            remedy="remove expiration",
            unknown=ends is None,
        )


def _moment(text: str) -> datetime | None:
    """An RFC 3339 time; ``None`` if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _selects_nothing(
    rule: AutomationRule, watching: tuple[AnalyticsRule, ...]
) -> Iterator[Finding]:
    """The rule has to select an incident of a rule that watches the stores."""
    here = [s for s in watching if s.workspace == rule.workspace and rule.workspace]
    read = [s for s in here if s.query is not None]
    answers = list(selected(rule, read))
    if len(read) < len(here):
        answers.append(None)  # a rule that cannot be read may start it, or may not
    names = ", ".join(start.display_name for start in watching) or "none is enabled"
    by_title = "IncidentTitle" in properties(rule.conditions or ())
    if True in answers and not by_title:
        return
    if True in answers:
        yield containment_finding(
            rule.resource,
            "condition_json",
            "it selects by IncidentTitle, and the Defender portal rewrites titles",
            expected="a condition on IncidentSeverity or IncidentRelatedAnalyticRuleIds",
            remedy="select by severity or by rule, or show that the portal is not used",
            unknown=True,
        )
    elif None in answers or (
        watching and None in {rule.workspace, *(s.workspace for s in watching)}
    ):
        yield containment_finding(
            rule.resource,
            "condition_json",
            rule.resource.get("condition_json"),
            expected=f"conditions that can be seen to select the incidents of: {names}",
            remedy="read the HCL directory, or select by IncidentSeverity",
            unknown=True,
        )
    elif here:
        yield containment_finding(
            rule.resource,
            "condition_json",
            rule.resource.get("condition_json"),
            expected=f"conditions that select the incidents of: {names}",
            remedy='propertyName = "IncidentSeverity", operator = "Equals", '
            'propertyValues = ["High"]',
        )
    else:
        where = f"on {rule.workspace}" if watching else "in the estate"
        yield containment_finding(
            rule.resource,
            "log_analytics_workspace_id",
            f"no enabled analytics rule {where} opens an incident about the data stores",
            expected=f"the workspace of an analytics rule that watches the stores ({names})",
            remedy="first meet RESP-03, on the same workspace",
        )


def _closed_before(
    rule: AutomationRule, earlier: tuple[AutomationRule, ...], starts: tuple[AnalyticsRule, ...]
) -> Iterator[Finding]:
    """A rule that closes the same incidents earlier is the opposite of containment."""
    for other in earlier:
        if not (other.closes_incident and other.enabled and other.workspace == rule.workspace):
            continue
        answers = zip(starts, selected(rule, starts), strict=True)
        mine = [start for start, answer in answers if answer]
        if mine and all(answer is True for answer in selected(other, mine)):
            yield containment_finding(
                other.resource,
                "action_incident.status",
                f"it closes the incidents before {rule.resource.address} answers them",
                expected="incidents of leaks stay open",
                remedy="narrow its condition_json, or give it a higher order",
            )


def _may_not_run(book: Playbook) -> Iterator[Finding]:
    if book.sentinel_may_run_it is not True:
        yield containment_finding(
            book.workflow,
            "role_assignment",
            "Microsoft Sentinel may not run it"
            if book.sentinel_may_run_it is False
            else "whether Microsoft Sentinel may run it cannot be told",
            expected="Azure Security Insights has Microsoft Sentinel Automation Contributor on its "
            "resource group",
            remedy='azurerm_role_assignment: role_definition_name = "Microsoft Sentinel Automation '
            'Contributor", principal_id = data.azuread_service_principal of client_id '
            "98785600-1bb7-4fb9-b9fa-19afe2c8a360",
            unknown=book.sentinel_may_run_it is None,
        )

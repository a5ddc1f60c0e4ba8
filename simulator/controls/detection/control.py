"""RESP-03: Sentinel watches the workspace that receives the logs, with rules that can fire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.detection import rule_defects
from simulator.controls.detection.scenarios import (
    OTHER_SCENARIOS,
    STORAGE_SCENARIOS,
    Scenario,
    expanded,
    hidden_sources,
)
from simulator.controls.detection.weakenings import WEAKENINGS
from simulator.controls.findings import once
from simulator.controls.stores import DATA_STORES, Stores, stores_of
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
from simulator.estate.diagnostics import feeds, maybe_fed, tables_fed, unplaced
from simulator.estate.document import azapi_of_kind
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.sentinel import AnalyticsRule, analytics_rules
from simulator.estate.workspaces import ONBOARDING, onboarded_workspace, sentinel_workspaces

_WHY: Final = (
    "a leak that no rule sees is found when the data is for sale; monitoring of logs and of the "
    "network are audit components of 11 CCR 7123(c)(7) and (8)"
)
_ONBOARD: Final = f'resource "{ONBOARDING}" "sec" {{ workspace_id = azurerm_log_analytics_workspace'


_ABSENCES: Final = ("analytics_rule", "sentinel_onboarding", "log_analytics_workspace_id")
_MAKERS: Final = ("azurerm_sentinel_", "azurerm_monitor_", "azurerm_log_analytics_", "azapi_")


def _assess(estate: Estate) -> Verdict:
    stores = stores_of(estate)
    if not stores.all:
        return not_applicable("RESP-03", ACCOUNT, *DATA_STORES, *stores.looked_at)
    # Where no workspace has the logs, the rules are judged where Sentinel stands.
    workspaces = receiving(estate, stores) or tuple(sentinel_workspaces(estate))
    rules = analytics_rules(estate)
    looked_at = (*stores.looked_at, *workspaces, *(rule.resource.address for rule in rules))
    found = [*_onboarding(estate, stores, workspaces)]
    if workspaces and (rules or not found):
        scenarios = STORAGE_SCENARIOS if stores.accounts else OTHER_SCENARIOS
        watched = Watched(estate, {w: frozenset(tables_fed(estate, w)) for w in workspaces})
        found += (f for scenario in scenarios for f in _scenario(watched, rules, scenario))
    return verdict("RESP-03", looked_at, in_doubt(estate, once(found), _ABSENCES, _MAKERS))


def receiving(estate: Estate, stores: Stores) -> tuple[str, ...]:
    """The workspaces that receive the logs of stores in scope."""
    addresses = {store.address for store in stores.all}
    mine = (feed.workspace for feed in feeds(estate) if feed.store.address in addresses)
    return tuple(dict.fromkeys(filter(None, mine)))


@dataclass(frozen=True, slots=True)
class Watched:
    """The workspaces that receive the stores' logs, with the tables that are surely fed."""

    estate: Estate
    tables: Mapping[str, frozenset[str]]

    def maybe(self, workspace: str) -> frozenset[str]:
        """The tables of a workspace that may be fed."""
        return maybe_fed(self.estate, workspace)


def _onboarding(estate: Estate, stores: Stores, workspaces: tuple[str, ...]) -> Iterator[Finding]:
    on = sentinel_workspaces(estate)
    unclear = [r for r in estate.of_type(ONBOARDING) if onboarded_workspace(estate, r) is None]
    if not workspaces:
        addresses = {store.address for store in stores.all}
        unknown = any(f.store.address in addresses for f in feeds(estate)) or unplaced(estate)
        yield finding(
            stores.first,
            "log_analytics_workspace_id",
            "the workspace of its logs cannot be told" if unknown else "no workspace has its logs",
            expected="the logs of every data store in a workspace with Microsoft Sentinel on",
            why=_WHY,
            remedy=f"first meet RESP-01, then {_ONBOARD}.sec.id }}",
            severity=Severity.HIGH,
            unknown=bool(unknown),
        )
        return
    # A store may send its logs twice; one of the workspaces has to be watched.
    sent: dict[str, list[str]] = {}
    for feed in feeds(estate):
        if feed.workspace:
            sent.setdefault(feed.store.address, []).append(feed.workspace)
    for store in stores.all:
        mine = sent.get(store.address, [])
        if not mine or any(workspace in on for workspace in mine):
            continue
        place = estate.by_address.get(str(mine[0]), store)
        yield finding(
            place,
            "sentinel_onboarding",
            f"Microsoft Sentinel is not on in {mine[0]}, which receives the logs",
            expected="Microsoft Sentinel on, in the workspace that receives the logs",
            why=_WHY,
            remedy=f"{_ONBOARD}.{place.name}.id }}",
            severity=Severity.HIGH,
            unknown=bool(unclear),
        )


def _scenario(
    watched: Watched, rules: tuple[AnalyticsRule, ...], scenario: Scenario
) -> Iterator[Finding]:
    """Nothing if a rule without a defect sees the scenario; else what comes nearest to it."""
    estate = watched.estate
    candidates = [
        rule_defects.defects(estate, watched.tables, watched.maybe, rule)
        for rule in rules
        if rule.query is not None and scenario.sees(expanded(estate, rule.query))
    ]
    if not all(candidates):
        return
    doubtful = [found for found in candidates if all(f.unknown for f in found)]
    unread = next(_unread(estate, rules), None)
    if doubtful:
        yield from min(doubtful, key=len)
    elif unread is not None:
        yield _unreadable(*unread, scenario)
    elif candidates:
        yield from min(candidates, key=len)
    else:
        yield _unseen(watched, rules, scenario)


def _unseen(watched: Watched, rules: tuple[AnalyticsRule, ...], scenario: Scenario) -> Finding:
    places = [watched.estate.by_address.get(workspace) for workspace in watched.tables]
    declared = [place for place in places if place is not None]
    fed = min((t for tables in watched.tables.values() for t in tables), default="AzureDiagnostics")
    query = scenario.query.replace("{table}", fed)
    return finding(
        (*declared, *(rule.resource for rule in rules), *watched.estate.resources)[0],
        f"analytics_rule.{scenario.name}",
        f"no analytics rule looks for {scenario.words}",
        expected=f"an enabled rule of severity High or Medium that sees {scenario.words}",
        why=_WHY,
        remedy=f'azurerm_sentinel_alert_rule_nrt: severity = "High", query = "{query}"',
        severity=Severity.HIGH,
    )


def _unread(
    estate: Estate, rules: tuple[AnalyticsRule, ...]
) -> Iterator[tuple[Resource, str, str]]:
    """What may hold the missing rule: unknown queries, hidden tables, other ways to deploy."""
    for rule in rules:
        hidden = hidden_sources(estate, rule.query or "")
        if rule.query is None:
            yield rule.resource, "query", rule.unreadable
        elif hidden:
            why = f"it reads through {', '.join(hidden)}, whose tables do not show"
            yield rule.resource, "query", why
    for resource in azapi_of_kind(estate, "Microsoft.SecurityInsights/alertRules"):
        yield resource, "body.kind", "an analytics rule made with azapi, of a kind that is not read"
    for template in estate.of_type("azurerm_resource_group_template_deployment"):
        if "Microsoft.SecurityInsights" in str(effective(template.get("template_content"))):
            yield template, "template_content", "analytics rules in an ARM template are not read"


def _unreadable(resource: Resource, attribute: str, why: str, scenario: Scenario) -> Finding:
    return finding(
        resource,
        attribute,
        why,
        expected=f"a rule that can be seen to look for {scenario.words}",
        why=_WHY,
        remedy="declare the rule as azurerm_sentinel_alert_rule_nrt with its query written out",
        severity=Severity.HIGH,
        unknown=True,
    )


RESP_03: Final = Control(
    id="RESP-03",
    title="Microsoft Sentinel is onboarded on the workspace that receives the data-store logs, and "
    "enabled analytics rules detect anomalous data access and exfiltration and open incidents",
    gap="Deploy Microsoft Sentinel for real-time detection of anomalous data access patterns.",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(7)",
        "11 CCR 7123(c)(8)",
        "11 CCR 7123(c)(17)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.81.5(b)",
    ),
    frameworks=(
        ("CIS Azure 3.0", ("6.1.1",)),
        ("MCSB", ("LT-1", "LT-2", "LT-5", "IR-3", "IR-5")),
        (
            "NIST SP 800-53",
            ("SI-4", "SI-4(2)", "SI-4(5)", "AU-6", "AU-6(1)", "AU-6(3)", "IR-4", "IR-5"),
        ),
    ),
    techniques=("T1530", "T1567", "T1537", "T1078.004", "T1552.005", "T1562.008", "T1098"),
    remedy="azurerm_sentinel_alert_rule_scheduled: query over StorageBlobLogs, "
    "entity_mapping, incident { create_incident_enabled = true }",
    cannot_show=(
        "whether the KQL matches a real intruder's traffic (the drill runs it)",
        "how many alerts there are, and what analysts do with them",
        "onboarding to the Defender portal, which delays automation by up to 10 minutes",
        "whether the service has disabled a rule after repeated failures",
    ),
    assess=_assess,
    weakenings=WEAKENINGS,
)

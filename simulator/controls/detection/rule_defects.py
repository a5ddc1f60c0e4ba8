"""What keeps an analytics rule from seeing a leak in time, or from making it an incident."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from simulator.controls.detection.scenarios import expanded
from simulator.controls.findings import once
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate import kql
from simulator.estate.diagnostics import WIRED_TABLES
from simulator.estate.immutability import days_of
from simulator.estate.model import Estate, Value
from simulator.estate.sentinel import AnalyticsRule, RuleKind, TriggerOperator
from simulator.estate.workspaces import workspace_of

DELAY_BUDGET: Final = timedelta(minutes=60)
"""The longest that a rule may take, at worst, from an intruder's request to the alert."""

# Microsoft Learn: scheduled rules run on a 5-minute delay, NRT rules on a 2-minute one; resource
# logs can be queried 3 to 10 minutes after the event ("Log data ingestion time in Azure Monitor").
_RULE_DELAY: Final = {
    RuleKind.SCHEDULED: timedelta(minutes=5),
    RuleKind.NRT: timedelta(minutes=2),
}
_INGESTION: Final = timedelta(minutes=10)
_TABLE: Final = "azurerm_log_analytics_workspace_table"
_ENTITIES: Final = frozenset({"Account", "IP", "AzureResource"})
_MONITORING: Final = "monitoring is an audit component of 11 CCR 7123(c)(7) and (8)"


def defects(
    estate: Estate,
    fed: Mapping[str, frozenset[str]],
    maybe_fed: Callable[[str], frozenset[str]],
    rule: AnalyticsRule,
) -> tuple[Finding, ...]:
    """Everything that is wrong with a rule that should see a leak, once for each attribute.

    ``fed`` maps each workspace that receives data-store logs to the tables that are surely fed.
    """
    found = (
        *_makes_no_incident(rule),
        *_reads_nothing(estate, fed, maybe_fed, rule),
        *_too_late(rule),
        *_misses_rows(rule),
        *_outlives_rows(estate, rule),
        *_cannot_fire(rule),
        *_names_nobody(rule),
        *_counts_ports(rule),
    )
    return tuple(replace(f, why=f"{f.why}; {_MONITORING}") for f in once(found))


def readable(estate: Estate, rule: AnalyticsRule) -> frozenset[str]:
    """The log tables that a rule reads, as far as they show."""
    return kql.tables(expanded(estate, rule.query or "")) & WIRED_TABLES


def _defect(  # noqa: PLR0913 - a finding has this many parts, all named by the caller
    rule: AnalyticsRule,
    attribute: str,
    actual: Value | str,
    *,
    expected: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.HIGH,
    unknown: bool = False,
) -> Finding:
    return finding(
        rule.resource,
        attribute,
        actual,
        expected=expected,
        why=why,
        remedy=remedy,
        severity=severity,
        unknown=unknown,
    )


def _makes_no_incident(rule: AnalyticsRule) -> Iterator[Finding]:
    get = rule.resource.get
    if not rule.enabled:
        yield _defect(
            rule,
            "enabled",
            get("enabled"),
            expected="true",
            why="a disabled rule sees nothing",
            remedy="enabled = true",
        )
    if rule.severity not in {"High", "Medium"}:
        yield _defect(
            rule,
            "severity",
            get("severity"),
            expected='"High" or "Medium"',
            why="a leak that is reported as a trifle is looked at last",
            remedy='severity = "High"',
            severity=Severity.MEDIUM,
        )
    if not rule.creates_incident:
        yield _defect(
            rule,
            "incident.create_incident_enabled",
            get("incident.create_incident_enabled"),
            expected="true",
            why="without an incident no automation answers and nobody is assigned",
            remedy="incident { create_incident_enabled = true }",
        )


def _reads_nothing(
    estate: Estate,
    fed: Mapping[str, frozenset[str]],
    maybe_fed: Callable[[str], frozenset[str]],
    rule: AnalyticsRule,
) -> Iterator[Finding]:
    place = rule.resource.get("log_analytics_workspace_id")
    tables = fed.get(rule.workspace or "")
    if rule.workspace is None or tables is None:
        yield _defect(
            rule,
            "log_analytics_workspace_id",
            place,
            expected=f"the workspace that receives the logs ({', '.join(fed)})",
            why="a rule on another workspace never sees the rows",
            remedy="log_analytics_workspace_id = the workspace of the diagnostic settings",
            unknown=rule.workspace is None,
        )
        return
    wanted = readable(estate, rule)
    if wanted & tables:
        return
    names = ", ".join(sorted(wanted)) or "no log table that is known here"
    maybe = bool(wanted & maybe_fed(rule.workspace))
    yield _defect(
        rule,
        "query",
        f"it reads {names}, which no diagnostic setting is seen to feed",
        expected=f"a table that is fed ({', '.join(sorted(tables)) or 'none is'})",
        why="a rule over an empty table runs and never fires",
        remedy="settle RESP-01 first: read the HCL directory, or a plan made after the stores exist"
        if maybe
        else "feed the table (RESP-01), or query one that is fed",
        unknown=maybe,
    )


def _too_late(rule: AnalyticsRule) -> Iterator[Finding]:
    worst = rule.frequency + _RULE_DELAY[rule.kind] + _INGESTION
    if worst > DELAY_BUDGET:
        yield _defect(
            rule,
            "query_frequency",
            rule.resource.get("query_frequency"),
            expected=f"an alert at most {_minutes(DELAY_BUDGET)} after the intruder's request",
            why=f"at worst {_minutes(worst)} pass: the frequency, "
            f"{_minutes(_RULE_DELAY[rule.kind])} rule delay and {_minutes(_INGESTION)} until logs "
            "can be queried",
            remedy='query_frequency = "PT5M"',
        )
    if rule.suppression is None:
        return
    if rule.suppression > DELAY_BUDGET or rule.suppression < rule.frequency:
        yield _defect(
            rule,
            "suppression_duration",
            rule.resource.get("suppression_duration"),
            expected=f"no suppression, or from the frequency up to {_minutes(DELAY_BUDGET)}",
            why="after one alert the rule stops running for as long, whoever comes next",
            remedy="suppression_enabled = false",
            severity=Severity.MEDIUM,
        )


def _misses_rows(rule: AnalyticsRule) -> Iterator[Finding]:
    """Gaps between the windows, and rows that come too late for the only window they are in."""
    period = rule.resource.get("query_period")
    if rule.kind is RuleKind.NRT:
        return  # these run over ingestion time: no row is missed
    if rule.period < rule.frequency:
        yield _defect(
            rule,
            "query_period",
            period,
            expected=f"at least the frequency ({_minutes(rule.frequency)})",
            why="what happens between two windows is never looked at",
            remedy=f'query_period = "PT{int(rule.frequency.total_seconds() // 60)}M"',
        )
    elif rule.period + _RULE_DELAY[rule.kind] <= _INGESTION:
        yield _defect(
            rule,
            "query_period",
            period,
            expected=f"more than {_minutes(_INGESTION - _RULE_DELAY[rule.kind])}",
            why="resource logs arrive 3 to 10 minutes late, after the only run that would see them",
            remedy='query_period = "PT30M"',
        )


def _outlives_rows(estate: Estate, rule: AnalyticsRule) -> Iterator[Finding]:
    """A window that is longer than the rows of its table can be searched by rules."""
    for table in estate.of_type(_TABLE):
        days = days_of(table.get("retention_in_days"))
        if (
            days is not None
            and 0 < days < rule.period / timedelta(days=1)
            and table.declared_name in readable(estate, rule)
            and workspace_of(estate, table.get("workspace_id")) == rule.workspace
        ):
            yield _defect(
                rule,
                "query_period",
                rule.resource.get("query_period"),
                expected=f"at most the {days:g} days of {table.address} that rules can search",
                why="what the rule compares with is gone before it looks",
                remedy=f'query_period = "P{days:g}D"',
                severity=Severity.MEDIUM,
            )


def _cannot_fire(rule: AnalyticsRule) -> Iterator[Finding]:
    if kql.most_rows(rule.query or "") == 0:
        yield _defect(
            rule,
            "query",
            "one of its operators keeps no row at all",
            expected="a query that returns the rows of a leak",
            why="a rule whose query is empty by its own words runs and never fires",
            remedy="take the filter that is never true out of the query",
        )
        return
    if rule.kind is RuleKind.NRT:
        return  # any row makes an alert
    why = never_fires(rule)
    if why:
        yield _defect(
            rule,
            "trigger_threshold",
            f"{rule.operator.value} {rule.threshold}",
            expected="GreaterThan 0, or another number of rows that a leak can give",
            why=why,
            remedy='trigger_operator = "GreaterThan", trigger_threshold = 0',
        )


def never_fires(rule: AnalyticsRule) -> str:
    """Why no leak can reach a scheduled rule's threshold, ``""`` if one can."""
    most = kql.most_rows(rule.query or "")
    threshold = rule.threshold
    match rule.operator:
        case TriggerOperator.LESS_THAN if threshold <= 0:
            return "there are never fewer than no rows"
        case TriggerOperator.LESS_THAN:
            return "it alerts when there are few rows, that is when nothing happens"
        case TriggerOperator.EQUAL if threshold == 0:
            return "it alerts when there are no rows, that is when nothing happens"
        case TriggerOperator.EQUAL if most is not None and most < threshold:
            return f"the query returns at most {most} rows"
        case TriggerOperator.GREATER_THAN if most is not None and most <= threshold:
            return f"the query returns at most {most} rows"
    return ""


def _names_nobody(rule: AnalyticsRule) -> Iterator[Finding]:
    if _ENTITIES.isdisjoint(rule.entities):
        yield _defect(
            rule,
            "entity_mapping",
            "maps " + (", ".join(sorted(rule.entities)) or "no entity"),
            expected="an entity of type Account, IP or AzureResource",
            why="without one the incident names nobody and nothing, and a playbook has no target",
            remedy='entity_mapping { entity_type = "IP", field_mapping { identifier = "Address", '
            'column_name = "Ip" } }',
            severity=Severity.MEDIUM,
        )


def _counts_ports(rule: AnalyticsRule) -> Iterator[Finding]:
    query = rule.query or ""
    if not any(name.startswith("Storage") for name in kql.tables(query) & WIRED_TABLES):
        return  # other tables log the address without its port
    fix = 'extend Ip = tostring(split(CallerIpAddress, ":")[0])'
    if kql.groups_by_port(query):
        yield _defect(
            rule,
            "query",
            "it groups by CallerIpAddress, which carries the port (203.0.113.9:50123)",
            expected="the address without its port",
            why="one intruder counts as many callers, each below the threshold",
            remedy=f"{fix}, then group by Ip",
        )
    mapped = set(rule.entities.get("IP", {}).values())
    if mapped & kql.callers_with_port(query):
        yield _defect(
            rule,
            "entity_mapping",
            f"maps IP to {', '.join(sorted(mapped))}, which carries the port",
            expected="the address without its port",
            why="an address with a port is no address: nothing can be looked up or blocked by it",
            remedy=f"{fix}, then map Ip",
            severity=Severity.MEDIUM,
        )


def _minutes(duration: timedelta) -> str:
    """A duration in words.

    >>> _minutes(timedelta(hours=5, minutes=15)), _minutes(timedelta(minutes=5))
    ('5 h 15 min', '5 min')
    """
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts)

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.duration import iso_duration
from simulator.estate.model import Known, Reference, Unresolvable
from simulator.estate.provider import normalise
from simulator.estate.sentinel import (
    RuleKind,
    TriggerOperator,
    analytics_rules,
    automation_rules,
    matches,
)
from tests.controls.build import azurerm, estate, id_of, resource

WORKSPACE = resource("azurerm_log_analytics_workspace.w", name="w")
ONBOARDING = resource(
    "azurerm_sentinel_log_analytics_workspace_onboarding.w",
    workspace_id=id_of("azurerm_log_analytics_workspace.w", suffix=""),
)
ONBOARDED = id_of(ONBOARDING.address, "workspace_id")
R = "azurerm_sentinel_alert_rule_scheduled.r"
A = "azurerm_sentinel_automation_rule.a"
THIS_RULE = "${" + R + ".id}"


# --- durations ----------------------------------------------------------------------------------

PARTS = st.tuples(*(st.integers(0, 400) for _ in range(5)))


@given(PARTS)
def test_a_duration_is_the_sum_of_its_parts(parts):
    weeks, days, hours, minutes, seconds = parts
    text = f"P{weeks}W{days}DT{hours}H{minutes}M{seconds}S"
    expected = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert iso_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("PT5M", 5), ("PT5H", 300), ("P14D", 20160), ("P1DT1M", 1441), ("P1W", 10080)],
)
def test_durations_as_sentinel_writes_them(text, minutes):
    assert iso_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "5M",
        "PT5",
        "P1Y",
        "P1M",
        "pt5m",
        "PT5M ",
        "PT-5M",
        "P1.5D",
        "P99999999999W",
    ],
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="ISO 8601"):
        iso_duration(text)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_a_clear_error(text):
    try:
        message, found = "", iso_duration(text)
    except ValueError as error:
        message, found = str(error), timedelta(0)
    assert found >= timedelta(0)
    assert not message or repr(text) in message


# --- analytics rules ----------------------------------------------------------------------------


def rule(address=R, **values):
    given_ = {
        "display_name": "Mass read",
        "severity": "High",
        "query": "StorageBlobLogs",
        "log_analytics_workspace_id": ONBOARDED,
    } | values
    return normalise(resource(address, **{k: v for k, v in given_.items() if v is not None}))


def read(*resources):
    return analytics_rules(estate(WORKSPACE, ONBOARDING, *resources))


def test_a_rule_without_times_runs_every_five_hours_and_makes_incidents():
    (found,) = read(rule())
    assert found.frequency == found.period == timedelta(hours=5)
    assert (found.operator, found.threshold) == (TriggerOperator.GREATER_THAN, 0)
    assert found.enabled
    assert found.creates_incident
    assert found.suppression is None
    assert found.workspace == WORKSPACE.address
    assert found.query == "StorageBlobLogs"


def test_what_a_rule_sets_is_what_is_read():
    (found,) = read(
        rule(
            enabled=False,
            query_frequency="PT5M",
            query_period="PT30M",
            trigger_operator="LessThan",
            trigger_threshold=3,
            suppression_enabled=True,
            suppression_duration="PT1H",
            tactics=["Exfiltration"],
            event_grouping=[{"aggregation_method": "AlertPerResult"}],
            incident=[{"create_incident_enabled": False}],
            entity_mapping=[
                {
                    "entity_type": "IP",
                    "field_mapping": [{"identifier": "Address", "column_name": "Ip"}],
                },
                {
                    "entity_type": "Account",
                    "field_mapping": [
                        {"identifier": "Name", "column_name": "N"},
                        {"identifier": "UPNSuffix", "column_name": "S"},
                    ],
                },
            ],
        )
    )
    assert not found.enabled
    assert not found.creates_incident
    assert found.frequency == timedelta(minutes=5)
    assert found.period == timedelta(minutes=30)
    assert (found.operator, found.threshold) == (TriggerOperator.LESS_THAN, 3)
    assert found.suppression == timedelta(hours=1)
    assert found.alert_per_result
    assert found.tactics == ("Exfiltration",)
    assert found.entities == {"IP": {"Address": "Ip"}, "Account": {"Name": "N", "UPNSuffix": "S"}}


def test_a_near_real_time_rule_runs_every_minute():
    (found,) = read(rule("azurerm_sentinel_alert_rule_nrt.r"))
    assert found.kind is RuleKind.NRT
    assert found.frequency == found.period == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"query": None}, "query is not known (it is not set)"),
        ({"query": Unresolvable("var.kql has no value")}, "var.kql"),
        ({"query": Reference("azurerm_key_vault.v")}, "it comes from azurerm_key_vault.v"),
        ({"query_frequency": Unresolvable("var.f has no value")}, "query_frequency is not known"),
        ({"query_frequency": "5 minutes"}, "not an ISO 8601 duration"),
        ({"enabled": Unresolvable("var.on has no value")}, "enabled is not known"),
        (
            {"incident": [{"create_incident_enabled": Unresolvable("var.i has no value")}]},
            "create_incident_enabled is not known",
        ),
        ({"trigger_operator": "MoreThan"}, "trigger_operator"),
        ({"trigger_threshold": Unresolvable("var.t has no value")}, "trigger_threshold"),
    ],
)
def test_a_rule_of_which_something_decisive_is_unknown_has_no_query_and_says_why(values, words):
    (found,) = read(rule(**values))
    assert found.query is None
    assert words in found.unreadable


def test_a_query_with_references_in_it_keeps_them_as_text():
    text = "T | where x != '${azurerm_user_assigned_identity.u.principal_id}'"
    (found,) = read(rule(query=Reference("azurerm_user_assigned_identity.u", "principal_id", text)))
    assert found.query == text


@pytest.mark.parametrize(
    ("value", "workspace"),
    [
        (ONBOARDED, WORKSPACE.address),
        (id_of(WORKSPACE.address), WORKSPACE.address),
        (id_of("azurerm_log_analytics_solution.s", "workspace_resource_id"), WORKSPACE.address),
        (id_of("azurerm_sentinel_log_analytics_workspace_onboarding.old", "id"), WORKSPACE.address),
        ("/Subscriptions/s/x/Workspaces/W/", "/subscriptions/s/x/workspaces/w"),
        (Unresolvable("var.w has no value"), None),
        (id_of("azurerm_log_analytics_workspace.gone"), None),
    ],
)
def test_the_workspace_of_a_rule_is_found_behind_what_it_names(value, workspace):
    solution = resource(
        "azurerm_log_analytics_solution.s",
        solution_name="SecurityInsights",
        workspace_resource_id=id_of(WORKSPACE.address),
    )
    old = resource(  # azurerm 3.x names the workspace
        "azurerm_sentinel_log_analytics_workspace_onboarding.old",
        workspace_name="w",
        resource_group_name="rg",
    )
    (found,) = read(solution, old, rule(log_analytics_workspace_id=value))
    assert found.workspace == workspace


def test_v3_spellings_of_the_incident_block_are_read():
    old = resource(
        R,
        provider=azurerm(3),
        query="T",
        severity="High",
        log_analytics_workspace_id=ONBOARDED,
        incident_configuration=[{"create_incident": False}],
    )
    (found,) = read(normalise(old))
    assert not found.creates_incident


# --- automation rules ---------------------------------------------------------------------------


def automation(address=A, **values):
    given_ = {"display_name": "a", "order": 1, "log_analytics_workspace_id": ONBOARDED} | values
    return normalise(resource(address, **given_))


def automations(*resources):
    return automation_rules(estate(WORKSPACE, ONBOARDING, *resources))


def test_automation_rules_come_in_the_order_in_which_they_run():
    rules = automations(
        automation("azurerm_sentinel_automation_rule.last", order=9),
        automation("azurerm_sentinel_automation_rule.first", order=2),
    )
    assert [r.resource.name for r in rules] == ["first", "last"]


def test_playbooks_are_run_in_the_order_of_their_actions():
    flows = [resource(f"azurerm_logic_app_workflow.{n}", name=n) for n in ("x", "y")]
    (found,) = automations(
        *flows,
        automation(
            action_playbook=[
                {"order": 2, "logic_app_id": id_of("azurerm_logic_app_workflow.x")},
                {
                    "order": 1,
                    "logic_app_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/"
                    "workflows/y",
                },
            ]
        ),
    )
    assert found.playbooks == ("azurerm_logic_app_workflow.y", "azurerm_logic_app_workflow.x")


def test_a_playbook_of_another_estate_keeps_its_id():
    gone = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/z"
    (found,) = automations(automation(action_playbook=[{"order": 1, "logic_app_id": gone}]))
    assert found.playbooks == (gone,)


def test_defaults_of_an_automation_rule():
    (found,) = automations(automation())
    assert (found.triggers_on, found.triggers_when, found.enabled) == ("Incidents", "Created", True)
    assert found.conditions == ()
    assert found.expires == ""
    assert not found.closes_incident


def test_a_rule_that_closes_incidents_is_seen_as_such():
    (found,) = automations(automation(action_incident=[{"status": "Active"}, {"status": "Closed"}]))
    assert found.closes_incident


# --- conditions ---------------------------------------------------------------------------------


def condition(name, operator, *values):
    return {
        "conditionType": "Property",
        "conditionProperties": {
            "propertyName": name,
            "operator": operator,
            "propertyValues": list(values),
        },
    }


def boolean(operator, *inner):
    return {
        "conditionType": "Boolean",
        "conditionProperties": {"operator": operator, "innerConditions": list(inner)},
    }


OTHER = {"conditionType": "PropertyArray", "conditionProperties": {"arrayType": "CustomDetails"}}
HIGH = condition("IncidentSeverity", "Equals", "High")
LOW = condition("IncidentSeverity", "Equals", "Low")


def answer(*conditions, severity="High", title="Mass read of blobs"):
    written = Known(json.dumps(list(conditions)))
    if any("${" in json.dumps(c) for c in conditions):
        written = Reference(R, "id", json.dumps(list(conditions)))
    shop = estate(
        WORKSPACE,
        ONBOARDING,
        rule(name="r", tactics=["Exfiltration"]),
        automation(condition_json=written),
    )
    (found,), (watch,) = automation_rules(shop), analytics_rules(shop)
    return matches(found, watch, severity, title)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ((), True),
        ((HIGH,), True),
        ((LOW,), False),
        ((condition("IncidentSeverity", "Equals", "Low", "High"),), True),
        ((condition("IncidentSeverity", "NotEquals", "Low"),), True),
        ((condition("IncidentSeverity", "NotEquals", "Low", "High"),), False),
        ((HIGH, LOW), False),
        ((condition("IncidentTitle", "Contains", "mass READ"),), True),
        ((condition("IncidentTitle", "StartsWith", "Mass"),), True),
        ((condition("IncidentTitle", "EndsWith", "Mass"),), False),
        ((condition("IncidentTitle", "NotContains", "mailbox"),), True),
        ((condition("IncidentTitle", "NotContains", "mailbox", "blobs"),), False),
        ((condition("IncidentTactics", "Contains", "Exfiltration"),), True),
        ((condition("IncidentTactics", "Contains", "Impact"),), False),
        ((condition("IncidentStatus", "Equals", "New"),), True),
        ((condition("IncidentStatus", "Equals", "Closed"),), False),
        ((condition("IncidentRelatedAnalyticRuleIds", "Contains", THIS_RULE),), True),
        ((condition("IncidentRelatedAnalyticRuleIds", "Contains", "${azurerm_x.y.id}"),), False),
        ((condition("IncidentRelatedAnalyticRuleIds", "NotContains", THIS_RULE),), False),
        ((condition("AlertAnalyticRuleIds", "Contains", "/x/alertRules/r"),), True),
        ((condition("IncidentRelatedAnalyticRuleIds", "Contains", "/x/alertRules/q"),), False),
        ((condition("IncidentRelatedAnalyticRuleIds", "Contains", "${var.rule}"),), None),
        ((condition("IncidentProviderName", "Equals", "Azure Sentinel"),), None),
        ((condition("IncidentTitle", "Contains", "${var.title}"),), None),
        ((OTHER,), None),
        ((OTHER, LOW), False),
        ((boolean("Or", LOW, HIGH),), True),
        ((boolean("Or", LOW, OTHER),), None),
        ((boolean("Or", HIGH, OTHER),), True),
        ((boolean("And", HIGH, LOW),), False),
        ((boolean("And", boolean("Or", LOW, HIGH), HIGH),), True),
        ((condition("IncidentSeverity", "Like", "High"),), None),
    ],
)
def test_conditions_select_refuse_or_cannot_be_told(conditions, expected):
    assert answer(*conditions) is expected


@pytest.mark.parametrize("value", [Reference(R), Unresolvable("?"), Known("{"), Known("{}")])
def test_conditions_that_cannot_be_read_select_nothing_for_sure(value):
    shop = estate(WORKSPACE, ONBOARDING, rule(), automation(condition_json=value))
    (found,), (watch,) = automation_rules(shop), analytics_rules(shop)
    assert found.conditions is None
    assert matches(found, watch, "High", "x") is None


def test_conditions_of_azurerm_3_are_read_too():
    old = automation(
        provider=azurerm(3),
        condition=[{"property": "IncidentTitle", "operator": "Contains", "values": ["mailbox"]}],
    )
    shop = estate(WORKSPACE, ONBOARDING, rule(), old)
    (found,), (watch,) = automation_rules(shop), analytics_rules(shop)
    assert matches(found, watch, "High", "Mass read") is False

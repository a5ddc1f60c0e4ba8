import json
from datetime import timedelta

import pytest

from simulator.controls.detection.control import RESP_03
from simulator.controls.detection.rule_defects import DELAY_BUDGET, never_fires
from simulator.controls.detection.scenarios import STORAGE_SCENARIOS, mass_read, unsigned_read
from simulator.controls.findings import once
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Gap, Reference, Unresolvable
from simulator.estate.provider import normalise
from simulator.estate.sentinel import analytics_rules
from tests.controls.build import declared, estate, id_of, resource, wrong

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
A, W = "azurerm_storage_account.a", "azurerm_log_analytics_workspace.w"
ACCOUNT = resource(A, name="sta")
WORKSPACE = resource(W, name="w")
ONBOARDING = resource(
    "azurerm_sentinel_log_analytics_workspace_onboarding.w", workspace_id=id_of(W)
)
LOGGED = resource(
    "azurerm_monitor_diagnostic_setting.s",
    target_resource_id=id_of(A, suffix="/blobServices/default"),
    log_analytics_workspace_id=id_of(W),
    enabled_log=[{"category_group": "audit"}],
)
SHOP = (ACCOUNT, WORKSPACE, ONBOARDING, LOGGED)
IP = [{"entity_type": "IP", "field_mapping": [{"identifier": "Address", "column_name": "Ip"}]}]
CLEAN = "| extend Ip = tostring(split(CallerIpAddress, ':')[0])"
MASS = f"StorageBlobLogs | where OperationName == 'GetBlob' {CLEAN} | summarize n = count() by Ip"
UNSIGNED = f"StorageBlobLogs | where AuthenticationType in ('Anonymous', 'SAS') {CLEAN}"


def rule(name, query, kind="scheduled", **values):
    given = {
        "display_name": name,
        "severity": "High",
        "query": query,
        "log_analytics_workspace_id": id_of(ONBOARDING.address, "workspace_id"),
        "entity_mapping": IP,
    }
    if kind == "scheduled":
        given |= {"query_frequency": "PT15M", "query_period": "PT1H"}
    given |= values
    made = {k: v for k, v in given.items() if v is not None}
    return normalise(resource(f"azurerm_sentinel_alert_rule_{kind}.{name}", **made))


GOOD = rule("unsigned", UNSIGNED, "nrt")


def assess(*resources, **values):
    return RESP_03.assess(with_azapi(estate(*resources, **values)))


def judged(**values):
    """The verdict where one rule is there for mass reads, with these values."""
    return assess(*SHOP, GOOD, rule("mass", **{"query": MASS} | values))


MASS_RULE = "azurerm_sentinel_alert_rule_scheduled.mass"


# --- three estates, two readers -----------------------------------------------------------------


def test_an_estate_that_watches_its_logs_passes():
    verdict = RESP_03.assess(declared("RESP-03", "pass", "hcl"))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_sentinel_alert_rule_nrt.unsigned_read" in verdict.looked_at


def test_a_fresh_plan_cannot_tell_whether_the_table_is_fed():
    verdict = RESP_03.assess(declared("RESP-03", "pass", "plan"))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {
        ("azurerm_sentinel_alert_rule_scheduled.mass_read", "query"),
        ("azurerm_sentinel_alert_rule_nrt.unsigned_read", "query"),
    }
    assert all("read the HCL directory" in f.remedy for f in verdict.findings)


@READERS
def test_an_estate_whose_rules_see_nothing_in_time_fails_on_what_is_wrong_with_them(reader):
    verdict = RESP_03.assess(declared("RESP-03", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    mass = "azurerm_sentinel_alert_rule_scheduled.mass_read"
    unsigned = "azurerm_sentinel_alert_rule_scheduled.unsigned_read"
    assert wrong(verdict) == {
        (mass, "query"),
        (mass, "query_frequency"),
        (mass, "entity_mapping"),
        (unsigned, "enabled"),
        (unsigned, "severity"),
        (unsigned, "incident.create_incident_enabled"),
        (unsigned, "suppression_duration"),
        (unsigned, "query_period"),
        (unsigned, "trigger_threshold"),
    }


@READERS
def test_an_estate_without_stores_is_not_applicable(reader):
    assert RESP_03.assess(declared("RESP-03", "absent", reader)).outcome is Outcome.NOT_APPLICABLE


def test_a_default_that_decides_is_named():
    verdict = RESP_03.assess(declared("RESP-03", "fail", "hcl"))
    (finding,) = [f for f in verdict.findings if f.attribute == "query_frequency"]
    assert finding.default == "azurerm 4.x default"
    assert "5 h 15 min" in finding.why
    assert "11 CCR 7123(c)(7) and (8)" in finding.why
    assert finding.origin.line


# --- where Sentinel stands ----------------------------------------------------------------------


def test_a_store_without_sentinel_is_one_finding():
    assert wrong(assess(ACCOUNT)) == {(A, "log_analytics_workspace_id")}
    assert wrong(assess(ACCOUNT, WORKSPACE, LOGGED)) == {(W, "sentinel_onboarding")}


def test_sentinel_on_a_workspace_without_the_logs_does_not_see_them():
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    elsewhere = resource(
        "azurerm_sentinel_log_analytics_workspace_onboarding.o", workspace_id=id_of(other.address)
    )
    verdict = assess(ACCOUNT, WORKSPACE, other, LOGGED, elsewhere)
    assert wrong(verdict) == {(W, "sentinel_onboarding")}


def test_the_legacy_solution_is_onboarding_too():
    legacy = resource(
        "azurerm_log_analytics_solution.s",
        solution_name="SecurityInsights",
        workspace_resource_id=id_of(W),
    )
    rules = [
        rule(name, query, log_analytics_workspace_id=id_of(legacy.address, "workspace_resource_id"))
        for name, query in (("mass", MASS), ("unsigned", UNSIGNED))
    ]
    assert assess(ACCOUNT, WORKSPACE, LOGGED, legacy, *rules).outcome is Outcome.PASSED


def test_one_of_two_workspaces_that_get_the_logs_is_enough():
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    copy = resource(
        "azurerm_monitor_diagnostic_setting.copy",
        target_resource_id=id_of(A, suffix="/blobServices/default"),
        log_analytics_workspace_id=id_of(other.address),
        enabled_log=[{"category_group": "audit"}],
    )
    assert assess(*SHOP, other, copy, GOOD, rule("mass", MASS)).outcome is Outcome.PASSED


def test_onboarding_of_an_unknown_workspace_is_unknown():
    unsure = resource(
        "azurerm_sentinel_log_analytics_workspace_onboarding.w",
        workspace_id=Unresolvable("var.w has no value"),
    )
    verdict = assess(ACCOUNT, WORKSPACE, LOGGED, unsure)
    assert verdict.outcome is Outcome.UNKNOWN


def test_logs_sent_to_an_unknown_workspace_leave_it_open():
    unsure = resource(
        "azurerm_monitor_diagnostic_setting.s",
        target_resource_id=id_of(A, suffix="/blobServices/default"),
        log_analytics_workspace_id=Unresolvable("var.w has no value"),
        enabled_log=[{"category_group": "audit"}],
    )
    assert assess(ACCOUNT, unsure).outcome is Outcome.UNKNOWN


# --- what the rules look for --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sees"),
    [
        (MASS, True),
        ("StorageBlobLogs | where OperationName in~ ('ListBlobs') | summarize count() by X", True),
        ("StorageBlobLogs | where Category == 'StorageRead' | summarize sum(B) by X", True),
        ("StorageBlobLogs | where OperationName startswith 'Get' | summarize count() by X", True),
        ("StorageBlobLogs | summarize dcount(Uri) by X", True),
        ("StorageBlobLogs | make-series n=count() on TimeGenerated step 1h by X", True),
        ("StorageBlobLogs | where OperationName == 'GetBlob'", False),
        ("StorageBlobLogs | where OperationName == 'DeleteBlob' | summarize count() by X", False),
        ("StorageBlobLogs | where AuthenticationType == 'SAS' | summarize count() by X", False),
        ("// StorageBlobLogs\nSigninLogs | summarize count() by X", False),
        ("SigninLogs | where T == 'StorageBlobLogs' | summarize count() by X", False),
        ("union isfuzzy=true StorageBlobLogs, Nothing_CL | summarize count() by X", True),
        ("StorageBlobLogs | where StatusCode in ('403', '404') | summarize count() by X", False),
        ("StorageBlobLogs | where StatusCode >= 400 | summarize count() by X", False),
        ("StorageBlobLogs | where StatusText has 'AuthFailure' | summarize count() by X", False),
        ("StorageBlobLogs | where StatusCode in ('200', '404') | summarize count() by X", True),
        ("StorageBlobLogs | where StatusCode !in ('404') | summarize count() by X", True),
        ("StorageBlobLogs | where StatusText endswith 'Success' | summarize count() by X", True),
        ("StorageBlobLogs | where toint(StatusCode) < 400 | summarize count() by X", True),
    ],
)
def test_a_query_for_mass_reads_is_told_by_what_it_does(query, sees):
    assert mass_read(query) is sees


@pytest.mark.parametrize(
    ("query", "sees"),
    [
        (UNSIGNED, True),
        ("StorageBlobLogs | where AuthenticationType == 'Anonymous'", True),
        ("StorageBlobLogs | where StatusText == 'SASSuccess'", True),
        (
            "StorageBlobLogs | where AuthenticationType == 'DSas' and OperationName == 'GetBlob'",
            True,
        ),
        ("StorageBlobLogs | where AuthenticationType == 'OAuth'", False),
        (
            "StorageBlobLogs | where AuthenticationType == 'SAS' and OperationName == 'PutBlob'",
            False,
        ),
        ("StorageBlobLogs | extend Kind = 'Anonymous'", False),
        ("StorageBlobLogs | where AuthenticationType == 'SAS' and StatusCode == '403'", False),
        ("StorageFileLogs | where AuthenticationType == 'SAS'", False),
    ],
)
def test_a_query_for_unsigned_reads_is_told_by_what_it_keeps(query, sees):
    assert unsigned_read(query) is sees


def test_each_scenario_needs_a_rule():
    assert wrong(assess(*SHOP)) == {
        (W, "analytics_rule.mass-read"),
        (W, "analytics_rule.unsigned-read"),
    }
    assert wrong(assess(*SHOP, GOOD)) == {(W, "analytics_rule.mass-read")}


def test_a_good_rule_is_enough_whatever_others_are_like():
    poor = rule("poor", MASS, enabled=False, query_frequency="P1D")
    assert assess(*SHOP, GOOD, poor, rule("mass", MASS)).outcome is Outcome.PASSED


def test_tactics_are_free_text_and_prove_nothing():
    tagged = rule("t", "Heartbeat | summarize count() by X", tactics=["Exfiltration"])
    assert (W, "analytics_rule.mass-read") in wrong(assess(*SHOP, GOOD, tagged))


def test_a_saved_function_of_the_estate_shows_what_it_reads():
    saved = resource(
        "azurerm_log_analytics_saved_search.f", function_alias="BlobReads", query="StorageBlobLogs"
    )
    through = rule("mass", f"BlobReads() {CLEAN} | summarize n = count() by Ip")
    assert assess(*SHOP, GOOD, saved, through).outcome is Outcome.PASSED
    assert assess(*SHOP, GOOD, through).outcome is Outcome.UNKNOWN


def test_without_blob_storage_one_rule_over_the_stores_logs_is_enough():
    vault = resource("azurerm_key_vault.v", name="v")
    logged = resource(
        "azurerm_monitor_diagnostic_setting.s",
        target_resource_id=id_of(vault.address),
        log_analytics_workspace_id=id_of(W),
        enabled_log=[{"category": "AuditEvent"}],
        log_analytics_destination_type="Dedicated",
    )
    shop = (vault, WORKSPACE, ONBOARDING, logged)
    assert assess(*shop, rule("v", "AZKVAuditLogs | take 1")).outcome is Outcome.PASSED
    assert assess(*shop, rule("v", "AzureDiagnostics | take 1")).outcome is Outcome.FAILED
    assert assess(*shop).outcome is Outcome.FAILED


# --- what is wrong with a rule ------------------------------------------------------------------


def test_a_rule_without_a_defect_passes():
    assert judged().outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ({"enabled": False}, {"enabled"}),
        ({"severity": "Low"}, {"severity"}),
        ({"severity": "Medium"}, set()),
        ({"incident": [{"create_incident_enabled": False}]}, {"incident.create_incident_enabled"}),
        ({"incident": [{"create_incident_enabled": True}]}, set()),
        ({"query_frequency": None}, {"query_frequency", "query_period"}),
        ({"query_frequency": None, "query_period": None}, {"query_frequency"}),
        ({"query_frequency": "PT45M"}, set()),
        ({"query_frequency": "PT46M"}, {"query_frequency"}),
        ({"query_frequency": "PT30M", "query_period": "PT15M"}, {"query_period"}),
        ({"query_frequency": "PT5M", "query_period": "PT5M"}, {"query_period"}),
        ({"query_frequency": "PT5M", "query_period": "PT10M"}, set()),
        ({"suppression_enabled": True}, {"suppression_duration"}),
        ({"suppression_enabled": True, "suppression_duration": "PT1H"}, set()),
        ({"suppression_enabled": True, "suppression_duration": "PT5M"}, {"suppression_duration"}),
        ({"suppression_duration": "PT24H"}, set()),
        ({"trigger_operator": "LessThan", "trigger_threshold": 0}, {"trigger_threshold"}),
        ({"trigger_operator": "LessThan", "trigger_threshold": 5}, {"trigger_threshold"}),
        ({"trigger_operator": "Equal", "trigger_threshold": 0}, {"trigger_threshold"}),
        ({"trigger_operator": "NotEqual", "trigger_threshold": 0}, set()),
        ({"trigger_threshold": 10, "query": MASS + " | take 10"}, {"trigger_threshold"}),
        (
            {"trigger_operator": "Equal", "trigger_threshold": 10, "query": MASS + " | take 10"},
            set(),
        ),
        (
            {"trigger_operator": "Equal", "trigger_threshold": 11, "query": MASS + " | take 10"},
            {"trigger_threshold"},
        ),
        ({"trigger_threshold": 9, "query": MASS + " | take 10"}, set()),
        ({"entity_mapping": None}, {"entity_mapping"}),
        ({"entity_mapping": [{"entity_type": "Host"}]}, {"entity_mapping"}),
        ({"entity_mapping": [{"entity_type": "AzureResource"}]}, set()),
        ({"query": "StorageBlobLogs | summarize count() by CallerIpAddress"}, {"query"}),
        (
            {
                "query": "StorageBlobLogs | summarize count(), any(CallerIpAddress) by AccountName",
                "entity_mapping": [
                    {
                        "entity_type": "IP",
                        "field_mapping": [
                            {"identifier": "Address", "column_name": "CallerIpAddress"}
                        ],
                    }
                ],
            },
            {"entity_mapping"},
        ),
    ],
)
def test_each_defect_is_told_once_under_its_attribute(values, attributes):
    verdict = judged(**values)
    assert wrong(verdict) == {(MASS_RULE, attribute) for attribute in attributes}
    assert verdict.outcome is (Outcome.FAILED if attributes else Outcome.PASSED)


@pytest.mark.parametrize("kind", ["scheduled", "nrt"])
def test_a_query_that_keeps_nothing_never_fires(kind):
    verdict = assess(*SHOP, GOOD, rule("mass", f"{MASS} | where false", kind))
    assert wrong(verdict) == {(f"azurerm_sentinel_alert_rule_{kind}.mass", "query")}


def test_a_window_longer_than_its_table_keeps_rows_compares_with_nothing():
    def kept(days, period="P14D", name="StorageBlobLogs"):
        table = resource(
            "azurerm_log_analytics_workspace_table.t",
            name=name,
            workspace_id=id_of(W),
            retention_in_days=days,
            total_retention_in_days=365,
        )
        return wrong(assess(*SHOP, GOOD, table, rule("mass", MASS, query_period=period)))

    assert kept(4) == {(MASS_RULE, "query_period")}
    assert kept(14) == kept(4, "P4D") == kept(4, name="SigninLogs") == kept(-1) == set()


@pytest.mark.parametrize("number", [0, 1])
def test_the_query_that_is_advised_is_one_that_passes(number):
    wanted = STORAGE_SCENARIOS[number]
    (unseen,) = (f for f in assess(*SHOP).findings if wanted.name in f.attribute)
    assert f'query = "{wanted.query}"' in unseen.remedy
    advised = [rule(f"r{n}", one.query, "nrt") for n, one in enumerate(STORAGE_SCENARIOS)]
    assert assess(*SHOP, *advised).findings == ()


def test_without_blobs_the_advised_query_reads_a_table_that_is_fed():
    vault = resource("azurerm_key_vault.v", name="v")
    logged = normalise(
        resource(
            "azurerm_monitor_diagnostic_setting.v",
            target_resource_id=id_of(vault.address),
            log_analytics_workspace_id=id_of(W),
            log_analytics_destination_type="Dedicated",
            enabled_log=[{"category_group": "audit"}],
        )
    )
    (unseen,) = assess(vault, WORKSPACE, ONBOARDING, logged).findings
    assert 'query = "AZKVAuditLogs | summarize' in unseen.remedy


def test_the_budget_is_an_hour():
    assert timedelta(hours=1) == DELAY_BUDGET


def test_a_near_real_time_rule_is_never_late_and_needs_no_threshold():
    assert assess(*SHOP, GOOD, rule("mass", MASS, "nrt")).outcome is Outcome.PASSED


def test_the_port_is_a_trap_in_storage_logs_alone():
    activity = rule("x", "AzureActivity | summarize count() by CallerIpAddress")
    (found,) = analytics_rules(estate(WORKSPACE, ONBOARDING, activity))
    assert never_fires(found) == ""
    vault = resource("azurerm_key_vault.v", name="v")
    shop = (
        vault,
        WORKSPACE,
        ONBOARDING,
        resource(
            "azurerm_monitor_diagnostic_setting.v",
            target_resource_id=id_of(vault.address),
            log_analytics_workspace_id=id_of(W),
            enabled_log=[{"category": "AuditEvent"}],
        ),
    )
    query = "AzureDiagnostics | summarize count() by CallerIpAddress"
    assert assess(*shop, rule("v", query)).outcome is Outcome.PASSED


def test_a_rule_on_another_workspace_never_sees_the_rows():
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    verdict = assess(
        *SHOP, other, GOOD, rule("mass", MASS, log_analytics_workspace_id=id_of(other.address))
    )
    assert wrong(verdict) == {(MASS_RULE, "log_analytics_workspace_id")}


def test_a_rule_on_an_unknown_workspace_is_unknown():
    verdict = judged(log_analytics_workspace_id=Unresolvable("var.w has no value"))
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_table_that_nothing_feeds_is_told_with_what_else_is_wrong_with_the_query():
    writes = resource(
        "azurerm_monitor_diagnostic_setting.s",
        target_resource_id=id_of(A, suffix="/fileServices/default"),
        log_analytics_workspace_id=id_of(W),
        enabled_log=[{"category_group": "audit"}],
    )
    trapped = rule("mass", "StorageBlobLogs | summarize count() by CallerIpAddress")
    verdict = assess(ACCOUNT, WORKSPACE, ONBOARDING, writes, trapped)
    (found,) = [f for f in verdict.findings if f.attribute == "query"]
    assert "which no diagnostic setting is seen to feed" in found.actual
    assert "carries the port" in found.actual


def test_rules_are_judged_where_sentinel_stands_even_if_no_logs_arrive():
    late = rule("mass", MASS, query_frequency="P1D", query_period="P1D")
    verdict = assess(ACCOUNT, WORKSPACE, ONBOARDING, late)
    assert wrong(verdict) == {
        (MASS_RULE, "query"),
        (MASS_RULE, "query_frequency"),
        (W, "analytics_rule.unsigned-read"),
    }


# --- what cannot be known -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "doubt",
    [
        rule("x", Unresolvable("yamldecode(file(...)) is not known")),
        rule("x", Reference("azurerm_key_vault.v")),
        rule("x", "_Im_FileEvent | summarize count() by X"),
        resource("azapi_resource.r", type="Microsoft.SecurityInsights/alertRules@2023-11-01"),
        resource(
            "azurerm_resource_group_template_deployment.t",
            template_content=json.dumps({"resources": [{"type": "Microsoft.SecurityInsights/x"}]}),
        ),
        rule("x", MASS, query_frequency=Unresolvable("var.f has no value")),
    ],
    ids=["query", "reference", "parser", "azapi", "template", "frequency"],
)
def test_a_rule_that_cannot_be_read_may_be_the_one_and_is_no_pass(doubt):
    verdict = assess(*SHOP, GOOD, doubt)
    assert verdict.outcome is Outcome.UNKNOWN
    assert {address for address, _ in wrong(verdict, unknown=True)} == {doubt.address}


@pytest.mark.parametrize(
    ("where", "outcome"),
    [
        ("module.rules", Outcome.UNKNOWN),
        ("azurerm_sentinel_alert_rule_nrt.lost", Outcome.UNKNOWN),
        ("azurerm_virtual_network.lost", Outcome.FAILED),
    ],
)
def test_what_could_not_be_read_may_hold_the_rule(where, outcome):
    assert assess(*SHOP, GOOD, gaps=(Gap(where, "not loaded"),)).outcome is outcome


# --- findings put together ----------------------------------------------------------------------


def test_findings_about_one_attribute_become_one():
    (mass,) = judged(severity="Low").findings
    (worse,) = judged(enabled=False).findings
    merged = once([mass, worse, mass])
    assert [f.attribute for f in merged] == ["severity", "enabled"]
    both = once(
        [mass, worse.__class__(**{**_fields(mass), "actual": "x", "severity": Severity.HIGH})]
    )
    assert len(both) == 1
    assert both[0].actual == '"Low"; x'
    assert both[0].severity is Severity.HIGH


def test_a_failure_outweighs_what_is_not_known():
    (sure,) = judged(severity="Low").findings
    unsure = sure.__class__(**{**_fields(sure), "unknown": True})
    assert once([unsure, sure]) == once([sure, unsure]) == (sure,)


def _fields(finding):
    return {name: getattr(finding, name) for name in finding.__slots__}

from datetime import date

import pytest

from simulator.controls.continuous_monitoring.control import resp_13
from simulator.controls.registry import assess as assess_control
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Gap
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)
from tests.estate.policy.declared import (
    BENCHMARK,
    BLOB_LOGS,
    DEFINITIONS,
    INFRASTRUCTURE,
    PUBLIC_BLOBS,
    REQUIRE_TAG,
    SETS,
    SUBSCRIPTION,
    assignment,
    benchmark,
    definition,
    denying,
    exemption,
)

RESP_13 = resp_13(lambda: date(2026, 11, 24))
READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
RG = "azurerm_resource_group.data"
A = "azurerm_storage_account.a"
GROUP = resource(RG, name="rg-data", location="westus2")
WORKSPACE = resource("azurerm_log_analytics_workspace.w", name="w")
LOGGING = "azurerm_subscription_policy_assignment.logging"


def account(address=A, **values):
    place = {"name": "stshop", "resource_group_name": "rg-data", "location": "westus2"}
    return normalise(resource(address, **place | values))


def logging(**values):
    needed = {"identity": [{"type": "SystemAssigned"}], "location": "westus2"}
    parameters = {"logAnalytics": f"{SUBSCRIPTION}/workspaces/w"}
    return assignment(BLOB_LOGS, **{"name": "logging", "parameters": parameters} | needed | values)


GRANTS = tuple(
    resource(
        f"azurerm_role_assignment.r{number}",
        scope=SUBSCRIPTION,
        role_definition_name=role,
        principal_id=id_of(LOGGING, "identity[0].principal_id"),
    )
    for number, role in enumerate(("Monitoring Contributor", "Log Analytics Contributor"))
)


def export(*sources, name="export", major=4, **values):
    action = [{"type": "Workspace", "resource_id": id_of("azurerm_log_analytics_workspace.w")}]
    listed = [{"event_source": one} for one in sources or ("Alerts", "Assessments")]
    return normalise(
        resource(
            f"azurerm_security_center_automation.{name}",
            provider=azurerm(major),
            **{"scopes": [SUBSCRIPTION], "action": action, "source": listed} | values,
        )
    )


CLOSED, ENCRYPTED = denying(PUBLIC_BLOBS), denying(INFRASTRUCTURE)
EVERYTHING = (benchmark(), CLOSED, ENCRYPTED, logging(), *GRANTS, export())


def assess(*resources, store=None, **values):
    return RESP_13.assess(estate(GROUP, store or account(), *resources, **values))


def without(*left_out):
    return tuple(one for one in EVERYTHING if one not in left_out)


# --- three estates, two readers -------------------------------------------------------------------


@READERS
def test_an_estate_that_is_checked_guarded_and_reported_passes(reader):
    verdict = RESP_13.assess(declared("RESP-13", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_subscription_policy_assignment.benchmark" in verdict.looked_at


@READERS
def test_an_estate_whose_policies_are_assigned_and_of_no_use_fails_on_each(reader):
    verdict = RESP_13.assess(declared("RESP-13", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_resource_group_policy_assignment.benchmark", "enforce"),
        ("azurerm_resource_group.orders", "policy_assignment"),
        ("azurerm_resource_group_policy_exemption.customers", "exemption_category"),
        ("azurerm_subscription_policy_assignment.closed", "not_scopes"),
        ("azurerm_subscription_policy_assignment.encryption", "parameters"),
        ("azurerm_subscription_policy_assignment.logging", "role_assignment"),
        ("azurerm_subscription_policy_assignment.tags", "identity"),
        ("azurerm_security_center_automation.mail", "action.type"),
    }
    assert sum("no policy remediation is declared" in note for note in verdict.notes) == 2


@READERS
def test_an_estate_without_stores_and_policies_is_not_applicable(reader):
    verdict = RESP_13.assess(declared("RESP-13", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_storage_account" in verdict.looked_at


def test_a_finding_names_the_policy_its_effect_what_decided_it_and_the_remedy():
    verdict = RESP_13.assess(declared("RESP-13", "fail", "hcl"))
    (finding,) = [f for f in verdict.findings if f.address.endswith(".encryption")]
    assert finding.origin.file.endswith("main.tf")
    assert finding.origin.line
    assert "Storage accounts should have infrastructure encryption" in finding.actual
    assert "audit (the definition's default)" in finding.actual
    assert finding.remedy == 'parameters = jsonencode({ effect = { value = "Deny" } })'
    assert finding.severity is Severity.HIGH
    assert "11 CCR 7123(c)(2)" in finding.why


# --- the benchmark --------------------------------------------------------------------------------


def test_all_of_it_together_passes():
    assert assess(*EVERYTHING).outcome is Outcome.PASSED


def test_nothing_at_all_fails_on_everything_that_is_missing_and_says_it_once():
    verdict = assess(account("azurerm_storage_account.b", name="other"))
    assert wrong(verdict) == {
        (RG, "policy_assignment"),
        (RG, "policy_assignment.public_access"),
        (RG, "policy_assignment.encryption"),
        (RG, "policy_assignment.logging"),
        (RG, "azurerm_security_center_automation"),
    }


def test_several_groups_without_a_policy_are_told_in_one_finding():
    groups = [
        resource(f"azurerm_resource_group.g{n}", name=f"rg-{n}", location="x") for n in range(6)
    ]
    stores = [
        account(f"azurerm_storage_account.s{n}", name=f"st{n}", resource_group_name=f"rg-{n}")
        for n in range(6)
    ]
    verdict = RESP_13.assess(estate(*groups, *stores, *without(EVERYTHING[0])))
    (finding,) = verdict.findings
    assert finding.address == "azurerm_resource_group.g0"
    assert "and 2 more" in finding.actual


@pytest.mark.parametrize(
    ("standard", "expected"),
    [
        (benchmark(enforce=False), {("enforce", False)}),
        (benchmark(enforce=SOMETHING), {("enforce", True)}),
        (benchmark(not_scopes=[f"{SUBSCRIPTION}/resourceGroups/rg-data"]), {("not_scopes", False)}),
        (
            benchmark(
                resource_selectors=[{"selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}]
            ),
            {("resource_selectors", False)},
        ),
        (benchmark(overrides=[{"value": "Disabled"}]), {("overrides", False)}),
        (benchmark(scope=SOMETHING), {("subscription_id", True)}),
        (assignment(SOMETHING, name="benchmark"), {("policy_definition_id", True)}),
        (assignment(f"{SETS}/470a962c-86a0-433b-803a-3c176b5ce79c", name="benchmark"), set()),
        (
            benchmark(
                level="management_group", scope="/providers/Microsoft.Management/managementGroups/m"
            ),
            set(),
        ),
        (benchmark(level="resource_group", scope=id_of(RG)), set()),
    ],
)
def test_a_benchmark_counts_if_it_looks_at_the_store(standard, expected):
    verdict = assess(standard, *without(EVERYTHING[0]))
    assert {(f.attribute, f.unknown) for f in verdict.findings} == expected


def test_sets_that_only_switch_something_on_are_no_benchmark():
    for guid in (
        "f5b29bc4-feca-4cc6-a58a-772dd5e290a5",
        "0884adba-2312-4468-abeb-5422caed1038",
        "f08c57cd-dbd6-49a4-a85e-9ae77ac959b0",
    ):
        verdict = assess(assignment(f"{SETS}/{guid}"), *without(EVERYTHING[0]))
        assert (RG, "policy_assignment") in wrong(verdict)


def test_an_initiative_that_sends_logs_needs_an_identity_and_is_told_once():
    logs = assignment(f"{SETS}/f5b29bc4-feca-4cc6-a58a-772dd5e290a5")
    verdict = assess(logs, *EVERYTHING)
    assert wrong(verdict) == {(logs.address, "identity")}
    assert len(verdict.findings) == 1
    assert verdict.findings[0].actual == "none"


def own_set(*policies):
    members = [{"policy_definition_id": f"{DEFINITIONS}/{policy}"} for policy in policies]
    return resource("azurerm_policy_set_definition.s", policy_definition_reference=members)


def test_an_initiative_of_the_teams_own_is_a_benchmark_if_it_looks_at_what_matters():
    made = assignment(id_of("azurerm_policy_set_definition.s"), name="own")
    rest = without(EVERYTHING[0])
    assert assess(own_set(PUBLIC_BLOBS), made, *rest).outcome is Outcome.PASSED
    verdict = assess(own_set(REQUIRE_TAG), made, *rest)
    assert wrong(verdict) == {(RG, "policy_assignment")}


def test_an_initiative_of_which_a_part_cannot_be_read_is_judged_by_the_rest():
    made = assignment(id_of("azurerm_policy_set_definition.s"), name="own")
    half = own_set(REQUIRE_TAG, "00000000-0000-0000-0000-00000000abcd")
    verdict = assess(half, made, *without(EVERYTHING[0]))
    assert (RG, "policy_assignment") in wrong(verdict)


def test_a_benchmark_that_is_waived_where_the_store_is_does_not_count():
    of = id_of("azurerm_subscription_policy_assignment.benchmark")
    verdict = assess(*EVERYTHING, exemption(of))
    assert wrong(verdict) == {("azurerm_subscription_policy_exemption.x", "exemption_category")}
    assert assess(*EVERYTHING, exemption(of, expires_on="2026-01-01")).outcome is Outcome.PASSED
    later = exemption(of, exemption_category="Mitigated")
    assert assess(*EVERYTHING, later).outcome is Outcome.UNKNOWN


# --- what is refused or repaired ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "attribute"),
    [(CLOSED, "public_access"), (ENCRYPTED, "encryption"), (logging(), "logging")],
)
def test_each_of_the_three_has_to_be_refused_or_repaired(gone, attribute):
    verdict = assess(*(one for one in EVERYTHING if one.address != gone.address))
    assert wrong(verdict) == {(RG, f"policy_assignment.{attribute}")}


def test_the_benchmark_alone_blocks_nothing():
    verdict = assess(benchmark(), export())
    assert {f.attribute for f in verdict.findings} == {
        "policy_assignment.public_access",
        "policy_assignment.encryption",
        "policy_assignment.logging",
    }


def test_the_benchmark_blocks_what_its_parameter_says_it_does():
    raised = benchmark(parameters={"disallowPublicBlobAccessEffect": "Deny"})
    verdict = assess(raised, *without(EVERYTHING[0], CLOSED))
    assert verdict.outcome is Outcome.PASSED


ANONYMOUS = "Microsoft.Storage/storageAccounts/allowBlobPublicAccess"
ADDRESSES = "Microsoft.Storage/storageAccounts/networkAcls.ipRules"
TYPE = {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}
D = id_of("azurerm_policy_definition.d")


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"allOf": [TYPE, {"field": ANONYMOUS, "equals": True}]}, Outcome.PASSED),
        ({"allOf": [TYPE, {"field": ANONYMOUS, "notEquals": False}]}, Outcome.PASSED),
        ({"allOf": [TYPE, {"field": ANONYMOUS, "equals": False}]}, Outcome.FAILED),
        (TYPE, Outcome.FAILED),
        ({"allOf": [TYPE, {"field": "tags['pii']", "equals": "true"}]}, Outcome.FAILED),
        (
            {
                "allOf": [
                    TYPE,
                    {"field": "tags['pii']", "equals": "true"},
                    {"field": ANONYMOUS, "equals": True},
                ]
            },
            Outcome.FAILED,
        ),
        ({"allOf": [TYPE, {"count": {"field": "x[*]"}, "greater": 0}]}, Outcome.FAILED),
        ({"allOf": [TYPE, {"count": {"field": f"{ADDRESSES}[*]"}, "greater": 0}]}, Outcome.FAILED),
        ({"allOf": [TYPE, {"field": ANONYMOUS, "match": "t???"}]}, Outcome.UNKNOWN),
    ],
)
def test_a_definition_counts_for_what_its_rule_refuses_not_for_its_name(condition, outcome):
    made = definition(condition, display_name="Storage does not allow public access")
    assert assess(made, assignment(D, name="own"), *without(CLOSED)).outcome is outcome


def test_a_rule_about_a_tag_counts_for_stores_that_have_it():
    rule = {
        "allOf": [
            {"field": "tags['pii']", "equals": "true"},
            {"field": ANONYMOUS, "equals": True},
        ]
    }
    shop = (definition(rule), assignment(D, name="own"), *without(CLOSED))
    assert assess(*shop, store=account(tags={"PII": "true"})).outcome is Outcome.PASSED
    assert assess(*shop, store=account(tags=SOMETHING)).outcome is Outcome.UNKNOWN
    assert assess(*shop).outcome is Outcome.FAILED


def test_a_definition_for_data_inside_another_service_refuses_nothing_here():
    made = definition({"field": ANONYMOUS, "equals": True}, sees="Microsoft.KeyVault.Data")
    verdict = assess(made, assignment(D, name="own"), *without(CLOSED))
    assert wrong(verdict) == {(RG, "policy_assignment.public_access")}


def test_an_assignment_that_cannot_be_read_may_be_the_one():
    for policy in (SOMETHING, f"{DEFINITIONS}/00000000-0000-0000-0000-000000000000"):
        verdict = assess(assignment(policy, name="what"), *without(CLOSED))
        assert verdict.outcome is Outcome.UNKNOWN
        assert {f.attribute for f in verdict.findings} == {"policy_definition_id"}


def test_a_built_in_that_is_not_known_leaves_no_doubt_if_it_only_audits():
    policy = "00000000-0000-0000-0000-000000000000"
    audits = assignment(policy, name="what", parameters={"effect": "Audit"})
    assert wrong(assess(audits, *without(CLOSED))) == {(RG, "policy_assignment.public_access")}


@pytest.mark.parametrize(
    "guid", ["2a1a9cdf-e04d-429a-8416-3bfb72a1b26f", "34c877ad-507e-4c82-993e-3452a6e0ad3c"]
)
def test_the_network_rules_of_an_account_may_be_what_is_refused(guid):
    assert assess(denying(guid), *without(CLOSED)).outcome is Outcome.PASSED


def test_a_shared_landing_zone_is_not_taken_for_nothing():
    zone = resource("data.azurerm_management_group.landing_zone", name="lz")
    verdict = assess(zone, export())
    assert verdict.outcome is Outcome.UNKNOWN
    assert "landing zone" in verdict.findings[0].remedy
    read = resource(
        "data.azurerm_policy_assignment.b",
        scope_id=SUBSCRIPTION,
        policy_definition_id=f"{SETS}/{BENCHMARK}",
        enforce=True,
        parameters="{}",
    )
    verdict = assess(read, *without(EVERYTHING[0]))
    assert verdict.outcome is Outcome.PASSED


def test_logs_that_are_only_metrics_or_only_missed_are_no_logs():
    metrics = assignment("59759c62-9a22-4cdf-ae64-074495983fef", name="m")
    verdict = assess(metrics, *(r for r in EVERYTHING if r.address != LOGGING))
    assert (RG, "policy_assignment.logging") in wrong(verdict)
    off = logging(parameters={"logsEnabled": False})
    verdict = assess(off, *(r for r in EVERYTHING if r.address != LOGGING))
    assert (RG, "policy_assignment.logging") in wrong(verdict)


def test_files_have_a_service_of_their_own_to_log():
    files = account(account_kind="FileStorage")
    verdict = assess(*EVERYTHING, store=files)
    assert wrong(verdict) == {(RG, "policy_assignment.logging")}


def test_a_template_of_the_teams_own_may_reach_the_blobs_from_the_account():
    details = {
        "type": "Microsoft.Insights/diagnosticSettings",
        "roleDefinitionIds": [],
        "deployment": {"template": {"type": "Microsoft.Storage/storageAccounts/blobServices/x"}},
    }
    made = definition(TYPE, effect="deployIfNotExists", details=details)
    own = assignment(D, name="own", identity=[{"type": "SystemAssigned"}], location="westus2")
    rest = [one for one in EVERYTHING if one.address != LOGGING]
    assert assess(made, own, *rest).outcome is Outcome.PASSED


def test_databases_are_held_against_the_benchmark_and_nothing_else():
    server = resource("azurerm_mssql_server.s", name="sql", resource_group_name="rg-data")
    verdict = RESP_13.assess(estate(GROUP, server))
    assert wrong(verdict) == {
        (RG, "policy_assignment"),
        (RG, "azurerm_security_center_automation"),
    }


def test_logs_and_what_is_said_to_hold_no_personal_information_is_out_of_scope():
    logs = account(tags={"purpose": "logs"})
    press = account("azurerm_storage_account.b", tags={"dataclassification": "public"})
    verdict = RESP_13.assess(estate(GROUP, logs, press))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


# --- what repairs ---------------------------------------------------------------------------------


def test_whatever_repairs_needs_its_identity_and_roles_also_where_no_store_is_in_it():
    tags = assignment("ea3f2387-9b95-492a-a190-fcdc54f7b070", name="t", parameters={"tagName": "x"})
    verdict = assess(*EVERYTHING, tags)
    assert wrong(verdict) == {("azurerm_subscription_policy_assignment.t", "identity")}
    dry = assignment("ea3f2387-9b95-492a-a190-fcdc54f7b070", name="t", enforce=False)
    assert assess(*EVERYTHING, dry).outcome is Outcome.PASSED


def test_what_is_there_already_is_repaired_only_if_somebody_says_so():
    verdict = assess(*EVERYTHING)
    assert [LOGGING in note for note in verdict.notes] == [True]
    once = resource(
        "azurerm_subscription_policy_remediation.r", policy_assignment_id=id_of(LOGGING)
    )
    assert assess(*EVERYTHING, once).notes == ()


# --- the export -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (export(enabled=False), {("enabled", False)}),
        (export(enabled=SOMETHING), {("enabled", True)}),
        (export("Alerts"), {("source", False)}),
        (export("Assessments"), {("source", False)}),
        (export("Alerts", "RegulatoryComplianceAssessment"), set()),
        (export("Alerts", SOMETHING), {("source", True)}),
        (export(source=SOMETHING), {("source", True)}),
        (export(scopes=[]), {("scopes", False)}),
        (export(scopes=[f"{SUBSCRIPTION}/resourceGroups/rg-other"]), {("scopes", False)}),
        (export(scopes=SOMETHING), {("scopes", True)}),
        (export(action=SOMETHING), {("action", True)}),
        (export(action=[]), {("action.type", False)}),
        (export(action=[{"type": "LogicApp", "resource_id": "x"}]), {("action.type", False)}),
        (export(action=[{"type": "EventHub", "resource_id": "x"}]), {("action.type", True)}),
        (export(action=[{"type": SOMETHING}]), {("action.type", True)}),
        (export(action=[{"type": "Workspace"}]), {("action.resource_id", False)}),
        (export(action=[{"type": "loganalytics", "resource_id": "x"}]), set()),
        (export(action=[{"type": "Workspace", "resource_id": "x"}], major=5), set()),
    ],
)
def test_findings_have_to_reach_a_workspace(made, expected):
    verdict = assess(*EVERYTHING[:-1], made)
    assert {(f.attribute, f.unknown) for f in verdict.findings} == expected


def test_two_exports_do_together_what_one_would_and_a_broken_one_beside_them_does_no_harm():
    alerts, rest = export("Alerts", name="b"), export("Assessments", name="c")
    broken = export(name="a", enabled=False)
    assert assess(*EVERYTHING[:-1], broken, rest, alerts).outcome is Outcome.PASSED


# --- other words, other places --------------------------------------------------------------------


def test_the_same_in_arms_own_words():
    def azapi(name, kind, properties, **values):
        body = {"properties": properties, **values.pop("body", {})}
        return resource(
            f"azapi_resource.{name}",
            **{"type": kind, "name": name, "parent_id": SUBSCRIPTION, "body": body} | values,
        )

    policy = "Microsoft.Authorization/policyAssignments@2022-06-01"
    denial = {"parameters": {"effect": {"value": "Deny"}}}
    made = [
        azapi("benchmark", policy, {"policyDefinitionId": f"{SETS}/{BENCHMARK}"}),
        azapi("c", policy, {"policyDefinitionId": f"{DEFINITIONS}/{PUBLIC_BLOBS}", **denial}),
        azapi("e", policy, {"policyDefinitionId": f"{DEFINITIONS}/{INFRASTRUCTURE}", **denial}),
        azapi(
            "export",
            "Microsoft.Security/automations@2019-01-01-preview",
            {
                "isEnabled": True,
                "scopes": [{"scopePath": SUBSCRIPTION}],
                "sources": [{"eventSource": "Alerts"}, {"eventSource": "Assessments"}],
                "actions": [{"actionType": "Workspace", "workspaceResourceId": "x"}],
            },
        ),
    ]
    verdict = RESP_13.assess(from_azapi(GROUP, account(), logging(), *GRANTS, *made))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


def test_policies_without_stores_are_judged_for_what_they_repair():
    alone = RESP_13.assess(estate(logging(identity=[])))
    assert wrong(alone) == {(LOGGING, "identity")}
    library = RESP_13.assess(estate(definition(TYPE)))
    assert library.outcome is Outcome.UNKNOWN


def test_policies_without_stores_prove_nothing_unless_a_benchmark_is_among_them():
    custom = (definition(TYPE), assignment(id_of("azurerm_policy_definition.d")))
    verdict = RESP_13.assess(estate(*custom))
    assert verdict.outcome is Outcome.UNKNOWN
    assert "no benchmark" in verdict.findings[0].actual
    assert RESP_13.assess(estate(*custom, benchmark(name="b"))).outcome is Outcome.PASSED


def test_a_part_that_cannot_be_read_may_hold_the_policy():
    gap = Gap("module.landing_zone", "its source could not be loaded")
    verdict = assess_control(RESP_13, estate(GROUP, account(), gaps=(gap,)))
    assert verdict.outcome is Outcome.UNKNOWN
    one = Gap("azurerm_subscription_policy_assignment.x", "403")
    assert assess_control(RESP_13, estate(GROUP, account(), gaps=(one,))).outcome is Outcome.UNKNOWN


def test_no_pair_of_address_and_attribute_comes_twice():
    for case in ("pass", "fail"):
        verdict = RESP_13.assess(declared("RESP-13", case, "hcl"))
        pairs = [(f.address, f.attribute) for f in verdict.findings]
        assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("name", ["\"'<script>alert(1)</script>", "a\nb", "x" * 5000, "${var.x}"])
def test_hostile_names_change_nothing(name):
    store = account(name=name, resource_group_name=name, tags={name: name})
    assert assess(*EVERYTHING, store=store).outcome is Outcome.PASSED
    assert assess(store=store).outcome is Outcome.FAILED

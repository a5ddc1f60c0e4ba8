import json
from datetime import UTC, datetime

import pytest

from simulator.controls.containment.control import RESP_04, resp_04
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Gap, Known, Reference, Unresolvable
from simulator.estate.provider import normalise
from tests.controls.build import declared, estate, id_of, resource, wrong

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
NOW = datetime(2026, 6, 1, tzinfo=UTC)
A, W, G = (
    "azurerm_storage_account.a",
    "azurerm_log_analytics_workspace.w",
    "azurerm_resource_group.g",
)
FLOW, AUTO = "azurerm_logic_app_workflow.f", "azurerm_sentinel_automation_rule.a"
SENTINEL = "data.azuread_service_principal.s"
HOST = "https://management.azure.com@{triggerBody()?['id']}"
MSI = {"type": "ManagedServiceIdentity"}
GROUP = resource(G, name="rg")
ACCOUNT = resource(A, name="sta", resource_group_name="rg")
WORKSPACE = resource(W, name="w", resource_group_name="rg")
ONBOARDING = resource(
    "azurerm_sentinel_log_analytics_workspace_onboarding.w", workspace_id=id_of(W)
)
WATCH = normalise(
    resource(
        "azurerm_sentinel_alert_rule_nrt.r",
        name="r",
        display_name="Unsigned read",
        severity="High",
        query="StorageBlobLogs | where AuthenticationType == 'Anonymous'",
        log_analytics_workspace_id=id_of(W),
    )
)
THIS_RULE = "${" + WATCH.address + ".id}"
BASE = (GROUP, ACCOUNT, WORKSPACE, ONBOARDING, WATCH, resource(
    SENTINEL, client_id="98785600-1bb7-4fb9-b9fa-19afe2c8a360"))  # fmt: skip


def act(method, path="", body=None, after=None, uri=HOST, **authentication):
    inputs = {"method": method, "uri": uri + path, "authentication": MSI | authentication}
    if body is not None:
        inputs["body"] = body
    return {"type": "Http", "runAfter": after or {}, "inputs": inputs}


GRAPH = {"uri": "https://graph.microsoft.com/v1.0", "audience": "https://graph.microsoft.com"}
CLOSE = act("PATCH", body={"properties": {"allowBlobPublicAccess": False}})
KEY1 = act("POST", "/regenerateKey", {"keyName": "key1"})
KEY2 = act("POST", "/regenerateKey", {"keyName": "key2"})
DELEGATION = act("POST", "/revokeUserDelegationKeys")
SESSIONS = act("POST", "/users/@{x}/revokeSignInSessions", **GRAPH)
ALL = {"Close": CLOSE, "Key1": KEY1, "Key2": KEY2, "Sessions": SESSIONS}
ASK = {
    "type": "ApiConnectionWebhook",
    "inputs": {
        "host": {
            "connection": {"name": "@parameters('$connections')['office365']['connectionId']"}
        },
        "path": "/approvalmail/$subscriptions",
    },
}


def workflow(address=FLOW, **values):
    given = {"name": "f", "resource_group_name": "rg", "identity": [{"type": "SystemAssigned"}]}
    return normalise(resource(address, **given | values))


def actions(bodies, flow=FLOW):
    return [
        resource(
            f"azurerm_logic_app_action_custom.{name.lower()}",
            name=name,
            logic_app_id=id_of(flow),
            body=json.dumps(body) if isinstance(body, dict) else body,
        )
        for name, body in bodies.items()
    ]


def trigger(path="/incident-creation", kind="ApiConnectionWebhook", flow=FLOW):
    body = json.dumps({"type": kind, "inputs": {"path": path}})
    return resource(
        f"azurerm_logic_app_trigger_custom.{flow.rpartition('.')[2]}",
        logic_app_id=id_of(flow),
        body=body,
    )


def role(name, definition, principal, scope=G, **values):
    return resource(
        f"azurerm_role_assignment.{name}",
        scope=id_of(scope, suffix=""),
        role_definition_name=definition,
        principal_id=principal,
        **values,
    )


MINE = id_of(FLOW, "identity[0].principal_id")
RUNS = role("runs", "Microsoft Sentinel Automation Contributor", id_of(SENTINEL, "object_id"))
CLOSES = role("closes", "Storage Account Contributor", MINE)
GRAPHS = resource(
    "azuread_app_role_assignment.g",
    app_role_id="77f3a031-c388-4f99-b373-dc68676a979e",
    principal_object_id=MINE,
)
RIGHTS = (RUNS, CLOSES, GRAPHS)


def condition(name, operator, *values):
    properties = {"propertyName": name, "operator": operator, "propertyValues": list(values)}
    return json.dumps([{"conditionType": "Property", "conditionProperties": properties}])


def automation(address=AUTO, flow=FLOW, **values):
    given = {
        "display_name": "Contain",
        "order": 5,
        "log_analytics_workspace_id": id_of(ONBOARDING.address, "workspace_id"),
        "action_playbook": [{"order": 1, "logic_app_id": id_of(flow)}],
    } | values
    return normalise(resource(address, **given))


def assess(*resources, **values):
    return resp_04(lambda: NOW).assess(with_azapi(estate(*BASE, *resources, **values)))


def contained(bodies=ALL, *, flow=None, start=None, rule=None, rights=RIGHTS, more=()):
    return assess(
        flow or workflow(),
        start or trigger(),
        *actions(bodies),
        *rights,
        rule or automation(),
        *more,
    )


def without(*names):
    return {name: body for name, body in ALL.items() if name not in names}


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_an_estate_that_contains_by_itself_passes(reader):
    verdict = RESP_04.assess(declared("RESP-04", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_logic_app_workflow.contain" in verdict.looked_at


@READERS
def test_an_estate_whose_containment_is_broken_everywhere_fails_at_each_place(reader):
    verdict = RESP_04.assess(declared("RESP-04", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict) == {
        ("azurerm_sentinel_automation_rule.contain", "expiration"),
        ("azurerm_sentinel_automation_rule.close", "action_incident.status"),
        ("azurerm_logic_app_workflow.contain", "role_assignment"),
        ("azurerm_logic_app_workflow.contain", "actions"),
        ("azurerm_logic_app_workflow.contain", "identity"),
        ("azurerm_logic_app_action_custom.ask", "actions.Ask"),
        ("azurerm_logic_app_action_custom.key1", "actions.Renew_key1"),
        ("azurerm_management_lock.customers", "lock_level"),
    }
    assert wrong(verdict, unknown=True) == set()


@READERS
def test_an_estate_without_stores_is_not_applicable(reader):
    assert RESP_04.assess(declared("RESP-04", "absent", reader)).outcome is Outcome.NOT_APPLICABLE


def test_each_finding_says_where_the_chain_breaks():
    verdict = RESP_04.assess(declared("RESP-04", "fail", "hcl"))
    found = {f.attribute: f for f in verdict.findings}
    assert "none" not in found["actions"].actual.partition(";")[0]
    assert "shuts out the identity" in found["actions"].actual
    assert "Disable_user_and_isolate (POST office365/v2/Mail)" in found["actions"].actual
    assert "Close_account waits until a person has answered" in found["actions.Ask"].actual
    assert "Microsoft.Storage/storageAccounts/write" in found["identity"].actual
    assert all("11 CCR 7123(c)(17)" in f.why for f in verdict.findings)
    assert all(f.origin.line for f in verdict.findings)


# --- nothing answers ----------------------------------------------------------------------------


def test_a_store_that_nothing_answers_for_is_a_gap():
    account = resource(A, name="sta")
    verdict = resp_04(lambda: NOW).assess(estate(account))
    assert wrong(verdict) == {(A, "azurerm_sentinel_automation_rule")}
    assert wrong(assess()) == {(W, "azurerm_sentinel_automation_rule")}


def test_a_playbook_that_nothing_starts_is_named():
    verdict = assess(workflow(), trigger(), *actions(ALL), *RIGHTS)
    assert wrong(verdict) == {(FLOW, "azurerm_sentinel_automation_rule")}
    assert "nothing starts this playbook" in verdict.findings[0].actual


def test_triage_is_no_containment():
    triage = automation(action_playbook=[], action_incident=[{"status": "Active"}])
    assert wrong(assess(triage)) == {(W, "azurerm_sentinel_automation_rule")}


# --- what has to be done ------------------------------------------------------------------------


def test_the_whole_set_passes():
    assert contained().outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (("Close",), "closes the account"),
        (("Key1", "Key2"), "takes the intruder's keys"),
        (("Sessions",), "shuts out the identity"),
    ],
)
def test_each_part_is_needed(left_out, words):
    verdict = contained(without(*left_out))
    assert wrong(verdict) == {(FLOW, "actions")}
    assert words in verdict.findings[0].actual


@pytest.mark.parametrize(
    ("left_out", "instead"),
    [
        ("Close", act("PATCH", body={"properties": {"networkAcls": {"defaultAction": "Deny"}}})),
        ("Sessions", act("DELETE", "/providers/Microsoft.Authorization/roleAssignments/@{x}")),
    ],
)
def test_a_part_can_be_done_in_other_ways(left_out, instead):
    owner = role("owner", "Owner", MINE)
    verdict = contained(without(left_out) | {"Instead": instead}, rights=(*RIGHTS, owner))
    assert verdict.outcome is Outcome.PASSED


def test_revoking_delegation_keys_does_for_the_rotation_of_both():
    assert contained(without("Key1", "Key2") | {"D": DELEGATION}).outcome is Outcome.PASSED


def test_several_playbooks_together_may_do_it():
    other = "azurerm_logic_app_workflow.other"
    theirs = id_of(other, "identity[0].principal_id")
    verdict = contained(
        without("Close"),
        more=(
            workflow(other, name="other"),
            trigger(flow=other),
            *actions({"Close": CLOSE}, other),
            role("theirs", "Storage Account Contributor", theirs),
            automation("azurerm_sentinel_automation_rule.b", other, order=6),
        ),
    )
    assert verdict.outcome is Outcome.PASSED


def test_one_key_is_half_a_rotation():
    verdict = contained(without("Key2"))
    assert wrong(verdict) == {("azurerm_logic_app_action_custom.key1", "actions.Key1")}
    assert verdict.findings[0].actual == "only key1 is renewed"


def test_one_key_is_half_a_rotation_even_if_delegation_keys_are_revoked():
    verdict = contained(without("Key2") | {"D": DELEGATION})
    assert wrong(verdict) == {("azurerm_logic_app_action_custom.key1", "actions.Key1")}


def test_a_rotation_in_a_loop_over_both_keys_is_whole():
    loop = {
        "type": "Foreach",
        "foreach": "@createArray('key1','key2')",
        "actions": {"Rotate": act("POST", "/regenerateKey", {"keyName": "@{item()}"})},
    }
    assert contained(without("Key1", "Key2") | {"Loop": loop}).outcome is Outcome.PASSED


def test_a_rotation_of_a_key_that_only_the_run_decides_is_unknown():
    some = act("POST", "/regenerateKey", {"keyName": "@{variables('key')}"})
    verdict = contained(without("Key1", "Key2") | {"Some": some})
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {
        ("azurerm_logic_app_action_custom.some", "actions.Some")
    }


def test_a_mail_called_isolate_contains_nothing():
    mail = {
        "type": "ApiConnection",
        "inputs": ASK["inputs"] | {"method": "post", "path": "/v2/Mail"},
    }
    assert wrong(contained({"Isolate_and_disable": mail})) == {(FLOW, "actions")}


def test_every_store_has_to_be_within_reach():
    other = resource("azurerm_storage_account.b", name="stb", resource_group_name="rg")
    named = "https://management.azure.com/x/providers/Microsoft.Storage/storageAccounts/sta"
    fixed = {
        "Close": act("PATCH", body={"properties": {"publicNetworkAccess": "Disabled"}}, uri=named),
        "Key1": act("POST", "/regenerateKey", {"keyName": "key1"}, uri=named),
        "Key2": act("POST", "/regenerateKey", {"keyName": "key2"}, uri=named),
        "Sessions": SESSIONS,
    }
    assert contained(fixed).outcome is Outcome.PASSED
    verdict = contained(fixed, more=(other,))
    assert wrong(verdict) == {(other.address, "containment")}
    assert contained(more=(other,)).outcome is Outcome.PASSED


def test_an_account_for_logs_alone_needs_no_containment():
    logs = resource("azurerm_storage_account.l", name="stl", tags={"purpose": "logs"})
    assert contained(more=(logs,)).outcome is Outcome.PASSED


def test_without_storage_any_containment_does():
    vault = resource("azurerm_key_vault.v", name="kv", resource_group_name="rg")
    shop = [r for r in BASE if r is not ACCOUNT]
    uri = "https://management.azure.com${azurerm_key_vault.v.id}"
    body = json.dumps(
        act("PATCH", body={"properties": {"publicNetworkAccess": "Disabled"}}, uri=uri)
    )
    watch = normalise(
        resource(
            "azurerm_sentinel_alert_rule_nrt.v",
            display_name="Secrets",
            severity="High",
            query="AZKVAuditLogs",
            log_analytics_workspace_id=id_of(W),
        )
    )

    def outcome(*rights):
        made = (vault, watch, workflow(), trigger(), automation(), *rights)
        close = actions({"Close": Reference(vault.address, "id", body)})
        return resp_04(lambda: NOW).assess(estate(*shop, *made, *close)).outcome

    assert outcome(RUNS, role("v", "Key Vault Contributor", MINE)) is Outcome.PASSED
    assert outcome(RUNS, CLOSES) is Outcome.FAILED


# --- people in the way --------------------------------------------------------------------------


def test_a_question_before_containment_is_told_and_one_after_it_is_not():
    def ordered(first, second):
        return {
            "Ask": ASK | {"runAfter": second},
            "Close": act(
                "PATCH", body={"properties": {"publicNetworkAccess": "Disabled"}}, after=first
            ),
        } | without("Close")

    before = contained(ordered({"Ask": ["Succeeded"]}, {}))
    assert wrong(before) == {("azurerm_logic_app_action_custom.ask", "actions.Ask")}
    assert contained(ordered({}, {"Close": ["Succeeded"]})).outcome is Outcome.PASSED


# --- rights -------------------------------------------------------------------------------------


def test_missing_rights_are_one_finding_on_the_workflow():
    verdict = contained(rights=(RUNS,))
    assert wrong(verdict) == {(FLOW, "identity")}
    told = verdict.findings[0].actual
    for words in ("storageAccounts/write", "regenerateKey/action", "User.RevokeSessions.All"):
        assert words in told


def test_a_right_at_another_scope_is_no_right():
    other = resource("azurerm_resource_group.other", name="other")
    away = role("closes", "Storage Account Contributor", MINE, other.address)
    assert wrong(contained(rights=(RUNS, GRAPHS, away), more=(other,))) == {(FLOW, "identity")}


def test_a_right_that_cannot_be_told_is_unknown():
    unsure = role(
        "closes", "Storage Account Contributor", Unresolvable("module.soc.principal is not known")
    )
    verdict = contained(rights=(RUNS, GRAPHS, unsure))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(FLOW, "identity")}


def test_an_owner_of_the_subscription_can_do_it_all():
    owner = role("o", "Owner", MINE, "data.azurerm_subscription.s")
    assert contained(rights=(RUNS, GRAPHS, owner)).outcome is Outcome.PASSED


def test_sentinel_has_to_be_allowed_to_start_the_playbook():
    verdict = contained(rights=(CLOSES, GRAPHS))
    assert wrong(verdict) == {(FLOW, "role_assignment")}
    unsure = role(
        "runs",
        "Microsoft Sentinel Automation Contributor",
        Unresolvable("var.sentinel_object_id has no value"),
    )
    assert contained(rights=(unsure, CLOSES, GRAPHS)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("level", "scope", "outcome"),
    [
        ("ReadOnly", A, Outcome.FAILED),
        ("ReadOnly", G, Outcome.FAILED),
        ("CanNotDelete", A, Outcome.PASSED),
        ("ReadOnly", W, Outcome.PASSED),
    ],
)
def test_a_read_only_lock_stops_the_playbook_too(level, scope, outcome):
    lock = resource("azurerm_management_lock.l", lock_level=level, scope=id_of(scope, suffix=""))
    verdict = contained(more=(lock,))
    assert verdict.outcome is outcome
    assert wrong(verdict) == (
        {(lock.address, "lock_level")} if outcome is Outcome.FAILED else set()
    )


# --- the automation rule ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "attribute"),
    [
        ({"enabled": False}, "enabled"),
        ({"expiration": "2026-05-31T00:00:00Z"}, "expiration"),
        ({"triggers_when": "Updated"}, "triggers_when"),
        ({"condition_json": condition("IncidentSeverity", "Equals", "Low")}, "condition_json"),
        (
            {"condition_json": condition("IncidentTitle", "Contains", "mailbox")},
            "condition_json",
        ),
        (
            {"condition_json": condition("IncidentRelatedAnalyticRuleIds", "Contains", "/x/other")},
            "condition_json",
        ),
        (
            {"log_analytics_workspace_id": id_of("azurerm_log_analytics_workspace.other")},
            "log_analytics_workspace_id",
        ),
    ],
)
def test_a_rule_that_does_not_answer_is_where_the_chain_breaks(values, attribute):
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    verdict = contained(rule=automation(**values), more=(other,))
    assert wrong(verdict) == {(AUTO, attribute)}


@pytest.mark.parametrize(
    "values",
    [
        {"expiration": "2026-06-02T00:00:00Z"},
        {"expiration": "2026-06-02T00:00:00"},
        {"condition_json": condition("IncidentSeverity", "Equals", "High", "Medium")},
        {
            "condition_json": Reference(
                WATCH.address,
                "id",
                condition("IncidentRelatedAnalyticRuleIds", "Contains", THIS_RULE),
            )
        },
    ],
)  # fmt: skip
def test_a_rule_that_answers_passes(values):
    assert contained(rule=automation(**values)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("values", "attribute"),
    [
        ({"expiration": Unresolvable("timeadd(...) is not known")}, "expiration"),
        ({"expiration": "soon"}, "expiration"),
        ({"condition_json": Reference(WATCH.address)}, "condition_json"),
        ({"condition_json": condition("IncidentProviderName", "Equals", "x")}, "condition_json"),
        ({"condition_json": condition("IncidentTitle", "Contains", "Unsigned")}, "condition_json"),
        ({"enabled": Unresolvable("var.on has no value")}, "enabled"),
        ({"triggers_when": Unresolvable("var.when has no value")}, "triggers_when"),
        ({"triggers_on": Unresolvable("var.what has no value")}, "triggers_on"),
        ({"log_analytics_workspace_id": Unresolvable("var.w has no value")}, "condition_json"),
    ],
)
def test_a_rule_of_which_something_is_unknown_is_unknown(values, attribute):
    verdict = contained(rule=automation(**values))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(AUTO, attribute)}


def closing(order, **values):
    return automation(
        "azurerm_sentinel_automation_rule.closing",
        order=order,
        action_playbook=[],
        action_incident=[{"status": "Closed"}],
        **values,
    )


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (closing(1), Outcome.FAILED),
        (closing(9), Outcome.PASSED),
        (closing(1, enabled=False), Outcome.PASSED),
        (closing(1, condition_json=condition("IncidentSeverity", "Equals", "Low")), Outcome.PASSED),
    ],
)
def test_an_earlier_rule_that_closes_the_incident_undoes_containment(rule, outcome):
    verdict = contained(more=(rule,))
    assert verdict.outcome is outcome
    if outcome is Outcome.FAILED:
        assert wrong(verdict) == {(rule.address, "action_incident.status")}


def test_a_rule_that_closes_only_what_is_not_contained_undoes_nothing():
    low = normalise(
        resource(
            "azurerm_sentinel_alert_rule_nrt.low",
            display_name="Trifle",
            severity="Low",
            query="StorageBlobLogs",
            log_analytics_workspace_id=id_of(W),
        )
    )
    high = automation(condition_json=condition("IncidentSeverity", "Equals", "High"))
    trifles = closing(1, condition_json=condition("IncidentSeverity", "Equals", "Low"))
    everything = closing(1, condition_json=condition("IncidentSeverity", "NotEquals", "Medium"))
    assert contained(rule=high, more=(low, trifles)).outcome is Outcome.PASSED
    assert contained(rule=high, more=(low, everything)).outcome is Outcome.FAILED


def test_a_chain_starts_at_an_analytics_rule_that_makes_incidents():
    silent = normalise(
        resource(
            WATCH.address,
            display_name="Unsigned read",
            severity="High",
            query="StorageBlobLogs",
            log_analytics_workspace_id=id_of(W),
            incident=[{"create_incident_enabled": False}],
        )
    )
    made = (workflow(), trigger(), *actions(ALL), *RIGHTS, automation())
    others = [r for r in BASE if r is not WATCH]
    verdict = resp_04(lambda: NOW).assess(estate(*others, silent, *made))
    assert wrong(verdict) == {(AUTO, "log_analytics_workspace_id")}


def test_an_analytics_rule_that_cannot_be_read_may_start_the_chain_or_not():
    unread = resource(
        WATCH.address,
        display_name="Unsigned read",
        severity="High",
        query=Unresolvable("file(...) is not known"),
        log_analytics_workspace_id=id_of(W),
    )
    made = (workflow(), trigger(), *actions(ALL), *RIGHTS, automation())
    others = [r for r in BASE if r is not WATCH]
    verdict = resp_04(lambda: NOW).assess(estate(*others, unread, *made))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(AUTO, "condition_json")}


# --- the playbook -------------------------------------------------------------------------------


def test_a_disabled_workflow_does_not_run():
    assert wrong(contained(flow=workflow(enabled=False))) == {(FLOW, "enabled")}
    unsure = contained(flow=workflow(enabled=Unresolvable("var.on has no value")))
    assert unsure.outcome is Outcome.UNKNOWN
    assert wrong(unsure, unknown=True) == {(FLOW, "enabled")}


@pytest.mark.parametrize(
    ("start", "on", "outcome"),
    [
        (trigger("/incident-creation"), "Incidents", Outcome.PASSED),
        (trigger("/subscribe"), "Incidents", Outcome.FAILED),
        (trigger("/subscribe"), "Alerts", Outcome.PASSED),
        (trigger("/incident-creation"), "Alerts", Outcome.FAILED),
        (trigger("/entity/IP"), "Incidents", Outcome.FAILED),
        (trigger(kind="Request"), "Incidents", Outcome.FAILED),
        (trigger(kind="Recurrence"), "Incidents", Outcome.FAILED),
        (trigger("/other"), "Incidents", Outcome.UNKNOWN),
    ],
)
def test_the_trigger_has_to_fit_what_starts_it(start, on, outcome):
    verdict = contained(start=start, rule=automation(triggers_on=on))
    assert verdict.outcome is outcome
    if outcome is not Outcome.PASSED:
        assert {(f.address, f.attribute) for f in verdict.findings} == {(FLOW, "trigger")}


def test_containment_in_a_branch_or_after_a_failure_may_not_run():
    branch = {"type": "If", "expression": "@equals(1, 2)", "actions": {"Close": CLOSE}}
    verdict = contained(without("Close") | {"Branch": branch})
    assert verdict.outcome is Outcome.UNKNOWN
    assert "it runs only if @equals(1, 2)" in verdict.findings[0].actual
    late = act("PATCH", body={"properties": {"publicNetworkAccess": "Disabled"}},
               after={"Key1": ["Failed"]})  # fmt: skip
    assert contained(without("Close") | {"Late": late}).outcome is Outcome.UNKNOWN


def test_a_body_that_is_decided_at_run_time_is_unknown():
    computed = act("PATCH", body="@body('Compose')")
    verdict = contained(without("Close") | {"Close": computed})
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_whole_playbook_in_place_of_one_action_contains_nothing():
    whole = {"definition": {"actions": ALL}, "triggers": {}}
    verdict = contained({"Playbook": whole})
    assert wrong(verdict) == {(FLOW, "actions")}
    assert "a whole workflow definition in place of an action" in verdict.findings[0].actual


@pytest.mark.parametrize(
    "book",
    [
        resource("azurerm_logic_app_standard.s", name="s", resource_group_name="rg"),
        workflow("azurerm_logic_app_workflow.drawn_in_the_designer"),
        resource(
            "azapi_resource.s",
            type="Microsoft.Logic/workflows@2019-05-01",
            body=Reference(A),
            parent_id=id_of(G),
        ),
    ],
)
def test_a_playbook_that_cannot_be_read_is_unknown(book):
    verdict = assess(book, automation(flow=book.address), RUNS)
    assert verdict.outcome is Outcome.UNKNOWN
    # Whether a workflow is on is part of the body that is not known.
    assert wrong(verdict, unknown=True) - {(book.address, "enabled")} == {
        (book.address, "definition")
    }


def test_a_step_is_added_where_the_definition_is():
    definition = {
        "triggers": {
            "t": {"type": "ApiConnectionWebhook", "inputs": {"path": "/incident-creation"}}
        },
        "actions": {},
    }
    flow = {
        "type": "Microsoft.Logic/workflows",
        "name": "f",
        "properties": {"definition": definition},
    }
    deployed = resource(
        "azurerm_resource_group_template_deployment.t",
        name="deploy",
        resource_group_name="rg",
        template_content=json.dumps({"resources": [flow]}),
    )
    verdict = assess(deployed, automation(flow=deployed.address), RUNS)
    (told,) = (f for f in verdict.findings if f.attribute == "actions")
    assert (told.address, told.remedy[:27]) == (deployed.address, "an action in its definition")
    bare = contained({"Tell": act("POST", body={})})
    (told,) = (f for f in bare.findings if f.attribute == "actions")
    assert told.remedy.startswith("azurerm_logic_app_action_custom: ")


def test_a_playbook_of_another_estate_is_unknown():
    away = "/subscriptions/0/resourceGroups/soc/providers/Microsoft.Logic/workflows/contain"
    verdict = assess(automation(action_playbook=[{"order": 1, "logic_app_id": away}]))
    assert verdict.outcome is Outcome.FAILED  # nor does this estate let Sentinel run it
    assert (away, "definition") in wrong(verdict, unknown=True)


@pytest.mark.parametrize("where", ["module.soc", "azurerm_logic_app_action_custom.lost"])
def test_what_could_not_be_read_may_contain(where):
    gap = Gap(where, "not loaded")
    made = (workflow(), trigger(), *RIGHTS, automation(), *actions(without("Close")))
    assert assess(*made, gaps=(gap,)).outcome is Outcome.UNKNOWN
    assert assess(gaps=(gap,)).outcome is Outcome.UNKNOWN


# --- without Sentinel ---------------------------------------------------------------------------

PLAN = resource(
    "azurerm_security_center_subscription_pricing.p",
    resource_type="StorageAccounts",
    tier="Standard",
)


def defender(**values):
    given = {
        "source": [{"event_source": "Alerts"}],
        "action": [{"type": "LogicApp", "resource_id": id_of(FLOW), "trigger_url": "x"}],
    } | values
    return normalise(resource("azurerm_security_center_automation.d", **given))


def by_defender(*made, start=None):
    start = start or trigger(kind="Request")
    return assess(workflow(), start, *actions(ALL), CLOSES, GRAPHS, *made)


def test_a_defender_alert_may_start_the_playbook():
    assert by_defender(PLAN, defender()).outcome is Outcome.PASSED
    assert by_defender(PLAN, defender(), start=trigger("/subscribe")).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("made", "place"),
    [
        ((defender(),), ("azurerm_security_center_automation.d", "source.event_source")),
        (
            (resource("azurerm_advanced_threat_protection.p", enabled=False), defender()),
            ("azurerm_security_center_automation.d", "source.event_source"),
        ),
        ((PLAN, defender(enabled=False)), ("azurerm_security_center_automation.d", "enabled")),
    ],
)
def test_a_defender_chain_breaks_without_a_plan_or_when_off(made, place):
    assert wrong(by_defender(*made)) == {place}


def test_an_export_of_assessments_is_no_alert():
    exported = defender(source=[{"event_source": "Assessments"}])
    assert wrong(by_defender(PLAN, exported)) == {(FLOW, "azurerm_sentinel_automation_rule")}


ALERT = "azurerm_monitor_scheduled_query_rules_alert_v2.q"


def by_monitor(group, groups, **values):
    alert = normalise(
        resource(
            ALERT,
            criteria=[{"query": "StorageBlobLogs | take 1"}],
            action=[{"action_groups": groups}],
            **values,
        )
    )
    return assess(
        workflow(), trigger(kind="Request"), *actions(ALL), CLOSES, GRAPHS, alert, normalise(group)
    )


GROUP_ADDRESS = "azurerm_monitor_action_group.g"
LOGIC_APP = resource(GROUP_ADDRESS, logic_app_receiver=[{"resource_id": id_of(FLOW)}])


@pytest.mark.parametrize(
    "groups",
    [
        id_of(GROUP_ADDRESS, suffix=""),
        Reference("azurerm_monitor_action_group.other", also=(GROUP_ADDRESS,)),
        Known(("/subscriptions/0/g",)),
    ],
)
def test_a_log_alert_may_start_the_playbook(groups):
    group = resource(
        GROUP_ADDRESS, id="/subscriptions/0/g", logic_app_receiver=[{"resource_id": id_of(FLOW)}]
    )
    assert by_monitor(group, groups).outcome is Outcome.PASSED


def test_a_log_alert_that_is_off_starts_nothing():
    verdict = by_monitor(LOGIC_APP, id_of(GROUP_ADDRESS), enabled=False)
    assert wrong(verdict) == {(ALERT, "enabled")}


@pytest.mark.parametrize("receiver", ["automation_runbook_receiver", "azure_function_receiver"])
def test_code_behind_an_alert_may_contain_and_is_no_pass(receiver):
    group = resource(GROUP_ADDRESS, **{receiver: [{"name": "contain"}]})
    verdict = by_monitor(group, id_of(GROUP_ADDRESS))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(GROUP_ADDRESS, receiver)}

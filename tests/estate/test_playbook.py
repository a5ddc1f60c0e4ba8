import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.azapi import with_azapi
from simulator.estate.effects import ARM, GRAPH, Call, Effect, effects, http_call
from simulator.estate.model import Known, Reference, Unresolvable, freeze
from simulator.estate.playbook import TriggerKind, playbook, playbooks
from simulator.estate.steps import in_order
from simulator.estate.workflow import logic_app_by_text
from tests.controls.build import estate, id_of, resource

FLOW, A, G = "azurerm_logic_app_workflow.f", "azurerm_storage_account.a", "azurerm_resource_group.g"
ID = "https://management.azure.com@{variables('id')}"
MSI = {"type": "ManagedServiceIdentity", "audience": "https://management.azure.com/"}
GROUP = resource(G, name="rg")
ACCOUNT = resource(A, name="sta", resource_group_name="rg")


def workflow(address=FLOW, **values):
    given_ = {
        "name": "f",
        "resource_group_name": "rg",
        "identity": [{"type": "SystemAssigned"}],
    } | values
    return resource(address, **given_)


def http(method, uri, body=None, after=None, **authentication):
    inputs = {"method": method, "uri": uri, "authentication": MSI | authentication}
    return {
        "type": "Http",
        "runAfter": after or {},
        "inputs": inputs | ({} if body is None else {"body": body}),
    }


def close(after=None):
    return http("PATCH", ID, {"properties": {"allowBlobPublicAccess": False}}, after)


def rotate(key="key1", after=None):
    return http("POST", f"{ID}/regenerateKey?api-version=2023-05-01", {"keyName": key}, after)


def ask(after=None):
    return {
        "type": "ApiConnectionWebhook",
        "runAfter": after or {},
        "inputs": {
            "host": connection("office365"),
            "path": "/approvalmail/$subscriptions",
        },
    }


def connection(key):
    return {"connection": {"name": f"@parameters('$connections')['{key}']['connectionId']"}}


def custom(actions, flow=FLOW):
    return [
        resource(
            f"azurerm_logic_app_action_custom.{name.lower()}",
            name=name,
            logic_app_id=id_of(flow),
            body=body if isinstance(body, Known | Reference | Unresolvable) else json.dumps(body),
        )
        for name, body in actions.items()
    ]


def contributor(scope=G, principal=FLOW):
    return resource(
        "azurerm_role_assignment.r",
        scope=id_of(scope, suffix=""),
        role_definition_name="Storage Account Contributor",
        principal_id=id_of(principal, "identity[0].principal_id"),
    )


def read(actions, *more, flow=None):
    shop = estate(GROUP, ACCOUNT, flow or workflow(), contributor(), *custom(actions), *more)
    return playbook(shop, FLOW)


def steps(actions, *more, flow=None):
    return {step.name: step for step in read(actions, *more, flow=flow).steps}


# --- what a call does ---------------------------------------------------------------------------

ACCOUNT_PATH = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a"


def arm(method, path=ACCOUNT_PATH, **properties):
    return Call(method, ARM, path, freeze({"properties": properties}), "")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (arm("PATCH", allowBlobPublicAccess=False), {Effect.DISABLE_PUBLIC_BLOB}),
        (arm("PATCH", allowBlobPublicAccess="false"), {Effect.DISABLE_PUBLIC_BLOB}),
        (arm("PATCH", allowBlobPublicAccess=True), {Effect.OTHER}),
        (arm("GET", allowBlobPublicAccess=False), {Effect.OTHER}),
        (arm("PATCH", allowSharedKeyAccess=False), {Effect.DISABLE_SHARED_KEY}),
        (arm("PATCH", publicNetworkAccess="Disabled"), {Effect.CLOSE_NETWORK}),
        (arm("PUT", publicNetworkAccess="Enabled"), {Effect.OTHER}),
        (arm("PATCH", networkAcls={"defaultAction": "Deny"}), {Effect.CLOSE_NETWORK}),
        (arm("PATCH", networkAcls={"defaultAction": "Allow"}), {Effect.OTHER}),
        (
            arm("PATCH", allowBlobPublicAccess=False, publicNetworkAccess="Disabled"),
            {Effect.DISABLE_PUBLIC_BLOB, Effect.CLOSE_NETWORK},
        ),
        (arm("PATCH", allowBlobPublicAccess="@parameters('x')"), {Effect.UNKNOWN}),
        (arm("PATCH", allowBlobPublicAccess="${unknown}"), {Effect.UNKNOWN}),
        (Call("${UNKNOWN}", ARM, "*", None, ""), {Effect.UNKNOWN}),
        (
            arm("PUT", f"{ACCOUNT_PATH}/blobServices/default/containers/c", publicAccess="None"),
            {Effect.PRIVATE_CONTAINER},
        ),
        (arm("POST", f"{ACCOUNT_PATH}/regenerateKey"), {Effect.ROTATE_STORAGE_KEYS}),
        (arm("POST", f"{ACCOUNT_PATH}/listKeys"), {Effect.OTHER}),
        (arm("GET", f"{ACCOUNT_PATH}/regenerateKey"), {Effect.OTHER}),
        (arm("POST", "/x/databaseAccounts/c/regenerateKey"), {Effect.OTHER}),
        (
            arm("POST", f"{ACCOUNT_PATH}/revokeUserDelegationKeys"),
            {Effect.REVOKE_USER_DELEGATION_KEYS},
        ),
        (
            arm("DELETE", "*/providers/Microsoft.Authorization/roleAssignments/*"),
            {Effect.REMOVE_ROLE},
        ),
        (arm("PUT", "*/providers/Microsoft.Authorization/roleAssignments/*"), {Effect.OTHER}),
        (
            arm("PUT", "/x/networkSecurityGroups/n/securityRules/r", access="Deny"),
            {Effect.BLOCK_IP},
        ),
        (
            arm("PUT", "/x/networkSecurityGroups/n/securityRules/r", access="Allow"),
            {Effect.OTHER},
        ),
        (arm("PUT", "*/containers/c/immutabilityPolicies/default"), {Effect.PRESERVE_EVIDENCE}),
        (arm("POST", "*/virtualMachines/v/snapshots"), {Effect.PRESERVE_EVIDENCE}),
        (Call("PATCH", ARM, "*", "@", ""), {Effect.UNKNOWN}),
        (
            Call("POST", GRAPH, "/v1.0/users/*/revokeSignInSessions", None, ""),
            {Effect.REVOKE_SESSIONS},
        ),
        (Call("GET", GRAPH, "/v1.0/users/*/revokeSignInSessions", None, ""), {Effect.OTHER}),
        (
            Call("PATCH", GRAPH, "/v1.0/users/*", {"accountEnabled": False}, ""),
            {Effect.DISABLE_USER},
        ),
        (Call("PATCH", GRAPH, "/v1.0/users/*", {"accountEnabled": True}, ""), {Effect.OTHER}),
        (Call("PATCH", GRAPH, "/v1.0/users/*", {"accountEnabled": "@x"}, ""), {Effect.UNKNOWN}),
        (Call("PATCH", GRAPH, "/v1.0/users/*", "@", ""), {Effect.UNKNOWN}),
        (
            Call("PATCH", "azuread", "/v1.0/users/*", {"accountEnabled": False}, ""),
            {Effect.DISABLE_USER},
        ),
        (
            Call("PATCH", GRAPH, "/v1.0/servicePrincipals/*", {"accountEnabled": False}, ""),
            {Effect.DISABLE_SERVICE_PRINCIPAL},
        ),
        (
            Call("POST", GRAPH, "/v1.0/applications/*/removePassword", None, ""),
            {Effect.DISABLE_SERVICE_PRINCIPAL},
        ),
        (Call("POST", GRAPH, "/v1.0/users/x/sendMail", None, ""), {Effect.NOTIFY}),
        (Call("POST", "office365", "/v2/Mail", None, ""), {Effect.NOTIFY}),
        (Call("POST", "teams", "/flowbot/actions/notification/x", None, ""), {Effect.NOTIFY}),
        (
            Call("POST", "teams", "/flowbot/actions/flowcontinuation/x", None, "", waits=True),
            {Effect.HUMAN_GATE},
        ),
        (Call("POST", "office365", "/approvalmail/$subscriptions", None, ""), {Effect.HUMAN_GATE}),
        (Call("POST", "hooks.slack.com", "/services/x", None, ""), {Effect.NOTIFY}),
        (Call("POST", "azuresentinel", "/Incidents/Comment", None, ""), {Effect.OTHER}),
        (Call("PUT", "azureautomation", "/jobs", None, ""), {Effect.UNKNOWN}),
        (Call("POST", "fn.azurewebsites.net", "/api/contain", None, ""), {Effect.UNKNOWN}),
        (Call("POST", "*", "*", None, ""), {Effect.UNKNOWN}),
        (Call("GET", "*", "*", None, ""), {Effect.OTHER}),
    ],
)
def test_a_call_is_classified_by_what_it_sends_where(call, expected):
    assert set(effects(call)) == expected


HOST = "management.azure.com"
ANY_ACCOUNT = f"{HOST}/Microsoft.Storage/storageAccounts/*"


@pytest.mark.parametrize(
    ("uri", "call"),
    [
        (f"https://{HOST}{ACCOUNT_PATH}?api-version=1", f"{HOST}{ACCOUNT_PATH}"),
        ("https://Management.Azure.com@{variables('id')}/x", f"{HOST}*/x"),
        (f"https://{HOST}@{{body('a')?['b']['c}}d']}}/x?y=@{{1}}", f"{HOST}*/x"),
        (f"https://{HOST}${{azurerm_storage_account.a.id}}/x", f"{ANY_ACCOUNT}/x"),
        (f'https://{HOST}${{module.m["k"].azurerm_storage_account.a[0].id}}', ANY_ACCOUNT),
        (f"https://{HOST}${{var.id}}/x", f"{HOST}*/x"),
        (f"@concat('https://{HOST}', variables('id'), '/x?v=1')", f"{HOST}*/x"),
        (f"@{{concat('https://{HOST}', string(concat('a', 'b')), '/x')}}", f"{HOST}*/x"),
        ("@concat('https://h/users/', items('u')?['a,b'])", "h/users/*"),
        ("https://hooks.slack.com", "hooks.slack.com"),
        ("@variables('uri')", "**"),
        ("https://@{variables('host')}/x", "**/x"),
    ],
)
def test_an_address_keeps_what_is_known_of_it(uri, call):
    assert str(http_call({"method": "get", "uri": uri})) == f"GET {call}"


def test_a_body_written_as_text_is_read_as_the_json_that_it_is():
    written = json.dumps({"properties": {"allowBlobPublicAccess": False}})
    assert effects(http_call({"method": "PATCH", "uri": ID, "body": written})) == (
        Effect.DISABLE_PUBLIC_BLOB,
    )
    computed = http_call({"method": "PATCH", "uri": ID, "body": "@body('Compose')"})
    assert effects(computed) == (Effect.UNKNOWN,)


def test_a_step_is_never_judged_by_its_name():
    mail = {
        "type": "ApiConnection",
        "inputs": {"host": connection("office365"), "method": "post", "path": "/v2/Mail"},
    }
    assert steps({"Isolate_storage_account": mail})["Isolate_storage_account"].effects == (
        Effect.NOTIFY,
    )


# --- order --------------------------------------------------------------------------------------


@given(st.lists(st.sets(st.integers(0, 11)), max_size=12), st.randoms(use_true_random=False))
def test_every_action_follows_those_it_runs_after(befores, random):
    actions = {
        f"a{i}": {"runAfter": {f"a{j}": ("Succeeded",) for j in sorted(before) if j < i}}
        for i, before in enumerate(befores)
    }
    shuffled = list(actions.items())
    random.shuffle(shuffled)
    order = in_order(dict(shuffled))
    assert sorted(order) == sorted(actions)
    for name, action in actions.items():
        assert all(order.index(before) < order.index(name) for before in action["runAfter"])


@given(st.dictionaries(st.sampled_from("abcd"), st.sets(st.sampled_from("abcde"))))
def test_a_circle_or_a_stranger_loses_no_action(befores):
    actions = {
        name: {"runAfter": dict.fromkeys(before, ("Succeeded",))}
        for name, before in befores.items()
    }
    assert sorted(in_order(actions)) == sorted(actions)


def test_terraform_order_has_no_meaning_at_run_time():
    found = read({"Second": close({"First": ["Succeeded"]}), "First": rotate()})
    assert [step.name for step in found.steps] == ["First", "Second"]
    assert found.steps[1].after == ("First",)


def test_actions_without_run_after_wait_for_nothing():
    found = steps({"One": close(), "Two": rotate()})
    assert found["One"].after == found["Two"].after == ()


def test_a_loop_is_done_before_what_runs_after_it():
    loop = {"type": "Foreach", "foreach": "@triggerBody()", "actions": {"Inner": close()}}
    found = steps({"Loop": loop, "After": rotate(after={"Loop": ["Succeeded"]})})
    assert found["Inner"].after == ("Loop",)
    assert found["After"].after == ("Loop", "Inner")
    assert found["Loop"].effects == ()


def test_a_step_that_tolerates_failure_needs_nothing_before_it_but_comes_after_it():
    whatever = ["Succeeded", "Failed", "Skipped", "TimedOut"]
    found = read({"Close": close({"Comment": whatever}), "Comment": rotate()})
    assert [step.name for step in found.steps] == ["Comment", "Close"]
    assert found.steps[1].after == ()
    assert found.steps[1].condition == ""


def test_a_step_for_the_failure_of_another_runs_only_then():
    found = steps({"A": rotate(), "B": close({"A": ["Failed", "TimedOut"]}),
                   "C": rotate(after={"B": ["Succeeded"]})})  # fmt: skip
    assert found["B"].condition == "only if A ends Failed or TimedOut"
    assert found["C"].condition == found["B"].condition
    assert found["A"].condition == ""


def test_branches_are_conditions_and_scopes_are_not():
    branch = {
        "type": "If",
        "expression": "@equals(1, 2)",
        "actions": {"Then": close()},
        "else": {"actions": {"Else": rotate()}},
    }
    switch = {
        "type": "Switch",
        "expression": "@kind",
        "cases": {"C": {"case": "blob", "actions": {"Case": close()}}},
        "default": {"actions": {"Default": rotate()}},
    }
    scope = {"type": "Scope", "actions": {"Scoped": close()}}
    until = {"type": "Until", "actions": {"Repeated": close()}}
    found = steps({"If": branch, "Switch": switch, "Scope": scope, "Until": until})
    assert found["Then"].condition == "if @equals(1, 2)"
    assert found["Else"].condition == "unless @equals(1, 2)"
    assert found["Case"].condition == "if @kind is blob"
    assert found["Default"].condition == "if @kind is none of its cases"
    assert found["Scoped"].condition == found["Repeated"].condition == ""


def test_nothing_runs_after_the_end():
    end = {"type": "Terminate", "inputs": {"runStatus": "Succeeded"}}
    found = steps({"End": end, "Close": close({"End": ["Succeeded"]})})
    assert found["Close"].condition.startswith("never")


def test_what_waits_for_itself_never_runs():
    """The service refuses a workflow whose runAfter goes in a circle."""
    found = steps(
        {
            "One": close({"Two": ["Succeeded"]}),
            "Two": close({"One": ["Succeeded"]}),
            "Self": close({"Self": ["Succeeded"]}),
            "Free": close(),
        }
    )
    assert found["One"].condition == "never: One and Two wait for each other"
    assert found["Two"].condition.startswith("never")
    assert found["Self"].condition.startswith("never")
    assert found["Free"].condition == ""


def test_a_pause_is_told():
    wait = {"type": "Wait", "inputs": {"interval": {"count": 15, "unit": "Minute"}}}
    assert steps({"Wait": wait})["Wait"].wait == timedelta(minutes=15)


# --- people -------------------------------------------------------------------------------------


def test_what_runs_after_a_human_gate_is_manual_and_the_rest_is_not():
    loop = {
        "type": "Foreach",
        "foreach": "@x",
        "actions": {"Ask": ask(), "Inner": close({"Ask": ["Succeeded"]})},
    }
    found = steps({"Free": close(), "Loop": loop, "Later": rotate(after={"Loop": ["Succeeded"]})})
    assert found["Ask"].effects == (Effect.HUMAN_GATE,)
    assert {name for name, step in found.items() if step.manual} == {"Inner", "Later"}


def test_a_gate_that_may_fail_still_keeps_the_next_step_waiting():
    found = steps({"Ask": ask(), "Close": close({"Ask": ["Succeeded", "TimedOut"]})})
    assert found["Close"].manual


# --- keys ---------------------------------------------------------------------------------------


def test_the_key_of_a_rotation_is_told():
    assert steps({"Rotate": rotate("key2")})["Rotate"].key == "key2"
    assert steps({"Rotate": rotate("@{variables('key')}")})["Rotate"].key == ""


@pytest.mark.parametrize("foreach", [["key1", "key2"], "@createArray('key1', 'key2')"])
def test_a_loop_over_both_keys_is_two_rotations(foreach):
    loop = {"type": "Foreach", "foreach": foreach, "actions": {"Rotate": rotate("@{item()}")}}
    found = steps({"Loop": loop})
    assert {(s.name, s.key) for s in found.values() if s.key} == {
        ("Rotate[key1]", "key1"),
        ("Rotate[key2]", "key2"),
    }


# --- rights -------------------------------------------------------------------------------------


def without_role(actions, *more, flow=None):
    shop = estate(GROUP, ACCOUNT, flow or workflow(), *custom(actions), *more)
    return {step.name: step for step in playbook(shop, FLOW).steps}


def test_a_step_without_its_role_says_which_and_where():
    missing = without_role({"Close": close()})["Close"].missing_permission
    assert "Microsoft.Storage/storageAccounts/write (Storage Account Contributor)" in missing
    assert A in missing


def test_a_step_with_its_role_reaches_the_accounts_of_that_scope():
    other = resource("azurerm_storage_account.b", name="stb", resource_group_name="rg-other")
    found = steps({"Close": close()}, other)["Close"]
    assert found.missing_permission == found.unsure_permission == ""
    assert found.targets == (A,)


@pytest.mark.parametrize(
    "uri",
    [
        "https://management.azure.com${azurerm_storage_account.b.id}",
        f"https://management.azure.com{ACCOUNT_PATH.replace('/a', '/stb')}?api-version=1",
        "https://management.azure.com${azurerm_resource_group.g.id}/x/storageAccounts/stb",
    ],
)
def test_the_account_that_a_call_names_is_the_one_that_needs_the_role(uri):
    other = resource("azurerm_storage_account.b", name="stb", resource_group_name="rg-other")
    body = json.dumps(http("PATCH", uri, {"properties": {"allowBlobPublicAccess": False}}))
    held = Reference("azurerm_storage_account.b", "id", body) if "${" in body else Known(body)
    found = steps({"Close": held}, other)["Close"]
    assert "azurerm_storage_account.b" in found.missing_permission
    assert found.targets == ()


def test_a_role_of_unknown_scope_leaves_the_right_unsure():
    unsure = resource(
        "azurerm_role_assignment.u",
        scope=Unresolvable("var.scope has no value"),
        role_definition_name="Storage Account Contributor",
        principal_id=id_of(FLOW, "identity[0].principal_id"),
    )
    found = without_role({"Close": close()}, unsure)["Close"]
    assert found.missing_permission == ""
    assert "Storage Account Contributor" in found.unsure_permission


def test_an_action_that_cannot_sign_in_is_refused():
    plain = resource(
        "azurerm_logic_app_action_http.close",
        name="Close",
        logic_app_id=id_of(FLOW),
        method="PATCH",
        uri=ID,
        body='{"properties": {"allowBlobPublicAccess": false}}',
    )
    found = steps({}, plain)["Close"]
    assert found.effects == (Effect.DISABLE_PUBLIC_BLOB,)
    assert "carries no identity" in found.missing_permission


def test_an_action_with_a_token_in_a_header_signs_in_as_nobody_knows_whom():
    plain = resource(
        "azurerm_logic_app_action_http.close",
        name="Close",
        logic_app_id=id_of(FLOW),
        method="PATCH",
        uri=ID,
        body='{"properties": {"allowBlobPublicAccess": false}}',
        headers={"Authorization": "Bearer x"},
        run_after=[{"action_name": "First", "action_result": "Succeeded"}],
    )
    found = steps({"First": rotate()}, plain)["Close"]
    assert found.missing_permission == ""
    assert found.unsure_permission
    assert found.after == ("First",)


def test_a_workflow_without_an_identity_has_none_to_call_with():
    bare = resource(FLOW, name="f", resource_group_name="rg")
    assert (
        "the workflow has none" in steps({"Close": close()}, flow=bare)["Close"].missing_permission
    )


def test_an_assigned_identity_has_to_be_assigned_and_hold_the_role():
    user = resource("azurerm_user_assigned_identity.u", name="u")
    uri = "https://management.azure.com@{variables('id')}"
    body = json.dumps(
        http(
            "PATCH",
            uri,
            {"properties": {"allowBlobPublicAccess": False}},
            identity="${azurerm_user_assigned_identity.u.id}",
        )
    )
    action = {"Close": Reference(user.address, "id", body)}
    assert "not assigned" in steps(action, user)["Close"].missing_permission
    assigned = workflow(
        identity=[{"type": "UserAssigned", "identity_ids": id_of(user.address, suffix="")}]
    )
    assert "needs" in steps(action, user, flow=assigned)["Close"].missing_permission
    held = resource(
        "azurerm_role_assignment.u",
        scope=id_of(A, suffix=""),
        role_definition_name="Contributor",
        principal_id=id_of(user.address, "principal_id"),
    )
    assert steps(action, user, held, flow=assigned)["Close"].missing_permission == ""


def test_graph_refuses_a_token_for_azure():
    revoke = http("POST", "https://graph.microsoft.com/v1.0/users/@{x}/revokeSignInSessions")
    assert "presents a token" in steps({"Revoke": revoke})["Revoke"].missing_permission


def test_graph_calls_need_their_permission():
    revoke = http(
        "POST",
        "https://graph.microsoft.com/v1.0/users/@{x}/revokeSignInSessions",
        audience="https://graph.microsoft.com",
    )
    assert "User.RevokeSessions.All" in steps({"Revoke": revoke})["Revoke"].missing_permission
    held = resource(
        "azuread_app_role_assignment.a",
        app_role_id="77f3a031-c388-4f99-b373-dc68676a979e",
        principal_object_id=id_of(FLOW, "identity[0].principal_id"),
    )
    assert steps({"Revoke": revoke}, held)["Revoke"].missing_permission == ""


def test_a_comment_made_with_the_identity_needs_a_role_on_the_workspace():
    place = "azurerm_log_analytics_workspace.w"
    onboarding = resource(
        "azurerm_sentinel_log_analytics_workspace_onboarding.o", workspace_id=id_of(place)
    )
    connections = {
        "azuresentinel": {
            "id": "/x/managedApis/azuresentinel",
            "connectionProperties": {"authentication": {"type": "ManagedServiceIdentity"}},
        }
    }
    flow = workflow(parameters={"$connections": json.dumps(connections)})
    comment = {
        "type": "ApiConnection",
        "inputs": {
            "host": connection("azuresentinel"),
            "method": "post",
            "path": "/Incidents/Comment",
        },
    }
    workspace = resource(place, name="w", resource_group_name="rg")
    found = steps({"Comment": comment}, workspace, onboarding, flow=flow)["Comment"]
    assert "Microsoft Sentinel Responder" in found.missing_permission
    held = resource(
        "azurerm_role_assignment.s",
        scope=id_of(place, suffix=""),
        role_definition_name="Microsoft Sentinel Responder",
        principal_id=id_of(FLOW, "identity[0].principal_id"),
    )
    found = steps({"Comment": comment}, workspace, onboarding, held, flow=flow)["Comment"]
    assert found.missing_permission == ""


# --- how a playbook is declared -----------------------------------------------------------------


def trigger(path="/incident-creation", **values):
    body = {"type": "ApiConnectionWebhook", "inputs": {"path": path}} | values
    return resource(
        "azurerm_logic_app_trigger_custom.t", logic_app_id=id_of(FLOW), body=json.dumps(body)
    )


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (trigger(), TriggerKind.INCIDENT),
        (trigger("/subscribe"), TriggerKind.ALERT),
        (trigger("/entity/@{encodeURIComponent('Account')}"), TriggerKind.ENTITY),
        (trigger("/something"), TriggerKind.UNKNOWN),
        (trigger(type="Request"), TriggerKind.REQUEST),
        (trigger(type="Recurrence"), TriggerKind.RECURRENCE),
        (
            resource("azurerm_logic_app_trigger_http_request.t", logic_app_id=id_of(FLOW)),
            TriggerKind.REQUEST,
        ),
        (
            resource("azurerm_logic_app_trigger_recurrence.t", logic_app_id=id_of(FLOW)),
            TriggerKind.RECURRENCE,
        ),
        (
            resource(
                "azurerm_logic_app_trigger_custom.t",
                logic_app_id=id_of(FLOW),
                body=Reference("x.y"),
            ),
            TriggerKind.UNKNOWN,
        ),
    ],
)
def test_what_starts_a_playbook(made, kind):
    assert read({}, made).trigger is kind


def test_a_workflow_without_a_trigger_starts_by_nothing():
    assert read({"Close": close()}).trigger is TriggerKind.NONE


def test_a_workflow_can_be_off():
    assert read({}).enabled
    assert not read({}, flow=workflow(enabled=False)).enabled


def test_actions_of_another_workflow_are_not_mine():
    other = workflow("azurerm_logic_app_workflow.other", name="other")
    assert steps({}, other, *custom({"Close": close()}, other.address)) == {}


def test_a_body_that_is_only_known_after_apply_makes_the_playbook_unreadable():
    found = read({"Close": Reference(A), "Rotate": rotate()})
    assert found.steps == ()
    assert "azurerm_logic_app_action_custom.close" in found.unreadable
    assert "known only after apply" in found.unreadable


def test_a_whole_definition_in_place_of_one_action_is_no_action():
    whole = {"definition": {}, "triggers": {}, "actions": {"Close": close()}}
    found = steps({"Playbook": whole})
    assert set(found) == {"Playbook"}
    assert found["Playbook"].effects == (Effect.OTHER,)
    assert "invalid" in found["Playbook"].call


DEFINITION = {
    "triggers": {"t": {"type": "ApiConnectionWebhook", "inputs": {"path": "/incident-creation"}}},
    "actions": {
        "Close": http("PATCH", "https://management.azure.com@{parameters('account')}",
                      {"properties": {"publicNetworkAccess": "Disabled"}}),
        "Mail": {
            "type": "ApiConnection",
            "inputs": {"host": connection("office365_1"), "method": "post", "path": "/v2/Mail"},
            "runAfter": {"Close": ["Succeeded"]},
        },
    },
    "parameters": {"account": {"type": "String", "defaultValue": "/unset"}},
}  # fmt: skip


def in_template(**properties):
    return {
        "parameters": {"Name": {"defaultValue": "contain"}, "Account": {"type": "string"}},
        "resources": [
            {"type": "Microsoft.Web/connections", "name": "c"},
            {
                "type": "Microsoft.Logic/workflows",
                "name": "[parameters('Name')]",
                "identity": {"type": "SystemAssigned"},
                "properties": {
                    "state": "Enabled",
                    "definition": DEFINITION,
                    "parameters": {
                        "account": {"value": "[parameters('Account')]"},
                        "$connections": {
                            "value": {
                                "office365_1": {
                                    "id": "[concat('/subscriptions/x/managedApis/', 'office365')]"
                                }
                            }
                        },
                    },
                }
                | properties,
            },
        ],
    }


TEMPLATE = "azurerm_resource_group_template_deployment.t"


def deployed(content, **values):
    return resource(
        TEMPLATE,
        name="deploy",
        resource_group_name="rg",
        template_content=json.dumps(content),
        parameters_content=Reference(
            A, "id", json.dumps({"Account": {"value": "${azurerm_storage_account.a.id}"}})
        ),
        **values,
    )


def test_a_playbook_in_an_arm_template_is_read_with_its_parameters():
    held = contributor(principal=TEMPLATE)
    shop = estate(GROUP, ACCOUNT, deployed(in_template()), held)
    (found,) = playbooks(shop)
    assert found.workflow.address == TEMPLATE
    assert found.trigger is TriggerKind.INCIDENT
    assert found.enabled
    close_, mail = found.steps
    assert close_.effects == (Effect.CLOSE_NETWORK,)
    assert close_.targets == (A,)
    assert close_.missing_permission == ""
    assert mail.effects == (Effect.NOTIFY,)


def test_a_workflow_in_a_template_is_found_by_its_own_name_and_not_by_the_deployments():
    shop = estate(GROUP, deployed(in_template()))
    below = "${azurerm_resource_group.g.id}/providers/Microsoft.Logic/workflows/"
    assert logic_app_by_text(shop, f"{below}contain") == TEMPLATE
    assert logic_app_by_text(shop, f"{below}deploy") == f"{below}deploy"
    unread = estate(resource(TEMPLATE, name="t", template_content=Reference(A, "id", None)))
    assert logic_app_by_text(unread, f"{below}t") == f"{below}t"


def test_a_template_workflow_that_is_disabled_is_off():
    shop = estate(GROUP, ACCOUNT, deployed(in_template(state="Disabled")))
    assert not playbook(shop, TEMPLATE).enabled


def test_a_template_with_two_workflows_does_not_say_which_is_meant():
    content = in_template()
    content["resources"].append(content["resources"][1])
    assert "2 workflows" in playbook(estate(GROUP, deployed(content)), TEMPLATE).unreadable


def test_a_template_without_a_workflow_is_no_playbook():
    assert playbooks(estate(GROUP, deployed({"resources": []}))) == ()


def test_an_azapi_workflow_is_read():
    made = resource(
        "azapi_resource.w",
        type="Microsoft.Logic/workflows@2019-05-01",
        name="w",
        parent_id=id_of(G),
        identity=[{"type": "SystemAssigned"}],
        body=Known(freeze({"properties": {"definition": DEFINITION}})),
    )
    held = contributor(principal=made.address)
    (found,) = playbooks(with_azapi(estate(GROUP, ACCOUNT, made, held)))
    assert found.trigger is TriggerKind.INCIDENT
    assert found.steps[0].effects == (Effect.CLOSE_NETWORK,)


def by_azapi(definition):
    return resource(
        "azapi_resource.w",
        type="Microsoft.Logic/workflows@2019-05-01",
        name="w",
        parent_id=id_of(G),
        body={"properties": {"definition": definition}},
    )


def test_actions_that_azurerm_adds_to_an_azapi_workflow_are_its_own_too():
    made = by_azapi({"actions": {"Mine": {"type": "Compose"}}})
    added = custom({"Added": close()}, made.address)
    (found,) = playbooks(with_azapi(estate(GROUP, ACCOUNT, made, *added)))
    assert {step.name for step in found.steps} == {"Mine", "Added"}


@pytest.mark.parametrize(
    "definition",
    [
        {"actions": Unresolvable("var.actions has no value")},
        {"actions": {"Close": Unresolvable("var.close has no value")}},
        Unresolvable("local.flow"),
    ],
)
def test_an_azapi_workflow_of_which_a_part_is_not_known_is_not_read(definition):
    (found,) = playbooks(with_azapi(estate(GROUP, by_azapi(definition))))
    assert found.unreadable
    assert found.steps == ()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (resource("azurerm_logic_app_standard.s", name="s"), "outside Terraform"),
        (resource("data.azurerm_logic_app_workflow.s", name="s"), "data source"),
        (resource("azurerm_linux_function_app.s", name="s"), "no workflow"),
        (
            resource(
                "azapi_resource.s",
                type="Microsoft.Logic/workflows@2019-05-01",
                body=Reference("x.y"),
            ),
            "after apply",
        ),
    ],
)
def test_a_playbook_that_does_not_show_says_why(made, why):
    assert why in playbook(with_azapi(estate(made)), made.address).unreadable


def test_a_playbook_of_another_estate_is_not_readable_here():
    found = playbook(estate(GROUP), "/subscriptions/s/workflows/x")
    assert "not declared" in found.unreadable
    assert found.steps == ()


def test_code_that_is_not_in_the_estate_may_do_anything():
    call = {"type": "Function", "inputs": {"function": {"id": "x"}}}
    assert steps({"Run": call})["Run"].effects == (Effect.UNKNOWN,)


# --- playbooks that start playbooks -------------------------------------------------------------

CHILD = "azurerm_logic_app_workflow.child"


def start(child="${azurerm_logic_app_workflow.child.id}", after=None):
    inputs = {"host": {"workflow": {"id": child}, "triggerName": "manual"}}
    body = {"type": "Workflow", "runAfter": after or {}, "inputs": inputs}
    return Reference(CHILD, "id", json.dumps(body)) if "$" in child else Known(json.dumps(body))


def test_a_started_playbook_contains_in_its_place():
    child = workflow(CHILD, name="child")
    inner = custom({"Inner": close(), "Next": rotate(after={"Inner": ["Succeeded"]})}, CHILD)
    found = steps(
        {"Ask": ask(), "Start": start(after={"Ask": ["Succeeded"]})},
        child,
        *inner,
        resource(
            "azurerm_role_assignment.child",
            scope=id_of(G, suffix=""),
            role_definition_name="Contributor",
            principal_id=id_of(CHILD, "identity[0].principal_id"),
        ),
    )
    assert found["Start/Inner"].effects == (Effect.DISABLE_PUBLIC_BLOB,)
    assert found["Start/Inner"].after == ("Ask", "Start")
    assert found["Start/Next"].after == ("Start/Inner",)
    assert found["Start/Inner"].manual
    assert found["Start/Inner"].missing_permission == ""


@pytest.mark.parametrize(
    "child", ["${azurerm_logic_app_workflow.f.id}", "/subscriptions/s/workflows/x"]
)
def test_a_circle_and_a_stranger_end(child):
    found = steps({"Start": start(child)})
    assert found["Start"].effects == (Effect.UNKNOWN,)


def test_a_constant_variable_is_its_value_and_a_changing_one_is_not():
    def made(*more):
        return {
            "Init": {
                "type": "InitializeVariable",
                "inputs": {
                    "variables": [{"name": "id", "value": ACCOUNT_PATH.replace("/a", "/sta")}]
                },
            },
            "Close": close({"Init": ["Succeeded"]}),
        } | dict(more)

    change = ("Set", {"type": "SetVariable", "inputs": {"name": "id", "value": "@x"}})
    assert ACCOUNT_PATH.replace("/a", "/sta") in steps(made())["Close"].call
    assert steps(made(change))["Close"].call == "PATCH management.azure.com*"

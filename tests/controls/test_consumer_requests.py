"""RESP-10: whether a consumer's request is kept, counted and answered in time."""

import json

import pytest

from simulator.controls.consumer_requests.control import RESP_10
from simulator.controls.registry import assess
from simulator.controls.verdict import Outcome
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Gap
from tests.controls.build import (
    ESTATES,
    SOMETHING,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

BUS, QUEUE, WORKER, STORE = (
    "azurerm_servicebus_namespace.privacy",
    "azurerm_servicebus_queue.requests",
    "azurerm_linux_function_app.requests",
    "azurerm_storage_account.customers",
)
AGE = "azurerm_monitor_scheduled_query_rules_alert_v2.age"
QUERY = "AppEvents | where Name == 'ConsumerRequestOpen' | where AgeInDays > 35"


def bus(**values):
    given = {"name": "sb-privacy", "sku": "Standard", "local_auth_enabled": False}
    return resource(BUS, **{**given, **values})


def queue(address=QUEUE, **values):
    given = {
        "name": "consumer-requests",
        "namespace_id": id_of(BUS),
        "default_message_ttl": "P60D",
        "dead_lettering_on_message_expiration": True,
    }
    kept = {k: v for k, v in {**given, **values}.items() if v is not None}
    return resource(address, **kept)


def worker(address=WORKER, **values):
    given = {
        "name": "func-requests",
        "app_settings": {
            "QUEUE": "consumer-requests",
            "DSR_RESPONSE_DAYS": "45",
            "DSR_RECORD_DAYS": "730",
        },
        "identity": [{"type": "SystemAssigned"}],
    }
    return resource(address, **{**given, **values})


def role(name, scope, role_name="Storage Blob Data Contributor", **values):
    return resource(
        f"azurerm_role_assignment.{name}",
        **{
            "scope": id_of(scope),
            "role_definition_name": role_name,
            "principal_id": id_of(WORKER, "identity[0].principal_id"),
            **values,
        },
    )


def metric(**values):
    given = {
        "scopes": id_of(BUS),
        "criteria": [{"metric_name": "DeadletteredMessages"}],
        "action": [{"action_group_id": "/subscriptions/s/ag"}],
    }
    return resource("azurerm_monitor_metric_alert.dead", **{**given, **values})


def age(query=QUERY, **values):
    given = {"criteria": [{"query": query}], "action": [{"action_groups": ["/subscriptions/s/ag"]}]}
    return resource(AGE, **{**given, **values})


PARTS = {
    "bus": bus(),
    "queue": queue(),
    "worker": worker(),
    "form": resource(
        "azurerm_linux_web_app.shop", name="shop", app_settings={"Q": "consumer-requests"}
    ),
    "store": resource(STORE, name="stcustomers", tags={"pii": "true"}),
    "reads": role("queue", QUEUE, "Azure Service Bus Data Receiver"),
    "reaches": role("store", STORE),
    "metric": metric(),
    "age": age(),
}


def shop(**changes):
    return estate(*(part for part in {**PARTS, **changes}.values() if part is not None))


def verdict_of(held):
    return assess(RESP_10, held)


@pytest.mark.parametrize("reader", ["hcl", "plan"])
@pytest.mark.parametrize(
    ("case", "outcome"),
    [("pass", Outcome.PASSED), ("fail", Outcome.FAILED), ("absent", Outcome.NOT_APPLICABLE)],
)
def test_the_small_estates(case, outcome, reader):
    assert verdict_of(declared("RESP-10", case, reader)).outcome is outcome


@pytest.mark.parametrize("reader", ["hcl", "plan"])
def test_what_is_wrong_with_the_failing_one(reader):
    verdict = verdict_of(declared("RESP-10", "fail", reader))
    assert wrong(verdict) == {
        (QUEUE, "default_message_ttl"),
        (QUEUE, "dead_lettering_on_message_expiration"),
        (QUEUE, "dead_letter_alert"),
        (WORKER, "app_settings.DSR_RESPONSE_DAYS"),
        (WORKER, "app_settings.DSR_ACKNOWLEDGE_BUS_DAYS"),
        (WORKER, "app_settings.DSR_RECORD_DAYS"),
        (WORKER, "deadline_alert"),
        (WORKER, "store_access"),
    }
    ttl = next(f for f in verdict.findings if f.attribute == "default_message_ttl")
    assert ttl.default == "Azure default, Basic tier"


def test_a_whole_pipeline_passes():
    verdict = verdict_of(shop())
    assert verdict.outcome is Outcome.PASSED, verdict.findings
    assert {QUEUE, WORKER, "azurerm_linux_web_app.shop"} <= set(verdict.looked_at)


def test_names_alone_never_pass():
    bare = estate(
        resource("azurerm_linux_function_app.dsr", name="func-dsr"),
        resource("azurerm_servicebus_queue.dsr", name="dsr"),
    )
    assert verdict_of(bare).outcome is not Outcome.PASSED


# --- the queue ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sku", "ttl", "outcome"),
    [
        ("Standard", None, Outcome.PASSED),
        ("Premium", None, Outcome.PASSED),
        ("Basic", None, Outcome.FAILED),
        (SOMETHING, None, Outcome.UNKNOWN),
        ("Basic", "P45D", Outcome.PASSED),
        ("Standard", "P45D", Outcome.PASSED),
        ("Standard", "P44DT23H", Outcome.FAILED),
        ("Standard", "P14D", Outcome.FAILED),
        ("Standard", "P10675199DT2H48M5.4775807S", Outcome.PASSED),
        ("Standard", "soon", Outcome.UNKNOWN),
        ("Standard", SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_how_long_a_message_lives(sku, ttl, outcome):
    held = shop(bus=bus(sku=sku), queue=queue(default_message_ttl=ttl))
    verdict = verdict_of(held)
    assert verdict.outcome is outcome, verdict.findings


def test_a_namespace_elsewhere_hides_the_tier():
    lost = queue(default_message_ttl=None, namespace_id="/subscriptions/hub/namespaces/sb")
    assert wrong(verdict_of(shop(bus=None, queue=lost)), unknown=True) >= {
        (QUEUE, "default_message_ttl")
    }


@pytest.mark.parametrize(
    ("values", "attribute"),
    [
        ({"dead_lettering_on_message_expiration": False}, "dead_lettering_on_message_expiration"),
        ({"dead_lettering_on_message_expiration": None}, "dead_lettering_on_message_expiration"),
        ({"auto_delete_on_idle": "P7D"}, "auto_delete_on_idle"),
        ({"status": "SendDisabled"}, "status"),
    ],
)
def test_a_queue_that_loses_requests(values, attribute):
    assert (QUEUE, attribute) in wrong(verdict_of(shop(queue=queue(**values))))


def test_a_subscription_lives_no_longer_than_its_topic():
    topic = resource(
        "azurerm_servicebus_topic.requests",
        name="consumer-requests",
        namespace_id=id_of(BUS),
        default_message_ttl="P7D",
    )
    subscription = queue(
        "azurerm_servicebus_subscription.requests", topic_id=id_of(topic.address), namespace_id=None
    )
    verdict = verdict_of(shop(queue=subscription, topic=topic))
    assert (topic.address, "default_message_ttl") in wrong(verdict)


def test_a_storage_queue_may_forget_after_a_week():
    doorbell = resource("azurerm_storage_queue.dsr", name="dsr-requests")
    app = worker(app_settings={"Q": "dsr-requests", "DSR_SLA_DAYS": "45", "DSR_RECORD_DAYS": "800"})
    verdict = verdict_of(shop(queue=doorbell, bus=None, reads=None, worker=app))
    assert ("azurerm_storage_queue.dsr", "message_ttl") in wrong(verdict, unknown=True)
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        None,
        metric(enabled=False),
        metric(action=[]),
        metric(criteria=[{"metric_name": "IncomingMessages"}]),
        metric(scopes=id_of("azurerm_servicebus_namespace.other")),
    ],
)
def test_somebody_sees_what_the_queue_gave_up_on(change):
    assert wrong(verdict_of(shop(metric=change))) == {(QUEUE, "dead_letter_alert")}


def test_dead_letters_that_are_forwarded_are_seen():
    forwarded = queue(forward_dead_lettered_messages_to="late-requests")
    assert verdict_of(shop(queue=forwarded, metric=None)).outcome is Outcome.PASSED


# --- the worker -----------------------------------------------------------------------------------


def test_a_function_that_may_only_send_is_the_form_and_not_the_worker():
    form = resource(
        "azurerm_linux_function_app.api", name="func-api", app_settings={"Q": "consumer-requests"}
    )
    sends = role(
        "sends",
        QUEUE,
        "Azure Service Bus Data Sender",
        principal_id=id_of(form.address, "identity[0].principal_id"),
    )
    nobody = {"worker": None, "reads": None, "reaches": None}
    verdict = verdict_of(shop(**nobody, form=form, sends=sends))
    assert (QUEUE, "consumer_request_worker") in wrong(verdict)
    assert verdict_of(shop(form=form, sends=sends)).outcome is Outcome.PASSED


def test_what_hands_requests_in_may_not_show():
    verdict = verdict_of(shop(form=None))
    assert wrong(verdict, unknown=True) == {(QUEUE, "consumer_request_intake")}


def test_a_queue_that_nobody_reads():
    verdict = verdict_of(shop(worker=None, reads=None, reaches=None))
    assert (QUEUE, "consumer_request_worker") in wrong(verdict)


def test_a_flow_of_power_automate_does_not_show():
    solution = resource("powerplatform_solution.dsr", solution_file="dsr.zip")
    verdict = verdict_of(shop(worker=None, reads=None, reaches=None, flow=solution))
    assert (QUEUE, "consumer_request_worker") in wrong(verdict, unknown=True)
    alone = estate(PARTS["form"], solution)
    assert verdict_of(alone).outcome is Outcome.UNKNOWN


def test_requests_worked_in_a_service_elsewhere_are_not_known():
    """A service such as OneTrust keeps the deadline, or a person does: neither shows here."""
    app = resource(
        "azurerm_linux_web_app.shop", app_settings={"ONETRUST_URL": "https://x.onetrust.example"}
    )
    verdict = verdict_of(estate(app))
    assert verdict.outcome is Outcome.UNKNOWN
    assert "waiver" in verdict.findings[0].remedy.casefold()


def test_what_runs_in_a_cluster_does_not_show():
    cluster = resource("azurerm_kubernetes_cluster.shop", name="aks-shop")
    verdict = verdict_of(estate(cluster, PARTS["store"]))
    assert wrong(verdict, unknown=True) == {(cluster.address, "consumer_requests")}
    unread = shop(worker=None, reads=None, reaches=None, cluster=cluster)
    assert (QUEUE, "consumer_request_worker") in wrong(verdict_of(unread), unknown=True)


def test_a_shop_without_any_way_to_ask_fails_at_its_front():
    front = resource("azurerm_linux_web_app.b", app_settings={"PRIVACY_MAILBOX": "p@shop.example"})
    verdict = verdict_of(estate(resource("azurerm_linux_web_app.a"), front, PARTS["store"]))
    assert wrong(verdict) == {("azurerm_linux_web_app.b", "consumer_requests")}


def test_stores_alone_leave_it_to_another_declaration():
    assert verdict_of(estate(PARTS["store"])).outcome is Outcome.UNKNOWN


def test_a_module_that_could_not_be_read_may_hold_the_pipeline():
    gap = Gap("module.privacy", "its source could not be loaded")
    verdict = verdict_of(estate(resource("azurerm_linux_web_app.a"), gaps=(gap,)))
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_worker_that_is_off():
    assert wrong(verdict_of(shop(worker=worker(enabled=False)))) == {(WORKER, "enabled")}


def test_a_worker_that_may_not_read_the_queue():
    assert wrong(verdict_of(shop(reads=None))) == {(WORKER, "queue_access")}
    keyed = shop(reads=None, bus=bus(local_auth_enabled=True))
    assert verdict_of(keyed).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        (resource(STORE, name="st", tags={"pii": "true"}), Outcome.FAILED),
        (resource(STORE, name="st", tags={"pii": "false"}), Outcome.PASSED),
        (resource("azurerm_storage_account.x", name="stx"), Outcome.UNKNOWN),
        (resource("azurerm_redis_cache.x", name="r", tags={"pii": "true"}), Outcome.PASSED),
    ],
)
def test_a_store_that_the_worker_cannot_reach(store, expected):
    assert verdict_of(shop(reaches=None, store=store)).outcome is expected


@pytest.mark.parametrize(
    ("value", "reached"),
    [
        (id_of(STORE, "primary_connection_string"), True),
        (id_of(STORE, "primary_blob_endpoint"), False),
        ("https://stcustomers.blob.core.windows.net", False),
        ("DefaultEndpointsProtocol=https;AccountName=stcustomers;AccountKey=FAKE==", True),
    ],
)
def test_the_name_of_an_account_opens_nothing_and_its_key_does(value, reached):
    app = worker(
        app_settings={
            "QUEUE": "consumer-requests",
            "DSR_RESPONSE_DAYS": "45",
            "DSR_RECORD_DAYS": "730",
            "BLOBS": value,
        }
    )
    verdict = verdict_of(shop(reaches=None, worker=app))
    assert wrong(verdict) == (set() if reached else {(WORKER, "store_access")})


def test_a_setting_that_cannot_be_read_may_name_the_store():
    app = worker(
        app_settings={
            "QUEUE": "consumer-requests",
            "DSR_RESPONSE_DAYS": "45",
            "DSR_RECORD_DAYS": "730",
            "SQL": SOMETHING,
        }
    )
    verdict = verdict_of(shop(reaches=None, worker=app))
    assert wrong(verdict, unknown=True) == {(WORKER, "store_access")}


def test_a_role_on_the_group_or_through_an_assigned_identity_reaches_the_store():
    group = resource("azurerm_resource_group.data", name="rg-data")
    inside = resource(STORE, name="st", resource_group_name="rg-data", tags={"pii": "true"})
    held = shop(group=group, store=inside, reaches=role("store", group.address))
    assert verdict_of(held).outcome is Outcome.PASSED
    identity = "azurerm_user_assigned_identity.dsr"
    bearer = worker(identity=[{"type": "UserAssigned", "identity_ids": id_of(identity)}])
    assigned = {"principal_id": id_of(identity, "principal_id")}
    held = shop(
        worker=bearer,
        me=resource(identity, name="id-dsr"),
        reads=role("queue", QUEUE, "Azure Service Bus Data Receiver", **assigned),
        reaches=role("store", STORE, **assigned),
    )
    assert verdict_of(held).outcome is Outcome.PASSED


@pytest.mark.parametrize(("mine", "passes"), [("8c2f4e61", True), ("52f0d7a8", False)])
def test_an_assigned_identity_that_exists_is_known_by_its_ids(mine, passes):
    id_ = (
        "/subscriptions/s/resourceGroups/r/providers"
        "/Microsoft.ManagedIdentity/userAssignedIdentities/id-dsr"
    )
    assigned = {"principal_id": mine}
    held = shop(
        worker=worker(identity=[{"type": "UserAssigned", "identity_ids": (id_,)}]),
        me=resource("azurerm_user_assigned_identity.dsr", id=id_, principal_id="8c2f4e61"),
        reads=role("queue", QUEUE, "Azure Service Bus Data Receiver", **assigned),
        reaches=role("store", STORE, **assigned),
    )
    assert (verdict_of(held).outcome is Outcome.PASSED) is passes


def test_a_database_is_reached_by_its_server_and_by_its_name_in_a_setting():
    server = resource("azurerm_mssql_server.s", name="sql-shop", tags={"pii": "true"})
    database = resource("azurerm_mssql_database.d", name="orders", server_id=id_of(server.address))
    told = {
        "QUEUE": "consumer-requests",
        "SQL_HOST": "sql-shop.database.windows.net",
        "DSR_RESPONSE_DAYS": "45",
        "DSR_RECORD_DAYS": "730",
    }
    held = shop(server=server, database=database, worker=worker(app_settings=told))
    assert verdict_of(held).outcome is Outcome.PASSED
    assert (WORKER, "store_access") in wrong(verdict_of(shop(server=server, database=database)))


# --- days -----------------------------------------------------------------------------------------


def settings(**values):
    return worker(app_settings={"QUEUE": "consumer-requests", "DSR_RECORD_DAYS": "730", **values})


@pytest.mark.parametrize(
    "values",
    [
        {"DSAR_SLA_DAYS": "45"},
        {"PRIVACY_DEADLINE_DAYS": 30},
        {"SUBJECT_REQUEST_DAYS": "40", "DSR_EXTENSION_DAYS": "90"},
    ],
)
def test_a_setting_shows_the_deadline(values):
    assert verdict_of(shop(worker=settings(**values))).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "values", [{}, {"REQUESTS_PER_DAY": "1000"}, {"DSR_WARNING_DAYS": "35"}, {"DAYS": "45"}]
)
def test_nothing_counts_the_days(values):
    verdict = verdict_of(shop(worker=settings(**values)))
    assert wrong(verdict) == {(WORKER, "response_deadline")}


def test_a_message_that_dies_after_45_days_is_the_deadline_itself():
    held = shop(worker=settings(), queue=queue(default_message_ttl="P45D"))
    assert verdict_of(held).outcome is Outcome.PASSED
    tagged = worker(
        app_settings={"QUEUE": "consumer-requests", "DSR_RECORD_DAYS": "730"},
        tags={"dsr-sla-days": "45"},
    )
    assert verdict_of(shop(worker=tagged)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("change", "attribute", "address"),
    [
        (None, "deadline_alert", WORKER),
        (age("AppEvents | where Name == 'ConsumerRequestOpen'"), "deadline_alert", WORKER),
        (age(QUERY.replace("35", "60")), "criteria.query", AGE),
        (age(enabled=False), "enabled", AGE),
        (age(action=[]), "action", AGE),
    ],
)
def test_a_warning_that_is_late_or_reaches_nobody(change, attribute, address):
    assert wrong(verdict_of(shop(age=change))) == {(address, attribute)}


@pytest.mark.parametrize(
    "query",
    [
        "Requests_CL | where Kind == 'dsr' | where datetime_diff('day', now(), Received) > 35",
        "ConsumerRequests_CL | where Status == 'open' and Received < ago(40d)",
        "ConsumerRequests_CL | extend Days = 1 | where Days >= 30",
    ],
)
def test_ways_to_look_at_the_age(query):
    assert verdict_of(shop(age=age(query, name="consumer-request-age"))).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("inputs", "outcome"),
    [
        ({"interval": {"count": 30, "unit": "Day"}}, Outcome.PASSED),
        ({"until": {"timestamp": "@addDays(utcNow(), 45)"}}, Outcome.PASSED),
        ({"until": {"timestamp": "@addDays(utcNow(), 46)"}}, Outcome.FAILED),
    ],
)
def test_a_workflow_keeps_the_state_and_the_time_itself(inputs, outcome):
    flow = "azurerm_logic_app_workflow.dsr"
    body = json.dumps({"type": "Wait", "inputs": inputs})
    held = estate(
        resource(flow, name="logic-dsr"),
        resource(
            "azurerm_logic_app_trigger_http_request.ask", name="ask", logic_app_id=id_of(flow)
        ),
        resource(
            "azurerm_logic_app_action_custom.wait", name="w", logic_app_id=id_of(flow), body=body
        ),
        resource("azurerm_mssql_database.dsr", name="dsr-ledger", tags={"pii": "false"}),
    )
    assert verdict_of(held).outcome is outcome, verdict_of(held).findings


def test_what_runs_in_a_machine_does_not_show():
    machine = resource("azurerm_linux_virtual_machine.m", name="vm-jump")
    verdict = verdict_of(estate(machine))
    assert wrong(verdict, unknown=True) == {(machine.address, "consumer_requests")}
    assert "does not show" in verdict.findings[0].actual
    shop = resource("module.shop.azurerm_linux_function_app.shop", name="func-shop")
    assert wrong(verdict_of(estate(machine, shop))) == {(shop.address, "consumer_requests")}


@pytest.mark.parametrize("how", ["its trigger", "an automation rule"])
def test_nobody_asks_at_a_playbook_and_logs_alone_are_no_store_of_consumers(how):
    flow, logs = "azurerm_logic_app_workflow.block", "azurerm_log_analytics_workspace.soc"
    by_trigger = resource(
        "azurerm_logic_app_trigger_custom.incident",
        name="incident",
        logic_app_id=id_of(flow),
        body='{"type": "ApiConnectionWebhook", "inputs": {"path": "/incident-creation"}}',
    )
    by_rule = resource(
        "azurerm_sentinel_automation_rule.r",
        log_analytics_workspace_id=id_of(logs),
        action_playbook=[{"order": 1, "logic_app_id": id_of(flow)}],
    )
    parts = (
        resource(logs, name="log-soc"),
        resource(flow, name="logic-block"),
        by_trigger if how == "its trigger" else by_rule,
    )
    assert verdict_of(estate(*parts)).outcome is Outcome.NOT_APPLICABLE
    assert wrong(verdict_of(estate(*parts[:2]))) == {(flow, "consumer_requests")}
    store = verdict_of(estate(*parts, resource(STORE, name="stcustomers")))
    assert wrong(store, unknown=True) == {(STORE, "consumer_requests")}


# --- records --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ttl", "fails"), [(86400, True), (63072000, False), (-1, False)])
def test_a_ledger_that_forgets(ttl, fails):
    ledger = resource("azurerm_cosmosdb_sql_container.l", name="consumer-requests", default_ttl=ttl)
    verdict = verdict_of(shop(ledger=ledger))
    assert wrong(verdict) == ({(ledger.address, "default_ttl")} if fails else set())


def test_a_log_table_that_is_the_ledger_is_kept_for_24_months():
    table = resource(
        "azurerm_log_analytics_workspace_table.e", name="AppEvents", total_retention_in_days=365
    )
    app = worker(app_settings={"QUEUE": "consumer-requests", "DSR_RESPONSE_DAYS": "45"})
    verdict = verdict_of(shop(table=table, worker=app))
    assert wrong(verdict) == {(table.address, "total_retention_in_days")}
    none = verdict_of(shop(worker=app))
    assert wrong(none, unknown=True) == {(WORKER, "request_records")}


# --- spellings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_major_version_of_the_provider(major, tmp_path):
    text = (ESTATES / "RESP-10/fail/main.tf").read_text(encoding="utf-8")
    (tmp_path / "main.tf").write_text(text.replace("~> 4.0", f"~> {major}.0"), encoding="utf-8")
    found = wrong(verdict_of(read_hcl(tmp_path)))
    assert {
        (QUEUE, "default_message_ttl"),
        (QUEUE, "dead_lettering_on_message_expiration"),
    } <= found


def test_an_azapi_queue_is_read():
    written = resource(
        "azapi_resource.q",
        type="Microsoft.ServiceBus/namespaces/queues@2022-10-01-preview",
        name="consumer-requests",
        parent_id=id_of(BUS),
        body={
            "properties": {
                "defaultMessageTimeToLive": "P10D",
                "forwardDeadLetteredMessagesTo": "late-requests",
                "autoDeleteOnIdle": "P10675199DT2H48M5.4775807S",
                "deadLetteringOnMessageExpiration": True,
            }
        },
    )
    others = {k: v for k, v in PARTS.items() if k not in {"queue", "reads", "metric"}}
    verdict = verdict_of(from_azapi(written, *others.values()))
    wrongs = {f.attribute: f.actual for f in verdict.findings if f.address == "azapi_resource.q"}
    assert wrongs == {"body.properties.defaultMessageTimeToLive": '"P10D"'}


@pytest.mark.parametrize(
    "name",
    ["<script>dsr</script>", "privacy\n\n", "dsr" * 2000, "${dsr}", 'privacy"queue', "(dsr["],
)
def test_hostile_names_do_no_harm(name):
    held = shop(
        queue=queue(name=name),
        worker=worker(name=name, app_settings={name: name, "DSR_DAYS": name}),
        age=age(f"X | where {name} > 3", name=name),
    )
    verdict = verdict_of(held)
    assert not any("crashed" in f.actual for f in verdict.findings)
    assert all("\n" not in f.actual for f in verdict.findings)

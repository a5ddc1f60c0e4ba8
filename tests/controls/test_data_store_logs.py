import json

import pytest

from simulator.controls.data_store_logs.control import RESP_01
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Gap, Known, Reference, Unresolvable
from simulator.estate.plan import read_plan
from simulator.estate.provider import normalise
from tests.controls.build import (
    ESTATES,
    azurerm,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
A, W = "azurerm_storage_account.a", "azurerm_log_analytics_workspace.w"
WORKSPACE = resource(W, name="w")
BLOBS = "/blobServices/default"
AUDIT = [{"category_group": "audit"}]


def account(address=A, **values):
    return normalise(resource(address, **{"name": "sta"} | values))


def setting(target, logs=AUDIT, name="s", **values):
    link = {"log_analytics_workspace_id": id_of(W)}
    return normalise(
        resource(
            f"azurerm_monitor_diagnostic_setting.{name}",
            target_resource_id=target,
            enabled_log=logs,
            **link | values,
        )
    )


def assess(*resources, **values):
    return RESP_01.assess(with_azapi(estate(WORKSPACE, *resources, **values)))


def logged(**values):
    return setting(id_of(A, suffix=BLOBS), **values)


# --- three estates, two readers -----------------------------------------------------------------


def test_an_estate_whose_stores_are_all_logged_passes():
    verdict = RESP_01.assess(declared("RESP-01", "pass", "hcl"))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_storage_account.state (left out: tag purpose = tfstate)" in verdict.looked_at


def test_a_fresh_plan_has_lost_the_sub_services_and_says_what_would_settle_it():
    verdict = RESP_01.assess(declared("RESP-01", "pass", "plan"))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {
        ("azurerm_storage_account.customers", "diagnostic_setting"),
        ("azurerm_storage_account.invoices", "diagnostic_setting"),
        ("azurerm_mssql_database.orders", "diagnostic_setting"),
    }
    for finding in verdict.findings:
        assert "has lost what follows the id" in finding.actual
        assert "read the HCL directory, or a plan made after the store exists" in finding.remedy


IDS = {
    name: f"/subscriptions/0/resourceGroups/rg-shop/providers/{name}"
    for name in ("customers", "invoices", "sql")
}
KNOWN = {
    "azurerm_storage_account.customers": {"id": IDS["customers"]},
    "azurerm_storage_account.invoices": {"id": IDS["invoices"]},
    "azurerm_mssql_server.shop": {"id": IDS["sql"]},
    "azurerm_mssql_database.orders": {"server_id": IDS["sql"]},
    "azurerm_mssql_server_extended_auditing_policy.shop": {"server_id": IDS["sql"]},
    "azurerm_monitor_diagnostic_setting.invoices_read": {
        "target_resource_id": IDS["invoices"] + BLOBS
    },
    "azurerm_monitor_diagnostic_setting.invoices_change": {
        "target_resource_id": IDS["invoices"] + BLOBS
    },
    "azurerm_monitor_diagnostic_setting.sql": {
        "target_resource_id": IDS["sql"] + "/databases/master"
    },
} | {
    f'azurerm_monitor_diagnostic_setting.customers["{service}"]': {
        "target_resource_id": f"{IDS['customers']}/{service}/default"
    }
    for service in ("blobServices", "fileServices")
}
"""What Terraform writes once the stores exist: their ids, and what is made of them."""


def with_known_ids(plan):
    planned = {r["address"]: r for r in plan["planned_values"]["root_module"]["resources"]}
    for change in plan["resource_changes"]:
        known = KNOWN.get(change["address"], {})
        change["change"]["after"].update(known)
        planned[change["address"]]["values"].update(known)
        for attribute in known:
            del change["change"]["after_unknown"][attribute]
    return plan


def test_a_plan_over_stores_that_exist_passes(tmp_path):
    plan = json.loads((ESTATES / "RESP-01" / "pass" / "plan.json").read_text(encoding="utf-8"))
    made = tmp_path / "plan.json"
    made.write_text(json.dumps(with_known_ids(plan)), encoding="utf-8")
    verdict = RESP_01.assess(read_plan(made))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


@READERS
def test_an_estate_with_every_gap_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = RESP_01.assess(declared("RESP-01", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_storage_account.silent", "diagnostic_setting"),
        ("azurerm_storage_account.metrics", "diagnostic_setting"),
        ("azurerm_storage_account.writes", "diagnostic_setting"),
        ("azurerm_storage_account.elsewhere", "diagnostic_setting"),
        ("azurerm_key_vault.shop", "diagnostic_setting"),
        ("azurerm_mssql_database.orders", "diagnostic_setting"),
        ("azurerm_mssql_database_extended_auditing_policy.returns", "enabled"),
        ("azurerm_log_analytics_workspace.sec", "daily_quota_gb"),
        ("azurerm_log_analytics_workspace_table.blobs", "plan"),
    }


@READERS
def test_an_estate_without_stores_is_not_applicable(reader):
    verdict = RESP_01.assess(declared("RESP-01", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_storage_account" in verdict.looked_at


def test_each_finding_says_what_is_wrong_and_how_to_put_it_right():
    verdict = RESP_01.assess(declared("RESP-01", "fail", "hcl"))
    found = {f.address.rpartition(".")[2]: f for f in verdict.findings}
    assert "only metrics" in found["metrics"].actual
    assert "an Event Hub, not to Log Analytics" in found["elsewhere"].actual
    assert found["writes"].actual == (
        "blobServices: azurerm_monitor_diagnostic_setting.writes sends StorageWrite; "
        "queueServices: no diagnostic setting"
    )
    assert "AuditEvent: that is a category of Key Vault" in found["orders"].actual
    assert found["silent"].remedy.startswith(
        "azurerm_monitor_diagnostic_setting: target_resource_id = "
        '"${azurerm_storage_account.silent.id}/blobServices/default"'
    )
    assert found["silent"].origin.line == 35
    assert all("11 CCR 7123(c)(7)" in f.why for f in verdict.findings)


# --- storage ------------------------------------------------------------------------------------


def test_categories_of_several_settings_on_one_workspace_add_up():
    parts = [
        logged(logs=[{"category": c}], name=c)
        for c in ("StorageRead", "StorageWrite", "StorageDelete")
    ]
    assert assess(account(), *parts).outcome is Outcome.PASSED
    assert assess(account(), *parts[:2]).outcome is Outcome.FAILED


def test_categories_in_two_workspaces_do_not_add_up():
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    here = logged(logs=[{"category": "StorageRead"}, {"category": "StorageWrite"}])
    there = logged(
        logs=[{"category": "StorageDelete"}],
        name="t",
        log_analytics_workspace_id=id_of(other.address),
    )
    assert assess(account(), other, here, there).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("child", "service"),
    [
        ("azurerm_storage_share", "fileServices"),
        ("azurerm_storage_queue", "queueServices"),
        ("azurerm_storage_table", "tableServices"),
    ],
)
def test_a_sub_service_in_use_needs_its_own_setting(child, service):
    held = resource(f"{child}.c", name="c", storage_account_id=id_of(A))
    verdict = assess(account(), logged(), held)
    assert service in verdict.findings[0].actual
    assert "blobServices" not in verdict.findings[0].actual
    own = setting(id_of(A, suffix=f"/{service}/default"), name="own")
    assert assess(account(), logged(), held, own).outcome is Outcome.PASSED


def test_an_account_for_files_alone_has_no_blobs_to_log():
    files = account(account_kind="FileStorage")
    share = resource("azurerm_storage_share.c", name="c", storage_account_id=id_of(A))
    own = setting(id_of(A, suffix="/fileServices/default"))
    assert assess(files, share, own).outcome is Outcome.PASSED


def test_an_account_made_with_azapi_is_a_store_too():
    made = resource(
        "azapi_resource.a", type="Microsoft.Storage/storageAccounts@2023-05-01", name="x"
    )
    assert wrong(assess(*from_azapi(made).resources)) == {
        ("azapi_resource.a", "diagnostic_setting")
    }
    own = setting(id_of("azapi_resource.a", suffix=BLOBS))
    assert assess(*from_azapi(made, own).resources).outcome is Outcome.PASSED


def test_a_workspace_of_another_estate_is_a_workspace():
    away = logged(log_analytics_workspace_id="/subscriptions/0/workspaces/soc")
    assert assess(account(), away).outcome is Outcome.PASSED


# --- what is left out, narrowly -----------------------------------------------------------------

LOGS = {"tags": {"purpose": "logs"}}


@pytest.mark.parametrize(
    ("values", "left_out"),
    [
        ({"tags": {"purpose": "logs"}}, True),
        ({"tags": {"Purpose": "tfstate"}}, True),
        ({"tags": {"purpose": "orders"}}, False),
        ({"tags": {"purpose": "logs", "pii": "true"}}, False),
        ({"tags": {"purpose": "logs", "dataclassification": "restricted"}}, False),
        ({}, False),
    ],
)
def test_a_tag_leaves_an_account_out_unless_another_says_what_is_in_it(values, left_out):
    verdict = assess(account(**values), resource("azurerm_key_vault.v"), setting(
        id_of("azurerm_key_vault.v"), logs=[{"category": "AuditEvent"}], name="v"))  # fmt: skip
    assert (verdict.outcome is Outcome.PASSED) is left_out
    assert any("left out" in text for text in verdict.looked_at) is left_out


WRITERS = [
    setting(id_of("azurerm_key_vault.gone"), name="away", storage_account_id=id_of(A)),
    resource("azurerm_log_analytics_data_export_rule.e", destination_resource_id=id_of(A)),
    resource("azurerm_linux_function_app.f", storage_account_name=Reference(A, "name")),
    resource("azurerm_windows_function_app.f", storage_account_name="sta"),
    resource("azurerm_network_watcher_flow_log.f", storage_account_id=id_of(A)),
    resource(
        "azurerm_mssql_server_extended_auditing_policy.p",
        storage_endpoint=id_of(A, "primary_blob_endpoint"),
    ),
    resource(
        "azurerm_mssql_database_extended_auditing_policy.p",
        storage_endpoint="https://sta.blob.core.windows.net/",
    ),
]


@pytest.mark.parametrize("writer", WRITERS, ids=lambda w: w.type)
def test_an_account_that_azure_alone_writes_to_is_left_out(writer):
    verdict = assess(account(), writer)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert any(writer.address in text for text in verdict.looked_at)


@pytest.mark.parametrize(
    ("child", "left_out"),
    [
        (resource("azurerm_storage_container.c", name="am-storagebloblogs"), True),
        (resource("azurerm_storage_container.c", name="customers"), False),
        (resource("azurerm_storage_container.c", name=Unresolvable("?")), False),
        (resource("azurerm_storage_share.c", name="customers"), False),
    ],
)
def test_a_container_of_its_own_makes_it_a_store(child, left_out):
    held = resource(child.address, storage_account_id=id_of(A), name=child.body.values["name"])
    verdict = assess(account(), WRITERS[1], held)
    assert (verdict.outcome is Outcome.NOT_APPLICABLE) is left_out


def test_a_container_of_another_account_does_not_make_it_a_store():
    other = resource("azurerm_storage_account.b", name="stb", tags={"purpose": "logs"})
    theirs = resource(
        "azurerm_storage_container.c", name="x", storage_account_id=id_of(other.address)
    )
    assert assess(account(), other, theirs, WRITERS[1]).outcome is Outcome.NOT_APPLICABLE


def test_an_estate_of_log_accounts_alone_is_not_applicable():
    assert assess(account(**LOGS)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("store", "asked"),
    [
        (resource("azurerm_api_management.g", name="g", sku_name="Consumption_0"), True),
        (resource("azurerm_api_management.g", name="g", sku_name="Developer_1"), False),
        (resource("azurerm_servicebus_namespace.n", name="n", sku="Standard"), True),
        (resource("azurerm_servicebus_namespace.n", name="n", sku="Premium"), False),
        (resource("azurerm_eventhub_namespace.n", name="n", sku="basic"), True),
        (resource("azurerm_key_vault.v", name="v", sku_name="standard"), False),
    ],
)
def test_what_can_send_no_logs_is_told_to_become_one_that_can(store, asked):
    (found,) = assess(store).findings
    assert found.remedy.startswith("sku") is asked


# --- databases that stay silent -----------------------------------------------------------------

SERVER = resource("azurerm_mssql_server.s", name="s")
DATABASE = resource("azurerm_mssql_database.d", name="d", server_id=id_of(SERVER.address))
SQL_LOGS = [{"category": "SQLSecurityAuditEvents"}]
ON_DATABASE = setting(id_of(DATABASE.address), SQL_LOGS)
ON_MASTER = setting(id_of(SERVER.address, suffix="/databases/master"), SQL_LOGS)


def policy(kind="server", **values):
    owner = SERVER if kind == "server" else DATABASE
    link = {f"{kind}_id": id_of(owner.address)}
    return normalise(resource(f"azurerm_mssql_{kind}_extended_auditing_policy.p", **link | values))


@pytest.mark.parametrize("where", [ON_DATABASE, ON_MASTER])
@pytest.mark.parametrize("kind", ["server", "database"])
def test_sql_is_logged_by_a_setting_and_a_policy_together(where, kind):
    assert assess(SERVER, DATABASE, where, policy(kind)).outcome is Outcome.PASSED


def test_a_setting_without_auditing_is_silent():
    verdict = assess(SERVER, DATABASE, ON_DATABASE)
    assert wrong(verdict) == {(DATABASE.address, "extended_auditing_policy")}
    assert verdict.findings[0].remedy == (
        f"azurerm_mssql_server_extended_auditing_policy: server_id = {SERVER.address}.id"
    )


@pytest.mark.parametrize("switch", ["enabled", "log_monitoring_enabled"])
def test_a_policy_that_is_off_is_told(switch):
    verdict = assess(SERVER, DATABASE, ON_DATABASE, policy(**{switch: False}))
    assert wrong(verdict) == {("azurerm_mssql_server_extended_auditing_policy.p", switch)}


def test_a_policy_of_unknown_state_is_unknown():
    unsure = policy(enabled=Unresolvable("var.audit has no value"))
    assert assess(SERVER, DATABASE, ON_DATABASE, unsure).outcome is Outcome.UNKNOWN


def test_a_policy_of_nobody_knows_what_may_be_the_one():
    lost = policy(server_id=Unresolvable("module.sql.id is not known"))
    verdict = assess(SERVER, DATABASE, ON_DATABASE, lost)
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(DATABASE.address, "extended_auditing_policy")}


def test_auditing_without_a_setting_is_one_finding():
    assert wrong(assess(SERVER, DATABASE, policy())) == {(DATABASE.address, "diagnostic_setting")}


def test_a_server_without_a_database_here_is_judged_itself():
    assert wrong(assess(SERVER, policy())) == {(SERVER.address, "diagnostic_setting")}
    assert assess(SERVER, policy(), ON_MASTER).outcome is Outcome.PASSED


POSTGRES = resource("azurerm_postgresql_flexible_server.p", name="p")


def parameter(server, name, value):
    return resource(
        f"azurerm_postgresql_flexible_server_configuration.{name.replace('.', '_')}",
        server_id=id_of(server.address),
        name=name,
        value=value,
    )


def test_postgres_logs_reads_only_with_pgaudit():
    sent = setting(id_of(POSTGRES.address), [{"category": "PostgreSQLLogs"}])
    loaded = parameter(POSTGRES, "shared_preload_libraries", "pg_stat_statements,pgaudit")
    on = parameter(POSTGRES, "pgaudit.log", "read,write")
    off = parameter(POSTGRES, "pgaudit.log", "none")
    assert wrong(assess(POSTGRES, sent)) == {(POSTGRES.address, "pgaudit.log")}
    assert wrong(assess(POSTGRES, sent, loaded)) == {(POSTGRES.address, "pgaudit.log")}
    assert wrong(assess(POSTGRES, sent, loaded, off)) == {(POSTGRES.address, "pgaudit.log")}
    assert assess(POSTGRES, sent, loaded, on).outcome is Outcome.PASSED
    (bare,), (half,) = (assess(POSTGRES, sent, *some).findings for some in ((), (loaded,)))
    assert bare.remedy.count("name = ") == 2
    assert half.remedy == (
        "azurerm_postgresql_flexible_server_configuration: "
        f'name = "pgaudit.log", value = "read,write", server_id = {POSTGRES.address}.id'
    )


def test_mysql_logs_only_when_told_to():
    server = resource("azurerm_mysql_flexible_server.m", name="m")

    def parameter_(name, value):
        return resource(
            f"azurerm_mysql_flexible_server_configuration.{name}",
            server_name="m",
            name=name,
            value=value,
        )

    sent = setting(id_of(server.address), [{"category": "MySqlAuditLogs"}])
    on, events = parameter_("audit_log_enabled", "ON"), parameter_("audit_log_events", "DML")
    assert wrong(assess(server, sent)) == {(server.address, "audit_log_enabled")}
    assert wrong(assess(server, sent, on)) == {(server.address, "audit_log_enabled")}
    assert assess(server, sent, on, events).outcome is Outcome.PASSED
    (quiet_,) = assess(server, sent, on).findings
    assert 'name = "audit_log_events", value = "CONNECTION,DML,DCL"' in quiet_.remedy
    assert "audit_log_enabled" not in quiet_.remedy
    linked = [
        resource(
            one.address, **{**one.body.values, "server_name": Reference(server.address, "name")}
        )
        for one in (on, events)
    ]
    assert assess(server, sent, *linked).outcome is Outcome.PASSED
    other = resource("azurerm_mysql_flexible_server.other", name="other")
    quiet = setting(id_of(other.address), [{"category": "MySqlAuditLogs"}], name="other")
    assert wrong(assess(server, other, sent, quiet, *linked)) == {
        (other.address, "audit_log_enabled")
    }


# --- other stores -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "category", "other"),
    [
        ("azurerm_key_vault.x", "AuditEvent", "AzurePolicyEvaluationDetails"),
        ("azurerm_eventhub_namespace.x", "RuntimeAuditLogs", "OperationalLogs"),
        ("azurerm_servicebus_namespace.x", "RuntimeAuditLogs", "OperationalLogs"),
        ("azurerm_search_service.x", "OperationLogs", "Metrics"),
        ("azurerm_kubernetes_cluster.x", "kube-audit-admin", "guard"),
        ("azurerm_logic_app_workflow.x", "WorkflowRuntime", "Other"),
        ("azurerm_api_management.x", "GatewayLogs", "WebSocketConnectionLogs"),
        ("azurerm_mssql_managed_instance.x", "SQLSecurityAuditEvents", "DevOpsOperationsAudit"),
    ],
)
def test_each_kind_of_store_has_its_category(address, category, other):
    store = resource(address, name="x")

    def outcome(logs):
        return assess(store, setting(id_of(address), logs)).outcome

    assert outcome([{"category": category}]) is Outcome.PASSED
    assert outcome([{"category": other}]) is Outcome.FAILED
    assert outcome([{"category_group": "allLogs"}]) is Outcome.PASSED
    assert assess(store).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("azurerm_key_vault.x", 'category_group = "audit"'),
        ("azurerm_logic_app_workflow.x", 'category = "WorkflowRuntime"'),
        ("azurerm_kubernetes_cluster.x", 'category = "kube-audit"'),
        ("azurerm_data_factory.x", 'category_group = "allLogs"'),
    ],
)
def test_no_remedy_names_a_group_that_azure_refuses(address, remedy):
    (finding,) = assess(resource(address, name="x")).findings
    assert f"enabled_log {{ {remedy} }}" in finding.remedy
    assert ("group audit" in finding.expected) == ('"audit"' in remedy)


@pytest.mark.parametrize(
    ("values", "category"),
    [
        ({}, "DataPlaneRequests"),
        ({"kind": "MongoDB"}, "MongoRequests"),
        ({"capabilities": [{"name": "EnableCassandra"}]}, "CassandraRequests"),
        (
            {"capabilities": [{"name": "EnableServerless"}, {"name": "EnableTable"}]},
            "TableApiRequests",
        ),
    ],
)
def test_the_api_of_cosmos_decides_the_category(values, category):
    store = resource("azurerm_cosmosdb_account.c", name="c", **values)

    def outcome(name):
        return assess(store, setting(id_of(store.address), [{"category": name}])).outcome

    assert outcome(category) is Outcome.PASSED
    assert outcome("ControlPlaneRequests") is Outcome.FAILED
    assert outcome("DataPlaneRequests5M") is Outcome.FAILED


# --- what cannot be known -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "doubt",
    [
        setting(Unresolvable("module.store.id is not known")),
        logged(logs=Unresolvable("data.azurerm_monitor_diagnostic_categories decides")),
        logged(log_analytics_workspace_id=Unresolvable("var.workspace_id has no value")),
        setting(id_of(A)),
    ],
    ids=["target", "categories", "workspace", "suffix"],
)
def test_what_may_be_logged_is_unknown_and_never_a_pass(doubt):
    verdict = assess(account(), doubt)
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(A, "diagnostic_setting")}


def test_a_lost_target_that_sends_too_little_is_wrong_wherever_it_stands():
    lost = setting(id_of(A), [{"category": "StorageWrite"}])
    assert assess(account(), lost).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("where", "outcome"),
    [
        ("module.monitoring", Outcome.UNKNOWN),
        ("azurerm_monitor_diagnostic_setting.lost", Outcome.UNKNOWN),
        ("azurerm_virtual_network.lost", Outcome.FAILED),
    ],
)
def test_what_could_not_be_read_may_hold_the_setting(where, outcome):
    verdict = assess(account(), gaps=(Gap(where, "not loaded"),))
    assert verdict.outcome is outcome


# --- on the way into the workspace --------------------------------------------------------------


@pytest.mark.parametrize(
    ("quota", "outcome"),
    [
        (-1, Outcome.PASSED),
        (None, Outcome.PASSED),
        (5, Outcome.FAILED),
        (0.5, Outcome.FAILED),
        (0, Outcome.FAILED),
        (Unresolvable("var.quota has no value"), Outcome.UNKNOWN),
    ],
)
def test_a_cap_on_ingestion_is_a_gap(quota, outcome):
    given = {} if quota is None else {"daily_quota_gb": quota}
    capped = normalise(resource(W, name="w", **given))
    assert RESP_01.assess(estate(capped, account(), logged())).outcome is outcome


@pytest.mark.parametrize("plan", ["Basic", "Auxiliary"])
def test_a_table_that_rules_cannot_read_is_a_gap(plan):
    def table(name, plan_):
        return resource(
            "azurerm_log_analytics_workspace_table.t",
            name=name,
            plan=plan_,
            workspace_id=id_of(W),
        )

    assert assess(account(), logged(), table("StorageBlobLogs", plan)).outcome is Outcome.FAILED
    assert (
        assess(account(), logged(), table("StorageBlobLogs", "Analytics")).outcome is Outcome.PASSED
    )
    assert assess(account(), logged(), table("Heartbeat", plan)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("stream", "query", "outcome"),
    [
        ("Microsoft-Table-StorageBlobLogs", "source | where StatusCode != '200'", Outcome.UNKNOWN),
        ("Microsoft-Table-StorageBlobLogs", "source", Outcome.PASSED),
        ("Microsoft-Table-AppTraces", "source | take 1", Outcome.PASSED),
    ],
)
def test_a_transformation_of_the_rows_leaves_it_open_whether_they_arrive(stream, query, outcome):
    rule = resource(
        "azurerm_monitor_data_collection_rule.r",
        kind="WorkspaceTransforms",
        destinations=[{"log_analytics": [{"workspace_resource_id": id_of(W)}]}],
        data_flow=[{"streams": [stream], "transform_kql": query}],
    )
    assert assess(account(), logged(), rule).outcome is outcome


def test_azurerm_3_spellings_are_judged_the_same():
    old = normalise(
        resource(
            "azurerm_monitor_diagnostic_setting.s",
            provider=azurerm(3),
            target_resource_id=id_of(A, suffix=BLOBS),
            log_analytics_workspace_id=id_of(W),
            log=[{"category": "StorageRead"}, {"category": "StorageWrite"},
                 {"category": "StorageDelete", "enabled": False}],
        )
    )  # fmt: skip
    assert assess(account(), old).outcome is Outcome.FAILED


def test_a_setting_made_with_azapi_counts():
    body = {
        "properties": {
            "workspaceId": "${" + W + ".id}",
            "logs": [{"categoryGroup": "audit", "enabled": True}],
        }
    }
    made = resource(
        "azapi_resource.s",
        type="Microsoft.Insights/diagnosticSettings@2021-05-01-preview",
        parent_id=id_of(A, suffix=BLOBS),
        body=Known(body),
    )
    assert assess(account(), made).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("type_", "tier", "argument", "silent"),
    [
        ("azurerm_servicebus_namespace", "Standard", "sku", True),
        ("azurerm_servicebus_namespace", "Premium", "sku", False),
        ("azurerm_eventhub_namespace", "Basic", "sku", True),
        ("azurerm_eventhub_namespace", "Premium", "sku", False),
        ("azurerm_api_management", "Consumption_0", "sku_name", True),
        ("azurerm_api_management", "Basic_1", "sku_name", False),
    ],
)
def test_a_tier_that_writes_no_access_log_is_not_made_to_by_a_setting(
    type_, tier, argument, silent
):
    store = normalise(resource(f"{type_}.s", name="s", **{argument: tier}))
    verdict = assess(store, setting(id_of(f"{type_}.s", suffix="")))
    expected = {(f"{type_}.s", argument)} if silent else set()
    assert wrong(verdict) == expected

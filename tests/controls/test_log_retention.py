from dataclasses import replace

import pytest

from simulator.controls.log_retention.control import RESP_02
from simulator.controls.registry import assess as registered
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Block, Gap, Known, Reference
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    block,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
W = "azurerm_log_analytics_workspace.w"
A, E = "azurerm_storage_account.a", "azurerm_storage_account.evidence"
VAULT, DB = "azurerm_key_vault.v", "azurerm_postgresql_flexible_server.db"
RULE = "azurerm_log_analytics_data_export_rule.r"
C = "azurerm_storage_container.c"
POLICY = "azurerm_storage_container_immutability_policy.p"
TABLE = "azurerm_log_analytics_workspace_table.t"
BLOBS = "am-storagebloblogs"


def made(address, **values):
    return normalise(resource(address, **values))


def workspace(**values):
    return made(W, **{"name": "w", "retention_in_days": 365, "location": "westus2"} | values)


def account(address=A, **values):
    return made(
        address, **{"name": f"st{address.rpartition('.')[2]}", "location": "westus2"} | values
    )


def setting(store, name="s", suffix="/blobServices/default", logs=None, **values):
    return made(
        f"azurerm_monitor_diagnostic_setting.{name}",
        **{
            "target_resource_id": id_of(store, suffix=suffix),
            "log_analytics_workspace_id": id_of(W),
            "enabled_log": logs or [{"category_group": "audit"}],
        }
        | values,
    )


def export(address=RULE, **values):
    return made(
        address,
        **{
            "workspace_resource_id": id_of(W),
            "destination_resource_id": id_of(E),
            "table_names": ["StorageBlobLogs"],
            "enabled": True,
        }
        | values,
    )


def container(name=BLOBS, address=C, **values):
    return made(address, **{"name": name, "storage_account_id": id_of(E)} | values)


def policy(address=POLICY, of=C, **values):
    return made(
        address,
        **{
            "storage_container_resource_manager_id": id_of(of),
            "immutability_period_in_days": 90,
            "locked": True,
            "protected_append_writes_all_enabled": True,
        }
        | values,
    )


EVIDENCE = account(E, tags={"purpose": "evidence"})
GOOD = {
    W: workspace(),
    A: account(),
    "setting": setting(A),
    E: EVIDENCE,
    C: container(),
    POLICY: policy(),
    RULE: export(),
}


def shop(*more, without=(), gaps=(), **changed):
    """The passing estate with some of its resources changed, left out or added."""
    parts = GOOD | {
        {"w": W, "a": A, "e": E, "c": C, "p": POLICY, "r": RULE}[k]: v for k, v in changed.items()
    }
    kept = [part for name, part in parts.items() if name not in without]
    return with_azapi(estate(*kept, *more, gaps=gaps))


def assess(*more, **changed):
    return RESP_02.assess(shop(*more, **changed))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_logs_that_are_kept_and_copied_where_nobody_can_change_them_pass(reader):
    verdict = RESP_02.assess(declared("RESP-02", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


@READERS
def test_everything_that_is_wrong_is_found_once(reader):
    verdict = RESP_02.assess(declared("RESP-02", "fail", reader))
    locked = "azurerm_storage_container_immutability_policy.logs"
    assert wrong(verdict) == {
        ("azurerm_log_analytics_workspace.sec", "retention_in_days"),
        ("azurerm_log_analytics_workspace_table.incidents", "retention_in_days"),
        ("azurerm_log_analytics_data_export_rule.old", "enabled"),
        ("azurerm_monitor_diagnostic_setting.orders", "storage_account_id"),
        (locked, "locked"),
        (locked, "immutability_period_in_days"),
        (locked, "protected_append_writes_all_enabled"),
    }
    places = [(f.address, f.attribute) for f in verdict.findings]
    assert len(places) == len(set(places))


@READERS
def test_a_network_alone_is_not_what_it_is_about(reader):
    verdict = RESP_02.assess(declared("RESP-02", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_log_analytics_workspace" in verdict.looked_at


def test_the_small_shop_passes():
    assert assess().findings == ()


# --- how long ------------------------------------------------------------------------------------


def test_a_workspace_that_says_nothing_keeps_rows_for_thirty_days():
    verdict = assess(w=made(W, name="w"))
    assert wrong(verdict) == {(W, "retention_in_days")}
    (finding,) = verdict.findings
    assert finding.default == "" or "Azure" in finding.actual
    assert "30" in finding.actual
    assert "StorageBlobLogs" in finding.actual


@pytest.mark.parametrize("days", [90, 91, 730, "90"])
def test_ninety_days_are_enough(days):
    assert assess(w=workspace(retention_in_days=days)).findings == ()


@pytest.mark.parametrize("days", [30, 89, "89"])
def test_a_day_less_is_not(days):
    assert wrong(assess(w=workspace(retention_in_days=days))) == {(W, "retention_in_days")}


def test_a_retention_that_cannot_be_read_is_unknown_and_says_what_settles_it():
    verdict = assess(w=workspace(retention_in_days=SOMETHING))
    assert wrong(verdict, unknown=True) == {(W, "retention_in_days")}
    assert "--var-file" in verdict.findings[0].remedy


def table(name="StorageBlobLogs", address=TABLE, **values):
    return made(address, **{"workspace_id": id_of(W), "name": name} | values)


def test_false_positive_a_cheap_workspace_with_long_tables_is_as_good():
    short = workspace(retention_in_days=30)
    assert assess(table(total_retention_in_days=90), w=short).findings == ()
    assert assess(table(retention_in_days=90), w=short).findings == ()


def test_a_long_table_does_not_make_up_for_another():
    verdict = assess(
        table(total_retention_in_days=365),
        setting(E, "e"),
        made("azurerm_sentinel_log_analytics_workspace_onboarding.o", workspace_id=id_of(W)),
        w=workspace(retention_in_days=30),
        r=export(table_names=["StorageBlobLogs", "SecurityAlert", "SecurityIncident"]),
        p=policy(),
    )
    assert (W, "retention_in_days") in wrong(verdict)
    short = next(f for f in verdict.findings if f.address == W)
    assert "SecurityAlert, SecurityIncident" in short.actual
    assert "StorageBlobLogs" not in short.actual


def test_a_table_that_says_less_overrides_its_workspace():
    assert wrong(assess(table(retention_in_days=30))) == {(TABLE, "retention_in_days")}
    both = table(retention_in_days=30, total_retention_in_days=60)
    assert wrong(assess(both)) == {(TABLE, "total_retention_in_days")}


def test_rows_that_move_to_long_term_retention_are_kept_too():
    assert assess(table(retention_in_days=30, total_retention_in_days=90)).findings == ()


@pytest.mark.parametrize("plan", ["Basic", "Auxiliary", "basic"])
def test_a_cheap_plan_keeps_rows_for_thirty_days_whatever_the_workspace_says(plan):
    verdict = assess(table(plan=plan))
    assert wrong(verdict) == {(TABLE, "total_retention_in_days")}
    assert f"on the {plan} plan" in verdict.findings[0].actual
    assert assess(table(plan=plan, total_retention_in_days=90)).findings == ()


def test_a_table_of_another_workspace_or_of_no_security_log_is_nobodys_business():
    other = table(workspace_id=id_of("azurerm_log_analytics_workspace.x"), retention_in_days=7)
    assert assess(other).findings == ()
    assert assess(table("Perf", retention_in_days=7)).findings == ()


def test_azure_keeps_the_activity_log_for_ninety_days_by_itself():
    activity = made(
        "azurerm_monitor_diagnostic_setting.activity",
        target_resource_id="/subscriptions/0",
        log_analytics_workspace_id=id_of(W),
        enabled_log=[{"category": "Administrative"}],
    )
    short = workspace(retention_in_days=30)
    assert assess(activity, table(total_retention_in_days=90), w=short).findings == ()


def test_in_arms_words_a_table_that_says_minus_one_says_nothing():
    assert assess(table(retention_in_days=-1, total_retention_in_days=-1)).findings == ()


def test_a_table_without_a_name_may_be_the_one_that_is_kept():
    verdict = assess(table(SOMETHING, retention_in_days=365), w=workspace(retention_in_days=30))
    assert wrong(verdict, unknown=True) == {(W, "retention_in_days")}


PURGE = "immediate_data_purge_on_30_days_enabled"


def test_rows_are_not_purged_on_the_day_they_turn_thirty():
    def purged(flag, days):
        table = made(
            TABLE, name="StorageBlobLogs", workspace_id=id_of(W), total_retention_in_days=365
        )
        return assess(table, w=workspace(retention_in_days=days, **{PURGE: flag}))

    assert wrong(purged(True, 30)) == {(W, PURGE)}
    assert purged(False, 30).findings == ()
    assert purged(True, 31).findings == ()  # it acts at 30 days alone
    assert wrong(purged(SOMETHING, 30), unknown=True) == {(W, PURGE)}
    (finding,) = purged(True, 30).findings
    assert finding.remedy == f"{PURGE} = false"


def test_a_daily_quota_drops_rows():
    for cap in (5, 0):
        assert wrong(assess(w=workspace(daily_quota_gb=cap))) == {(W, "daily_quota_gb")}
    assert wrong(assess(w=workspace(daily_quota_gb=SOMETHING)), unknown=True) == {
        (W, "daily_quota_gb")
    }
    assert assess(w=workspace(daily_quota_gb=-1)).findings == ()


# --- the copy ------------------------------------------------------------------------------------


def test_a_workspace_that_nothing_is_copied_from_fails_at_the_workspace():
    assert wrong(assess(without=(RULE,))) == {(W, "data_export_rule")}


def test_a_workspace_alone_has_to_be_copied_too():
    assert wrong(RESP_02.assess(estate(workspace()))) == {(W, "data_export_rule")}


def test_a_rule_that_nobody_switched_on_exports_nothing():
    values = {"workspace_resource_id": id_of(W), "destination_resource_id": id_of(E)}
    rule = made(RULE, table_names=["StorageBlobLogs"], **values)
    verdict = assess(r=rule)
    assert wrong(verdict) == {(RULE, "enabled")}
    assert "default" in verdict.findings[0].default
    assert wrong(assess(r=export(enabled=SOMETHING)), unknown=True) == {(RULE, "enabled")}


def test_a_table_that_the_rule_leaves_out_is_named():
    verdict = assess(r=export(table_names=["Heartbeat"]))
    assert wrong(verdict) == {(RULE, "table_names")}
    assert "StorageBlobLogs" in verdict.findings[0].actual
    assert verdict.findings[0].remedy == 'table_names = ["StorageBlobLogs", ...]'


def test_a_list_of_tables_that_cannot_be_read_is_unknown():
    verdict = assess(r=export(table_names=SOMETHING))
    assert wrong(verdict, unknown=True) == {(RULE, "table_names")}


def test_two_rules_together_may_export_what_is_needed():
    other = export("azurerm_log_analytics_data_export_rule.other", table_names=["Heartbeat"])
    assert assess(other).findings == ()


def test_an_event_hub_is_no_place_to_keep_evidence():
    hub = made("azurerm_eventhub_namespace.hub", name="hub", tags={"pii": "false"})
    verdict = assess(hub, r=export(destination_resource_id=id_of(hub.address)))
    assert wrong(verdict) == {(RULE, "destination_resource_id")}


def test_an_account_outside_is_unknown():
    outside = (
        "/subscriptions/0/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/central"
    )
    verdict = assess(r=export(destination_resource_id=outside))
    assert wrong(verdict, unknown=True) == {(RULE, "destination_resource_id")}


def test_a_rule_whose_workspace_cannot_be_told_leaves_it_open():
    verdict = assess(r=export(workspace_resource_id=SOMETHING))
    assert wrong(verdict, unknown=True) == {(W, "data_export_rule")}


def test_sentinels_own_tables_are_evidence_too():
    on = made("azurerm_sentinel_log_analytics_workspace_onboarding.o", workspace_id=id_of(W))
    verdict = assess(on)
    assert wrong(verdict) == {(RULE, "table_names")}
    assert "SecurityAlert, SecurityIncident" in verdict.findings[0].actual


def test_false_negative_a_container_that_the_export_never_writes_to():
    verdict = assess(c=container("logs"))
    assert wrong(verdict) == {(E, "immutability_policy")}
    assert BLOBS in verdict.findings[0].actual


def test_a_container_without_a_policy_fails_where_it_stands():
    assert wrong(assess(without=(POLICY,))) == {(C, "immutability_policy")}


@pytest.mark.parametrize(
    ("changed", "attribute"),
    [
        ({"locked": False}, "locked"),
        ({"immutability_period_in_days": 89}, "immutability_period_in_days"),
        ({"protected_append_writes_all_enabled": False}, "protected_append_writes_all_enabled"),
    ],
)
def test_each_term_of_the_policy_counts(changed, attribute):
    assert wrong(assess(p=policy(**changed))) == {(POLICY, attribute)}
    unread = dict.fromkeys(changed, SOMETHING)
    assert wrong(assess(p=policy(**unread)), unknown=True) == {(POLICY, attribute)}


def test_a_locked_period_is_raised_in_azure_first_because_azurerm_refuses_to():
    (locked,) = assess(p=policy(immutability_period_in_days=30)).findings
    assert locked.remedy.startswith("immutability_period_in_days = 90, after az storage container")
    trial = account(E, tags={"purpose": "evidence", "environment": "test"})
    unlocked = policy(immutability_period_in_days=30, locked=False)
    (free,) = assess(e=trial, p=unlocked).findings
    assert free.remedy == "immutability_period_in_days = 90"


def test_false_negative_a_lock_is_no_immutability():
    lock = made("azurerm_management_lock.l", name="l", scope=id_of(E), lock_level="CanNotDelete")
    assert wrong(assess(lock, without=(POLICY,))) == {(C, "immutability_policy")}


def test_either_kind_of_append_lets_the_export_write():
    appends = {
        "protected_append_writes_all_enabled": False,
        "protected_append_writes_enabled": True,
    }
    assert assess(p=policy(**appends)).findings == ()


def test_of_the_two_kinds_of_append_one_that_is_on_is_enough_whatever_the_other():
    appends = {
        "protected_append_writes_all_enabled": SOMETHING,
        "protected_append_writes_enabled": True,
    }
    assert assess(p=policy(**appends)).findings == ()


def test_false_positive_a_trial_cannot_be_locked_for_good():
    trial = account(E, tags={"purpose": "evidence", "environment": "test"})
    assert assess(e=trial, p=policy(locked=False)).findings == ()
    assert wrong(assess(e=trial, p=policy(locked=False, immutability_period_in_days=1))) == {
        (POLICY, "immutability_period_in_days")
    }


def test_a_policy_over_a_container_that_cannot_be_told_leaves_it_open():
    verdict = assess(p=policy(storage_container_resource_manager_id=SOMETHING))
    assert wrong(verdict, unknown=True) == {(C, "immutability_policy")}
    assert POLICY in verdict.findings[0].actual


ACCOUNT_WIDE = {
    "state": "Locked",
    "period_since_creation_in_days": 365,
    "allow_protected_append_writes": True,
}


def worm(**values):
    return account(E, tags={"purpose": "evidence"}, immutability_policy=[ACCOUNT_WIDE | values])


def test_an_account_that_is_locked_as_a_whole_needs_no_containers():
    assert assess(e=worm(), without=(C, POLICY)).findings == ()


@pytest.mark.parametrize(
    ("changed", "attribute"),
    [
        ({"state": "Unlocked"}, "state"),
        ({"state": "Disabled"}, "state"),
        ({"period_since_creation_in_days": 7}, "period_since_creation_in_days"),
        ({"allow_protected_append_writes": False}, "allow_protected_append_writes"),
    ],
)
def test_an_account_that_is_not_locked_fails_unless_its_containers_are(changed, attribute):
    verdict = assess(e=worm(**changed), without=(C, POLICY))
    assert wrong(verdict) == {(E, f"immutability_policy.{attribute}")}
    assert assess(e=worm(**changed)).findings == ()


def test_a_container_that_is_not_locked_lies_in_an_account_that_is():
    assert assess(e=worm(), p=policy(locked=False)).findings == ()


def test_false_negative_an_export_that_cannot_arrive():
    far = account(E, tags={"purpose": "evidence"}, location="eastus")
    assert wrong(assess(e=far)) == {(RULE, "destination_resource_id")}
    premium = account(E, tags={"purpose": "evidence"}, account_tier="Premium")
    assert wrong(assess(e=premium)) == {(E, "account_tier")}
    shut = [{"default_action": "Deny", "bypass": ["Logging"]}]
    closed = account(E, tags={"purpose": "evidence"}, network_rules=shut)
    assert wrong(assess(e=closed)) == {(E, "network_rules.bypass")}


def test_regions_are_compared_as_azure_does():
    same = account(E, tags={"purpose": "evidence"}, location="West US 2")
    assert assess(e=same).findings == ()


# --- what cannot be exported ---------------------------------------------------------------------

PG = made(DB, name="db")
PG_LOG = setting(DB, "pg", suffix="", logs=[{"category": "PostgreSQLLogs"}])
PG_BOX = container("insights-logs-postgresqllogs", "azurerm_storage_container.pg")
PG_LOCK = policy("azurerm_storage_container_immutability_policy.pg", PG_BOX.address)


def test_false_negative_a_rule_may_name_azure_diagnostics_and_exports_nothing_of_it():
    verdict = assess(PG, PG_LOG, r=export(table_names=["StorageBlobLogs", "AzureDiagnostics"]))
    assert wrong(verdict) == {(PG_LOG.address, "storage_account_id")}


def test_a_setting_may_write_the_copy_itself():
    to_storage = setting(
        DB, "pg", suffix="", logs=[{"category": "PostgreSQLLogs"}], storage_account_id=id_of(E)
    )
    assert assess(PG, to_storage, PG_BOX, PG_LOCK).findings == ()
    assert wrong(assess(PG, to_storage, PG_BOX)) == {(PG_BOX.address, "immutability_policy")}
    central = replace(
        to_storage, body=Block(dict(to_storage.body.values) | {"storage_account_id": SOMETHING})
    )
    assert wrong(assess(PG, central), unknown=True) == {(PG_LOG.address, "storage_account_id")}


def test_a_workspace_of_which_every_log_is_written_to_storage_needs_no_export():
    to_storage = setting(
        DB, "pg", suffix="", logs=[{"category": "PostgreSQLLogs"}], storage_account_id=id_of(E)
    )
    parts = (workspace(), PG, to_storage, EVIDENCE, PG_BOX, PG_LOCK)
    assert RESP_02.assess(estate(*parts)).findings == ()


def test_a_second_copy_that_anybody_may_change_does_no_harm():
    twice = setting(A, storage_account_id=id_of(E))
    parts = [part for name, part in GOOD.items() if name != "setting"]
    assert RESP_02.assess(estate(*parts, twice)).findings == ()


def test_dedicated_rows_of_postgresql_have_a_table_that_is_exported():
    dedicated = setting(
        DB,
        "pg",
        suffix="",
        logs=[{"category": "PostgreSQLLogs"}],
        log_analytics_destination_type="Dedicated",
    )
    rule = export(table_names=["StorageBlobLogs", "PGSQLServerLogs"])
    box = container("am-pgsqlserverlogs", "azurerm_storage_container.pg")
    lock = policy("azurerm_storage_container_immutability_policy.pg", box.address)
    assert assess(PG, dedicated, box, lock, r=rule).findings == ()


def test_a_vault_that_does_not_say_where_its_rows_go_is_unknown():
    vault = made(VAULT, name="v")
    log = setting(VAULT, "v", suffix="", logs=[{"category": "AuditEvent"}])
    verdict = assess(vault, log)
    assert wrong(verdict, unknown=True) == {(log.address, "storage_account_id")}
    assert "AZKVAuditLogs or AzureDiagnostics" in verdict.findings[0].actual


def test_sql_auditing_may_write_to_storage_itself():
    server = made("azurerm_mssql_server.s", name="s")
    database = made("azurerm_mssql_database.d", name="d", server_id=id_of(server.address))
    log = setting(database.address, "d", "", [{"category": "SQLSecurityAuditEvents"}])
    auditing = made(
        "azurerm_mssql_server_extended_auditing_policy.s",
        server_id=id_of(server.address),
        storage_endpoint=Reference(E, "primary_blob_endpoint"),
    )
    box = container("sqldbauditlogs", "azurerm_storage_container.sql")
    lock = policy("azurerm_storage_container_immutability_policy.sql", box.address)
    assert assess(server, database, log, auditing, box, lock).findings == ()
    off = made(auditing.address, **dict(auditing.body.values) | {"enabled": False})
    assert wrong(assess(server, database, log, off, box, lock)) == {
        (log.address, "storage_account_id")
    }
    assert wrong(assess(server, database, log)) == {(log.address, "storage_account_id")}


def test_a_store_that_is_said_to_hold_nothing_personal_needs_no_copy():
    harmless = made(DB, name="db", tags={"pii": "false"})
    assert assess(harmless, PG_LOG).findings == ()


# --- nowhere, and elsewhere ----------------------------------------------------------------------


def test_stores_without_any_workspace_fail():
    verdict = RESP_02.assess(estate(account()))
    assert wrong(verdict) == {(A, "azurerm_log_analytics_workspace")}


def test_stores_that_log_to_an_event_hub_alone_are_unknown():
    log = made(
        "azurerm_monitor_diagnostic_setting.s",
        target_resource_id=id_of(A, suffix="/blobServices/default"),
        eventhub_authorization_rule_id="/subscriptions/0/x",
        enabled_log=[{"category_group": "audit"}],
    )
    verdict = RESP_02.assess(estate(account(), log))
    assert wrong(verdict, unknown=True) == {(A, "azurerm_log_analytics_workspace")}


@pytest.mark.parametrize(
    "link", [SOMETHING, "/subscriptions/0/resourceGroups/x/providers/y/workspaces/central"]
)
def test_a_workspace_of_another_configuration_is_unknown(link):
    log = setting(A, log_analytics_workspace_id=link)
    verdict = RESP_02.assess(estate(account(), log))
    assert wrong(verdict, unknown=True) == {(log.address, "log_analytics_workspace_id")}


def test_what_is_missing_may_be_in_a_part_that_could_not_be_read():
    gap = Gap("module.central", "the module is not there")
    verdict = assess(without=(RULE,), gaps=(gap,))
    assert wrong(verdict, unknown=True) == {(W, "data_export_rule")}


def test_a_sub_service_that_a_plan_has_lost_does_not_decide_where_all_are_copied():
    lost = setting(A, suffix=None)
    parts = [part for name, part in GOOD.items() if name != "setting"]
    assert RESP_02.assess(estate(*parts, lost)).findings == ()


def test_a_table_that_may_be_fed_and_is_not_copied_is_unknown():
    parts = [part for name, part in GOOD.items() if name not in {"setting", RULE}]
    other = export(table_names=["Heartbeat"])
    verdict = RESP_02.assess(estate(*parts, setting(A, suffix=None), other))
    assert wrong(verdict, unknown=True) == {(RULE, "table_names")}
    assert not wrong(verdict)


# --- spellings -----------------------------------------------------------------------------------


def of_version(major, address, **values):
    return normalise(resource(address, provider=azurerm(major), **values))


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_major_version_is_read(major):
    lock = of_version(
        major,
        POLICY,
        storage_container_resource_manager_id=Reference(C, "resource_manager_id"),
        immutability_period_in_days=90,
        locked=True,
        protected_append_writes_enabled=True,
    )
    box = of_version(major, C, name=BLOBS, storage_account_name=Reference(E, "name"))
    assert assess(p=lock, c=box).findings == ()
    rule = of_version(
        major,
        RULE,
        workspace_resource_id=id_of(W),
        destination_resource_id=id_of(E),
        table_names=["StorageBlobLogs"],
    )
    assert wrong(assess(r=rule)) == {(RULE, "enabled")}


def test_a_policy_may_name_its_container_below_the_account():
    of = id_of(E, suffix=f"/blobServices/default/containers/{BLOBS}")
    assert assess(p=policy(storage_container_resource_manager_id=of), without=(C,)).findings == ()
    text = (
        "/subscriptions/0/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/stevidence"
        f"/blobServices/default/containers/{BLOBS}"
    )
    assert assess(p=policy(storage_container_resource_manager_id=text), without=(C,)).findings == ()


def azapi(address, kind, parent, name, properties):
    return resource(
        f"azapi_resource.{address}",
        type=f"{kind}@2023-05-01",
        name=name,
        parent_id=parent,
        body=Block({"properties": block(**properties)}),
    )


def azapi_shop(**changed):
    workspaces, accounts = "Microsoft.OperationalInsights/workspaces", "Microsoft.Storage"
    terms = {
        "immutabilityPeriodSinceCreationInDays": 90,
        "state": "Locked",
        "allowProtectedAppendWritesAll": True,
    }
    parts = [
        azapi("w", workspaces, "/subscriptions/0/resourceGroups/x", "w", {"retentionInDays": 90}),
        azapi(
            "r",
            f"{workspaces}/dataExports",
            id_of("azapi_resource.w"),
            "r",
            {
                "destination": block(resourceId=id_of(E)),
                "tableNames": ["StorageBlobLogs"],
                "enable": True,
            },
        ),
        azapi(
            "p",
            f"{accounts}/storageAccounts/blobServices/containers/immutabilityPolicies",
            id_of(C),
            "default",
            terms | changed,
        ),
    ]
    log = setting(A, log_analytics_workspace_id=id_of("azapi_resource.w"))
    return from_azapi(GOOD[A], EVIDENCE, GOOD[C], log, *parts)


def test_azapi_says_the_same_and_is_told_in_its_own_words():
    assert RESP_02.assess(azapi_shop()).findings == ()
    verdict = registered(RESP_02, azapi_shop(state="Unlocked"))
    assert wrong(verdict) == {("azapi_resource.p", "body.properties.state")}


HOSTILE = ('a"b', "<script>alert(1)</script>", "x\ny", "${evil}", "z" * 5000, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_not_crash(name):
    verdict = RESP_02.assess(
        with_azapi(
            estate(
                workspace(name=name, retention_in_days=name),
                account(name=name),
                setting(A, storage_account_id=name),
                account(E, name=name, location=name),
                container(name),
                policy(storage_container_resource_manager_id=name),
                export(table_names=[name], destination_resource_id=name),
                table(name, retention_in_days=name),
            )
        )
    )
    assert verdict.outcome is not Outcome.PASSED
    assert all("\n" not in f.actual for f in verdict.findings)


def test_the_finding_stands_at_its_line_and_cites():
    verdict = RESP_02.assess(declared("RESP-02", "fail", "hcl"))
    for finding in verdict.findings:
        assert finding.origin.line
        assert "11 CCR 7123(c)(7)" in finding.why
        assert Known(finding.remedy)

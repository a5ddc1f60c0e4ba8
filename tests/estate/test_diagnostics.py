import pytest

from simulator.estate.azapi import with_azapi
from simulator.estate.diagnostics import feeds, maybe_fed, tables_fed, unplaced
from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from simulator.estate.provider import normalise
from simulator.estate.workspaces import sentinel_workspaces
from tests.controls.build import azurerm, estate, id_of, resource

A, V, C = "azurerm_storage_account.a", "azurerm_key_vault.v", "azurerm_cosmosdb_account.c"
ACCOUNT = resource(A, name="sta", id=f"/subscriptions/s/storageAccounts/{A[-1]}")
STORES = (ACCOUNT, resource(V), resource(C), resource("azurerm_mssql_database.d"))
W = "azurerm_log_analytics_workspace.w"
WORKSPACE = resource(W, name="w")
AUDIT = [{"category_group": "audit"}]


def setting(target, name="s", workspace=W, logs=AUDIT, **values):
    link = {} if workspace is None else {"log_analytics_workspace_id": id_of(workspace)}
    return normalise(
        resource(
            f"azurerm_monitor_diagnostic_setting.{name}",
            target_resource_id=target,
            enabled_log=logs,
            **link | values,
        )
    )


def shop(*resources):
    return estate(WORKSPACE, *STORES, *resources)


def fed(*resources, workspace=W):
    return {
        table: [source.address for source in sources]
        for table, sources in tables_fed(shop(*resources), workspace).items()
    }


@pytest.mark.parametrize(
    ("suffix", "service"),
    [
        ("/blobServices/default", "blobServices"),
        ("/blobservices/default/", "blobServices"),
        ("/BLOBSERVICES/DEFAULT", "blobServices"),
        ("/fileServices/default", "fileServices"),
        ("", ""),
        ("/", ""),
        (None, None),
    ],
)
def test_the_service_is_what_follows_the_account(suffix, service):
    (feed,) = feeds(shop(setting(id_of(A, suffix=suffix))))
    assert (feed.store.address, feed.service) == (A, service)


def test_a_literal_target_is_matched_with_the_account_whose_id_it_begins_with():
    (feed,) = feeds(shop(setting("/subscriptions/s/storageAccounts/a/blobServices/default")))
    assert (feed.store.address, feed.service) == (A, "blobServices")


def test_categories_groups_workspace_and_setting_are_told():
    logs = [{"category": "StorageRead"}, {"category": "StorageWrite"}, {"category_group": "audit"}]
    (feed,) = feeds(shop(setting(id_of(A, suffix="/blobServices/default"), logs=logs)))
    assert feed.categories == {"StorageRead", "StorageWrite"}
    assert feed.groups == {"audit"}
    assert feed.workspace == W
    assert feed.setting.name == "s"
    assert feed.unread == ""


def test_categories_are_carried_by_name_or_by_group():
    def carries(*logs):
        (feed,) = feeds(shop(setting(id_of(A, suffix="/blobServices/default"), logs=list(logs))))
        return feed.carries("StorageRead", "StorageDelete")

    assert not carries({"category": "StorageRead"})
    assert carries({"category": "storageread"}, {"category": "StorageDelete"})
    assert carries({"category_group": "allLogs"})
    assert not carries({"category_group": "metrics"})


def test_a_log_that_azurerm_3_switches_off_is_off():
    old = normalise(
        resource(
            "azurerm_monitor_diagnostic_setting.old",
            provider=azurerm(3),
            target_resource_id=id_of(A, suffix="/blobServices/default"),
            log_analytics_workspace_id=id_of(W),
            log=[
                {"category": "StorageRead", "enabled": False},
                {"category": "StorageWrite", "enabled": True},
                {"category": "StorageDelete"},
            ],
        )
    )
    (feed,) = feeds(shop(old))
    assert feed.categories == {"StorageWrite", "StorageDelete"}


@pytest.mark.parametrize("logs", [Unresolvable("data decides"), [{"category": Reference("x.y")}]])
def test_unknown_categories_are_told(logs):
    (feed,) = feeds(shop(setting(id_of(A, suffix="/blobServices/default"), logs=logs)))
    assert feed.unread
    assert "StorageBlobLogs" in maybe_fed(shop(feed.setting), W)


@pytest.mark.parametrize(
    ("workspace", "expected"),
    [
        (id_of(W), W),
        (Omitted(), ""),
        (Unresolvable("var.w has no value"), None),
        ("/Subscriptions/S/Workspaces/W", "/subscriptions/s/workspaces/w"),
    ],
)
def test_where_the_logs_go(workspace, expected):
    (feed,) = feeds(shop(setting(id_of(V), workspace=None, log_analytics_workspace_id=workspace)))
    assert feed.workspace == expected


def test_other_destinations_are_named():
    eventhub = setting(id_of(V), workspace=None, eventhub_authorization_rule_id="x")
    (feed,) = feeds(shop(eventhub))
    assert (feed.workspace, feed.elsewhere) == ("", ("an Event Hub",))


def test_a_setting_whose_target_cannot_be_told_feeds_nothing_for_sure():
    lost = setting(Unresolvable("module.store.id is not known"))
    assert feeds(shop(lost)) == ()
    assert [s.address for s in unplaced(shop(lost))] == [lost.address]
    assert fed(lost) == {}
    assert "AZKVAuditLogs" in maybe_fed(shop(lost), W)


def test_a_setting_made_with_azapi_is_read():
    body = {
        "properties": {
            "workspaceId": "${" + W + ".id}",
            "logs": [
                {"category": "StorageRead", "enabled": True},
                {"category": "StorageWrite", "enabled": False},
                {"categoryGroup": "audit", "enabled": True},
            ],
        }
    }
    made = resource(
        "azapi_resource.s",
        type="Microsoft.Insights/diagnosticSettings@2021-05-01-preview",
        parent_id=id_of(A, suffix="/blobServices/default"),
        body=Known(body),
    )
    (feed,) = feeds(with_azapi(shop(made)))
    assert (feed.service, feed.workspace) == ("blobServices", W)
    assert (feed.categories, feed.groups) == ({"StorageRead"}, {"audit"})


# --- tables -------------------------------------------------------------------------------------


def test_each_sub_service_has_its_table():
    target = id_of(A, suffix="/fileServices/default")
    assert fed(setting(target)) == {"StorageFileLogs": [A]}


def test_a_setting_on_the_account_itself_feeds_no_table():
    assert fed(setting(id_of(A, suffix=""))) == {}


def test_a_lost_suffix_may_feed_any_storage_table_and_feeds_none_for_sure():
    lost = setting(id_of(A))
    assert fed(lost) == {}
    assert {"StorageBlobLogs", "StorageQueueLogs"} <= maybe_fed(shop(lost), W)
    assert "AZKVAuditLogs" not in maybe_fed(shop(lost), W)


def test_nothing_may_be_fed_by_settings_that_are_known():
    known = setting(id_of(A, suffix="/blobServices/default"))
    assert maybe_fed(shop(known), W) == frozenset()


def test_another_workspace_gets_nothing():
    assert fed(setting(id_of(V)), workspace="azurerm_log_analytics_workspace.other") == {}


def test_workspaces_that_cannot_be_told_are_not_one_and_the_same():
    unknown = setting(
        id_of(V), workspace=None, log_analytics_workspace_id=Unresolvable("var.w has no value")
    )
    assert fed(unknown) == {}
    assert "AzureDiagnostics" in maybe_fed(shop(unknown), W)


@pytest.mark.parametrize(
    ("destination", "tables"),
    [
        ("Dedicated", {"AZKVAuditLogs"}),
        ("AzureDiagnostics", {"AzureDiagnostics"}),
        (Omitted(), {"AZKVAuditLogs", "AzureDiagnostics"}),
    ],
)
def test_the_destination_type_decides_the_table_of_a_vault(destination, tables):
    assert set(fed(setting(id_of(V), log_analytics_destination_type=destination))) == tables


def test_the_tables_of_cosmos_are_dedicated_only_if_it_says_so():
    logs = [{"category": "DataPlaneRequests"}]
    dedicated = setting(id_of(C), logs=logs, log_analytics_destination_type="Dedicated")
    assert set(fed(dedicated)) == {"CDBDataPlaneRequests"}
    assert set(fed(setting(id_of(C), logs=logs))) == {"AzureDiagnostics"}


def test_sql_audit_rows_land_in_azure_diagnostics():
    logs = [{"category": "SQLSecurityAuditEvents"}]
    target = id_of("azurerm_mssql_database.d")
    assert fed(setting(target, logs=logs)) == {"AzureDiagnostics": ["azurerm_mssql_database.d"]}


@pytest.mark.parametrize(
    "target",
    [
        id_of("data.azurerm_subscription.current"),
        id_of("module.m.data.azurerm_subscription.current"),
        "/subscriptions/00000000-0000-0000-0000-000000000001",
        Reference(
            "data.azurerm_client_config.c",
            "subscription_id",
            "/subscriptions/${data.azurerm_client_config.c.subscription_id}",
        ),
    ],
)
def test_a_setting_on_the_subscription_feeds_the_activity_log(target):
    made = setting(target, logs=[{"category": "Administrative"}])
    assert fed(made) == {"AzureActivity": [made.address]}
    assert unplaced(shop(made)) == ()


def test_entra_flow_logs_and_connectors_feed_their_tables():
    entra = resource(
        "azurerm_monitor_aad_diagnostic_setting.e",
        log_analytics_workspace_id=id_of(W),
        enabled_log=[{"category": "SignInLogs"}, {"category": "AuditLogs"}],
    )
    flow = resource(
        "azurerm_network_watcher_flow_log.f",
        traffic_analytics=[{"enabled": True, "workspace_resource_id": id_of(W)}],
    )
    connector = resource(
        "azurerm_sentinel_data_connector_azure_security_center.d",
        log_analytics_workspace_id=id_of(W),
    )
    office = resource(
        "azurerm_sentinel_data_connector_office_365.o", log_analytics_workspace_id=id_of(W)
    )
    assert set(fed(entra, flow, connector, office)) == {
        "SigninLogs",
        "AuditLogs",
        "NTANetAnalytics",
        "SecurityAlert",
    }


# --- Sentinel's workspaces ----------------------------------------------------------------------


def test_sentinel_is_on_where_it_is_onboarded_and_nowhere_else():
    onboarding = resource(
        "azurerm_sentinel_log_analytics_workspace_onboarding.o", workspace_id=id_of(W)
    )
    assert sentinel_workspaces(shop()) == {}
    assert set(sentinel_workspaces(shop(onboarding))) == {W}


def test_the_legacy_solution_is_sentinel_only_by_its_name():
    def solution(name):
        return resource(
            "azurerm_log_analytics_solution.s",
            solution_name=name,
            workspace_resource_id=id_of(W),
        )

    assert set(sentinel_workspaces(shop(solution("SecurityInsights")))) == {W}
    assert sentinel_workspaces(shop(solution("ContainerInsights"))) == {}

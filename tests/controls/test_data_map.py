"""RESP-11: whether every store of personal information is in the data map."""

import pytest

from simulator.controls.data_map.control import RESP_11
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

ACCOUNT, STORE, SOURCE, SCAN, TRIGGER = (
    "azurerm_purview_account.map",
    "azurerm_storage_account.customers",
    "azapi_data_plane_resource.source",
    "azapi_data_plane_resource.scan",
    "azapi_data_plane_resource.trigger",
)
HOST = "pview-shop.purview.azure.com/scan"
KIND = "Microsoft.Purview/accounts/Scanning/datasources"


def account(**values):
    given = {
        "name": "pview-shop",
        "public_network_enabled": False,
        "identity": [{"type": "SystemAssigned"}],
    }
    return resource(ACCOUNT, **{**given, **values})


def endpoint(*groups):
    connection = {
        "private_connection_resource_id": id_of(ACCOUNT, suffix=""),
        "subresource_names": list(groups),
    }
    return resource("azurerm_private_endpoint.map", private_service_connection=[connection])


def store(address=STORE, **values):
    return resource(address, **{"name": "stcustomers", "tags": {"pii": "true"}, **values})


def source(address=SOURCE, *, properties=None, kind="AzureStorage", **values):
    given = {
        "type": f"{KIND}@2023-09-01",
        "parent_id": HOST,
        "name": "customers",
        "body": {
            "kind": kind,
            "properties": properties or {"resourceId": id_of(STORE, suffix="")},
        },
    }
    return resource(address, **{**given, **values})


def scan(address=SCAN, *, kind="AzureStorageMsi", properties=None, **values):
    given = {
        "type": f"{KIND}/scans@2023-09-01",
        "parent_id": f"{HOST}/datasources/customers",
        "name": "all",
        "body": {"kind": kind, "properties": {"scanRulesetType": "System", **(properties or {})}},
    }
    return resource(address, **{**given, **values})


def trigger(frequency="Week", interval=1, **values):
    given = {
        "type": f"{KIND}/scans/triggers@2023-09-01",
        "parent_id": f"{HOST}/datasources/customers/scans/all",
        "name": "default",
        "body": {
            "properties": {"recurrence": {"frequency": frequency, "interval": interval}},
        },
    }
    return resource(TRIGGER, **{**given, **values})


def role(scope=STORE, **values):
    return resource(
        "azurerm_role_assignment.map",
        **{
            "scope": id_of(scope),
            "role_definition_name": "Storage Blob Data Reader",
            "principal_id": id_of(ACCOUNT, "identity[0].principal_id"),
            **values,
        },
    )


PARTS = {
    "account": account(),
    "endpoint": endpoint("account"),
    "store": store(),
    "source": source(),
    "scan": scan(),
    "trigger": trigger(),
    "role": role(),
}


def shop(**changes):
    return estate(*(part for part in {**PARTS, **changes}.values() if part is not None))


def verdict_of(held):
    return assess(RESP_11, held)


@pytest.mark.parametrize("reader", ["hcl", "plan"])
@pytest.mark.parametrize(
    ("case", "outcome"),
    [("pass", Outcome.PASSED), ("fail", Outcome.FAILED), ("absent", Outcome.NOT_APPLICABLE)],
)
def test_the_small_estates(case, outcome, reader):
    verdict = verdict_of(declared("RESP-11", case, reader))
    assert verdict.outcome is outcome, verdict.findings


@pytest.mark.parametrize("reader", ["hcl", "plan"])
def test_what_is_wrong_with_the_failing_one(reader):
    assert wrong(verdict_of(declared("RESP-11", "fail", reader))) == {
        (ACCOUNT, "public_network_enabled"),
        ("azurerm_postgresql_flexible_server.loyalty", "purview_source"),
        ("azapi_data_plane_resource.archive", "scan.azurerm_storage_account.archive"),
        ("azapi_data_plane_resource.once", "body.properties.recurrence"),
        ("azapi_data_plane_resource.customers", f"role_assignment.{STORE}"),
    }


def test_a_map_of_the_store_passes():
    assert verdict_of(shop()).outcome is Outcome.PASSED


@pytest.mark.parametrize("change", [{}, {"scan": None}, {"account": account(name=SOMETHING)}])
def test_loss_prevention_is_never_passed_and_always_said(change):
    verdict = verdict_of(shop(**change))
    assert any("Get-DlpCompliancePolicy" in note for note in verdict.notes)
    assert "loss prevention" not in RESP_11.title.casefold()
    assert any("loss prevention" in text for text in RESP_11.cannot_show)


# --- the account ----------------------------------------------------------------------------------


def test_the_presence_of_an_account_is_no_pass():
    verdict = verdict_of(estate(account(), endpoint("account"), store()))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(STORE, "purview_source")}
    assert "portal" in verdict.findings[0].actual


def test_a_public_account_fails():
    public = account(public_network_enabled=True)
    assert wrong(verdict_of(shop(account=public))) == {(ACCOUNT, "public_network_enabled")}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (endpoint("account", "portal"), Outcome.PASSED),
        (endpoint("platform"), Outcome.PASSED),
        (endpoint("portal"), Outcome.UNKNOWN),
        (None, Outcome.UNKNOWN),
    ],
)
def test_a_closed_account_is_reached_through_an_endpoint(change, outcome):
    assert verdict_of(shop(endpoint=change)).outcome is outcome


def test_without_an_account_the_group_of_the_stores_is_told():
    group = resource("azurerm_resource_group.data", name="rg-data")
    held = estate(group, store(resource_group_name="rg-data"))
    assert wrong(verdict_of(held)) == {("azurerm_resource_group.data", "azurerm_purview_account")}
    assert wrong(verdict_of(estate(store()))) == {(STORE, "azurerm_purview_account")}


def test_the_account_of_a_whole_tenant_is_declared_elsewhere():
    right = resource("azurerm_role_assignment.purview_scan", scope=id_of(STORE), principal_id="p")
    verdict = verdict_of(estate(store(), right))
    assert verdict.outcome is Outcome.UNKNOWN
    verdict = verdict_of(shop(account=None, endpoint=None))
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_module_that_could_not_be_read_may_hold_the_account():
    gap = Gap("module.governance", "its source could not be loaded")
    assert verdict_of(estate(store(), gaps=(gap,))).outcome is Outcome.UNKNOWN


# --- sources --------------------------------------------------------------------------------------


def test_a_second_store_has_to_be_registered_too():
    more = store("azurerm_storage_account.more", name="stmore")
    verdict = verdict_of(shop(more=more))
    assert wrong(verdict) == {("azurerm_storage_account.more", "purview_source")}
    unmarked = store("azurerm_storage_account.more", name="stmore", tags={})
    assert verdict_of(shop(more=unmarked)).outcome is Outcome.UNKNOWN
    harmless = store("azurerm_storage_account.more", name="stmore", tags={"pii": "false"})
    assert verdict_of(shop(more=harmless)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "properties",
    [
        {"resourceId": id_of(STORE)},
        {
            "resourceId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/"
            "storageAccounts/stcustomers"
        },
        {"endpoint": "https://stcustomers.blob.core.windows.net/"},
        {"endpoint": id_of(STORE, "primary_blob_endpoint", suffix="")},
    ],
)
def test_ways_to_name_a_store(properties):
    assert verdict_of(shop(source=source(properties=properties))).outcome is Outcome.PASSED


def test_a_source_that_is_a_whole_group_has_every_store_in_it():
    group = resource("azurerm_resource_group.data", name="rg-data")
    inside = store(resource_group_name="rg-data")
    wide = source(
        kind="AzureResourceGroup",
        properties={"resourceId": id_of("azurerm_resource_group.data", suffix="")},
    )
    assert verdict_of(shop(group=group, store=inside, source=wide)).outcome is Outcome.PASSED


def test_a_source_that_cannot_be_read_may_be_the_store():
    verdict = verdict_of(shop(source=source(body=SOMETHING)))
    assert verdict.outcome is Outcome.UNKNOWN
    assert (STORE, "purview_source") in wrong(verdict, unknown=True)


def test_a_source_of_another_store_is_none():
    other = source(properties={"endpoint": "https://stother.blob.core.windows.net/"})
    assert wrong(verdict_of(shop(source=other))) == {(STORE, "purview_source")}


def test_a_scan_of_a_server_may_be_of_one_database_alone():
    server = resource("azurerm_mssql_server.s", name="sql-shop", tags={"pii": "true"})
    orders = resource(
        "azurerm_mssql_database.orders", name="orders", server_id=id_of(server.address)
    )
    crm = resource("azurerm_mssql_database.crm", name="crm", server_id=id_of(server.address))
    held = shop(
        store=server,
        orders=orders,
        crm=crm,
        role=role(server.address, role_definition_name="Reader"),
        source=source(properties={"resourceId": id_of(server.address, suffix="")}),
        scan=scan(kind="AzureSqlDatabaseMsi", properties={"databaseName": "orders"}),
    )
    assert wrong(verdict_of(held)) == {(SOURCE, "scan.azurerm_mssql_database.crm")}


# --- scans ----------------------------------------------------------------------------------------


def test_registered_is_not_scanned():
    assert wrong(verdict_of(shop(scan=None, trigger=None))) == {(SOURCE, f"scan.{STORE}")}


def test_scanned_once_is_not_scanned_again():
    assert wrong(verdict_of(shop(trigger=None))) == {(SCAN, "trigger")}


@pytest.mark.parametrize(
    ("frequency", "interval", "outcome"),
    [
        ("Day", 1, Outcome.PASSED),
        ("Week", 4, Outcome.PASSED),
        ("Month", 1, Outcome.PASSED),
        ("Week", 12, Outcome.FAILED),
        ("Month", 3, Outcome.FAILED),
        ("Sometimes", 1, Outcome.UNKNOWN),
    ],
)
def test_how_often(frequency, interval, outcome):
    assert verdict_of(shop(trigger=trigger(frequency, interval))).outcome is outcome


def test_a_trigger_of_another_scan_starts_nothing():
    other = trigger(parent_id=f"{HOST}/datasources/customers/scans/other")
    assert wrong(verdict_of(shop(trigger=other))) == {(SCAN, "trigger")}
    elsewhere = trigger(parent_id=f"{HOST}/datasources/orders/scans/all")
    assert wrong(verdict_of(shop(trigger=elsewhere))) == {(SCAN, "trigger")}


def test_parts_may_be_joined_by_reference():
    held = shop(
        scan=scan(parent_id=id_of(SOURCE)),
        trigger=trigger(parent_id=id_of(SCAN)),
    )
    assert verdict_of(held).outcome is Outcome.PASSED


def test_a_scan_of_nobody_knows_what():
    assert verdict_of(shop(scan=scan(parent_id=SOMETHING))).outcome is Outcome.UNKNOWN
    assert verdict_of(shop(trigger=trigger(parent_id=SOMETHING))).outcome is Outcome.UNKNOWN


def test_a_rule_set_of_ones_own_does_not_show_what_it_looks_for():
    own = scan(properties={"scanRulesetType": "Custom"})
    assert wrong(verdict_of(shop(scan=own)), unknown=True) == {
        (SCAN, "body.properties.scanRulesetType")
    }


def test_a_closed_store_needs_a_runtime_that_reaches_it():
    shut = store(public_network_access_enabled=False)
    assert wrong(verdict_of(shop(store=shut))) == {(SCAN, "body.properties.connectedVia")}
    container = resource("azurerm_storage_container.c", name="c", storage_account_id=id_of(STORE))
    assert wrong(verdict_of(shop(store=shut, container=container))) == {
        (SCAN, "body.properties.connectedVia")
    }
    managed = scan(properties={"connectedVia": {"referenceName": "managed"}})
    assert verdict_of(shop(store=shut, scan=managed)).outcome is Outcome.PASSED
    trusted = store(
        public_network_access_enabled=False, network_rules=[{"bypass": ["AzureServices"]}]
    )
    assert verdict_of(shop(store=trusted)).outcome is Outcome.PASSED


def test_a_managed_network_needs_an_endpoint_to_the_store():
    shut = store(public_network_access_enabled=False)
    via = scan(properties={"connectedVia": {"referenceName": "managed"}})
    runtime = resource(
        "azapi_data_plane_resource.runtime",
        type="Microsoft.Purview/accounts/Scanning/integrationruntimes@2023-09-01",
        parent_id=HOST,
        name="managed",
        body={"kind": "Managed"},
    )
    held = {"store": shut, "scan": via, "runtime": runtime}
    assert wrong(verdict_of(shop(**held))) == {(SCAN, "body.properties.connectedVia")}
    leads = resource(
        "azapi_data_plane_resource.endpoint",
        type="Microsoft.Purview/accounts/Scanning/managedvirtualnetworks/"
        "managedprivateendpoints@2023-09-01",
        name="e",
        body={"properties": {"privateLinkResourceId": id_of(STORE, suffix="")}},
    )
    assert verdict_of(shop(**held, leads=leads)).outcome is Outcome.PASSED
    own = resource(runtime.address, **{**runtime.body.values, "body": {"kind": "SelfHosted"}})
    assert verdict_of(shop(**{**held, "runtime": own})).outcome is Outcome.PASSED
    for name in (id_of("azapi_data_plane_resource.gone", "name", ""), SOMETHING):
        gone = scan(properties={"connectedVia": {"referenceName": name}})
        assert verdict_of(shop(store=shut, scan=gone)).outcome is Outcome.UNKNOWN


def test_the_accounts_own_identity_needs_a_role_and_a_credential_does_not():
    assert wrong(verdict_of(shop(role=None))) == {(SOURCE, f"role_assignment.{STORE}")}
    keyed = scan(kind="AzureStorageCredential")
    assert verdict_of(shop(role=None, scan=keyed)).outcome is Outcome.PASSED
    elsewhere = role("azurerm_storage_account.other")
    other = store("azurerm_storage_account.other", name="stother", tags={"pii": "false"})
    assert wrong(verdict_of(shop(role=elsewhere, other=other))) == {
        (SOURCE, f"role_assignment.{STORE}")
    }


def test_a_role_on_nobody_knows_what_may_be_the_one():
    lost = role(scope=STORE)
    verdict = verdict_of(
        shop(role=resource(lost.address, **{**lost.body.values, "scope": SOMETHING}))
    )
    assert wrong(verdict, unknown=True) == {(SOURCE, f"role_assignment.{STORE}")}


def test_what_cannot_be_scanned_is_said():
    cache = resource("azurerm_redis_cache.r", name="carts", tags={"pii": "true"})
    verdict = verdict_of(shop(cache=cache))
    assert verdict.outcome is Outcome.PASSED
    assert any("azurerm_redis_cache.r" in note for note in verdict.notes)


# --- spellings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_major_version_of_the_provider(major, tmp_path):
    text = (ESTATES / "RESP-11/fail/main.tf").read_text(encoding="utf-8")
    (tmp_path / "main.tf").write_text(text.replace("~> 4.0", f"~> {major}.0"), encoding="utf-8")
    found = wrong(verdict_of(read_hcl(tmp_path)))
    assert (ACCOUNT, "public_network_enabled") in found
    assert ("azapi_data_plane_resource.once", "body.properties.recurrence") in found


def test_an_azapi_account_is_read():
    written = resource(
        "azapi_resource.map",
        type="Microsoft.Purview/accounts@2021-12-01",
        name="pview-shop",
        body={"properties": {"publicNetworkAccess": "Enabled"}},
    )
    others = {k: v for k, v in PARTS.items() if k not in {"account", "endpoint", "role"}}
    verdict = verdict_of(from_azapi(written, *others.values()))
    assert ("azapi_resource.map", "body.properties.publicNetworkAccess") in wrong(verdict)


@pytest.mark.parametrize(
    "name", ["<script>", "a\nb", "x" * 5000, "${var.x}", '"quoted"', "datasources/../scans"]
)
def test_hostile_names_do_no_harm(name):
    held = shop(
        store=store(name=name),
        source=source(name=name, parent_id=name),
        scan=scan(name=name, parent_id=f"{HOST}/datasources/{name}"),
        trigger=trigger(frequency=name),
    )
    verdict = verdict_of(held)
    assert not any("crashed" in f.actual for f in verdict.findings)
    assert all("\n" not in f.actual for f in verdict.findings)

"""Which stores hold personal information, and where the map says that it goes."""

import time

import pytest

from simulator.estate.data_flow import PUBLIC, Means
from simulator.estate.errors import EstateError
from simulator.estate.model import Estate, Known, Statement
from simulator.estate.personal_information import Holds, holding, holdings, unused_statements
from simulator.estate.personal_information_map import personal_information_map, region_of
from simulator.estate.statements import read_statements
from tests.controls.build import estate, id_of, resource

A, B = "azurerm_storage_account.a", "azurerm_storage_account.b"
APP = "azurerm_linux_web_app.front"


def account(address=A, tags=None, **values):
    tagged = {} if tags is None else {"tags": tags}
    return resource(
        address, **{"name": "sta", "public_network_access_enabled": False} | tagged | values
    )


def judged(store, *others, statements=()):
    whole = estate(store, *others)
    return holding(Estate(whole.resources, "s", "hcl", statements=tuple(statements)), store)


@pytest.mark.parametrize(
    ("tags", "holds"),
    [
        ({"pii": "true"}, Holds.DECLARED),
        ({"PII": "Yes"}, Holds.DECLARED),
        ({"contains-pii": "false"}, Holds.DECLARED_NOT),
        ({"DataClassification": "Restricted"}, Holds.DECLARED),
        ({"data_classification": "highly confidential"}, Holds.DECLARED),
        ({"dataclassification": "internal"}, Holds.DECLARED_NOT),
        ({"dataclassification": "tbd"}, Holds.UNMARKED),
        ({"pii": "maybe"}, Holds.UNMARKED),
        ({}, Holds.UNMARKED),
        (None, Holds.UNMARKED),
    ],
)
def test_tags_say_what_is_in_a_store_however_they_are_spelt(tags, holds):
    assert judged(account(tags=tags)).holds is holds


def test_the_personal_information_tag_decides_before_the_classification():
    both = account(tags={"pii": "false", "dataclassification": "confidential"})
    assert judged(both).holds is Holds.DECLARED_NOT


def test_what_nothing_is_said_of_counts_as_one_that_may_hold_it():
    assert judged(account()).may_hold
    assert not judged(account()).surely_holds
    assert not judged(account(tags={"pii": "false"})).may_hold


def test_a_name_suggests_it_but_does_not_overrule_a_tag():
    assert judged(account(name="stcustomers01")).holds is Holds.SUGGESTED
    assert judged(account(name="stcustomers01", tags={"pii": "false"})).holds is Holds.DECLARED_NOT


def test_a_container_inside_suggests_it_too():
    inside = resource("azurerm_storage_container.c", name="invoices", storage_account_id=id_of(A))
    found = judged(account(), inside)
    assert found.holds is Holds.SUGGESTED
    assert "azurerm_storage_container.c has 'invoice'" in found.because


def test_a_sensitivity_label_on_a_column_declares_its_database_and_server():
    server = resource("azurerm_mssql_server.s", name="s")
    database = resource(
        "azurerm_mssql_database.d", name="d", server_id=id_of("azurerm_mssql_server.s")
    )
    label = resource(
        "azapi_resource.ssn",
        type="Microsoft.Sql/servers/databases/schemas/tables/columns/sensitivityLabels@2023-08-01",
        parent_id=id_of("azurerm_mssql_database.d"),
    )
    assert judged(database, server, label).holds is Holds.DECLARED
    assert judged(server, database, label).because == "sensitivity label azapi_resource.ssn"


def test_the_team_overrules_tags_and_its_last_word_counts():
    first = Statement("azurerm_storage_account.*", False, "it", "test data", "p.yaml:1")
    last = Statement(A, True, "privacy", "support exports", "p.yaml:5")
    tagged = account(tags={"pii": "false"})
    assert judged(tagged, statements=[first, last]).holds is Holds.DECLARED
    found = judged(account(tags={"pii": "true"}), statements=[last, first])
    assert found.because == "it says so: test data (p.yaml:1)"
    assert found.holds is Holds.DECLARED_NOT


def test_an_index_in_a_statement_is_an_index_and_no_set_of_letters():
    said = Statement('module.a["x"].azurerm_storage_account.b[0]', True, "o", "r", "p")
    assert said.about('module.a["x"].azurerm_storage_account.b[0]')
    assert not said.about("module.ax.azurerm_storage_account.b0")


def test_statements_about_nothing_are_told():
    lost = Statement("azurerm_storage_account.typo", True, "o", "r", "p:1")
    whole = Estate(
        (account(),), "s", "hcl", statements=(lost, Statement("*", True, "o", "r", "p:5"))
    )
    assert unused_statements(whole) == (lost,)


def test_a_file_of_statements_is_read_with_its_lines(tmp_path):
    file = tmp_path / "personal-information.yaml"
    file.write_text(
        "- address: azurerm_redis_cache.sessions\n  personal_information: true\n"
        "  owner: privacy\n  reason: carts\n"
    )
    (said,) = read_statements(file)
    assert said == Statement(
        "azurerm_redis_cache.sessions", True, "privacy", "carts", "personal-information.yaml:1"
    )
    file.write_text("- address: a\n  personal_information: maybe\n  owner: b\n  reason: c\n")
    with pytest.raises(EstateError, match=r"yaml:1: personal_information must be true or false"):
        read_statements(file)


def flows(*resources):
    return {(f.source, f.means, f.to) for f in personal_information_map(estate(*resources)).flows}


def test_an_estate_without_stores_has_an_empty_map():
    drawn = personal_information_map(estate(resource("azurerm_virtual_network.n")))
    assert (drawn.stores, drawn.flows, drawn.third_parties) == ((), (), ())


def test_nothing_is_followed_from_a_store_that_is_said_to_hold_none():
    plain = account(tags={"pii": "false"}, public_network_access_enabled=True)
    assert flows(plain) == set()
    assert len(holdings(estate(plain))) == 1


def test_a_store_is_reached_through_its_public_and_private_endpoints():
    endpoint = resource(
        "azurerm_private_endpoint.p",
        private_service_connection=[{"private_connection_resource_id": id_of(A)}],
    )
    assert flows(account(), endpoint) == {(A, Means.REACHED, "azurerm_private_endpoint.p")}
    assert flows(account(public_network_access_enabled=True)) == {(A, Means.REACHED, PUBLIC)}
    database = resource("azurerm_mysql_flexible_server.m", public_network_access="Disabled")
    assert flows(database) == set()


def test_a_database_is_reached_through_its_server():
    server = resource("azurerm_mssql_server.s", public_network_access_enabled=False)
    database = resource("azurerm_mssql_database.d", server_id=id_of("azurerm_mssql_server.s"))
    assert flows(server, database) == {
        ("azurerm_mssql_database.d", Means.REACHED, "azurerm_mssql_server.s")
    }


@pytest.mark.parametrize(
    "setting",
    [
        id_of(A, "primary_blob_endpoint"),
        Known("https://sta.blob.core.windows.net/"),
        Known("DefaultEndpointsProtocol=https;AccountName=sta;AccountKey=x"),
    ],
)
def test_an_application_that_names_a_store_uses_it(setting):
    app = resource(APP, app_settings={"STORE": setting})
    assert (A, Means.USED, APP) in flows(account(), app)


def test_a_role_makes_an_application_a_user_and_a_stranger_a_third_party():
    app = resource(APP, identity=[{"type": "SystemAssigned"}])
    role = {"scope": id_of(A), "role_definition_name": "Storage Blob Data Reader"}
    own = resource(
        "azurerm_role_assignment.own", principal_id=id_of(APP, "identity[0].principal_id"), **role
    )
    other = resource("azurerm_role_assignment.books", principal_id="0000-1", **role)
    assert flows(account(), app, own, other) == {
        (A, Means.USED, APP),
        (A, Means.SHARED, "books, by role"),
    }


def test_what_an_application_reads_goes_on_to_its_logs_and_to_foreign_hosts():
    telemetry = "azurerm_application_insights.i"
    app = resource(
        APP,
        app_settings={
            "STORE": Known("sta.blob.core.windows.net"),
            "APPLICATIONINSIGHTS_CONNECTION_STRING": id_of(telemetry, "connection_string"),
            "PAYMENTS": Known("https://api.processor.example/v1"),
            "SECRET_URL": Known("https://user:pw@hidden.example/", sensitive=True),
        },
    )
    insights = resource(
        telemetry, tags={"pii": "false"}, workspace_id=id_of("azurerm_log_analytics_workspace.w")
    )
    workspace = resource("azurerm_log_analytics_workspace.w", tags={"pii": "false"})
    found = flows(account(), app, insights, workspace)
    assert found >= {
        (APP, Means.LOGGED, telemetry),
        (telemetry, Means.LOGGED, "azurerm_log_analytics_workspace.w"),
        (APP, Means.SHARED, "api.processor.example"),
    }
    assert not any("hidden" in to for _, _, to in found)


def test_copies_lead_to_the_other_region():
    geo = account(account_replication_type="RAGRS", location="westus2")
    assert (A, Means.COPIED, "the region paired with westus2") in flows(geo)
    replication = resource(
        "azurerm_storage_object_replication.r",
        source_storage_account_id=id_of(A),
        destination_storage_account_id=id_of(B),
    )
    assert (A, Means.COPIED, B) in flows(account(), account(B, name="stb"), replication)


def test_a_subscriber_of_an_api_is_a_third_party_of_what_stands_behind_it():
    gateway = "azurerm_api_management.g"
    app = resource(APP, name="shop", app_settings={"S": Known("sta.blob.core.windows.net")})
    service = resource(gateway, name="apim")
    api = resource(
        "azurerm_api_management_backend.b",
        api_management_name="apim",
        url="https://shop.azurewebsites.net",
    )
    partner = resource(
        "azurerm_api_management_subscription.c",
        api_management_name=id_of(gateway, "name"),
        display_name="courier",
    )
    drawn = personal_information_map(estate(account(), app, service, api, partner))
    assert drawn.third_parties == ("courier, by API",)


def test_flows_that_go_round_are_told_once():
    there = resource(
        "azurerm_storage_object_replication.x",
        source_storage_account_id=id_of(A),
        destination_storage_account_id=id_of(B),
    )
    back = resource(
        "azurerm_storage_object_replication.y",
        source_storage_account_id=id_of(B),
        destination_storage_account_id=id_of(A),
    )
    drawn = personal_information_map(estate(account(), account(B, name="stb"), there, back))
    assert [(f.source, f.to) for f in drawn.flows] == [(A, B), (B, A)]


def test_a_region_is_told_by_its_short_name():
    assert region_of(account(location="West US 2")) == "westus2"
    assert region_of(account()) == ""


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "a." * 150_000, "https://" * 40_000, "a-" * 150_000]
)
def test_a_long_text_is_looked_through_once(text):
    app = resource(APP, app_settings={"S": Known(text)})
    began = time.process_time()
    flows(account(), app)
    assert time.process_time() - began < 2


def source(**values):
    given = {"type": "Microsoft.Purview/accounts/Scanning/datasources@2023-09-01"} | values
    return resource("azapi_data_plane_resource.s", **given)


@pytest.mark.parametrize(
    "body",
    [
        {"properties": {"resourceId": id_of(A, suffix="")}},
        {"properties": {"endpoint": "https://sta.blob.core.windows.net/"}},
    ],
)
def test_a_store_that_purview_scans_is_suggested_to_hold_it(body):
    found = judged(account(), source(body=body))
    assert found.holds is Holds.SUGGESTED
    assert found.because == "Purview scans it (azapi_data_plane_resource.s)"
    assert judged(account(tags={"pii": "false"}), source(body=body)).holds is Holds.DECLARED_NOT
    scan = source(
        body=body, type="Microsoft.Purview/accounts/Scanning/datasources/scans@2023-09-01"
    )
    assert judged(account(), scan).holds is Holds.UNMARKED

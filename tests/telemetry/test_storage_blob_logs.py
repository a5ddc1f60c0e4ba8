"""Rows of StorageBlobLogs: their columns, their values, and when there are none."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from azure.core.exceptions import HttpResponseError
from hypothesis import given
from hypothesis import strategies as st

from simulator.telemetry.exchange import AuthKind, Credential, Exchange, received
from simulator.telemetry.operations import Category, classify
from simulator.telemetry.storage_blob_logs import LogFeed, LogSource, log_row, log_rows, status_text
from simulator.telemetry.tables import tables
from simulator.twin.blueprint import object_id
from simulator.twin.twin import Twin
from tests.twin.running import CONTENT, caller, fill, names, read, sas, up
from tests.twin.shop import (
    APP,
    PUBLIC,
    START,
    STRANGER,
    WORKSPACE,
    Moment,
    account,
    logged,
    role,
    shop,
)

COLUMNS = tables()["StorageBlobLogs"]
GET = classify("GET", "customers", {}, {})
SOURCE = LogSource(
    "stopen",
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/stopen",
    "s",
    "westus2",
    tuple(LogFeed(category, WORKSPACE, "main.tf:1") for category in Category),
)


def exchange(**values: object) -> Exchange:
    made = Exchange(
        number=0,
        at=START,
        account="stopen",
        container="customers",
        blob="a.csv",
        method="GET",
        path="/customers/a.csv",
        query="",
        operation=GET,
        credential=Credential(AuthKind.ANONYMOUS),
        source=STRANGER,
        port=51123,
        status=200,
        error_code="",
        forwarded=True,
    )
    return replace(made, **values)


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    containers = {"customers": "container", "orders": "private"}
    estate = shop(
        account("stopen", containers, **PUBLIC),
        logged("stopen"),
        role("stopen", on="/blobServices/default/containers/orders"),
        account("streads", containers, **PUBLIC),
        logged("streads", ["StorageRead"]),
        account("stsilent", containers, **PUBLIC),
    )
    with up(estate, Moment()) as running:
        fill(running)
        yield running


def rows_of(twin: Twin, call) -> list[dict[str, object]]:
    """The rows that the requests of a call leave."""
    before = len(twin.exchanges)
    with suppress(HttpResponseError):
        call()
    new = twin.exchanges[before:]
    assert new
    return [dict(row.values) for row in log_rows(new, twin.blueprint.log_sources)]


TYPES = {"string": str, "long": int, "int": int, "real": float, "datetime": datetime}


def test_a_row_has_the_55_columns_of_the_table_with_values_of_their_types(twin):
    assert len(COLUMNS) == 55
    token = twin.token(APP)
    calls = (
        lambda: read(caller(twin, "stopen")),
        lambda: read(caller(twin, "stopen", token=token), "orders"),
        lambda: names(caller(twin, "stopen", token=token), "customers"),
        lambda: read(caller(twin, "stopen", credential=sas(twin, "stopen")), "orders"),
        lambda: (
            caller(twin, "stopen", credential=twin.account_key("stopen"))
            .get_blob_client("orders", "new")
            .upload_blob(b"x", overwrite=True)
        ),
    )
    for call in calls:
        for row in rows_of(twin, call):
            assert set(row) == set(COLUMNS)
            for column, value in row.items():
                expected = TYPES.get(COLUMNS[column], str)
                assert value is None or isinstance(value, expected), column


def test_an_anonymous_read_as_azure_logs_it(twin):
    (row,) = rows_of(twin, lambda: read(caller(twin, "stopen")))
    expected = {
        "TimeGenerated": START,
        "AccountName": "stopen",
        "AuthenticationType": "Anonymous",
        "AuthenticationHash": None,
        "CallerIpAddress": f"{STRANGER}:51123",
        "Category": "StorageRead",
        "MetricResponseType": "Success",
        "ObjectKey": "/stopen/customers/2026/a b.csv",
        "OperationName": "GetBlob",
        "Protocol": "HTTPS",
        "RequesterObjectId": None,
        "ResponseBodySize": len(CONTENT),
        "ServiceType": "blob",
        "StatusCode": "206",
        "StatusText": "AnonymousSuccess",
        "Type": "StorageBlobLogs",
        "Uri": "https://stopen.blob.core.windows.net:443/customers/2026/a%20b.csv",
        "_IsBillable": "True",
    }
    assert {column: row[column] for column in expected} == expected
    assert str(row["UserAgentHeader"]).startswith("azsdk-python-storage-blob/")
    assert str(row["_ResourceId"]).endswith("/storageAccounts/stopen/blobServices/default")
    assert str(row["TlsVersion"]).startswith("TLS 1.")
    assert re.fullmatch(r'"0x[0-9A-F]+"', str(row["Etag"]))
    assert row["DurationMs"] >= row["ServerLatencyMs"] > 0  # type: ignore[operator]
    assert row["ResponseHeaderSize"] > 100  # type: ignore[operator]


def test_a_listing_names_the_container_and_the_query(twin):
    (row,) = rows_of(twin, lambda: names(caller(twin, "stopen")))
    assert row["OperationName"] == "ListBlobs"
    assert row["ObjectKey"] == "/stopen/customers"
    assert str(row["Uri"]).endswith("/customers?restype=container&comp=list")


def test_an_oauth_read_names_who_it_was_and_an_oauth_refusal_too(twin):
    app = caller(twin, "stopen", token=twin.token(APP))
    (granted,) = rows_of(twin, lambda: read(app, "orders"))
    (denied,) = rows_of(twin, lambda: names(app, "customers"))
    for row in (granted, denied):
        assert row["AuthenticationType"] == "OAuth"
        assert row["RequesterObjectId"] == object_id(APP)
        assert row["RequesterAudience"] == "https://storage.azure.com"
        assert row["RequesterTokenIssuer"] == f"https://sts.windows.net/{row['RequesterTenantId']}/"
        assert re.fullmatch(r"[0-9A-F]{64}", str(row["AuthenticationHash"]))
    assert granted["StatusText"] == "Success"
    assert (denied["StatusCode"], denied["StatusText"]) == (
        "403",
        "AuthorizationPermissionMismatch",
    )
    assert denied["MetricResponseType"] == "AuthorizationError"
    (details,) = json.loads(str(granted["AuthorizationDetails"]))
    assert details["action"].endswith("/containers/blobs/read")
    assert details["result"] == "Granted"
    assert json.loads(str(denied["AuthorizationDetails"]))[0]["result"] == "Denied"


def test_a_sas_is_tied_to_its_signing_key_and_its_signature_is_not_logged(twin):
    token = sas(twin, "stopen", "key2")
    (row,) = rows_of(twin, lambda: read(caller(twin, "stopen", credential=token), "orders"))
    assert row["AuthenticationType"] == "SAS"
    assert row["StatusText"] == "SASSuccess"
    assert re.fullmatch(
        r"key2\([0-9A-F]{64}\),SasSignature\([0-9A-F]{64}\)", row["AuthenticationHash"]
    )
    assert "sig=XXXXX" in str(row["Uri"])
    signature = token.partition("sig=")[2].partition("&")[0]
    assert signature not in json.dumps({k: str(v) for k, v in row.items()})


def test_an_account_key_write_and_delete(twin):
    owner = caller(twin, "stopen", credential=twin.account_key("stopen"))
    blob = owner.get_blob_client("orders", "new.txt")
    (put,) = rows_of(twin, lambda: blob.upload_blob(b"12345", overwrite=True))
    (delete,) = rows_of(twin, blob.delete_blob)
    assert (put["Category"], put["OperationName"]) == ("StorageWrite", "PutBlob")
    assert (put["RequestBodySize"], put["ContentLengthHeader"]) == (5, 5)
    assert (put["StatusCode"], put["StatusText"]) == ("201", "Success")
    assert (delete["Category"], delete["OperationName"]) == ("StorageDelete", "DeleteBlob")
    for row in (put, delete):
        assert row["AuthenticationType"] == "AccountKey"
        assert re.fullmatch(r"key1\([0-9A-F]{64}\)", str(row["AuthenticationHash"]))


def test_only_switched_on_categories_leave_rows(twin):
    key = twin.account_key("streads")
    owner = caller(twin, "streads", credential=key)
    blob = owner.get_blob_client("orders", "new.txt")
    assert rows_of(twin, lambda: blob.upload_blob(b"x", overwrite=True)) == []
    assert len(rows_of(twin, blob.get_blob_properties)) == 1
    assert rows_of(twin, lambda: read(caller(twin, "stsilent"))) == []


def test_a_refused_stranger_leaves_no_row_as_azure_documents_unless_asked_for(twin):
    before = len(twin.exchanges)
    assert rows_of(twin, lambda: names(caller(twin, "stopen"), "orders")) == []
    new = twin.exchanges[before:]
    sources = twin.blueprint.log_sources
    (row,) = log_rows(new, sources, failed_anonymous=True)
    assert row.workspace == WORKSPACE
    assert row.values["StatusText"] == "NoAuthenticationInformation"
    assert row.values["AuthenticationType"] == "Anonymous"


def test_a_row_goes_to_every_workspace_that_is_fed():
    two = replace(SOURCE, feeds=(*SOURCE.feeds, LogFeed(Category.READ, "second", "main.tf:2")))
    rows = list(log_rows([exchange()], {"stopen": two}))
    assert [row.workspace for row in rows] == [WORKSPACE, "second"]
    assert len({row.values["TenantId"] for row in rows}) == 2
    assert {row.generated for row in rows} == {START}


@pytest.mark.parametrize(
    ("kind", "status", "code", "text"),
    [
        (AuthKind.ANONYMOUS, 200, "", "AnonymousSuccess"),
        (AuthKind.SAS, 206, "", "SASSuccess"),
        (AuthKind.OAUTH, 200, "", "Success"),
        (AuthKind.ACCOUNT_KEY, 201, "", "Success"),
        (AuthKind.OAUTH, 404, "BlobNotFound", "BlobNotFound"),
        (AuthKind.SAS, 403, "AuthenticationFailed", "AuthenticationFailed"),
        (AuthKind.OAUTH, 400, "", "ClientOtherError"),
    ],
)
def test_status_texts(kind, status, code, text):
    made = exchange(credential=Credential(kind), status=status, error_code=code)
    assert status_text(made) == text


def test_an_ipv6_caller_is_written_with_its_port():
    row = log_row(exchange(source="2001:db8::7"), SOURCE, WORKSPACE)
    assert row["CallerIpAddress"] == "[2001:db8::7]:51123"


def test_conditions_and_copy_sources_are_written_as_sent():
    headers = {"if-match": '"0x1"', "if-modified-since": "Mon"}
    row = log_row(exchange(request_headers=headers), SOURCE, WORKSPACE)
    assert row["ConditionsUsed"] == 'If-Modified-Since=Mon;If-Match="0x1"'


SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=8)


@given(SPANS)
def test_bytes_fetched_twice_count_once(spans):
    fetched = [
        exchange(
            status=206,
            response_body_size=size,
            response_headers={"content-range": f"bytes {start}-{start + size - 1}/1000"},
        )
        for start, size in spans
    ]
    expected = len({byte for start, size in spans for byte in range(start, start + size)})
    got = received(fetched, STRANGER)
    assert got == ({("stopen", "customers", "a.csv"): expected} if spans else {})


def test_only_what_that_caller_really_got_counts():
    others = (
        exchange(source="198.51.100.1", response_body_size=5),
        exchange(status=403, response_body_size=300),
        exchange(operation=classify("HEAD", "customers", {}, {}), response_body_size=0),
        exchange(response_body_size=0),
    )
    assert received(others, STRANGER) == {}
    cut = exchange(response_body_size=7)
    assert received([*others, cut], STRANGER) == {("stopen", "customers", "a.csv"): 7}


def test_a_refusal_is_known_by_its_answer():
    assert exchange(status=403, error_code="AuthorizationFailure").refused
    assert exchange(status=409, error_code="PublicAccessNotPermitted").refused
    assert not exchange(status=404, error_code="BlobNotFound").refused
    assert not exchange(at=START + timedelta(1)).refused

"""Asking a running twin, with the real client."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas

from simulator.clock import wall_clock
from simulator.telemetry.exchange import Exchange
from simulator.twin.blueprint import blueprint
from simulator.twin.twin import Twin
from tests.twin.shop import STRANGER, Moment

BLOB = "2026/a b.csv"
CONTENT = b"customer,email\n1,a@example.com\n"


def fill(twin: Twin) -> None:
    """One blob in every container."""
    for account in twin.blueprint.accounts:
        for container in account.containers:
            client = twin.owner(account.name).get_blob_client(container.name, BLOB)
            client.upload_blob(CONTENT, overwrite=True)


def up(estate: object, now: Moment) -> Twin:
    return Twin.up(blueprint(estate), now)  # type: ignore[arg-type]


def caller(
    twin: Twin,
    account: str,
    *,
    source: str = STRANGER,
    credential: object = None,
    token: str = "",
    scheme: str = "https",
) -> BlobServiceClient:
    """The real client, through the gateway, from a claimed address."""

    def dress(request: object) -> None:
        headers = request.http_request.headers  # type: ignore[attr-defined]
        headers["x-drill-client"] = f"{source}:51123"
        if token:
            headers["Authorization"] = f"Bearer {token}"

    return BlobServiceClient(
        twin.endpoint(account, scheme),
        credential=credential,
        connection_verify=str(twin.ca_file),
        retry_total=0,
        raw_request_hook=dress,
    )


def names(client: BlobServiceClient, container: str = "customers") -> list[str]:
    return [blob.name for blob in client.get_container_client(container).list_blobs()]


def read(client: BlobServiceClient, container: str = "customers", blob: str = BLOB):
    return client.get_blob_client(container, blob).download_blob().readall()


class Refusal:
    """What a refused call was answered."""

    status = 0
    code = ""


@contextmanager
def refused() -> Iterator[Refusal]:
    """A block whose call must be refused; status and error code are there afterwards."""
    seen = Refusal()
    with pytest.raises(HttpResponseError) as caught:
        yield seen
    seen.status = caught.value.status_code or 0
    code = getattr(caught.value, "error_code", None)
    seen.code = str(getattr(code, "value", code))


def answer(call: Callable[[], object]) -> tuple[int, str]:
    """Status and error code of a refused call."""
    with refused() as seen:
        call()
    return seen.status, seen.code


def last(twin: Twin) -> Exchange:
    return twin.exchanges[-1]


def raw(twin: Twin, url: str, **headers: str) -> tuple[int, str, bytes]:
    """Status, error code and body of a plain GET, without the storage client."""
    request = urllib.request.Request(url, headers=headers)
    context = ssl.create_default_context(cafile=str(twin.ca_file))
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as found:
            return found.status, "", found.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("x-ms-error-code", ""), error.read()


def sas(twin: Twin, account: str, key: str = "key1", container: str = "orders") -> str:
    """A service SAS that reads and lists one container for an hour."""
    return generate_container_sas(
        account,
        container,
        account_key=twin.account_key(account, key),
        permission=ContainerSasPermissions(read=True, list=True),
        expiry=wall_clock() + timedelta(hours=1),
    )

"""Large blobs pass through the gateway without staying in it."""

import hashlib
import http.client
import ssl
import threading
import tracemalloc

import pytest

from tests.twin.running import caller
from tests.twin.shop import STRANGER

MIB = 1 << 20
SIZE = 64 * MIB


def pieces(total: int, size: int = MIB):
    """Bytes that differ from piece to piece, made on the way."""
    for number in range(total // size):
        yield hashlib.sha256(str(number).encode()).digest() * (size // 32)


@pytest.fixture(scope="module")
def large(twin) -> str:
    """A 64 MiB blob in a public container; its SHA-256."""
    client = twin.owner("stopen").get_blob_client("customers", "large.bin")
    client.upload_blob(pieces(SIZE), length=SIZE, overwrite=True)
    digest = hashlib.sha256()
    for piece in pieces(SIZE):
        digest.update(piece)
    yield digest.hexdigest()
    client.delete_blob()


def connect(twin) -> http.client.HTTPSConnection:
    host, _, port = (
        twin.endpoint("stopen").removeprefix("https://").partition("/")[0].partition(":")
    )
    context = ssl.create_default_context(cafile=str(twin.ca_file))
    return http.client.HTTPSConnection(host, int(port), context=context, timeout=60)


def test_a_download_of_64_mib_is_streamed(twin, large):
    connection = connect(twin)
    digest, got = hashlib.sha256(), 0
    connection.request("GET", "/stopen/customers/large.bin", headers={"x-drill-client": STRANGER})
    tracemalloc.start()
    try:
        with connection.getresponse() as response:
            while piece := response.read(MIB):
                digest.update(piece)
                got += len(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        connection.close()
    assert (got, digest.hexdigest()) == (SIZE, large)
    assert peak < 16 * MIB
    exchange = twin.exchanges[-1]
    assert (exchange.status, exchange.response_body_size) == (200, SIZE)


@pytest.mark.usefixtures("large")
def test_a_caller_who_hangs_up_is_credited_with_what_was_sent_and_no_more(twin):
    before = len(twin.exchanges)
    connection = connect(twin)
    connection.request("GET", "/stopen/customers/large.bin")
    response = connection.getresponse()
    assert len(response.read(MIB)) == MIB
    response.close()
    connection.close()
    twin.exchanges  # noqa: B018 - waits until the gateway has noticed
    exchange = twin.exchanges[before]
    assert MIB <= exchange.response_body_size < SIZE


def test_an_upload_is_streamed_and_arrives_as_it_was_sent(twin):
    size = 24 * MIB
    owner = caller(twin, "stopen", credential=twin.account_key("stopen"))
    blob = owner.get_blob_client("orders", "upload.bin")
    blob.upload_blob(pieces(size), length=size, overwrite=True)
    stored = twin.owner("stopen").get_blob_client("orders", "upload.bin").download_blob()
    digest = hashlib.sha256()
    for chunk in stored.chunks():
        digest.update(chunk)
    expected = hashlib.sha256()
    for piece in pieces(size):
        expected.update(piece)
    assert digest.hexdigest() == expected.hexdigest()
    sent = [x for x in twin.exchanges if x.blob == "upload.bin"]
    assert sum(x.request_body_size for x in sent if x.operation.name != "PutBlockList") == size
    blob.delete_blob()


def test_many_callers_at_once_all_get_their_own(twin):
    owner = twin.owner("stopen").get_container_client("customers")
    for number in range(8):
        owner.upload_blob(f"many/{number}", str(number).encode() * 1000, overwrite=True)
    got: dict[int, bytes] = {}

    def fetch(number: int) -> None:
        anyone = caller(twin, "stopen", source=f"203.0.113.{number}")
        got[number] = (
            anyone.get_blob_client("customers", f"many/{number}").download_blob().readall()
        )

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {number: str(number).encode() * 1000 for number in range(8)}
    for number in range(8):
        received = twin.received(f"203.0.113.{number}")
        assert received == {("stopen", "customers", f"many/{number}"): 1000}
        owner.delete_blob(f"many/{number}")

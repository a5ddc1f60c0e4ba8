"""The proxy itself, in front of a server that shows what reaches it."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from aiohttp import web

from simulator.twin.blueprint import blueprint
from simulator.twin.errors import TwinError
from simulator.twin.gateway import Gateway
from simulator.twin.policy import AccountState
from simulator.twin.twin import _contexts
from simulator.twin.visit import Behind
from tests.twin.shop import PUBLIC, START, account, shop

STATE = AccountState(
    blueprint(shop(account("stopen", **PUBLIC, https_traffic_only_enabled=False))).accounts[0]
)
KEYS = {"key1": "a2V5MQ==", "key2": "a2V5Mg=="}


class Shown(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers a little."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]] = []  # noqa: RUF012 - one per test

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.command, self.path, headers, body))
        self.send_response(200)
        for name, value in (("x-ms-request-id", "theirs"), ("Connection", "x-theirs")):
            self.send_header(name, value)
        self.send_header("x-theirs", "1")
        self.send_header("Content-Length", "1000" if "cut" in self.path else "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"ok")
        if "cut" in self.path:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    do_GET = do_PUT = do_HEAD = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Shown.seen = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Shown)
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    return _contexts(authority, authority.issue_cert("127.0.0.1"))


@pytest.fixture
def gateway(server) -> Iterator[Gateway]:
    states = {"stopen": STATE}
    made = Gateway(Behind(states.get, lambda _: KEYS, lambda: server, lambda: START), *contexts())
    yield made
    made.close()
    made.close()


def ask(
    gateway: Gateway, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(gateway.url("http").removeprefix("http://"), timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=sent)
        with connection.getresponse() as response:
            return response, response.read()
    finally:
        connection.close()


def test_path_and_query_are_passed_on_as_they_were_written(gateway):
    path = "/stopen/customers/a%2Fb%20c+d/%7Eé.csv?comp=metadata&x=%2f&y".replace("é", "%C3%A9")
    ask(gateway, path)
    assert Shown.seen[0][1] == path


def test_the_claimed_source_and_hop_by_hop_headers_stay_here(gateway):
    ask(
        gateway,
        "/stopen/customers/a",
        x_drill_client="203.0.113.57:51123",
        Connection="close, X-Mine",
        X_Mine="1",
        TE="trailers",
        Proxy_Authorization="Basic x",
        x_ms_version="2026-02-06",
        Authorization="SharedKey stopen:abc",
    )
    headers = Shown.seen[0][2]
    assert {"x-drill-client", "x-mine", "te", "proxy-authorization"}.isdisjoint(headers)
    assert headers["authorization"] == "SharedKey stopen:abc"
    assert headers["x-ms-version"] == "2026-02-06"
    assert "user-agent" not in headers
    (exchange,) = gateway.exchanges()
    assert (exchange.source, exchange.port) == ("203.0.113.57", 51123)
    assert "authorization" not in exchange.request_headers


def test_answers_lose_hop_by_hop_headers_and_get_the_gateways_request_id(gateway):
    response, body = ask(gateway, "/stopen/customers/a")
    assert body == b"ok"
    assert response.headers["x-theirs"] is None
    assert response.headers["x-ms-request-id"] == gateway.exchanges()[0].request_id != "theirs"


def test_bodies_arrive_whole_and_are_counted(gateway):
    ask(gateway, "/stopen/customers/a", "PUT", b"x" * 300_000, Content_Type="text/csv")
    method, _, headers, body = Shown.seen[0]
    assert (method, body) == ("PUT", b"x" * 300_000)
    assert headers["content-type"] == "text/csv"
    (exchange,) = gateway.exchanges()
    assert exchange.request_body_size == 300_000


def test_an_empty_put_stays_an_empty_put(gateway):
    ask(gateway, "/stopen/customers?restype=container", "PUT", b"")
    assert Shown.seen[0][2]["content-length"] == "0"
    assert "transfer-encoding" not in Shown.seen[0][2]


def test_a_head_keeps_the_length_of_what_it_does_not_send(gateway):
    response, body = ask(gateway, "/stopen/customers/a", "HEAD")
    assert (response.headers["Content-Length"], body) == ("2", b"")
    assert gateway.exchanges()[0].response_body_size == 0


def test_a_client_that_waits_for_a_go_ahead_gets_it(gateway):
    host, _, port = gateway.url("http").removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(
            b"PUT /stopen/customers/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
            b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        assert raw.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        raw.sendall(b"abc")
        answer = b""
        while piece := raw.recv(1000):
            answer += piece
    assert b"200 OK" in answer
    assert Shown.seen[0][3] == b"abc"
    assert "expect" not in Shown.seen[0][2]


def test_a_refused_request_is_never_passed_on(gateway):
    for path in ("/stelsewhere/customers/a", "/stopen/c?comp=list&comp=acl", "/"):
        response, body = ask(gateway, path)
        assert response.status >= 400
        assert response.headers["x-ms-error-code"].encode() in body
        assert response.headers["x-ms-request-id"].encode() in body
    assert Shown.seen == []
    assert [x.forwarded for x in gateway.exchanges()] == [False] * 3


def test_an_absolute_target_is_refused(gateway):
    host, _, port = gateway.url("http").removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(
            b"GET http://elsewhere/stopen/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert Shown.seen == []


def test_half_an_answer_never_looks_like_a_whole_one(gateway):
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(gateway, "/stopen/customers/cut")
    (exchange,) = gateway.exchanges()
    assert exchange.response_body_size == 2
    assert exchange.reason == "the storage server did not answer"


def test_a_storage_server_that_is_not_there_is_an_error_and_no_refusal():
    states = {"stopen": STATE}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    behind = Behind(states.get, lambda _: KEYS, lambda: f"http://127.0.0.1:{port}", lambda: START)
    gateway = Gateway(behind, *contexts())
    try:
        response, body = ask(gateway, "/stopen/customers/a")
        assert response.status == 500
        assert b"<Code>InternalError</Code>" in body
        (exchange,) = gateway.exchanges()
        assert not exchange.refused
        assert not exchange.succeeded
    finally:
        gateway.close()


def test_a_gateway_that_cannot_listen_is_a_clear_error(monkeypatch):
    async def refuse(_site: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(web.TCPSite, "start", refuse)
    before = threading.active_count()
    behind = Behind(lambda _: None, lambda _: KEYS, str, lambda: START)
    with pytest.raises(TwinError, match=r"cannot listen on 127.0.0.1 \(Operation not permitted\)"):
        Gateway(behind, *contexts())
    assert threading.active_count() == before

"""One request on its way through the gateway: judged, refused or passed on, and written down."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from simulator.clock import monotonic
from simulator.telemetry.exchange import AuthKind, Credential, Exchange
from simulator.telemetry.operations import classify
from simulator.twin.azure_errors import AzureError, error_code_in, in_azures_words
from simulator.twin.errors import TwinError
from simulator.twin.incoming import CLIENT_HEADER, read_credential, read_source
from simulator.twin.policy import AccountState, Decision, Request, decide
from simulator.twin.target import Target, parse_target

_CHUNK: Final = 1 << 18
_SMALL: Final = 1 << 16
"""Error bodies are shorter than this; a longer answer is passed on as it comes."""
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_NOT_FORWARDED: Final = _HOP_BY_HOP | {"host", "expect", CLIENT_HEADER}
_KEPT: Final = frozenset(
    {
        "content-length",
        "content-md5",
        "content-range",
        "content-type",
        "etag",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
        "referer",
        "user-agent",
        "x-ms-access-tier",
        "x-ms-client-request-id",
        "x-ms-content-md5",
        "x-ms-copy-source",
        "x-ms-rehydrate-priority",
        "x-ms-version",
    }
)
"""The headers that an exchange keeps: what the log needs, and no credential."""
_NO_ACCOUNT: Final = Decision(
    allowed=False, status=404, error_code="ResourceNotFound", reason="there is no such account"
)
_NO_TARGET: Final = Decision(
    allowed=False, status=400, error_code="InvalidUri", reason="no storage service takes this URI"
)
_SERVER_GONE: Final = "the storage server did not answer"


@dataclass(frozen=True, slots=True)
class Behind:
    """What the gateway asks the twin: who is there, where Azurite listens, and what time it is.

    ``state`` gives ``None`` for an account that is not there; ``keys`` an account's keys by name;
    ``now`` is simulated time.
    """

    state: Callable[[str], AccountState | None]
    keys: Callable[[str], Mapping[str, str]]
    upstream: Callable[[], str]
    now: Callable[[], datetime]


class Visit:
    """One request on its way through."""

    def __init__(
        self,
        behind: Behind,
        client: aiohttp.ClientSession,
        incoming: web.BaseRequest,
        number: int,
        keep: Callable[[Exchange], None],
    ) -> None:
        self._behind, self._client, self._incoming, self._keep = behind, client, incoming, keep
        self._begun = monotonic()
        self._sent = {name.lower(): value for name, value in incoming.headers.items()}
        self._read = 0
        self._exchange, self._decision = self._judge(number)

    async def answer(self) -> web.StreamResponse:
        """Refuse the request, or pass it on and its answer back."""
        if not self._decision.allowed:
            return self._refuse(AzureError(self._decision.status, self._decision.error_code))
        try:
            return await self._forward()
        except (aiohttp.ClientError, TimeoutError, TwinError):
            self._exchange = replace(self._exchange, reason=_SERVER_GONE)
            return self._refuse(AzureError(500, "InternalError"))

    def _judge(self, number: int) -> tuple[Exchange, Decision]:
        """Read the request and decide on it, before anything is passed on."""
        incoming, sent = self._incoming, self._sent
        at = self._behind.now()
        peer = incoming.transport.get_extra_info("peername") if incoming.transport else None
        source, port = read_source(sent.get(CLIENT_HEADER), (peer or ("127.0.0.1", 0))[:2])
        tls = incoming.transport.get_extra_info("ssl_object") if incoming.transport else None
        scheme = "https" if tls else "http"
        found = parse_target(incoming.raw_path)
        target = found or Target("", "", "", "", "", {})
        operation = classify(incoming.method, target.container, target.parameters, sent)
        state = self._behind.state(target.account)
        credential = Credential(AuthKind.ANONYMOUS)
        decision = _NO_TARGET if found is None else _NO_ACCOUNT
        if state is not None:
            keys = self._behind.keys(target.account)
            credential = read_credential(incoming.method, target, sent, keys)
            asked = Request(
                target.account, target.container, target.blob, operation, credential, source, scheme
            )
            decision = decide(state, asked, at)
        exchange = Exchange(
            number=number,
            at=at,
            account=target.account,
            container=target.container,
            blob=target.blob,
            method=incoming.method,
            path=target.path,
            query=target.query,
            operation=operation,
            credential=credential,
            source=source,
            port=port,
            status=0,
            error_code="",
            forwarded=decision.allowed,
            reason=decision.reason,
            declared=decision.declared,
            scheme=scheme,
            tls_version=(tls.version() or "").replace("TLSv", "TLS ") if tls else "",
            request_id=str(uuid5(NAMESPACE_URL, f"cpra-drill:request:{number}")),
            request_headers={name: value for name, value in sent.items() if name in _KEPT},
            request_header_size=_size(incoming.headers) + len(incoming.raw_path) + 16,
        )
        return exchange, decision

    def _refuse(self, error: AzureError) -> web.Response:
        """The gateway's own answer."""
        headers = CIMultiDict(
            {
                "x-ms-error-code": error.code,
                "x-ms-request-id": self._exchange.request_id,
                "x-ms-version": self._sent.get("x-ms-version", "2026-02-06"),
                "Content-Type": "application/xml",
            }
        )
        if "x-ms-client-request-id" in self._sent:
            headers["x-ms-client-request-id"] = self._sent["x-ms-client-request-id"]
        if error.challenges:
            headers["WWW-Authenticate"] = "Bearer"
        body = error.body(self._exchange.request_id, format_datetime(self._exchange.at))
        length = 0 if self._incoming.method == "HEAD" else len(body)
        self._finish(error.status, headers, length, error.code)
        return web.Response(status=error.status, headers=headers, body=body)

    async def _forward(self) -> web.StreamResponse:
        incoming = self._incoming
        url = URL(self._behind.upstream() + incoming.raw_path, encoded=True)
        dropped = _NOT_FORWARDED | _named(self._sent.get("connection", ""))
        headers = CIMultiDict(
            (name, value) for name, value in incoming.headers.items() if name.lower() not in dropped
        )
        if self._sent.get("expect", "").lower() == "100-continue" and incoming.transport:
            incoming.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._body() if incoming.can_read_body else None
        asked = monotonic()
        async with self._client.request(
            incoming.method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            waited = (monotonic() - asked) * 1000
            self._exchange = replace(self._exchange, server_ms=waited)
            length = int(answer.headers.get("content-length", "0"))  # Azurite's errors have none
            if answer.status >= 400 and length < _SMALL:
                return await self._pass_error(answer)
            return await self._pass(answer)

    async def _body(self) -> AsyncIterator[bytes]:
        async for chunk in self._incoming.content.iter_chunked(_CHUNK):
            self._read += len(chunk)
            yield chunk

    async def _pass_error(self, answer: aiohttp.ClientResponse) -> web.StreamResponse:
        """An error of the storage server: in Azure's words, and with the gateway's request id."""
        body = await answer.read()
        code = answer.headers.get("x-ms-error-code") or error_code_in(body)
        version = self._sent.get("x-ms-version", "")
        kind = self._exchange.credential.kind
        error = in_azures_words(kind, version, answer.status, code)
        if error is not None:
            return self._refuse(error)
        own = answer.headers.get("x-ms-request-id", "").encode()
        body = body.replace(own, self._exchange.request_id.encode()) if own else body
        headers = self._answered(answer)
        if self._incoming.method != "HEAD":
            headers["Content-Length"] = str(len(body))
        self._finish(answer.status, headers, len(body), code)
        return web.Response(status=answer.status, headers=headers, body=body)

    async def _pass(self, answer: aiohttp.ClientResponse) -> web.StreamResponse:
        headers = self._answered(answer)
        response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
        sent = 0
        try:
            await response.prepare(self._incoming)
            async for chunk in answer.content.iter_chunked(_CHUNK):
                await response.write(chunk)
                sent += len(chunk)
            await response.write_eof()
        except ConnectionResetError:
            answer.close()  # the caller has gone: what it got by then is what counts
        except aiohttp.ClientError:
            self._exchange = replace(self._exchange, reason=_SERVER_GONE)
            if self._incoming.transport is not None:
                self._incoming.transport.abort()  # half an answer must not look like a whole one
        finally:
            self._finish(answer.status, headers, sent, answer.headers.get("x-ms-error-code", ""))
        return response

    def _answered(self, answer: aiohttp.ClientResponse) -> "CIMultiDict[str]":
        dropped = _HOP_BY_HOP | _named(answer.headers.get("connection", ""))
        headers = CIMultiDict(
            (name, value) for name, value in answer.headers.items() if name.lower() not in dropped
        )
        headers["x-ms-request-id"] = self._exchange.request_id
        return headers

    def _finish(
        self, status: int, headers: "CIMultiDict[str]", body_size: int, error_code: str
    ) -> None:
        """Write the exchange down."""
        self._keep(
            replace(
                self._exchange,
                status=status,
                error_code=error_code,
                request_body_size=self._read,
                response_header_size=_size(headers) + 16,
                response_body_size=body_size,
                response_headers={
                    name.lower(): value for name, value in headers.items() if name.lower() in _KEPT
                },
                duration_ms=(monotonic() - self._begun) * 1000,
            )
        )


def _named(connection: str) -> frozenset[str]:
    """The headers that a Connection header declares hop-by-hop."""
    return frozenset(name.strip().lower() for name in connection.split(",") if name.strip())


def _size(headers: Mapping[str, str]) -> int:
    """The size of headers on the wire: name, colon, blank, value, line end."""
    return sum(len(name) + len(value) + 4 for name, value in headers.items())

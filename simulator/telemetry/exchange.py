"""One request through the gateway and what became of it: all that the log is written from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from simulator.telemetry.operations import Operation


class AuthKind(StrEnum):
    """How a request authenticates, in the words of the log's AuthenticationType."""

    ANONYMOUS = "Anonymous"
    PREFLIGHT = "AnonymousPreflight"
    ACCOUNT_KEY = "AccountKey"
    SAS = "SAS"
    DELEGATION_SAS = "DelegationSas"
    OAUTH = "OAuth"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a bearer token says about who asks.

    ``issued_at`` and ``expires_at`` are simulated time, ``None`` if the token does not say.
    """

    object_id: str = ""
    upn: str = ""
    app_id: str = ""
    tenant_id: str = ""
    audience: str = ""
    issuer: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request proves itself with.

    ``hash`` is the log's AuthenticationHash; ``claims`` are those of a token, or say who asked for
    the key of a user delegation SAS; ``key`` is ``key1``/``key2`` where the signature was
    made with an account key that is valid now, else ``""``. ``delegation_start`` is the real time
    from which a user delegation key holds (``skt`` of the SAS).
    """

    kind: AuthKind
    hash: str = ""
    key: str = ""
    claims: Claims | None = None
    delegation_start: datetime | None = None


_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer.

    ``at`` is simulated time. ``path`` and ``query`` are as sent, without the account. Sizes are
    bytes as really sent; durations are real milliseconds. ``forwarded`` is false when the gateway
    refused the request itself, so that it never reached the storage server; ``reason`` and
    ``declared`` then say why, and which declaration (or containment) decided.
    """

    number: int
    at: datetime
    account: str
    container: str
    blob: str
    method: str
    path: str
    query: str
    operation: Operation
    credential: Credential
    source: str
    port: int
    status: int
    error_code: str
    forwarded: bool
    reason: str = ""
    declared: str = ""
    scheme: str = "https"
    tls_version: str = ""
    request_id: str = ""
    request_headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    request_header_size: int = 0
    request_body_size: int = 0
    response_header_size: int = 0
    response_body_size: int = 0
    response_headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    duration_ms: float = 0.0
    server_ms: float = 0.0

    @property
    def succeeded(self) -> bool:
        """Whether the caller got what it asked for."""
        return self.status < 400

    @property
    def refused(self) -> bool:
        """Whether the caller was turned away for who or where it is."""
        return self.status in {401, 403} or self.error_code == "PublicAccessNotPermitted"


def received(exchanges: Iterable[Exchange], source: str) -> dict[tuple[str, str, str], int]:
    """How many distinct bytes of each blob a source address really got.

    Keys are (account, container, blob). Ranges fetched twice count once; a transfer that broke off
    counts as far as it went.
    """
    spans: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for exchange in exchanges:
        if exchange.source == source and exchange.operation.name == "GetBlob":
            start = _range_start(exchange)
            if exchange.succeeded and start is not None and exchange.response_body_size:
                key = (exchange.account, exchange.container, exchange.blob)
                spans.setdefault(key, []).append((start, start + exchange.response_body_size))
    return {key: _covered(found) for key, found in spans.items()}


def _range_start(exchange: Exchange) -> int | None:
    """Where in the blob the answer starts (``Content-Range: bytes 0-99/200``)."""
    value = exchange.response_headers.get("content-range", "")
    if not value:
        return 0 if exchange.status == 200 else None
    first = value.removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else None


def _covered(spans: list[tuple[int, int]]) -> int:
    """The length of the union of half-open intervals."""
    total = end = 0
    for first, last in sorted(spans):
        total += max(0, last - max(first, end))
        end = max(end, last)
    return total

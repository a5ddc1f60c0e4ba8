"""StorageBlobLogs: what Azure Monitor would have written about a request.

Values follow Microsoft Learn, "Azure Blob Storage monitoring data reference", and published log
records: ``ObjectKey`` is ``/account/container/blob`` and ``UserAgentHeader`` is the header as sent,
both without quotes; ``Etag`` is in quotes; ``Uri`` names port 443.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from simulator.telemetry.exchange import AuthKind, Exchange
from simulator.telemetry.operations import Category

TABLE = "StorageBlobLogs"


@dataclass(frozen=True, slots=True)
class LogFeed:
    """A declared switch: this category goes to this workspace (its address)."""

    category: Category
    workspace: str
    declared: str


@dataclass(frozen=True, slots=True)
class LogSource:
    """A storage account as the log names it, and where its log goes.

    ``resource_id`` is the account's Azure resource id.
    """

    account: str
    resource_id: str
    subscription: str
    location: str
    feeds: tuple[LogFeed, ...]


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A row, the workspace (address) that it goes to, and the request that it is about."""

    workspace: str
    generated: datetime
    values: Mapping[str, object]
    exchange: Exchange


def log_rows(
    exchanges: Iterable[Exchange],
    sources: Mapping[str, LogSource],
    *,
    failed_anonymous: bool = False,
) -> Iterator[WrittenRow]:
    """The rows that Azure Monitor writes about these requests, in their order.

    ``sources`` is by account name. A request leaves a row only if a declared diagnostic setting
    switches its category on. Microsoft Learn ("Monitor Azure Blob Storage", log anonymous requests)
    says that of failed anonymous requests only server errors, time-outs and 304 are logged;
    ``failed_anonymous`` writes the others too.
    """
    for exchange in exchanges:
        source = sources.get(exchange.account)
        if source is None or not (failed_anonymous or _is_logged(exchange)):
            continue
        for feed in source.feeds:
            if feed.category is exchange.operation.category:
                values = log_row(exchange, source, feed.workspace)
                yield WrittenRow(feed.workspace, exchange.at, values, exchange)


def _is_logged(exchange: Exchange) -> bool:
    anonymous = exchange.credential.kind in {AuthKind.ANONYMOUS, AuthKind.PREFLIGHT}
    return not anonymous or exchange.succeeded or exchange.status >= 500


def log_row(exchange: Exchange, source: LogSource, workspace: str) -> dict[str, object]:
    """One row with all 55 columns of the table; what Azure leaves out is ``None``.

    ``TimeGenerated`` is an aware datetime in simulated time, ``AuthorizationDetails`` JSON text.
    ``LastModifiedTime`` is left out: the storage server knows the real date, not the drill's.
    """
    sent, answered = exchange.request_headers, exchange.response_headers
    credential = exchange.credential
    claims = credential.claims if credential.kind is AuthKind.OAUTH else None
    length = sent.get("content-length", "")
    row: dict[str, object] = {
        "TimeGenerated": exchange.at,
        "AccountName": exchange.account,
        "AccessTier": answered.get("x-ms-access-tier"),
        "AuthenticationHash": credential.hash or None,
        "AuthenticationType": credential.kind.value,
        "AuthorizationDetails": _authorization(exchange),
        "CallerIpAddress": _address(exchange.source, exchange.port),
        "Category": exchange.operation.category.value,
        "ClientRequestId": sent.get("x-ms-client-request-id"),
        "ConditionsUsed": _conditions(sent),
        "ContentLengthHeader": int(length) if length.isdigit() else None,
        "CorrelationId": exchange.request_id,
        "DestinationUri": None,
        "DurationMs": exchange.duration_ms,
        "Etag": answered.get("etag"),
        "LastModifiedTime": None,
        "Location": source.location,
        "MetricResponseType": _response_type(exchange),
        "ObjectKey": _object_key(exchange),
        "OperationCount": 0,
        "OperationName": exchange.operation.name,
        "OperationVersion": sent.get("x-ms-version"),
        "Protocol": exchange.scheme.upper(),
        "ReferrerHeader": sent.get("referer"),
        "RehydratePriority": sent.get("x-ms-rehydrate-priority"),
        "RequestBodySize": exchange.request_body_size,
        "RequesterAppId": claims and claims.app_id,
        "RequesterAudience": claims and claims.audience,
        "RequesterObjectId": claims and claims.object_id,
        "RequesterTenantId": claims and claims.tenant_id,
        "RequesterTokenIssuer": claims and claims.issuer,
        "RequesterUpn": (claims and claims.upn) or None,
        "RequestHeaderSize": exchange.request_header_size,
        "RequestMd5": sent.get("content-md5") or sent.get("x-ms-content-md5"),
        "ResponseBodySize": exchange.response_body_size,
        "ResponseHeaderSize": exchange.response_header_size,
        "ResponseMd5": answered.get("content-md5"),
        "SasExpiryStatus": None,
        "SchemaVersion": "1.0",
        "ServerLatencyMs": exchange.server_ms,
        "ServiceType": "blob",
        "SourceAccessTier": None,
        "SourceSystem": "Azure",
        "SourceUri": sent.get("x-ms-copy-source"),
        "StatusCode": str(exchange.status),
        "StatusText": status_text(exchange),
        "TenantId": str(uuid5(NAMESPACE_URL, f"workspace:{workspace}")),
        "TlsVersion": exchange.tls_version or None,
        "Type": TABLE,
        "Uri": _uri(exchange),
        "UserAgentHeader": sent.get("user-agent"),
        "_IsBillable": "True",
        "_ResourceId": f"{source.resource_id}/blobServices/default",
        "_SubscriptionId": source.subscription,
    }
    billed = (str(v) for name, v in row.items() if v is not None and not name.startswith("_"))
    return {**row, "_BilledSize": float(sum(map(len, billed)))}


def status_text(exchange: Exchange) -> str:
    """The log's StatusText: a kind of success, else the error code of the answer."""
    if not exchange.succeeded:
        return exchange.error_code or "ClientOtherError"
    return {
        AuthKind.ANONYMOUS: "AnonymousSuccess",
        AuthKind.PREFLIGHT: "AnonymousSuccess",
        AuthKind.SAS: "SASSuccess",
        AuthKind.DELEGATION_SAS: "SASSuccess",
    }.get(exchange.credential.kind, "Success")


def _response_type(exchange: Exchange) -> str:
    if exchange.succeeded:
        return "Success"
    if exchange.refused:
        return "AuthorizationError"
    return "ServerOtherError" if exchange.status >= 500 else "ClientOtherError"


def _address(source: str, port: int) -> str:
    return f"[{source}]:{port}" if ":" in source else f"{source}:{port}"


def _object_key(exchange: Exchange) -> str:
    parts = (exchange.account, exchange.container, exchange.blob)
    return "/" + "/".join(part for part in parts if part)


def _uri(exchange: Exchange) -> str:
    port = {"https": 443, "http": 80}[exchange.scheme]
    host = f"{exchange.scheme}://{exchange.account}.blob.core.windows.net:{port}"
    query = f"?{_without_signature(exchange.query)}" if exchange.query else ""
    return f"{host}{exchange.path or '/'}{query}"


def _without_signature(query: str) -> str:
    """A SAS in the log has its signature taken out, or the log would be a key cabinet."""
    return "&".join(
        "sig=XXXXX" if part.partition("=")[0].lower() == "sig" else part
        for part in query.split("&")
    )


def _conditions(sent: Mapping[str, str]) -> str | None:
    names = ("If-Modified-Since", "If-Unmodified-Since", "If-Match", "If-None-Match")
    used = [f"{name}={sent[name.lower()]}" for name in names if name.lower() in sent]
    return ";".join(used) or None


def _authorization(exchange: Exchange) -> str | None:
    """AuthorizationDetails: which right an OAuth request asked for, and whether it had it."""
    claims = exchange.credential.claims
    if exchange.credential.kind is not AuthKind.OAUTH or claims is None:
        return None
    what = "containers/blobs" if exchange.operation.scope == "blob" else "containers"
    verb = {Category.READ: "read", Category.WRITE: "write", Category.DELETE: "delete"}
    action = f"Microsoft.Storage/storageAccounts/blobServices/{what}/"
    denied = exchange.error_code == "AuthorizationPermissionMismatch"
    details = {
        "action": action + verb[exchange.operation.category],
        "principals": [
            {"id": claims.object_id, "type": "User" if claims.upn else "ServicePrincipal"}
        ],
        "reason": "Policy",
        "result": "Denied" if denied else "Granted",
        "type": "RBAC",
    }
    return json.dumps([details])


def authentication_hash(kind: AuthKind, key: str, key_hash: str, token_hash: str) -> str:
    """The log's AuthenticationHash, from SHA-256 digests in upper-case hex.

    >>> authentication_hash(AuthKind.SAS, "key1", "AA", "BB")
    'key1(AA),SasSignature(BB)'
    >>> authentication_hash(AuthKind.ACCOUNT_KEY, "key2", "AA", "")
    'key2(AA)'
    >>> authentication_hash(AuthKind.OAUTH, "", "", "CC")
    'CC'
    """
    signed = f"{key}({key_hash})" if key else ""
    match kind:
        case AuthKind.ACCOUNT_KEY:
            return signed
        case AuthKind.SAS | AuthKind.DELEGATION_SAS:
            return ",".join(part for part in (signed, f"SasSignature({token_hash})") if part)
        case AuthKind.OAUTH:
            return token_hash
        case _:
            return ""

"""Azure Resource Manager on loopback: HTTPS, pages, errors, as ARM words them.

``ArmServer(resources)`` serves a list of ARM resources, each the whole body that ``GET`` by id
answers: ``id``, ``name``, ``type``, ``location``, ``tags``, ``sku``, ``kind``, ``identity``,
``properties`` … Everything else is derived from the ids:

* ``GET {id}`` gives the body; 404 ``ResourceNotFound`` if the list has none. Parts that every real
  account has (``…/blobServices/default``) must be in the list to be found.
* ``GET {collection}`` gives the resources right below it, ``page`` at a time, with an absolute
  ``nextLink``; an empty list where nothing is there but the parent is.
* ``GET /subscriptions/{s}`` is made up if it is not in the list; so are the resource groups that
  ids name, in ``/subscriptions/{s}/resourceGroups``.
* ``GET /subscriptions/{s}/resources`` has top-level resources and those nested ones that Azure
  tracks, without ``properties``.
* Under the subscription, ``Microsoft.Authorization`` and ``Microsoft.ManagedServices`` list what is
  at any scope, management groups included; ``$filter`` picks custom roles and definitions.
* ``POST …/config/{appsettings,connectionstrings}/list`` gives the resource with the id
  ``…/config/appsettings``: its ``properties`` are the settings, none if the list does not have it.
  ``GET`` does not give them.
* Lists of keys and secrets of a vault leave properties out, as Azure does.
* Sentinel answers ``BadRequest`` on a workspace whose ``onboardingStates/default`` is not there.
* Without ``api-version`` or with one outside ``versions[type]`` it refuses as ARM does.

``faults`` go before all that. ``rights`` are the caller's permissions on the subscription. The
server keeps every request in ``requests``.
"""

import contextlib
import json
import re
import socket
import ssl
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, Self
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import trustme

Json = Mapping[str, Any]

READER: Final = ({"actions": ["*/read"], "notActions": []},)
TRACKED: Final = frozenset(
    {
        "microsoft.automation/automationaccounts/runbooks",
        "microsoft.network/privatednszones/virtualnetworklinks",
        "microsoft.network/networkwatchers/flowlogs",
        "microsoft.sql/servers/databases",
        "microsoft.sql/managedinstances/databases",
        "microsoft.synapse/workspaces/sqlpools",
        "microsoft.web/sites/slots",
    }
)
_EXTENSIONS: Final = ("microsoft.authorization/", "microsoft.insights/diagnosticsettings")
_AT_ANY_SCOPE: Final = ("microsoft.authorization/", "microsoft.managedservices/")
_IN_LISTS: Final = ("id", "name", "type", "location", "tags", "kind", "sku", "identity")
_ATTRIBUTES: Final = {
    "microsoft.keyvault/vaults/keys": {"attributes", "keyUri"},
    "microsoft.keyvault/vaults/secrets": {"attributes", "secretUri"},
}
_SETTINGS: Final = re.compile(r".*/config/(appsettings|connectionstrings)", re.IGNORECASE)
_SENTINEL: Final = "/providers/microsoft.securityinsights/"
_FILTER: Final = re.compile(r"(type|policyType) eq '(\w+)'")


@dataclass
class Fault:
    """What to answer instead where ``path`` (a regular expression, any case) is found.

    ``times`` counts down, ``None`` stays. ``reset`` cuts the connection, ``raw`` is sent as it is.
    """

    path: str
    status: int = 500
    code: str = "InternalServerError"
    message: str = "made to fail"
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None
    reset: bool = False
    raw: bytes | None = None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    token: str


@dataclass(frozen=True)
class Answer:
    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, code: str, message: str = "", **headers: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message or code}}, headers)


def type_of(id_: str) -> str:
    head, _, tail = id_.casefold().rpartition("/providers/")
    if not head and not tail.count("/"):
        raise ValueError(id_)
    namespace, *pairs = tail.split("/")
    return "/".join([namespace, *pairs[::2]])


class ArmServer:
    def __init__(
        self,
        resources: Iterable[Json],
        *,
        faults: Sequence[Fault] = (),
        versions: Mapping[str, Sequence[str]] | None = None,
        rights: Sequence[Json] = READER,
        page: int = 2,
    ) -> None:
        self.resources = {str(one["id"]).casefold(): one for one in resources}
        self.faults = list(faults)
        self.versions = {k.casefold(): v for k, v in (versions or {}).items()}
        self.rights = rights
        self.page = page
        self.requests: list[Request] = []
        self._lock = Lock()
        ids = [id_ for id_ in self.resources if id_.startswith("/subscriptions/")]
        self.root = "/".join(ids[0].split("/")[:3]) if ids else ""

    def __enter__(self) -> Self:
        self._authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("127.0.0.1").configure_cert(context)
        self._server = _Server(self, context)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def trust(self, folder: Path) -> Path:
        """A file with the certificate to trust, for ``REQUESTS_CA_BUNDLE``."""
        file = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(file))
        return file

    def paths(self, method: str = "GET") -> list[str]:
        return [request.path for request in self.requests if request.method == method]

    # --- answers -----------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer | Fault:
        with self._lock:
            self.requests.append(request)
            for fault in self.faults:
                if fault.times != 0 and re.search(fault.path, request.path, re.IGNORECASE):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        if not request.token.startswith("Bearer "):
            challenge = 'Bearer authorization_uri="https://login.example/t"'
            return refusal(401, "AuthenticationFailed", **{"WWW-Authenticate": challenge})
        return self._refused_version(request) or self._resolved(request)

    def _refused_version(self, request: Request) -> Answer | None:
        version = request.query.get("api-version", "")
        if not version:
            return refusal(400, "MissingApiVersionParameter")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-[a-z.0-9]+)?", version):
            return refusal(400, "InvalidApiVersionParameter")
        path = request.path.casefold()
        known = self.versions.get(type_of(path) if "/providers/" in path else "")
        if known is not None and version not in known:
            message = f"No registered resource provider found for API version '{version}'."
            return refusal(400, "NoRegisteredProviderFound", message)
        return None

    def _resolved(self, request: Request) -> Answer:
        path = request.path.casefold().rstrip("/")
        if request.method != "GET":
            return self._posted(request.method, path)
        if _SENTINEL in path and not self._onboarded(path):
            if path.endswith("/onboardingstates/default"):
                return refusal(404, "ResourceNotFound")
            return refusal(400, "BadRequest", "Workspace is not onboarded to Microsoft Sentinel")
        if path == self.root:
            return Answer(200, self.resources.get(path) or self._subscription())
        members = self._collection(path, request.query)
        if members is not None:
            return self._paged(request, members)
        found = None if _SETTINGS.fullmatch(path) else self.resources.get(path)
        return Answer(200, found) if found else refusal(404, "ResourceNotFound")

    def _posted(self, method: str, path: str) -> Answer:
        settings = path.removesuffix("/list")
        if method != "POST" or settings == path or not _SETTINGS.fullmatch(settings):
            return refusal(405, "MethodNotAllowed")
        if settings.rsplit("/", 2)[0] not in self.resources:
            return refusal(404, "ResourceNotFound")
        none = {"id": settings, "name": settings.rpartition("/")[2], "properties": {}}
        return Answer(200, self.resources.get(settings) or none)

    def _onboarded(self, path: str) -> bool:
        return f"{path.partition(_SENTINEL)[0]}{_SENTINEL}onboardingstates/default" in (
            self.resources
        )

    def _subscription(self) -> Json:
        id_ = self.root.rpartition("/")[2]
        return {"id": self.root, "subscriptionId": id_, "displayName": "Shop", "state": "Enabled"}

    def _collection(self, path: str, query: Mapping[str, str]) -> list[Json] | None:
        special = {
            f"{self.root}/resources": self._generic,
            f"{self.root}/resourcegroups": self._groups,
            f"{self.root}/providers": self._providers,
            f"{self.root}/providers/microsoft.authorization/permissions": lambda: self.rights,
        }.get(path)
        if special is not None:
            return list(special())
        head, _, tail = path.rpartition("/providers/")
        if not tail or len(tail.split("/")) % 2:
            return None  # /providers/namespace/type/name is a resource
        if head == self.root and tail.startswith(_AT_ANY_SCOPE):
            members = [b for id_, b in self.resources.items() if _has_type(id_, tail)]
            return [one for one in members if _passes(one, query.get("$filter", ""))]
        members = [b for id_, b in self.resources.items() if id_.rpartition("/")[0] == path]
        parent = path.rpartition("/")[0] if tail.count("/") > 1 else head
        if not members and parent not in {*self.resources, self.root, ""}:
            return None
        return [_as_listed(tail, one) for one in members]

    def _generic(self) -> list[Json]:
        listed = []
        for id_, body in self.resources.items():
            if id_.count("/providers/") != 1 or not id_.startswith(f"{self.root}/resourcegroups/"):
                continue
            nested = type_of(id_).count("/") > 1
            if (nested and type_of(id_) not in TRACKED) or type_of(id_).startswith(_EXTENSIONS):
                continue
            listed.append({key: body[key] for key in _IN_LISTS if key in body})
        return listed

    def _groups(self) -> list[Json]:
        groups: dict[str, Json] = {}
        for id_, body in self.resources.items():
            parts = str(body["id"]).split("/")
            if len(parts) > 4 and parts[3].casefold() == "resourcegroups":
                group = "/".join(parts[:5])
                made = {
                    "id": group,
                    "name": parts[4],
                    "type": "Microsoft.Resources/resourceGroups",
                    "location": body.get("location", "westus"),
                }
                groups.setdefault(group.casefold(), made)
                if id_ == group.casefold():
                    groups[id_] = body
        return list(groups.values())

    def _providers(self) -> list[Json]:
        found: dict[str, list[Json]] = {}
        types = {type_of(id_) for id_ in self.resources if "/providers/" in id_}
        for type_ in sorted(types | set(self.versions)):
            namespace, _, rest = type_.partition("/")
            versions = self.versions.get(type_, ["2024-01-01", "2025-01-01-preview"])
            one = {"resourceType": rest, "apiVersions": list(versions)}
            found.setdefault(namespace, []).append(one)
        return [{"namespace": n, "resourceTypes": types} for n, types in found.items()]

    def _paged(self, request: Request, members: list[Json]) -> Answer:
        start = int(request.query.get("$skiptoken", "0"))
        page: dict[str, object] = {"value": members[start : start + self.page]}
        if start + self.page < len(members):
            query = {**request.query, "$skiptoken": str(start + self.page)}
            page["nextLink"] = f"{self.endpoint}{quote(request.path)}?{urlencode(query)}"
        return Answer(200, page)


def _has_type(id_: str, type_: str) -> bool:
    return "/providers/" in id_ and type_of(id_) == type_


def _passes(body: Json, filter_: str) -> bool:
    wanted = _FILTER.fullmatch(filter_)
    return wanted is None or body.get("properties", {}).get(wanted[1], wanted[2]) == wanted[2]


def _as_listed(type_: str, body: Json) -> Json:
    kept = _ATTRIBUTES.get(re.sub(r"(?<=/vaults)/[^/]+", "", type_))
    if kept is None:
        return body
    properties = {key: value for key, value in body["properties"].items() if key in kept}
    return {**body, "properties": properties}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for every thread: none outlives its test

    def __init__(self, arm: ArmServer, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arm = arm
        self._open: set[socket.socket] = set()
        # The handshake belongs to the thread that serves, not to the one that accepts.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends the connections that clients keep alive."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET  # noqa: N815

    def _serve(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        token = self.headers.get("Authorization", "")
        request = Request(self.command, unquote(url.path), query, token)
        answer = self.server.arm.answer(request)
        if isinstance(answer, Answer):
            self._send(answer, json.dumps(answer.body).encode())
        elif answer.reset:
            self._cut()
        else:
            made = refusal(answer.status, answer.code, answer.message, **answer.headers)
            raw = json.dumps(made.body).encode() if answer.raw is None else answer.raw
            self._send(made, raw)

    def _send(self, answer: Answer, body: bytes) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        """Close with a reset: no linger, no goodbye."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Tests read ``requests``."""

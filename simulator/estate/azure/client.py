"""Azure Resource Manager over HTTPS, for reading alone.

Decisions:

* The pipeline is azure-core's own, without two of the policies that ``ResourceManagementClient``
  brings: the one that registers a resource provider when it is missing (that is a write), and the
  one that follows redirects (a token must not travel). Logging is left out with them: an address
  can hold a secret's name.
* :class:`ReadOnly` is the last policy before the wire, so that nothing can go round it: ``GET``,
  the two ``POST … /list`` reads of App Service, and no other host than the endpoint.
* Throttling and passing faults are azure-core's retries, which keep to ``Retry-After``. They wait
  on an event, so that Ctrl-C ends the wait.
"""

import json
import re
from collections.abc import Iterator, Mapping
from threading import Event
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import (
    HeadersPolicy,
    ProxyPolicy,
    RequestIdPolicy,
    RetryPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.resource.resources import ResourceManagementClient

from simulator.estate.errors import EstateError

PUBLIC: Final = "https://management.azure.com"
"""Azure Resource Manager of the public cloud."""

Json = Mapping[str, Any]

_SETTINGS: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Web/sites/[^/]+"
    r"(/slots/[^/]+)?/config/(appsettings|connectionstrings)/list",
    re.IGNORECASE,
)
_IN_PATHS: Final = "/:()@,;=+&$!~*'"
_SIGN_IN: Final = (
    "Sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET "
    "(or AZURE_CLIENT_CERTIFICATE_PATH) of a service principal that is Reader of the subscription."
)
_CONNECTING, _READING = 20, 60  # seconds


class Unread(Exception):  # noqa: N818 - a fact about one answer, not a fault of the program
    """An answer that is none: ``status`` (``None`` where no answer came), ARM's ``code``, words."""

    def __init__(self, status: int | None, code: str, message: str) -> None:
        super().__init__(f"{status or 'no answer'} {code}".rstrip())
        self.status = status
        self.code = code
        self.message = " ".join(message.split())


class NotARead(Exception):  # noqa: N818
    """A request that could change something, or that would leave the endpoint: never sent."""


def is_read(method: str, path: str) -> bool:
    """Whether a request only reads.

    >>> is_read("GET", "/subscriptions/s"), is_read("DELETE", "/subscriptions/s")
    (True, False)
    >>> site = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/shop"
    >>> is_read("POST", site + "/config/appsettings/list"), is_read("POST", site + "/restart")
    (True, False)
    """
    return method == "GET" or (method == "POST" and _SETTINGS.fullmatch(path) is not None)


class ReadOnly(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Refuses, before it is sent, whatever is no read of the endpoint."""

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self._origin = _origin(endpoint)

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Raises :class:`NotARead`."""
        method, url = request.http_request.method, request.http_request.url
        if not is_read(method.upper(), urlsplit(url).path) or _origin(url) != self._origin:
            raise NotARead(f"{method} {url.partition('?')[0]}")


class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core loads it late, untyped
    """requests, whose waits between attempts end when ``stop`` is set."""

    def __init__(self, stop: Event) -> None:
        super().__init__(connection_timeout=_CONNECTING, read_timeout=_READING)
        self._stop = stop

    def sleep(self, duration: float) -> None:
        """Waits so many seconds; raises :class:`Unread` when the read is given up."""
        if self._stop.wait(duration):
            raise Unread(None, "Stopped", "the read was given up")


class Arm:
    """Reads of one subscription's Azure Resource Manager."""

    def __init__(
        self, subscription: str, credential: TokenCredential, endpoint: str, stop: Event
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        policies = [
            RequestIdPolicy(),
            HeadersPolicy({"Accept": "application/json"}),
            UserAgentPolicy("cpra-drill"),
            ProxyPolicy(),
            RetryPolicy(retry_total=8, retry_status=5, retry_backoff_max=30),
            ARMChallengeAuthenticationPolicy(credential, f"{self.endpoint}/.default"),
            ReadOnly(self.endpoint),
        ]
        self._client = ResourceManagementClient(
            credential,
            subscription,
            self.endpoint,
            policies=policies,
            transport=Transport(stop),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, path: str, version: str) -> Json:
        """The resource at ``path``.

        Raises :class:`Unread`, or ``EstateError`` where there is no sign-in.
        """
        return _object(self._answer("GET", self._url(path, version)))

    def settings(self, path: str, version: str) -> Json:
        """What ``POST path`` lists: App Service keeps settings from ``GET``."""
        return _object(self._answer("POST", self._url(path, version)))

    def pages(self, path: str, version: str, filter_: str = "") -> list[Json]:
        """Every member of the collection at ``path``, through all its pages."""
        return list(self._members(self._url(path, version, filter_), version))

    def _members(self, url: str, version: str) -> Iterator[Json]:
        seen: set[str] = set()
        while url:
            if url in seen:
                raise Unread(200, "", "its pages go round in a circle")
            seen.add(url)
            answer = self._answer("GET", url)
            # Some old API versions of Microsoft.Security answer with the bare list.
            page = {"value": answer} if isinstance(answer, list) else _object(answer)
            members = page.get("value", ())
            if "value" not in page or not all(isinstance(m, Mapping) for m in members or ()):
                raise Unread(200, "", "the answer is no list of resources")
            yield from members or ()
            url = self._next(page.get("nextLink"), version)

    def _next(self, link: object, version: str) -> str:
        if not link or not isinstance(link, str):
            return ""
        # Some providers leave the host out, some the version, and some write the port.
        url = urljoin(f"{self.endpoint}/", link).replace("{", "%7B").replace("}", "%7D")
        try:
            same_host = _origin(url) == _origin(self.endpoint)
        except ValueError:  # a port that is none
            same_host = False
        if not same_host:
            raise Unread(200, "", "its next page is on another host")
        given = {name.casefold() for name, _ in parse_qsl(urlsplit(url).query)}
        if "api-version" in given:
            return url
        return f"{url}{'&' if given else '?'}api-version={version}"

    def _url(self, path: str, version: str, filter_: str = "") -> str:
        query = {"api-version": version} | ({"$filter": filter_} if filter_ else {})
        asked = urlencode(query, quote_via=quote, safe="$")
        return f"{self.endpoint}{quote(path, safe=_IN_PATHS)}?{asked}"

    def _answer(self, method: str, url: str) -> object:
        try:
            response = self._client.send_request(
                HttpRequest(method, url), retry_on_methods=frozenset({"GET", "POST"})
            )
        except ClientAuthenticationError as error:
            raise EstateError(f"Not signed in to Azure: {_line(error)} {_SIGN_IN}") from None
        except AzureError as error:
            raise Unread(None, type(error).__name__, _line(error)) from None
        return _parsed(response)


def signed_out(message: str) -> EstateError:
    """The error for an answer of HTTP 401, with Azure's own words."""
    return EstateError(f"Azure did not accept the sign-in: {message or 'HTTP 401'} {_SIGN_IN}")


def _parsed(response: HttpResponse) -> object:
    status = response.status_code
    try:
        body = json.loads(response.content.decode("utf-8-sig"))
    except ValueError:
        body = None
    if status != 200:
        raise Unread(status, *_error(body))
    return body


def _object(answer: object) -> Json:
    if not isinstance(answer, Mapping):
        raise Unread(200, "", "the answer is no JSON object")
    return answer


def _error(body: object) -> tuple[str, str]:
    """ARM's code and message; some providers leave the envelope out, or write names large."""
    if not isinstance(body, Mapping):
        return "", ""
    inner = body.get("error", body.get("Error", body))
    if not isinstance(inner, Mapping):
        return "", ""
    found = {str(name).casefold(): value for name, value in inner.items()}
    return str(found.get("code") or ""), str(found.get("message") or "")


def _line(error: BaseException) -> str:
    """The first line of an error's words, and what Entra itself said, ended as a sentence."""
    first, *others = str(error).strip().splitlines() or [type(error).__name__]
    said = [" ".join(line.split()) for line in others if "AADSTS" in line]
    words = " ".join([first, *said])
    return words if words.endswith(".") else f"{words}."


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80}.get(parts.scheme, 443)

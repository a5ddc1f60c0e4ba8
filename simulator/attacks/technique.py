"""An attack as a record, and the intruder who carries it out with a real client."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final, NoReturn, Protocol, TypeVar
from uuid import UUID

from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline import PipelineRequest
from azure.core.rest import HttpRequest
from azure.storage.blob import BlobServiceClient

from simulator.estate.playbook import Effect
from simulator.twin.blueprint import AccountPlan, Blueprint, object_id
from simulator.twin.errors import SignInRefusedError, TwinError
from simulator.twin.incoming import CLIENT_HEADER
from simulator.twin.twin import Twin

T = TypeVar("T")

ANONYMOUS: Final = "anonymous"
OAUTH: Final = "oauth"
_NOT_THERE: Final = frozenset({"ResourceNotFound", "ContainerNotFound", "BlobNotFound"})


@dataclass(frozen=True, slots=True)
class NotPossible:
    """Why an attack should get nowhere, and the declaration that prevents it."""

    reason: str
    declared: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an intruder comes from: an address and the User-Agent that its tool sends."""

    source: str
    user_agent: str


class Intruder:
    """Somebody with or without a credential, who uses the real storage client.

    ``account`` is the attacked account's name. ``credential`` is ``anonymous`` or ``oauth``;
    ``principal`` is the identity whose token it has, ``None`` if none: it asks for another
    whenever one expires. The same seed makes it send the same requests.
    """

    def __init__(
        self,
        twin: Twin,
        account: AccountPlan,
        origin: Origin,
        *,
        seed: int,
        principal: str | None = None,
    ) -> None:
        self.account = account.name
        self.containers = tuple(container.name for container in account.containers)
        self.source = origin.source
        self.user_agent = origin.user_agent
        self.principal = principal
        self.random = Random(seed)  # noqa: S311 - a reproducible intruder, not a secret
        self.last_request = ""
        self._twin = twin
        self._port = self.random.randrange(49152, 65536)
        self._since = twin.now()
        self._token = ""
        self._again: Callable[[], object] | None = None
        self._client = BlobServiceClient(
            twin.endpoint(account.name),
            connection_verify=str(twin.ca_file),
            retry_total=0,
            raw_request_hook=self._dress,
        )

    @property
    def credential(self) -> str:
        """``anonymous`` or ``oauth``."""
        return ANONYMOUS if self.principal is None else OAUTH

    @property
    def object_id(self) -> str:
        """The Entra object id of the stolen identity, ``""`` without one."""
        return "" if self.principal is None else object_id(self.principal)

    @property
    def received(self) -> Mapping[tuple[str, str, str], int]:
        """Distinct bytes really got, by (account, container, blob)."""
        return self._twin.received(self.source)

    def list(self, container: str) -> tuple[str, ...] | None:
        """The names of the blobs in a container; ``None`` if refused."""
        client = self._client.get_container_client(container)
        return self._try(
            f"ListBlobs /{self.account}/{container}",
            lambda: tuple(blob.name for blob in client.list_blobs()),
        )

    def download(self, container: str, blob: str) -> int | None:
        """Fetch a blob, in pieces that are thrown away; its size, ``None`` if refused."""
        client = self._client.get_blob_client(container, blob)
        return self._try(
            f"GetBlob /{self.account}/{container}/{blob}",
            lambda: sum(map(len, client.download_blob().chunks())),
        )

    def replay(self) -> bool:
        """Send the last successful request again: whether it still succeeds.

        Raises ``ValueError`` if none ever succeeded, ``TwinError`` if the twin does not answer:
        silence is no refusal.
        """
        if self._again is None:
            raise ValueError("the intruder has no successful request to repeat")
        return self._attempt(self._again) is not None

    def pause(self, shortest: float = 1.0, longest: float = 4.0) -> timedelta:
        """How long the intruder waits before its next request, in whole seconds."""
        return timedelta(seconds=round(self.random.uniform(shortest, longest)))

    def leave(self) -> None:
        """Close the client's connections."""
        self._client.close()

    def _try(self, what: str, call: Callable[[], T]) -> T | None:
        result = self._attempt(call)
        if result is not None:
            self.last_request, self._again = what, call
        return result

    def _attempt(self, call: Callable[[], T]) -> T | None:
        """The result of a call; ``None`` if it was refused. Anything else that fails is raised."""
        self._twin.check()
        try:
            if self.principal is not None:
                self._token = self._twin.token(self.principal, self._since)
            return call()
        except SignInRefusedError:
            return None
        except AzureError as error:
            if isinstance(error, HttpResponseError) and _is_refusal(error):
                return None
            self._fail(error)

    def _fail(self, error: AzureError) -> NoReturn:
        self._twin.check()
        raise TwinError(f"the twin did not answer the intruder: {error}") from error

    def _dress(self, request: "PipelineRequest[HttpRequest]") -> None:
        """Give a request its claimed source, its tool's name, and the stolen token."""
        headers = request.http_request.headers
        headers[CLIENT_HEADER] = f"{self.source}:{self._port}"
        headers["User-Agent"] = self.user_agent
        headers["x-ms-client-request-id"] = str(UUID(int=self.random.getrandbits(128), version=4))
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"


def _is_refusal(error: HttpResponseError) -> bool:
    code = getattr(error, "error_code", None)
    name = getattr(code, "value", code) or ""
    return (
        error.status_code in {401, 403}
        or name == "PublicAccessNotPermitted"
        or (error.status_code == 404 and (name in _NOT_THERE or not name))
    )


class Enters(Protocol):
    """How an attack's intruder comes to an account."""

    def __call__(self, twin: Twin, plan: Blueprint, account: AccountPlan, *, seed: int) -> Intruder:
        """The intruder, with what it has stolen and from where it comes."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One technique.

    ``techniques`` are ATT&CK ids; ``leaves`` says what a log shows of it; ``stopped_by`` are the
    effects that take it away. ``act`` sends the requests and yields the pauses between them;
    ``undo`` takes back what it did. ``possible`` says from the declarations alone why it should get
    nowhere, ``None`` if nothing declared prevents it: the attack is really tried all the same.
    """

    id: str
    title: str
    techniques: tuple[str, ...]
    story: str
    needs: tuple[str, ...]
    leaves: tuple[str, ...]
    stopped_by: tuple[Effect, ...]
    intruder: Enters
    act: Callable[[Intruder], Iterator[timedelta]]
    undo: Callable[[Intruder], None]
    possible: Callable[[Blueprint, AccountPlan], NotPossible | None]

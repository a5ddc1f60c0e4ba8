"""The blueprint's values: what of the estate the twin runs, each setting with its declaration."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from types import MappingProxyType
from typing import Final, Generic, TypeAlias, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from simulator.telemetry.storage_blob_logs import LogSource

T = TypeVar("T")
Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value in force and where it is declared: address, place, attribute and value in words."""

    value: T
    declared: str


@dataclass(frozen=True, slots=True)
class Range:
    """A range of source addresses that a declaration lets in."""

    network: Network
    declared: str


class PrincipalKind(StrEnum):
    """Who holds a role."""

    USER = "user"
    GROUP = "group"
    WORKLOAD = "workload"
    UNKNOWN = "unknown"


class Right(StrEnum):
    """What a role lets its holder do with blobs over OAuth."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    DELEGATE = "delegate"
    """Ask for a user delegation key."""
    LIST_KEYS = "list-keys"
    """Read the account keys: no data access over OAuth, all of it with the keys."""


_DATA: Final = frozenset({Right.READ, Right.WRITE, Right.DELETE, Right.DELEGATE})
_KEYS: Final = frozenset({Right.LIST_KEYS})

# Azure built-in roles (Microsoft Learn), by name, with the ids that role_definition_id may give.
ROLES: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        "Storage Blob Data Owner": _DATA,
        "Storage Blob Data Contributor": _DATA,
        "Storage Blob Data Reader": frozenset({Right.READ, Right.DELEGATE}),
        "Storage Blob Delegator": frozenset({Right.DELEGATE}),
        "Owner": _KEYS,
        "Contributor": _KEYS,
        "Storage Account Contributor": _KEYS,
        "Storage Account Key Operator Service Role": _KEYS,
        "Reader and Data Access": _KEYS,
    }
)
ROLE_IDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
        "db58b8e5-c6ad-4a2a-8342-4190687cbf4a": "Storage Blob Delegator",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
        "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
        "17d1049b-9a84-46fb-8f53-869881c3d3ab": "Storage Account Contributor",
        "81a9662b-bebf-436f-a333-f67b29880f12": "Storage Account Key Operator Service Role",
        "c12c1c16-33a1-487b-954d-41c89c60f349": "Reader and Data Access",
    }
)


def object_id(principal: str) -> str:
    """The Entra object id of a principal: its own if that is what names it, else one made from it.

    >>> object_id("11059FCC-5514-4800-b5f8-49808b9cfab6")
    '11059fcc-5514-4800-b5f8-49808b9cfab6'
    >>> object_id("azurerm_linux_web_app.shop") == object_id("azurerm_linux_web_app.shop")
    True
    """
    try:
        return str(UUID(principal))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, principal))


@dataclass(frozen=True, slots=True)
class Grant:
    """A declared role assignment that reaches blobs.

    ``principal`` is the address of the resource that holds the identity, or an object id.
    ``container`` is ``None`` if the grant is for the whole account.
    """

    principal: str
    kind: PrincipalKind
    role: str
    account: str
    container: str | None
    declared: str

    @property
    def rights(self) -> frozenset[Right]:
        """What the role allows."""
        return ROLES.get(self.role, frozenset())

    def covers(self, container: str) -> bool:
        """Whether the grant reaches this container (``""``: the account itself)."""
        return self.container is None or self.container == container


@dataclass(frozen=True, slots=True)
class Workload:
    """An application with identities, and the subnets that its traffic leaves from.

    ``exposed`` is whether the internet reaches it, or may for all that is declared.
    """

    address: str
    principals: tuple[str, ...]
    subnets: tuple[Range, ...]
    exposed: bool
    declared: str


@dataclass(frozen=True, slots=True)
class ContainerPlan:
    """A container. ``access`` is ``private``, ``blob`` or ``container``."""

    name: str
    address: str
    access: Setting[str]


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """A storage account.

    ``addresses`` and ``subnets`` are the ranges that the firewall lets in when ``default_action``
    is ``Deny``; ``private`` those that reach the account through a private endpoint. ``personal``
    says that the account is declared to hold personal information.
    """

    name: str
    address: str
    personal: bool
    containers: tuple[ContainerPlan, ...]
    public_blob: Setting[bool]
    shared_key: Setting[bool]
    https_only: Setting[bool]
    public_network: Setting[bool]
    default_action: Setting[str]
    bypass: Setting[tuple[str, ...]]
    addresses: tuple[Range, ...]
    subnets: tuple[Range, ...]
    private: tuple[Range, ...]
    grants: tuple[Grant, ...]
    log: LogSource

    @property
    def allowed(self) -> tuple[Range, ...]:
        """Everything that the firewall lets in by a rule."""
        return (*self.addresses, *self.subnets)

    def container(self, name: str) -> ContainerPlan | None:
        """The declared container of this name."""
        return next((c for c in self.containers if c.name == name), None)


@dataclass(frozen=True)
class Blueprint:
    """Everything that the twin runs. ``assumptions`` say what could not be read, one line each."""

    accounts: tuple[AccountPlan, ...]
    workloads: tuple[Workload, ...] = ()
    assumptions: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, AccountPlan]:
        """Every account by its Azure name."""
        return {account.name: account for account in self.accounts}

    @cached_property
    def log_sources(self) -> Mapping[str, LogSource]:
        """Where each account's log goes, by the account's name."""
        return {account.name: account.log for account in self.accounts}

    def kind_of(self, principal: str) -> PrincipalKind:
        """Who a principal is, as far as its role assignments tell."""
        kinds = (g.kind for a in self.accounts for g in a.grants if g.principal == principal)
        return next(kinds, PrincipalKind.UNKNOWN)

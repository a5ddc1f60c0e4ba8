"""Which blob operation a request is: its name in the log, its category, and what it needs.

The names are those that Azure Storage logs ("Storage Analytics logged operations and status
messages", Microsoft Learn); verbs and query parameters are those of the Blob service REST API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """The resource log categories of a blob service."""

    READ = "StorageRead"
    WRITE = "StorageWrite"
    DELETE = "StorageDelete"


class Scope(StrEnum):
    """What an operation acts on, which is also the narrowest scope a role for it can have."""

    ACCOUNT = "account"
    CONTAINER = "container"
    BLOB = "blob"


@dataclass(frozen=True, slots=True)
class Operation:
    """A blob operation.

    >>> classify("GET", "customers", {"restype": "container", "comp": "list"}, {})
    Operation(name='ListBlobs', category=<Category.READ: 'StorageRead'>, scope=<Scope.BLOB: 'blob'>)
    """

    name: str
    category: Category
    scope: Scope


_R, _W, _D = Category.READ, Category.WRITE, Category.DELETE

# (verb, comp) -> name and category; the verb HEAD is listed where it differs from GET.
_SERVICE: Mapping[tuple[str, str], tuple[str, Category]] = {
    ("GET", "list"): ("ListContainers", _R),
    ("GET", "blobs"): ("FindBlobsByTags", _R),
    ("GET", "properties"): ("GetBlobServiceProperties", _R),
    ("PUT", "properties"): ("SetBlobServiceProperties", _W),
    ("GET", "stats"): ("GetBlobServiceStats", _R),
    ("POST", "userdelegationkey"): ("GetUserDelegationKey", _R),
    ("POST", "batch"): ("BlobBatch", _W),
}
_CONTAINER: Mapping[tuple[str, str], tuple[str, Category]] = {
    ("GET", "list"): ("ListBlobs", _R),
    ("GET", ""): ("GetContainerProperties", _R),
    ("GET", "metadata"): ("GetContainerMetadata", _R),
    ("GET", "acl"): ("GetContainerACL", _R),
    ("PUT", ""): ("CreateContainer", _W),
    ("PUT", "metadata"): ("SetContainerMetadata", _W),
    ("PUT", "acl"): ("SetContainerACL", _W),
    ("PUT", "undelete"): ("RestoreContainer", _W),
    ("DELETE", ""): ("DeleteContainer", _D),
}
_BLOB: Mapping[tuple[str, str], tuple[str, Category]] = {
    ("GET", ""): ("GetBlob", _R),
    ("HEAD", ""): ("GetBlobProperties", _R),
    ("GET", "metadata"): ("GetBlobMetadata", _R),
    ("GET", "tags"): ("GetBlobTags", _R),
    ("GET", "blocklist"): ("GetBlockList", _R),
    ("GET", "pagelist"): ("GetPageRegions", _R),
    ("POST", "query"): ("QueryBlobContents", _R),
    ("PUT", ""): ("PutBlob", _W),
    ("PUT", "block"): ("PutBlock", _W),
    ("PUT", "blocklist"): ("PutBlockList", _W),
    ("PUT", "appendblock"): ("AppendBlock", _W),
    ("PUT", "page"): ("PutPage", _W),
    ("PUT", "metadata"): ("SetBlobMetadata", _W),
    ("PUT", "properties"): ("SetBlobProperties", _W),
    ("PUT", "tags"): ("SetBlobTags", _W),
    ("PUT", "tier"): ("SetBlobTier", _W),
    ("PUT", "snapshot"): ("SnapshotBlob", _W),
    ("PUT", "copy"): ("AbortCopyBlob", _W),
    ("PUT", "undelete"): ("UndeleteBlob", _W),
    ("PUT", "immutabilitypolicies"): ("SetBlobImmutabilityPolicy", _W),
    ("PUT", "legalhold"): ("SetBlobLegalHold", _W),
    ("DELETE", ""): ("DeleteBlob", _D),
}
_LEASES = frozenset({"acquire", "renew", "change", "release", "break"})
UNKNOWN = "Unknown"


def classify(  # noqa: PLR0911 - a table with its exceptions
    method: str,
    container: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
) -> Operation:
    """The operation that a request asks for.

    ``query`` has lower-case names; ``headers`` is looked up by lower-case name. A request that is
    no blob operation is ``Unknown``, a write: what is not understood must not pass as a read.

    >>> classify("HEAD", "customers", {}, {}).name
    'GetBlobProperties'
    >>> classify("PUT", "c", {}, {"x-ms-copy-source": "https://elsewhere/x"}).name
    'CopyBlob'
    >>> classify("PUT", "c", {"restype": "container", "comp": "lease"},
    ...     {"x-ms-lease-action": "acquire"}).name
    'AcquireContainerLease'
    """
    verb, comp = method.upper(), query.get("comp", "").lower()
    restype = query.get("restype", "").lower()
    if verb == "OPTIONS":
        return Operation("BlobPreflightRequest", _R, Scope.ACCOUNT)
    if restype == "account" and verb in {"GET", "HEAD"}:
        return Operation("GetAccountInformation", _R, Scope.ACCOUNT)
    if not container:
        return _look_up(_SERVICE, verb, comp, Scope.ACCOUNT)
    on_container = restype == "container"
    action = headers.get("x-ms-lease-action", "").lower()
    if comp == "lease" and action in _LEASES:
        what, scope = ("Container", Scope.CONTAINER) if on_container else ("Blob", Scope.BLOB)
        return Operation(f"{action.capitalize()}{what}Lease", _W, scope)
    if on_container:
        # Listing blobs reads blobs: Azure asks for blobs/read, not containers/read.
        scope = Scope.BLOB if comp == "list" else Scope.CONTAINER
        return _look_up(_CONTAINER, verb, comp, scope)
    special = _special(verb, comp, headers)
    if special:
        return Operation(special, _W, Scope.BLOB)
    return _look_up(_BLOB, verb, comp, Scope.BLOB)


def _special(verb: str, comp: str, headers: Mapping[str, str]) -> str:
    """The blob operations that a header tells apart from another with the same verb."""
    if verb == "PUT" and not comp and "x-ms-copy-source" in headers:
        return "CopyBlob"
    if verb == "PUT" and comp == "page" and headers.get("x-ms-page-write", "").lower() == "clear":
        return "ClearPage"
    return ""


def _look_up(
    table: Mapping[tuple[str, str], tuple[str, Category]], verb: str, comp: str, scope: Scope
) -> Operation:
    found = table.get((verb, comp))
    if found is None and verb == "HEAD":
        found = table.get(("GET", comp))
    name, category = found or (UNKNOWN, _W)
    return Operation(name, category, scope)

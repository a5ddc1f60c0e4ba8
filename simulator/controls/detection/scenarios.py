"""The leaks that an analytics rule has to see, told from what its query reads and keeps.

The tactics of a rule are free text and prove nothing; its query does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate import kql
from simulator.estate.model import Estate, Reference, effective

BLOB_LOGS: Final = "StorageBlobLogs"
_READS: Final = ("getblob", "listblob", "listcontainer", "storageread")
_VERBS: Final = frozenset({"get", "list", "read"})
_CODE: Final = re.compile(r"[1-5]\d\d")
_STATUS: Final = re.compile(r"\bStatusCode\b\s*\)?\s*(?:==|=~|>=|>)\s*([1-5]\d\d)\b")
_REFUSED: Final = re.compile(r"fail|denied|mismatch|notfound|forbidden|unauthorized")
_SAVED_FUNCTION: Final = "azurerm_log_analytics_saved_search"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way in which data leaves: ``sees`` tells whether a query looks for it.

    ``query`` is one that does, for a team that has none; ``{table}`` is a table that is fed.
    """

    name: str
    words: str
    sees: Callable[[str], bool]
    query: str


def mass_read(query: str) -> bool:
    """Whether a query counts or sums reads of blobs, by whatever kind of caller.

    >>> mass_read("StorageBlobLogs | where OperationName == 'GetBlob' | summarize count() by X")
    True
    >>> mass_read("StorageBlobLogs | where AuthenticationType == 'SAS' | summarize count() by X")
    False
    >>> mass_read("StorageBlobLogs | where StatusCode in ('403', '404') | summarize count() by X")
    False
    """
    if BLOB_LOGS not in kql.tables(query) or not kql.aggregates(query):
        return False
    if _refused_alone(query):
        return False
    return _reads(query) and not kql.filters_on(query, "AuthenticationType")


def unsigned_read(query: str) -> bool:
    """Whether a query looks for reads without a sign-in: anonymous, or with a signed link.

    >>> unsigned_read("StorageBlobLogs | where AuthenticationType in ('Anonymous', 'SAS')")
    True
    """
    if BLOB_LOGS not in kql.tables(query) or not _reads(query) or _refused_alone(query):
        return False
    if not any(kql.filters_on(query, name) for name in ("AuthenticationType", "StatusText")):
        return False
    wanted = ("anonymous", "sas", "dsas", "delegationsas")
    return any(literal.casefold().startswith(wanted) for literal in kql.literals(query))


def _reads(query: str) -> bool:
    """Whether reads are among the operations that the query keeps."""
    if not any(kql.filters_on(query, name) for name in ("OperationName", "Category")):
        return True
    words = [literal.casefold() for literal in kql.literals(query)]
    return any(word.startswith(_READS) or word in _VERBS for word in words)


def _refused_alone(query: str) -> bool:
    """Whether a query keeps only requests that were refused: what was refused has not leaked."""
    words = [literal.casefold() for literal in kql.literals(query)]
    codes = _STATUS.findall(kql.code(query))
    if kql.filters_on(query, "StatusCode"):
        codes += filter(_CODE.fullmatch, words)
    by_text = kql.filters_on(query, "StatusText") and any(map(_REFUSED.search, words))
    if any(word.endswith("success") for word in words) or not (codes or by_text):
        return False
    return all(code >= "400" for code in codes)


_BY_ADDRESS: Final = "extend Ip = tostring(split(CallerIpAddress, ':')[0])"  # without its port
STORAGE_SCENARIOS: Final = (
    Scenario(
        "mass-read",
        "mass reading or listing of blobs by one caller",
        mass_read,
        f"{BLOB_LOGS} | where OperationName in ('GetBlob', 'ListBlobs') | {_BY_ADDRESS} "
        "| summarize n = count() by Ip, AccountName | where n > 500",
    ),
    Scenario(
        "unsigned-read",
        "anonymous reads, or reads with a signed link (SAS)",
        unsigned_read,
        f"{BLOB_LOGS} | where OperationName == 'GetBlob' and AuthenticationType in "
        f"('Anonymous', 'SAS') | {_BY_ADDRESS}",
    ),
)


def any_access(_: str) -> bool:
    """Any query at all: where there is no blob storage, one rule that reads the logs will do."""
    return True


OTHER_SCENARIOS: Final = (
    Scenario(
        "access",
        "access to the data stores",
        any_access,
        "{table} | summarize n = count() by bin(TimeGenerated, 5m) | where n > 500",
    ),
)


def expanded(estate: Estate, query: str) -> str:
    """The query with the saved functions that it calls written after it, for what they read."""
    called = [body for alias, body in _functions(estate) if alias in kql.code(query)]
    return "\n;\n".join((query, *called))


def hidden_sources(estate: Estate, query: str) -> tuple[str, ...]:
    """The functions that a query reads from and that the estate does not declare."""
    declared = {alias for alias, _ in _functions(estate)}
    return tuple(sorted(kql.hidden_sources(query) - declared))


def _functions(estate: Estate) -> Iterator[tuple[str, str]]:
    for saved in estate.of_type(_SAVED_FUNCTION):
        alias, text = effective(saved.get("function_alias")), saved.get("query")
        body = text.text if isinstance(text, Reference) else effective(text)
        if isinstance(alias, str) and isinstance(body, str):
            yield alias, body

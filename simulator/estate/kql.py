"""What can be told about a KQL query without running it.

Comments are no part of a query and string literals name no table, so both are blanked before
anything is looked for. These are readings of the text, not a parse: they answer the questions that
the controls ask, and the drill runs the query itself.
"""

import re
from collections.abc import Iterator

# Comment, verbatim string, multi-line string, string; in that order at each place.
_LEXEME = re.compile(
    r"//[^\n]*"
    r"|@\"(?:[^\"]|\"\")*\"|@'(?:[^']|'')*'"
    r"|```.*?```|~~~.*?~~~"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
_PARAMETERS = r"(?:\s+[\w.]+\s*=\s*[\w.]+)*"
_TABLE = re.compile(
    rf"(?:^|[;(,=\]]|\bunion\b{_PARAMETERS}|\b(?:join|lookup)\b{_PARAMETERS}|\bin~?\s*\()\s*"
    r"(?!(?:union|join|lookup|let|set|declare|print|range|search|find|datatable)\b)"
    r"([A-Za-z_]\w*)\b(?!\s*[(=])"
)
_LET = re.compile(r"\blet\s+(\w+)\s*=")
_SOURCE_CALL = re.compile(r"(?:^|[;(,]|\bunion\b(?:\s+[\w.]+\s*=\s*[\w.]+)*)\s*([A-Za-z_]\w*)\s*\(")
_CLEANS = r"(?:split|extract|extract_all|trim|trim_end|substring|replace_regex|replace_string)\s*\("
_CALLER = "CallerIpAddress"


def code(query: str) -> str:
    r"""The query with its comments gone and its string literals emptied.

    >>> code('StorageBlobLogs // AzureActivity\n| where Type == "SigninLogs"')
    'StorageBlobLogs \n| where Type == ""'
    """
    return _LEXEME.sub(lambda m: "" if m[0].startswith("//") else '""', query)


def blanked(query: str) -> str:
    """The query with spaces in place of its comments and string literals, as long as it was.

    >>> blanked("T | where A == 'b, c' and D")
    'T | where A ==        and D'
    """
    return _LEXEME.sub(lambda m: " " * len(m[0]), query)


def literals(query: str) -> tuple[str, ...]:
    """The string literals of the query, without their quotes."""
    found = (m[0] for m in _LEXEME.finditer(query) if not m[0].startswith("//"))
    return tuple(
        text[3:-3] if text[:3] in {"```", "~~~"} else text.lstrip("@")[1:-1] for text in found
    )


def tables(query: str) -> frozenset[str]:
    """The names that stand where a table stands, but for those that the query itself defines.

    A column in such a place (``project A, B``) is among them: compare with the tables you mean.

    >>> sorted(tables("union isfuzzy=true StorageBlobLogs, (AzureActivity | take 5)"))
    ['AzureActivity', 'StorageBlobLogs']
    """
    text = code(query)
    return frozenset(_TABLE.findall(text)) - frozenset(_LET.findall(text))


def hidden_sources(query: str) -> frozenset[str]:
    """Functions that the query reads from, whose tables therefore do not show in its text.

    >>> sorted(hidden_sources("_Im_FileEvent(starttime=ago(1h)) | take 1"))
    ['_Im_FileEvent']
    """
    text = code(query)
    known = {*_LET.findall(text), *_NOT_FUNCTIONS}
    calls = {name for name in _SOURCE_CALL.findall(text) if name not in known}
    parsers = {name for name in tables(query) if re.match(r"_?[iI]m_?[A-Z]", name)}
    return frozenset({name for name in calls if _first_source(text, name)} | parsers)


_NOT_FUNCTIONS = frozenset(
    {
        "union",
        "datatable",
        "range",
        "print",
        "search",
        "find",
        "externaldata",
        "materialize",
        "view",
    }
)


def _first_source(text: str, name: str) -> bool:
    """Whether a call opens a pipeline rather than standing in an expression."""
    return (
        re.search(rf"(?:^|[;]|\bunion\b[^|]*?|=)\s*{name}\s*\([^|]*\)\s*(?:\||;|$)", text)
        is not None
    )


def operators(query: str) -> Iterator[tuple[str, str]]:
    """The tabular operators of the query in the order written: name and the rest of its text."""
    for part in re.split(r"[|;]", code(query))[1:]:
        found = re.match(r"\s*([a-z][a-z-]*)\b(.*)", part, re.DOTALL)
        if found:
            yield found[1], found[2]


def filters_on(query: str, column: str) -> bool:
    """Whether the query keeps rows by comparing ``column`` with something.

    >>> filters_on("T | where AuthenticationType == 'SAS'", "AuthenticationType")
    True
    """
    comparison = r"\s*(?:\)\s*)?(?:==|=~|in\b|in~|has|contains|startswith|endswith|matches)"
    return re.search(rf"\b{column}\b{comparison}", code(query)) is not None


def aggregates(query: str) -> bool:
    """Whether the query counts or sums, as a rule for *mass* reading must."""
    return any(name in {"summarize", "make-series", "count"} for name, _ in operators(query))


def most_rows(query: str) -> int | None:
    """The most rows that the query can return, ``None`` if its text sets no limit.

    >>> most_rows("T | summarize n = count() | where n > 5")
    1
    """
    most: int | None = None
    for name, rest in operators(query):
        if name in {"where", "filter"} and _keeps_nothing(rest):
            most = 0
        elif name in {"take", "limit", "top"} and (found := re.match(r"\s*(\d+)", rest)):
            most = int(found[1]) if most is None else min(most, int(found[1]))
        elif name == "count" or (name == "summarize" and not re.search(r"\bby\b", rest)):
            most = 1
        elif name in {"mv-expand", "join", "union", "mv-apply", "lookup"}:
            most = None
    return most


def _keeps_nothing(condition: str) -> bool:
    """Whether a condition is ``false``, or compares two numbers that differ."""
    found = re.fullmatch(r"[\s(]*(?:false|(\d+)\s*==\s*(\d+))[\s)]*", condition)
    return found is not None and (found[1] is None or int(found[1]) != int(found[2]))


def groups_by_port(query: str) -> bool:
    """Whether the query groups by the storage logs' ``CallerIpAddress`` with its port still on it.

    That column reads ``203.0.113.9:50123`` (Microsoft Learn, "Azure Blob Storage monitoring data
    reference"): grouped by it, one intruder is as many rows as connections, each under a threshold.

    >>> groups_by_port("StorageBlobLogs | summarize count() by CallerIpAddress")
    True
    >>> groups_by_port("StorageBlobLogs | summarize count() by split(CallerIpAddress, ':')[0]")
    False
    """
    with_port = callers_with_port(query)
    for name, rest in operators(query):
        if name in {"summarize", "make-series"}:
            groups = re.split(r"\bby\b", rest, maxsplit=1)[1:]
            if any(_bare(term) in with_port for group in groups for term in _terms(group)):
                return True
    return False


def callers_with_port(query: str) -> frozenset[str]:
    """The columns of the query that still hold an address with its port."""
    text = code(query)
    cleaned = re.search(rf"\b{_CALLER}\s*=(?!=|~)[^|;]*?{_CLEANS}[^|;]*\b{_CALLER}\b", text)
    if cleaned or not re.search(rf"\b{_CALLER}\b", text):
        return frozenset()
    copies = re.findall(
        rf"\b(\w+)\s*=(?!=|~)\s*(?:tostring\s*\(\s*)?{_CALLER}\b\s*\)?\s*(?=[,|;\n]|$)", text
    )
    return frozenset({_CALLER, *copies})


def _terms(group: str) -> Iterator[str]:
    """The comma-separated terms at the top level of a ``by`` clause."""
    depth, term = 0, ""
    for character in group:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            break  # the clause ends with the bracket that it stands in
        if character == "," and depth == 0:
            yield term
            term = ""
        else:
            term += character
    yield term


def _bare(term: str) -> str:
    """The column of a term, without a new name for it and without ``tostring()``."""
    column = term.rpartition("=")[2].strip()
    found = re.fullmatch(r"tostring\s*\(\s*(\w+)\s*\)", column)
    return found[1] if found else column

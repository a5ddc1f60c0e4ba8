"""The KQL of Azure Monitor's transformations: what it allows, and how it differs from other KQL.

Source: Microsoft Learn, "Supported KQL features in Azure Monitor transformations" (20 January 2026)
and its samples, "Sample transformations in Azure Monitor". What is on no list is refused when the
rule is deployed; a plan does not show that.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from simulator.estate.kql import blanked, code

_OPERATORS: Final = frozenset(
    (
        *("extend", "project", "print", "where", "parse", "project-away", "project-rename"),
        *("datatable",),
    )
)
_FUNCTIONS: Final = frozenset(
    (
        *("binary_and", "binary_or", "binary_not", "binary_shift_left", "binary_shift_right"),
        *("binary_xor", "tobool", "todatetime", "todouble", "toreal", "toguid", "toint"),
        *("tolong", "tostring", "totimespan", "ago", "datetime_add", "datetime_diff"),
        *("datetime_part", "dayofmonth", "dayofweek", "dayofyear", "endofday", "endofmonth"),
        *("endofweek", "endofyear", "getmonth", "getyear", "hourofday", "make_datetime"),
        *("make_timespan", "now", "startofday", "startofmonth", "startofweek", "startofyear"),
        *("weekofyear", "array_concat", "array_length", "pack_array", "pack", "parse_json"),
        *("parse_xml", "zip", "abs", "bin", "floor", "ceiling", "exp", "exp10", "exp2"),
        *("isfinite", "isinf", "isnan", "log", "log10", "log2", "pow", "round", "sign", "case"),
        *("iif", "max_of", "min_of", "base64_encodestring", "base64_decodestring", "countof"),
        *("extract", "extract_all", "indexof", "isempty", "isnotempty", "split", "strcat"),
        *("strcat_delim", "strlen", "substring", "tolower", "toupper", "hash_sha256"),
        *("gettype", "isnotnull", "isnull", "columnifexists", "parse_cef_dictionary"),
        *("geo_location",),
    )
)
# Not on the list, and yet in the examples of the same pages: Azure takes them.
_IN_EXAMPLES: Final = frozenset({"iff", "replace", "replace_string"})
# Words before a bracket that call nothing, and literals.
_NOT_CALLS: Final = frozenset(
    (
        *("and", "or", "not", "in", "by", "where", "extend", "project", "print", "with", "of"),
        *("has", "contains", "startswith", "endswith", "regex", "has_cs", "contains_cs"),
        *("startswith_cs", "endswith_cs", "datatable", "datetime", "timespan", "time", "guid"),
        *("int", "long", "real", "double", "bool", "decimal", "let"),
    )
)
_OPERATOR: Final = re.compile(r"\s*([a-z][a-z-]*)")
_CALL: Final = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*\(")
_LET: Final = re.compile(r"\blet\s+(\w+)\s*=")
_REFUSED_COMPARISONS: Final = re.compile(
    r"(?<![\w.])!?(has_any|has_all|hasprefix(?:_cs)?|hassuffix(?:_cs)?)\b|(?<![\w.])(!?in~)"
)
_NOTHING: Final = re.compile(r"\|\s*where\s+(?:false|1\s*==\s*0|0\s*==\s*1)\s*(?:\||;|$)")
_STATEMENT: Final = re.compile(r"^\s*(?:source\b|print\b|datatable\b)")


def refusals(transform: str) -> tuple[str, ...]:
    """What Azure does not allow in a transformation, in words; none if all of it is allowed.

    >>> refusals("source | extend Message = iif(Message has 'tok_', '', Message)")
    ()
    >>> refusals("source | extend Message = replace_regex(Message, 'a', 'b') | summarize count()")
    ('the operator summarize', 'the function replace_regex()', 'the function count()')
    """
    text = code(transform)
    statements = [part for part in text.split(";") if part.strip()]
    last = statements[-1] if statements else ""
    found = [] if _STATEMENT.match(last) else ["a source other than source"]
    called = (_OPERATOR.match(pipe) for one in statements for pipe in one.split("|")[1:])
    found += [f"the operator {op[1]}" for op in called if op and op[1] not in _OPERATORS]
    own = frozenset(_LET.findall(text))
    known = _FUNCTIONS | _IN_EXAMPLES | _NOT_CALLS | _OPERATORS | own
    found += [f"the function {name}()" for name in _CALL.findall(text) if name not in known]
    found += [f"the comparison {a or b}" for a, b in _REFUSED_COMPARISONS.findall(text)]
    return tuple(dict.fromkeys(found))


def passes_through(transform: str) -> bool:
    """Whether a transformation is ``source`` and nothing else: what comes in is stored.

    >>> passes_through(" source // all of it"), passes_through("source | where true")
    (True, False)
    """
    return code(transform).strip() in {"", "source"}


def drops_all(transform: str) -> bool:
    """Whether a transformation says that no row of the table is stored.

    >>> drops_all("source | where 1 == 0"), drops_all("source | where SeverityLevel > 2")
    (True, False)
    """
    return _NOTHING.search(code(transform)) is not None


def in_engine_words(transform: str, columns: Mapping[str, str]) -> str:
    """The transformation with what only transformations know in the words of other KQL.

    ``replace`` takes a regular expression, what to put in its place, and then the text;
    ``columnifexists`` is the column, or what stands second where ``columns`` has none.

    >>> in_engine_words("source | extend M = replace('tok_[a-z]+', 'x', tolower(M))", {})
    "source | extend M = replace_regex(tolower(M), 'tok_[a-z]+', 'x')"
    >>> in_engine_words('source | extend M = columnifexists("M", "")', {"M": "string"})
    'source | extend M = M'
    """

    def column(arguments: list[str]) -> str:
        name = arguments[0].strip().strip("'\"")
        return name if name in columns else arguments[1].strip()

    def replace(arguments: list[str]) -> str:
        pattern, rewrite, text = (argument.strip() for argument in arguments)
        return f"replace_regex({text}, {pattern}, {rewrite})"

    rewritten = _rewritten(transform, "replace", 3, replace)
    return _rewritten(rewritten, "columnifexists", 2, column)


def _rewritten(text: str, function: str, arity: int, made: Callable[[list[str]], str]) -> str:
    """``text`` with every call of ``function`` made anew, the innermost first."""
    place = len(text)
    while (call := _last_call(text, function, place)) is not None:
        start, arguments, end = call
        if len(arguments) == arity:
            text = text[:start] + made(arguments) + text[end:]
        place = start
    return text


def _last_call(text: str, function: str, before: int) -> tuple[int, list[str], int] | None:
    """Where the last call of ``function`` before a place begins, its arguments, where it ends."""
    blank = blanked(text)
    calls = list(re.finditer(rf"(?<![\w.]){function}\s*\(", blank[:before]))
    if not calls:
        return None
    start, place, depth = calls[-1].start(), calls[-1].end(), 1
    cuts = [place]
    while place < len(blank) and depth:
        depth += (blank[place] in "([{") - (blank[place] in ")]}")
        if (blank[place] == "," and depth == 1) or depth == 0:
            cuts.append(place)
        place += 1
    commas = (cuts[0] - 1, *cuts[1:])
    return start, [text[a + 1 : b] for a, b in pairwise(commas)], place

"""``format`` and ``formatlist``."""

import json
import re

from simulator.estate.hcl.arguments import items_of, needed, unmarked
from simulator.estate.hcl.conversion import NotEvaluated, to_bool, to_number
from simulator.estate.hcl.value import (
    Evaluated,
    Ref,
    Text,
    Unknown,
    join,
    json_text,
    text_of,
    through,
)

_VERB = re.compile(r"%([-+ 0#]*\d*(?:\.\d+)?)([a-zA-Z%])|%")


def format_text(spec: Evaluated, *values: Evaluated) -> Evaluated:
    """``values`` in the places of the verbs of ``spec``; unknown ones keep to theirs.

    >>> format_text("%s-%03d", "a", 7)
    'a-007'
    """
    pattern = str(needed(spec))
    pieces: list[Evaluated] = []
    rest = list(values)
    position = 0
    for match in _VERB.finditer(pattern):
        pieces.append(pattern[position : match.start()])
        position = match.end()
        if match[2] is None:
            raise NotEvaluated
        pieces.append("%" if match[2] == "%" else _formatted(match, rest.pop(0)))
    return join([*pieces, pattern[position:]])


def _formatted(match: re.Match[str], value: Evaluated) -> Evaluated:
    if match[0] in {"%s", "%v"} and isinstance(unmarked(value), Ref | Unknown | Text):
        return value
    return through(value, lambda inner: verb(match, needed(inner)))


def format_list(spec: Evaluated, *values: Evaluated) -> Evaluated:
    """:func:`format_text` for each row of the lists among ``values``."""
    lists = [value for value in values if isinstance(unmarked(value), list)]
    count = len(items_of(lists[0])) if lists else 1
    rows = [[items_of(v)[i] if v in lists else v for v in values] for i in range(count)]
    return [format_text(spec, *row) for row in rows]


def verb(match: re.Match[str], value: Evaluated) -> str:
    """``value`` as a verb of ``format``, such as ``%05d``, writes it."""
    flags, letter = match[1], match[2]
    if "#" in flags or letter not in "svqtdfxX" or re.search(r"\d{4}", flags):
        raise NotEvaluated
    if letter == "q":
        return json.dumps(text_of(value), ensure_ascii=False)
    if letter == "t":
        return text_of(to_bool(value))
    if letter in "sv":
        shown = (
            json_text(value) if isinstance(value, list | dict) or value is None else text_of(value)
        )
        return f"%{flags}s" % shown
    number = to_number(value)
    return f"%{flags}{letter}" % (number if letter == "f" else int(number))

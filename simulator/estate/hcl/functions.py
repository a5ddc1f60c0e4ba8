"""Calling Terraform's functions with arguments of which parts may not be known.

Functions of :data:`~simulator.estate.hcl.plain.PLAIN` need every argument in full, so one unknown
argument makes their result unknown. Those of ``STRUCTURAL`` only move values about, and keep what
is known around what is not. A function in neither table gives an unknown value, never a guess.
"""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from simulator.estate.hcl.arguments import (
    Undecided,
    entries_of,
    items_of,
    looked_into,
    needed,
    unmarked,
    whole_number,
)
from simulator.estate.hcl.conversion import NotEvaluated, distinct, kind, same, to_set, unified
from simulator.estate.hcl.formatting import format_list, format_text
from simulator.estate.hcl.moments import length
from simulator.estate.hcl.plain import PLAIN, Function
from simulator.estate.hcl.value import (
    LONGEST,
    Evaluated,
    EvaluationError,
    Ref,
    Secret,
    Set,
    TooLargeError,
    Unknown,
    bounded,
    is_known,
    join,
    json_text,
    reveal,
    text_of,
    through,
    unknown,
)

MOMENTS: Final = frozenset({"timestamp", "plantimestamp"})
# These differ in every run, so no run can know what the next one will see.
RANDOM: Final = MOMENTS | {"uuid", "bcrypt"}


def call(name: str, arguments: list[Evaluated], text: str) -> Evaluated:
    """The result of one function call; ``text`` is the call as written.

    Raises :class:`EvaluationError` where Terraform would refuse the arguments.

    >>> call("lower", ["ABC"], 'lower("ABC")')
    'abc'
    """
    if name in RANDOM:
        after_run = timedelta() if name in MOMENTS else None
        return Unknown(f"{name}() gives another value in every run", text, after_run=after_run)
    if name not in STRUCTURAL and name not in PLAIN:
        return Unknown(f"the function {name} is not evaluated here", text)
    for argument in arguments:
        bounded(argument)
    try:
        return _structural(name, arguments) if name in STRUCTURAL else _plain(name, arguments)
    except Undecided as undecided:
        return unknown(text, undecided.value)
    except NotEvaluated:
        return Unknown(f"{text} is a form of {name} that is not evaluated here", text)
    except EvaluationError as error:
        # Words about an argument may repeat it, so there are none about a sensitive one.
        what = "it refuses a sensitive value" if reveal(arguments)[1] else str(error)
        raise EvaluationError(f"{text}: {what}") from error
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        StopIteration,
    ) as e:
        why = "" if reveal(arguments)[1] else f" ({e})"
        raise EvaluationError(f"{text}: {name} cannot take these arguments{why}") from e


def _plain(name: str, arguments: list[Evaluated]) -> Evaluated:
    plain, marked = reveal(arguments)
    if not isinstance(plain, list) or not is_known(plain):
        raise Undecided(plain)
    result = PLAIN[name](*plain)
    if isinstance(result, str) and len(result) > LONGEST:
        raise TooLargeError(f"it has more than {LONGEST:,} characters")
    return Secret(result) if marked else result


def _structural(name: str, arguments: list[Evaluated]) -> Evaluated:
    if name not in _LOOKS_ITSELF:
        for argument in arguments:
            looked_into(argument)
    return STRUCTURAL[name](*arguments)


def _is_null(value: Evaluated) -> bool:
    """Whether ``value`` is null. A resource's own id never is; of others nobody can tell."""
    bare = unmarked(value)
    if isinstance(bare, Unknown) or (isinstance(bare, Ref) and bare.path != "id"):
        raise Undecided(bare)
    return bare is None


def _coalesce(*values: Evaluated) -> Evaluated:
    for value in values:
        if not _is_null(value) and unmarked(value) != "":
            return value
    raise EvaluationError("no argument is set")


def _coalesce_list(*lists: Evaluated) -> Evaluated:
    """The first list with elements: what comes after it is not looked at."""
    for value in lists:
        if unmarked(value) is not None and items_of(value):
            return value
    raise EvaluationError("no argument has an element")


def _compact(value: Evaluated) -> Evaluated:
    return [item for item in items_of(value) if not _is_null(item) and unmarked(item) != ""]


def _contains(collection: Evaluated, wanted: Evaluated) -> Evaluated:
    goal = needed(wanted)
    plain = [reveal(item)[0] for item in items_of(collection)]
    # One that is equal settles it, whatever the unknown ones turn out to be.
    if any(same(item, goal) for item in plain if is_known(item)):
        return True
    needed(plain)
    return False


def _distinct(value: Evaluated) -> Evaluated:
    items = items_of(value)
    return distinct(items) if is_known(items) else items


def _element(collection: Evaluated, index: Evaluated) -> Evaluated:
    items = items_of(collection)
    if not items:
        raise EvaluationError("the list is empty")
    return items[whole_number(index) % len(items)]


def _flatten(value: Evaluated) -> list[Evaluated]:
    flat: list[Evaluated] = []
    for item in items_of(value):
        bare = unmarked(item)
        if isinstance(bare, Unknown):
            raise Undecided(bare)
        flat.extend(_flatten(item) if isinstance(bare, list) else [item])
    return flat


def _join_lists(separator: Evaluated, *lists: Evaluated) -> Evaluated:
    pieces: list[Evaluated] = []
    for item in itertools.chain.from_iterable(map(items_of, lists)):
        pieces += [separator, item] if pieces else [item]
    return join(pieces)


def _length(value: Evaluated) -> Evaluated:
    bare = unmarked(value)
    if isinstance(bare, str | list | dict):
        return len(bare)
    raise EvaluationError(f"a list, map or string is needed, not {kind(bare)}")


def _lookup(mapping: Evaluated, key: Evaluated, *default: Evaluated) -> Evaluated:
    entries, name = entries_of(mapping), text_of(needed(key))
    if name in entries:
        return entries[name]
    if not default:
        raise EvaluationError(f"the map has no {name!r}")
    return default[0]


def _merge(*maps: Evaluated) -> Evaluated:
    merged: dict[str, Evaluated] = {}
    for mapping in maps:
        if unmarked(mapping) is not None:
            merged |= entries_of(mapping)
    return merged


def _one(value: Evaluated) -> Evaluated:
    items = items_of(value)
    if len(items) > 1:
        raise EvaluationError("more than one element")
    return items[0] if items else None


def _time_add(moment: Evaluated, duration: Evaluated) -> Evaluated:
    """How long after the run it is stays known, where the run decides the moment itself."""
    start = unmarked(moment)
    if not isinstance(start, Unknown) or start.after_run is None:
        return _plain("timeadd", [moment, duration])
    after = text_of(needed(duration))
    why = f"{after} after {start.text}, which gives another value in every run"
    after_run = start.after_run + length(after)
    return Unknown(why, f'timeadd({start.text}, "{after}")', after_run=after_run)


def _to_set(value: Evaluated) -> Evaluated:
    items = items_of(value)
    return to_set(items) if is_known(items) else Set(items)


def _to_list(value: Evaluated) -> Evaluated:
    items = items_of(value)
    return unified(list(items)) if is_known(items) else list(items)


def _to_map(value: Evaluated) -> Evaluated:
    entries = entries_of(value)
    if not is_known(entries):
        return entries
    return dict(zip(entries, unified(list(entries.values())), strict=True))


def _to_string(value: Evaluated) -> Evaluated:
    if unmarked(value) is None or not is_known(value):
        return value
    return through(value, text_of)


def _zipmap(keys: Evaluated, values: Evaluated) -> Evaluated:
    return dict(zip(map(text_of, items_of(needed(keys))), items_of(values), strict=True))


_LOOKS_ITSELF: Final = frozenset(
    {"coalesce", "coalescelist", "contains", "format", "formatlist", "jsonencode", "lookup"}
    | {"nonsensitive", "sensitive", "timeadd", "tostring"}
)

STRUCTURAL: Final[Mapping[str, Function]] = {
    "chunklist": lambda value, size: [
        items_of(value)[start : start + whole_number(size)]
        for start in range(0, len(items_of(value)), whole_number(size))
    ],
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "compact": _compact,
    "concat": lambda *lists: [item for value in lists for item in items_of(value)],
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "format": format_text,
    "formatlist": format_list,
    "join": _join_lists,
    "jsonencode": json_text,
    "keys": lambda value: sorted(entries_of(value)),
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "nonsensitive": unmarked,
    "one": _one,
    "reverse": lambda value: items_of(value)[::-1],
    "sensitive": lambda value: value if isinstance(value, Secret) else Secret(value),
    "slice": lambda value, *limits: items_of(value)[slice(*map(whole_number, limits))],
    "timeadd": _time_add,
    "tolist": _to_list,
    "tomap": _to_map,
    "toset": _to_set,
    "tostring": _to_string,
    "values": lambda value: [item for _, item in sorted(entries_of(value).items())],
    "zipmap": _zipmap,
}

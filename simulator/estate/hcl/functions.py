"""Terraform's functions, over values of which parts may not be known.

Two tables. ``PLAIN`` functions need every argument in full, so one unknown argument makes their
result unknown. ``STRUCTURAL`` ones only move values about and keep what is known around what is
not. A function in neither table gives an unknown value, never a guess.
"""

import base64
import hashlib
import ipaddress
import itertools
import json
import math
import posixpath
import re
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Final

import yaml

from simulator.estate.hcl.value import (
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    Secret,
    Set,
    Text,
    Unknown,
    is_known,
    join,
    json_text,
    reveal,
    text_of,
    through,
    unknown,
    why_unknown,
)

Function = Callable[..., Evaluated]

# These differ in every run, so no run can know what the next one will see.
RANDOM: Final = frozenset({"timestamp", "plantimestamp", "uuid", "bcrypt"})


def call(name: str, arguments: list[Evaluated], text: str) -> Evaluated:
    """The result of one function call; ``text`` is the call as written.

    Raises :class:`EvaluationError` where Terraform would refuse the arguments.
    """
    if name in RANDOM:
        return Unknown(f"{name}() gives another value in every run", text)
    try:
        if name in STRUCTURAL:
            if (container := _opaque_container(name, arguments)) is not None:
                return unknown(text, container)
            return STRUCTURAL[name](*arguments)
        if name not in PLAIN:
            return Unknown(f"the function {name} is not evaluated here", text)
        plain, marked = reveal(arguments)
        if not is_known(plain):
            return unknown(text, plain)
        result = PLAIN[name](*plain) if isinstance(plain, list) else None
    except _Undecided as undecided:
        return unknown(text, undecided.value)
    except (
        StopIteration,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        ArithmeticError,
    ) as error:
        raise EvaluationError(f"{text}: {error}") from error
    return Secret(result) if marked else result


class _Undecided(Exception):  # noqa: N818 - an outcome, not an error
    """The result hangs on ``value``, which is not known."""

    def __init__(self, value: Evaluated) -> None:
        super().__init__(why_unknown(value))
        self.value = value


def _opaque_container(name: str, arguments: list[Evaluated]) -> Evaluated:
    """The first argument that the function cannot look into; ``None`` if it can look into all."""
    if name in _ACCEPTS_UNKNOWN:
        return None
    opaque = (a for a in map(_bare, arguments) if isinstance(a, Ref | Unknown | Text | Members))
    return next(opaque, None)


def _bare(value: Evaluated) -> Evaluated:
    return value.value if isinstance(value, Secret) else value


def _items(value: Evaluated) -> list[Evaluated]:
    bare = _bare(value)
    if not isinstance(bare, list):
        raise EvaluationError(f"a list is needed, not {_kind(bare)}")
    return [Secret(item) for item in bare] if isinstance(value, Secret) else bare


def _entries(value: Evaluated) -> dict[str, Evaluated]:
    bare = _bare(value)
    if not isinstance(bare, dict):
        raise EvaluationError(f"a map is needed, not {_kind(bare)}")
    if isinstance(value, Secret):
        return {key: Secret(item) for key, item in bare.items()}
    return bare


def _kind(value: Evaluated) -> str:
    names = {type(None): "null", bool: "a bool", str: "a string", list: "a list", dict: "a map"}
    return names.get(type(value), "a number")


def _needs(value: Evaluated) -> Evaluated:
    """``value`` if it is known, without its mark."""
    plain, _ = reveal(value)
    if not is_known(plain):
        raise _Undecided(plain)
    return plain


def _is_null(value: Evaluated) -> bool:
    """Whether ``value`` is null. A resource's own id never is; of others nobody can tell."""
    bare = _bare(value)
    if isinstance(bare, Unknown) or (isinstance(bare, Ref) and bare.path != "id"):
        raise _Undecided(bare)
    return bare is None


def same(left: Evaluated, right: Evaluated) -> bool:
    """Terraform's ``==`` on plain values: types count, so ``1`` is neither ``"1"`` nor ``true``.

    >>> same(1, True), same(1, 1.0), same([{"a": 1}], [{"a": 1}])
    (False, True, True)
    """
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def to_set(values: list[Evaluated]) -> list[Evaluated]:
    """The distinct ``values``, strings in order as Terraform keeps them in a set."""
    kept = _distinct(values)
    return Set(sorted(kept, key=str) if all(isinstance(v, str) for v in kept) else kept)


def _distinct(values: list[Evaluated]) -> list[Evaluated]:
    kept: list[Evaluated] = []
    for value in values:
        if not any(same(value, other) for other in kept):
            kept.append(value)
    return kept


def _coalesce(*values: Evaluated) -> Evaluated:
    for value in values:
        if not _is_null(value) and _bare(value) != "":
            return value
    raise EvaluationError("no argument is set")


def _compact(value: Evaluated) -> Evaluated:
    return [item for item in _items(value) if not _is_null(item) and _bare(item) != ""]


def _contains(collection: Evaluated, wanted: Evaluated) -> Evaluated:
    goal = _needs(wanted)
    plain = [reveal(item)[0] for item in _items(collection)]
    if any(same(item, goal) for item in plain if is_known(item)):
        return True
    _needs(plain)
    return False


def _element(collection: Evaluated, index: Evaluated) -> Evaluated:
    items, position = _items(collection), _needs(index)
    if not isinstance(position, int) or not items:
        raise EvaluationError("element() needs a list that is not empty and a whole number")
    return items[position % len(items)]


def _flatten(value: Evaluated) -> list[Evaluated]:
    flat: list[Evaluated] = []
    for item in _items(value):
        if isinstance(_bare(item), Unknown | Members):
            raise _Undecided(item)
        flat.extend(_flatten(item) if isinstance(_bare(item), list) else [item])
    return flat


def _format(spec: Evaluated, *values: Evaluated) -> Evaluated:
    pattern = _needs(spec)
    pieces: list[Evaluated] = []
    rest = list(values)
    position = 0
    for verb in re.finditer(r"%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])", str(pattern)):
        pieces.append(str(pattern)[position : verb.start()])
        position = verb.end()
        pieces.append("%" if verb[4] == "%" else _verb(verb, rest.pop(0)))
    pieces.append(str(pattern)[position:])
    return join(pieces)


def _verb(verb: re.Match[str], value: Evaluated) -> Evaluated:
    if verb[0] in {"%s", "%v"} and not is_known(value):
        return value
    plain, marked = reveal(value)
    known = _needs(plain)
    flags = verb[1] + verb[2] + (f".{verb[3]}" if verb[3] else "")
    if verb[4] == "q":
        text = json.dumps(known)
    elif verb[4] == "t":
        text = text_of(known)
    elif verb[4] in "sv":
        shown = known if isinstance(known, str) else json_text(known)
        text = f"%{flags}s" % (text_of(known) if not isinstance(known, list | dict) else shown)
    else:
        number = to_number(known)
        text = f"%{flags}{verb[4]}" % (int(number) if verb[4] in "dxXob" else number)
    return Secret(text) if marked else text


def _join_list(separator: Evaluated, *lists: Evaluated) -> Evaluated:
    pieces: list[Evaluated] = []
    for item in itertools.chain.from_iterable(map(_items, lists)):
        pieces += [separator, item] if pieces else [item]
    return join(pieces)


def _lookup(mapping: Evaluated, key: Evaluated, *default: Evaluated) -> Evaluated:
    entries, name = _entries(mapping), _needs(key)
    if name in entries:
        return entries[str(name)]
    if not default:
        raise EvaluationError(f"the map has no {name!r}")
    return default[0]


def _merge(*maps: Evaluated) -> Evaluated:
    merged: dict[str, Evaluated] = {}
    for mapping in maps:
        if _bare(mapping) is not None:
            merged |= _entries(mapping)
    return merged


def _one(value: Evaluated) -> Evaluated:
    items = _items(value)
    if len(items) > 1:
        raise EvaluationError("one() needs at most one element")
    return items[0] if items else None


def _slice(value: Evaluated, start: Evaluated, end: Evaluated) -> Evaluated:
    first, last = _needs(start), _needs(end)
    if not isinstance(first, int) or not isinstance(last, int):
        raise EvaluationError("slice() needs whole numbers")
    return _items(value)[first:last]


def _to_set(value: Evaluated) -> Evaluated:
    items = _items(value)
    return to_set(items) if is_known(items) else Set(items)


def _to_string(value: Evaluated) -> Evaluated:
    if not is_known(value) or _bare(value) is None:
        return value
    return through(value, text_of)


def _zipmap(keys: Evaluated, values: Evaluated) -> Evaluated:
    return dict(zip(map(text_of, _as_list(_needs(keys))), _items(values), strict=True))


def _as_list(value: Evaluated) -> list[Evaluated]:
    return _items(value)


def _values(mapping: Evaluated) -> Evaluated:
    entries = _entries(mapping)
    return [entries[key] for key in sorted(entries)]


def _length(value: Evaluated) -> Evaluated:
    bare = _bare(value)
    if isinstance(bare, str | list | dict):
        return len(bare)
    raise EvaluationError(f"length() of {_kind(bare)}")


def _set_operation(keep: Callable[[list[Evaluated], list[Evaluated]], list[Evaluated]]) -> Function:
    def over(*sets: Evaluated) -> Evaluated:
        result = _items(_needs(sets[0]))
        for other in sets[1:]:
            result = keep(result, _items(_needs(other)))
        return to_set(result)

    return over


def _among(value: Evaluated, others: list[Evaluated]) -> bool:
    return any(same(value, other) for other in others)


def _transpose(mapping: Evaluated) -> Evaluated:
    turned: dict[str, list[Evaluated]] = {}
    for key, names in _entries(mapping).items():
        for name in _items(names):
            turned.setdefault(str(name), []).append(key)
    return dict(sorted(turned.items()))


# They decide for themselves what to do with an argument that is not known as a whole.
_ACCEPTS_UNKNOWN: Final = frozenset(
    {"coalesce", "contains", "format", "jsonencode", "lookup"}
    | {"nonsensitive", "sensitive", "tostring"}
)

STRUCTURAL: Final[Mapping[str, Function]] = {
    "chunklist": lambda value, size: [
        _items(value)[i : i + size] for i in range(0, len(_items(value)), size)
    ],
    "coalesce": _coalesce,
    "coalescelist": lambda *lists: next(value for value in lists if _items(value)),
    "compact": _compact,
    "concat": lambda *lists: [item for value in lists for item in _items(value)],
    "contains": lambda value, wanted: _contains(_container(value), wanted),
    "distinct": lambda value: _distinct(_items(value)) if is_known(value) else _items(value),
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "join": _join_list,
    "jsonencode": json_text,
    "keys": lambda value: sorted(_entries(value)),
    "length": _length,
    "lookup": lambda value, *rest: _lookup(_container(value), *rest),
    "merge": _merge,
    "nonsensitive": _bare,
    "one": _one,
    "reverse": lambda value: _items(value)[::-1],
    "sensitive": lambda value: value if isinstance(value, Secret) else Secret(value),
    "setunion": lambda *sets: to_set(_items(_needs([i for s in sets for i in _items(s)]))),
    "slice": _slice,
    "tolist": lambda value: list(_items(value)),
    "tomap": _entries,
    "toset": _to_set,
    "tostring": _to_string,
    "values": _values,
    "zipmap": _zipmap,
}


def _container(value: Evaluated) -> Evaluated:
    if isinstance(_bare(value), Ref | Unknown | Text | Members):
        raise _Undecided(value)
    return value


def to_number(value: Evaluated) -> int | float:
    """``value`` as a number. Raises :class:`EvaluationError` or ``ValueError`` if it is none."""
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        raise EvaluationError(f"a number is needed, not {_kind(value)}")
    if isinstance(value, int | float):
        return value
    number = float(str(value))
    return int(number) if number == int(number) else number


def _boolean(value: Evaluated) -> Evaluated:
    if value is None or isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return value == "true"
    raise EvaluationError(f"{value!r} is no bool")


def _pattern(text: str) -> re.Pattern[str]:
    # Go's RE2 writes named groups as Python does; \z and (?U) it alone knows.
    return re.compile(text.replace(r"\z", r"\Z"))


def _captures(match: re.Match[str]) -> Evaluated:
    if match.re.groupindex:
        return dict(match.groupdict())
    return list(match.groups()) if match.re.groups else match[0]


def _regex(pattern: str, text: str) -> Evaluated:
    match = _pattern(pattern).search(text)
    if match is None:
        raise EvaluationError(f"{pattern!r} does not match")
    return _captures(match)


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _pattern(old[1:-1]).sub(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
    return text.replace(old, new)


def _substr(text: str, offset: int, length: int) -> str:
    start = offset if offset >= 0 else max(len(text) + offset, 0)
    return text[start:] if length < 0 else text[start : start + length]


def _range(*limits: int) -> Evaluated:
    start, stop, step = {1: (0, *limits, 1), 2: (*limits, 1)}.get(len(limits), limits)
    return list(range(start, stop, step))


def _numbers(values: tuple[Evaluated, ...]) -> list[int | float]:
    return [to_number(value) for value in values]


def _subnet(prefix: str, new_bits: int, number: int) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    step = 1 << (network.max_prefixlen - network.prefixlen - new_bits)
    if not 0 <= number < 1 << new_bits:
        raise ValueError(f"{prefix} has no subnet number {number}")
    length = network.prefixlen + new_bits
    return f"{network.network_address + number * step}/{length}"


def _host(prefix: str, number: int) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    return str(network[number])


def _title(text: str) -> str:
    return re.sub(r"(^|\s)(\S)", lambda m: m[1] + m[2].upper(), text)


def _sha(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


PLAIN: Final[Mapping[str, Function]] = {
    "abs": lambda value: abs(to_number(value)),
    "alltrue": lambda values: all(_boolean(v) is True for v in values),
    "anytrue": lambda values: any(_boolean(v) is True for v in values),
    "base64decode": lambda text: base64.b64decode(text, validate=True).decode(),
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "base64sha256": lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode(),
    "basename": posixpath.basename,
    "ceil": lambda value: math.ceil(to_number(value)),
    "chomp": lambda text: text.rstrip("\r\n"),
    "cidrhost": _host,
    "cidrnetmask": lambda prefix: str(ipaddress.IPv4Network(prefix, strict=False).netmask),
    "cidrsubnet": _subnet,
    "dirname": lambda path: posixpath.dirname(path) or ".",
    "endswith": lambda text, end: text.endswith(end),
    "floor": lambda value: math.floor(to_number(value)),
    "formatlist": lambda spec, *values: [
        _format(spec, *(v[i] if isinstance(v, list) else v for v in values))
        for i in range(max((len(v) for v in values if isinstance(v, list)), default=1))
    ],
    "indent": lambda spaces, text: text.replace("\n", "\n" + " " * spaces),
    "index": lambda values, wanted: next(i for i, v in enumerate(values) if same(v, wanted)),
    "jsondecode": json.loads,
    "list": lambda *values: list(values),
    "lower": str.lower,
    "matchkeys": lambda values, keys, wanted: [
        v for v, k in zip(values, keys, strict=True) if _among(k, wanted)
    ],
    "max": lambda *values: max(_numbers(values)),
    "md5": _sha("md5"),
    "min": lambda *values: min(_numbers(values)),
    "parseint": int,
    "pow": lambda base, exponent: to_number(base) ** to_number(exponent),
    "range": _range,
    "regex": _regex,
    "regexall": lambda pattern, text: [_captures(m) for m in _pattern(pattern).finditer(text)],
    "replace": _replace,
    "setintersection": _set_operation(lambda a, b: [v for v in a if _among(v, b)]),
    "setproduct": lambda *sets: [list(c) for c in itertools.product(*sets)],
    "setsubtract": _set_operation(lambda a, b: [v for v in a if not _among(v, b)]),
    "sha1": _sha("sha1"),
    "sha256": _sha("sha256"),
    "sha512": _sha("sha512"),
    "signum": lambda value: (to_number(value) > 0) - (to_number(value) < 0),
    "sort": lambda values: sorted(map(text_of, values)),
    "split": lambda separator, text: text.split(separator) if text else [""],
    "startswith": lambda text, start: text.startswith(start),
    "strcontains": lambda text, part: part in text,
    "strrev": lambda text: text[::-1],
    "substr": _substr,
    "sum": lambda values: sum(_numbers(tuple(values))),
    "title": _title,
    "tobool": _boolean,
    "tonumber": lambda value: None if value is None else to_number(value),
    "transpose": _transpose,
    "trim": lambda text, characters: text.strip(characters),
    "trimprefix": str.removeprefix,
    "trimspace": str.strip,
    "trimsuffix": str.removesuffix,
    "upper": str.upper,
    "urlencode": urllib.parse.quote_plus,
    "yamldecode": yaml.safe_load,
}

"""Values while an expression is evaluated: plain ones, and those that nothing here can know.

A plain value is ``str``, ``int``, ``float``, ``bool``, ``None``, ``list`` or ``dict``; the classes
below stand beside them and inside them, so that one unknown entry leaves its neighbours known.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby
from typing import Final, TypeAlias

from simulator.estate.hcl.effort import spend

LONGEST: Final = 4_000_000
"""The characters that one text may have."""

OPEN: Final = 10_000
"""The parts of one text that may not be known."""

PARTS: Final = 200_000
"""The elements that one value may have, at all depths together."""

Evaluated: TypeAlias = object


class EvaluationError(Exception):
    """An expression that Terraform itself would refuse; ``try`` and ``can`` catch it."""


class TooLargeError(Exception):
    """A value that would take more memory than it is worth; what needs it is not known."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The attribute ``path`` of the resource instance ``address``: the provider decides it."""

    address: str
    path: str
    escapes: int = 0  # how many JSON strings it stands in

    def __str__(self) -> str:
        return _marker(f"{self.address}.{self.path}" if self.path else self.address, self.escapes)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is set, but not to anything that can be told; ``text`` is its expression.

    ``after_run`` is how long after Terraform runs it is, if it is such a moment.
    """

    why: str
    text: str
    escapes: int = 0
    after_run: timedelta | None = None

    def __str__(self) -> str:
        return _marker(self.text, self.escapes)


def _marker(text: str, escapes: int) -> str:
    for _ in range(escapes):
        text = json.dumps(text, ensure_ascii=False)[1:-1]
    return "${" + text + "}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string of which a part is not known."""

    parts: tuple[str | Ref | Unknown, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that Terraform marks sensitive."""

    value: Evaluated = field(repr=False)


class Set(list[Evaluated]):
    """A set: a list whose elements are their own keys."""


class Members:
    """A value whose attributes are found on demand, such as ``var`` or a whole resource."""

    def __init__(self, find: Callable[[str], Evaluated], name: str) -> None:
        self.member = find
        self.name = name


class Anywhere(Members):
    """A resource or module of which nobody knows how many there are: any index gives itself."""


def secret(value: Evaluated) -> Evaluated:
    """``value`` marked sensitive, once."""
    return value if isinstance(value, Secret) else Secret(value)


def through(value: Evaluated, change: Callable[[Evaluated], Evaluated]) -> Evaluated:
    """``change`` applied to what is under a sensitivity mark, which stays.

    >>> through(Secret(2), str) == Secret("2")
    True
    """
    return secret(change(value.value)) if isinstance(value, Secret) else change(value)


def reveal(value: Evaluated) -> tuple[Evaluated, bool]:
    """``value`` without any sensitivity mark, all the way down, and whether there was one."""
    if isinstance(value, Secret):
        return reveal(value.value)[0], True
    if isinstance(value, list):
        spend(len(value))
        pairs = [reveal(item) for item in value]
        return type(value)(item for item, _ in pairs), any(mark for _, mark in pairs)
    if isinstance(value, dict):
        spend(len(value))
        entries = {key: reveal(item) for key, item in value.items()}
        return {k: v for k, (v, _) in entries.items()}, any(m for _, m in entries.values())
    return value, False


def bounded(value: Evaluated) -> Evaluated:
    """``value``; raises :class:`TooLargeError` if it has more than ``PARTS`` elements.

    Elements that are shared count each time, as whoever walks through the value meets them.
    """
    size_of(value)
    return value


def size_of(value: Evaluated, most: int = PARTS) -> int:
    """The number of its elements. Raises :class:`TooLargeError` if that is more than ``most``."""
    if isinstance(value, Secret):
        return size_of(value.value, most)
    if not isinstance(value, list | dict):
        return 1
    total = len(value)
    for item in value if isinstance(value, list) else value.values():
        if total > most:
            break
        if isinstance(item, list | dict | Secret):
            total += size_of(item, most - total)
    if total > most:
        raise TooLargeError(f"it has more than {PARTS:,} elements")
    return total


def unknowns(value: Evaluated) -> Iterator[Ref | Unknown]:
    """Everything in ``value`` that is not known, in order.

    >>> list(unknowns({"a": [1, Text(("x", Ref("t.a", "id")))]}))
    [Ref(address='t.a', path='id', escapes=0)]
    """
    if isinstance(value, Ref | Unknown):
        yield value
    elif isinstance(value, Anywhere):
        yield Unknown(f"how many {value.name} there are is not known", value.name)
    elif isinstance(value, Members):
        yield Ref(value.name, "")
    elif isinstance(value, Secret):
        yield from unknowns(value.value)
    elif isinstance(value, Text):
        yield from (part for part in value.parts if not isinstance(part, str))
    elif isinstance(value, list):
        spend(len(value))
        for item in value:
            yield from unknowns(item)
    elif isinstance(value, dict):
        spend(len(value))
        for item in value.values():
            yield from unknowns(item)


def is_known(value: Evaluated) -> bool:
    """Whether every part of ``value`` is known."""
    return next(unknowns(value), None) is None


def why_unknown(value: Evaluated) -> str:
    """Why ``value`` is not known, in words; ``""`` if it is."""
    first = next(unknowns(value), None)
    if first is None:
        return ""
    if isinstance(first, Ref) and not first.path:
        return f"it is all of {first.address}"
    if isinstance(first, Ref):
        return f"{str(first)[2:-1]} is known only to the provider"
    return first.why


def unknown(text: str, *needs: Evaluated) -> Unknown:
    """The value of the expression ``text``, unknown because something that it ``needs`` is.

    >>> unknown("lower(t.a.id)", Ref("t.a", "id")).why
    'lower(t.a.id): t.a.id is known only to the provider'
    """
    first = next(unknowns(list(needs)), None)
    if isinstance(first, Unknown):
        return Unknown(first.why, text)
    return Unknown(f"{text}: {why_unknown(first)}", text)


def text_of(value: Evaluated) -> str:
    """A plain value as Terraform writes it into a string.

    >>> text_of(True), text_of(3.0), text_of("x")
    ('true', '3', 'x')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, str):
        return value
    kind = {type(None): "null", list: "a list", dict: "an object"}.get(type(value), "a value")
    raise EvaluationError(f"{kind} cannot be written into a string")


def join(pieces: list[Evaluated]) -> Evaluated:
    """The string made of ``pieces`` in order; a :class:`Text` if a piece is not known.

    >>> join(["a", 1, "b"])
    'a1b'
    """
    plain, marked = reveal(pieces)
    parts: list[str | Ref | Unknown] = []
    for piece in plain if isinstance(plain, list) else []:
        if isinstance(piece, Text):
            parts.extend(piece.parts)
        elif isinstance(piece, Ref | Unknown):
            parts.append(piece)
        elif isinstance(piece, Members):
            raise EvaluationError(f"{piece.name} is not a string")
        else:
            parts.append(text_of(piece))
    if sum(len(part) for part in parts if isinstance(part, str)) > LONGEST:
        raise TooLargeError(f"it has more than {LONGEST:,} characters")
    if sum(not isinstance(part, str) for part in parts) > OPEN:
        raise TooLargeError(f"more than {OPEN:,} parts of it are not known")
    merged: list[str | Ref | Unknown] = []
    for are_text, group in groupby(parts, lambda part: isinstance(part, str)):
        run = list(group)
        text = "".join(map(str, run)) if are_text else ""
        merged += ([text] if text else []) if are_text else run
    result: Evaluated = Text(tuple(merged))
    if not merged:
        result = ""
    elif len(merged) == 1:
        result = merged[0]
    return Secret(result) if marked else result


def json_text(value: Evaluated) -> Evaluated:
    r"""``value`` as the text that Terraform's ``jsonencode`` makes of it.

    References stay readable, and the text stays JSON: a quote in an address is escaped.

    >>> json_text({"b": [1, None], "a": "<"})
    '{"a":"\\u003c","b":[1,null]}'
    >>> str(json_text([Ref('t.a["k"]', "id")]))
    '["${t.a[\\"k\\"].id}"]'
    """
    plain, marked = reveal(value)
    result = join(_json_pieces(plain))
    return Secret(result) if marked else result


def _json_pieces(value: Evaluated) -> list[Evaluated]:
    if isinstance(value, Members):
        raise EvaluationError(f"{value.name} cannot be written as JSON")
    if isinstance(value, Ref | Unknown | Text):
        parts = value.parts if isinstance(value, Text) else (value,)
        return ['"', *map(_json_part, parts), '"']
    if isinstance(value, list):
        inner = [_json_pieces(item) for item in value]
        return ["[", *_comma_separated(inner), "]"]
    if isinstance(value, dict):
        entries = [[_json_plain(k), ":", *_json_pieces(value[k])] for k in sorted(value)]
        return ["{", *_comma_separated(entries), "}"]
    return [_json_plain(value)]


def _comma_separated(groups: list[list[Evaluated]]) -> Iterator[Evaluated]:
    for index, group in enumerate(groups):
        yield from ([",", *group] if index else group)


def _json_plain(value: Evaluated) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _json_part(part: str | Ref | Unknown) -> Evaluated:
    if isinstance(part, str):
        return _json_plain(part)[1:-1]
    return replace(part, escapes=part.escapes + 1)

"""Template expressions in policy rules and parameters: ``[concat('tags[', parameters('t'), ']')]``.

Azure Policy, "Policy rule: policy functions". A function that is not known here gives ``UNSTATED``,
and so does everything made of one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from simulator.estate.model import UNSTATED

Parameters: TypeAlias = Mapping[str, object] | None
"""The parameters in force by name; ``None`` where none of them can be told."""

_TOKEN: Final = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_]\w*)|([()\[\],.]))\s*")
_LONGEST: Final = 4000
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may read: parameters, fields of the resource, its resource group."""

    parameters: Parameters
    field: Callable[[str], object] = field(default=lambda _: UNSTATED)
    group: object = UNSTATED


def evaluate(value: object, context: Context) -> object:
    """The value of a text that may be an expression; any other value is itself.

    >>> known = Context({"tagName": "dataclassification"})
    >>> evaluate("[concat('tags[', parameters('tagName'), ']')]", known)
    'tags[dataclassification]'
    >>> evaluate("Deny", known), evaluate("[[not one]", known), evaluate("[utcNow()]", known)
    ('Deny', '[not one]', UNSTATED)
    """
    if not isinstance(value, str):
        return value
    if "${" in value or len(value) > _LONGEST:
        return UNSTATED  # part of it is known only after apply
    if value.startswith("[["):
        return value[1:]
    return _read(value[1:-1], context) if value[:1] + value[-1:] == "[]" else value


def _read(text: str, context: Context) -> object:
    try:
        reader = _Reader(_tokens(text), context)
        found = reader.value(0)
    except (IndexError, ValueError):
        return UNSTATED
    return found if reader.done else UNSTATED


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(text)
        found.append(match[0].strip())
        place = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    context: Context
    place: int = 0

    @property
    def done(self) -> bool:
        return self.place == len(self.tokens)

    def value(self, depth: int) -> object:
        """The value that begins here, with what is read from it by ``.name`` and ``[key]``."""
        if depth > _DEEPEST:
            raise ValueError(depth)
        found = self._plain(depth)
        while not self.done and self.tokens[self.place] in {".", "["}:
            if self._take() == ".":
                found = member(found, self._take())
            else:
                found = member(found, self.value(depth + 1))
                self._expect("]")
        return found

    def _plain(self, depth: int) -> object:
        token = self._take()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.lstrip("-").isdigit():
            return int(token)
        if not (token[0].isalpha() or token[0] == "_"):
            raise ValueError(token)
        if self.done or self.tokens[self.place] != "(":
            return {"true": True, "false": False}.get(token.casefold(), UNSTATED)
        self._take()
        arguments: list[object] = []
        while self.tokens[self.place] != ")":
            if arguments:
                self._expect(",")
            arguments.append(self.value(depth + 1))
        self._take()
        return _call(token.casefold(), arguments, self.context)

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise ValueError(token)


def _call(name: str, arguments: list[object], context: Context) -> object:
    """What a function gives; ``UNSTATED`` for one that is not known here."""
    found: object = UNSTATED
    match name, arguments:
        case "parameters", [str(parameter)] if context.parameters is not None:
            known = {key.casefold(): value for key, value in context.parameters.items()}
            found = known.get(parameter.casefold(), UNSTATED)
        case "field", [str(named)]:
            found = context.field(named)
        case "resourcegroup", []:
            found = context.group
        case "concat", [*parts] if all(isinstance(part, str | int) for part in parts):
            found = "".join(map(str, parts))
        case "tolower", [str(text)]:
            found = text.lower()
        case "toupper", [str(text)]:
            found = text.upper()
        case "contains", [tuple(listed), str(sought)]:
            found = sought in listed or (UNSTATED if "${" in str(listed) else False)
        case "if", [bool(condition), yes, no]:
            found = yes if condition else no
    return UNSTATED if isinstance(found, str) and "${" in found else found


def member(value: object, key: object) -> object:
    """What an object has under a name, in any case; ``""`` where it has nothing.

    >>> member({"tags": {"Owner": "me"}}, "TAGS"), member({}, "tags"), member(UNSTATED, "tags")
    ({'Owner': 'me'}, '', UNSTATED)
    """
    if not isinstance(value, Mapping) or not isinstance(key, str):
        return UNSTATED
    folded = key.casefold()
    return next((inner for name, inner in value.items() if str(name).casefold() == folded), "")

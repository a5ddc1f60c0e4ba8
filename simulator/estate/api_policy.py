"""The policies of API Management: XML with C# expressions in it, which XML itself cannot hold.

API Management takes ``value="@(context.Request.Headers["x"])"`` as it stands, though it is not
well-formed. Each expression is taken out before the XML is parsed, and kept beside it as a text
that is not interpreted. A document type is refused, and with it every entity. Source: Microsoft
Learn, "API Management policy expressions" and "How to set or edit policies".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from xml.parsers import expat

from simulator.estate.model import Known, Omitted, Reference, Unresolvable, Value

_DEEPEST: Final = 64  # elements in one another; API Management itself takes a document of 256 KiB
_LONGEST: Final = 512 * 1024  # characters
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_SECTIONS: Final = ("inbound", "backend", "outbound", "on-error")
_MARK: Final = "\ue000{}\ue001"  # private characters: no document has them but by mistake
_MARKED: Final = re.compile("\ue000(\\d+)\ue001")
_BARE: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)")
_OPENING: Final = {"(": ")", "{": "}", "[": "]"}
_LITERAL: Final = re.compile(
    r'@"(?:[^"]|"")*"'  # C#: verbatim, in which a quote is doubled
    r'|"(?:\\.|[^"\\\n])*"'
    r"|&quot;(?:\\.|(?!&quot;)[^\\\n])*&quot;"
    r"|'(?:\\.|[^'\\\n])'"
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Element:
    """One policy: its name, its attributes, its text, and what is in it.

    Names are in lower case. An expression in an attribute or a text is there as it was written.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=lambda: _NONE)
    children: tuple["Element", ...] = ()
    text: str = ""

    def get(self, attribute: str) -> str:
        """An attribute, ``""`` if it is not there."""
        return self.attributes.get(attribute, "").strip()

    def child(self, *names: str) -> "Element | None":
        """The first policy with one of these names in it."""
        return next((one for one in self.children if one.name in names), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of what is called ``name`` anywhere in it, without empty ones."""
        found = (one.text.strip() for one in self.walk() if one.name == name)
        return tuple(text for text in found if text)

    def walk(self) -> Iterator["Element"]:
        """Itself and all that is in it, in order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document: the policies of each of its sections, and of a fragment all of them."""

    sections: Mapping[str, tuple[Element, ...]]
    fragment: tuple[Element, ...] = ()

    def section(self, name: str) -> tuple[Element, ...]:
        """The policies of one section; of a section that is not written, those of its parent."""
        return self.sections.get(name, (Element("base"),))


def policy_in(value: Value) -> Policy | Unresolvable:
    """The policy document that an argument holds, or why it cannot be read.

    >>> policy_in(Known("<policies><inbound><base/></inbound></policies>")).section("inbound")
    (Element(name='base', attributes=mappingproxy({}), children=(), text=''),)
    >>> policy_in(Known("<policies>")).why
    'its XML is not well-formed: no element found: line 1, column 10'
    """
    match value:
        case Known(value=str(text)) | Reference(text=str(text)):
            return parse_policy(text)
        case Reference(to=to):
            return Unresolvable(f"it depends on {to}, known only after apply")
        case Unresolvable():
            return value
        case Omitted():
            return Unresolvable("it is not set")
    return Unresolvable("it is no text")


@lru_cache(maxsize=256)  # many ways to call an API meet the same policies
def parse_policy(text: str) -> Policy | Unresolvable:
    """A policy document or a fragment, or why it cannot be read."""
    try:
        _refuse(text)
        root = _parse(*_without_expressions(text.strip()))
    except ValueError as error:
        return Unresolvable(str(error))
    if root.name == "fragment":
        return Policy(_EMPTY, root.children)
    if root.name != "policies":
        return Unresolvable(f"its root is <{root.name}>, not <policies>")
    return Policy(
        MappingProxyType({s.name: s.children for s in root.children if s.name in _SECTIONS})
    )


def _refuse(text: str) -> None:
    if len(text) > _LONGEST:
        raise ValueError(f"it has more than {_LONGEST} characters")
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise ValueError("it has a document type, which is not read")
    if "\ue000" in text or "\ue001" in text:
        raise ValueError("it has characters of a private kind")


_EMPTY: Final[Mapping[str, tuple[Element, ...]]] = MappingProxyType({})


def _without_expressions(text: str) -> tuple[str, list[str]]:
    """The text with a mark in place of each expression, and the expressions."""
    kept: list[str] = []
    expressions: list[str] = []
    position = 0
    for start in _starts(text):
        if start < position:
            continue  # within the one before
        end = _end(text, start + 1)
        kept.append(text[position:start] + _MARK.format(len(expressions)))
        expressions.append(text[start:end])
        position = end
    kept.append(text[position:])
    return "".join(kept), expressions


def _starts(text: str) -> Iterator[int]:
    """Where an expression can begin: at the beginning of an attribute's value, or of a text."""
    return (match.end(1) for match in re.finditer(r"([\"'>]\s*)(?=@[({])", text))


def _end(text: str, start: int) -> int:
    """The position after the bracket that closes the one at ``start``."""
    waiting: list[str] = []
    position = start
    while position < len(text):
        literal = _LITERAL.match(text, position) if waiting else None
        if literal is not None:
            position = literal.end()
            continue
        char = text[position]
        if char in _OPENING:
            waiting.append(_OPENING[char])
        elif waiting and char == waiting[-1]:
            waiting.pop()
            if not waiting:
                return position + 1
        position += 1
    raise ValueError("one of its expressions has no end")


class _Builder:
    """What expat calls: it makes elements, and refuses what a policy never has."""

    def __init__(self, expressions: list[str]) -> None:
        self.expressions = expressions
        self.open: list[tuple[str, dict[str, str], list[Element], list[str]]] = []
        self.root: Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= _DEEPEST:
            raise ValueError(f"it has more than {_DEEPEST} elements in one another")
        whole = {key.lower(): self.restored(value) for key, value in attributes.items()}
        self.open.append((name.lower(), whole, [], []))

    def text(self, data: str) -> None:
        if self.open:
            self.open[-1][3].append(data)

    def end(self, _: str) -> None:
        name, attributes, children, texts = self.open.pop()
        text = self.restored("".join(texts))
        made = Element(name, MappingProxyType(attributes), tuple(children), text)
        if self.open:
            self.open[-1][2].append(made)
        else:
            self.root = made

    def doctype(self, *_: object) -> None:
        raise ValueError("it has a document type, which is not read")

    def restored(self, text: str) -> str:
        return _MARKED.sub(lambda mark: self.expressions[int(mark[1])], text)


def _parse(text: str, expressions: list[str]) -> Element:
    builder = _Builder(expressions)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(_BARE.sub("&amp;", text).encode("utf-8", "surrogatepass"), True)  # noqa: FBT003 - its last
    except (expat.ExpatError, UnicodeError) as error:
        raise ValueError(f"its XML is not well-formed: {error}") from None
    if builder.root is None:
        raise ValueError("it has no element")
    return builder.root

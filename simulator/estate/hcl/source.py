"""Terraform files as blocks and expressions, each with its line; nothing is evaluated here."""

import json
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias, cast

from hcl2.parser import parser
from lark import Token, Tree
from lark.exceptions import LarkError, UnexpectedInput

from simulator.estate.errors import EstateError
from simulator.estate.hcl.conversion import to_number
from simulator.estate.hcl.effort import current, spend
from simulator.estate.hcl.value import EvaluationError
from simulator.estate.model import Origin
from simulator.memory import memory
from simulator.shelf import made_by

Syntax: TypeAlias = Tree[Token]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression as written: its syntax tree, and the source that the tree's positions mean."""

    syntax: Syntax
    source: str

    @property
    def text(self) -> str:
        """The expression's own text, on one line."""
        meta = self.syntax.meta
        return " ".join(self.source[meta.start_pos : meta.end_pos].split())

    @property
    def kind(self) -> str:
        """The grammar's name for it."""
        return str(self.syntax.data)

    def parts(self) -> list["Expression"]:
        """The expressions directly below this one."""
        return [
            Expression(child, self.source)
            for child in self.syntax.children
            if isinstance(child, Tree) and child.data != "new_line_or_comment"
        ]

    def tokens(self) -> list[Token]:
        """The tokens directly below this one."""
        return [child for child in self.syntax.children if isinstance(child, Token)]


@dataclass(frozen=True, slots=True, eq=False)
class JsonExpression:
    """An expression from a ``.tf.json`` file: its strings are templates."""

    value: object

    @property
    def text(self) -> str:
        """The JSON text."""
        return json.dumps(self.value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Argument:
    """``name = expression`` and where."""

    expression: Expression | JsonExpression
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What stands between the braces of a block, or in a file."""

    arguments: Mapping[str, Argument]
    blocks: tuple["SourceBlock", ...]

    def of(self, *types: str) -> Iterator["SourceBlock"]:
        """The blocks of these types, in order."""
        return (block for block in self.blocks if block.type in types)


@dataclass(frozen=True, slots=True, eq=False)
class SourceBlock:
    """One block: ``type "label" "label" { body }``."""

    type: str
    labels: tuple[str, ...]
    body: Body
    origin: Origin


LARGEST: Final = 2_000_000
"""The bytes that a file may have; its syntax tree takes a hundred times as much."""


_EMPTIEST: Final = 5_000
_BLANK: Final = re.compile(r"\n\s+")
"""The grammar looks for the end of a heredoc at each blank line, and there to the last one: the
square of their number, in one match that nothing interrupts. 5,000 take a tenth of a second."""


class NotHclError(EstateError):
    """A file whose text is not in the language that it should be in."""


def read_text(path: Path) -> str:
    """The text of a configuration file. Raises :class:`EstateError` if it is not UTF-8 text."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise EstateError(f"{path}: a directory, where a file is expected. Rename it.")
        if not stat.S_ISREG(found.st_mode):
            raise EstateError(f"{path}: no regular file. Put a file in its place.")
        if found.st_size > LARGEST:
            raise EstateError(
                f"{path}: {found.st_size:,} bytes, and more than {LARGEST:,} are not read. "
                "Split it."
            )
        current().take(found.st_size)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EstateError(
            f"{path}: not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from error
    except OSError as error:
        raise EstateError(f"{path}: cannot be read: {error.strerror}.") from error


def read_file(path: Path, name: str) -> Body:
    """The body of one ``.tf``, ``.tfvars`` or ``.json`` file; ``name`` is what origins call it.

    Raises :class:`EstateError` with file and line if it does not parse.
    """
    text = read_text(path)
    if path.suffix == ".json":
        try:
            value = json.loads(text, parse_float=to_number, parse_int=to_number)
        except json.JSONDecodeError as error:
            message = f"{path}:{error.lineno}: this does not read as JSON: {error.msg}."
            raise NotHclError(message) from error
        except EvaluationError as error:
            raise NotHclError(f"{path}: this does not read as JSON: {error}.") from error
        if not isinstance(value, dict):
            raise NotHclError(f"{path}:1: the file must hold one JSON object.")
        return json_file(value, Origin(name))
    if (kept := memory()) is None:
        return _body(_parse(text, str(path)), text, name)
    private = path.suffix != ".tf"  # what variables hold is nobody else's
    return cast(
        "Body",
        kept.recall(
            f"{_made()} {name}",
            text,
            lambda: _body(_parse(text, str(path)), text, name),
            private=private,
        ),
    )


def _made() -> str:
    """What a tree depends on besides its text."""
    return made_by(Path(__file__), "python-hcl2", "lark")


def _parse(text: str, name: str) -> Syntax:
    for blank in _BLANK.finditer(text):
        if blank.end() - blank.start() > _EMPTIEST:
            line = text.count("\n", 0, blank.start()) + 1
            raise NotHclError(
                f"{name}:{line}: more than {_EMPTIEST:,} blank characters follow. Delete them."
            )
    try:
        reading = parser().parse_interactive(text + "\n")  # the grammar ends lines, not files
        for _ in reading.iter_parse():
            spend()
        start: Syntax = reading.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        # At the end of the file the parser knows no line; the last one is where the text stops.
        line = error.line if error.line and error.line > 0 else text.count("\n") + 1
        near = str(getattr(error, "token", "")).strip().splitlines()
        what = f" near {near[0]!r}" if near and near[0] else ""
        raise NotHclError(
            f"{name}:{line}: this does not read as HCL{what}. Run `terraform validate`; "
            "if that accepts it, write the expression in another way."
        ) from error
    except LarkError as error:
        raise NotHclError(f"{name}: this does not read as HCL: {error}") from error
    body = start.children[0]
    return body if isinstance(body, Tree) else start


def _body(syntax: Syntax, source: str, file: str) -> Body:
    arguments: dict[str, Argument] = {}
    blocks: list[SourceBlock] = []
    for child in syntax.children:
        if not isinstance(child, Tree):
            continue
        origin = Origin(file, None if child.meta.empty else child.meta.line)
        trees = [part for part in child.children if isinstance(part, Tree)]
        if child.data == "attribute":
            arguments[_label(trees[0])] = Argument(Expression(trees[1], source), origin)
        elif child.data == "block":
            names = [_label(t) for t in trees if t.data not in {"body", "new_line_or_comment"}]
            inner = next(t for t in trees if t.data == "body")
            blocks.append(
                SourceBlock(names[0], tuple(names[1:]), _body(inner, source, file), origin)
            )
    return Body(arguments, tuple(blocks))


def _label(syntax: Syntax) -> str:
    return "".join(str(token) for token in syntax.scan_values(lambda _: True)).strip('"')


@cache
def parse_expression(text: str) -> Expression:
    """An expression that stands alone, such as one inside a heredoc.

    Raises :class:`EvaluationError` if it does not parse.

    >>> parse_expression("a.b").text
    'a.b'
    """
    if (kept := memory()) is None:
        return _alone(text)
    return cast("Expression", kept.recall(f"{_made()} expression", text, lambda: _alone(text)))


def _alone(text: str) -> Expression:
    # The parentheses let it span lines, as it may between "${" and "}".
    source = f"_ = ({text}\n)\n"
    try:
        attribute = Expression(_parse(source, text), source).parts()[0]
    except NotHclError as error:
        raise EvaluationError(f"{text} does not parse") from error
    return attribute.parts()[1].parts()[0]


_NESTED_IN_JSON: Mapping[str, int] = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}


def json_file(value: Mapping[str, object], origin: Origin) -> Body:
    """A file in Terraform's JSON syntax as a body; what is no block becomes an argument."""
    blocks: list[SourceBlock] = []
    arguments: dict[str, Argument] = {}
    for type_, content in value.items():
        if type_ in _NESTED_IN_JSON:
            blocks.extend(_json_blocks(type_, content, _NESTED_IN_JSON[type_], (), origin))
        else:
            arguments[type_] = Argument(JsonExpression(content), origin)
    return Body(arguments, tuple(blocks))


def _json_blocks(
    type_: str, content: object, labels: int, above: tuple[str, ...], origin: Origin
) -> Iterator[SourceBlock]:
    for item in content if isinstance(content, list) else [content]:
        if not isinstance(item, dict):
            continue
        if labels:
            for label, inner in item.items():
                yield from _json_blocks(type_, inner, labels - 1, (*above, label), origin)
        else:
            yield SourceBlock(type_, above, _json_body(item, origin), origin)


_BLOCKS_IN_JSON: Mapping[str, int] = {
    "dynamic": 1,
    "provisioner": 1,
    "connection": 0,
    "content": 0,
    "lifecycle": 0,
    "required_providers": 0,
}


def _json_body(value: Mapping[str, object], origin: Origin) -> Body:
    blocks: list[SourceBlock] = []
    arguments: dict[str, Argument] = {}
    for name, content in value.items():
        if name in _BLOCKS_IN_JSON:
            blocks.extend(_json_blocks(name, content, _BLOCKS_IN_JSON[name], (), origin))
        elif name != "//":
            arguments[name] = Argument(JsonExpression(content), origin)
    return Body(arguments, tuple(blocks))

"""Terraform's string templates: quoted strings, heredocs and ``templatefile`` texts as parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from simulator.estate.hcl.source import Expression, parse_expression
from simulator.estate.hcl.value import EvaluationError


@dataclass(frozen=True, slots=True, eq=False)
class If:
    """``%{ if condition }then%{ else }otherwise%{ endif }``."""

    condition: Expression
    then: tuple["Part", ...]
    otherwise: tuple["Part", ...]


@dataclass(frozen=True, slots=True, eq=False)
class For:
    """``%{ for names in collection }body%{ endfor }``."""

    names: tuple[str, ...]
    collection: Expression
    body: tuple["Part", ...]


Part: TypeAlias = str | Expression | If | For


@dataclass(frozen=True, slots=True, eq=False)
class _Directive:
    word: str
    names: tuple[str, ...] = ()
    expression: Expression | None = None
    trims_left: bool = False
    trims_right: bool = False


_Token: TypeAlias = str | Expression | _Directive

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def unescape(text: str) -> str:
    r"""The characters that a quoted string's source stands for.

    >>> unescape(r'a\tb \"c\" \u0041')
    'a\tb "c" A'
    """

    def one(match: re.Match[str]) -> str:
        short, long, single = match.groups()
        if single is None:
            return chr(int(short or long, 16))
        return _ESCAPED.get(single, match[0])

    return _ESCAPE.sub(one, text)


def quoted(string: Expression) -> tuple[Part, ...]:
    """The parts of a quoted string."""
    return _assemble(_trimmed(list(_quoted_tokens(string))))


def _quoted_tokens(string: Expression) -> Iterator[_Token]:
    for part in string.parts():
        inner = part.parts()
        if not inner:
            raw = str(part.tokens()[0])
            # "$${" and "%%{" write the characters "${" and "%{".
            yield unescape(raw[1:] if raw.startswith(("$${", "%%{")) else raw)
        elif inner[0].kind == "interpolation":
            yield inner[0].parts()[0]
        else:
            yield _from_tree(inner[0])


def _from_tree(tree: Expression) -> _Token:
    word = tree.kind.removeprefix("template_").removesuffix("_start")
    marks = [token.type == "STRIP_MARKER" for token in tree.tokens()]
    parts = tree.parts()
    names = tuple(part.text for part in parts if part.kind == "identifier")
    expressions = [part for part in parts if part.kind != "identifier"]
    expression = expressions[0] if expressions else None
    return _Directive(word, names, expression, trims_left=marks[1], trims_right=marks[-2])


def template(text: str) -> tuple[Part, ...]:
    """The parts of a text in which ``${`` and ``%{`` are live and backslashes are not.

    Raises :class:`EvaluationError` where a ``${`` is not closed.
    """
    return _assemble(_trimmed(list(_text_tokens(text))))


_OPENING = re.compile(r"\$\$\{|%%\{|[$%]\{")
_DIRECTIVE = re.compile(
    r"(?:(?P<else>else|endif|endfor)|if\s(?P<if>.*)|for\s+(?P<names>\w+\s*(?:,\s*\w+\s*)?)\sin\s(?P<in>.*))",
    re.DOTALL,
)


def _text_tokens(text: str) -> Iterator[_Token]:
    position = 0
    literal = ""
    while opening := _OPENING.search(text, position):
        literal += text[position : opening.start()]
        if opening[0] in {"$${", "%%{"}:
            literal += opening[0][1:]
            position = opening.end()
            continue
        end = _closing(text, opening.end())
        yield from literal.splitlines(keepends=True)
        literal = ""
        yield _from_text(opening[0], text[opening.end() : end])
        position = end + 1
    yield from (literal + text[position:]).splitlines(keepends=True)


def _from_text(opening: str, content: str) -> _Token:
    left, right = content.startswith("~"), content.endswith("~")
    content = content.removeprefix("~").removesuffix("~").strip()
    if opening == "${":
        expression = parse_expression(content)
        if not (left or right):
            return expression
        return _Directive("value", (), expression, left, right)
    match = _DIRECTIVE.fullmatch(content)
    if match is None:
        raise EvaluationError(f"%{{ {content} }} is no template directive")
    if match["else"]:
        return _Directive(match["else"], (), None, left, right)
    if match["if"]:
        return _Directive("if", (), parse_expression(match["if"]), left, right)
    names = tuple(name.strip() for name in match["names"].split(","))
    return _Directive("for", names, parse_expression(match["in"]), left, right)


def _closing(text: str, start: int) -> int:
    """Where the ``}`` is that closes the sequence whose content begins at ``start``."""
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character == '"':
            position = _string_end(text, position + 1)
        elif character == "{":
            depth += 1
        elif character == "}":
            if not depth:
                return position
            depth -= 1
        position += 1
    raise EvaluationError(f"the template sequence {text[start - 2 : start + 20]!r} is not closed")


def _string_end(text: str, start: int) -> int:
    position = start
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 1
        elif text.startswith(("$${", "%%{"), position):
            position += 2
        elif text.startswith(("${", "%{"), position):
            position = _closing(text, position + 2)
        position += 1
    return position


def heredoc(source: str) -> tuple[Part, ...]:
    r"""The parts of a heredoc; ``<<-`` takes the common indentation away.

    >>> heredoc("<<-EOT\n    a\n      b\n  EOT\n")
    ('a\n', '  b\n')
    """
    head, _, rest = source.replace("\r\n", "\n").partition("\n")
    body, newline, _ = rest.rstrip("\n").rpartition("\n")
    tokens = _trimmed(list(_text_tokens(body + newline)))
    return _assemble(_flushed(tokens) if head.startswith("<<-") else tokens)


def _flushed(tokens: list[_Token]) -> list[_Token]:
    """The common indentation removed, counted as HCL does: after ``~`` has trimmed the lines.

    A line that begins with a trimming ``%{~`` has no indentation left, so then no line loses any.
    """
    indents: dict[int, int] = {}
    least: int | None = None
    starts_line = True
    for position, token in enumerate(tokens):
        literal = token if isinstance(token, str) else ""
        indent = len(literal) - len(literal.lstrip())
        if starts_line and not (literal.isspace() and literal.endswith("\n")):
            indents[position] = indent
            least = indent if least is None else min(least, indent)
        starts_line = literal.endswith("\n")
    return [
        token[least:] if isinstance(token, str) and position in indents else token
        for position, token in enumerate(tokens)
    ]


def _assemble(tokens: list[_Token]) -> tuple[Part, ...]:
    parts, rest = _sequence([token for token in tokens if token != ""], ())
    if rest:
        raise EvaluationError("a template directive is closed that was never opened")
    return parts


def _trimmed(tokens: list[_Token]) -> list[_Token]:
    flat: list[_Token] = []
    trims = False
    for token in tokens:
        item = token
        if isinstance(item, str) and trims:
            item = item.lstrip()
        if isinstance(item, _Directive) and item.trims_left and flat and isinstance(flat[-1], str):
            flat[-1] = flat[-1].rstrip()
        trims = isinstance(item, _Directive) and item.trims_right
        if isinstance(item, _Directive) and item.word == "value" and item.expression:
            item = item.expression
        flat.append(item)
    return flat


def _sequence(tokens: list[_Token], ends: tuple[str, ...]) -> tuple[tuple[Part, ...], list[_Token]]:
    """The parts up to a directive in ``ends``, and the tokens from there on."""
    parts: list[Part] = []
    while tokens:
        token, tokens = tokens[0], tokens[1:]
        if not isinstance(token, _Directive):
            parts.append(token)
        elif token.word in ends:
            return tuple(parts), [token, *tokens]
        elif token.expression is None:
            raise EvaluationError(f"%{{ {token.word} }} has nothing to belong to")
        elif token.word == "if":
            then, tokens = _sequence(tokens, ("else", "endif"))
            otherwise: tuple[Part, ...] = ()
            if _word(tokens) == "else":
                otherwise, tokens = _sequence(tokens[1:], ("endif",))
            tokens = _closed(tokens, "endif")
            parts.append(If(token.expression, then, otherwise))
        else:
            body, tokens = _sequence(tokens, ("endfor",))
            tokens = _closed(tokens, "endfor")
            parts.append(For(token.names, token.expression, body))
    return tuple(parts), tokens


def _word(tokens: list[_Token]) -> str:
    return tokens[0].word if tokens and isinstance(tokens[0], _Directive) else ""


def _closed(tokens: list[_Token], word: str) -> list[_Token]:
    if _word(tokens) != word:
        raise EvaluationError(f"a template directive has no %{{ {word} }}")
    return tokens[1:]

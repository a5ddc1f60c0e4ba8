"""One change at a dotted path of a resource block: what was written there, and what is now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.verdict import Harm
from simulator.mutation.syntax import (
    COMMA,
    LINE,
    Changes,
    Child,
    File,
    Syntax,
    arguments,
    bare,
    blocks,
    body,
    elements,
    new_argument,
    new_element,
    new_expression,
    trees,
    value,
)

_HOLDING: Final = frozenset({"jsonencode", "yamlencode", "tomap", "toset", "tolist"})
"""Functions that hold what they are given: a path leads on through their argument."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done at a path.

    ``text`` is the expression to put there, ``""`` to take out what is there. A flip without one
    turns what is there into its opposite.
    ``absent`` is put where nothing is written, unless it is ``None``.
    """

    harm: Harm
    text: str = ""
    absent: str | None = None

    @property
    def removes(self) -> bool:
        """Whether what is there is taken out: there is nothing to put in its place."""
        return self.harm is not Harm.FLIP and not self.text


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One place that a change touches: its line, what was written there, and what is now."""

    line: int
    before: str
    after: str
    changes: Changes


def edits(file: File, block: Syntax, path: str, change: Change) -> tuple[Edit, ...]:
    """Every edit that ``change`` means at ``path`` of a resource block; none if it has no place.

    A path goes through nested and dynamic blocks, all of them where they are repeated, and through
    objects, lists and ``jsonencode``. A key of a map that is computed is laid over it, or left out
    of it. Raises :class:`~simulator.mutation.syntax.FragmentError` if the text is no expression.
    """
    if not path:
        return (_removed(file, block),) if change.removes else ()
    return tuple(_in_body(file, block, path.split("."), change))


def _in_body(file: File, block: Syntax, path: list[str], change: Change) -> Iterator[Edit]:
    name, *rest = path
    nested = [node for labels, node in blocks(body(block)) if _makes(labels, name)]
    if nested:
        for node in nested:
            if rest:
                yield from _in_body(file, _content(node), rest, change)
            elif change.removes:
                yield _removed(file, node)
    elif (written := dict(arguments(body(block))).get(name)) is not None:
        yield from _at(file, written, rest, change)
    elif not rest and change.absent is not None:
        brace = next(c for c in block.children if getattr(c, "type", "") == "LBRACE")
        more = (LINE, new_argument(name, change.absent), LINE)
        yield _added(block.meta.line, name, change.absent, brace, more)


def _makes(labels: tuple[str, ...], name: str) -> bool:
    """Whether a block with these labels is, or makes, nested blocks of this name."""
    return labels in {(name,), ("dynamic", name)}


def _content(node: Syntax) -> Syntax:
    """The block whose body has the arguments: of a dynamic one, what it makes."""
    inner = [child for labels, child in blocks(body(node)) if labels == ("content",)]
    return inner[0] if inner else node


def _at(
    file: File,
    pair: Syntax,
    rest: list[str],
    change: Change,
    around: Syntax | None = None,
) -> Iterator[Edit]:
    """The edits of an argument, or of an element of the object ``around``, or of what it holds."""
    if rest:
        yield from _inside(file, value(pair), rest, change)
    elif change.removes:
        yield _removed(file, pair, around)
    else:
        yield _replaced(file, value(pair), change)


def _inside(file: File, expression: Syntax, path: list[str], change: Change) -> Iterator[Edit]:
    name, *rest = path
    inner = bare(expression)
    if inner.data == "object":
        pair = dict(elements(inner)).get(name)
        if pair is not None:
            yield from _at(file, pair, rest, change, inner)
        elif not rest and change.absent is not None:
            more = (new_element(name, change.absent), COMMA)
            yield _added(inner.meta.line, name, change.absent, inner.children[0], more)
    elif inner.data == "tuple":
        for item in trees(inner):
            yield from _inside(file, item, path, change)
    elif (given := _held(inner)) is not None:
        yield from _inside(file, given, path, change)
    elif not rest and (change.text or change.removes):
        yield _laid_over(file, expression, name, change)


def _held(call: Syntax) -> Syntax | None:
    """The one argument of a function that holds it as it is."""
    if call.data != "function_call":
        return None
    name, *given = trees(call)
    inner = trees(given[0]) if len(given) == 1 and str(name.children[0]) in _HOLDING else []
    return inner[0] if len(inner) == 1 else None


def _laid_over(file: File, expression: Syntax, key: str, change: Change) -> Edit:
    words = file.words(expression)
    if change.removes:
        text = f'{{ for k, v in {words} : k => v if k != "{key}" }}'
    else:
        text = f'merge({words}, {{ "{key}" = {change.text} }})'
    by = {id(expression): (new_expression(text),)}
    shown = "a computed map" if '"' in words else words  # it may have a secret in it
    return Edit(expression.meta.line, shown, f"{key} = {change.text}" if change.text else "", by)


def _removed(file: File, node: Syntax, around: Syntax | None = None) -> Edit:
    words = file.words(node)
    gone: dict[int, tuple[Child, ...]] = {id(node): _line_of(words)}
    if node.data == "block":
        words = words.partition("{")[0]  # its name is enough to tell it by
    if around is not None and (comma := _comma_after(around, node)) is not None:
        gone[id(comma)] = ()
    return Edit(node.meta.line, words, "", gone)


def _comma_after(around: Syntax, element: Syntax) -> Child | None:
    place = next(i for i, child in enumerate(around.children) if child is element)
    rest = around.children[place + 1 :]
    after = next((c for c in rest if getattr(c, "data", "") != "new_line_or_comment"), None)
    return after if getattr(after, "type", "") == "COMMA" else None


def _replaced(file: File, expression: Syntax, change: Change) -> Edit:
    words = file.words(expression)
    text = change.text or flipped(words)
    by = (new_expression(text), *_line_of(words))
    return Edit(expression.meta.line, words, text, {id(expression): by})


def _line_of(words: str) -> tuple[Child, ...]:
    """What has to stay of what is taken out: a heredoc has its line end in it."""
    return (LINE,) if words.endswith("\n") else ()


def _added(line: int, name: str, text: str, brace: Child, more: tuple[Child, ...]) -> Edit:
    return Edit(line, "", f"{name} = {text}", {id(brace): (brace, *more)})


def flipped(words: str) -> str:
    """The opposite of a truth value as it is written.

    >>> flipped("true"), flipped("var.open")
    ('false', '!(var.open)')
    """
    return {"true": "false", "false": "true"}.get(words) or f"!({words})"

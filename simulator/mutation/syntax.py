"""A Terraform file as python-hcl2's syntax tree, changed, and written back as text.

The tree is the parser's own, with every token and comment; python-hcl2's writer makes text of it.
What it loses is white space between tokens, which means nothing in HCL. Nothing is changed in
place: a change gives another tree, which shares what it does not touch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hcl2.api import parses_to_tree, reconstruct
from lark import Token, Tree
from lark.exceptions import LarkError

Syntax: TypeAlias = Tree[Token]
Child: TypeAlias = Tree[Token] | Token
Changes: TypeAlias = Mapping[int, Sequence[Child]]
"""What stands in the place of a node, by the node's ``id``; nothing where it is deleted."""

LINE: Syntax = Tree("new_line_or_comment", [Token("NL_OR_COMMENT", "\n")])
COMMA = Token("COMMA", ",")


class FragmentError(ValueError):
    """A text that is no expression of HCL."""


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A parsed file: its text, which the positions in its tree mean, and its tree."""

    text: str
    tree: Syntax

    def words(self, node: Syntax) -> str:
        """What is written at ``node``, as it is written."""
        return self.text[node.meta.start_pos : node.meta.end_pos]

    def changed(self, changes: Changes) -> str:
        """The text of the file after ``changes``."""
        return written(_rebuilt(self.tree, changes))


def parsed(text: str) -> File:
    """The file with this text. Raises lark's error if it does not parse."""
    return File(text, parses_to_tree(text))


def written(tree: Syntax) -> str:
    """The text of a tree.

    >>> print(written(parsed("a = [1,2] # why").tree), end="")
    a = [1, 2]# why
    """
    return str(reconstruct(tree))


def _rebuilt(tree: Syntax, changes: Changes) -> Syntax:
    children: list[Child] = []
    touched = False
    for child in tree.children:
        if id(child) in changes:
            children.extend(changes[id(child)])
            touched = True
        elif isinstance(child, Tree):
            again = _rebuilt(child, changes)
            touched = touched or again is not child
            children.append(again)
        else:
            children.append(child)
    return Tree(tree.data, children, tree.meta) if touched else tree


# --- what is in a tree ----------------------------------------------------------------------


def trees(tree: Syntax) -> list[Syntax]:
    """The nodes directly below one, without line ends and comments."""
    return [c for c in tree.children if isinstance(c, Tree) and c.data != "new_line_or_comment"]


def body(tree: Syntax) -> Syntax:
    """The body of a block or of a file."""
    return next(child for child in trees(tree) if child.data == "body")


def arguments(tree: Syntax) -> Iterator[tuple[str, Syntax]]:
    """The name and the node of each argument of a body."""
    for child in trees(tree):
        if child.data == "attribute":
            yield word(trees(child)[0]), child


def blocks(tree: Syntax) -> Iterator[tuple[tuple[str, ...], Syntax]]:
    """The type and labels, and the node, of each block of a body."""
    for child in trees(tree):
        if child.data == "block":
            yield tuple(word(part) for part in trees(child) if part.data != "body"), child


def elements(tree: Syntax) -> Iterator[tuple[str, Syntax]]:
    """The key and the node of each element of an object; a computed key as it is written."""
    for child in trees(tree):
        if child.data == "object_elem":
            yield word(trees(child)[0]), child


def value(tree: Syntax) -> Syntax:
    """The expression of an argument or of an object's element."""
    return trees(tree)[1]


def bare(expression: Syntax) -> Syntax:
    """An expression without the parentheses and terms around it."""
    while expression.data == "expr_term" and len(trees(expression)) == 1:
        expression = trees(expression)[0]
    return expression


def word(tree: Syntax) -> str:
    """A name, label or key, without its quotes."""
    return "".join(str(token) for token in tree.scan_values(lambda _: True)).strip('"')


# --- what is put into a tree ----------------------------------------------------------------


def new_expression(text: str) -> Syntax:
    """The tree of an expression. Raises :class:`FragmentError` if it is none."""
    return value(new_argument("_", text))


def new_argument(name: str, text: str) -> Syntax:
    """The tree of ``name = text``. Raises :class:`FragmentError` if it is no single argument."""
    try:
        found = trees(body(parses_to_tree(f"{name} = {text}\n")))
    except LarkError as error:
        raise FragmentError(f"{text!r} is no expression of HCL") from error
    if len(found) != 1 or found[0].data != "attribute":
        raise FragmentError(f"{text!r} is no single expression of HCL")
    return found[0]


def new_element(key: str, text: str) -> Syntax:
    """The tree of an object's element; the key is quoted where it is no plain name."""
    name = key if key.isidentifier() else f'"{key}"'
    fragment = bare(new_expression(f"{{ {name} = {text}\n}}"))
    if fragment.data != "object" or len(trees(fragment)) != 1:
        raise FragmentError(f"{text!r} is no single expression of HCL")
    return trees(fragment)[0]


def same_words(one: Syntax, other: Syntax) -> bool:
    """Whether two trees have the same tokens, but for white space around them and comments.

    >>> same_words(parsed("a = [1,2] # b").tree, parsed("a=[1, 2]").tree)
    True
    """
    return list(_tokens(one)) == list(_tokens(other))


def _tokens(tree: Syntax) -> Iterator[tuple[str, str]]:
    for token in tree.scan_values(lambda _: True):
        if token.type != "NL_OR_COMMENT":
            yield token.type, str(token) if "HEREDOC" in token.type else str(token).strip(" \t")

"""Secrets that are written down as the values of variables: in a ``.tfvars`` file, or a default."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.controls.secrets.secretlike import (
    harmless,
    secret_name,
    secret_value,
    vault_reference,
    words_of,
)
from simulator.controls.verdict import Finding, Severity
from simulator.estate.model import SHORTEST_SECRET, Estate, Given, Known, Variable, printable

_WHY: Final = (
    "whoever comes by the file, or by any copy or version of it, can open personal information "
    "with it; reasonable security is owed under Civ. Code 1798.81.5(b), and secure configuration "
    "is an audit component of 11 CCR 7123(c)(5)"
)
# Texts that say that something else gives the value, or that somebody should.
_PLACEHOLDER: Final = re.compile(
    r"<.*>|\[.*\]|\{.*\}|__\w+__|#\{.*\}#?|\$[({].*[)}]|[x*.]+"
    r"|change_?me|replace_?me|place_?holder|to_?do|tbd|dummy|none|null|n/a",
    re.IGNORECASE | re.DOTALL,
)
_PROSE: Final = frozenset({"by", "from", "via", "me", "your", "here", "in", "placeholder"})
_DATED: Final = re.compile(r"\d{4}-\d\d-\d\d(T.*)?|P[\dYMWDTHS.]+|\d{1,4}")
# Names of variables say more than those of settings: when, how many, of which kind.
_ABOUT: Final = re.compile(
    r"_(on|at|after|before|date|expiry|expiration|rotation|count|size|sizes|names|ids|urls|uris"
    r"|scope|scopes|permissions|role|roles|location|sku|kind|mode|format|algorithm|source|suffix)$"
)
_ID: Final = re.compile(
    r"/subscriptions/.+|https://[\w-]+\.(vault|managedhsm)\.azure\.net/.*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A secret as it is written: the variable, the path within its value, and the text."""

    variable: Variable
    path: tuple[str, ...]
    text: str
    looks_like: str | None

    @property
    def place(self) -> str:
        """The variable and where its value stands; the text is never told."""
        return f"var.{self.variable.name} ({self.variable.origin})"


def literals(estate: Estate) -> Iterator[Literal]:
    """The secrets that the files of the configuration give to variables.

    What only a plan knows may come from anywhere, so that it is none, unless it is the default.
    """
    for variable in estate.variables:
        if variable.given is not Given.ELSEWHERE and isinstance(variable.value, Known):
            for path, text in _texts(variable.value.value, (variable.name,)):
                looks_like = secret_value(text)
                if looks_like or (_promises(path[-1]) and not placeholder(text)):
                    yield Literal(variable, path[1:], text, looks_like)


def _promises(name: str) -> bool:
    """Whether a variable, or an entry of one, is called as a secret would be.

    >>> _promises("sql_password"), _promises("secrets_expire_on"), _promises("secret_names")
    (True, False, False)
    """
    return secret_name(name) and _ABOUT.search(words_of(name)) is None


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a value, with the names that lead to it; items of a list have that of it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, (*path, name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner, path)


def placeholder(text: str) -> bool:
    """Whether a text stands for a secret, says where one is, or opens nothing for another reason.

    >>> placeholder("set-by-the-release-pipeline"), placeholder("<password>"), placeholder("true")
    (True, True, True)
    >>> placeholder("correct horse battery staple"), placeholder("hunter2")
    (False, False)
    """
    text = text.strip()
    words = [word.casefold() for word in re.split(r"[\W_]+", text) if word]
    prose = len(words) > 1 and all(map(str.isalpha, words)) and not _PROSE.isdisjoint(words)
    joined = text.replace("-", "_").replace(" ", "_")
    known = _PLACEHOLDER.fullmatch(joined) or _DATED.fullmatch(text) or _ID.fullmatch(text)
    return not text or prose or known is not None or harmless(text) or vault_reference(text)


def used(found: Sequence[Literal], text: str) -> Literal | None:
    """The first of these secrets that is in ``text``."""
    return next(
        (one for one in found if len(one.text) >= SHORTEST_SECRET and one.text in text), None
    )


def judge(literal: Literal) -> Finding:
    """What is wrong with a secret in a variable's value."""
    name, given = literal.variable.name, literal.variable.given
    where = ".".join((given.value, *map(printable, literal.path)))
    looks_like = literal.looks_like
    words = f"looks like {looks_like}" if looks_like else "a literal where a secret is expected"
    return Finding(
        address=f"var.{name}",
        origin=literal.variable.origin,
        attribute=where,
        actual=words,
        expected="a secret that no file of the configuration holds",
        why=_WHY,
        remedy=f'variable "{name}" {{ sensitive = true }}  # no value in a file: read it from '
        "Key Vault, rotate what was written down",
        severity=Severity.CRITICAL,
    )

"""Regular expressions as Terraform has them (RE2's syntax), matched by Python's engine.

Where the two differ, or nobody can say beforehand that matching ends soon, nothing is guessed:
RE2 takes linear time for every pattern, Python's engine can take for ever.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.hcl.aside import NoAnswerError, aside
from simulator.estate.hcl.conversion import NotEvaluated
from simulator.estate.hcl.effort import current, spend
from simulator.estate.hcl.value import LONGEST, Evaluated, TooLargeError

_PATIENCE: Final = 5.0  # seconds that one call may take
_MOST: Final = 100_000  # matches in one text
_QUICK: Final = 100_000  # steps that certainly take no time

# Python has no (?U) or \pL, RE2 neither look-around nor references to groups.
_DIFFERS: Final = re.compile(r"\\[pPzZCQ1-9]|(?<!\\)\(\?(?:[a-zA-Z]*U|[=!#(]|<[=!]|P[=>])")
_CLASSES: Final = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "digit": "0-9",
    "lower": "a-z",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}
_CLASS: Final = re.compile(r"\[:(\w+):\]")
_REPEATS: Final = re.compile(r"[*+]|\{\d*,\d*\}")
_REPEATS_GROUP: Final = re.compile(r"\)[*+{]")


@dataclass(frozen=True, slots=True)
class Match:
    """One match: where it is, and what its groups are, by number and by name."""

    start: int
    end: int
    groups: tuple[str | None, ...]
    named: dict[str, str | None]

    def captured(self, text: str) -> Evaluated:
        """What Terraform's ``regex`` gives: the groups if there are any, else all of it."""
        if self.named:
            return dict(self.named)
        return list(self.groups) if self.groups else text[self.start : self.end]

    def expanded(self, text: str, template: str) -> str:
        """``template`` with ``$1`` and ``${name}`` replaced; a group that is not there is empty."""

        def group(reference: re.Match[str]) -> str:
            name = reference[1] or reference[2]
            if name is None:
                return "$"
            if not name.isdecimal():
                return self.named.get(name) or ""
            number = int(name)
            if number == 0:
                return text[self.start : self.end]
            return (self.groups[number - 1] or "") if number <= len(self.groups) else ""

        return re.sub(r"\$(?:\$|\{(\w+)\}|(\w+))", group, template)


def find(pattern: str, text: str) -> Iterator[Match]:
    """The matches of ``pattern`` in ``text``, from left to right.

    Raises :class:`NotEvaluated` for what is not the same in both languages, or takes too long.

    >>> [match.captured("a1 b2") for match in find("[[:alpha:]]([0-9])", "a1 b2")]
    [['1'], ['2']]
    """
    compiled = _compiled(pattern)
    if text.endswith("\n") and "$" in pattern:
        raise NotEvaluated  # Python's "$" is also before the last newline
    repeats = len(_REPEATS.findall(pattern))
    if _REPEATS_GROUP.search(pattern) or max(len(text), 2) ** repeats > _QUICK:
        yield from _elsewhere(compiled, text)
    else:
        for number, match in enumerate(compiled.finditer(text)):
            spend()
            if number > _MOST:
                raise TooLargeError(f"there are more than {_MOST:,} matches")
            yield Match(match.start(), match.end(), match.groups(), match.groupdict())


def replaced(pattern: str, text: str, template: str) -> str:
    """``text`` with each match of ``pattern`` replaced."""
    pieces = []
    position = length = 0
    for match in find(pattern, text):
        pieces += [text[position : match.start], match.expanded(text, template)]
        position = match.end
        length += len(pieces[-1])
        if length > LONGEST:
            raise TooLargeError(f"it has more than {LONGEST:,} characters")
    return "".join((*pieces, text[position:]))


def _compiled(pattern: str) -> re.Pattern[str]:
    if _DIFFERS.search(pattern) or len(pattern) > 10_000:
        raise NotEvaluated
    try:
        translated = _CLASS.sub(lambda match: _CLASSES[match[1]], pattern)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sets that a later Python may read differently
            return re.compile(translated, re.ASCII)
    except (re.error, KeyError, OverflowError, RecursionError) as error:
        raise NotEvaluated from error


def _elsewhere(pattern: re.Pattern[str], text: str) -> Iterator[Match]:
    effort = current()
    matcher = aside()
    seconds = min(_PATIENCE, effort.left)
    matcher.begin("matches", {"pattern": pattern.pattern, "text": text}, seconds)
    try:
        found = matcher.answer(seconds)
    except NoAnswerError as error:
        effort.spend(0)
        raise NotEvaluated from error
    for start, end, groups, named in found if isinstance(found, list) else []:
        yield Match(start, end, tuple(groups), named)

"""Terraform version constraints: which major version they leave."""

import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

Version: TypeAlias = tuple[int, int, int]

_TERM: Final = re.compile(
    r"(?P<operator>=|!=|>=|<=|>|<|~>)?\s*v?"
    r"(?P<major>\d{1,18})(?:\.(?P<minor>\d{1,18})(?:\.(?P<patch>\d{1,18}))?)?"
    r"(?P<before>-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)
_BEYOND: Final = 10**6  # a major version that no provider will reach
_KNOWN: Final = 100  # the most major versions that anybody asks about


class _Range(NamedTuple):
    """The releases from ``lowest`` up to, and without, ``beyond``; ``without`` is one of them."""

    lowest: Version = (0, 0, 0)
    beyond: Version = (_BEYOND, 0, 0)
    without: Version | None = None


def major_version(constraints: Iterable[str]) -> int | None:
    """The one major version that satisfies every constraint, ``None`` if there is not just one.

    Terraform selects a single version of a provider for all modules, so their constraints add up.
    What is no version constraint leaves nothing to be told.

    >>> major_version(["~> 4.55"]), major_version([">= 3.0, < 5.0"]), major_version([">= 4", "< 5"])
    (4, None, 4)
    >>> major_version([">= 4.0"]) is None  # 5.0 satisfies it too
    True
    """
    left = tuple(islice(_left(constraints), 2))
    return left[0] if len(left) == 1 else None


def majors_among(constraints: Iterable[str], known: Container[int]) -> tuple[int, ...]:
    """The major versions in ``known`` that satisfy every constraint, the lowest first.

    >>> majors_among([">= 3.10, < 5.0"], range(3, 6)), majors_among(["any"], range(3, 6))
    ((3, 4), ())
    """
    return tuple(major for major in islice(_left(constraints), _KNOWN) if major in known)


def _left(constraints: Iterable[str]) -> Iterator[int]:
    texts = [term.strip() for text in constraints for term in text.split(",")]
    terms = [_TERM.fullmatch(text) for text in texts if text]
    ranges = [_range(term) for term in terms if term is not None]
    if not ranges or len(ranges) < len(terms):
        return
    lowest = max(each.lowest for each in ranges)
    beyond = min(each.beyond for each in ranges)
    without = {each.without for each in ranges}
    for major in range(lowest[0], beyond[0] + 1):
        if _any_release(max(lowest, (major, 0, 0)), min(beyond, (major + 1, 0, 0)), without):
            yield major


def _any_release(lowest: Version, beyond: Version, without: set[Version | None]) -> bool:
    """Whether a release from ``lowest`` up to ``beyond`` is left; a minor version never ends."""
    if lowest >= beyond:
        return False
    if lowest[:2] < beyond[:2]:
        return True
    return any((*lowest[:2], patch) not in without for patch in range(lowest[2], beyond[2]))


def _range(term: re.Match[str]) -> _Range:
    """The releases that one term allows.

    A pre-release comes before its release, and nothing but its own ``=`` selects it: the term is
    about the releases before and after it.
    """
    major, minor, patch = (int(term[part] or 0) for part in ("major", "minor", "patch"))
    version = (major, minor, patch)
    after = version if term["before"] else (major, minor, patch + 1)
    exact = _Range(version, (major, minor, patch + 1))
    # Of ``~>``, the last part that is written may grow, the ones before it may not.
    growing = (major, minor + 1, 0) if term["patch"] else (major + 1, 0, 0)
    ranges = {
        ">=": _Range(lowest=version),
        ">": _Range(lowest=after),
        "<=": _Range(beyond=after),
        "<": _Range(beyond=version),
        "!=": _Range(without=None if term["before"] else version),
        "~>": _Range(version, growing),
    }
    return ranges.get(term["operator"], exact)

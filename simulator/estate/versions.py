"""Terraform version constraints: which major version they leave."""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

Version: TypeAlias = tuple[int, int, int]

_TERM: Final = re.compile(r"(=|!=|>=|<=|>|<|~>)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?[-+.\w]*")
_BEYOND: Final = 99  # a major version that no provider has reached


def major_version(constraints: Iterable[str]) -> int | None:
    """The one major version that satisfies every constraint, ``None`` if there is not just one.

    Terraform selects a single version of a provider for all modules, so their constraints add up.

    >>> major_version(["~> 4.55"]), major_version([">= 3.0, < 5.0"]), major_version([">= 4", "< 5"])
    (4, None, 4)
    >>> major_version([">= 4.0"]) is None  # 5.0 satisfies it too
    True
    """
    lowest: Version = (0, 0, 0)
    beyond: Version = (_BEYOND, 0, 0)
    stated = False
    for term in (term.strip() for text in constraints for term in text.split(",")):
        found = _TERM.fullmatch(term)
        if found is None:
            continue
        stated = True
        bottom, top = _range(found)
        lowest, beyond = max(lowest, bottom), min(beyond, top)
    if not stated or lowest >= beyond:
        return None
    major, minor, patch = beyond
    last = major if minor or patch else major - 1  # ``beyond`` itself is not allowed
    return lowest[0] if last == lowest[0] else None


def _range(found: re.Match[str]) -> tuple[Version, Version]:
    """The versions from (inclusive) and up to (exclusive) that one term allows."""
    operator = found[1] or "="
    major, minor, patch = (int(part) if part else 0 for part in found.groups()[1:])
    version = (major, minor, patch)
    after = (major, minor, patch + 1)
    nothing, everything = (0, 0, 0), (_BEYOND, 0, 0)
    match operator:
        case "=":
            return version, after
        case ">=" | ">":
            return version if operator == ">=" else after, everything
        case "<=" | "<":
            return nothing, after if operator == "<=" else version
        case "~>":
            # The last part that is written may grow, the ones before it may not.
            return version, (major, minor + 1, 0) if found[4] else (major + 1, 0, 0)
    return nothing, everything  # ``!=`` rules out one version, never a major one

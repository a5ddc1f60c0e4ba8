"""Which major version constraints leave, against trying every version."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.versions import Version, major_version

OPERATORS = ["", "=", "!=", ">", ">=", "<", "<=", "~>"]
MAJORS, MINORS, PATCHES = range(7), range(5), range(6)
# Larger than any part of a constraint below: a version beyond its last part is always there.
GRID = list(product(MAJORS, [*MINORS, 98], [*PATCHES, 98]))

PARTS = st.one_of(
    st.tuples(st.integers(0, 5)),
    st.tuples(st.integers(0, 5), st.integers(0, 3)),
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 4)),
)
TERMS = st.tuples(
    st.sampled_from(OPERATORS), PARTS, st.sampled_from(["", "", "", "-beta", "-rc.1"])
)


def allows(term: tuple[str, tuple[int, ...], str], version: Version) -> bool:
    """Whether a release meets a term, by the rule for one version at a time."""
    operator, parts, before = term
    # A pre-release is less than its own release, and more than all before it.
    bound = (*parts, 0, 0)[:3] + ((0,) if before else (1,))
    release = (*version, 1)
    fixed = max(len(parts) - 1, 1)
    return {
        "!=": release != bound,
        ">": release > bound,
        ">=": release >= bound,
        "<": release < bound,
        "<=": release <= bound,
        "~>": release >= bound and version[:fixed] == parts[:fixed],
    }.get(operator, version == bound[:3])


def text(term: tuple[str, tuple[int, ...], str]) -> str:
    operator, parts, before = term
    return f"{operator} {'.'.join(map(str, parts))}{before}"


@given(st.lists(st.lists(TERMS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_the_major_version_left_is_that_of_every_version_left(
    constraints: list[list[tuple[str, tuple[int, ...], str]]],
) -> None:
    written = [", ".join(map(text, terms)) for terms in constraints]
    terms = [term for each in constraints for term in each]
    left = {version[0] for version in GRID if all(allows(term, version) for term in terms)}
    assert major_version(written) == (left.pop() if len(left) == 1 else None)


@given(PARTS, st.sampled_from(["", "-beta1", "+build.7", "-rc.1+build"]), st.booleans())
def test_an_exact_version_has_its_own_major(
    parts: tuple[int, ...], end: str, prefixed: bool
) -> None:
    assert major_version([f"{'v' if prefixed else ''}{'.'.join(map(str, parts))}{end}"]) == parts[0]


@given(st.text(max_size=12), st.lists(st.sampled_from(["~> 4.0", ">= 4, < 5"]), max_size=2))
def test_what_is_no_constraint_leaves_nothing_to_tell(garbage: str, others: list[str]) -> None:
    whole = f"{garbage} !"
    assert major_version([*others, whole]) is None
    assert major_version([f"~> 4.0, {whole}"]) is None


@pytest.mark.parametrize(
    ("constraints", "major"),
    [
        (["4.55.0"], 4),  # a lock file's
        (["~> 4.0, != 4.1.0"], 4),
        (["~> 4.1.2"], 4),
        (["~> 4.1.2, < 4.1.2"], None),
        (["4.0.0, != 4.0.0-beta1"], 4),
        (["4.0.0, != 4.0.0"], None),
        ([">= 4.0, <= 5.0.0, != 5.0.0"], 4),
        ([">= 4.0, <= 5.0.0-beta1"], 4),
        ([">= 4.0, < 5.0.0-beta1"], 4),
        (["> 4.99.99-rc1, < 5"], 4),
        ([">= 5.0.0-beta1, < 6"], 5),
        (["4.0.0-beta1"], 4),
        (["~>3.0"], 3),
        (["  ~>   3.0  "], 3),
        (["~> 3.0,"], 3),
        (["~> 3.x"], None),
        (["~> 3.0.0.0"], None),
        (["=> 3.0"], None),
        (["^3.0"], None),
        (["~> 4.0", "latest"], None),
        (["~> ٤.0"], None),
        (["!= 3.0.0"], None),
        (["= 3.0.0, = 4.0.0"], None),
        ([f"~> {10**9}.0"], 10**9),
        ([">= 999999999999999"], None),
        (["~> " + "9" * 5000], None),
    ],
)
def test_constraints_leave_one_major_version_or_none(
    constraints: list[str], major: int | None
) -> None:
    assert major_version(constraints) == major

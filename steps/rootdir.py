"""Keeping pytest at the checkout when ``--estate PATH`` names a place outside it.

pytest looks for its configuration before any plugin's options are known. The value of an option
written as ``--estate PATH`` then passes for a directory of tests, and pytest takes its
configuration from there. ``--estate=PATH`` has no such trouble, so that is how it is begun again.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from steps.options import FLAGS

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Begin again with joined options, before output is captured, if the root is not ours."""
    given = early_config.invocation_params
    joined = join_options(given.args)
    here = given.dir == CHECKOUT or CHECKOUT in given.dir.parents
    if here and early_config.rootpath != CHECKOUT and joined != list(given.args):
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *joined])  # noqa: S606
    return (yield)


def join_options(arguments: Sequence[str | os.PathLike[str]]) -> list[str]:
    """The arguments with each option of ours and its value in one.

    >>> join_options(["-q", "--estate", "/srv/shop", "--seed", "7", "--window=3d"])
    ['-q', '--estate=/srv/shop', '--seed=7', '--window=3d']
    """
    texts, joined = [os.fspath(argument) for argument in arguments], []
    while texts:
        text = texts.pop(0)
        joined.append(f"{text}={texts.pop(0)}" if text in FLAGS and texts else text)
    return joined

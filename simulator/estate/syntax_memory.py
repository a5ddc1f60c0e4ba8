"""Files that were parsed once, for a reader that reads nearly the same files over and over."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Generic, Protocol, TypeVar

Parsed = TypeVar("Parsed")


class Memory(Generic[Parsed]):
    """What texts were parsed into, up to ``size`` characters of text; the longest unused go first.

    A syntax tree takes a hundred times the bytes of its text, so nothing is kept unless asked.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._parsed: OrderedDict[tuple[str, str], Parsed] = OrderedDict()

    def recall(self, name: str, text: str, parse: Callable[[], Parsed]) -> Parsed:
        """What ``parse`` made of this text of the file ``name``, or makes now."""
        key = (name, text)
        if key not in self._parsed:
            self._parsed[key] = parse()
            self._held += len(text)
        self._parsed.move_to_end(key)
        while self._held > self._size and len(self._parsed) > 1:
            (_, oldest), _ = self._parsed.popitem(last=False)
            self._held -= len(oldest)
        return self._parsed[key]


class Recalls(Protocol):
    """Something that gives what a text was parsed into before, or parses it now."""

    def recall(self, name: str, text: str, parse: Callable[[], object]) -> object:
        """What ``parse`` makes, or made, of this text of the file ``name``."""


_CURRENT: Final[ContextVar[Recalls | None]] = ContextVar("memory", default=None)


@contextmanager
def remembering(memory: Recalls) -> Iterator[None]:
    """In this block, what is read is recalled from ``memory``, and kept in it."""
    token = _CURRENT.set(memory)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def memory() -> Recalls | None:
    """The memory of the block that this is in, if there is one."""
    return _CURRENT.get()

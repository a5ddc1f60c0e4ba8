"""What was worked out once from a text, for whoever works on nearly the same ones again."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Generic, Protocol, TypeVar

Parsed = TypeVar("Parsed")


class Memory(Generic[Parsed]):
    """What texts were made into, up to ``size`` characters of text; the longest unused go first.

    A syntax tree takes a hundred times the bytes of its text, so nothing is kept unless asked.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._parsed: OrderedDict[tuple[str, str], Parsed] = OrderedDict()

    def recall(
        self, name: str, text: str, make: Callable[[], Parsed], *, private: bool = False
    ) -> Parsed:
        """What ``make`` made of this text under this name, or makes now."""
        del private  # nothing leaves the process
        key = (name, text)
        if key not in self._parsed:
            self._parsed[key] = make()
            self._held += len(text)
        self._parsed.move_to_end(key)
        while self._held > self._size and len(self._parsed) > 1:
            (_, oldest), _ = self._parsed.popitem(last=False)
            self._held -= len(oldest)
        return self._parsed[key]


class Recalls(Protocol):
    """Something that gives what was made of a text before, or has it made now."""

    def recall(
        self, name: str, text: str, make: Callable[[], object], *, private: bool = False
    ) -> object:
        """What ``make`` makes, or made, of this text under this name.

        What a ``private`` text is made into is never written anywhere.
        """


_CURRENT: Final[ContextVar[Recalls | None]] = ContextVar("memory", default=None)


@contextmanager
def remembering(memory: Recalls) -> Iterator[None]:
    """In this block, what is worked out is recalled from ``memory``, and kept in it."""
    token = _CURRENT.set(memory)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def memory() -> Recalls | None:
    """The memory of the block that this is in, if there is one."""
    return _CURRENT.get()

"""Work that waits for a network, done several at a time and given up at once."""

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

THREADS: Final = 8
_AWHILE: Final = 5.0  # seconds
_GLANCE: Final = 0.5  # seconds; on Windows an unlimited wait does not see Ctrl-C


@dataclass(frozen=True, slots=True)
class _Done(Generic[Result]):
    index: int
    result: Result | None = None
    error: BaseException | None = None


def each(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    stop: Event,
    done: Callable[[int], None] = lambda _: None,
) -> list[Result]:
    """``work`` on every item, the results in the items' order; ``done`` is told how many so far.

    What the first failing item raises is raised here; ``stop`` is set, and what has begun is
    awaited for a while. Ctrl-C awaits nothing: the threads are daemons, so that a request that
    hangs keeps nobody.

    >>> each(lambda n: n * n, [3, 1, 2], Event())
    [9, 1, 4]
    """
    todo: queue.SimpleQueue[tuple[int, Item]] = queue.SimpleQueue()
    finished: queue.SimpleQueue[_Done[Result]] = queue.SimpleQueue()
    for numbered in enumerate(items):
        todo.put(numbered)

    def worker() -> None:
        while not stop.is_set():
            try:
                index, item = todo.get_nowait()
            except queue.Empty:
                return
            try:
                finished.put(_Done(index, work(item)))
            except BaseException as error:  # noqa: BLE001 - it is raised again below
                finished.put(_Done(index, error=error))

    workers = [Thread(target=worker, daemon=True) for _ in range(min(THREADS, len(items)))]
    for one in workers:
        one.start()
    try:
        return _gathered(finished, len(items), done)
    except Exception:
        stop.set()
        for one in workers:
            one.join(_AWHILE)
        raise
    except BaseException:
        stop.set()
        raise


def _gathered(
    finished: "queue.SimpleQueue[_Done[Result]]", count: int, done: Callable[[int], None]
) -> list[Result]:
    results: dict[int, Result | None] = {}
    while len(results) < count:
        try:
            one = finished.get(timeout=_GLANCE)
        except queue.Empty:
            continue
        if one.error is not None:
            raise one.error
        results[one.index] = one.result
        done(len(results))
    return [results[index] for index in range(count)]  # type: ignore[misc]  # no error: a result

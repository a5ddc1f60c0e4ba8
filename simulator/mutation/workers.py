"""Trials in processes of their own, one for each processor; none outlives the one that began it.

A process ends when its pipe does, so that nothing of it stays even where its parent is killed.
"""

import multiprocessing
import signal
import tempfile
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.model import Estate
from simulator.mutation.copy import Copy
from simulator.mutation.mutants import Mutant
from simulator.mutation.trial import Laboratory, Trial

_ENDED: Final = "a process that tried a mutant ended before it was done"


def trials(
    root: Path, estate: Estate, mutants: Sequence[Mutant], var_files: Sequence[Path], jobs: int
) -> Generator[Trial, None, None]:
    """Each mutant's trial, in the order in which they are done, in ``jobs`` processes.

    ``estate`` is what ``root`` declares. With one job there is no other process. Raises
    :class:`EstateError` if the directory cannot be copied so that it reads the same, or if a
    process ends before its time.
    """
    files = [path.resolve() for path in var_files]
    modules = {str(Path(resource.origin.file).parent) for resource in estate.resources}
    with tempfile.TemporaryDirectory(prefix="cpra-drill-") as made:
        places = [Path(made) / str(number) for number in range(max(1, min(jobs, len(mutants))))]
        for place in places:
            place.mkdir()
        copies = [Copy(root, modules, place) for place in places]
        laboratory = Laboratory(copies[0], files)
        laboratory.check(estate)
        if len(copies) == 1:
            yield from map(laboratory.attempt, mutants)
        else:
            with _running(copies, files) as connections:
                yield from _shared_out(mutants, connections)


def _shared_out(mutants: Iterable[Mutant], connections: Sequence[Connection]) -> Iterator[Trial]:
    """One mutant to each process, and the next to whichever is done."""
    waiting = deque(mutants)
    busy: dict[Connection, None] = dict.fromkeys(connections)
    for connection in connections:
        _give(connection, waiting)
    while busy:
        for ready in wait(list(busy)):
            assert isinstance(ready, Connection)  # noqa: S101 - nothing else is waited for
            try:
                answer = ready.recv()
            except (EOFError, OSError):
                raise EstateError(f"{_ENDED}. Try --jobs 1.") from None
            if isinstance(answer, EstateError):
                raise answer
            yield answer
            if waiting:
                _give(ready, waiting)
            else:
                del busy[ready]


def _give(connection: Connection, waiting: deque[Mutant]) -> None:
    with suppress(OSError):  # it has ended: so says whoever waits for its answer
        connection.send(waiting.popleft())


@contextmanager
def _running(copies: Sequence[Copy], var_files: Sequence[Path]) -> Iterator[list[Connection]]:
    spawn = multiprocessing.get_context("spawn")
    processes: list[SpawnProcess] = []
    connections: list[Connection] = []
    try:
        with _uninterrupted():
            for copy in copies:
                mine, its = spawn.Pipe()
                process = spawn.Process(target=_work, args=(its, copy, var_files))
                process.daemon = True
                processes.append(process)
                connections.append(mine)
                process.start()
                its.close()
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            if process.pid is not None:
                process.terminate()
                process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that are begun here do not hear Ctrl-C: whoever began them ends them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(connection: Connection, copy: Copy, var_files: Sequence[Path]) -> None:
    """Try what comes until nothing does."""
    with suppress(EOFError, OSError):
        try:
            laboratory = Laboratory(copy, var_files)
            while True:
                connection.send(laboratory.attempt(connection.recv()))
        except EstateError as error:
            connection.send(error)

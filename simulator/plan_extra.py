"""What the extra ``plan`` installs: offline plans need it, and nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_MODULES: Final = ("grpc", "google", "msgpack")


@contextmanager
def needing_plan_extra(refusal: type[Exception]) -> Iterator[None]:
    """Imports of ``simulator.offline_plan``; ``refusal`` is raised where the extra is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _MODULES:
            raise
        raise refusal(
            f"a plan needs {error.name}, which is not installed: pip install 'cpra-drill[plan]'"
        ) from None

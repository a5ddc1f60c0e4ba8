from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from simulator.estate.azure.client import Transport
from tests.estate.azure.arm_server import ArmServer


@pytest.fixture
def serve(tmp_path, monkeypatch) -> Iterator:
    """Starts an ``ArmServer`` that the reader trusts."""
    with ExitStack() as stack:

        def start(resources, **options) -> ArmServer:
            server = stack.enter_context(ArmServer(resources, **options))
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.trust(tmp_path)))
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            return server

        yield start


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    """How long the client would have waited between attempts; it does not."""
    waited: list[float] = []
    monkeypatch.setattr(Transport, "sleep", lambda _, seconds: waited.append(seconds))
    return waited

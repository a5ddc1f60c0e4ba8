"""A twin leaves nothing behind, however it ends, and a dead storage server is noticed."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from simulator.clock import monotonic
from simulator.twin.azurite import Azurite, Files
from simulator.twin.blueprint import Blueprint, blueprint
from simulator.twin.errors import TwinError
from simulator.twin.node import find_node
from simulator.twin.twin import Twin
from tests.twin.running import caller, names
from tests.twin.shop import PUBLIC, Moment, account, shop

ONE = blueprint(shop(account("stone", {"customers": "container"}, **PUBLIC)))


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    deadline = monotonic() + seconds
    nothing = threading.Event()
    while alive(pid) and monotonic() < deadline:
        nothing.wait(0.05)
    return not alive(pid)


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_everything_is_gone_after_the_block():
    before = threads()
    with Twin.up(ONE, Moment()) as twin:
        pid, place = twin._azurite.pid, twin.ca_file.parent
        assert pid is not None
        assert alive(pid)
        assert names(caller(twin, "stone")) == []
    assert not alive(pid)
    assert not place.exists()
    assert threads() <= before
    with pytest.raises(TwinError, match="taken down"):
        twin.exchanges  # noqa: B018
    twin.down()


def test_everything_is_gone_after_an_exception():
    left = []

    def fail() -> None:
        with Twin.up(ONE, Moment()) as twin:
            left.extend([twin._azurite.pid, twin.ca_file.parent])
            raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        fail()
    pid, place = left
    assert not alive(pid)
    assert not place.exists()


def test_a_storage_server_that_dies_is_noticed_with_its_exit_code():
    with Twin.up(ONE, Moment()) as twin:
        anyone = caller(twin, "stone")
        assert names(anyone) == []
        process = twin._azurite._process
        assert process is not None
        process.kill()
        process.wait(10)
        with pytest.raises(TwinError, match=r"Azurite stopped \(exit code -9\)"):
            twin.exchanges  # noqa: B018
        with pytest.raises(TwinError, match="Azurite stopped"):
            twin.owner("stone")


PARENT = """
import sys
from tests.twin.test_lifecycle import ONE
from tests.twin.shop import Moment
from simulator.twin.twin import Twin
with Twin.up(ONE, Moment()) as twin:
    print(twin._azurite.pid, twin.ca_file.parent, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_azurite_does_not_outlive_a_process_that_is_ended(end):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        number, place = parent.stdout.readline().split()
        pid = int(number)
        try:
            assert alive(pid)
            parent.send_signal(end)
            assert parent.wait(20) != 0
            assert gone_within(pid, 10)
        finally:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(place, ignore_errors=True)  # SIGKILL leaves nobody to do it


def test_a_server_that_cannot_start_is_an_error_with_its_last_words(tmp_path):
    script = tmp_path / "main.js"
    script.write_text("console.error('no certificate today'); process.exit(3)")
    node = find_node().node
    server = Azurite(Files(node, script, tmp_path / "c", tmp_path / "k", tmp_path / "data"))
    with pytest.raises(TwinError, match=r"exit code 3.*no certificate today"):
        server.start({})
    assert server.pid is None


def test_a_missing_node_is_an_error(tmp_path):
    nowhere = tmp_path / "node"
    server = Azurite(Files(str(nowhere), tmp_path, tmp_path, tmp_path, tmp_path))
    with pytest.raises(TwinError, match="cannot be started"):
        server.start({})


def test_an_estate_without_storage_accounts_has_no_twin():
    with pytest.raises(TwinError, match="declares no azurerm_storage_account"):
        Twin.up(Blueprint(()), Moment())


def test_a_start_that_fails_half_way_leaves_nothing_running(monkeypatch):
    pids = []
    start = Azurite.start

    def started(self, accounts):
        start(self, accounts)
        pids.append(self.pid)

    def no_sockets(*_args):
        raise TwinError("the gateway cannot listen")

    monkeypatch.setattr(Azurite, "start", started)
    monkeypatch.setattr("simulator.twin.twin.Gateway", no_sockets)
    with pytest.raises(TwinError, match="cannot listen"):
        Twin.up(ONE, Moment())
    assert len(pids) == 1
    assert not alive(pids[0])

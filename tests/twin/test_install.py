"""The lock that is shipped, and what happens when npm fails, is interrupted or runs twice."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from simulator.cache import cache_directory
from simulator.twin import install
from simulator.twin.errors import TwinError
from simulator.twin.install import SHIPPED, installed_azurite
from simulator.twin.node import Node, find_node

MAIN = "node_modules/azurite/dist/src/blob/main.js"
INSTALLS = f'echo "$@" > arguments; mkdir -p "$(dirname {MAIN})"; pwd > {MAIN}'


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CPRA_DRILL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def standing_in(tmp_path: Path, text: str) -> Node:
    """An npm that does what ``text`` says: the real one is used by every test of a running twin."""
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\n{text}\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    return Node("node", (str(npm),), "20.0.0")


def test_the_lock_pins_every_package_by_hash_and_names_no_address():
    text = (SHIPPED / "package-lock.json").read_text()
    packages = {k: v for k, v in json.loads(text)["packages"].items() if k}
    assert packages["node_modules/azurite"]["version"] == "3.37.0"
    assert all(p["integrity"].startswith("sha512-") for p in packages.values())
    assert "resolved" not in text
    assert "://" not in text


def test_it_is_installed_once_and_then_found(tmp_path, cache):
    said = []
    main = installed_azurite(standing_in(tmp_path, INSTALLS), said.append)
    assert main.is_file()
    assert main.is_relative_to(cache)
    assert (main.parents[5] / "arguments").read_text().startswith("ci --omit=dev --ignore-scripts")
    assert said[0].startswith("installing Azurite into")
    assert installed_azurite(standing_in(tmp_path, "exit 1"), said.append) == main
    assert [entry.name for entry in cache.iterdir()] == [main.parents[5].name]


@pytest.mark.usefixtures("cache")
def test_a_real_npm_that_reaches_no_registry_is_an_error_with_what_it_said(tmp_path, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    with pytest.raises(TwinError, match="ECONNREFUSED") as caught:
        installed_azurite(find_node())
    assert "npm reaches its registry" in str(caught.value)


def test_a_failure_leaves_nothing_behind(tmp_path, cache):
    with pytest.raises(TwinError, match=r"exit code 7.*\n.*disk full"):
        installed_azurite(standing_in(tmp_path, "echo disk full; exit 7"))
    assert list(cache.iterdir()) == []


def test_npm_that_installs_nothing_is_an_error(tmp_path, cache):
    with pytest.raises(TwinError, match="installed no"):
        installed_azurite(standing_in(tmp_path, "exit 0"))
    assert list(cache.iterdir()) == []


def test_an_interruption_ends_npm_and_leaves_nothing_behind(tmp_path, cache, monkeypatch):
    def interrupt(line: str) -> None:
        if "still" in line:
            raise KeyboardInterrupt

    monkeypatch.setattr(install, "_EVERY", 0.2)
    node = standing_in(tmp_path, f"echo $$ > {tmp_path}/pid; sleep 60")
    with pytest.raises(KeyboardInterrupt):
        installed_azurite(node, interrupt)
    assert list(cache.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_two_at_once_end_with_one_whole_installation(tmp_path, cache):
    both = f"until [ -e {tmp_path}/1 ] && [ -e {tmp_path}/2 ]; do :; done"
    found = []

    def run(number: int) -> None:
        place = tmp_path / f"npm{number}"
        place.mkdir()
        node = standing_in(place, f"touch {tmp_path}/{number}; {both}; {INSTALLS}")
        found.append(installed_azurite(node))

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 2
    assert found[0] == found[1]
    assert found[0].is_file()
    assert len(list(cache.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_an_error_with_the_next_step(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CPRA_DRILL_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(TwinError, match="Set CPRA_DRILL_CACHE to a directory"):
        installed_azurite(standing_in(tmp_path, INSTALLS))


@pytest.mark.skipif(os.name != "posix", reason="HOME is a POSIX matter")
def test_an_empty_home_is_no_directory_at_the_root(monkeypatch):
    monkeypatch.delenv("CPRA_DRILL_CACHE", raising=False)
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    found = cache_directory()
    assert found.parts[-2:] == (".cache", "cpra-drill")
    assert len(found.parts) > 3


def test_a_chosen_cache_is_used(monkeypatch, tmp_path):
    monkeypatch.setenv("CPRA_DRILL_CACHE", str(tmp_path))
    assert cache_directory() == tmp_path

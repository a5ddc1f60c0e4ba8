"""The reader and Terraform's own plan of a directory agree, value by value.

The directories use only the provider built into Terraform; ``planned.json`` holds what Terraform
planned for each, and is checked against Terraform where that is installed.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from simulator.estate.hcl import read_hcl
from simulator.estate.model import Block, Known, Reference

DIRECTORIES = [
    Path(__file__).parents[2] / "fixtures/estates/hcl" / name for name in ("oracle", "override")
]
PLANNED = {
    directory: json.loads((directory / "planned.json").read_text("utf-8"))["resources"]
    for directory in DIRECTORIES
}
ADDRESSES = [(directory, address) for directory in DIRECTORIES for address in PLANNED[directory]]
TERRAFORM = shutil.which("terraform")


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda directory: directory.name)
def test_the_same_instances_exist(directory):
    estate = read_hcl(directory)
    assert {r.address for r in estate.resources} == PLANNED[directory].keys()
    assert estate.gaps == ()


@pytest.mark.parametrize(("directory", "address"), ADDRESSES, ids=lambda part: Path(part).name)
def test_each_value_is_the_planned_one(directory, address):
    planned = PLANNED[directory][address]
    node = read_hcl(directory).by_address[address].body.values["input"]
    agrees(node, planned["input"], planned["unknown"], planned["sensitive"])


def agrees(node, value, unknown, sensitive):
    """What the plan does not know is a reference; what it hides is marked; the rest is equal."""
    if unknown is True or (isinstance(unknown, list) and any(unknown)):
        assert isinstance(node, Reference)
    elif isinstance(node, Block):
        keys = value.keys() | {name for name, mark in unknown.items() if mark is True}
        assert node.values.keys() == keys
        for name, inner in node.values.items():
            agrees(inner, value.get(name), unknown.get(name), sensitive.get(name))
    else:
        assert isinstance(node, Known)
        assert plain(node.value) == value
        assert node.sensitive == (sensitive is True)


def plain(value):
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.skipif(TERRAFORM is None, reason="Terraform is not installed")
@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda directory: directory.name)
def test_terraform_itself_plans_the_recorded_values(directory, tmp_path):
    work = tmp_path / directory.name
    shutil.copytree(directory, work)

    def terraform(*arguments):
        command = [str(TERRAFORM), *arguments]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=True)
        return done.stdout

    terraform("init", "-input=false")
    terraform("plan", "-input=false", "-out=tfplan")
    plan = json.loads(terraform("show", "-json", "tfplan"))
    found = {}
    for resource in plan["resource_changes"]:
        change = resource["change"]
        found[resource["address"]] = {
            "input": change["after"].get("input"),
            "unknown": change["after_unknown"].get("input", {}),
            "sensitive": change["after_sensitive"].get("input", {}),
        }
    assert found == PLANNED[directory]

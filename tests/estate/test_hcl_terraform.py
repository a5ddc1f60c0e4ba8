"""The reader and Terraform's own plan of one directory agree, value by value.

The directory uses only the provider built into Terraform; ``planned.json`` holds what Terraform
planned for it, and is checked against Terraform where that is installed.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from simulator.estate.hcl import read_hcl
from simulator.estate.model import Block, Known, Reference

DIRECTORY = Path(__file__).parents[2] / "fixtures/estates/hcl/oracle"
PLANNED = json.loads((DIRECTORY / "planned.json").read_text("utf-8"))["resources"]
TERRAFORM = shutil.which("terraform")


def test_the_same_instances_exist():
    assert {r.address for r in read_hcl(DIRECTORY).resources} == PLANNED.keys()


@pytest.mark.parametrize("address", PLANNED)
def test_each_value_is_the_planned_one(address):
    planned = PLANNED[address]
    node = read_hcl(DIRECTORY).by_address[address].body.values["input"]
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
def test_terraform_itself_plans_the_recorded_values(tmp_path):
    work = tmp_path / "oracle"
    shutil.copytree(DIRECTORY, work)

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
    assert found == PLANNED

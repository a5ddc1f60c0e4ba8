from pathlib import Path

import pytest

from simulator.estate.model import Omitted, Provider
from simulator.estate.plan_providers import locked_versions
from tests.estate.planned import AZURERM, change, configured, module, plan, read

ACCOUNT = "azurerm_storage_account.a"
ROOT = module(configured(ACCOUNT))
LOCK = """# This file is maintained automatically by "terraform init".

provider "providers.example.net/hashicorp/azurerm" {
  version     = "3.117.1"
  constraints = ">= 3.0.0"
  hashes = [
    "h1:abc=",
  ]
}

provider "providers.example.net/azure/azapi" {
  version = "2.3.0"
}
"""


def provider(
    directory: Path, lock: str = "", constraint: str | None = None, name: str = AZURERM
) -> Provider:
    """The provider of a storage account in a plan beside this lock file."""
    if lock:
        (directory / ".terraform.lock.hcl").write_text(lock, encoding="utf-8")
    entry = change(ACCOUNT, {}) | {"provider_name": name}
    return read(directory, plan(ROOT, entry, constraint=constraint)).by_address[ACCOUNT].provider


def test_the_lock_file_beside_a_plan_decides_what_the_plan_leaves_open(tmp_path: Path) -> None:
    assert provider(tmp_path, LOCK, ">= 3.0") == Provider(
        "azurerm", 3, "3.117.1 (.terraform.lock.hcl)"
    )
    assert provider(tmp_path, LOCK) == Provider("azurerm", 3, "3.117.1 (.terraform.lock.hcl)")


def test_the_plan_decides_where_it_leaves_nothing_open(tmp_path: Path) -> None:
    assert provider(tmp_path, LOCK, "~> 4.0") == Provider("azurerm", 4, "~> 4.0")


def test_without_a_lock_file_the_version_stays_open(tmp_path: Path) -> None:
    assert provider(tmp_path, constraint=">= 3.0") == Provider("azurerm", None, ">= 3.0")


def test_a_lock_file_is_read_by_namespace_and_name(tmp_path: Path) -> None:
    (tmp_path / ".terraform.lock.hcl").write_text(LOCK, encoding="utf-8")
    assert locked_versions(tmp_path) == {"hashicorp/azurerm": "3.117.1", "azure/azapi": "2.3.0"}


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"provider {", b'provider "x" {\n  hashes = []\n}']
)
def test_a_lock_file_that_says_nothing_decides_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".terraform.lock.hcl").write_bytes(content)
    assert locked_versions(tmp_path) == {}
    assert provider(tmp_path).major is None


@pytest.mark.parametrize(
    "name",
    ["azurerm", "providers.example.net/hashicorp/azurerm", "tofu.example.net/hashicorp/azurerm"],
)
def test_a_provider_is_the_same_from_any_host_and_without_one(tmp_path: Path, name: str) -> None:
    assert provider(tmp_path, constraint="~> 4.1", name=name) == Provider("azurerm", 4, "~> 4.1")
    assert provider(tmp_path, LOCK, name=name).major == 3


def test_a_hostile_provider_name_does_not_reach_a_terminal(tmp_path: Path) -> None:
    entry = change("other_x.x", {"a": 1}) | {"provider_name": "h/n/ev\x1bil"}
    root = module(configured(ACCOUNT), configured("other_x.x"))
    other = read(tmp_path, plan(root, entry)).by_address["other_x.x"]
    assert other.get("a") == Omitted(1, "ev\\x1bil default")

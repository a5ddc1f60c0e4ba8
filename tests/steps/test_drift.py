"""A subscription under test against the plan of its Terraform: what has drifted since."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS
from simulator.estate import azure
from simulator.evidence.terminal import terminal_lines
from simulator.profile import load_profile
from steps.options import Options
from steps.run import Run
from tests.estate.azure.arm_server import ArmServer
from tests.estate.azure.shop import Signed

ROOT = Path(__file__).parents[2]
SUBSCRIPTION = "b1e84d37-9c50-4f2a-8d16-73a0c5e9f842"
VAULT = "azurerm_key_vault.shop"


def drifted() -> list[dict[str, object]]:
    """What Azure answers for the exposed shop, after somebody changed two things by hand."""
    file = ROOT / "fixtures/azure/exposed.json"
    resources = json.loads(file.read_text(encoding="utf-8"))
    (vault,) = (one for one in resources if one["type"] == "Microsoft.KeyVault/vaults")
    vault["properties"]["softDeleteRetentionInDays"] = 90
    return [one for one in resources if not one["id"].endswith("/firewallRules/azure")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    work = tmp_path_factory.mktemp("drift")
    plan = work / "plan.json"
    packed = ROOT / "fixtures/plans/estates/exposed.json.gz"
    plan.write_bytes(gzip.decompress(packed.read_bytes()))
    options = Options(
        estate=f"azure:{SUBSCRIPTION}",
        base_estate=str(plan),
        reader="auto",
        var_files=(),
        window=timedelta(hours=72),
        profile=load_profile(None),
        seed=1,
        evidence=work / "out",
    )
    with ArmServer(drifted()) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(server.trust(work)))
        patch.setenv("NO_PROXY", "127.0.0.1")
        reading = partial(azure.read_subscription, credential=Signed(), endpoint=server.endpoint)
        patch.setattr(azure, "read_subscription", reading)
        made = Run(options, lambda _: None)
        for control in CONTROLS:
            made.assess(control, made.declared_estate())
        yield made


def test_what_was_changed_by_hand_is_told_and_nothing_else(run: Run) -> None:
    changes = run.ledger()["base"]["changes"]
    told = [(c["kind"], c["address"], c["attribute"]) for c in changes if c["kind"] != "untold"]
    assert sorted(told) == [
        ("changed", VAULT, "soft_delete_retention_days"),
        ("removed", "azurerm_mssql_firewall_rule.azure", ""),
    ]
    (days,) = (c for c in changes if c["attribute"] == "soft_delete_retention_days")
    assert (days["before"], days["after"]) == ("7", "90")


def test_the_verdicts_say_what_the_drift_did(run: Run) -> None:
    (entry,) = (e for e in run.ledger()["base"]["controls"] if e["id"] == "DATA-07")
    gone = [(finding["address"], finding["attribute"]) for finding in entry["gone"]]
    assert (VAULT, "soft_delete_retention_days") in gone


def test_the_terminal_tells_it_as_drift(run: Run) -> None:
    lines = "\n".join(terminal_lines(run.ledger()))
    assert "soft_delete_retention_days" in lines
    assert "declared and not in the subscription" in lines


def test_nothing_is_said_to_be_taken_away_that_azure_only_words_differently(run: Run) -> None:
    verdict = run.change(run.declared_estate())
    assert verdict is not None
    assert [(f.address, f.attribute, f.actual) for f in verdict.findings if not f.unknown] == []

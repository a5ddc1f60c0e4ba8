"""A team's own features: the vocabulary, sentences that are not in it, and what the team knows."""

import pytest
from pytest_bdd.steps import step_function_context_registry

from simulator.estate.model import base_address
from steps.vocabulary import nearest, told, unknown_step, vocabulary
from tests.steps.shell import ROOT, ledger, shell

PASSING = ROOT / "fixtures/estates/DATA-01/pass/plan.json"
OWN = """@controls
Feature: Ours
  Rule: Ours
    Scenario: A sentence of our own
      Given the declared estate
      When control DATA-01 is {verb}
      Then it holds
"""


@pytest.mark.parametrize("step", vocabulary(), ids=lambda step: step.pattern)
def test_every_step_says_what_it_does_and_has_an_example_that_it_matches(step):
    (context,) = (
        c for c in step_function_context_registry.values() if c.parser.name == step.pattern
    )
    assert step.says.endswith(".")
    assert context.parser.is_matching(step.example)
    assert "{" not in step.example


def test_the_vocabulary_is_printed_with_an_example_for_each_step():
    lines = list(told())
    for step in vocabulary():
        assert f"{step.keyword} {step.pattern}" in lines
        assert f"    e.g.  {step.keyword} {step.example}" in lines


@pytest.mark.parametrize(
    ("keyword", "text", "meant"),
    [
        ("When", "control RESP-01 is judged", "control {control} is assessed"),
        ("Then", "it hold", "it holds"),
        ("Then", 'it fails at "a.b"', 'it fails at "{address}" on "{attribute}"'),
        ("Given", 'the estate "terraform/reference"', 'the estate in "{directory}"'),
        ("Then", "the leak is contained in the response window",
         "any leak is contained within the response window"),
    ],
)  # fmt: skip
def test_the_nearest_step_is_the_one_that_was_meant(keyword, text, meant):
    assert nearest(keyword, text)[0].pattern == meant


def test_where_nothing_is_near_nothing_is_offered():
    assert nearest("When", "zzzz") == ()
    assert "Nearest" not in unknown_step("when", "zzzz")


def test_steps_prints_and_runs_nothing(tmp_path):
    done = shell("--steps", "--evidence", str(tmp_path / "e"))
    assert done.returncode == 0
    assert "When control {control} is assessed" in done.stdout
    assert not (tmp_path / "e").exists()


def test_an_unknown_sentence_is_told_with_its_place_and_the_nearest(tmp_path):
    feature = tmp_path / "own.feature"
    feature.write_text(OWN.format(verb="judged"))
    done = shell(
        f"--features={tmp_path}", f"--estate={PASSING}", f"--evidence={tmp_path}", "-k", "our_own"
    )
    assert done.returncode == 1
    assert f"{feature}:6: no step matches" in done.stdout
    assert "When control DATA-01 is assessed" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_team_s_own_feature_runs_with_the_same_vocabulary(tmp_path):
    (tmp_path / "own.feature").write_text(OWN.format(verb="assessed"))
    done = shell(
        f"--features={tmp_path}", f"--estate={PASSING}", f"--evidence={tmp_path}", "-k", "our_own"
    )
    assert done.returncode == 0, done.stdout


def test_what_the_team_knows_is_in_the_evidence(tmp_path):
    said = tmp_path / "known.yaml"
    said.write_text(
        '- address: "*azurerm_storage_account*"\n  personal_information: false\n'
        "  owner: privacy\n  reason: test data\n"
        "- address: azurerm_storage_account.gone\n  personal_information: true\n"
        "  owner: privacy\n  reason: old\n"
    )
    shell(
        f"--estate={PASSING}", f"--personal-information={said}", f"--evidence={tmp_path}",
        "-m", "DATA-01",
    )  # fmt: skip
    found = ledger(tmp_path)["personal_information"]
    stores = {base_address(s["address"]): s for s in found["stores"]}
    assert stores
    assert {s["holds"] for s in stores.values()} == {"declared-not"}
    assert all("privacy says so: test data" in s["because"] for s in stores.values())
    assert [one["address"] for one in found["unused"]] == ["azurerm_storage_account.gone"]


def test_what_the_team_knows_is_found_beside_the_estate(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_bytes(PASSING.read_bytes())
    (tmp_path / "personal-information.yaml").write_text("- address: x\n")
    done = shell(f"--estate={plan}", f"--evidence={tmp_path / 'e'}", "-m", "DATA-01")
    assert done.returncode == 4
    assert "personal-information.yaml:1: the entry has no personal_information" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_second_opinion_the_run_says_why_and_passes(tmp_path):
    (tmp_path / "file").touch()
    done = shell_with_cache(
        tmp_path / "file",
        f"--estate={PASSING}", f"--evidence={tmp_path / 'e'}", "-m", "DATA-01", "--second-opinion",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "no second opinion: " in done.stdout
    assert "CPRA_DRILL_CACHE" in ledger(tmp_path / "e")["second_opinion"]["why_not"]


def shell_with_cache(cache, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CPRA_DRILL_CACHE", str(cache))
        return shell(*arguments)

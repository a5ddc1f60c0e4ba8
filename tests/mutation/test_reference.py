"""The score that is committed is of the controls and of the reference estate as they are."""

import json
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Outcome
from simulator.mutation.command import measure
from simulator.mutation.score import record
from simulator.mutation.shipped import SHIPPED, digests_of, shipped
from simulator.mutation.trial import Mark
from simulator.mutation.wording import page

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).parents[2]
ESTATE = ROOT / "terraform/reference"
SCHEMA = json.loads((ROOT / "simulator/mutation/record.schema.json").read_text("utf-8"))
MADE = json.loads(SHIPPED.read_text("utf-8"))
AGAIN = "run: python scripts/mutation_score.py"


@pytest.mark.parametrize("digest", ["controls_digest", "estate_digest"])
def test_the_committed_score_is_of_these_controls_and_this_estate(digest):
    assert MADE[digest] == digests_of(ESTATE)[digest], AGAIN
    assert {control["id"] for control in MADE["controls"]} == set(CONTROLS), AGAIN


def test_the_committed_record_is_of_every_mutant_and_fits_its_schema():
    jsonschema.validate(MADE, SCHEMA)
    assert MADE["tried"] == MADE["mutants"]
    assert MADE["estate"] == "terraform/reference"
    counted = [MADE[mark] for mark in ("killed", "survived", "noisy")]
    assert MADE["score"] == round(MADE["killed"] / sum(counted), 4)
    assert sum(MADE[mark] for mark in Mark) == MADE["tried"]
    for mark in Mark:
        assert sum(control[mark] for control in MADE["controls"]) == MADE[mark]


def test_the_controls_see_nearly_every_harm_to_the_reference():
    assert MADE["killed"] >= 150
    assert MADE["score"] >= 0.95
    assert MADE["invalid"] == MADE["unscored"] == 0


def test_the_page_says_what_the_record_does():
    written = (ROOT / "docs/mutation.md").read_text("utf-8")
    assert written == page(MADE), "run: python scripts/mutation_score.py --page"


def test_a_record_of_other_controls_is_not_told(tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(MADE | {"controls_digest": "0" * 64}), encoding="utf-8")
    assert shipped(other) is None
    same = MADE | {"controls_digest": digests_of(ESTATE)["controls_digest"]}
    other.write_text(json.dumps(same), encoding="utf-8")
    assert shipped(other) == same


def test_a_sample_of_the_mutants_becomes_what_the_record_says():
    report = measure(ESTATE, CONTROLS, limit=8)
    jsonschema.validate(record(report, digests_of(ESTATE)), SCHEMA)
    assert set(report.outcomes.values()) == {Outcome.PASSED}
    listed = {
        (one["control"], one["file"], one["line"], one["path"], one["after"]): one["mark"]
        for one in MADE["not_killed"]
    }
    for trial in report.trials:
        one = trial.mutant
        place = (one.control, one.file, one.line, one.weakening.path, one.after)
        assert trial.mark == listed.get(place, Mark.KILLED), (place, AGAIN)

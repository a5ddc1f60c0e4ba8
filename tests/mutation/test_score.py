import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Harm, Outcome, Weakening
from simulator.mutation.mutants import Mutant
from simulator.mutation.score import Report, in_order, record, sampled
from simulator.mutation.shipped import digests_of
from simulator.mutation.trial import Mark, Trial
from simulator.mutation.wording import lines, page
from tests.mutation.small import SHOP, written

DIGESTS = {"controls_digest": "c" * 64, "estate_digest": "e" * 64}
FAILED, UNKNOWN, PASSED = Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED


def trial(control: str, mark: Mark, outcome: Outcome | None = FAILED, **more: object) -> Trial:
    weakening = Weakening(Harm.FLIP, "azurerm_x", "on")
    values = {"file": "main.tf", "line": 3, "before": "true", "after": "false"} | more
    others = values.pop("others", ())
    why = str(values.pop("why", ""))
    mutant = Mutant(control, weakening, "azurerm_x.y", text="", **values)
    return Trial(mutant, mark, outcome, others, (), why)


REPORT = Report(
    "shop",
    {"DATA-01": PASSED, "DATA-03": PASSED, "DATA-07": FAILED},
    (
        trial("DATA-01", Mark.KILLED),
        trial("DATA-01", Mark.KILLED, UNKNOWN),
        trial("DATA-01", Mark.SURVIVED, PASSED, before="", others=(("RESP-01", FAILED),)),
        trial("DATA-01", Mark.NOISY, FAILED, others=(("RESP-03", UNKNOWN),)),
        trial("DATA-01", Mark.EQUAL, None),
        trial("DATA-01", Mark.INVALID, None, why="it does not parse"),
        trial("DATA-03", Mark.KILLED, after=""),
        trial("DATA-07", Mark.UNSCORED, None),
    ),
    {"DATA-03": (Weakening(Harm.DELETE, "azurerm_z", where="here"),)},
    9,
)


def test_a_control_is_scored_by_what_counts():
    data_01, data_03, data_07 = REPORT.tallies
    assert (data_01.counted, data_01.score, data_01.unsure) == (4, 0.5, 1)
    assert (data_03.counted, data_03.score) == (1, 1.0)
    assert (data_07.counted, data_07.score) == (0, None)
    assert (REPORT.total.counted, REPORT.total.score) == (5, 0.6)


def test_the_record_counts_everything_and_lists_what_was_not_killed():
    made = record(REPORT, DIGESTS)
    assert json.loads(json.dumps(made)) == made
    assert made["estate"] == "shop"
    assert made["controls_digest"] == "c" * 64
    assert (made["mutants"], made["tried"], made["score"]) == (9, 8, 0.6)
    assert (made["killed"], made["killed_as_unknown"], made["survived"], made["noisy"]) == (
        *(3, 1, 1, 1),
    )
    assert [one["mark"] for one in made["not_killed"]] == [
        *("survived", "noisy", "equal", "invalid", "unscored"),
    ]
    survivor = made["not_killed"][0]
    assert (survivor["file"], survivor["line"], survivor["path"]) == ("main.tf", 3, "on")
    assert survivor["others"] == {"RESP-01": "failed"}
    assert made["controls"][2] == {
        "id": "DATA-07",
        "outcome": "failed",
        "score": None,
        "killed": 0,
        "survived": 0,
        "noisy": 0,
        "equal": 0,
        "invalid": 0,
        "unscored": 1,
        "killed_as_unknown": 0,
    }
    assert made["idle"] == [
        {
            "control": "DATA-03",
            "harm": "delete",
            "type": "azurerm_z",
            "path": "",
            "where": "here",
        }
    ]


def test_nothing_that_counts_is_no_score():
    report = Report("shop", {"DATA-01": PASSED}, (), {}, 0)
    assert record(report, DIGESTS)["score"] is None
    assert list(lines(report))[-1] == "shop: 0 of 0 mutants tried; nothing could be scored"


def test_the_report_tells_place_change_and_meaning_of_what_lives():
    told = list(lines(REPORT))
    held = f'it still holds that "{CONTROLS["DATA-01"].title}"'
    assert told[:5] == [
        "survived: DATA-01 main.tf:3 azurerm_x.y",
        "  change: on turned round",
        "    was: (not written)",
        "    is:  false",
        f"  means: DATA-01 would not see it (RESP-01 is now failed): {held}",
    ]
    text = "\n".join(told)
    assert "noisy: DATA-01 main.tf:3" in text
    assert "DATA-01 sees it, but RESP-03 is now unknown" in text
    assert "cannot be read: it does not parse" in text
    assert (
        "DATA-01  2 of 4 killed (1 survived, 1 noisy, 1 equal, 1 invalid)\n"
        "DATA-03  1 of 1 killed\n"
        "DATA-07  not scored: it is failed on this estate as it is\n"
        "DATA-03: fits nothing here: delete azurerm_z (here)\n"
    ) in text
    assert told[-1] == (
        "shop: 8 of 9 mutants tried; 3 of the 5 that count were killed: score 0.600"
    )


def test_a_control_that_falls_silent_does_not_see_it():
    silent = Report(
        "shop",
        {"DATA-01": PASSED},
        (trial("DATA-01", Mark.SURVIVED, Outcome.NOT_APPLICABLE),),
        {},
        1,
    )
    assert "finds nothing left to judge" in "\n".join(lines(silent))


def test_colours_are_painted_where_asked():
    painted = list(lines(REPORT, lambda text, colour: f"<{colour}>{text}</>"))
    assert painted[0].startswith("<bad>survived</>: ")
    assert "DATA-03  <good>1 of 1 killed</>" in painted


def test_the_page_has_a_row_for_each_control_and_a_line_for_each_that_lives():
    text = page(record(REPORT, DIGESTS))
    assert "**Score: 0.600**" in text
    assert "| DATA-01 | passed | 2 | 1 | 1 | 1 | 1 | 0.500 |" in text
    assert "| DATA-07 | failed | 0 | 0 | 0 | 0 | 0 | not scored |" in text
    assert "- survived: DATA-01, `main.tf:3`, `azurerm_x.y` `on`: `not written` becomes" in text
    assert text.count("\n- ") == 2


@given(st.integers(0, 60), st.integers(1, 70))
def test_a_sample_is_spread_over_all_without_repeating(count, limit):
    places = sampled(range(count), limit)
    assert len(places) == min(count, limit)
    assert places == sorted(set(places))
    assert all(0 <= place < count for place in places)
    gaps = [b - a for a, b in pairwise(places)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_trials_are_told_in_the_order_of_places_however_they_were_done():
    found = [
        trial("DATA-03", Mark.KILLED, line=1),
        trial("DATA-01", Mark.KILLED, line=9),
        trial("DATA-01", Mark.KILLED, line=2),
    ]
    told = [(t.mutant.control, t.mutant.line) for t in in_order(found)]
    assert told == [("DATA-01", 2), ("DATA-01", 9), ("DATA-03", 1)]
    assert in_order(found) == in_order(reversed(found))


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("main.tf", SHOP + "\n", True),
        ("main.tf", SHOP.replace("\n", "\r\n"), False),
        ("more.tf", "locals {}\n", True),
        ("x.tfvars", "a = 1\n", True),
        ("README.md", "text", False),
        (".terraform/x.txt", "text", False),
    ],
)
def test_a_digest_is_of_what_the_configuration_is_made_of(name, text, counts, tmp_path: Path):
    written(tmp_path / "a")
    written(tmp_path / "b")
    path = tmp_path / "b" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    one, other = digests_of(tmp_path / "a"), digests_of(tmp_path / "b")
    assert one["controls_digest"] == other["controls_digest"]
    assert (one["estate_digest"] != other["estate_digest"]) is counts

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.controls.public_access import DATA_01
from simulator.controls.verdict import Harm, Outcome, Verdict, Weakening
from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.mutation.copy import Copy
from simulator.mutation.mutants import Mutant, mutants
from simulator.mutation.trial import Laboratory, Mark, Trial, marked, same_values
from tests.mutation.small import SHOP, written

ACCOUNT = "azurerm_storage_account"
CONTAINER = "azurerm_storage_container"
NESTED = "allow_nested_items_to_be_public"


@pytest.fixture
def laboratory(tmp_path):
    return begun(tmp_path, SHOP)


def begun(tmp_path: Path, text: str) -> Laboratory:
    shop = written(tmp_path / "shop", text)
    (tmp_path / "copy").mkdir()
    return Laboratory(Copy(shop, ["."], tmp_path / "copy"), ())


def tried(laboratory: Laboratory, tmp_path: Path, *weakenings: Weakening) -> list[Trial]:
    shop = tmp_path / "shop"
    control = replace(DATA_01, weakenings=weakenings)
    return [laboratory.attempt(m) for m in mutants(shop, read_hcl(shop), [control])]


@pytest.mark.parametrize(
    ("weakening", "mark", "outcome"),
    [
        (Weakening(Harm.FLIP, ACCOUNT, NESTED), Mark.KILLED, Outcome.FAILED),
        (
            Weakening(Harm.UNLINK, CONTAINER, "storage_account_id", '"/subscriptions/x"'),
            Mark.KILLED,
            Outcome.UNKNOWN,
        ),
        (Weakening(Harm.WEAKEN, ACCOUNT, "account_tier", '"Free"'), Mark.SURVIVED, Outcome.PASSED),
        (
            Weakening(Harm.WEAKEN, ACCOUNT, "public_network_access_enabled", "1 == 2"),
            Mark.EQUAL,
            None,
        ),
        (Weakening(Harm.DELETE, ACCOUNT, "missing"), None, None),
        # What is as bad already, and excused, is not made worse.
        (Weakening(Harm.FLIP, ACCOUNT, NESTED, "local.open"), Mark.EQUAL, None),
        (Weakening(Harm.FLIP, ACCOUNT, "local_user_enabled", "true"), Mark.EQUAL, None),
        (Weakening(Harm.WEAKEN, ACCOUNT, "min_tls_version", "null"), Mark.EQUAL, None),
    ],
)
def test_a_mutant_is_marked_by_what_its_control_says(
    weakening, mark, outcome, laboratory, tmp_path
):
    found = tried(laboratory, tmp_path, weakening)
    assert [(t.mark, t.outcome) for t in found] == ([(mark, outcome)] if mark else [])


def test_what_the_control_found_is_told(laboratory, tmp_path):
    (trial,) = tried(laboratory, tmp_path, Weakening(Harm.FLIP, ACCOUNT, NESTED))
    assert trial.found == (f"{ACCOUNT}.shop {NESTED}",)


def test_a_second_mutant_sees_nothing_of_the_first(laboratory, tmp_path):
    flip = Weakening(Harm.FLIP, ACCOUNT, NESTED)
    harmless = Weakening(Harm.WEAKEN, ACCOUNT, "account_tier", '"Free"')
    marks = [t.mark for t in tried(laboratory, tmp_path, flip, harmless, flip)]
    assert marks == [Mark.KILLED, Mark.SURVIVED, Mark.KILLED]


def test_a_configuration_that_cannot_be_read_proves_nothing(laboratory, tmp_path):
    (mutant,) = mutants_of(tmp_path, Weakening(Harm.FLIP, ACCOUNT, NESTED))
    trial = laboratory.attempt(replace(mutant, text="resource {"))
    assert trial.mark is Mark.INVALID
    assert "main.tf:1" in trial.why


def mutants_of(tmp_path: Path, *weakenings: Weakening) -> list[Mutant]:
    shop = tmp_path / "shop"
    control = replace(DATA_01, weakenings=weakenings)
    return list(mutants(shop, read_hcl(shop), [control]))


def test_a_control_that_did_not_pass_before_is_not_scored(tmp_path):
    laboratory = begun(tmp_path, SHOP.replace('"private"', '"blob"'))
    assert laboratory.before["DATA-01"].outcome is Outcome.FAILED
    (trial,) = tried(laboratory, tmp_path, Weakening(Harm.FLIP, ACCOUNT, NESTED))
    assert (trial.mark, trial.outcome) == (Mark.UNSCORED, None)


def test_a_copy_that_reads_otherwise_is_refused(laboratory):
    with pytest.raises(EstateError, match="elsewhere: reads otherwise in a copy"):
        laboratory.check(replace(laboratory_estate(laboratory), resources=(), source="elsewhere"))
    laboratory.check(laboratory_estate(laboratory))


def laboratory_estate(laboratory: Laboratory):
    return laboratory._estate


# --- marks --------------------------------------------------------------------------------------

MINE, RIGHTLY, OTHER = "DATA-01", "DATA-03", "RESP-01"
PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
ABSENT = Outcome.NOT_APPLICABLE


def verdicts(mine: Outcome, rightly: Outcome, other: Outcome) -> dict[str, Verdict]:
    outcomes = {MINE: mine, RIGHTLY: rightly, OTHER: other}
    return {id_: Verdict(id_, outcome) for id_, outcome in outcomes.items()}


@pytest.mark.parametrize(
    ("after", "mark", "others"),
    [
        ((FAILED, PASSED, PASSED), Mark.KILLED, ()),
        ((UNKNOWN, PASSED, PASSED), Mark.KILLED, ()),
        ((FAILED, FAILED, PASSED), Mark.KILLED, ()),  # rightly also
        ((FAILED, ABSENT, PASSED), Mark.KILLED, ()),
        ((FAILED, PASSED, FAILED), Mark.NOISY, ((OTHER, FAILED),)),
        ((UNKNOWN, PASSED, ABSENT), Mark.NOISY, ((OTHER, ABSENT),)),
        ((PASSED, PASSED, PASSED), Mark.SURVIVED, ()),
        ((PASSED, PASSED, FAILED), Mark.SURVIVED, ((OTHER, FAILED),)),
        ((ABSENT, PASSED, PASSED), Mark.SURVIVED, ()),  # silent is not told
    ],
)
def test_a_mark_says_whose_outcome_has_changed(after, mark, others):
    weakening = Weakening(Harm.DELETE, ACCOUNT, also=(RIGHTLY,))
    mutant = Mutant(MINE, weakening, "a", "main.tf", 1, "", "", "")
    trial = marked(mutant, verdicts(PASSED, PASSED, PASSED), verdicts(*after))
    assert (trial.mark, trial.others) == (mark, others)


def test_a_control_that_failed_before_and_fails_after_has_not_changed():
    mutant = Mutant(MINE, Weakening(Harm.DELETE, ACCOUNT), "a", "main.tf", 1, "", "", "")
    before, after = verdicts(PASSED, FAILED, UNKNOWN), verdicts(FAILED, FAILED, UNKNOWN)
    assert marked(mutant, before, after).mark is Mark.KILLED


# --- the same values ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("# never", "# ever", True),
        ("local.open", "false", True),
        ("\nlocals", "\n\n\nlocals", True),
        ('team = "shop"', 'team = "shops"', False),
        ('"orders", ', "", False),
        ('name                            = "stshop"', 'name = "other"', False),
        ('"1.00:00:00"', '"2.00:00:00"', False),
        ("storage_account_id    = azurerm_storage_account.shop.id", "", False),
        ("~> 4.0", "~> 3.0", False),
    ],
)
def test_estates_are_the_same_by_their_values_wherever_these_stand(old, new, same, tmp_path):
    assert old in SHOP
    one = read_hcl(written(tmp_path / "one"))
    other = read_hcl(written(tmp_path / "other", SHOP.replace(old, new)))
    assert same_values(one, other) is same

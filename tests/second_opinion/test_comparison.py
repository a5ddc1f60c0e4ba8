"""Our findings and checkov's failed checks, by control and resource."""

from simulator.controls.verdict import Outcome, Verdict, finding
from simulator.second_opinion.checkov import Answer, Opinion
from simulator.second_opinion.checks import CHECKS
from simulator.second_opinion.comparison import compare
from tests.controls.build import resource

A, B = "azurerm_storage_account.a", "azurerm_storage_account.b"


def verdict(*addresses: str) -> dict[str, Verdict]:
    found = tuple(
        finding(resource(a), "x", "false", expected="true", why="w", remedy="r") for a in addresses
    )
    outcome = Outcome.FAILED if found else Outcome.PASSED
    return {"DATA-01": Verdict("DATA-01", outcome, found, addresses or (A,))}


def answer(address: str, *, passed: bool, check: str = "CKV_AZURE_59") -> Answer:
    return Answer(check, "", address, passed, "main.tf", 1)


def compared(verdicts: dict[str, Verdict], *answers: Answer):
    (one,) = compare(verdicts, Opinion("3", answers))
    return one


def test_they_agree_where_both_find_something_on_the_same_resources():
    one = compared(verdict(A), answer(A, passed=False), answer(B, passed=True))
    assert one.agree
    assert (one.passed, one.failed) == (1, 1)


def test_a_check_that_fails_where_we_find_nothing_is_theirs_alone():
    one = compared(verdict(), answer(A, passed=False), answer(A, passed=True, check="CKV_AZURE_34"))
    assert [a.check for a in one.only_theirs] == ["CKV_AZURE_59"]
    assert not one.agree


def test_a_finding_where_no_check_fails_is_ours_alone():
    assert compared(verdict(A, B), answer(A, passed=False), answer(B, passed=True)).only_ours == (
        B,
    )


def test_instances_of_one_block_count_as_one():
    one = compared(verdict(f'{A}["x"]'), answer(f'{A}["y"]', passed=False))
    assert one.agree


def test_checks_about_something_else_do_not_count():
    assert compared(verdict(), answer(A, passed=False, check="CKV_AZURE_999")).failed == 0


def test_a_control_that_checkov_has_nothing_on_is_no_agreement():
    (one,) = compare({"DATA-04": Verdict("DATA-04", Outcome.PASSED, (), (A,))}, Opinion("3", ()))
    assert not one.asked
    assert not one.agree


def test_every_check_is_named_once_for_a_control():
    assert all(len(set(checks)) == len(checks) for checks in CHECKS.values())

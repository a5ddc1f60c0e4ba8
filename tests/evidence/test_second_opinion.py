"""checkov's second opinion in the ledger and on the page."""

import jsonschema
import pytest

from simulator.evidence.html import page
from simulator.evidence.ledger import schema
from simulator.evidence.second_opinion import missing, told
from simulator.second_opinion.checkov import Answer
from simulator.second_opinion.comparison import Compared
from tests.evidence.build import good

HOSTILE = "<script>alert(1)</script>\u202e"
FAILED = Answer(
    "CKV_AZURE_59", HOSTILE, f'azurerm_storage_account.a["{HOSTILE}"]', False, "a.tf", 3
)
COMPARED = (
    Compared("DATA-01", "passed", True, 3, 1, (FAILED,), ()),
    Compared("DATA-03", "passed", True, 2, 0, (), ()),
    Compared("DATA-04", "failed", False, 0, 0, (), ("azurerm_storage_account.a",)),
)


@pytest.mark.parametrize("second", [told("3.3.30", COMPARED), missing("no registry.")])
def test_a_ledger_with_a_second_opinion_is_valid_and_changes_no_verdict(second):
    ledger = good() | {"second_opinion": second}
    jsonschema.Draft202012Validator(schema()).validate(ledger)
    assert ledger["controls"] == good()["controls"]


def test_the_page_tells_differences_agreement_and_silence_and_escapes_what_it_quotes():
    text = page(good() | {"second_opinion": told("3.3.30", COMPARED)})
    assert "CKV_AZURE_59" in text
    assert "agrees" in text
    assert "has no check on it" in text
    assert "<script>" not in text
    assert "\u202e" not in text


def test_the_page_says_why_there_is_none():
    text = page(good() | {"second_opinion": missing("checkov cannot be installed: no registry.")})
    assert "checkov cannot be installed: no registry." in text
    assert "No verdict hangs on it" in text


def test_a_page_without_one_does_not_speak_of_it():
    assert "Second opinion" not in page(good())

"""A file of waivers that people write by hand: what is read of it, and what is refused."""

from datetime import date, timedelta

import pytest
import yaml

from simulator.controls.waivers import LONGEST, Waiver
from simulator.estate.model import Origin
from simulator.waiver_file import read_waivers
from simulator.yaml_entries import EntriesError

TODAY = date(2026, 3, 1)
LATEST = TODAY + timedelta(days=LONGEST)
FOUND = {
    "control": "DATA-01",
    "address": "azurerm_storage_account.old",
    "attribute": "allow_nested_items_to_be_public",
    "actual": "true",
    "owner": "jo@shop.example",
    "reason": "the old shop is read until it moves",
    "expires": LATEST,
}


def entry(**parts):
    known = {key: value for key, value in {**FOUND, **parts}.items() if value is not None}
    return yaml.safe_dump([known])


def read(tmp_path, text):
    file = tmp_path / "w.yaml"
    file.write_text(text, encoding="utf-8")
    return file, read_waivers(file, TODAY, ("DATA-01", "CHANGE"), ("DATA-01", "RESP-01"))


def test_what_is_written_is_what_is_read(tmp_path):
    file, waivers = read(tmp_path, entry() + entry(control="CHANGE", compensating="RESP-01"))
    first, second = waivers
    assert first == Waiver(
        "DATA-01",
        "azurerm_storage_account.old",
        "true",
        "jo@shop.example",
        "the old shop is read until it moves",
        LATEST,
        Origin(str(file), 1),
        "allow_nested_items_to_be_public",
    )
    assert (second.control, second.compensating, second.origin.line) == ("CHANGE", "RESP-01", 8)


@pytest.mark.parametrize(
    ("written", "actual"),
    [("true", "true"), ("False", "false"), ("30", "30"), ("'\"TLS1_0\"'", '"TLS1_0"')],
)
def test_a_value_need_not_be_put_in_quotes(tmp_path, written, actual):
    text = entry(actual="HERE").replace("HERE", written)
    assert read(tmp_path, text)[1][0].actual == actual


@pytest.mark.parametrize("text", ["", "# none yet", "[]"])
def test_a_file_without_an_entry_waives_nothing(tmp_path, text):
    assert read(tmp_path, text)[1] == ()


def test_a_waiver_that_has_expired_is_read_so_that_it_can_be_told(tmp_path):
    assert read(tmp_path, entry(expires=date(2020, 1, 1)))[1][0].expires == date(2020, 1, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {", ":1: is not YAML"),
        ("a: b", ":1: must be a list of entries"),
        ("\n\n- just text", ":3: an entry must have keys"),
        (entry(note="x"), "there is no key 'note'; there are actual, address, attribute"),
        (entry(control="DATA-99"), "no control 'DATA-99'; there are DATA-01, CHANGE"),
        (entry(compensating="SOME-1"), "compensating: there is no control 'SOME-1'"),
        (entry(compensating="DATA-01"), "a control cannot make up for itself"),
        (entry(owner=None), ":1: the entry has no owner"),
        (entry(reason=None), "the entry has no reason"),
        (entry(expires=None), "the entry has no expires"),
        (entry(actual=None), "the entry has no actual"),
        (entry(owner="  "), "owner is empty"),
        (entry(owner=["jo"]), "owner must be one value"),
        (entry(expires="soon"), "expires must be a date such as 2026-03-01, not 'soon'"),
        (entry(expires=LATEST + timedelta(days=1)), "is more than 180 days ahead: "),
        (entry() + entry(owner="kim"), ":8: it waives the same as the entry at line 1"),
        ("- control: !!python/name:os.system x", "cannot be understood"),
        ("- control: DATA-01\n  control: DATA-01", ":2: control is given twice"),
    ],
)
def test_a_file_that_is_no_good_is_refused_with_the_line(tmp_path, text, words):
    with pytest.raises(EntriesError) as refused:
        read(tmp_path, text)
    assert str(refused.value).startswith(f"{tmp_path / 'w.yaml'}:")
    assert words in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(EntriesError, match=r"absent\.yaml: cannot be read"):
        read_waivers(tmp_path / "absent.yaml", TODAY, ("DATA-01",), ())

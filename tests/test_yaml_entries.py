import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.yaml_entries import EntriesError, read_entries


def read(tmp_path, text):
    file = tmp_path / "entries.yaml"
    file.write_text(text, encoding="utf-8")
    return read_entries(file, ["name", "on"], ["note"])


def test_each_entry_knows_its_line(tmp_path):
    first, second = read(
        tmp_path, "# head\n- name: a\n  on: true\n\n- {name: b, on: false, note: x}\n"
    )
    assert (first.line, first.text("name"), first.flag("on"), first.text("note")) == (
        2,
        "a",
        True,
        "",
    )
    assert (second.line, second.flag("on"), second.text("note")) == (5, False, "x")


def test_an_empty_file_has_no_entries(tmp_path):
    assert read(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\n", r":1: must be a list"),
        ("- a\n", r":1: an entry must have keys: name, on"),
        ("- name: a\n", r":1: the entry has no on"),
        ("- name:\n  on: true\n", r":1: the entry has no name"),
        ("- name: a\n  on: true\n  owner: b\n", r":3: there is no key 'owner'"),
        ("- name: a\n  name: b\n  on: true\n", r":2: name is given twice"),
        ("- name: [a]\n  on: true\n", r":1: name must be one value"),
        ("- name: a\n  on: 2026-13-45\n", r":2: on cannot be understood"),
        ("- name: a\n  on: !!python/object:os.system x\n", r":2: on cannot be understood"),
        ("- name: 'a\n", r":\d: is not YAML"),
        ("- &a [*a\n", r"is not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(EntriesError, match=told):
        read(tmp_path, text)


def test_values_of_the_wrong_kind_are_told_with_the_entry(tmp_path):
    (entry,) = read(tmp_path, "- name: 7\n  on: maybe\n")
    with pytest.raises(EntriesError, match=":1: name must be a text, not 7"):
        entry.text("name")
    with pytest.raises(EntriesError, match=":1: on must be true or false, not 'maybe'"):
        entry.flag("on")


def test_a_file_that_is_missing_or_no_text_is_told(tmp_path):
    with pytest.raises(EntriesError, match=r"none\.yaml: cannot be read: No such file"):
        read_entries(tmp_path / "none.yaml", ["a"])
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EntriesError, match="is not UTF-8"):
        read_entries(tmp_path / "b.yaml", ["a"])


@given(st.text(max_size=60))
def test_any_text_gives_entries_or_one_error(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("any") / "x.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    error = None
    try:
        read_entries(file, ["name"])
    except EntriesError as raised:
        error = str(raised)
    assert error is None or re.match(rf"{re.escape(str(file))}(:\d+)?: ", error)

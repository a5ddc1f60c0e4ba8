"""Syntax trees that are kept between runs."""

import os
import pickle
import stat

import pytest

from simulator import shelf as shelf_module
from simulator.estate.hcl import read_hcl
from simulator.memory import remembering
from simulator.shelf import Shelf, made_by

LONG = "# " + "x" * 3000 + "\n"


def parsed(shelf, text, name="main.tf"):
    """What the shelf gives for a text, and whether it had to be parsed."""
    made = []

    def parse():
        made.append(text)
        return ("tree of", text)

    assert shelf.recall(name, text, parse) == ("tree of", text)
    return bool(made)


def test_a_text_is_parsed_once_and_recalled_by_a_later_run(tmp_path):
    assert parsed(Shelf(tmp_path / "s"), LONG)
    assert not parsed(Shelf(tmp_path / "s"), LONG)


def test_another_text_or_name_is_another_tree(tmp_path):
    shelf = Shelf(tmp_path)
    parsed(shelf, LONG)
    assert parsed(shelf, LONG + "a = 1\n")
    assert parsed(shelf, LONG, "other.tf")


def test_what_other_code_made_has_another_name(tmp_path):
    code = tmp_path / "a.py"
    code.write_text("1")
    first = made_by(code, "pytest")
    made_by.cache_clear()
    assert made_by(code, "pytest") == first
    made_by.cache_clear()
    code.write_text("2")
    assert made_by(code, "pytest") != first
    assert made_by(tmp_path, "pytest") != made_by(tmp_path, "lark")


def test_private_texts_are_never_kept(tmp_path):
    shelf = Shelf(tmp_path)
    assert shelf.recall("shop.tfvars", LONG, lambda: 7, private=True) == 7
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_kept_is_made_each_time(tmp_path):
    assert callable(Shelf(tmp_path).recall("a", "b", lambda: lambda: 1))


def test_nobody_else_may_read_what_is_kept(tmp_path):
    parsed(Shelf(tmp_path / "s"), LONG)
    (kept,) = (tmp_path / "s").iterdir()
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"\x80\x05", pickle.dumps("x")[:-1], b"garbage"])
def test_a_damaged_file_is_parsed_anew(tmp_path, damage):
    shelf = Shelf(tmp_path)
    parsed(shelf, LONG)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert parsed(shelf, LONG)
    assert not parsed(shelf, LONG)


def test_a_directory_that_cannot_be_written_only_costs_time(tmp_path):
    (tmp_path / "file").touch()
    assert parsed(Shelf(tmp_path / "file"), LONG)


def test_the_longest_unused_go_when_there_is_no_room(tmp_path, monkeypatch):
    shelf = Shelf(tmp_path)
    parsed(shelf, LONG, "a.tf")
    (first,) = tmp_path.iterdir()
    os.utime(first, (1, 1))
    parsed(shelf, LONG, "b.tf")
    monkeypatch.setattr(shelf_module, "_MOST", 2 * first.stat().st_size + 100)
    parsed(shelf, LONG, "c.tf")
    assert not first.exists()
    assert not parsed(shelf, LONG, "b.tf")


def test_an_estate_read_from_the_shelf_is_the_same(tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e/main.tf").write_text(
        LONG + 'resource "azurerm_storage_account" "a" {\n  name = "x"\n}\n'
    )
    plain = read_hcl(tmp_path / "e")
    for _ in range(2):
        with remembering(Shelf(tmp_path / "s")):
            assert read_hcl(tmp_path / "e") == plain
    assert len(list((tmp_path / "s").iterdir())) == 1


def test_values_of_variables_are_never_kept(tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e/main.tf").write_text('variable "a" {\n}\nresource "x_y" "z" {\n}\n')
    (tmp_path / "e/terraform.tfvars").write_text('a = "a secret value"\n')
    with remembering(Shelf(tmp_path / "s")):
        read_hcl(tmp_path / "e")
    kept = [file.read_bytes() for file in (tmp_path / "s").iterdir()]
    assert len(kept) == 1
    assert b"a secret value" not in kept[0]

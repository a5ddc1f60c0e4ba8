import pytest

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl, source
from simulator.memory import Memory, remembering


@pytest.fixture
def parses(monkeypatch):
    """The names of the files that were parsed."""
    names: list[str] = []
    real = source._parse

    def counting(text: str, name: str) -> source.Syntax:
        names.append(name.rpartition("/")[2])
        return real(text, name)

    monkeypatch.setattr(source, "_parse", counting)
    return names


def shop(tmp_path, name="a"):
    (tmp_path / "main.tf").write_text(f'resource "x_y" "{name}" {{\n}}\n', encoding="utf-8")
    (tmp_path / "other.tf").write_text('resource "x_z" "b" {\n}\n', encoding="utf-8")
    return tmp_path


def test_a_file_that_did_not_change_is_parsed_once(tmp_path, parses):
    with remembering(Memory(1000)):
        first = read_hcl(shop(tmp_path))
        again = read_hcl(shop(tmp_path))
        other = read_hcl(shop(tmp_path, "c"))
    assert parses == ["main.tf", "other.tf", "main.tf"]
    assert again.resources == first.resources
    assert [r.address for r in other.resources] == ["x_y.c", "x_z.b"]


def test_files_of_one_text_stay_two_files(tmp_path):
    (tmp_path / "m").mkdir()
    for name in ("a.tf", "m/a.tf"):
        (tmp_path / name).write_text('resource "x_y" "a" {\n}\n', encoding="utf-8")
    (tmp_path / "b.tf").write_text('module "m" {\n  source = "./m"\n}\n', encoding="utf-8")
    with remembering(Memory(1000)):
        estate = read_hcl(tmp_path)
    assert [str(r.origin) for r in estate.resources] == ["a.tf:1", "m/a.tf:1"]


def test_nothing_is_remembered_where_nobody_asks(tmp_path, parses):
    with remembering(Memory(1000)):
        read_hcl(shop(tmp_path))
    read_hcl(shop(tmp_path))
    assert parses == ["main.tf", "other.tf"] * 2


def test_what_does_not_parse_is_an_error_each_time(tmp_path):
    (tmp_path / "main.tf").write_text("resource {\n", encoding="utf-8")
    with remembering(Memory(1000)):
        for _ in range(2):
            with pytest.raises(EstateError, match=r"main\.tf:1"):
                read_hcl(tmp_path)


def test_the_longest_unused_goes_first():
    memory: Memory[int] = Memory(10)
    parsed: list[str] = []

    def recall(text: str) -> None:
        memory.recall("f", text, lambda: parsed.append(text) or len(text))

    for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        recall(text)
    assert parsed == ["aaaa", "bbbb", "cccc", "bbbb"]


def test_a_text_that_is_larger_than_all_there_is_room_for_is_read_all_the_same():
    memory: Memory[str] = Memory(2)
    assert memory.recall("f", "long", lambda: "x") == "x"
    assert memory.recall("g", "longer", lambda: "y") == "y"
    assert memory.recall("f", "long", lambda: "z") == "z"

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.hcl import read_hcl
from simulator.mutation.syntax import (
    FragmentError,
    bare,
    blocks,
    body,
    new_argument,
    new_element,
    parsed,
    same_words,
    value,
    written,
)
from simulator.mutation.trial import same_values

ROOT = Path(__file__).parents[2]
ESTATES = sorted(path.parent for path in ROOT.glob("fixtures/estates/*/pass/main.tf"))
FILES = sorted([*ROOT.glob("terraform/**/*.tf"), *ROOT.glob("fixtures/estates/**/*.tf")])


# --- what is written back is what was read ------------------------------------------------------


def test_every_file_here_is_written_back_word_for_word():
    assert len(FILES) > 80
    for path in FILES:
        file = parsed(path.read_text(encoding="utf-8"))
        assert same_words(parsed(written(file.tree)).tree, file.tree), path


def rewritten(directory: Path, to: Path) -> Path:
    """A copy of a configuration, each file of it read and written once."""
    for path in directory.rglob("*.tf"):
        place = to / path.relative_to(directory)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(written(parsed(path.read_text("utf-8")).tree), encoding="utf-8")
    return to


@pytest.mark.parametrize(
    "directory",
    [*ESTATES, ROOT / "terraform/reference", ROOT / "terraform/exposed"],
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_a_configuration_that_is_only_written_back_declares_the_same(directory, tmp_path):
    again = rewritten(directory, tmp_path)
    assert same_values(read_hcl(again), read_hcl(directory))


NAMES = st.sampled_from(["a", "b_c", "var.x", "local.y.z", "each.key", "data.t.n.id"])
WORDS = st.lists(
    st.sampled_from([*"abc é$%/#-' ", '\\"', "\\\\", "\\n", "$${d}", "%%{e}"]), max_size=9
).map("".join)
ATOMS = st.one_of(
    NAMES,
    st.integers(-9, 99).map(str),
    st.sampled_from(["true", "false", "null", "1.5", "1e3", "[]", "{}"]),
    WORDS.map(lambda text: f'"{text}"'),
    NAMES.map(lambda name: f'"x-${{{name}}}/y"'),
    NAMES.map(lambda name: f'"%{{ if {name} }}a%{{ else }}b%{{ endif }}"'),
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(st.sampled_from(["k", '"k l"', "(var.k)"]), inner), max_size=3)
    several = st.lists(inner, max_size=3)
    return st.one_of(
        several.map(lambda items: f"[{', '.join(items)}]"),
        several.map(lambda items: "[\n" + "".join(f"  {item},\n" for item in items) + "]"),
        pairs.map(lambda items: "{" + ", ".join(f"{k} = {v}" for k, v in items) + "}"),
        pairs.map(lambda items: "{\n" + "".join(f"{k} : {v} # c\n" for k, v in items) + "}"),
        several.map(lambda items: f"merge({', '.join(items)})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "==", "&&", "<="]), inner).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        inner.map(lambda item: f"!({item})"),
        inner.map(lambda item: f"-({item})"),
        inner.map(lambda item: f"[for k, v in {item} : v if k != 1]"),
        inner.map(lambda item: f"{{ for k, v in {item} : k => v... }}"),
        inner.map(lambda item: f"({item})[0].name"),
        inner.map(lambda item: f"({item})[*].id"),
    )


@given(st.recursive(ATOMS, larger, max_leaves=8), ATOMS)
def test_any_expression_is_written_back_word_for_word(expression, other):
    text = f'r "t" "n" {{\n  a = {expression}\n  b {{\n    c = {other} // why\n  }}\n}}\n'
    tree = parsed(text).tree
    assert same_words(parsed(written(tree)).tree, tree)


@given(st.lists(WORDS, max_size=4), st.booleans())
def test_a_heredoc_is_written_back_to_the_letter(lines, indented):
    inside = "".join(f"  {line}\n" for line in lines)  # "END" is no word of these
    text = f"a = <<{'-' if indented else ''}END\n{inside}  END\nb = 1\n"
    if not indented:
        text = text.replace("  END\n", "END\n")
    assert written(parsed(text).tree) == text


# --- trees --------------------------------------------------------------------------------------


def test_a_change_leaves_the_tree_that_it_is_made_of_alone():
    file = parsed("a {\n  b = 1\n}\nc = 2\n")
    before = written(file.tree)
    ((_, block),) = blocks(body(file.tree))
    assert file.changed({id(block): ()}).split() == ["c", "=", "2"]
    assert written(file.tree) == before


@pytest.mark.parametrize("text", ["", "1 +", "1\nb = 2", "}", "{", "<<END\nx\n"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(FragmentError):
        new_argument("a", text)


@pytest.mark.parametrize("text", ["", "1 +", "1, b = 2"])
def test_what_is_no_element_is_refused(text):
    with pytest.raises(FragmentError):
        new_element("a", text)


def test_parentheses_are_seen_through():
    assert bare(value(new_argument("a", "((1))"))).data == "int_lit"

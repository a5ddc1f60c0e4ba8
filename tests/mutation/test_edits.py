from pathlib import Path

import pytest

from simulator.controls.verdict import Harm
from simulator.estate.hcl import read_hcl
from simulator.estate.model import effective
from simulator.mutation.edits import Change, edits
from simulator.mutation.syntax import FragmentError, blocks, body, parsed

DELETE = Change(Harm.DELETE)
FLIP = Change(Harm.FLIP)


def put(text: str) -> Change:
    return Change(Harm.WEAKEN, text, text)


def changed(inside: str, path: str, change: Change) -> str | None:
    """What is inside a block after the change; ``None`` if it has no place there."""
    file = parsed(f'resource "x" "y" {{\n{inside}\n}}\n')
    ((_, block),) = blocks(body(file.tree))
    made = edits(file, block, path, change)
    if not made:
        return None
    text = file.changed({node: by for edit in made for node, by in edit.changes.items()})
    parsed(text)  # it is HCL still
    return " ".join(text.partition("{")[2].rpartition("}")[0].split())


@pytest.mark.parametrize(
    ("inside", "path", "change", "after"),
    [
        # arguments
        ("a = 1\nb = 2", "a", DELETE, "b = 2"),
        ("a = true", "a", FLIP, "a = false"),
        ("a = false # no", "a", FLIP, "a = true# no"),
        ("a = local.x", "a", FLIP, "a = !(local.x)"),
        ("a = local.x", "a", Change(Harm.FLIP, "true"), "a = true"),
        ("a = true", "a", Change(Harm.FLIP, "true"), "a = true"),
        ("a = var.m", "a.b", Change(Harm.FLIP, "true"), 'a = merge(var.m, {"b" = true})'),
        ("a = b ? c : d", "a", put("1"), "a = 1"),
        ("a = var.x", "a", put('"y"'), 'a = "y"'),
        ("b = 2", "a", put("1"), "a = 1 b = 2"),
        ("", "a", put("1"), "a = 1"),
        ("b {\n}", "a", put("[\n1,\n2\n]"), "a = [ 1, 2 ] b { }"),
        ("a = <<E\nx\nE\nb = 2", "a", put('"y"'), 'a = "y" b = 2'),
        ("a = <<E\nx\nE\nb = 2", "a", DELETE, "b = 2"),
        ("a = 1", "a", put("<<E\nx\nE"), "a = <<E x E"),
        # blocks
        ("b {\n  a = true\n}", "b.a", FLIP, "b { a = false }"),
        ("b {\n  c {\n    a = 1\n  }\n}", "b.c.a", put("2"), "b { c { a = 2 } }"),
        ("b {\n  c = 1\n}", "b.a", put("2"), "b { a = 2 c = 1 }"),
        ("b { c = 1 }", "b.a", put("2"), "b { a = 2 c = 1}"),
        ("b {\n a = 1\n}\nb {\n a = 2\n}", "b.a", put("3"), "b { a = 3 } b { a = 3 }"),
        ("b {\n a = 1\n}\nc = 1\nb {\n}", "b", DELETE, "c = 1"),
        ('dynamic "b" {\n for_each = x\n}', "b", DELETE, ""),
        (
            'dynamic "b" {\n for_each = x\n content {\n a = b.value\n }\n}',
            "b.a",
            put("1"),
            'dynamic "b" { for_each = x content { a = 1 } }',
        ),
        # objects, lists and what holds them
        ("a = { b = 1, c = 2 }", "a.b", DELETE, "a = {c = 2}"),
        ("a = { b = 1, c = 2 }", "a.c", DELETE, "a = {b = 1, }"),
        ("a = {\n b = 1\n c = 2\n}", "a.b", DELETE, "a = { c = 2 }"),
        ("a = {}", "a.b", put("1"), "a = {b = 1, }"),
        ("a = { c = 1 }", "a.b", put("2"), "a = {b = 2, c = 1}"),
        ('a = { "b-c" = 1 }', "a.b-c", put("2"), 'a = {"b-c" = 2}'),
        ("a = { c = 1 }", "a.b-c", put("2"), 'a = {"b-c" = 2, c = 1}'),
        ("a = { b = true }", "a.b", FLIP, "a = {b = false}"),
        ("a = jsonencode({ b = { c = 1 } })", "a.b.c", put("2"), "a = jsonencode({b = {c = 2}})"),
        ("a = tolist([{ b = 1 }, { b = 2 }])", "a.b", put("3"), "a = tolist([{b = 3}, {b = 3}])"),
        ("a = (({ b = 1 }))", "a.b", put("2"), "a = (({b = 2}))"),
        ("a = var.m", "a.b", put("1"), 'a = merge(var.m, {"b" = 1})'),
        ("a = var.m", "a.b", DELETE, 'a = { for k, v in var.m : k => v if k != "b"}'),
    ],
)
def test_a_change_is_made_where_it_is_meant(inside, path, change, after):
    assert changed(inside, path, change) == after


@pytest.mark.parametrize(
    ("inside", "path", "change"),
    [
        ("b = 1", "a", DELETE),
        ("b = 1", "a", FLIP),
        ("b = 1", "c.a", put("1")),  # a block that is not written is not added
        ("b {\n}", "b", put("1")),  # a block is no value
        ("b {\n}", "b", FLIP),
        ("a = {}", "a.b.c", put("1")),
        ("a = {}", "a.b", DELETE),
        ("a = var.m", "a.b.c", put("1")),
        ("a = var.m", "a.b", FLIP),
        ("a = file(x)", "a.b.c", DELETE),
        ('dynamic "c" {\n}', "b", DELETE),
        ("a = 1", "", FLIP),
    ],
)
def test_a_change_without_a_place_is_none(inside, path, change):
    assert changed(inside, path, change) is None


def test_a_whole_resource_is_taken_out():
    file = parsed('resource "x" "y" {\n  a = 1\n}\n\nlocals {}\n')
    (_, block), _ = blocks(body(file.tree))
    (edit,) = edits(file, block, "", DELETE)
    assert (edit.line, edit.before.strip(), edit.after) == (1, 'resource "x" "y"', "")
    assert file.changed(edit.changes).strip() == "locals {}"


def test_an_edit_says_where_it_is_and_what_was_there():
    file = parsed('resource "x" "y" {\n  b {\n    a = "1"\n  }\n}\n')
    ((_, block),) = blocks(body(file.tree))
    (edit,) = edits(file, block, "b.a", put('"2"'))
    assert (edit.line, edit.before, edit.after) == (3, '"1"', '"2"')
    (edit,) = edits(file, block, "b.c", put("3"))
    assert (edit.line, edit.before, edit.after) == (2, "", "c = 3")


def test_what_is_no_expression_is_refused():
    with pytest.raises(FragmentError):
        changed("a = 1", "a", put("2 +"))


@pytest.mark.parametrize(
    ("tags", "change", "value"),
    [
        ("local.t", put('"z"'), {"a": "x", "b": "z"}),
        ("local.t", DELETE, {"a": "x"}),
        ("merge(local.t, { c = 1 })", put('"z"'), {"a": "x", "b": "z", "c": 1}),
        ('{ for k in ["a", "b"] : k => k }', DELETE, {"a": "a"}),
    ],
)
def test_a_key_of_a_computed_map_is_evaluated_as_it_was_meant(tags, change, value, tmp_path: Path):
    text = f"""
locals {{
  t = {{ a = "x", b = "y" }}
}}

resource "azurerm_resource_group" "g" {{
  tags = {tags}
}}
"""
    file = parsed(text)
    *_, (_, block) = blocks(body(file.tree))
    (edit,) = edits(file, block, "tags.b", change)
    (tmp_path / "main.tf").write_text(file.changed(edit.changes), encoding="utf-8")
    (group,) = read_hcl(tmp_path).resources
    assert {k: effective(v) for k, v in group.entries("tags").items()} == value

"""Expressions give what Terraform itself gives, and never a guess."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.hcl.expression import evaluate
from simulator.estate.hcl.scope import NoNames, Scope
from simulator.estate.hcl.source import Expression, parse_expression
from simulator.estate.hcl.template import heredoc, quoted, template, unescape
from simulator.estate.hcl.value import (
    EvaluationError,
    Members,
    Ref,
    Secret,
    Text,
    Unknown,
    json_text,
    reveal,
)

RECORDED = json.loads(
    (Path(__file__).parents[2] / "fixtures/estates/hcl/expressions.json").read_text("utf-8")
)
TERRAFORM = shutil.which("terraform")

KNOWN = {"one": 1, "word": "shop", "list": ["a", "b"], "map": {"k": "v"}}
OPEN = {
    "account": Ref("azurerm_storage_account.a", "id"),
    "computed": Ref("azurerm_storage_account.a", "primary_access_key"),
    "unset": Unknown("var.unset has no value", "var.unset"),
    "secret": Secret("hunter2"),
    "whole": Members(lambda name: Ref("azurerm_storage_account.a", name), "azurerm_x.a"),
}


def value_of(text, directory=Path()):
    expression = parse_expression(f"[{text}\n]")
    result = evaluate(expression, Scope(NoNames(directory), {**KNOWN, **OPEN}))
    assert isinstance(result, list)
    return result[0]


@pytest.mark.parametrize("text", RECORDED["evaluated"])
def test_an_expression_has_the_value_that_terraform_gives_it(text):
    value = json.loads(json.dumps(value_of(text)))
    expected = RECORDED["evaluated"][text]
    assert value == expected
    assert isinstance(value, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("text", RECORDED["not_evaluated"])
def test_a_function_or_form_that_is_not_evaluated_gives_an_unknown_value(text):
    assert isinstance(value_of(text), Unknown)


@pytest.mark.skipif(TERRAFORM is None, reason="Terraform is not installed")
def test_terraform_itself_gives_the_recorded_values(tmp_path):
    texts = list(RECORDED["evaluated"])
    body = "".join(f"  e{i} = [{text}\n]\n" for i, text in enumerate(texts))
    (tmp_path / "main.tf").write_text(f"locals {{\n{body}}}\n", encoding="utf-8")
    entries = ", ".join(f"local.e{i}[0]" for i in range(len(texts)))
    console = subprocess.run(
        [str(TERRAFORM), "console"],
        input=f"jsonencode([{entries}])\n",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    values = json.loads(json.loads(console.stdout.splitlines()[-1]))
    assert dict(zip(texts, values, strict=True)) == RECORDED["evaluated"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("account", OPEN["account"]),
        ('"${account}/blobServices/default"', Text((OPEN["account"], "/blobServices/default"))),
        ('"${word}-${unset}"', Text(("shop-", OPEN["unset"]))),
        ("[account, 1]", [OPEN["account"], 1]),
        ('{ a = account, b = "x" }', {"a": OPEN["account"], "b": "x"}),
        ('merge(map, { a = account })', {"k": "v", "a": OPEN["account"]}),
        ("concat(list, [computed])", ["a", "b", OPEN["computed"]]),
        ('lookup({ a = account }, "a", null)', OPEN["account"]),
        ("try(computed, 1)", OPEN["computed"]),
        ("coalesce(account, 1)", OPEN["account"]),
        ("one([account])", OPEN["account"]),
        ("account == null", False),
        ("whole != null", True),
        ("whole.name", Ref("azurerm_storage_account.a", "name")),
        ('contains([unset, "a"], "a")', True),
        ("false && unset", False),
        ("unset || true", True),
        ("true ? account : unset", OPEN["account"]),
        ("[for s in [account] : { id = s }]", [{"id": OPEN["account"]}]),
        ('computed.x["y"][0]', Ref("azurerm_storage_account.a", 'primary_access_key.x["y"][0]')),
        ('format("%s/x", account)', Text((OPEN["account"], "/x"))),
        ('join("/", [account, "x"])', Text((OPEN["account"], "/x"))),
    ],
)  # fmt: skip
def test_what_is_known_stays_known_beside_what_is_not(text, expected):
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "lower(computed)",
        'replace(account, "-", "")',
        "md5(account)",
        'unset == "x"',
        "unset == null",
        'unset ? "a" : "b"',
        "unset && true",
        "true || unset && true ? unset : 1",
        "try(whole.identity[0].principal_id, null)",
        "coalesce(computed, 1)",
        "coalesce(unset, 1)",
        'contains([unset], "a")',
        "length(unset)",
        "[for s in unset : s]",
        "[for s in list : s if unset]",
        "{ (unset) = 1 }",
        "merge(map, unset)",
        "list[unset]",
        "unset[*].id",
        "can(unset.x)",
        "timestamp()",
        "uuid()",
        "no_such_function(1)",
        "provider::azurerm::normalise(1)",
        'file("no-such-file")',
    ],
)
def test_what_hangs_on_something_unknown_is_unknown(text):
    assert isinstance(value_of(text), Unknown)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("timestamp()", 0),
        ("plantimestamp()", 0),
        ('timeadd(timestamp(), "8000h")', 8000),
        ('timeadd(timeadd(timestamp(), "24h"), "-1h")', 23),
        ('"${timeadd(timestamp(), "30m")}"', 0.5),
        ('formatdate("YYYY", timestamp())', None),
        ("lower(timestamp())", None),
        ("timeadd(timestamp(), unset)", None),
        ("uuid()", None),
    ],
)
def test_how_long_after_the_run_a_moment_is_stays_known(text, hours):
    value = value_of(text)
    assert isinstance(value, Unknown)
    assert value.after_run == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize(
    "text",
    [
        'timeadd("2017-11-22", "1h")',
        'timeadd("2017-11-22t00:00:00z", "1h")',
        'timeadd("2017-11-22T00:00:00Z", "1d")',
        'timeadd(timestamp(), "1d")',
        'timeadd(timestamp(), "9999999999h")',
        "map.nothing",
        "list[2]",
        "list[-1]",
        'map["x"]',
        "nowhere",
        '"a" + 1',
        'tonumber("x")',
        "one(list)",
        'regex("z", "a")',
        "element([], 0)",
        "lower(list)",
        '"x${list}"',
        "[for x in 1 : x]",
        "1 / 0",
        '"maybe" ? 1 : 2',
    ],
)
def test_what_terraform_refuses_is_an_error_that_try_catches(text):
    with pytest.raises(EvaluationError):
        value_of(text)
    assert value_of(f'try({text}, "caught")') == "caught"
    assert value_of(f"can({text})") is False


@pytest.mark.parametrize(
    "text",
    [
        "secret",
        '"Bearer ${secret}"',
        "upper(secret)",
        'secret == "x"',
        "[secret][0]",
        'secret == "x" ? 1 : 2',
        'join(",", [secret])',
        "jsonencode([secret])",
        "{ a = secret }.a",
        "sensitive(1)",
        '"%{ if secret == "" }a%{ else }b%{ endif }"',
        "[for s in sensitive(list) : s]",
        "sensitive(map).k",
        "sensitive(list)[0]",
        "sensitive(list)[*]",
        'format("%s", secret)',
        "flatten([sensitive(list)])[0]",
        "values(sensitive(map))[0]",
    ],
)
def test_a_secret_stays_marked_through_what_is_made_of_it(text):
    assert reveal(value_of(text))[1]


def test_a_secret_marks_only_its_own_place():
    assert value_of('merge(map, { s = secret })["k"]') == "v"
    assert value_of("nonsensitive(secret)") == "hunter2"
    assert "hunter2" not in repr(value_of("{ s = secret }"))


def test_templates_in_files_see_their_own_variables_alone(tmp_path):
    (tmp_path / "a.tftpl").write_text("${given}\n", encoding="utf-8")
    (tmp_path / "b.tftpl").write_text("${word}\n", encoding="utf-8")
    assert value_of('templatefile("a.tftpl", { given = "x" })', tmp_path) == "x\n"
    open_text = value_of('templatefile("a.tftpl", { given = account })', tmp_path)
    assert open_text == Text((OPEN["account"], "\n"))
    with pytest.raises(EvaluationError):
        value_of('templatefile("b.tftpl", {})', tmp_path)


def test_files_are_read_relative_to_the_working_directory(tmp_path):
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "b.kql").write_text("T | take 1\n", encoding="utf-8")
    (tmp_path / "q" / "a.kql").write_bytes(b"\xff")
    assert value_of('file("q/b.kql")', tmp_path) == "T | take 1\n"
    assert value_of('fileset("q", "*.kql")', tmp_path) == ["a.kql", "b.kql"]
    assert value_of('fileexists("q/c.kql")', tmp_path) is False
    assert value_of('filebase64("q/a.kql")', tmp_path) == "/w=="
    assert value_of('file(sensitive("q/b.kql"))', tmp_path) == Secret("T | take 1\n")
    with pytest.raises(EvaluationError, match="UTF-8"):
        value_of('file("q/a.kql")', tmp_path)


def test_a_list_that_has_elements_settles_which_is_taken():
    assert value_of("coalescelist([], [account], unset)") == [OPEN["account"]]
    assert isinstance(value_of("coalescelist(unset, [1])"), Unknown)
    assert value_of("coalescelist(null, [1])") == [1]
    assert value_of("try(coalescelist([], []), 2)") == 2


def test_a_missing_file_is_unknown_but_decides_what_is_tried(tmp_path):
    (tmp_path / "here.json").write_text('{"a": 1}', encoding="utf-8")
    assert isinstance(value_of('file("made-later.zip")', tmp_path), Unknown)
    assert value_of('try(file("gone.json"), file("here.json"))', tmp_path) == '{"a": 1}'
    assert value_of('try(jsondecode(file("gone.json")).a, 2)', tmp_path) == 2
    assert value_of('[for x in [1] : try(templatefile("gone", {}), x)]', tmp_path) == [1]
    assert value_of('can(filemd5("gone"))', tmp_path) is False
    assert value_of('try(file(null), "none")', tmp_path) == "none"
    assert isinstance(value_of('try(file(unset), "none")', tmp_path), Unknown)
    with pytest.raises(EvaluationError, match="null"):
        value_of("file(null)", tmp_path)


PLAIN_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(PLAIN_JSON)
def test_jsonencode_of_known_values_parses_back(value):
    assert json.loads(str(json_text(value))) == value


KEYS = st.text(min_size=1, max_size=12)


@given(st.lists(KEYS, min_size=1, max_size=4), st.text(max_size=8), st.integers(1, 3))
def test_jsonencode_with_references_in_it_is_json_at_every_depth(keys, suffix, depth):
    references = [Ref(f"azurerm_x.y[{json.dumps(key)}]", "id") for key in keys]
    expected = [str(Text((reference, suffix))) for reference in references]
    value = [Text((reference, suffix)) if suffix else reference for reference in references]
    for _ in range(depth):
        value = json_text(value)
    shown = str(value)
    for _ in range(depth):
        shown = json.loads(shown)
    assert shown == expected


ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


@given(st.text(max_size=20), st.booleans())
def test_a_quoted_string_stands_for_what_was_escaped_into_it(text, by_number):
    written = "".join(f"\\U{ord(c):08x}" if by_number else ESCAPES.get(c, c) for c in text)
    assert unescape(written) == text


@given(st.text(alphabet=st.characters(exclude_characters="$%\r", codec="utf-8"), max_size=40))
def test_a_template_without_markers_is_its_own_text(text):
    assert "".join(part for part in template(text) if isinstance(part, str)) == text


@given(st.text(alphabet='ab"{}\\', max_size=12))
def test_a_template_finds_the_end_of_a_sequence_with_any_string_in_it(text):
    quoted_text = json.dumps(text)
    before, expression, after = template(f"<${{f({quoted_text})}}>")
    assert (before, after) == ("<", ">")
    assert isinstance(expression, Expression)
    assert expression.text == f"f({' '.join(quoted_text.split())})"


@pytest.mark.parametrize("text", ["${a", "%{ if a }b", "%{ endif }", "%{ wat }", '${"a}'])
def test_a_template_that_is_not_closed_is_an_error(text):
    with pytest.raises(EvaluationError):
        template(text)


def test_a_heredoc_ends_lines_as_windows_writes_them():
    assert heredoc("<<-EOT\r\n  a\r\n    b\r\n  EOT\r\n") == ("a\n", "  b\n")


def test_a_quoted_string_without_markers_is_one_part():
    assert quoted(parse_expression('"a"').parts()[0]) == ("a",)

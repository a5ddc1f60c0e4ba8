"""A configuration that explodes is read in part, or not at all, and soon; it says what exploded."""

import re

import pytest

from simulator.estate.errors import EstateError
from simulator.estate.hcl import aside, effort, matching, read_hcl
from simulator.estate.hcl.effort import Effort, TooLongError
from simulator.estate.hcl.second_reading import SecondReading
from simulator.estate.model import Known, Unresolvable

RESOURCE = 'resource "azurerm_x" "a" {\n  x = 1\n}\n'


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    """The second reading explodes as well; nobody here waits for it."""
    monkeypatch.setattr(effort.Effort, "patience", 0.02)
    monkeypatch.setattr(matching, "_PATIENCE", 0.2)


@pytest.fixture
def read(tmp_path):
    """Reads a directory made of these files."""

    def read_files(files, **options):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_hcl(tmp_path, **options)

    return read_files


def doubled(first, each, count=24):
    """Locals of which each is made of the one before it, twice."""
    lines = [f"  a{n + 1} = " + each.replace("X", f"local.a{n}") for n in range(count)]
    return "locals {\n  a0 = " + first + "\n" + "\n".join(lines) + "\n}\n"


LONG = f'"{"x" * 60_000}"'


@pytest.mark.parametrize(
    ("first", "each", "why"),
    [
        ('"xxxxxxxxxx"', '"${X}${X}"', "more than 4,000,000 characters"),
        ('"xxxxxxxxxx"', 'join("", [X, X])', "more than 4,000,000 characters"),
        (LONG, 'replace(X, "/x/", "xx")', "more than 100,000 matches"),
        ("[1]", "[X, X]", "more than 200,000 elements"),
        ("[1, 2]", "setproduct(X, X, X)", "more than 200,000 elements"),
        ("range(1000)", "[for a in range(9) : X]", "more than 200,000 elements"),
    ],
    ids=["template", "join", "replace", "list", "setproduct", "for"],
)
def test_a_value_that_doubles_over_and_over_is_not_known(read, first, each, why):
    text = 'resource "azurerm_x" "b" {\n  x = local.a24\n  y = try(local.a24, "no")\n}\n'
    estate = read({"main.tf": RESOURCE + doubled(first, each) + text})
    bomb = estate.by_address["azurerm_x.b"]
    for name in ("x", "y"):
        value = bomb.body.values[name]
        assert isinstance(value, Unresolvable)
        # What comes after the first that is too large is text of which too much is not known.
        assert why in value.why or "more than 10,000 parts of it are not known" in value.why
    assert estate.by_address["azurerm_x.a"].get("x") == Known(1)


LAUGHS = r"a: &a [1]\n" + "".join(
    rf"{b}: &{b} [{', '.join([f'*{a}'] * 20)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    "expression",
    [
        "range(10000000)",
        "pow(10, 1000000)",
        "1e308 * 1e308",
        "1e400",
        'tonumber("nan")',
        'format("%999999999d", 1)',
        'format("%.999999999f", 1)',
        'regex("(a+)+$", "' + "a" * 60 + '!")',
        'replace("' + "a" * 60 + '!", "/(a|aa)+$/", "b")',
        'cidrsubnet("10.0.0.0/8", 1000000000, 1)',
        "[for a in range(500) : [for b in range(500) : range(500)]]",
        f'yamldecode("{LAUGHS}")',
    ],
)  # fmt: skip
def test_one_expression_that_explodes_is_not_known(read, expression):
    estate = read({"main.tf": f'resource "azurerm_x" "a" {{\n  x = {expression}\n}}\n'}, limit=30)
    assert isinstance(estate.resources[0].get("x"), Unresolvable)


def test_a_pattern_that_only_might_take_long_is_matched(read):
    text = '/subscriptions/s/resourceGroups/rg/providers/P/t/" + "n' * 3
    pattern = "^/(.*)/(.*)/(.*)/(.*)/(.*)$"
    estate = read(
        {"main.tf": f'resource "a_b" "c" {{\n  x = regex("{pattern}", "{text[:48]}")[4]\n}}\n'}
    )
    assert estate.resources[0].get("x") == Known("t")


@pytest.mark.parametrize(
    ("repeat", "why"),
    [
        ("count = 10000000", "count is 10,000,000"),
        ("count = pow(10, 300)", "more than 10,000 instances"),
        ("for_each = toset([for n in range(101) : n])", None),
        (
            'for_each = toset(flatten([for a in range(101) : formatlist("${a}-%s", range(101))]))',
            "for_each is 10,201",
        ),
    ],
)
def test_a_block_of_very_many_instances_is_read_once_and_leaves_a_gap(read, repeat, why):
    estate = read({"main.tf": f'resource "azurerm_x" "a" {{\n  {repeat}\n  x = 1\n}}\n'})
    assert len(estate.resources) == (1 if why else 101)
    gaps = [gap for gap in estate.gaps if gap.origin]
    assert [why in gap.why for gap in gaps] == ([True] if why else [])


def test_a_dynamic_block_that_makes_very_many_is_not_known(read):
    many = "flatten([for a in range(101) : range(101)])"
    estate = read(
        {
            "main.tf": f'resource "a_b" "c" {{\n  dynamic "d" {{\n    for_each = {many}\n'
            "    content {}\n  }\n}\n"
        }
    )
    assert "10,201 blocks" in estate.resources[0].get("d").why


def tower(levels, calls):
    """Modules of which each calls the next one so many times."""
    files = {}
    for level in range(levels):
        call = "".join(
            f'module "m{n}" {{\n  source = "../level{level + 1}"\n}}\n' for n in range(calls)
        )
        files[f"level{level}/main.tf"] = call
    files[f"level{levels}/main.tf"] = RESOURCE
    files["main.tf"] = 'module "top" {\n  source = "./level0"\n}\n' + RESOURCE
    return files


def test_modules_that_call_modules_without_measure_end_with_what_took_so_long(read, tmp_path):
    with pytest.raises(TooLongError) as caught:
        read(tower(levels=12, calls=8), limit=0.5)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}: reading was ended after 0.5 s, at ")
    assert re.search(r"module\.top\.module\.m\d", message)
    assert re.search(r"with 14 files and [\d,]+ instances read", message)
    assert "terraform show -json" in message


def test_more_instances_than_fit_into_memory_are_an_error(read, monkeypatch):
    monkeypatch.setattr("simulator.estate.hcl.effort.INSTANCES", 500)
    with pytest.raises(EstateError, match=r"more than 500 resource and module instances at module"):
        read(tower(levels=4, calls=8))


def test_more_source_than_fits_into_memory_is_an_error(read, tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.estate.hcl.effort.SOURCE", 3 * len(RESOURCE))
    files = {f"{name}.tf": RESOURCE.replace('"a"', f'"{name}"') for name in "abcd"}
    assert len(read(dict(list(files.items())[:3])).resources) == 3
    with pytest.raises(EstateError, match=rf"{tmp_path}: .* than 111 bytes, at d\.tf \(4 of 4"):
        read(files)


@pytest.mark.parametrize("end", ["EOT\n}\n", ""])
def test_blank_lines_without_end_are_refused_before_they_take_their_time(read, end):
    """As one heredoc: its end is looked for in the square of the number of blank lines."""
    with pytest.raises(EstateError, match=r"main\.tf:2: more than 5,000 blank characters follow"):
        read({"main.tf": "locals {\n  x = <<EOT\n" + " \n" * 500_000 + end})


def test_a_few_blank_lines_are_read(read):
    text = 'resource "azurerm_x" "b" {\n  x = <<EOT\n' + "\n" * 4000 + "EOT\n}\n"
    assert read({"main.tf": text}).resources[0].get("x") == Known("\n" * 4000)


def test_locals_that_try_their_predecessors_twice_are_tried_once(read):
    bomb = doubled("1 / 0", "try(X, X)")
    estate = read({"main.tf": bomb + 'resource "a_b" "c" {\n  x = local.a24\n}\n'}, limit=20)
    assert "try(): no attempt succeeds" in estate.resources[0].get("x").why


def test_a_reading_has_no_time_left_at_once(read):
    with pytest.raises(TooLongError, match=r"main\.tf \(1 of 1 files\)"):
        read({"main.tf": RESOURCE * 100}, limit=-1)


def test_a_second_reading_that_comes_to_no_end_leaves_a_gap(read, tmp_path, monkeypatch):
    monkeypatch.setattr(SecondReading, "addresses", lambda *_: None)
    estate = read({"main.tf": RESOURCE})
    assert [resource.address for resource in estate.resources] == ["azurerm_x.a"]
    (gap,) = estate.gaps
    assert gap.where == str(tmp_path)
    assert "came to no end" in gap.why


def test_work_aside_ends_when_its_time_is_up():
    worker = aside.Aside()
    worker.begin("matches", {"pattern": "(a+)+$", "text": "a" * 60 + "!"}, 0.2)
    with pytest.raises(aside.NoAnswerError):
        worker.answer(5)
    assert worker._process.returncode != 0


def test_work_aside_is_not_waited_for_longer_than_is_said():
    worker = aside.Aside()
    worker.begin("matches", {"pattern": "(a+)+$", "text": "a" * 60 + "!"}, 60)
    with pytest.raises(aside.NoAnswerError):
        worker.answer(0.2)
    assert worker._process.returncode is not None


def test_a_process_does_one_piece_of_work_after_the_other():
    first = aside.aside()
    first.begin("matches", {"pattern": "(?P<n>a)", "text": "ba"}, 5)
    assert first.answer(5) == [[1, 2, ["a"], {"n": "a"}]]
    second = aside.aside()
    assert second is first
    second.begin("unheard of", {}, 5)
    with pytest.raises(aside.NoAnswerError):
        second.answer(5)


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_nothing_is_told_of_a_short_reading_and_something_each_second_of_a_long_one():
    time, told = Time(), []
    made = Effort("shop", 100, told.append, time)
    with made.at("main.tf (1 of 9 files)"):
        for tenth in range(51):
            time.now = tenth / 10
            made.spend(1000)
            assert bool(told) == (time.now >= 2)
    assert told == ["reading shop: main.tf (1 of 9 files)"] * 4


def test_a_name_cannot_write_to_the_terminal():
    told = []
    made = Effort("shop", 100, told.append, Time())
    made._told = -10
    with made.at("module.m[\x1b[31m\n]"):
        made.tell()
    assert told == [r"reading shop: module.m[\x1b[31m\n]"]


@pytest.mark.parametrize(
    "expression",
    ["var.pw + 1", "tonumber(var.pw)", 'regex("[0-9]", var.pw)', "parseint(var.pw, 10)"],
)
@pytest.mark.parametrize("type_", ["string", "number"])
def test_a_refused_secret_is_not_repeated_in_the_reason(read, expression, type_):
    variable = f'variable "pw" {{\n  type = {type_}\n  sensitive = true\n}}\n'
    text = f'resource "a_b" "c" {{\n  x = {expression}\n}}\n'
    estate = read({"main.tf": variable + text, "terraform.tfvars": 'pw = "hunter-two"\n'})
    assert isinstance(estate.resources[0].get("x"), Unresolvable)
    assert "hunter-two" not in repr(estate)

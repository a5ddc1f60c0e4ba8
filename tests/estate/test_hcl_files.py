"""Which files are read, from where, and what happens to those that nobody can read."""

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl
from simulator.estate.hcl.aside import Aside
from simulator.estate.hcl.directory import configuration_files
from simulator.estate.model import Estate, Known

RESOURCE = 'resource "azurerm_x" "a" {\n  x = 1\n}\n'
MODULE = 'module "m" {\n  source = "Azure/x/azurerm"\n}\n'


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "root"
    made.mkdir()
    return made


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def refusal(root):
    with pytest.raises(EstateError) as caught:
        read_hcl(root)
    message = str(caught.value)
    assert "\n" not in message
    return message


def assert_read_or_refused(root):
    try:
        outcome = read_hcl(root, limit=60)
    except EstateError as error:
        outcome = str(error)
    assert isinstance(outcome, Estate) or "\n" not in outcome


def test_linked_files_and_linked_modules_are_read(root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere, {"x.tf": RESOURCE, "m/main.tf": RESOURCE})
    (root / "x.tf").symlink_to(elsewhere / "x.tf")
    (root / "m").symlink_to(elsewhere / "m")
    write(root, {"main.tf": 'module "m" {\n  source = "./m"\n}\n'})
    addresses = {resource.address for resource in read_hcl(root).resources}
    assert addresses == {"azurerm_x.a", "module.m.azurerm_x.a"}


def test_a_link_to_nothing_is_named(root):
    write(root, {"main.tf": RESOURCE})
    (root / "gone.tf").symlink_to(root / "nothing")
    assert refusal(root).startswith(f"{root}/gone.tf: cannot be read: No such file")


def test_a_link_to_itself_is_named(root):
    write(root, {"main.tf": RESOURCE})
    (root / "loop.tf").symlink_to(root / "loop.tf")
    assert refusal(root).startswith(f"{root}/loop.tf: cannot be read: Too many levels")


def test_a_directory_with_the_name_of_a_file_is_passed_over_and_a_link_to_one_refused(root):
    write(root, {"main.tf": RESOURCE, "x.tf/main.tf": "nonsense"})
    assert len(read_hcl(root).resources) == 1
    (root / "y.tf").symlink_to(root / "x.tf")
    assert refusal(root).startswith(f"{root}/y.tf: a directory, where a file is expected")


def test_the_name_of_a_file_cannot_write_to_the_terminal(root):
    write(root, {"a\x1b[31m.tf": "nonsense"})
    assert r"a\x1b[31m.tf:1: " in refusal(root)


def test_what_the_second_reading_says_is_on_one_line(root):
    write(root, {"main.tf": RESOURCE.replace("1", '"${a b}"')})
    assert refusal(root).startswith(f"{root}/main.tf:2: ")


def test_a_pipe_is_not_waited_for(root):
    write(root, {"main.tf": RESOURCE})
    os.mkfifo(root / "pipe.tf")
    assert refusal(root).startswith(f"{root}/pipe.tf: no regular file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(root):
    write(root, {"main.tf": RESOURCE})
    (root / "main.tf").chmod(0)
    assert refusal(root).startswith(f"{root}/main.tf: cannot be read: Permission denied")


def test_a_module_that_is_linked_into_itself_is_named(root):
    call = 'module "m" {\n  source = "./m"\n}\n'
    write(root, {"main.tf": call, "m/main.tf": call + RESOURCE})
    (root / "m" / "m").symlink_to(root / "m")
    assert "calls a directory that it is itself part of (m/m)" in refusal(root)


def test_a_ring_of_modules_is_named(root):
    write(
        root,
        {
            "main.tf": RESOURCE + 'module "a" {\n  source = "./a"\n}\n',
            "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
            "b/main.tf": 'module "c" {\n  source = "../c"\n}\n',
            "c/main.tf": 'module "again" {\n  source = "../a"\n}\n',
        },
    )
    assert "c/main.tf:1: module 'again' calls a directory that it is itself" in refusal(root)


def test_tofu_files_are_read_as_opentofu_reads_them(root):
    tofu = RESOURCE.replace("1", "2")
    write(root, {"a.tf": RESOURCE, "a.tofu": tofu, "b.tf": RESOURCE.replace('"a"', '"b"')})
    assert [path.name for path in configuration_files(root)] == ["a.tofu", "b.tf"]
    estate = read_hcl(root)
    assert estate.by_address["azurerm_x.a"].get("x") == Known(2)
    assert estate.gaps == ()


def test_a_directory_of_tofu_files_alone_is_read(root):
    override = '{"resource": {"azurerm_x": {"a": {"x": 3}}}}'
    write(root, {"main.tofu": RESOURCE, "x_override.tofu.json": override})
    assert [resource.get("x") for resource in read_hcl(root).resources] == [Known(3)]


@pytest.mark.parametrize(
    "where", ["../../etc", "../outside", "/etc", ".terraform/../../outside", "linked"]
)
def test_an_installed_module_is_not_read_from_outside_of_the_root(
    root, tmp_path, monkeypatch, where
):
    begun = []
    monkeypatch.setattr(Aside, "begin", lambda *given: begun.append(given))
    write(tmp_path / "outside", {"main.tf": RESOURCE})
    (root / "linked").symlink_to(tmp_path / "outside")
    listing = json.dumps({"Modules": [{"Key": "m", "Source": "Azure/x/azurerm", "Dir": where}]})
    write(root, {"main.tf": MODULE, ".terraform/modules/modules.json": listing})
    estate = read_hcl(root)
    assert estate.resources == ()
    module, second = estate.gaps
    assert module.where == "module.m"
    assert "outside of the directory" in module.why
    assert second.where == str(root)
    assert f"leads to {where}, so that no second reading" in second.why
    assert begun == []


def test_a_listed_module_beside_the_root_is_read_twice(root, tmp_path):
    """What its source says, no list has to make up."""
    write(tmp_path / "shared", {"main.tf": RESOURCE})
    listing = [{"Key": "", "Source": "", "Dir": "."}]
    listing += [{"Key": "m", "Source": "../shared", "Dir": "../shared"}]
    write(
        root,
        {
            "main.tf": MODULE.replace("Azure/x/azurerm", "../shared"),
            ".terraform/modules/modules.json": json.dumps({"Modules": listing}),
        },
    )
    estate = read_hcl(root)
    assert len(estate.resources) == 1
    assert estate.gaps == ()


def test_an_installed_module_does_not_lead_out_of_the_root(root, tmp_path):
    write(tmp_path / "outside", {"main.tf": RESOURCE})
    place = ".terraform/modules/m"
    listing = json.dumps({"Modules": [{"Key": "m", "Source": "Azure/x/azurerm", "Dir": place}]})
    inner = 'module "out" {\n  source = "../../../../outside"\n}\n'
    write(
        root,
        {
            "main.tf": MODULE,
            ".terraform/modules/modules.json": listing,
            f"{place}/main.tf": inner,
        },
    )
    (gap,) = read_hcl(root).gaps
    assert gap.where == "module.m.module.out"
    assert "leaves the installed module" in gap.why


def test_a_local_source_that_is_no_module_is_a_gap(root):
    write(root, {"main.tf": RESOURCE + 'module "m" {\n  source = "../../../../../../etc"\n}\n'})
    (gap,) = read_hcl(root).gaps
    assert gap.where == "module.m"


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({"main.tf": b"\x7fELF\x02\x01\x01\x00\xff\xfe" * 50}, "main.tf: not UTF-8 text"),
        ({"main.tf": b"\x00" * 100}, "main.tf:1: "),
        ({"main.tf": RESOURCE + "x = <<EOT\nabc\n"}, "main.tf:"),
        ({"main.tf": RESOURCE + "/* no end"}, "main.tf:"),
        ({"main.tf": b"#" * 3_000_000}, "main.tf: 3,000,000 bytes, and more than"),
        ({"main.tf.json": '{"a": 1' + "0" * 9999 + "}"}, "main.tf.json:"),
        ({"main.tf.json": "[" * 100_000}, ""),
        ({"main.tf": RESOURCE, "terraform.tfvars": "x = " + "(" * 5000 + ")" * 5000}, ""),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration_is_named(root, files, start):
    assert refusal(write(root, files)).startswith(f"{root}/{start}" if start else str(root))


@pytest.mark.parametrize("text", ["\ufeff" + RESOURCE, RESOURCE.replace("\n", "\r\n")])
def test_a_byte_order_mark_and_other_line_ends_are_read(root, text):
    write(root, {"main.tf": text})
    assert read_hcl(root).resources[0].get("x") == Known(1)


@pytest.mark.parametrize(
    "text",
    [
        "a_b = " + "(" * 5000 + "1" + ")" * 5000,
        "a_b = " + "[" * 5000 + "]" * 5000,
        "b {" * 5000 + "}" * 5000,
        'x = nosuch("a")',
        "x = lower()",
        'x = lower("a", "b", "c")',
        'x = "a\\u001b[31m<script>"',
        "x = !5",
        "x = [1][true]",
    ],
)
def test_what_is_odd_is_read_or_refused_without_a_crash(root, text):
    write(root, {"main.tf": RESOURCE + f'resource "a_b" "c" {{\n{text}\n}}\n'})
    assert_read_or_refused(root)


SOURCE = (Path(__file__).parents[2] / "fixtures/estates/hcl/oracle/main.tf").read_text("utf-8")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_damaged_file_gives_an_estate_or_one_clear_error(tmp_path_factory, seed, count):
    draw = random.Random(seed)
    text = SOURCE
    for _ in range(count):
        start = draw.randrange(len(text))
        end = start + draw.choice([0, 1, 1, 2, 20])
        pieces = ["", '"', "{", "}", "(", "[", "${", "%{", "\n", "\x00", "count = 1e999", "é", "*/"]
        text = text[:start] + draw.choice(pieces) + text[end:]
    root = tmp_path_factory.mktemp("damaged")
    write(root, {"main.tf": text})
    assert_read_or_refused(root)
    assert [path.name for path in root.iterdir()] == ["main.tf"]

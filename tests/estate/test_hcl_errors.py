"""A directory that cannot be read gives one clear error: file, line, next step."""

import pytest

from simulator.estate.errors import EstateError
from simulator.estate.hcl import read_hcl

RESOURCE = 'resource "azurerm_x" "a" {\n  x = var.x\n}\nvariable "x" {}\n'


@pytest.fixture
def error(tmp_path):
    """The message of the error that reading these files gives, without the directory's name."""

    def read_files(files, var_files=()):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(EstateError) as caught:
            read_hcl(tmp_path, [tmp_path / name for name in var_files])
        message = str(caught.value)
        assert "\n" not in message
        return message.replace(f"{tmp_path}/", "").replace(str(tmp_path), "DIR")

    return read_files


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({"main.tf": 'resource "a_b" "c" {\n  x =\n}\n'}, "main.tf:2: Invalid expression"),
        ({"main.tf": 'resource "a_b" "c" {\n  x = "open\n}\n'}, "main.tf:2: Invalid multi-line"),
        ({"main.tf": 'resource "a_b" "c" {\n'}, "main.tf:1: Unclosed configuration block"),
        ({"main.tf": b'resource "a_b" "c" {\n  x = "\xff"\n}\n'}, "main.tf: not UTF-8 text (byte"),
        ({"main.tf.json": '{"resource": '}, "main.tf.json:1: "),
        ({"main.tf.json": "[]"}, "main.tf.json:1: "),
        ({"README.md": "x"}, "DIR: holds no .tf file"),
        ({"main.tf": ""}, "DIR: declares no resources"),
        ({"main.tf": 'resource "a_b" "c" {\n  count = 0\n}\n'}, "DIR: declares no resources"),
        (
            {
                "main.tf": 'module "m" {\n  source = "./m"\n}\n',
                "m/x.tf": 'resource "a_b" "c" {\n\n  x = = 1\n}\n',
            },
            "m/x.tf:3: this does not read as HCL near '= 1'",
        ),
        (
            {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/x.tf": b"# \xff\n"},
            "m/x.tf: not UTF-8 text (byte 2)",
        ),
        ({"main.tf": RESOURCE * 2}, "main.tf:5: azurerm_x.a is declared at main.tf:1 already"),
        (
            {"a.tf": 'variable "v" {}\n', "b.tf": '\nvariable "v" {}\n'},
            "b.tf:2: variable v is declared at a.tf:1 already. Rename one of them.",
        ),
        (
            {"a.tf": 'output "v" {\n  value = 1\n}\n' * 2},
            "a.tf:4: output v is declared at a.tf:1 already. Rename one of them.",
        ),
        (
            {"a.tf": 'module "v" {\n  source = "./m"\n}\n' * 2},
            "a.tf:4: module v is declared at a.tf:1 already. Rename one of them.",
        ),
        (
            {"a.tf": "locals {\n  v = 1\n}\n", "b.tf": "locals {\n  w = 2\n  v = 1\n}\n"},
            "b.tf:3: local.v is declared at a.tf:2 already. Rename one of them.",
        ),
        (
            {"main.tf": RESOURCE + 'module "m" {\n  source = "./"\n}\n'},
            "main.tf:5: module 'm' calls a directory that it is itself part of (.)",
        ),
        (
            {
                "main.tf": RESOURCE + 'module "m" {\n  source = "./m"\n}\n',
                "m/main.tf": 'module "back" {\n  source = "../"\n}\n',
            },
            "m/main.tf:1: module 'back' calls a directory",
        ),
        (
            {
                "main.tf": RESOURCE + 'module "m" {\n  source = "Azure/x/y"\n}\n',
                ".terraform/modules/modules.json": "{",
            },
            ".terraform/modules/modules.json: not a list of modules",
        ),
    ],
)  # fmt: skip
def test_the_message_names_the_place(error, files, start):
    assert error(files).startswith(start)


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({}, "v.tfvars: no such variable file"),
        ({"v.tfvars": "x =\n"}, "v.tfvars:1: "),
        ({"v.tfvars": "x = 1\nx2 = var.y\n"}, "v.tfvars:2: x2: var means nothing here"),
        ({"v.tfvars": b"x = \xff"}, "v.tfvars: not UTF-8 text"),
    ],
)
def test_a_variable_file_that_cannot_be_read_is_named(error, files, start):
    assert error({"main.tf": RESOURCE, **files}, ["v.tfvars"]).startswith(start)


def test_what_hcl_accepts_and_this_reader_does_not_says_so(error):
    message = error({"main.tf": 'resource "a_b" "c" {\n  x = "a ${~ 1 ~} b"\n}\n'})
    assert message.startswith("main.tf:2: this does not read as HCL near '~ 1")
    assert "if that accepts it, write the expression in another way" in message


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_a_path_that_is_no_directory_is_named(tmp_path, name):
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    with pytest.raises(EstateError, match=name):
        read_hcl(tmp_path / name)


@pytest.mark.parametrize("count", [40, 400])
def test_an_expression_of_any_length_is_read_or_unresolvable(tmp_path, count):
    nested = "[" * count + "]" * count
    (tmp_path / "main.tf").write_text(
        f'resource "a_b" "c" {{\n  x = {nested}\n  y = {" + ".join(["1"] * count)}\n}}\n',
        encoding="utf-8",
    )
    resource = read_hcl(tmp_path).resources[0]
    assert resource.body.values.keys() == {"x", "y"}

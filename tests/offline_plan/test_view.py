import json
from pathlib import Path

import pytest

from simulator.offline_plan import view as module
from simulator.offline_plan.view import build, lend_modules
from tests.offline_plan.planning import contents, written


def viewed(directory: Path, tmp_path: Path) -> Path:
    return build(directory, tmp_path / "view")


def test_the_view_has_the_files_and_the_modules_beside_it(tmp_path: Path) -> None:
    estate = written(tmp_path / "estates/prod", "# main")
    written(estate / "templates", "text", "t.tftpl")
    written(tmp_path / "estates/modules/m", "# module")
    view = viewed(estate, tmp_path)
    assert (view / "main.tf").read_text() == "# main"
    assert (view / "templates/t.tftpl").read_text() == "text"
    assert (view / "../modules/m/main.tf").read_text() == "# module"


def test_of_very_many_neighbours_those_that_are_mentioned_are_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_VERY_MANY", 2)
    estate = written(tmp_path / "all/prod/live", 'module "m" { source = "../../wanted" }')
    for name in ("wanted", "unwanted", "other"):
        written(tmp_path / "all" / name, "# module")
    view = viewed(estate, tmp_path)
    assert (view / "../../wanted/main.tf").exists()
    assert not (view / "../../other").exists()


@pytest.mark.parametrize(
    "name", ["terraform.tfstate", "terraform.tfstate.backup", ".terraform.lock.hcl", ".terraform/x"]
)
def test_what_terraform_writes_is_not_linked(tmp_path: Path, name: str) -> None:
    estate = written(tmp_path / "prod", "# main")
    (estate / name).parent.mkdir(exist_ok=True)
    (estate / name).write_text("real", encoding="utf-8")
    view = viewed(estate, tmp_path)
    assert not (view / name).exists()


def test_writing_into_the_view_leaves_the_directory_alone(tmp_path: Path) -> None:
    estate = written(tmp_path / "prod", "# main")
    (estate / "sub").mkdir()
    before = contents(estate)
    view = viewed(estate, tmp_path)
    for place in (view, view / "sub"):
        (place / "new").write_text("x", encoding="utf-8")
    assert contents(estate) == before


@pytest.mark.parametrize(
    ("name", "text", "overridden"),
    [
        ("main.tf", 'terraform {\n  backend "azurerm" {}\n}\n', True),
        ("main.tf", "terraform {\n  cloud {\n  }\n}\n", True),
        ("main.tf.json", '{"terraform": {"backend": {"azurerm": {}}}}', True),
        ("main.tofu", 'terraform {\n  backend "s3" {}\n}\n', True),
        ("main.tf", 'resource "x" "y" {}\n', False),
    ],
)
def test_a_backend_is_overridden(tmp_path: Path, name: str, text: str, *, overridden: bool) -> None:
    view = viewed(written(tmp_path / "prod", text, name), tmp_path)
    assert (view / "cpra_drill_override.tf").exists() is overridden


def test_a_file_that_is_no_text_is_left_to_terraform(tmp_path: Path) -> None:
    estate = written(tmp_path / "prod", "")
    (estate / "main.tf").write_bytes(b"\xff\xfe\x00")
    assert (viewed(estate, tmp_path) / "main.tf").read_bytes() == b"\xff\xfe\x00"


def test_a_broken_link_and_a_link_to_itself_do_no_harm(tmp_path: Path) -> None:
    estate = written(tmp_path / "prod", "# main")
    (estate / "gone.tf").symlink_to(estate / "nowhere")
    (estate / "loop").symlink_to(estate)
    assert (viewed(estate, tmp_path) / "main.tf").exists()


def test_installed_modules_are_pointed_to(tmp_path: Path) -> None:
    estate, data = written(tmp_path / "prod", "# main"), tmp_path / "data"
    data.mkdir()
    modules = [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "m", "Source": "git::x", "Dir": ".terraform/modules/m/sub"},
    ]
    written(estate / ".terraform/modules", json.dumps({"Modules": modules}), "modules.json")
    lend_modules(estate, data)
    lent = json.loads((data / "modules/modules.json").read_text())["Modules"]
    assert [m["Dir"] for m in lent] == [".", str(estate / ".terraform/modules/m/sub")]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Modules": [1]}', '{"Modules": [{}]}'])
def test_a_manifest_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    estate, data = written(tmp_path / "prod", "# main"), tmp_path / "data"
    data.mkdir()
    written(estate / ".terraform/modules", text, "modules.json")
    lend_modules(estate, data)
    assert list(data.iterdir()) == []

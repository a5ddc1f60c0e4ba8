from pathlib import Path

import pytest

from simulator.estate.hcl import read_hcl
from simulator.mutation.copy import Copy
from simulator.mutation.trial import same_values
from tests.mutation.small import SHOP, written


def contents(directory: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


def copied(tmp_path: Path, of: Path, *modules: str) -> Copy:
    within = tmp_path / "copy"
    within.mkdir()
    return Copy(of, (".", *modules), within)


def test_one_file_is_another_for_a_while_and_the_users_stay_as_they_are(tmp_path):
    shop = written(tmp_path / "shop")
    before = contents(shop)
    copy = copied(tmp_path, shop)
    with copy.having("main.tf", "x = 1\n"):
        assert (copy.root / "main.tf").read_text("utf-8") == "x = 1\n"
        assert contents(shop) == before
    assert (copy.root / "main.tf").read_text("utf-8") == SHOP
    assert contents(shop) == before


def test_the_users_file_is_back_after_an_error_too(tmp_path):
    copy = copied(tmp_path, written(tmp_path / "shop"))
    with pytest.raises(KeyboardInterrupt), copy.having("main.tf", "x = 1\n"):
        raise KeyboardInterrupt
    assert (copy.root / "main.tf").read_text("utf-8") == SHOP


def test_a_module_beside_the_root_is_copied_with_it_and_can_be_another(tmp_path):
    live = written(tmp_path / "repo/live/prod", 'module "s" {\n  source = "../../shared/shop"\n}\n')
    shared = written(tmp_path / "repo/shared/shop")
    written(tmp_path / "repo/large/deep", "never read", "file.bin")
    copy = copied(tmp_path, live, "../../shared/shop")
    assert same_values(read_hcl(copy.root), read_hcl(live))
    with copy.having("../../shared/shop/main.tf", SHOP.replace("stshop", "other")):
        assert read_hcl(copy.root).resources[0].declared_name == "other"
        assert read_hcl(live).resources[0].declared_name == "stshop"
    assert contents(shared) == {str(shared / "main.tf"): SHOP.encode()}
    links = [path for path in (tmp_path / "copy").iterdir() if path.is_symlink()]
    assert [path.name for path in links] == ["large"]  # a link to the whole, not a copy of it


def test_what_is_beside_the_files_is_there_and_what_is_large_is_not(tmp_path):
    shop = written(
        tmp_path / "shop", SHOP + 'locals {\n  f = fileset(path.module, "**/*.txt")\n}\n'
    )
    written(shop, "a = 1\n", "terraform.tfvars")
    written(shop, "text", "files/a/note.txt")
    written(shop, "object", ".git/objects/x")
    written(shop, "binary", ".terraform/providers/x/provider")
    written(shop, '{"Modules": []}', ".terraform/modules/modules.json")
    (shop / "linked").symlink_to(shop / "files")
    copy = copied(tmp_path, shop)
    found = {str(p.relative_to(copy.root)) for p in copy.root.rglob("*") if p.is_file()}
    assert found >= {"terraform.tfvars", "files/a/note.txt", ".terraform/modules/modules.json"}
    assert not any(name.startswith((".git", ".terraform/providers")) for name in found)
    assert same_values(read_hcl(copy.root), read_hcl(shop))


def test_a_root_that_is_a_link_is_copied_from_where_it_leads(tmp_path):
    real = written(tmp_path / "real/prod", 'module "s" {\n  source = "../shop"\n}\n')
    written(tmp_path / "real/shop")
    (tmp_path / "link").symlink_to(real)
    copy = copied(tmp_path, tmp_path / "link", "../shop")
    assert len(read_hcl(copy.root).resources) == 3


def test_its_size_is_that_of_its_configuration_files(tmp_path):
    shop = written(tmp_path / "shop")
    written(shop, "x" * 1000, "notes.txt")
    assert copied(tmp_path, shop).size == (shop / "main.tf").stat().st_size

"""The generated pages are those that the code says."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("docs", ROOT / "scripts/docs.py")
docs = importlib.util.module_from_spec(SPEC)
sys.modules["docs"] = docs
SPEC.loader.exec_module(docs)


@pytest.mark.parametrize("name", docs.pages())
def test_a_generated_page_is_current(name):
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == docs.pages()[name], "run: python scripts/docs.py"


def test_every_control_has_a_section_of_its_own():
    page = docs.pages()["docs/controls.md"]
    for control in docs.CONTROLS.values():
        assert page.count(f"\n## {control.id}\n") == 1
        for source in control.citations:
            assert source in page


def test_text_is_no_markup():
    assert docs._text("a|b <i> *c*") == r"a\|b \<i\> \*c\*"

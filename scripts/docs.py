"""Writes docs/controls.md and docs/vocabulary.md from the code: ``python scripts/docs.py``.

A test compares what is committed with what this would write.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Control
from simulator.second_opinion.checks import CHECKS
from steps.vocabulary import vocabulary

ROOT = Path(__file__).parents[1]
_RULES = {
    tag: feature.relative_to(ROOT).as_posix()
    for feature in sorted((ROOT / "features/controls").glob("*.feature"))
    for tag in re.findall(r"@((?:DATA|RESP)-\d\d)", feature.read_text(encoding="utf-8"))
}
"""Control id -> the feature file of its rule."""


def pages() -> dict[str, str]:
    """Every generated page by its path from the project's root."""
    return {
        "docs/controls.md": "\n".join(_controls()),
        "docs/vocabulary.md": "\n".join(_vocabulary()),
    }


def _controls() -> Iterator[str]:
    yield "# Controls"
    yield ""
    yield from _paragraph(
        f"The {len(CONTROLS)} controls that cpra-drill proves on a declared estate. Written "
        "from the code by `python scripts/docs.py`."
    )
    yield from _paragraph(
        "A control passes, fails, is unknown (which fails unless `--unknown=report` is given) "
        "or is not applicable. 90 days of retention and the 72-hour response window are targets, "
        "not California law. What is cited is why a control matters. Nothing here is legal advice."
    )
    yield "| control | demands | severity |"
    yield "|---|---|---|"
    for control in CONTROLS.values():
        link = f"[{control.id}](#{control.id.lower()})"
        yield f"| {link} | {_text(control.title)} | {control.severity} |"
    for control in CONTROLS.values():
        yield ""
        yield from _control(control)
    yield ""


def _control(control: Control) -> Iterator[str]:
    yield f"## {control.id}"
    yield ""
    yield f"**{_text(control.title)}.**"
    yield ""
    yield f"The gap that it answers: {_text(control.gap)}"
    yield ""
    yield f"* Rule: [`{_RULES[control.id]}`](../{_RULES[control.id]})"
    yield f"* California sources: {'; '.join(control.citations)}"
    for name, ids in control.frameworks:
        yield f"* {name}: {', '.join(ids)}"
    yield f"* ATT&CK: {', '.join(control.techniques)}"
    checks = CHECKS.get(control.id, ())
    yield f"* checkov has: {', '.join(checks) if checks else 'nothing'}"
    yield f"* Usual repair: `{control.remedy}`"
    yield "* Terraform cannot show:"
    for one in control.cannot_show:
        yield f"    * {_text(one)}"


def _vocabulary() -> Iterator[str]:
    yield "# Vocabulary"
    yield ""
    yield from _paragraph(
        "The sentences that a feature can be written in, yours too (`--features DIR`). Written "
        "from the code by `python scripts/docs.py`; `pytest --steps` prints the same."
    )
    keyword = ""
    for step in vocabulary():
        if step.keyword != keyword:
            keyword = step.keyword
            yield f"## {keyword}"
            yield ""
        yield f"**{step.keyword} {_text(step.pattern)}**"
        yield ""
        yield _text(step.says)
        yield ""
        yield f"    {step.keyword} {step.example}"
        yield ""


def _paragraph(text: str) -> Iterator[str]:
    yield from wrap(text, 96)
    yield ""


def _text(text: str) -> str:
    """Text in which Markdown finds no markup of its own."""
    return re.sub(r"([*_<>\[\]|])", r"\\\1", text)


def main() -> int:
    """Write the pages; say which changed."""
    for name, text in pages().items():
        page = ROOT / name
        page.parent.mkdir(exist_ok=True)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The sentences that a feature can be written in, and those nearest to one that is not known."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from inspect import cleandoc, getsourcelines
from typing import Final

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

import steps.controls
import steps.drills
import steps.estates  # noqa: F401 - importing the modules declares the steps

KEYWORDS: Final = {"given": "Given", "when": "When", "then": "Then"}
_EXAMPLE: Final = "For example: "
_NEAREST: Final = 3
_FAR: Final = 0.45
"""How alike two sentences must at least be, from 0 to 1, for one to be worth offering."""


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence of the vocabulary.

    ``pattern`` has its fields in braces, ``example`` has them filled in; both without the keyword.
    ``says`` is what it does, in a sentence.
    """

    keyword: str
    pattern: str
    says: str
    example: str


def vocabulary() -> tuple[Step, ...]:
    """Every step, the Givens first, each kind in the order of the source."""
    order = list(KEYWORDS)
    contexts = [
        context
        for context in step_function_context_registry.values()
        if context.step_func.__module__.startswith("steps.")
    ]
    contexts.sort(key=lambda context: (order.index(str(context.type)), *_place(context)))
    return tuple(_step(context) for context in contexts)


def _place(context: StepFunctionContext) -> tuple[str, int]:
    return context.step_func.__module__, getsourcelines(context.step_func)[1]


def _step(context: StepFunctionContext) -> Step:
    told = cleandoc(context.step_func.__doc__ or "")
    says, _, example = told.partition(_EXAMPLE)
    pattern = str(context.parser.name)
    return Step(
        keyword=KEYWORDS[str(context.type)],
        pattern=pattern,
        says=says.partition("\n\n")[0].replace("\n", " ").strip(),
        example=example.partition("\n")[0].strip() or pattern,
    )


def nearest(keyword: str, text: str) -> tuple[Step, ...]:
    """The steps that ``text`` may have meant, likeliest first; those with its keyword are likelier.

    >>> [step.pattern for step in nearest("Then", "it hold")][0]
    'it holds'
    """
    asked = _words(text)

    def likeness(step: Step) -> float:
        alike = max(
            SequenceMatcher(None, asked, _words(form)).ratio()
            for form in (step.pattern, step.example)
        )
        return alike + (0.1 if step.keyword == keyword else 0.0)

    ranked = sorted(((likeness(step), step) for step in vocabulary()), key=lambda pair: -pair[0])
    return tuple(step for found, step in ranked[:_NEAREST] if found >= _FAR)


def _words(text: str) -> str:
    """A sentence without its fields and quotations, in lower case."""
    return re.sub(r"\"[^\"]*\"|\{[^}]*\}|\s+", " ", text.casefold()).strip()


def told() -> Iterator[str]:
    """The vocabulary, line by line, as ``pytest --steps`` prints it."""
    keyword = ""
    for step in vocabulary():
        if step.keyword != keyword:
            if keyword:
                yield ""
            keyword = step.keyword
        yield f"{step.keyword} {step.pattern}"
        yield f"    {step.says}"
        yield f"    e.g.  {step.keyword} {step.example}"


def unknown_step(kind: str, text: str) -> str:
    """What is told of a sentence of a kind (``given``, ``when``, ``then``) that no step matches."""
    keyword = KEYWORDS[kind]
    near = "".join(f"\n    {step.keyword} {step.example}" for step in nearest(keyword, text))
    offered = f"\nNearest:{near}" if near else ""
    return f"no step matches\n    {keyword} {text}{offered}\nAll of them: pytest --steps"

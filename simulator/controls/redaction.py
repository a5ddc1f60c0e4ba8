"""The last net under every verdict: no text that the estate marks as sensitive is in it.

A control says ``show(value)``, which hides. But a sensitive value may also be the name of a thing,
and names are what findings are made of.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from simulator.controls.verdict import Finding, Verdict
from simulator.estate.model import Estate, Known, show

_HIDDEN: Final = show(Known("", sensitive=True))


def redacted(estate: Estate, verdict: Verdict) -> Verdict:
    """``verdict`` without the estate's sensitive texts; addresses and places stay as they are.

    >>> from simulator.controls.verdict import Outcome
    >>> from simulator.estate.model import Block, Origin, Provider, Resource
    >>> body = Block({"name": Known("hunter2", sensitive=True)})
    >>> vault = Resource("x.v", "x", "v", body, Origin("a.tf", 1), Provider("x"))
    >>> told = Verdict("DATA-07", Outcome.PASSED, (), ("x.v (hunter2)",))
    >>> redacted(Estate((vault,), "here", "hcl"), told).looked_at
    ('x.v ((sensitive value))',)
    """
    everything = "\0".join(
        (*verdict.looked_at, *verdict.notes, *(t for f in verdict.findings for t in _texts(f)))
    )
    present = [text for text in estate.sensitive_texts if text in everything]
    if not present:
        return verdict
    return replace(
        verdict,
        findings=tuple(_finding(finding, present) for finding in verdict.findings),
        looked_at=tuple(_text(text, present) for text in verdict.looked_at),
        notes=tuple(_text(text, present) for text in verdict.notes),
    )


def _finding(finding: Finding, secrets: Sequence[str]) -> Finding:
    attribute, actual, expected, why, remedy, default = (
        _text(text, secrets) for text in _texts(finding)
    )
    return replace(
        finding,
        attribute=attribute,
        actual=actual,
        expected=expected,
        why=why,
        remedy=remedy,
        default=default,
    )


def _texts(finding: Finding) -> tuple[str, ...]:
    return (
        finding.attribute,
        finding.actual,
        finding.expected,
        finding.why,
        finding.remedy,
        finding.default,
    )


def _text(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text

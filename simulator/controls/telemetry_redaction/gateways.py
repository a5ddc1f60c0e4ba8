"""What API Management logs of requests: no bodies, and no headers that sign in or pay."""

import re
from collections.abc import Iterator
from typing import Final

from simulator.controls.judge import Demand, judge
from simulator.controls.verdict import Finding
from simulator.estate.model import Block, Omitted, Resource, effective

DIAGNOSTICS: Final = (
    "azurerm_api_management_diagnostic",
    "azurerm_api_management_api_diagnostic",
)
_SIDES: Final = ("frontend_request", "frontend_response", "backend_request", "backend_response")
_SENSITIVE: Final = re.compile(
    r"^(?:proxy-)?authorization$|cookie|^x-api-key$|^x-functions-key$|subscription-key|token|"
    r"payment|card|signature|secret|^\*$",
    re.IGNORECASE,
)
# How many tokens of a language model, or of a bucket, are left signs nobody in.
_COUNT: Final = re.compile(
    r"rate-?limit|(?:remaining|consumed|limit|used|usage|total|count)-?tokens|"
    r"tokens-?(?:remaining|consumed|limit|used|usage|total|count)",
    re.IGNORECASE,
)
_WHY: Final = (
    "what a gateway logs of a checkout is a second store of card numbers and tokens, which nobody "
    "guards as one; Civ. Code 1798.81.5(b) asks for reasonable security, and 11 CCR 7123(c)(5) "
    "has secure configuration audited"
)


def findings(diagnostic: Resource) -> Iterator[Finding]:
    """What a gateway's log holds of requests and responses beyond what is needed."""
    for side in _SIDES:
        unread = diagnostic.unresolved(side)
        if unread is not None:
            yield from judge(diagnostic, _body(side), unread)
        for block in diagnostic.blocks(side):
            yield from judge(diagnostic, _body(side), block.get("body_bytes"), block=block)
            yield from judge(
                diagnostic, _headers(side, block), block.get("headers_to_log"), block=block
            )


def _body(side: str) -> Demand:
    return Demand(
        f"{side}.body_bytes",
        lambda value: value in {None, 0},
        "0, because nothing masks a body",
        _WHY,
        f"{side} {{ body_bytes = 0 }}",
        default=Omitted(0, "Azure default"),
    )


def _headers(side: str, block: Block) -> Demand:
    masked = {str(name).casefold() for name in _masked(block)}

    def harmless(value: object) -> bool:
        names = [str(name) for name in value] if isinstance(value, tuple) else []
        return all(n.casefold() in masked or not _signs_in_or_pays(n) for n in names)

    return Demand(
        f"{side}.headers_to_log",
        harmless,
        "no header that signs in or pays, unless data_masking names it",
        _WHY,
        f'{side} {{ headers_to_log = ["content-type"] }}',
        default=Omitted((), "Azure default"),
    )


def _signs_in_or_pays(header: str) -> bool:
    return _SENSITIVE.search(_COUNT.sub("", header)) is not None


def _masked(block: Block) -> Iterator[object]:
    for masking in block.blocks("data_masking"):
        for header in masking.blocks("headers"):
            if effective(header.get("mode")) in {"Mask", "Hide"}:
                yield effective(header.get("value"))

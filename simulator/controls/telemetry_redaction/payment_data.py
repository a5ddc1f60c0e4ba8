"""Made-up payment data in the spellings that reach logs, and what of it can be read in a text.

The card numbers are test numbers that card schemes and processors publish: they pass the Luhn check
and belong to nobody. The tokens have the forms that processors document.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Final
from urllib.parse import quote, unquote_plus

CARD: Final = "card"
CARDS: Final = {
    "Visa": "4012888888881881",
    "Mastercard": "5105105105105100",
    "American Express": "378282246310005",
    "Discover": "6011000990139424",
    "JCB": "3566002020360505",
    "Diners Club": "30569309025904",
    "network token": "4895370012003478",
}
"""A number of each brand; a network token has the form of a card number and pays like one."""

TOKENS: Final = {
    "Stripe": (
        "tok_1PqL7mFakeTokenXy83Qz9",
        "pm_1PqL8nFakeMethodBv27Rw4",
        "card_1PqLaFakeCardKk52Tj8m",
        "src_1PqLbFakeSourceHh64Np3",
    ),
    "Braintree": ("tokencc_bh_f4k3vd_q7w8e9_r2t5y6_u1i3o4_zx8",),
    "Adyen": ("M5N7TQ4TG5PFWR50",),
    "Square": ("cnon:CA4SEFakeNonceQw7Er8Ty9", "ccof:CA4SEFakeOnFileZx3Cv5Bn"),
}
"""Tokens that pay, by the processor that hands them out."""

_PREFIX: Final = re.compile(r"^(?:tok_|pm_|card_|src_|tokencc_bh_|cnon:|ccof:)")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[ \-.]+(?=\d)")
# PCI DSS lets the first eight digits of a card number and any four others be kept. With more than
# ten in a row the rest can be tried out; so can a token with most of it.
_RUN_OF_DIGITS: Final = 11
_RUN_OF_TOKEN: Final = 12


@dataclass(frozen=True, slots=True)
class Secret:
    """A card number or a token: its ``kind`` (``card``, or the processor), and its name in words.

    ``spellings`` are the ways in which it is written, each with what that is called.
    """

    kind: str
    name: str
    runs: tuple[str, ...] = field(repr=False)
    spellings: Mapping[str, str] = field(repr=False, hash=False)
    digests: frozenset[str] = field(repr=False, default=frozenset())

    def in_text(self, text: str, plain: str) -> str:
        """How the secret can be read in a text; ``plain`` is that text as :func:`readable` told."""
        if not any(run in plain for run in self.runs):
            return ""
        return next((how for spelled, how in self.spellings.items() if spelled in text), "in part")


def found_in(text: str) -> Iterator[tuple[Secret, str]]:
    """The payment data that can be read in a text, and how.

    >>> [(s.name, how) for s, how in found_in("card=4012%208888%208888%201881&x=1")]
    [('Visa', 'url-encoded')]
    >>> list(found_in("card 401288******1881"))
    []
    """
    decoded = tuple(_decoded(text))
    lowered = text.lower()
    for secret in secrets():
        how = secret.in_text(text, _plain(secret, text))
        if not how and any(secret.in_text(one, _plain(secret, one)) for one in decoded):
            how = "in base64"
        # A card number has few possible values, so its bare hash is undone by trying them all.
        if not how and any(digest in lowered for digest in secret.digests):
            how = "as the hash of the bare number"
        if how:
            yield secret, how


def _plain(secret: Secret, text: str) -> str:
    return _digits(text) if secret.kind == CARD else _folded(text)


@cache
def _digits(text: str) -> str:
    return _BETWEEN_DIGITS.sub("", unquote_plus(text))


@cache
def _folded(text: str) -> str:
    return unquote_plus(text).casefold()


def _decoded(text: str) -> Iterator[str]:
    for candidate in _ENCODED.findall(text):
        padded = candidate.rstrip("=")
        try:
            whole = padded + "=" * (-len(padded) % 4)
            yield base64.b64decode(whole, altchars=b"-_").decode()
        except (binascii.Error, UnicodeDecodeError):
            continue


@cache
def secrets() -> tuple[Secret, ...]:
    """Every card number and every token, each with its spellings.

    >>> [*secrets()[2].spellings][1:3]
    ['3782 822463 10005', '3782-822463-10005']
    """
    cards = (_card(name, number) for name, number in CARDS.items())
    tokens = (_token(p, token) for p, several in TOKENS.items() for token in several)
    return (*cards, *tokens)


def _card(name: str, number: str) -> Secret:
    spellings = _spellings(number)
    digests = (
        hashlib.new(algorithm, spelled.encode(), usedforsecurity=False).hexdigest()
        for algorithm in ("sha256", "sha1", "md5")
        for spelled in spellings
    )
    return Secret(CARD, name, _runs(number, _RUN_OF_DIGITS), spellings, frozenset(digests))


def _token(processor: str, token: str) -> Secret:
    runs = _runs(_PREFIX.sub("", token).casefold(), _RUN_OF_TOKEN)
    return Secret(processor, token.partition("_")[0], runs, {token: "whole"})


def _runs(text: str, length: int) -> tuple[str, ...]:
    return tuple(text[i : i + length] for i in range(len(text) - length + 1))


def _spellings(number: str) -> Mapping[str, str]:
    """The number whole, in groups with spaces or dashes, and as a web form sends it."""
    sizes = {14: (4, 6, 4), 15: (4, 6, 5)}.get(len(number), (4,) * (len(number) // 4))
    places = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    spaced = " ".join(number[a:b] for a, b in pairwise(places))
    return {
        number: "whole",
        spaced: "with spaces",
        spaced.replace(" ", "-"): "with dashes",
        quote(spaced): "url-encoded",
        spaced.replace(" ", "+"): "with plus signs",
    }

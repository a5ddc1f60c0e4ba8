"""The shop's invented consumers: the same seed gives the same people.

Nobody here exists. E-mail addresses are under the reserved example domains (RFC 2606), telephone
numbers in the range 555-0100 to 555-0199 that is kept for fiction, and the remaining values are
drawn at random. "The same" holds for one version of Faker, whose word lists may change.
"""

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import cache
from random import Random

from faker import Faker

# State, telephone area codes, first and last prefix of the postal code: plausible, not exact.
_CALIFORNIA = ("CA", ("213", "310", "415", "510", "619", "916"), (900, 961))
_ELSEWHERE = (
    ("NV", ("702", "775"), (889, 898)),
    ("OR", ("503", "541"), (970, 979)),
    ("WA", ("206", "509"), (980, 994)),
    ("TX", ("214", "512"), (750, 799)),
    ("NY", ("212", "518"), (100, 149)),
    ("IL", ("312", "217"), (600, 629)),
)
_DOMAINS = ("example.com", "example.net", "example.org")
_TOKEN_ALPHABET = string.ascii_letters + string.digits

_AGE_CHECKED = 0.15  # buyers of wine, whose licence was checked
_LEGACY = 0.08  # accounts imported from the old shop with their password in plain text
_BY_USERNAME = 0.25  # of those, the share that the old shop knew by a user name alone


@dataclass(frozen=True, slots=True)
class Consumer:
    """One invented consumer.

    ``card_token`` is a payment processor's token, not a card number. ``drivers_licence`` is set for
    buyers whose age was checked; ``password`` for accounts of the old shop, and ``username`` for
    those of them that it knew by a user name instead of the e-mail address.
    """

    id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    city: str
    state: str
    postal_code: str
    card_token: str
    drivers_licence: str | None = None
    password: str | None = None
    username: str | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def californian(self) -> bool:
        """Whether the address on file is in California; that stands for residency."""
        return self.state == "CA"


@dataclass(frozen=True, slots=True)
class _Pools:
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    words: tuple[str, ...]


@cache
def _pools(seed: int) -> _Pools:
    """Columns to combine people from: Faker takes far too long to ask per person."""
    english, spanish = Faker("en_US"), Faker("es_MX")
    english.seed_instance(seed)
    spanish.seed_instance(seed)
    return _Pools(
        first_names=tuple(
            [english.first_name() for _ in range(240)] + [spanish.first_name() for _ in range(120)]
        ),
        last_names=tuple(
            [english.last_name() for _ in range(300)] + [spanish.last_name() for _ in range(150)]
        ),
        streets=tuple(english.street_name() for _ in range(250)),
        cities=tuple(english.city() for _ in range(120)),
        words=tuple(english.word() for _ in range(150)),
    )


def consumers(count: int, seed: int, californian: float = 0.7) -> tuple[Consumer, ...]:
    """``count`` invented consumers, of whom exactly ``round(count * californian)`` Californians.

    Raises ``ValueError`` if ``count`` is negative or ``californian`` is not within 0 to 1.

    >>> people = consumers(10, seed=1)
    >>> people[0].id, sum(p.californian for p in people), people == consumers(10, seed=1)
    ('C000001', 7, True)
    """
    if count < 0:
        raise ValueError(f"count must not be negative, got {count}")
    if not 0 <= californian <= 1:
        raise ValueError(f"californian is a share from 0 to 1, got {californian}")
    pools = _pools(seed)
    # Random hashes a string by SHA-512, so it seeds alike in every process.
    random = Random(f"consumers {seed}")  # noqa: S311 - invented people, not a secret
    residents = set(random.sample(range(count), round(count * californian)))
    return tuple(_consumer(pools, random, n, resident=n in residents) for n in range(count))


def _consumer(pools: _Pools, random: Random, index: int, *, resident: bool) -> Consumer:
    state, area_codes, prefixes = _CALIFORNIA if resident else random.choice(_ELSEWHERE)
    first, last = random.choice(pools.first_names), random.choice(pools.last_names)
    handle = f"{_ascii(first)}.{_ascii(last)}{index + 1}"
    legacy = random.random() < _LEGACY
    return Consumer(
        id=f"C{index + 1:06}",
        first_name=first,
        last_name=last,
        email=f"{handle}@{random.choice(_DOMAINS)}",
        phone=f"+1-{random.choice(area_codes)}-555-{random.randint(100, 199):04}",
        street=f"{random.randint(1, 9999)} {random.choice(pools.streets)}",
        city=random.choice(pools.cities),
        state=state,
        postal_code=f"{random.randint(*prefixes):03}{random.randint(0, 99):02}",
        card_token="tok_" + "".join(random.choices(_TOKEN_ALPHABET, k=24)),
        drivers_licence=_licence(random, state) if random.random() < _AGE_CHECKED else None,
        password=_password(pools, random) if legacy else None,
        username=handle if legacy and random.random() < _BY_USERNAME else None,
    )


def _licence(random: Random, state: str) -> str:
    letter = random.choice(string.ascii_uppercase) if state == "CA" else ""
    return f"{letter}{random.randint(0, 9_999_999):07}"


def _password(pools: _Pools, random: Random) -> str:
    first, second = random.choice(pools.words), random.choice(pools.words)
    return f"{first.capitalize()}-{second}-{random.randint(10, 99)}"


@cache
def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())

"""The shop's invented orders and products."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from simulator.dataset.consumers import Consumer

FIRST_DAY = date(2026, 5, 4)  # the month before the shipped profile lets a drill start
DAYS = 20
_PER_CONSUMER = 1.5


@dataclass(frozen=True, slots=True)
class Product:
    """Something to sell; ``cents`` is its price in US cents."""

    sku: str
    title: str
    cents: int


PRODUCTS = (
    Product("WINE-ZIN-01", "Old vine Zinfandel, 75 cl", 2450),
    Product("WINE-CHA-02", "Coast Chardonnay, 75 cl", 1990),
    Product("OIL-ARB-01", "Arbequina olive oil, 50 cl", 1675),
    Product("HONEY-SAGE", "Sage honey, 340 g", 1190),
    Product("NUT-ALM-05", "Roast almonds, 500 g", 990),
    Product("CRATE-FRUIT", "Crate of stone fruit, 5 kg", 3400),
    Product("BOARD-OAK", "Oak serving board", 4800),
    Product("CARD-GIFT", "Gift card", 5000),
)


@dataclass(frozen=True, slots=True)
class Order:
    """One order: ``items`` are product and quantity, ``client_ip`` is from RFC 5737's blocks."""

    id: str
    day: date
    consumer: Consumer
    items: tuple[tuple[Product, int], ...]
    client_ip: str

    @property
    def cents(self) -> int:
        """The total in US cents."""
        return sum(product.cents * quantity for product, quantity in self.items)


def orders(consumers: Sequence[Consumer], seed: int) -> tuple[Order, ...]:
    """Three orders for every two consumers, in order of day; some consumers have none."""
    random = Random(f"orders {seed}")  # noqa: S311 - invented orders, not a secret
    count = int(len(consumers) * _PER_CONSUMER)
    days = sorted(random.randrange(DAYS) for _ in range(count))
    return tuple(
        Order(
            id=f"SO-{100_001 + n}",
            day=FIRST_DAY + timedelta(days=day),
            consumer=random.choice(consumers),
            items=tuple(
                (product, random.randint(1, 3))
                for product in random.sample(PRODUCTS, random.randint(1, 3))
            ),
            client_ip=f"{random.choice(('192.0.2', '198.51.100', '203.0.113'))}"
            f".{random.randint(1, 254)}",
        )
        for n, day in enumerate(days)
    )

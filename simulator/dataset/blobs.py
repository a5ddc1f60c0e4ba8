"""The shop's blobs: real bytes in realistic files, each with a note of who is where in it."""

import csv
import html
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from random import Random

from simulator.dataset.consumers import Consumer
from simulator.dataset.elements import Element
from simulator.dataset.orders import PRODUCTS, Order, orders
from simulator.dataset.recipes import Format, Recipe, Rows, Split, recipe_for

_ELEMENT_OF = {
    "name": Element.NAME,
    "last_name": Element.NAME,
    "email": Element.EMAIL,
    "username": Element.USERNAME,
    "phone": Element.PHONE,
    "street": Element.POSTAL_ADDRESS,
    "ship_to": Element.POSTAL_ADDRESS,
    "order_id": Element.ORDER_HISTORY,
    "items": Element.ORDER_HISTORY,
    "client_ip": Element.IP_ADDRESS,
    "card_token": Element.CARD_TOKEN,
    "trace": Element.CARD_TOKEN,
    "drivers_licence": Element.DRIVERS_LICENCE,
    "password": Element.PASSWORD,
}


@dataclass(frozen=True, slots=True)
class Record:
    """One consumer's record in a blob: bytes ``start`` to ``end`` (exclusive), and its elements."""

    consumer: str
    elements: frozenset[Element]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Blob:
    """One blob.

    ``encrypted`` means by the shop itself, before the upload: what the storage service encrypts at
    rest it also decrypts for whoever it lets read. ``recipe`` is the name of what made it.
    """

    container: str
    name: str
    content: bytes
    content_type: str
    records: tuple[Record, ...]
    encrypted: bool
    recipe: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids of the consumers in it, each once, in order of appearance."""
        return tuple(dict.fromkeys(record.consumer for record in self.records))

    @property
    def elements(self) -> frozenset[Element]:
        """Every element that some record in it holds."""
        return frozenset().union(*(record.elements for record in self.records))


@dataclass(frozen=True, slots=True)
class _Row:
    """The fields of a row before a recipe picks from them; products have no consumer."""

    consumer: str | None
    values: Mapping[str, str | None]
    order: Order | None = None


def blobs(consumers: Sequence[Consumer], containers: Sequence[str], seed: int) -> tuple[Blob, ...]:
    """The blobs of every container (a container named twice is filled once).

    What a container holds depends on its name, the consumers and the seed, not on the others.

    >>> from simulator.dataset.consumers import consumers
    >>> made = blobs(consumers(200, seed=1), ["customers", "orders"], seed=1)
    >>> made[0].container, made[0].name, made[0].content_type
    ('customers', 'exports/2026/05/customers-part-0001.csv', 'text/csv; charset=utf-8')
    >>> Element.DRIVERS_LICENCE in made[0].elements
    False
    """
    placed = orders(consumers, seed)
    filled: list[Blob] = []
    for container in dict.fromkeys(containers):
        recipe = recipe_for(container)
        rows = _rows(recipe.rows, consumers, placed)
        filled += [
            _blob(container, path, recipe, part, seed) for path, part in _split(recipe, rows)
        ]
    return tuple(filled)


def _rows(about: Rows, people: Sequence[Consumer], placed: Sequence[Order]) -> tuple[_Row, ...]:
    by_state = sorted(people, key=lambda p: (p.state, p.id))  # an export is split by region
    match about:
        case Rows.CONSUMERS:
            return tuple(_Row(p.id, _personal(p)) for p in by_state)
        case Rows.AGE_CHECKED:
            return tuple(_Row(p.id, _personal(p)) for p in by_state if p.drivers_licence)
        case Rows.LEGACY_ACCOUNTS:
            return tuple(_Row(p.id, _account(p)) for p in by_state if p.password)
        case Rows.ORDERS:
            return tuple(_Row(o.consumer.id, _ordered(o), o) for o in placed)
        case Rows.PRODUCTS:
            return tuple(
                _Row(None, {"sku": p.sku, "title": p.title, "price": _dollars(p.cents)})
                for p in PRODUCTS
            )


def _personal(person: Consumer) -> dict[str, str | None]:
    return {
        "customer_id": person.id,
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": person.phone,
        "street": person.street,
        "city": person.city,
        "state": person.state,
        "postal_code": person.postal_code,
        "card_token": person.card_token,
        "drivers_licence": person.drivers_licence,
    }


def _account(person: Consumer) -> dict[str, str | None]:
    """The old shop knew an account by its e-mail address or by a user name, not by both."""
    return {
        "customer_id": person.id,
        "email": None if person.username else person.email,
        "username": person.username,
        "password": person.password,
    }


def _ordered(order: Order) -> dict[str, str | None]:
    person = order.consumer
    return {
        "order_id": order.id,
        "placed": order.day.isoformat(),
        "customer_id": person.id,
        "name": person.name,
        "ship_to": f"{person.street}, {person.city}, {person.state} {person.postal_code}",
        "items": "; ".join(f"{quantity} x {product.title}" for product, quantity in order.items),
        "total": _dollars(order.cents),
        "card_token": person.card_token,
        "client_ip": order.client_ip,
        "trace": f"charge accepted token={person.card_token} amount={_dollars(order.cents)}",
    }


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _split(recipe: Recipe, rows: Sequence[_Row]) -> Iterator[tuple[str, Sequence[_Row]]]:
    """The path of each blob and its rows; a blob without rows is not made."""
    match recipe.split:
        case Split.PARTS:
            size = max(1, -(-len(rows) // recipe.blobs))
            for part, start in enumerate(range(0, len(rows), size), start=1):
                yield recipe.path.format(part=part), rows[start : start + size]
        case Split.DAYS:
            days = [(day, tuple(group)) for day, group in groupby(rows, key=_day)]
            for day, group in days[: recipe.blobs]:
                yield recipe.path.format(day=day), group
        case Split.EACH:
            step = max(1, len(rows) // recipe.blobs)  # spread over the days, not all of the first
            for row in rows[::step][: recipe.blobs]:
                order = row.order.id if row.order else ""
                yield recipe.path.format(day=_day(row), order=order), (row,)


def _day(row: _Row) -> date | None:
    return row.order.day if row.order else None


def _blob(container: str, path: str, recipe: Recipe, rows: Sequence[_Row], seed: int) -> Blob:
    content = bytearray(_header(recipe))
    records = []
    for row, line in zip(rows, _lines(recipe, rows), strict=True):
        start = len(content)
        content += line
        if row.consumer is not None:
            held = frozenset(
                _ELEMENT_OF[f] for f in recipe.fields if f in _ELEMENT_OF and row.values.get(f)
            )
            records.append(Record(row.consumer, held, start, len(content)))
        content += b"\n"
    body = bytes(content)
    if recipe.encrypted:
        # Random bytes stand for a ciphertext: nobody has a key, and no byte belongs to one record.
        random = Random(f"sealed {container} {path} {seed}")  # noqa: S311 - no secret is kept
        body = random.randbytes(len(body))
        records = [Record(r.consumer, r.elements, 0, len(body)) for r in records]
    return Blob(
        container=container,
        name=path,
        content=body,
        content_type=recipe.content_type,
        records=tuple(records),
        encrypted=recipe.encrypted,
        recipe=recipe.name,
    )


def _header(recipe: Recipe) -> bytes:
    return (_csv(recipe.fields) + "\n").encode() if recipe.format is Format.CSV else b""


def _lines(recipe: Recipe, rows: Iterable[_Row]) -> Iterator[bytes]:
    """Each row as written, without the newline that follows it."""
    for row in rows:
        values = {field: row.values.get(field) for field in recipe.fields}
        match recipe.format:
            case Format.CSV:
                text = _csv(value or "" for value in values.values())
            case Format.JSONL:
                known = {field: value for field, value in values.items() if value is not None}
                text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
            case Format.HTML:
                text = _document(values)
        yield text.encode()


def _csv(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)  # so that both are quoted in a value
    return line.getvalue().removesuffix("\r\n")


def _document(values: Mapping[str, str | None]) -> str:
    lines = "".join(
        f"<dt>{html.escape(field.replace('_', ' '))}</dt><dd>{html.escape(value)}</dd>\n"
        for field, value in values.items()
        if value is not None
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Invoice</title></head>'
        f"\n<body><h1>Invoice</h1>\n<dl>\n{lines}</dl>\n</body></html>"
    )

"""Which kind of data a container gets, by its name (``recipe.toml``)."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("recipe.toml")


class Rows(StrEnum):
    """What the rows of a recipe are about."""

    CONSUMERS = "consumers"
    AGE_CHECKED = "age-checked"
    LEGACY_ACCOUNTS = "legacy-accounts"
    ORDERS = "orders"
    PRODUCTS = "products"


class Format(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"
    HTML = "html"


class Split(StrEnum):
    """How rows are spread over blobs."""

    PARTS = "parts"
    DAYS = "days"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fill a container; see ``recipe.toml`` for the meaning of each entry."""

    name: str
    keywords: tuple[str, ...]
    rows: Rows
    format: Format
    split: Split
    blobs: int
    path: str
    content_type: str
    fields: tuple[str, ...]
    encrypted: bool


@cache
def recipes() -> tuple[Recipe, ...]:
    """The shipped recipes, in the order in which they are tried."""
    data = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return tuple(
        Recipe(
            name=entry["name"],
            keywords=tuple(entry["keywords"]),
            rows=Rows(entry["rows"]),
            format=Format(entry["format"]),
            split=Split(entry["split"]),
            blobs=entry["blobs"],
            path=entry["path"],
            content_type=entry["content_type"],
            fields=tuple(entry["fields"]),
            encrypted=entry.get("encrypted", False),
        )
        for entry in data["recipe"]
    )


def recipe_for(container: str) -> Recipe:
    """The recipe for a container of this name.

    >>> recipe_for("customer-exports").name, recipe_for("identity-checks").name
    ('customer export', 'identity checks')
    >>> recipe_for("blob7").name
    'general export'
    """
    name = container.lower()
    return next(r for r in recipes() if not r.keywords or any(k in name for k in r.keywords))

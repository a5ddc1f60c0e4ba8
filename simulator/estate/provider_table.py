"""The provider tables that lie beside this module as TOML, by resource type."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import product
from typing import Any, Final, TypeAlias

Rows: TypeAlias = Mapping[str, Any]
"""Dotted path of an argument -> what the table says of it."""

_CHOICE: Final = re.compile(r"\{([^}]*)\}")


def read_table(name: str) -> Mapping[str, Rows]:
    """The table ``name``, with a type's rows from every heading that names it; later ones win."""
    text = (files("simulator.estate") / name).read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = {}
    for heading, rows in tomllib.loads(text).items():
        for kind in kinds(heading):
            table.setdefault(kind, {}).update(rows)
    return table


def kinds(heading: str) -> Iterator[str]:
    """The resource types that a heading names: braces hold a choice.

    >>> list(kinds("azurerm_{linux,windows}_web_app{,_slot}"))[1:3]
    ['azurerm_linux_web_app_slot', 'azurerm_windows_web_app']
    """
    parts = _CHOICE.split(heading)
    choices = (part.split(",") if index % 2 else [part] for index, part in enumerate(parts))
    return map("".join, product(*choices))

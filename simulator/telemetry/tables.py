"""The Log Analytics tables that a drill can fill, with Azure's column types.

``tables.json`` holds the columns of each table as Azure Monitor's table reference lists them.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("tables.json")


@cache
def tables() -> Mapping[str, Mapping[str, str]]:
    """Column name to Azure type (``string``, ``datetime``, ``long`` …), by table name.

    >>> tables()["StorageBlobLogs"]["StatusCode"]
    'string'
    """
    loaded: dict[str, dict[str, str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded

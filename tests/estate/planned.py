"""Plans built by hand after the documented format, for tests of one thing at a time.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
from collections.abc import Mapping
from pathlib import Path

from simulator.estate.address import parse_address
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan

AZURERM = "providers.example.net/hashicorp/azurerm"


def reference(*texts: str) -> dict[str, object]:
    """An expression with these traversals, as Terraform lists them (longest first)."""
    return {"references": list(texts)}


def constant(value: object) -> dict[str, object]:
    """An expression that is a constant."""
    return {"constant_value": value}


def change(
    address: str,
    after: object = None,
    unknown: object = None,
    *,
    sensitive: object = None,
    actions: tuple[str, ...] = ("create",),
    before: object = None,
    **extra: object,
) -> dict[str, object]:
    """An entry of ``resource_changes``."""
    parsed = parse_address(address)
    key = {} if parsed.key is None else {"index": parsed.key}
    return {
        "address": address,
        "mode": parsed.mode,
        "type": parsed.type,
        "name": parsed.name,
        "provider_name": AZURERM,
        **key,
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": {} if unknown is None else unknown,
            "before_sensitive": {},
            "after_sensitive": {} if sensitive is None else sensitive,
        },
        **extra,
    }


def configured(address: str, /, **expressions: object) -> dict[str, object]:
    """A resource of a configuration; ``for_each`` and ``count`` are its own keys."""
    parsed = parse_address(address)
    repeats = {
        f"{name}_expression": expressions.pop(name)
        for name in ("for_each", "count")
        if name in expressions
    }
    return {
        "address": address,
        "mode": parsed.mode,
        "type": parsed.type,
        "name": parsed.name,
        "provider_config_key": "azurerm",
        "expressions": expressions,
        **repeats,
    }


def module(
    *resources: object,
    calls: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """A module of a configuration; an output is its expression."""
    expressed = {name: {"expression": expression} for name, expression in (outputs or {}).items()}
    return {"resources": list(resources), "module_calls": dict(calls or {}), "outputs": expressed}


def call(body: object, **expressions: object) -> dict[str, object]:
    """A module call with these arguments."""
    repeats = {
        f"{name}_expression": expressions.pop(name)
        for name in ("for_each", "count")
        if name in expressions
    }
    return {"source": "./m", "module": body, "expressions": expressions, **repeats}


def plan(
    root: object, *changes: object, constraint: str | None = "~> 4.40", **extra: object
) -> dict[str, object]:
    """A whole plan over this root module."""
    stated = {} if constraint is None else {"version_constraint": constraint}
    provider = {"name": "azurerm", "full_name": AZURERM, **stated}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": list(changes),
        "configuration": {"provider_config": {"azurerm": provider}, "root_module": root},
        "complete": True,
        "errored": False,
        **extra,
    }


def read(directory: Path, document: object) -> Estate:
    """The estate of a plan, through a file."""
    path = directory / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_plan(path)

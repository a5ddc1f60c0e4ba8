"""Provider schemas: what may be written, what is computed, what the defaults are."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

Type: TypeAlias = Any
"""Terraform's JSON form of a type: "string", ["list", "string"], ["object", {...}]"""
Use: TypeAlias = Literal["required", "optional", "optional_computed", "computed"]
Nesting: TypeAlias = Literal["single", "list", "set"]
Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """What fills an absent member of a collection of objects that is written as an attribute."""

    default: Any = None
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """One argument or exported attribute.

    ``nested`` is set instead of ``type`` for an attribute whose value is a single object with
    optional members of its own. ``members`` adds to a ``type`` that is a collection of objects.
    """

    type: Type
    use: Use
    default: Any = None
    sensitive: bool = False
    write_only: bool = False
    nested: "Mapping[str, Attribute] | None" = None
    members: Mapping[str, Member] = field(default_factory=dict)

    @property
    def computed(self) -> bool:
        """Whether the provider chooses the value when the configuration gives none."""
        return self.use in ("computed", "optional_computed")


@dataclass(frozen=True, slots=True)
class Block:
    """The body of a resource, a data source, a provider configuration or a nested block."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: "Mapping[str, NestedBlock]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A nested block type; ``computed``: the service fills it in when it is left out."""

    nesting: Nesting
    body: Block
    min_items: int = 0
    max_items: int = 0
    computed: bool = False


class Provider:
    """The schemas of one provider, each parsed when it is first asked for.

    ``source`` is ``namespace/type``, without a host: which one is the default is up to the program
    that plans. ``legacy`` providers are built on SDKv2.
    """

    def __init__(self, name: str, raw: Json) -> None:
        self.name = name
        self.source: str = raw["source"]
        self.version: str = raw["version"]
        self.legacy: bool = raw["legacy"]
        self.config = parse_block(raw["config"])
        self._raw = raw
        self._parsed: dict[tuple[str, str], Block] = {}

    def resource(self, type_name: str) -> Block:
        """The schema of a managed resource type; ``KeyError`` if there is none."""
        return self._get("resources", type_name)

    def data_source(self, type_name: str) -> Block:
        """The schema of a data source type; ``KeyError`` if there is none."""
        return self._get("data_sources", type_name)

    def resource_types(self) -> Iterator[str]:
        """The names of all managed resource types."""
        return iter(self._raw["resources"])

    def data_source_types(self) -> Iterator[str]:
        """The names of all data source types."""
        return iter(self._raw["data_sources"])

    def _get(self, kind: str, type_name: str) -> Block:
        key = kind, type_name
        if key not in self._parsed:
            self._parsed[key] = parse_block(self._raw[kind][type_name])
        return self._parsed[key]


def parse_block(raw: Json) -> Block:
    """A block from its JSON form.

    >>> block = parse_block({"attributes": {"on": {"type": "bool", "use": "optional"}}})
    >>> block.attributes["on"].use
    'optional'
    """
    return Block(
        {name: _attribute(a) for name, a in raw.get("attributes", {}).items()},
        {
            name: NestedBlock(
                nesting=b["nesting"],
                body=parse_block(b),
                min_items=b.get("min", 0),
                max_items=b.get("max", 0),
                computed=b.get("computed", False),
            )
            for name, b in raw.get("blocks", {}).items()
        },
    )


def _attribute(raw: Json) -> Attribute:
    nested = raw.get("attributes")
    return Attribute(
        type=raw.get("type"),
        use=raw["use"],
        default=raw.get("default"),
        sensitive=raw.get("sensitive", False),
        write_only=raw.get("write_only", False),
        nested=None if nested is None else {k: _attribute(v) for k, v in nested.items()},
        members={k: Member(**v) for k, v in raw.get("members", {}).items()},
    )


@cache
def providers() -> Mapping[str, Provider]:
    """Every provider that can be stood in for, by its source (``hashicorp/azurerm``)."""
    packed = (files("simulator.offline_plan") / "providers.json.gz").read_bytes()
    raw = json.loads(gzip.decompress(packed))
    return {value["source"]: Provider(name, value) for name, value in raw.items()}

"""Schemas as messages of the plugin protocol."""

import json
from functools import cache

from simulator.offline_plan.protocol import NESTING, Message, message
from simulator.offline_plan.schema import Attribute, Block, NestedBlock, Provider


@cache
def provider_schema(provider: Provider) -> Message:
    """Everything that a provider has, as the answer to ``GetProviderSchema``."""
    return message(
        "ProviderSchema",
        provider=_schema(provider.config),
        provider_meta=_schema(Block()),
        resource_schemas=[
            message("NamedSchema", key=name, value=_schema(provider.resource(name)))
            for name in provider.resource_types()
        ],
        data_source_schemas=[
            message("NamedSchema", key=name, value=_schema(provider.data_source(name)))
            for name in provider.data_source_types()
        ],
        server_capabilities=capabilities(),
    )


def metadata(provider: Provider) -> Message:
    """The names of all types, as the answer to ``GetMetadata``."""
    return message(
        "Metadata",
        server_capabilities=capabilities(),
        resources=[message("Named", type_name=name) for name in provider.resource_types()],
        data_sources=[message("Named", type_name=name) for name in provider.data_source_types()],
    )


def capabilities() -> Message:
    """What Terraform may leave out: fetching a schema that it has already."""
    return message("Capabilities", get_provider_schema_optional=True)


def _schema(block: Block) -> Message:
    return message("Schema", version=0, block=_block(block))


def _block(block: Block) -> Message:
    return message(
        "Block",
        attributes=[_attribute(name, one) for name, one in sorted(block.attributes.items())],
        block_types=[_nested(name, one) for name, one in sorted(block.blocks.items())],
    )


def _attribute(name: str, attribute: Attribute) -> Message:
    described = message(
        "Attribute",
        name=name,
        required=attribute.use == "required",
        optional=attribute.use in {"optional", "optional_computed"},
        computed=attribute.computed,
        sensitive=attribute.sensitive,
        write_only=attribute.write_only,
    )
    if attribute.nested is None:
        described.type = json.dumps(attribute.type).encode()
    else:
        described.nested_type.nesting = NESTING["single"]
        inner = (_attribute(name, one) for name, one in sorted(attribute.nested.items()))
        described.nested_type.attributes.extend(inner)
    return described


def _nested(name: str, nested: NestedBlock) -> Message:
    return message(
        "NestedBlock",
        type_name=name,
        block=_block(nested.body),
        nesting=NESTING[nested.nesting],
        min_items=nested.min_items,
        max_items=nested.max_items,
    )
